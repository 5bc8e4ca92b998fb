"""The first page of whoever asks: the office's, a body's and an inspector's, each to those who have the role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.today import Board, Countdown, Number, Task, Today, board, task_numbers, today
from bot.console.viewer import Viewer
from bot.ports_console import Scope
from bot.ports_visits import VisitQuery
from bot.sheets.listing import own_open_sheets
from bot.staff.desk import StaffAsk
from bot.staff.moves import cutoff_of, unit_of
from bot.staff.routes import body_by_id
from bot.staff.standing import CANDIDATE, DRAFT, RETURNED, SUBMITTED
from bot.visits.covert import own_covert
from bot.visits.outline import Standing
from bot.visits.wording import spoken_when

_OWN_STAGES = (DRAFT, SUBMITTED, RETURNED, CANDIDATE)
_AHEAD = 20  # visits and sheets of a list


@dataclass(frozen=True, slots=True)
class OwnBody:
    """How far a body is that somebody speaks for."""

    id: str
    name: str
    stages: tuple[tuple[str, int], ...]  # stage id and count: drafts, to be looked at, returned, candidates
    total: int
    cutoff: Countdown
    sent: bool  # a package, or the report that nobody is recommended


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit ahead of somebody's team. `id` is 0 for one that is not announced."""

    id: int
    number: str
    unit: str
    when: str
    covert: bool


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """An open sheet of somebody's team."""

    id: int
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class FirstPage:
    """`office` for the office; `bodies` with `own` for those who speak for one; the rest for inspectors."""

    deadline: Countdown
    office: Today | None
    bodies: tuple[OwnBody, ...]
    own: tuple[Number, ...]  # what calls for a decision on the bodies' own applications
    inspects: bool
    visits: tuple[OwnVisit, ...]  # by day
    sheets: tuple[OwnSheet, ...]  # the first of the open ones
    open_sheets: int
    reviews: tuple[int, int] | None  # given to them, of these handed in; None: not invited


def first_page(ask: StaffAsk, viewer: Viewer) -> FirstPage:
    """All parts for somebody's roles, as things stand now."""
    campaign = ask.clerk.campaign
    left = (campaign.deadline - ask.today).days
    inspects = viewer.is_inspector
    sheets = _sheets(ask) if inspects else ()
    return FirstPage(
        deadline=Countdown("", campaign.deadline, left),
        office=_office(ask, viewer) if viewer.is_office else None,
        bodies=_bodies(ask, viewer.bodies),
        own=_own_numbers(ask, viewer) if viewer.bodies else (),
        inspects=inspects,
        visits=_visits(ask) if inspects else (),
        sheets=sheets[:_AHEAD],
        open_sheets=len(sheets),
        reviews=ask.store.own_counts(ask.person.id) if inspects else None,
    )


def office_board(ask: StaffAsk) -> Board:
    """Bodies by stages as whoever asks may see them: the office all, a body its own."""
    scope = Scope(everything=ask.is_office, bodies=ask.bodies)
    return board(ask.store, ask.clerk.campaign, scope, ask.today)


def visit_tasks(ask: StaffAsk, viewer: Viewer) -> Mapping[Task, int]:
    """What is to be decided of the visits that this person may see, as `bot.console.visit_sheet` tells them apart."""
    tasks = _OF_OFFICE if viewer.is_office else {Standing.TOLD: Task.VISITS}
    found = dict.fromkeys(tasks.values(), 0)
    if viewer.is_office or ask.clerk.campaign.visits.bodies_see:
        scope = VisitQuery(viewer.is_office, bodies=viewer.bodies)
        for count in ask.store.count_visits(scope):
            if count.standing in tasks:
                found[tasks[count.standing]] += count.on_these_days
    return found


_OF_OFFICE = {
    Standing.TOLD: Task.VISITS,
    Standing.WISH: Task.WISHES,
    Standing.UNRELEASED: Task.RELEASES,
    Standing.CHANGING: Task.CHANGES,
}


def _office(ask: StaffAsk, viewer: Viewer) -> Today:
    knowledge = ask.clerk.knowledge
    return today(
        ask.store,
        ask.clerk.campaign,
        Scope(everything=True),
        ask.now,
        ask.clerk.machine_now(),
        lambda text: bool(knowledge.answer(text).approved),
        visit_tasks(ask, viewer),
    )


def _own_numbers(ask: StaffAsk, viewer: Viewer) -> tuple[Number, ...]:
    """Of a body those about its own applications; what only the office settles is not among them."""
    outside = Viewer(viewer.person, tuple(role for role in viewer.roles if role.body))
    scope, tasks = Scope(bodies=viewer.bodies), visit_tasks(ask, outside)
    found = task_numbers(ask.store, ask.clerk.campaign, scope, ask.today, lambda text: False, tasks)
    return tuple(number for number in found if number.task is not Task.NO_ROUTE)


def _bodies(ask: StaffAsk, bodies: tuple[str, ...]) -> tuple[OwnBody, ...]:
    if not bodies:
        return ()
    campaign = ask.clerk.campaign
    counts = board(ask.store, campaign, Scope(bodies=bodies), ask.today)
    sent = {package.body for body in bodies for package in ask.store.package_heads(body)}

    def row(body: str) -> OwnBody:
        known, last = body_by_id(campaign, body), cutoff_of(ask, body)
        return OwnBody(
            body,
            known.name if known else body,
            tuple((stage, counts.counts.get((body, stage), 0)) for stage in _OWN_STAGES),
            counts.of_body(body),
            Countdown(body, last, (last - ask.today).days),
            body in sent,
        )

    return tuple(row(body) for body in bodies)


def _visits(ask: StaffAsk) -> tuple[OwnVisit, ...]:
    """Those of this person's team that are ahead, and the unannounced ones this person knows of."""
    campaign = ask.clerk.campaign
    found = [
        (visit.id, there, visit.current.plan)
        for visit, there in ask.store.visits_ahead(ask.today, ask.person.id)
        if visit.current is not None and visit.current.plan.has(ask.person.id)
    ]
    for covert in own_covert(ask):
        there = ask.store.application(covert.application)
        if there is not None and covert.plan.has(ask.person.id):
            found.append((0, there, covert.plan))
    found.sort(key=lambda one: (one[2].day, one[2].start, one[0]))
    return tuple(
        OwnVisit(visit, there.number, unit_of(campaign, there), spoken_when(plan), not visit)
        for visit, there, plan in found[:_AHEAD]
    )


def _sheets(ask: StaffAsk) -> tuple[OwnSheet, ...]:
    return tuple(OwnSheet(one.id, one.number, one.unit) for one in own_open_sheets(ask, _AHEAD))
