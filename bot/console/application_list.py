"""The list of applications as its page shows it, row by row, to whoever asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.console.applications import Applications, every_application, list_applications, scope_of
from bot.console.query import NO_BODY, PAGE, ApplicationQuery, Mark
from bot.console.stages import ShownStage, shown_stages
from bot.ports_console import ListedApplication
from bot.staff.desk import StaffAsk
from bot.staff.dossier import LATE_ATTEMPTS, RETURN_DUE


class Column(StrEnum):
    """What may be shown of an application beside number and unit, in this order."""

    BODY = "body"
    RANK = "rank"
    STAGE = "stage"
    OWES = "owes"
    DUE = "due"
    CONTACT = "contact"
    PHONE = "phone"
    SUBMITTED = "submitted"
    UPDATED = "updated"  # the office only


USUAL = (Column.BODY, Column.STAGE, Column.OWES, Column.CONTACT, Column.PHONE, Column.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Row:
    """One application; "" and None where there is nothing to be said."""

    number: str
    unit: str
    body: str  # name
    rank: int | None
    stage: str  # id
    stage_label: str
    owed: tuple[str, ...]  # ids of `bot.review.debts.Debt`
    due: date | None  # of an open return
    tried_late: bool
    contact: str
    phone: str
    submitted_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A body that the list may be narrowed to."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ApplicationListView:
    query: ApplicationQuery
    rows: tuple[Row, ...]
    total: int
    pages: int
    columns: tuple[Column, ...]  # that this person may choose
    stages: tuple[ShownStage, ...]
    bodies: tuple[Choice, ...]
    marks: tuple[Mark, ...]


def application_list(ask: StaffAsk, query: ApplicationQuery) -> ApplicationListView:
    """The page that is asked for, within the scope of whoever asks (I14)."""
    campaign, scope = ask.clerk.campaign, scope_of(ask.viewer)
    found = list_applications(ask.store, campaign, scope, query, ask.today)
    own = [body for body in campaign.bodies if scope.everything or body.id in scope.bodies]
    bodies = [Choice(body.id, body.name) for body in own]
    if scope.everything:
        bodies.append(Choice(NO_BODY, campaign.phrases["table_no_body"]))
    marks = tuple(mark for mark in Mark if mark and (scope.everything or mark is not Mark.NO_ROUTE))
    return ApplicationListView(
        query=query,
        rows=_rows(ask, found.rows),
        total=found.total,
        pages=max(1, -(-found.total // PAGE)),
        columns=tuple(column for column in Column if scope.everything or column is not Column.UPDATED),
        stages=shown_stages(campaign, scope.everything),
        bodies=tuple(bodies) if len(bodies) > 1 else (),
        marks=marks,
    )


def whole_list(
    ask: StaffAsk, query: ApplicationQuery, numbers: Collection[str] | None = None
) -> Applications:
    """The whole list as a table for printing has it; only these numbers, where any are named."""
    found = every_application(ask.store, ask.clerk.campaign, scope_of(ask.viewer), query, ask.today)
    if numbers is None:
        return found
    rows = tuple(row for row in found.rows if row.application.number in numbers)
    return type(found)(rows, len(rows), found.sums)


def _rows(ask: StaffAsk, found: tuple[ListedApplication, ...]) -> tuple[Row, ...]:
    campaign = ask.clerk.campaign
    labels = {stage.id: stage.label for stage in shown_stages(campaign, ask.is_office)}
    names = {body.id: body.name for body in campaign.bodies}

    def row(one: ListedApplication) -> Row:
        known = one.application
        due = known.dossier.get(RETURN_DUE, "")
        return Row(
            number=known.number,
            unit=known.values.get(campaign.form.unit_field, ""),
            body=names.get(known.body, ""),
            rank=one.rank,
            stage=known.stage,
            stage_label=labels.get(known.stage, known.stage),
            owed=one.owes,
            due=date.fromisoformat(due) if due else None,
            tried_late=bool(known.dossier.get(LATE_ATTEMPTS)),
            contact=known.values.get(campaign.reminders.contact_name, ""),
            phone=known.values.get(campaign.reminders.contact_phone, ""),
            submitted_at=one.submitted_at,
            updated_at=one.updated_at,
        )

    return tuple(row(one) for one in found)
