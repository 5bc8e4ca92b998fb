"""Moving an application along an arrow of the campaign, by a named person (commands page §13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.model.application import Application, AuditEntry
from bot.model.spoken import spoken_date, spoken_time
from bot.model.staff import Role
from bot.staff.desk import StaffAsk
from bot.staff.dossier import DECISION, REOPENED_UNTIL, RETURN_DUE, RETURN_REASON, without_return
from bot.staff.routes import left_place
from bot.staff.stage_words import is_held, stage_label
from bot.staff.tell import tell
from bot.work.carry_out import row_key
from config.campaign import Arrow, Campaign

RETURN = "return"  # the action that asks for a due date
REOPEN_LATE = "reopen_late"  # the action that gives time after the deadline: to its due date, else to the end


class MoveRefused(Exception):
    """The move is not made; the message is the sentence that says why, fit for the person who asked."""


def refusal(
    ask: StaffAsk, application: Application, action: str, reason: str = "", due: date | None = None
) -> str:
    """Why this person may not make this move now; "" if they may.

    Somebody out of scope learns no more than of an application that does not exist.
    """
    if not ask.sees(application):
        return ask.say("staff_not_found")
    arrow = _arrow(ask, application, action)
    if arrow is None:
        stage = stage_label(ask, application)
        is_shown = ask.is_office or not is_held(ask.clerk.campaign, application.stage)
        named = {"unit": unit_of(ask.clerk.campaign, application), "number": application.number}
        if any(one.target == application.stage for one in _arrows(ask, application, action)):
            return ask.say("staff_moved_already", stage=stage, **named)
        why = ask.say("staff_no_move", stage=stage, act=_act_label(ask, action), **named)
        decision = application.dossier.get(DECISION, "") if is_shown else ""
        return f"{why}\n{ask.say('staff_decided', decision=decision)}" if decision else why
    if arrow.needs_reason and not reason.strip():
        return ask.say("staff_needs_reason", act=arrow.label)
    return _due_refusal(ask, application, due) if action == RETURN or due is not None else ""


def move(
    ask: StaffAsk,
    application: Application,
    action: str,
    reason: str = "",
    due: date | None = None,
    told: bool = True,
) -> Application:
    """Make the move and tell the holder; the application as it is then. MoveRefused as `refusal` says.

    `told` is False where whoever moves it writes to the holder in words of their own.

    The reason is kept in the dossier and told; the audit log has only its hash.
    A result (a final stage of what was submitted) is not told here: results are released together.
    """
    if why := refusal(ask, application, action, reason, due):
        raise MoveRefused(why)
    arrow = _arrow(ask, application, action)
    assert arrow is not None  # else refused
    campaign, store = ask.clerk.campaign, ask.store
    target = campaign.stage(arrow.target)
    store.move(application.id, target.id, not left_place(campaign, target.id), "", ask.now)
    dossier = _dossier(ask, application, arrow, reason.strip(), due)
    if dossier != application.dossier:
        store.set_dossier(application.id, dossier)
    store.audit([_entry(ask, application, arrow, reason, due)], ask.now)
    moved = replace(application, stage=target.id, dossier=dossier)
    if told and _is_told(campaign, arrow):
        _tell_those_concerned(ask, moved, arrow, reason.strip(), due)
    return moved


def unit_of(campaign: Campaign, application: Application) -> str:
    """The unit's name as it stands in the form; where there is none yet, the application's number."""
    return application.values.get(campaign.form.unit_field) or application.number


def _arrow(ask: StaffAsk, application: Application, action: str) -> Arrow | None:
    """The arrow by which this person makes the move."""
    return next((one for one in _arrows(ask, application, action) if one.source == application.stage), None)


def _arrows(ask: StaffAsk, application: Application, action: str) -> list[Arrow]:
    """The arrows of this name that this person may follow somewhere: a body's own, or the office's."""
    roles = {Role.OFFICE} if ask.is_office else set()
    if application.body and application.body in ask.bodies:
        roles.add(Role.BODY)
    return [one for one in ask.clerk.campaign.arrows if one.action == action and one.role in roles]


def _act_label(ask: StaffAsk, action: str) -> str:
    return next((arrow.label for arrow in ask.clerk.campaign.arrows if arrow.action == action), action)


def _due_refusal(ask: StaffAsk, application: Application, due: date | None) -> str:
    """A return has a due date from today on; a body's not after its own date."""
    campaign = ask.clerk.campaign
    last = campaign.ends if ask.is_office else cutoff_of(ask, application.body)
    if due is None:
        return ask.say("staff_needs_due")
    if due < ask.today:
        return ask.say("staff_due_past", day=spoken_date(due))
    if due > last:
        return ask.say("staff_due_late", day=spoken_date(due), last=spoken_date(last))
    return ""


def cutoff_of(ask: StaffAsk, body: str) -> date:
    """The last day a body takes applications: its own, never after the campaign's."""
    return cutoffs_of(ask).get(body, ask.clerk.campaign.deadline)


def cutoffs_of(ask: StaffAsk) -> Mapping[str, date]:
    """The same of every body of the campaign."""
    campaign, own = ask.clerk.campaign, ask.store.cutoffs()
    return {
        item.id: min(own.get(item.id) or item.cutoff or campaign.deadline, campaign.deadline)
        for item in campaign.bodies
    }


def _dossier(
    ask: StaffAsk, application: Application, arrow: Arrow, reason: str, due: date | None
) -> dict[str, str]:
    kept = without_return(application.dossier)
    if arrow.action == RETURN and due is not None:
        kept |= {RETURN_DUE: due.isoformat(), RETURN_REASON: reason}
    if arrow.action == REOPEN_LATE:
        kept[REOPENED_UNTIL] = (due or ask.clerk.campaign.ends).isoformat()
    if reason:
        at = spoken_time(ask.now.astimezone(ask.clerk.campaign.zone))
        kept[DECISION] = f"{ask.person.label} {at} {arrow.label}：{reason}"
    return kept


def _entry(
    ask: StaffAsk, application: Application, arrow: Arrow, reason: str, due: date | None
) -> AuditEntry:
    details = {"from": arrow.source, "to": arrow.target}
    if reason:
        details["reason"] = hashlib.sha256(reason.encode()).hexdigest()
    if due is not None:
        details["due"] = due.isoformat()
    return AuditEntry(arrow.action, application.id, ask.person.id, ask.inbound.channel, details)


def _is_told(campaign: Campaign, arrow: Arrow) -> bool:
    """Not where the unit reads the same as before, and not a result."""
    source, target = campaign.stage(arrow.source), campaign.stage(arrow.target)
    is_result = target.final and target.replay == "submitted"
    return source.public_label != target.public_label and not is_result


def _tell_those_concerned(
    ask: StaffAsk, application: Application, arrow: Arrow, reason: str, due: date | None
) -> None:
    """The holder; of what the office decides with a reason, the body as well."""
    campaign = ask.clerk.campaign
    named = {"unit": unit_of(campaign, application), "number": application.number}
    lines = [ask.say("staff_moved", public_label=arrow.public_label, **named)]
    if reason:
        lines.append(ask.say("staff_moved_reason", reason=reason))
    if due is not None:
        lines.append(ask.say("staff_moved_due", day=spoken_date(due)))
    text = "\n".join(lines)
    people = [application.holder]
    if arrow.role == Role.OFFICE and arrow.needs_reason and application.body:
        people += contacts(ask, application.body)
    for person in dict.fromkeys(people):
        if person != ask.person.id:
            key = f"{row_key(ask.inbound)}#{arrow.action}:{application.id}:{person}"
            tell(ask.store, ask.clerk, person, key, text, about=application)


def contacts(ask: StaffAsk, body: str) -> list[int]:
    """Whom a body's matters are told to: its contacts; where it has none, its deputies."""
    members = ask.store.members(Role.BODY, body)
    return [member.person for member in members if not member.deputy] or [m.person for m in members]
