"""What the acts on notices share: whose they are, what has been done already, and who is told of it."""

from __future__ import annotations

import hashlib

from bot.model.application import Application, AuditEntry
from bot.model.staff import Notice, NoticeState, Role
from bot.staff.audience import Audience
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_board import Reached
from bot.staff.notice_report import moment
from bot.staff.people import office_only
from bot.staff.tell import tell
from bot.work.carry_out import row_key


def found_notice(ask: StaffAsk, number: int) -> Notice:
    """The notice with this number, for the office alone."""
    office_only(ask)
    notice = ask.store.notice(number)
    if notice is None:
        raise Refused(ask.say("notice_unknown", number=number))
    return notice


def already(ask: StaffAsk, notice: Notice) -> str:
    """What has been done with a notice, for the colleague who comes second."""
    if notice.state is NoticeState.SCHEDULED and notice.at is not None:
        return ask.say("notice_is_scheduled", number=notice.id, at=moment(ask, notice.at))
    if notice.released_at is None:
        return ask.say("notice_dropped", number=notice.id)
    names = {member.person: member.name for member in ask.store.members(Role.OFFICE)}
    by = names.get(notice.released_by or 0) or ask.say("notice_somebody")
    state = ask.say(f"notice_state_{notice.state}")
    return ask.say(
        "notice_already", number=notice.id, name=by, at=moment(ask, notice.released_at), state=state
    )


def log(ask: StaffAsk, action: str, *notices: Notice, **details: str) -> None:
    """Write an audit row per notice."""
    entries = [
        AuditEntry(action, None, ask.person.id, ask.inbound.channel, {"notice": str(one.id), **details})
        for one in notices
    ]
    if entries:
        ask.store.audit(entries, ask.now)


def check_second(ask: StaffAsk, notice: Notice) -> None:
    if notice.decides and notice.drafted_by == ask.person.id:
        raise Refused(ask.say("notice_second_person", number=notice.id))


def in_force(ask: StaffAsk, number: int) -> Notice:
    notice = found_notice(ask, number)
    if notice.state is not NoticeState.RELEASED:
        raise Refused(not_out(ask, notice))
    return notice


def not_out(ask: StaffAsk, notice: Notice) -> str:
    if notice.state is NoticeState.DRAFT:
        return ask.say("notice_still_draft", number=notice.id)
    return already(ask, notice)


def reached(ask: StaffAsk, notice: Notice, person: int) -> Reached:
    found = ask.store.reached(notice.id, [person])
    if not found:
        raise Refused(ask.say("notice_not_among", number=notice.id))
    return found[0]


def again(ask: StaffAsk, notice: Notice) -> Notice:
    """The notice as it is kept now."""
    return ask.store.notice(notice.id) or notice


def first(ask: StaffAsk, notice: Notice) -> Notice:
    """The notice at the beginning of a row of corrections: its audience says what variables may be used."""
    while notice.replaces is not None and (earlier := ask.store.notice(notice.replaces)) is not None:
        notice = earlier
    return notice


def named_units(ask: StaffAsk, audience: Audience) -> list[Application]:
    numbers = audience.get("application", "").split()
    return [found for one in numbers if (found := ask.store.find_application(one)) is not None]


def form_key(ask: StaffAsk) -> str:
    """Where the draft that a message or a form made is remembered."""
    return f"notice_form:{hashlib.sha256(row_key(ask.inbound).encode()).hexdigest()[:32]}"


def of_this_form(ask: StaffAsk) -> Notice | None:
    number = ask.store.setting(form_key(ask))
    return ask.store.notice(int(number)) if number else None


def ask_to_sign(ask: StaffAsk, draft: Notice) -> None:
    """Whoever else may release it hears of it."""
    text = ask.say(
        "notice_asks_signature", name=ask.person.label, number=draft.id, title=draft.title, text=draft.text
    )
    if draft.at is not None:
        text = f"{text}\n{ask.say('notice_set_for', at=moment(ask, draft.at))}"
    for member in ask.store.members(Role.OFFICE):
        if member.person != ask.person.id:
            tell(ask.store, ask.clerk, member.person, f"notice:{draft.id}:sign:{member.person}", text)


def tell_drafter(ask: StaffAsk, notice: Notice, phrase: str) -> None:
    """What somebody else did with one's draft; once for each act."""
    if notice.drafted_by == ask.person.id:
        return
    at = moment(ask, notice.at) if notice.at is not None else ""
    told = ask.say(phrase, name=ask.person.label, number=notice.id, title=notice.title, at=at)
    key = f"notice:{notice.id}:{phrase}:{at}:{notice.drafted_by}"
    tell(ask.store, ask.clerk, notice.drafted_by, key, told)
