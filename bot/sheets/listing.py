"""The sheets somebody may see as lines of a list, and the visits for which the office may open one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.application import Application
from bot.model.staff import Role
from bot.model.visit import Inspector, VisitPlan
from bot.sheets.access import FINISH, START, Desk, seen_sheets, versions
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import unit_of
from bot.visits.covert import own_covert


class SheetState(StrEnum):
    OPEN = "open"
    REOPENED = "reopened"  # was signed off, and is open again
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet in a list. `id` is for its address only: it is not shown, for gaps between them would tell."""

    id: int
    number: str
    unit: str
    stage: str
    covert: bool
    team: tuple[str, ...]  # names, the leader first
    opened_at: datetime
    state: SheetState
    is_member: bool


@dataclass(frozen=True, slots=True)
class ToOpen:
    """A visit that has no sheet so far; or an application, without a visit."""

    number: str
    unit: str
    visit: int  # 0: none was announced
    covert: bool
    day: date | None
    team: tuple[Inspector, ...]  # the leader first


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be of a team."""

    person: int
    name: str


def listed_sheets(ask: StaffAsk) -> tuple[tuple[SheetRow, ...], tuple[ToOpen, ...]]:
    """The sheets that somebody may see, the newest first; and for the office the visits that have none."""
    desks = seen_sheets(ask)
    return tuple(_row(ask, desk) for desk in reversed(desks)), _without_sheet(ask, desks)


def _without_sheet(ask: StaffAsk, desks: Sequence[Desk]) -> tuple[ToOpen, ...]:
    """The visits of units being inspected that have no sheet, by day; for the office, else none.

    Unannounced ones only for those who know of them.
    """
    if not ask.is_office:
        return ()
    store = ask.store
    there = {(desk.sheet.application, desk.sheet.visit, desk.sheet.covert) for desk in desks}
    found: list[ToOpen] = []
    for visit, application in store.visits_ahead(date.min):
        version = visit.current
        if version is None:
            continue
        if (application.id, visit.id, False) not in there and _is_inspected(ask, application):
            found.append(_to_open(ask, application, visit.id, version.plan, False))
    for covert in own_covert(ask):
        known = store.application(covert.application)
        if known is None or not _is_inspected(ask, known):
            continue
        if any((known.id, visit, True) in there for visit in (0, covert.id)):
            continue
        found.append(_to_open(ask, known, 0, covert.plan, True))
    return tuple(sorted(found, key=lambda one: (one.day or date.max, one.number)))


def to_open(ask: StaffAsk, number: str, visit: int, covert: bool) -> ToOpen:
    """What a sheet would be opened for: by number or unit, or both as they are offered. For the office.

    `Refused` where there is no such application.
    """
    if not ask.is_office:
        raise Refused(ask.say("sheet_office_only"))
    for one in _without_sheet(ask, seen_sheets(ask)):
        if (one.number, one.visit, one.covert) == (number, visit, covert):
            return one
    application = find(ask, number)
    return ToOpen(application.number, unit_of(ask.clerk.campaign, application), visit, covert, None, ())


def candidates(ask: StaffAsk) -> Sequence[Candidate]:
    """Everybody who may be of a team, once: inspectors before the office."""
    members = [*ask.store.members(Role.INSPECTOR), *ask.store.members(Role.OFFICE)]
    return [Candidate(*one) for one in {one.person: (one.person, one.name) for one in members}.values()]


def _row(ask: StaffAsk, desk: Desk) -> SheetRow:
    campaign = ask.clerk.campaign
    state = SheetState.SIGNED if desk.is_locked else SheetState.OPEN
    if versions(desk.lines) and not desk.is_locked:
        state = SheetState.REOPENED
    return SheetRow(
        id=desk.sheet.id,
        number=desk.application.number,
        unit=unit_of(campaign, desk.application),
        stage=campaign.stage(desk.application.stage).label,
        covert=desk.sheet.covert,
        team=tuple(one.name for one in desk.sheet.team),
        opened_at=desk.sheet.opened_at,
        state=state,
        is_member=desk.is_member,
    )


def _to_open(ask: StaffAsk, application: Application, visit: int, plan: VisitPlan, covert: bool) -> ToOpen:
    unit = unit_of(ask.clerk.campaign, application)
    return ToOpen(application.number, unit, visit, covert, plan.day, plan.team)


def _is_inspected(ask: StaffAsk, application: Application) -> bool:
    arrows = ask.clerk.campaign.arrows
    return application.stage in {arrow.source for arrow in arrows if arrow.action in (START, FINISH)}
