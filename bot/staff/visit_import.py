"""The office imports a schedule of visits: shown first, entered once no row is wrong any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.units import unit_key
from bot.model.application import Application
from bot.model.staff import Role
from bot.model.visit import Inspector
from bot.ports_visits import VisitQuery
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.visit_acts import Wanted, calendar_of, plan
from bot.visits.conflicts import taken
from bot.visits.schedule_rows import PlannedRow, Row, RowProblem, SheetWorld, named_in, read_schedule


@dataclass(frozen=True, slots=True)
class SchedulePreview:
    """What would be entered. With any of the `problems` nothing is."""

    visits: tuple[PlannedRow, ...]
    problems: tuple[RowProblem, ...]


def preview_schedule(ask: StaffAsk, rows: Sequence[Row]) -> SchedulePreview:
    """The visits in the rows, and what is wrong with them; changes nothing. `Refused` outside the office."""
    office_only(ask)
    every = ask.store.visits_with([row.visit for row in ask.store.find_visits(VisitQuery(is_office=True))])
    there = taken(ask.clerk.campaign, every)  # on which days the rows are is not known yet
    world = SheetWorld(calendar_of(ask), _named(ask, rows), inspectors(ask), there)
    return SchedulePreview(*read_schedule(rows, world))


def checked_schedule(ask: StaffAsk, rows: Sequence[Row]) -> tuple[Wanted, ...]:
    """The visits in the rows that are not there yet. `Refused` with every problem there is."""
    read = preview_schedule(ask, rows)
    if read.problems:
        raise Refused("\n".join(one.text for one in read.problems))
    return tuple(Wanted(one.application.id, one.plan) for one in read.visits if not one.is_there)


def import_schedule(ask: StaffAsk, rows: Sequence[Wanted]) -> int:
    """Enter these visits, all or none, to be released like any others; how many."""
    return len(plan(ask, rows))


def inspectors(ask: StaffAsk) -> tuple[Inspector, ...]:
    """Who may be sent on a visit: inspectors and people of the office."""
    members = [*ask.store.members(Role.INSPECTOR), *ask.store.members(Role.OFFICE)]
    return tuple(dict.fromkeys(Inspector(member.person, member.name) for member in members))


def _named(ask: StaffAsk, rows: Sequence[Row]) -> tuple[Application, ...]:
    """The applications that the rows name, by number or unit."""
    numbers, units = named_in(rows)
    found = [ask.store.find_application(number) for number in numbers]
    for unit in units:
        claim = ask.store.claim(unit_key(ask.clerk.campaign.units, unit))
        found.append(ask.store.application(claim.application) if claim else None)
    return tuple({one.id: one for one in found if one is not None}.values())
