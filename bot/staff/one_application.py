"""One application as its body and the office see it: never the private self-check."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.application import Application, AuditEntry
from bot.model.mail import FileKind, Material, MaterialState
from bot.model.spoken import spoken_time
from bot.review.debts import debt_labels, owes
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.dossier import DECISION, RETURN_DUE, RETURN_REASON, late_attempts
from bot.staff.moves import unit_of
from bot.staff.stage_words import is_held, stage_label

_SHOWN = 40  # characters of a value


def show(ask: StaffAsk, known: Application) -> StaffAnswer:
    """State, receipt, what was filled in, materials, debts, contact. The look is put on record."""
    ask.store.audit([AuditEntry("view", known.id, ask.person.id, ask.inbound.channel)], ask.now)
    campaign = ask.clerk.campaign
    names = {body.id: body.name for body in campaign.bodies}
    lines = [
        ask.say("one_head", unit=unit_of(campaign, known), number=known.number),
        ask.say(
            "one_stage",
            stage=stage_label(ask, known),
            receipt=known.receipt or ask.say("one_no_receipt"),
        ),
        ask.say("one_body", body=names.get(known.body) or ask.say("one_no_body")),
        *(
            ask.say("one_value", label=field.label, value=_short(ask, known.values[field.id]))
            for field in campaign.form.fields
            if known.values.get(field.id)
        ),
        *_materials(ask, ask.store.materials(known.id)),
        _debts(ask, known),
        *_course(ask, known),
    ]
    return answer("\n".join(lines))


def _short(ask: StaffAsk, value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _SHOWN else ask.say("one_long", text=line[:_SHOWN], count=len(value))


def _materials(ask: StaffAsk, materials: Sequence[Material]) -> list[str]:
    """The newest of each kind that is registered, and how many wait."""
    lines = []
    for kind in FileKind:
        here = [one for one in materials if one.kind is kind and one.state is MaterialState.REGISTERED]
        if here:
            at = spoken_time(here[-1].at.astimezone(ask.clerk.campaign.zone))
            lines.append(ask.say("one_file", name=here[-1].name, version=here[-1].version, at=at))
    waiting = sum(one.state is MaterialState.PENDING for one in materials)
    return [*lines, ask.say("one_waiting", count=waiting)] if waiting else lines


def _debts(ask: StaffAsk, known: Application) -> str:
    campaign = ask.clerk.campaign
    debts = debt_labels(campaign, owes(campaign, known))
    return ask.say("one_owes", names="、".join(debts)) if debts else ask.say("one_complete")


def _course(ask: StaffAsk, known: Application) -> list[str]:
    """A return that is open, the latest decision, and what was tried too late."""
    zone = ask.clerk.campaign.zone
    lines = []
    if due := known.dossier.get(RETURN_DUE):
        lines.append(ask.say("one_return", reason=known.dossier.get(RETURN_REASON, ""), due=due))
    held = not ask.is_office and is_held(ask.clerk.campaign, known.stage)
    if (decision := known.dossier.get(DECISION)) and not held:
        lines.append(ask.say("one_decision", decision=decision))
    late = [
        f"{spoken_time(at.astimezone(zone))}{ask.say(f'late_{what}')}"
        for what, at in late_attempts(known.dossier)
    ]
    return [*lines, ask.say("one_late", times="、".join(late))] if late else lines
