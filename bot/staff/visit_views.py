"""Inspections as they are shown: to the office all, to a team its own, to a body those of its units (I14).

Unannounced visits are no part of this: nothing here can read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.console.viewer import Viewer
from bot.model.application import Application
from bot.model.visit import AnswerKind, Inspector, Visit, VisitState, VisitVersion
from bot.ports import Store
from bot.ports_visits import VisitCount, Visited, VisitQuery, VisitRow
from bot.reminders.workdays import is_workday
from bot.visits.conflicts import Booked, Calendar, booked, obstacles, taken
from bot.visits.outline import is_confirmed, wish_of
from bot.visits.route import is_roundabout, routes, suggested
from bot.visits.wording import checklist, papers, spoken_when
from bot.work.dates import kept_workdays
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version. `superseded`: it was told and is void now, to be shown struck through."""

    version: VisitVersion
    when: str
    superseded: bool
    by: str  # name of who entered it; "" for viewers outside the office
    settled_by: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What somebody said to the version in force or one before."""

    version: int
    name: str
    kind: AnswerKind
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitShown:
    """One visit as this viewer may see it. `shown` is the version that counts for them."""

    id: int
    application: str
    number: str
    unit: str
    body: str
    state: VisitState
    shown: VisitVersion
    versions: tuple[VersionShown, ...]  # oldest first
    answers: tuple[AnswerShown, ...]  # the office and the team only
    confirmed: bool  # by the unit
    wish: str  # the unit's wish for another day that waits for the office; "" for none
    needs_release_by_other: bool  # entered by this very viewer: somebody else releases it
    conflicts: tuple[str, ...]  # the office only
    checklist: tuple[str, ...]  # what the unit prepares

    @property
    def when(self) -> str:
        return spoken_when(self.shown.plan)


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the schedule. `hints` point out routes that come back to a county."""

    day: date
    is_workday: bool
    visits: tuple[VisitShown, ...]  # by time
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days from the first to the last; `others` are cancelled ones of these days."""

    days: tuple[DayShown, ...]
    others: tuple[VisitShown, ...]
    leaders: tuple[Inspector, ...]  # of all of them, by name
    waiting: int  # proposals to be released, of all days; 0 outside the office
    next_day: date | None  # the first after these days that something is on


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of a list, by day and time; those that are over after the others."""

    visits: tuple[VisitShown, ...]
    total: int  # on all pages
    page: int  # from 1; the last where there are not so many
    leaders: tuple[Inspector, ...]  # of all that the days have, by name
    waiting: int  # as above
    neighbours: tuple[VisitShown, ...]  # all of the days of this page, by day and time; for the office alone


def scope_of(campaign: Campaign, viewer: Viewer) -> VisitQuery:
    """The visits that somebody may see: the office all; a team its own; a body what was told to its units, if the
    campaign lets it (I14)."""
    bodies = viewer.bodies if campaign.visits.bodies_see else ()
    return VisitQuery(viewer.is_office, viewer.person.id, bodies)


def schedule(
    store: Store, campaign: Campaign, viewer: Viewer, first_day: date, last_day: date, today: date
) -> Schedule:
    """What this viewer may see of these days, both included. As many queries, whatever there is."""
    wanted = replace(scope_of(campaign, viewer), first_day=first_day, last_day=last_day)
    counts, rows = store.count_visits(wanted), store.find_visits(wanted)
    look = _Look(store, campaign, viewer, today, rows)
    here = [look.show(row.visit) for row in rows]
    of_day: dict[date, list[VisitShown]] = {}
    for one in here:
        if one.state not in OVER:
            of_day.setdefault(one.shown.plan.day, []).append(one)
    return Schedule(
        tuple(look.day(day, of_day.get(day, ())) for day in _days(first_day, last_day)),
        tuple(one for one in here if one.state in OVER),
        _leaders(counts),
        _waiting(viewer, counts),
        min((one.next_day for one in counts if one.next_day), default=None),
    )


def visit_page(
    store: Store, campaign: Campaign, viewer: Viewer, wanted: VisitQuery, page: int, size: int, today: date
) -> VisitPage:
    """A page of so many of the visits that are wanted, within this viewer's scope, and in as many queries."""
    counts = store.count_visits(wanted)
    total = sum(
        one.on_these_days
        for one in counts
        if wanted.standing in (None, one.standing) and wanted.leader in (0, one.leader.person)
    )
    page = min(page, -(-total // size) or 1)
    rows = store.find_visits(replace(wanted, offset=(page - 1) * size, limit=size))
    look = _Look(store, campaign, viewer, today, rows)
    return VisitPage(
        tuple(look.show(row.visit) for row in rows),
        total,
        page,
        _leaders(counts),
        _waiting(viewer, counts),
        look.neighbours() if viewer.is_office else (),
    )


OVER = (VisitState.CANCELLED, VisitState.DROPPED)


def _leaders(counts: Sequence[VisitCount]) -> tuple[Inspector, ...]:
    found = {one.leader for one in counts if one.on_these_days}
    return tuple(sorted(found, key=lambda one: (one.name, one.person)))


def _waiting(viewer: Viewer, counts: Sequence[VisitCount]) -> int:
    return sum(one.waiting for one in counts) if viewer.is_office else 0


def one_visit(store: Store, campaign: Campaign, viewer: Viewer, visit: int, today: date) -> VisitShown | None:
    """One visit with its history; None alike where there is none and where it is out of this viewer's scope."""
    names = {member.person: member.name for member in store.members()}
    found = _seen(store, campaign, viewer, store.visits_with([visit]), today, names)
    return found[0] if found else None


def visits_of(
    store: Store, campaign: Campaign, viewer: Viewer, application: str, today: date
) -> tuple[VisitShown, ...]:
    """The visits to one unit that this viewer may see; persons of the office without their names."""
    return _seen(store, campaign, viewer, store.visits_on((), [application]), today, {})


def _seen(
    store: Store,
    campaign: Campaign,
    viewer: Viewer,
    visits: Sequence[Visited],
    today: date,
    names: Mapping[int, str],
) -> tuple[VisitShown, ...]:
    """Those of these visits that the viewer may see."""
    rows = [
        VisitRow(visit.id, known.id, visit.latest.plan.day)
        for visit, known in visits
        if _may_see(campaign, viewer, visit, known)
    ]
    look = _Look(store, campaign, viewer, today, rows, names) if rows else None
    return tuple(look.show(row.visit) for row in rows) if look else ()


def _may_see(campaign: Campaign, viewer: Viewer, visit: Visit, known: Application) -> bool:
    """What `scope_of` says, of one visit."""
    if viewer.is_office:
        return True
    current = visit.current
    if current is None:
        return False
    return current.plan.has(viewer.person.id) or (campaign.visits.bodies_see and viewer.sees(known))


class _Look:
    """What is shown of visits that the viewer may see, and what is read for it: for the office also what else is
    on these days, or to these units, which may stand in the way."""

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        viewer: Viewer,
        today: date,
        rows: Sequence[VisitRow],
        names: Mapping[int, str] | None = None,
    ) -> None:
        self.campaign, self.viewer = campaign, viewer
        self.names = names or {}
        self.workdays = {**campaign.reminders.workdays, **kept_workdays(store)}
        self.calendar = Calendar(campaign, today, self.workdays)
        if viewer.is_office:
            around = store.visits_on({row.day for row in rows}, {row.application for row in rows})
        else:
            around = store.visits_with([row.visit for row in rows])
        self.visits = {visit.id: (visit, known) for visit, known in around}
        self._papers = papers(campaign)
        self._of_day: dict[date, list[Visited]] = {}
        self._of_unit: dict[str, list[Visited]] = {}
        for visit, known in around:
            self._of_day.setdefault(visit.latest.plan.day, []).append((visit, known))
            self._of_unit.setdefault(known.id, []).append((visit, known))
        self._days = {row.day for row in rows}

    def neighbours(self) -> tuple[VisitShown, ...]:
        """All of the same days in outline."""
        found = [self._outline(*one) for day in self._days for one in self._of_day[day]]
        return tuple(sorted(found, key=lambda one: (one.shown.plan.day, one.shown.plan.start, one.number)))

    def show(self, visit: int) -> VisitShown:
        found, known = self.visits[visit]
        one, office = self._outline(found, known), self.viewer.is_office
        inside = office or one.shown.plan.has(self.viewer.person.id)
        return replace(
            one,
            versions=tuple(
                self._version(found, kept) for kept in found.versions if office or kept.is_released
            ),
            answers=self._answers(found, known) if inside else (),
            conflicts=self._conflicts(found, known) if office else (),
            checklist=checklist(self.campaign, one.shown.plan, self._papers),
        )

    def _outline(self, visit: Visit, known: Application) -> VisitShown:
        """How a visit stands, without what takes longer: its versions, answers, conflicts and checklist."""
        viewer = self.viewer
        shown = visit.latest if viewer.is_office else visit.current
        assert shown is not None  # others see only what was told
        inside = viewer.is_office or shown.plan.has(viewer.person.id)
        wish = wish_of(visit)
        proposed = visit.proposed if viewer.is_office else None
        return VisitShown(
            visit.id,
            known.id,
            known.number,
            known.values.get(self.campaign.form.unit_field, ""),
            known.body,
            visit.state if viewer.is_office else _state_outside(visit),
            shown,
            (),
            (),
            visit.is_on and is_confirmed(visit, known.holder),
            wish.words if wish and inside else "",
            proposed is not None and proposed.by == viewer.person.id,
            (),
            (),
        )

    def day(self, day: date, here: Sequence[VisitShown]) -> DayShown:
        return DayShown(day, is_workday(day, self.workdays), tuple(here), self._hints(here))

    def _version(self, visit: Visit, one: VisitVersion) -> VersionShown:
        current, office = visit.current, self.viewer.is_office
        void = one.is_released and current is not None and one.version < current.version
        by = self.names.get(one.by, "") if office else ""
        settled_by = self.names.get(one.settled_by or 0, "") if office else ""
        return VersionShown(one, spoken_when(one.plan), void, by, settled_by)

    def _answers(self, visit: Visit, known: Application) -> tuple[AnswerShown, ...]:
        names = dict(self.names)
        for version in visit.versions:
            names |= {one.person: one.name for one in version.plan.team}
        names[known.holder] = known.values.get(self.campaign.form.unit_field, "")
        return tuple(
            AnswerShown(one.version, names.get(one.person, ""), one.kind, one.words, one.at)
            for one in visit.answers
        )

    def _conflicts(self, visit: Visit, known: Application) -> tuple[str, ...]:
        latest = visit.latest
        if latest.cancelled or latest.plan.day < self.calendar.today or not (visit.proposed or visit.is_on):
            return ()
        near = (*self._of_day.get(latest.plan.day, ()), *self._of_unit.get(known.id, ()))
        others = taken(self.campaign, near)
        return obstacles(self.calendar, booked(self.campaign, visit.id, known, latest.plan), others)

    def _hints(self, visits: Sequence[VisitShown]) -> tuple[str, ...]:
        if not self.viewer.is_office or not visits:
            return ()
        here: list[Booked] = [
            booked(self.campaign, one.id, self.visits[one.id][1], one.shown.plan) for one in visits
        ]
        return tuple(
            self.campaign.phrases["visit_route_hint"].format(
                leader=route[0].plan.leader.name, units="、".join(one.unit for one in suggested(route))
            )
            for route in routes(here).values()
            if is_roundabout(route)
        )


def _state_outside(visit: Visit) -> VisitState:
    """A change that waits to be released is nobody's business outside the office."""
    return VisitState.ANNOUNCED if visit.is_on else VisitState.CANCELLED


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
