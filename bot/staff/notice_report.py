"""The delivery board of a notice in words (送达情况), and the list of notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.model.staff import Notice, NoticeState, Role
from bot.staff.audience import audience_words
from bot.staff.desk import StaffAsk
from bot.staff.notice_board import CALL_SHEET, Reached, Standing, TakenBack, by_person
from bot.work.notice_stop import RECALLABLE

_NAMED = 30  # people named in one list

_Saying = Callable[[StaffAsk, Reached], str]


def report(ask: StaffAsk, notice: Notice) -> str:
    """What became of a notice that was released: counts, and by name whoever calls for something to be done."""
    people = by_person(ask.store.deliveries(notice.id))
    grouped = {standing: [one for one in people if one.standing is standing] for standing in Standing}
    counts = [
        ask.say(f"notice_count_{standing}", count=len(ones)) for standing, ones in grouped.items() if ones
    ]
    lines = [_head(ask, notice), ask.say("notice_counts", people=len(people), counts="，".join(counts))]
    if told := grouped[Standing.TOLD]:
        lines.append(ask.say("notice_list_told", names=_names(ask, told, _told)))
    if to_call := grouped[Standing.TO_CALL]:
        lines.append(ask.say("notice_list_to_call", names=_names(ask, to_call, _to_call)))
    if failed := grouped[Standing.FAILED]:
        lines.append(ask.say("notice_list_failed", names=_names(ask, failed, _why)))
    if silent := [*grouped[Standing.SENT], *grouped[Standing.UNSURE]]:
        lines.append(ask.say("notice_list_silent", names=_names(ask, silent, _bare)))
    if notice.state is NoticeState.RECALLED:
        lines += _taken_back(ask, people)
    if grouped[Standing.FAILED] and notice.state is NoticeState.RELEASED:
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


def _taken_back(ask: StaffAsk, people: Sequence[Reached]) -> list[str]:
    """What became of a recall: how many are done, and by name with whom it failed or cannot be."""
    since = ask.clerk.machine_now() - RECALLABLE
    grouped: dict[TakenBack, list[Reached]] = {}
    for one in people:
        if (fate := one.taken_back(since)) is not None:
            grouped.setdefault(fate, []).append(one)
    if not grouped:
        return []
    fates = [fate for fate in TakenBack if fate in grouped]
    said = "，".join(ask.say(f"notice_count_recall_{fate}", count=len(grouped[fate])) for fate in fates)
    lines = [ask.say("notice_recall_counts", counts=said)]
    left = [
        one for fate in fates if fate not in (TakenBack.DONE, TakenBack.UNDER_WAY) for one in grouped[fate]
    ]
    if left:
        lines.append(ask.say("notice_list_not_recalled", names=_names(ask, left, _bare)))
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


def _names(ask: StaffAsk, people: Sequence[Reached], say: _Saying) -> str:
    shown = "、".join(say(ask, one) for one in people[:_NAMED])
    rest = len(people) - _NAMED
    return shown if rest <= 0 else ask.say("notice_and_more", names=shown, count=len(people))


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


def moment(ask: StaffAsk, at: datetime) -> str:
    """7月12日9:07, in the campaign's zone."""
    local = at.astimezone(ask.clerk.campaign.zone)
    return f"{local.month}月{local.day}日{local.hour}:{local.minute:02}"
