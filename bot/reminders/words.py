"""What reminders say, with a person's own values. Every text ends with where the application stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.model.application import Application
from bot.reminders.rules import Base
from bot.review.debts import Debt
from config.campaign import Audience, BaseDate, Body, Campaign

FORM = "form"  # owed: the form is not filed
PACKAGE = "package"  # owed by a body: what it recommends, or that it recommends nobody
WAITING = "waiting"  # owed by a body: applications wait for it
_DEBTS = frozenset(debt.value for debt in Debt)
_UNIT_SHOWN = 60  # characters of a unit's name


def unit_text(
    campaign: Campaign, application: Application, owed: Sequence[str], base: Base, today: date
) -> str:
    """What the holder of an application is told: what is owed, until when, and its state."""
    before, after = unit_frame(campaign, application, owed)
    return "\n".join((before, until(campaign, base, today), after))


def unit_frame(campaign: Campaign, application: Application, owed: Sequence[str]) -> tuple[str, str]:
    """What stands before and after the date, the same in all reminders of an application."""
    phrases, contact = campaign.phrases, campaign.contact
    before = phrases["remind_unit"].format(
        unit=unit_of(campaign, application, phrases["remind_unnamed"]),
        number=application.number,
        what=_what(campaign, application, owed),
    )
    ask = phrases["remind_materials"].format(
        email=contact.email, office=contact.office_short, phone=contact.phone
    )
    return before, f"{ask}\n{state_of(campaign, application)}"


def _what(campaign: Campaign, application: Application, owed: Sequence[str]) -> str:
    phrases = campaign.phrases
    parts: list[str] = []
    if FORM in owed:
        if is_returned(campaign, application):
            parts.append(phrases["remind_returned"])
        missing = missing_labels(campaign, application)
        if missing:
            listed = "、".join(missing)
            parts.append(phrases["remind_missing"].format(count=len(missing), missing=listed))
        elif not parts:
            parts.append(phrases["remind_complete"])
    debts = [phrases[f"debt_{debt}"] for debt in owed if debt in _DEBTS]
    if debts:
        parts.append(phrases["remind_debts"].format(debts="、".join(debts)))
    return "".join(parts)


def body_text(
    campaign: Campaign, body: Body, waiting: int, audience: Audience, base: Base, today: date
) -> str:
    """What the people of a recommending body are told."""
    phrases, contact = campaign.phrases, campaign.contact
    work = phrases["remind_body_waiting"].format(count=waiting) if waiting else phrases["remind_body_none"]
    lines = [phrases["remind_body"].format(body=body.name, waiting=work), until(campaign, base, today)]
    if audience is Audience.DEPUTY:
        lines.append(phrases["remind_body_deputy"])
    lines.append(phrases["remind_body_ask"].format(office=contact.office_short, phone=contact.phone))
    lines.append(phrases["remind_state_body"])
    return "\n".join(lines)


def until(campaign: Campaign, base: Base, today: date) -> str:
    """The date, whose it is, and how far off it is on `today`."""
    phrases = campaign.phrases
    clause = campaign.clause(campaign.deadline_clause).label
    count = (base.day - today).days
    left = phrases["remind_left"].format(count=count) if count > 0 else phrases["remind_left_today"]
    match base.kind:
        case BaseDate.CUTOFF:
            return phrases["remind_cutoff"].format(
                body=next(body.name for body in campaign.bodies if body.id == base.owner),
                day=day_words(campaign, base.day),
                left=left,
                deadline=campaign.deadline_words,
                clause=clause,
            )
        case BaseDate.DUE:
            return phrases["remind_due"].format(day=day_words(campaign, base.day), left=left)
        case BaseDate.DEADLINE:
            words = campaign.deadline_words
            return phrases["remind_deadline"].format(deadline=words, clause=clause, left=left)


def state_of(campaign: Campaign, application: Application) -> str:
    """草稿，尚未报送, or 已报送 with its receipt; nothing in between."""
    phrases, stage = campaign.phrases, campaign.stage(application.stage)
    if stage.replay == "submitted":
        return phrases["remind_state_submitted"].format(state=stage.public_label, receipt=application.receipt)
    if is_returned(campaign, application):
        return phrases["remind_state_returned"]
    return phrases["remind_state_draft"]


def contact_of(campaign: Campaign, application: Application) -> tuple[str, str]:
    """Name and telephone of whom the form names; "" for what it does not."""
    fields, values = campaign.reminders, application.values
    return values.get(fields.contact_name, ""), values.get(fields.contact_phone, "")


def unit_line(campaign: Campaign, application: Application, owed: Sequence[str]) -> str:
    """A unit on the office's call sheet."""
    return _unit_line(campaign, application, owed_words(campaign, owed))


def moved_line(campaign: Campaign, held: Sequence[Application], name: str, news: str) -> str:
    """Somebody who is to be told of a moved date, on the office's call sheet."""
    if held:
        return _unit_line(campaign, held[-1], news)
    known = name or campaign.phrases["call_sheet_unknown"]
    return campaign.phrases["call_sheet_person"].format(name=known, news=news)


def _unit_line(campaign: Campaign, application: Application, news: str) -> str:
    unknown = campaign.phrases["call_sheet_unknown"]
    name, phone = contact_of(campaign, application)
    return campaign.phrases["call_sheet_unit"].format(
        unit=unit_of(campaign, application, campaign.phrases["call_sheet_unnamed"]),
        number=application.number,
        name=name or unknown,
        phone=phone or unknown,
        owes=news,
    )


def body_line(campaign: Campaign, body: Body, owed: Sequence[str], name: str) -> str:
    """A body on the office's call sheet."""
    known = name or campaign.phrases["call_sheet_unknown"]
    owes = owed_words(campaign, owed)
    return campaign.phrases["call_sheet_body"].format(body=body.name, name=known, owes=owes)


def owed_words(campaign: Campaign, owed: Sequence[str]) -> str:
    """What is owed, as people read it."""
    phrases = campaign.phrases
    return "、".join(phrases[f"debt_{item}" if item in _DEBTS else f"remind_owes_{item}"] for item in owed)


def sheet(campaign: Campaign, day: date, lines: Sequence[str]) -> str:
    """The office's call sheet of a day."""
    phrases = campaign.phrases
    head = phrases["call_sheet"].format(day=day_words(campaign, day), count=len(lines))
    numbered = (
        phrases["call_sheet_line"].format(number=number, line=line)
        for number, line in enumerate(lines, start=1)
    )
    return "\n".join((head, *numbered))


def unit_of(campaign: Campaign, application: Application, unnamed: str = "") -> str:
    """The unit's name, shortened; while it has none `unnamed`, or its number."""
    name = application.values.get(campaign.form.unit_field, "")
    if not name:
        return unnamed or application.number
    return name if len(name) <= _UNIT_SHOWN else name[: _UNIT_SHOWN - 2] + "……"


def missing_labels(campaign: Campaign, application: Application) -> list[str]:
    """The items of the form without a value, as printed."""
    values = application.values
    return [field.label for field in campaign.form.fields if not values.get(field.id)]


def is_returned(campaign: Campaign, application: Application) -> bool:
    """Whether it was filed once and lies with the unit again."""
    return campaign.stage(application.stage).replay == "draft" and application.submissions > 0


def day_words(campaign: Campaign, day: date) -> str:
    """7月18日."""
    return campaign.phrases["remind_day"].format(month=day.month, day=day.day)
