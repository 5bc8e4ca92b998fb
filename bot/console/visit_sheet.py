"""Inspections as a sheet: the schedule as it is shown, and the empty sheet that is filled to be imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.model.visit import VisitState
from bot.staff.visit_views import Schedule, VisitShown
from bot.visits.outline import Standing
from bot.visits.wording import spoken_span
from config.campaign import Campaign

_WIDTHS = (6.0, 12.0, 28.0, 18.0, 12.0, 20.0, 10.0, 18.0, 12.0, 16.0, 28.0, 12.0, 28.0)
_TEMPLATE_WIDTHS = (12.0, 28.0, 14.0, 16.0, 10.0, 18.0, 12.0, 16.0, 28.0, 24.0)
_EMPTY_ROWS = 30


_STANDING = {
    VisitState.PLANNED: Standing.UNRELEASED,
    VisitState.CHANGING: Standing.CHANGING,
    VisitState.CANCELLED: Standing.CANCELLED,
    VisitState.DROPPED: Standing.DROPPED,
}


def standing_of(shown: VisitShown) -> Standing:
    """How a visit stands for whoever it is shown to. A wish waits for an answer whatever else waits."""
    if shown.wish:
        return Standing.WISH
    if shown.state is not VisitState.ANNOUNCED:
        return _STANDING[shown.state]
    return Standing.CONFIRMED if shown.confirmed else Standing.TOLD


def standing_words(campaign: Campaign, standing: Standing) -> str:
    return campaign.phrases[f"visit_standing_{standing}"]


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What of a schedule is wanted; empty: all."""

    standing: Standing | None = None
    leader: int = 0  # person

    def of(self, schedule: Schedule) -> tuple[VisitShown, ...]:
        """The visits that fit, by day and time; those that are over after the others."""
        every = [*(one for day in schedule.days for one in day.visits), *schedule.others]
        return tuple(
            one
            for one in every
            if (self.standing is None or standing_of(one) is self.standing)
            and (not self.leader or one.shown.plan.leader.person == self.leader)
        )


def schedule_table(
    campaign: Campaign, visits: Sequence[VisitShown], first: date, last: date, made: datetime
) -> Table:
    """验收安排表: a visit a row, in the order given; `made` is the moment by the campaign clock."""
    phrases = campaign.phrases
    names = {body.id: body.name for body in campaign.bodies}
    labels = phrases["visit_table_columns"].split("|")
    kinds = {0: Kind.NUMBER, 4: Kind.DATE}
    columns = [
        Column(label, width, kinds.get(at, Kind.TEXT))
        for at, (label, width) in enumerate(zip(labels, _WIDTHS, strict=True))
    ]
    span = first.isoformat() if first == last else f"{first.isoformat()}至{last.isoformat()}"
    time = f"{made.astimezone(campaign.zone):%Y-%m-%d %H:%M}"
    return Table(
        phrases["visit_table_name"],
        phrases["visit_table"].format(title=campaign.title, span=span),
        columns,
        [_row(campaign, names.get(one.body, ""), place, one) for place, one in enumerate(visits, start=1)],
        phrases["table_made"].format(office=campaign.contact.office, time=time),
    )


def _row(campaign: Campaign, body: str, place: int, one: VisitShown) -> list[Value]:
    plan = one.shown.plan
    return [
        place,
        one.number,
        one.unit,
        body,
        plan.day,
        spoken_span(plan.start, plan.end),
        plan.leader.name,
        "、".join(member.name for member in plan.members),
        plan.contact,
        plan.phone,
        plan.place,
        standing_words(campaign, standing_of(one)),
        one.wish or plan.prepare,
    ]


def template_tables(campaign: Campaign, units: Iterable[tuple[str, str]]) -> tuple[Table, Table]:
    """The sheet to fill, with the units (number, name) that may be visited in it, and how to fill it."""
    phrases = campaign.phrases
    labels = phrases["visit_template_columns"].split("|")
    columns = [Column(label, width) for label, width in zip(labels, _TEMPLATE_WIDTHS, strict=True)]
    rest = [""] * (len(columns) - 2)
    rows: list[list[Value]] = [[number, unit, *rest] for number, unit in units]
    rows += [["", "", *rest] for _ in range(max(0, _EMPTY_ROWS - len(rows)))]
    lines = [[line] for line in phrases["visit_template_help"].split("\n")]
    return (
        Table(phrases["visit_table_name"], phrases["visit_template"], columns, rows),
        Table(
            phrases["visit_template_help_name"],
            phrases["visit_template_help_name"],
            [Column("", 90.0)],
            lines,
        ),
    )
