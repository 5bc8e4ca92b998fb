"""What the office does with notices: one function per act, for chat and console alike.

Each checks the role, then the notice's state, and raises `Refused` with the sentence for the person who asked.
What is dated or decides something is let go by a second person of the office, at once or for a set time. Every
act leaves an audit row with the notice's number, never its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.staff import Notice, NoticeState
from bot.staff.audience import RESULTS, Audience, is_audience, meant_by, variables_for, variables_in
from bot.staff.audience_words import audience_words
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_board import CALL_SHEET, MAIL, WECOM, Reached, Standing, TakenBack
from bot.staff.notice_checks import (
    again,
    already,
    ask_to_sign,
    check_second,
    first,
    form_key,
    found_notice,
    in_force,
    log,
    named_units,
    not_out,
    of_this_form,
    reached,
    tell_drafter,
)
from bot.staff.notice_report import moment
from bot.staff.notice_time import off_the_hour
from bot.staff.notice_words import LONGEST, announces_covert_visit, clean_title, decides, title_of
from bot.staff.people import office_only
from bot.work.broadcast import recipient_of, release, resend
from bot.work.notice_copies import hand_over_by, phone_of, roads
from bot.work.notice_listing import are_many
from bot.work.notice_stop import RECALLABLE, stop

LONGEST_TITLE = 40
_FARTHEST = timedelta(days=366)
_REMEMBERED = 20  # notices among which a bare 收到 is looked for


@dataclass(frozen=True, slots=True)
class Released:
    """A notice that was let go, at once or (`notice.state` is scheduled) for its set time."""

    notice: Notice
    count: int | None  # people; None at a set time, and where readers of another notice are so many


@dataclass(frozen=True, slots=True)
class Timed:
    """A notice with its set time."""

    notice: Notice
    was_moved: bool  # off the full or half hour
    waits: bool  # for a second person, who lets it go


@dataclass(frozen=True, slots=True)
class Stopped:
    """A notice that goes no further: copies held back, people it reached; and what a recall can still do.

    Where very many have copies they are counted on the board alone: `held_back` and `shown` are None.
    """

    notice: Notice
    held_back: int | None
    shown: int | None
    taken_back: Mapping[TakenBack, int]  # people; empty where nothing was recalled


# Drafting


def draft_notice(
    ask: StaffAsk,
    title: str,
    text: str,
    audience: Audience,
    at: datetime | None = None,
    *,
    signed: bool = False,
    corrects: Notice | None = None,
) -> Notice:
    """Keep a draft; the same form twice is one draft. `title` "" takes the text's first words.

    `at` is the time it is to be sent once it is released; `signed` asks for a second person's signature.
    `corrects` is for `correct_notice`.
    """
    office_only(ask)
    if (earlier := of_this_form(ask)) is not None:
        return earlier
    title, text = clean_title(title), text.strip()
    check_text(ask, text, audience, corrects, title)
    draft = Notice(
        0,
        title or title_of(text),
        text,
        audience,
        signed or needs_signature(text, audience, corrects, title),
        ask.person.id,
        ask.now,
        NoticeState.DRAFT,
        replaces=corrects.id if corrects else None,
        at=None if at is None else _future(ask, at),
    )
    if not ask.store.means_anybody(meant_by(ask.clerk.campaign, audience)):
        raise Refused(ask.say("notice_to_nobody", audience=audience_words(ask.clerk.campaign, audience)))
    draft = ask.store.add_notice(draft)
    ask.store.set_setting(form_key(ask), str(draft.id))
    log(ask, "notice_drafted", draft)
    if draft.decides:
        ask_to_sign(ask, draft)
    return draft


def needs_signature(text: str, audience: Audience, corrects: Notice | None = None, title: str = "") -> bool:
    """Whether a second person lets it go: it is dated, decides something, or goes to those who share a result."""
    told = bool(RESULTS & set(audience.get("stage", "").split()))
    return told or decides(f"{title}\n{text}") or (corrects is not None and corrects.decides)


def check_text(
    ask: StaffAsk, text: str, audience: Audience, corrects: Notice | None = None, title: str = ""
) -> None:
    """`Refused` where this text cannot be a notice to this audience."""
    campaign = ask.clerk.campaign
    if not text.strip():
        raise Refused(ask.say("notice_empty"))
    if len(text) > LONGEST:
        raise Refused(ask.say("notice_too_long", limit=LONGEST, count=len(text)))
    if len(title) > LONGEST_TITLE:
        raise Refused(ask.say("notice_title_too_long", limit=LONGEST_TITLE, count=len(title)))
    if corrects is not None:
        audience = first(ask, corrects).audience
    elif not is_audience(campaign, audience):
        raise Refused(ask.say("notice_audience_gone"))
    names = [name for body in campaign.bodies for name in (body.name, *body.aliases)]
    names += [one.values.get(campaign.form.unit_field, "") for one in named_units(ask, audience)]
    addressed = bool({"body", "application"} & set(audience))
    if announces_covert_visit(f"{title}\n{text}", filter(None, names), addressed):
        raise Refused(ask.say("notice_covert"))
    allowed = variables_for(audience)
    unknown = [name for name in variables_in(text) if name not in allowed]
    if unknown:
        named = "".join(f"{{{name}}}" for name in unknown)
        raise Refused(
            ask.say("notice_variable", names=named, allowed="".join(f"{{{name}}}" for name in allowed))
        )


def correct_notice(ask: StaffAsk, number: int, text: str, title: str = "") -> Notice:
    """A new draft to exactly those whom a notice reached; of what is not sent yet, a new draft in its place."""
    notice = found_notice(ask, number)
    if (earlier := of_this_form(ask)) is not None:
        return earlier
    if notice.state in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        corrected = None if notice.replaces is None else ask.store.notice(notice.replaces)
        at = notice.at if notice.at is not None and notice.at > ask.now else None
        made = draft_notice(ask, title, text, notice.audience, at, corrects=corrected)
        ask.store.set_notice(notice.id, NoticeState.STOPPED, None, None)
        log(ask, "notice_dropped", notice)
        return made
    if notice.released_at is None:
        raise Refused(ask.say("notice_dropped", number=notice.id))
    return draft_notice(ask, title, text, {"notice": str(notice.id)}, corrects=notice)


# Letting go


def release_notice(ask: StaffAsk, number: int) -> Released:
    """Let a notice go: a draft at once or for its set time, what is set for a time at once."""
    notice = found_notice(ask, number)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        raise Refused(already(ask, notice))
    check_second(ask, notice)
    if notice.state is NoticeState.DRAFT and notice.at is not None and notice.at > ask.now:
        return Released(_schedule(ask, notice, notice.at), None)
    count = release(ask.store, ask.clerk, notice, ask.person.id, ask.now)
    log(ask, "notice_released", notice)
    tell_drafter(ask, notice, "notice_was_released")
    return Released(again(ask, notice), count)


def schedule_notice(ask: StaffAsk, number: int, at: datetime) -> Timed:
    """Set or change the time of sending; never at a full or half hour, which is moved by a minute.

    Whoever may release it has released it for that time; from anybody else it waits for a second person.
    """
    notice = found_notice(ask, number)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        raise Refused(already(ask, notice))
    set_for = _future(ask, at)
    was_moved = set_for != at.replace(second=0, microsecond=0)
    if notice.decides and notice.drafted_by == ask.person.id:
        if notice.state is NoticeState.SCHEDULED:
            check_second(ask, notice)
        ask.store.set_notice_time(notice.id, set_for)
        log(ask, "notice_timed", notice, at=set_for.isoformat())
        return Timed(again(ask, notice), was_moved, waits=True)
    return Timed(_schedule(ask, notice, set_for), was_moved, waits=False)


def _schedule(ask: StaffAsk, notice: Notice, at: datetime) -> Notice:
    ask.store.set_notice_time(notice.id, at)
    ask.store.set_notice(notice.id, NoticeState.SCHEDULED, ask.person.id, None)
    log(ask, "notice_scheduled", notice, at=at.isoformat())
    notice = again(ask, notice)
    tell_drafter(ask, notice, "notice_was_scheduled")
    return notice


def _future(ask: StaffAsk, at: datetime) -> datetime:
    """The minute at which it is sent; `Refused` if it is over, or out of all reason."""
    at = off_the_hour(at)
    if at <= ask.now:
        raise Refused(ask.say("notice_time_past", at=moment(ask, at)))
    if at - ask.now > _FARTHEST:
        raise Refused(ask.say("notice_time_far", at=moment(ask, at)))
    return at


# Stopping and putting right


def stop_notice(ask: StaffAsk, number: int) -> Stopped:
    """Send no more of a notice; a draft is dropped, and so is what waits for its time."""
    return _stop(ask, found_notice(ask, number), NoticeState.STOPPED)


def recall_notice(ask: StaffAsk, number: int) -> Stopped:
    """Stop a notice, and take back what WeCom still can; what became of that is on the board."""
    return _stop(ask, found_notice(ask, number), NoticeState.RECALLED)


def _stop(ask: StaffAsk, notice: Notice, state: NoticeState) -> Stopped:
    if notice.state in (NoticeState.DRAFT, NoticeState.SCHEDULED):
        ask.store.set_notice(notice.id, NoticeState.STOPPED, None, None)
        log(ask, "notice_dropped", notice)
        tell_drafter(ask, notice, "notice_was_dropped")
        return Stopped(again(ask, notice), 0, 0, {})
    if notice.released_at is None or notice.state in (NoticeState.RECALLED, state):
        raise Refused(already(ask, notice))
    comes_to = None
    if not are_many(ask.store, notice.id):
        comes_to = ask.store.stopping(notice.id, ask.clerk.machine_now() - RECALLABLE)
    stop(ask.store, ask.clerk, notice.id, state)
    log(ask, f"notice_{state}", notice)
    notice = again(ask, notice)
    if comes_to is None:
        return Stopped(notice, None, None, {})
    taken = comes_to.fates if state is NoticeState.RECALLED else {}
    return Stopped(notice, comes_to.held_back, comes_to.shown, taken)


def retry_failed(ask: StaffAsk, number: int) -> int | None:
    """Send the failed copies again, each on its channel; how many, or None where very many have copies."""
    notice = in_force(ask, number)
    count = resend(ask.store, ask.clerk, notice, ask.now)
    if count == 0:
        raise Refused(ask.say("notice_nothing_failed", number=notice.id))
    log(ask, "notice_resent", notice)
    return count


def send_other_channel(ask: StaffAsk, number: int, person: int) -> str:
    """Send one person's copy by a channel not tried yet, else put them on the call sheet; which channel."""
    notice = in_force(ask, number)
    one = reached(ask, notice, person)
    if one.standing in (Standing.CONFIRMED, Standing.TOLD):
        raise Refused(ask.say("notice_told_before", name=one.label, number=notice.id))
    recipient = recipient_of(ask.store, ask.clerk, notice, one.person, one.name)
    known = ask.store.addresses_among([one.person]).get(one.person, ())
    open_roads = roads(ask.store, ask.clerk, recipient, known, in_parallel=True)
    channel = next((name for name in (WECOM, MAIL) if name in open_roads and not one.has(name)), CALL_SHEET)
    if one.has(channel):
        raise Refused(ask.say("notice_no_other", name=one.label, number=notice.id))
    address = open_roads.get(channel) or phone_of(ask.clerk.campaign, recipient)
    hand_over_by(ask.store, ask.clerk, notice, recipient, ask.store.cutoffs(), channel, address)
    log(ask, "notice_sent_otherwise", notice, person=str(person), channel=channel)
    return channel


def told_by_phone(ask: StaffAsk, number: int, person: int) -> Reached:
    """Write down that this person told somebody by telephone, now."""
    notice = found_notice(ask, number)
    if notice.released_at is None:
        raise Refused(not_out(ask, notice))
    one = reached(ask, notice, person)
    if one.standing in (Standing.CONFIRMED, Standing.TOLD):
        raise Refused(ask.say("notice_told_before", name=one.label, number=notice.id))
    ask.store.told_by_telephone(notice.id, one.person, ask.person.id, ask.now)
    log(ask, "notice_told", notice, person=str(one.person))
    return one


def confirm_notices(ask: StaffAsk, number: int) -> list[Notice]:
    """This person's 收到 of a notice, or (0) of all that are open to them; those that were open. For everybody."""
    if number:
        named = ask.store.notice(number)
        found = [named] if named is not None else []
    else:
        gone_out = [one for one in ask.store.notices() if one.released_at]
        found = list(reversed(gone_out))[:_REMEMBERED]
    confirmed = [one for one in found if ask.store.confirm_delivery(one.id, ask.person.id, ask.now)]
    log(ask, "notice_confirmed", *confirmed)
    return confirmed
