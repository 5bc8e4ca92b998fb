"""The office's notices by chat: draft, release by one or two people, follow, stop, correct; and everybody's 收到.

Nothing goes out by being written: a draft gets a number and a preview, and somebody releases it. What is dated or
decides something is released by a second person of the office.
"""

from __future__ import annotations

from bot.model.application import Application, AuditEntry
from bot.model.message import Choice
from bot.model.staff import Notice, NoticeState, Role
from bot.staff.audience import (
    RESULTS,
    Audience,
    Recipient,
    audience_words,
    read_audience,
    variables_for,
    variables_in,
)
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.notice_board import CALL_SHEET, MAIL, WECOM, Standing, by_person
from bot.staff.notice_report import moment, report, short_list
from bot.staff.notice_words import (
    LONGEST,
    Act,
    Order,
    announces_covert_visit,
    decides,
    read_confirmation,
    read_order,
    title_of,
)
from bot.staff.tell import tell
from bot.work.broadcast import recipients, release, resend, stop
from bot.work.notice_copies import roads, wording

_COUNTED = 200  # people up to whom the draft says by which channel each is reached
_PREVIEWED = 2
_LATEST = 10  # notices in the list
_REMEMBERED = 20  # notices among which a bare 收到 is looked for
_PENDING = "notice:"


def notice_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about notices, for the office alone; 收到 from everybody."""
    received = receipt_desk(ask, text)
    if received is not None:
        return received
    raw = ask.inbound.text.strip()
    order = read_order(text, raw if len(raw) == len(text) else text)
    if order is None or (order.act in (Act.SEND, Act.SIGN) and not (order.notice or _left_open(ask))):
        return None
    if order.act is Act.LIST and not ask.is_office:
        return None  # a question about the campaign's own notice
    if not ask.is_office:
        return answer(ask.say("notice_office_only", office=ask.clerk.campaign.contact.office_short))
    match order.act:
        case Act.DRAFT:
            return _draft(ask, order)
        case Act.LIST:
            return answer(short_list(ask, ask.store.notices()[-_LATEST:]))
        case _:
            return _about_one(ask, order)


def receipt_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """收到, or 收到 通知3, from anybody a notice went to; None where no notice is waiting for a bare 收到."""
    number = read_confirmation(text)
    if number is None:
        return None
    found = _to_confirm(ask, number)
    confirmed = [one for one in found if ask.store.confirm_delivery(one.id, ask.person.id, ask.now)]
    if confirmed:
        _log(ask, "notice_confirmed", *confirmed)
        named = "、".join(ask.say("notice_named", number=one.id, title=one.title) for one in confirmed)
        return answer(ask.say("notice_confirmed", notices=named))
    return answer(ask.say("notice_not_waiting", number=number)) if number else None


def _to_confirm(ask: StaffAsk, number: int) -> list[Notice]:
    """The notice named, or those that have gone out, the latest first."""
    if number:
        named = ask.store.notice(number)
        return [named] if named is not None else []
    gone_out = [one for one in ask.store.notices() if one.state is not NoticeState.DRAFT and one.released_at]
    return list(reversed(gone_out))[:_REMEMBERED]


# Drafting


def _draft(ask: StaffAsk, order: Order) -> StaffAnswer:
    audience = read_audience(ask.clerk.campaign, order.to)
    if audience is None:
        return answer(ask.say("notice_audience_unknown", words=order.to))
    return _keep_draft(ask, order, audience, None)


def _keep_draft(ask: StaffAsk, order: Order, audience: Audience, corrected: Notice | None) -> StaffAnswer:
    """Keep a draft and show what would go to whom; what may not be written is refused with the reason."""
    if refused := _refusal(ask, order.text, audience, corrected):
        return answer(refused)
    must_sign = (
        order.signed
        or decides(order.text)
        or bool(RESULTS & set(audience.get("stage", "").split()))
        or (corrected is not None and corrected.decides)
    )
    draft = Notice(
        0,
        title_of(order.text),
        order.text,
        audience,
        must_sign,
        ask.person.id,
        ask.now,
        NoticeState.DRAFT,
        replaces=corrected.id if corrected else None,
    )
    people = recipients(ask.store, ask.clerk.campaign, draft)
    if not people:
        return answer(ask.say("notice_to_nobody", audience=audience_words(ask.clerk.campaign, audience)))
    draft = ask.store.add_notice(draft)
    _log(ask, "notice_drafted", draft)
    if must_sign:
        _ask_to_sign(ask, draft)
    return _show_draft(ask, draft, people)


def _refusal(ask: StaffAsk, text: str, audience: Audience, corrected: Notice | None) -> str:
    """Why this text cannot be a notice; "" if it can."""
    campaign = ask.clerk.campaign
    if not text:
        return ask.say("notice_empty")
    if len(text) > LONGEST:
        return ask.say("notice_too_long", limit=LONGEST, count=len(text))
    audience = audience if corrected is None else _first(ask, corrected).audience
    names = [name for body in campaign.bodies for name in (body.name, *body.aliases)]
    names += [one.values.get(campaign.form.unit_field, "") for one in _named_units(ask, audience)]
    if announces_covert_visit(text, filter(None, names), bool({"body", "application"} & set(audience))):
        return ask.say("notice_covert")
    allowed = variables_for(audience)
    unknown = [name for name in variables_in(text) if name not in allowed]
    if unknown:
        return ask.say(
            "notice_variable",
            names="".join(f"{{{name}}}" for name in unknown),
            allowed="".join(f"{{{name}}}" for name in allowed),
        )
    return ""


def _show_draft(ask: StaffAsk, draft: Notice, people: list[Recipient]) -> StaffAnswer:
    campaign = ask.clerk.campaign
    cutoffs = ask.store.cutoffs()
    lines = [
        ask.say(
            "notice_drafted",
            number=draft.id,
            title=draft.title,
            audience=audience_words(campaign, draft.audience),
            count=len(people),
            channels=_channels(ask, draft, people),
        )
    ]
    for one in people[:_PREVIEWED]:
        name = _name_of(ask, one)
        lines.append(ask.say("notice_preview", name=name, text=wording(campaign, draft, one, cutoffs)))
    key = "notice_next_sign" if draft.decides else "notice_next_send"
    lines.append(ask.say(key, number=draft.id))
    choices = () if draft.decides else (_choice(ask, "notice_send", draft.id),)
    return answer(
        "\n".join(lines),
        choices=(*choices, _choice(ask, "notice_drop", draft.id)),
        pending=f"{_PENDING}{draft.id}",
    )


def _channels(ask: StaffAsk, draft: Notice, people: list[Recipient]) -> str:
    """How many are reached by which channel; for very many that is left to the board."""
    if len(people) > _COUNTED:
        return ask.say("notice_channels_later")
    counts = {WECOM: 0, MAIL: 0, CALL_SHEET: 0}
    for one in people:
        for channel in roads(ask.store, ask.clerk, one, draft.decides):
            counts[channel] += 1
    return ask.say("notice_channels", wecom=counts[WECOM], mail=counts[MAIL], calls=counts[CALL_SHEET])


def _name_of(ask: StaffAsk, one: Recipient) -> str:
    unit = ask.clerk.campaign.form.unit_field
    units = "、".join(known.values.get(unit) or known.number for known in one.applications)
    return one.name or units or str(one.person)


def _named_units(ask: StaffAsk, audience: Audience) -> list[Application]:
    numbers = audience.get("application", "").split()
    return [found for one in numbers if (found := ask.store.find_application(one)) is not None]


def _ask_to_sign(ask: StaffAsk, draft: Notice) -> None:
    """Whoever else may release it hears of it."""
    text = ask.say(
        "notice_asks_signature", name=ask.person.label, number=draft.id, title=draft.title, text=draft.text
    )
    for member in ask.store.members(Role.OFFICE):
        if member.person != ask.person.id:
            tell(ask.store, ask.clerk, member.person, f"notice:{draft.id}:sign:{member.person}", text)


# One notice


def _left_open(ask: StaffAsk) -> int:
    """The notice that the last answer showed, 0 for none."""
    number = ask.pending.removeprefix(_PENDING)
    return int(number) if ask.pending.startswith(_PENDING) and number.isdecimal() else 0


def _about_one(ask: StaffAsk, order: Order) -> StaffAnswer:
    number = order.notice or _left_open(ask)
    notice = ask.store.notice(number)
    if notice is None:
        return answer(ask.say("notice_unknown", number=number))
    match order.act:
        case Act.SEND | Act.SIGN:
            return _release(ask, notice)
        case Act.STATUS:
            return _status(ask, notice)
        case Act.RESEND:
            return _resend(ask, notice)
        case Act.TOLD:
            return _told(ask, notice, order.to)
        case Act.CORRECT:
            return _correct(ask, notice, order)
        case _:
            return _stop(ask, notice, order.act is Act.RECALL)


def _release(ask: StaffAsk, notice: Notice) -> StaffAnswer:
    if notice.state is not NoticeState.DRAFT:
        return answer(_already(ask, notice))
    if notice.decides and notice.drafted_by == ask.person.id:
        return answer(ask.say("notice_second_person", number=notice.id))
    count = release(ask.store, ask.clerk, notice, ask.person.id, ask.now)
    _log(ask, "notice_released", notice)
    if notice.drafted_by != ask.person.id:
        key = f"notice:{notice.id}:released:{notice.drafted_by}"
        told = ask.say("notice_was_released", name=ask.person.label, number=notice.id, title=notice.title)
        tell(ask.store, ask.clerk, notice.drafted_by, key, told)
    return answer(ask.say("notice_released", number=notice.id, title=notice.title, count=count))


def _already(ask: StaffAsk, notice: Notice) -> str:
    """A second colleague sees what the first has done."""
    if notice.released_at is None:
        return ask.say("notice_dropped", number=notice.id)
    names = {member.person: member.name for member in ask.store.members(Role.OFFICE)}
    by = names.get(notice.released_by or 0) or ask.say("notice_somebody")
    return ask.say(
        "notice_already",
        number=notice.id,
        name=by,
        at=moment(ask, notice.released_at),
        state=_state(ask, notice),
    )


def _status(ask: StaffAsk, notice: Notice) -> StaffAnswer:
    if notice.released_at is not None:
        return answer(report(ask, notice))
    if notice.state is not NoticeState.DRAFT:
        return answer(ask.say("notice_dropped", number=notice.id))
    return _show_draft(ask, notice, recipients(ask.store, ask.clerk.campaign, notice))


def _resend(ask: StaffAsk, notice: Notice) -> StaffAnswer:
    if notice.state is not NoticeState.RELEASED:
        return answer(_not_out(ask, notice))
    count = resend(ask.store, ask.clerk, notice)
    if not count:
        return answer(ask.say("notice_nothing_failed", number=notice.id))
    _log(ask, "notice_resent", notice)
    return answer(ask.say("notice_resent", number=notice.id, count=count))


def _not_out(ask: StaffAsk, notice: Notice) -> str:
    if notice.state is NoticeState.DRAFT:
        return ask.say("notice_still_draft", number=notice.id)
    return _already(ask, notice)


def _told(ask: StaffAsk, notice: Notice, name: str) -> StaffAnswer:
    if notice.released_at is None:
        return answer(_not_out(ask, notice))
    people = by_person(ask.store.deliveries(notice.id))
    found = [one for one in people if one.label == name] or [one for one in people if name in one.label]
    if len(found) != 1:
        key = "notice_told_several" if found else "notice_told_nobody"
        return answer(
            ask.say(key, name=name, number=notice.id, names="、".join(one.label for one in found[:10]))
        )
    one = found[0]
    if one.standing in (Standing.CONFIRMED, Standing.TOLD):
        return answer(ask.say("notice_told_before", name=one.label, number=notice.id))
    ask.store.told_by_telephone(notice.id, one.person, ask.person.id, ask.now)
    _log(ask, "notice_told", notice, person=str(one.person))
    at = moment(ask, ask.now)
    return answer(ask.say("notice_told", name=one.label, number=notice.id, by=ask.person.label, at=at))


def _stop(ask: StaffAsk, notice: Notice, recalled: bool) -> StaffAnswer:
    """Send no more. What has arrived is put right by a correction."""
    if notice.state is NoticeState.DRAFT:
        ask.store.set_notice(notice.id, NoticeState.STOPPED, None, None)
        _log(ask, "notice_dropped", notice)
        return answer(ask.say("notice_dropped", number=notice.id))
    if notice.state is NoticeState.RECALLED or (notice.state is NoticeState.STOPPED and not recalled):
        return answer(_already(ask, notice))
    state = NoticeState.RECALLED if recalled else NoticeState.STOPPED
    held_back = stop(ask.store, ask.clerk, notice.id, state)
    _log(ask, "notice_recalled" if recalled else "notice_stopped", notice)
    shown = sum(one.was_shown for one in by_person(ask.store.deliveries(notice.id)))
    key = "notice_recalled" if recalled else "notice_stopped"
    return answer(ask.say(key, number=notice.id, held_back=held_back, shown=shown))


def _correct(ask: StaffAsk, notice: Notice, order: Order) -> StaffAnswer:
    """A new notice to exactly those whom this one reached; of a draft, a new draft in its place."""
    if notice.state is NoticeState.DRAFT:
        made = _keep_draft(ask, order, notice.audience, None)
        if made.pending:
            ask.store.set_notice(notice.id, NoticeState.STOPPED, None, None)
        return made
    if notice.released_at is None:
        return answer(ask.say("notice_dropped", number=notice.id))
    return _keep_draft(ask, order, {"notice": str(notice.id)}, notice)


def _first(ask: StaffAsk, notice: Notice) -> Notice:
    """The notice at the beginning of a row of corrections: its audience says what variables may be used."""
    while notice.replaces is not None and (earlier := ask.store.notice(notice.replaces)) is not None:
        notice = earlier
    return notice


# Saying


def _state(ask: StaffAsk, notice: Notice) -> str:
    return ask.say(f"notice_state_{notice.state}")


def _choice(ask: StaffAsk, key: str, number: int) -> Choice:
    label = ask.say(key)
    return Choice(label, f"{label} 通知{number}")


def _log(ask: StaffAsk, action: str, *notices: Notice, **details: str) -> None:
    entries = [
        AuditEntry(action, None, ask.person.id, ask.inbound.channel, {"notice": str(one.id), **details})
        for one in notices
    ]
    ask.store.audit(entries, ask.now)
