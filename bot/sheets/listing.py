"""The sheets somebody may see as lines of a list, and the visits for which the office may open one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.model.application import Application
from bot.model.staff import Role
from bot.model.visit import CovertVisit, Inspector, VisitPlan
from bot.ports_sheets import ListedSheet
from bot.sheets.access import FINISH, START, scope_of, seen_sheets
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


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of the sheets that somebody may see, the newest first."""

    rows: tuple[SheetRow, ...]
    total: int  # on all pages
    page: int  # from 1; the last where there are not so many


def sheet_page(ask: StaffAsk, page: int, size: int) -> SheetPage:
    """The page of so many that is asked for."""
    scope = scope_of(ask)
    if scope is None:
        return SheetPage((), 0, 1)
    found, total = ask.store.find_sheets(replace(scope, offset=(page - 1) * size, limit=size))
    if not found and page > 1:
        _, total = ask.store.find_sheets(replace(scope, limit=1))
        return sheet_page(ask, -(-total // size) or 1, size)
    return SheetPage(tuple(_row(ask, one) for one in found), total, page)


def own_open_sheets(ask: StaffAsk, most: int) -> Sequence[SheetRow]:
    """Those of somebody's own teams that are to be filled or signed, the newest first."""
    scope = scope_of(ask)
    if scope is None:
        return ()
    found, _ = ask.store.find_sheets(replace(scope, is_own_open=True, limit=most))
    return [_row(ask, one) for one in found]


def visits_to_open(ask: StaffAsk, most: int) -> tuple[tuple[ToOpen, ...], int]:
    """The first visits of units being inspected that have no sheet, by day, and how many; for the office, else none.

    Unannounced ones only for those who know of them.
    """
    if not ask.is_office:
        return (), 0
    ids, total = ask.store.visits_without_sheet(_inspected_stages(ask), most)
    announced = (
        _to_open(ask, known, visit.id, visit.current.plan, False)
        for visit, known in ask.store.visits_with(ids)
        if visit.current is not None
    )
    covert = [one for each in own_covert(ask) if (one := _covert_to_open(ask, each)) is not None]
    found = sorted((*announced, *covert), key=lambda one: (one.day or date.max, one.number))
    return tuple(found[:most]), total + len(covert)


def _covert_to_open(ask: StaffAsk, covert: CovertVisit) -> ToOpen | None:
    known = ask.store.application(covert.application)
    if known is None or known.stage not in _inspected_stages(ask):
        return None
    if any(desk.sheet.covert and desk.sheet.visit in (0, covert.id) for desk in seen_sheets(ask, known.id)):
        return None
    return _to_open(ask, known, 0, covert.plan, True)


def to_open(ask: StaffAsk, number: str, visit: int, covert: bool) -> ToOpen:
    """What a sheet would be opened for: by number or unit, or both as they are offered. For the office.

    `Refused` where there is no such application.
    """
    if not ask.is_office:
        raise Refused(ask.say("sheet_office_only"))
    application = find(ask, number)
    for one, known in ask.store.visits_with([visit]) if visit else ():
        if known.id == application.id and one.current is not None and one.is_on:
            return _to_open(ask, application, visit, one.current.plan, False)
    for each in own_covert(ask) if covert and not visit else ():
        if each.application == application.id and (found := _covert_to_open(ask, each)) is not None:
            return found
    return ToOpen(application.number, unit_of(ask.clerk.campaign, application), visit, covert, None, ())


def candidates(ask: StaffAsk) -> Sequence[Candidate]:
    """Everybody who may be of a team, once: inspectors before the office."""
    members = [*ask.store.members(Role.INSPECTOR), *ask.store.members(Role.OFFICE)]
    return [Candidate(*one) for one in {one.person: (one.person, one.name) for one in members}.values()]


def _row(ask: StaffAsk, one: ListedSheet) -> SheetRow:
    state = SheetState.SIGNED if one.signed > one.reopened else SheetState.OPEN
    if one.signed and state is SheetState.OPEN:
        state = SheetState.REOPENED
    return SheetRow(
        id=one.sheet.id,
        number=one.number,
        unit=one.unit,
        stage=ask.clerk.campaign.stage(one.stage).label,
        covert=one.sheet.covert,
        team=tuple(member.name for member in one.sheet.team),
        opened_at=one.sheet.opened_at,
        state=state,
    )


def _to_open(ask: StaffAsk, application: Application, visit: int, plan: VisitPlan, covert: bool) -> ToOpen:
    unit = unit_of(ask.clerk.campaign, application)
    return ToOpen(application.number, unit, visit, covert, plan.day, plan.team)


def _inspected_stages(ask: StaffAsk) -> set[str]:
    return {arrow.source for arrow in ask.clerk.campaign.arrows if arrow.action in (START, FINISH)}
