"""The delivery board of a notice in words (送达情况), and the list of notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.model.staff import Notice, NoticeState, Role
from bot.ports_notices import PeopleQuery
from bot.staff.audience_words import audience_words
from bot.staff.desk import StaffAsk
from bot.staff.notice_board import CALL_SHEET, Reached, Standing, TakenBack
from bot.work.notice_stop import RECALLABLE

_NAMED = 30  # people named in one list
_LOOKED_AT = 500  # people among whom those are looked for who could not be taken back

_Saying = Callable[[StaffAsk, Reached], str]


def report(ask: StaffAsk, notice: Notice) -> str:
    """What became of a notice that was released: counts, and by name whoever calls for something to be done."""
    firsts = ask.store.first_of_each(notice.id, _NAMED)
    standings = {standing: count for standing, (count, _) in firsts.items()}
    counts = [ask.say(f"notice_count_{standing}", count=count) for standing, count in standings.items()]
    people, listed = sum(standings.values()), ask.store.recipients_left(notice.id)
    lines = [_head(ask, notice), ask.say("notice_counts", people=people + listed, counts="，".join(counts))]
    if listed:
        lines.append(ask.say("notice_still_listed", count=listed))
    for name, chosen, say in _NAMED_IN_LISTS:
        if count := sum(standings.get(standing, 0) for standing in chosen):
            some = [person for standing in chosen for person in firsts.get(standing, (0, ()))[1]][:_NAMED]
            names = _names(ask, ask.store.reached(notice.id, some), count, say)
            lines.append(ask.say(f"notice_list_{name}", names=names))
    if notice.state is NoticeState.RECALLED:
        lines += _taken_back(ask, notice)
    if standings.get(Standing.FAILED) and notice.state is NoticeState.RELEASED:
        lines.append(ask.say("notice_can_resend", number=notice.id))
    return "\n".join(lines)


def short_list(ask: StaffAsk, notices: Sequence[Notice]) -> str:
    """A line per notice, the latest first."""
    if not notices:
        return ask.say("notice_none")
    lines = [
        ask.say("notice_line", number=one.id, title=one.title, state=_state(ask, one))
        for one in reversed(notices)
    ]
    return "\n".join([ask.say("notice_lines"), *lines])


def _state(ask: StaffAsk, notice: Notice) -> str:
    """The state, with the time set for what is still to be sent."""
    state = ask.say(f"notice_state_{notice.state}")
    if notice.at is None or notice.state not in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        return state
    return ask.say("notice_state_at", state=state, at=moment(ask, notice.at))


def _taken_back(ask: StaffAsk, notice: Notice) -> list[str]:
    """What became of a recall: with how many people it came to what."""
    fates = ask.store.stopping(notice.id, ask.clerk.machine_now() - RECALLABLE).fates
    if not fates:
        return []
    said = "，".join(ask.say(f"notice_count_recall_{fate}", count=count) for fate, count in fates.items())
    lines = [ask.say("notice_recall_counts", counts=said)]
    left = {fate: count for fate, count in fates.items() if fate not in (TakenBack.DONE, TakenBack.UNDER_WAY)}
    if left:
        since = ask.clerk.machine_now() - RECALLABLE
        people = ask.store.reached(notice.id, ask.store.find_people(PeopleQuery(notice.id), _LOOKED_AT))
        named = [one for one in people if one.taken_back(since) in left][:_NAMED]
        names = _names(ask, named, sum(left.values()), _bare)
        lines.append(ask.say("notice_list_not_recalled", names=names))
    return lines


def _head(ask: StaffAsk, notice: Notice) -> str:
    names = {member.person: member.name for member in ask.store.members(Role.OFFICE)}
    somebody = ask.say("notice_somebody")
    assert notice.released_at is not None  # it was released
    return ask.say(
        "notice_head",
        number=notice.id,
        title=notice.title,
        state=ask.say(f"notice_state_{notice.state}"),
        audience=audience_words(ask.clerk.campaign, notice.audience),
        drafter=names.get(notice.drafted_by) or somebody,
        releaser=names.get(notice.released_by or 0) or somebody,
        at=moment(ask, notice.released_at),
    )


def _names(ask: StaffAsk, people: Sequence[Reached], count: int, say: _Saying) -> str:
    shown = "、".join(say(ask, one) for one in people)
    return shown if count <= len(people) else ask.say("notice_and_more", names=shown, count=count)


def _bare(ask: StaffAsk, one: Reached) -> str:
    return one.label


def _told(ask: StaffAsk, one: Reached) -> str:
    """Who told it, and when."""
    copy = next(copy for copy in one.copies if copy.told_at is not None)
    assert copy.told_at is not None
    names = {member.person: member.name for member in ask.store.members(Role.OFFICE)}
    by = names.get(copy.told_by or 0) or ask.say("notice_somebody")
    return ask.say("notice_person_note", name=one.label, note=f"{by} {moment(ask, copy.told_at)}")


def _to_call(ask: StaffAsk, one: Reached) -> str:
    phone = next((copy.address for copy in one.copies if copy.channel == CALL_SHEET), "")
    return ask.say("notice_person_note", name=one.label, note=phone) if phone else one.label


def _why(ask: StaffAsk, one: Reached) -> str:
    why = "；".join(dict.fromkeys(copy.error for copy in one.failed if copy.error))
    return ask.say("notice_person_note", name=one.label, note=why) if why else one.label


_NAMED_IN_LISTS: tuple[tuple[str, tuple[Standing, ...], _Saying], ...] = (
    ("told", (Standing.TOLD,), _told),
    ("to_call", (Standing.TO_CALL,), _to_call),
    ("failed", (Standing.FAILED,), _why),
    ("silent", (Standing.SENT, Standing.UNSURE), _bare),
)


def moment(ask: StaffAsk, at: datetime) -> str:
    """7月12日9:07, in the campaign's zone."""
    local = at.astimezone(ask.clerk.campaign.zone)
    return f"{local.month}月{local.day}日{local.hour}:{local.minute:02}"
