"""The office imports a schedule of visits: shown first, then entered as a whole, nothing while a row is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.staff import Role
from bot.model.visit import Inspector, Visit
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.visit_acts import Wanted, all_taken, calendar_of, plan
from bot.visits.schedule_rows import PlannedRow, Row, RowProblem, SheetWorld, read_schedule


@dataclass(frozen=True, slots=True)
class SchedulePreview:
    """What would be entered. With any of the `problems` nothing is."""

    visits: tuple[PlannedRow, ...]
    problems: tuple[RowProblem, ...]


def preview_schedule(ask: StaffAsk, rows: Sequence[Row]) -> SchedulePreview:
    """The visits in the rows, and what is wrong with them; changes nothing. `Refused` outside the office."""
    office_only(ask)
    world = SheetWorld(calendar_of(ask), ask.store.applications(), inspectors(ask), all_taken(ask))
    return SchedulePreview(*read_schedule(rows, world))


def import_schedule(ask: StaffAsk, rows: Sequence[Row]) -> tuple[Visit, ...]:
    """Enter all visits of the rows, to be released like any others. `Refused` with every problem there is."""
    read = preview_schedule(ask, rows)
    if read.problems:
        raise Refused("\n".join(one.text for one in read.problems))
    return plan(ask, [Wanted(one.application.id, one.plan) for one in read.visits])


def inspectors(ask: StaffAsk) -> tuple[Inspector, ...]:
    """Who may be sent on a visit: inspectors and people of the office."""
    members = [*ask.store.members(Role.INSPECTOR), *ask.store.members(Role.OFFICE)]
    return tuple(dict.fromkeys(Inspector(member.person, member.name) for member in members))
