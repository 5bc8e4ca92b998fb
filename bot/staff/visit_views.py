"""Inspections as they are shown: to the office all, to a team its own, to a body those of its units (I14).

Unannounced visits are no part of this: nothing here can read them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.console.viewer import Viewer
from bot.model.application import Application
from bot.model.visit import AnswerKind, Visit, VisitState, VisitVersion
from bot.ports import Store
from bot.reminders.workdays import is_workday
from bot.staff.visit_answers import is_confirmed, wish_of
from bot.visits.conflicts import Booked, Calendar, booked, obstacles, taken
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
    waiting: int  # proposals to be released, of all days; 0 outside the office
    next_day: date | None  # the first after these days that something is on


def schedule(
    store: Store, campaign: Campaign, viewer: Viewer, first_day: date, last_day: date, today: date
) -> Schedule:
    """What this viewer may see of these days, both included. As many queries, whatever there is."""
    return _schedule(_Look(store, campaign, viewer, today), first_day, last_day)


def schedule_list(
    store: Store,
    campaign: Campaign,
    viewer: Viewer,
    first_day: date,
    last_day: date,
    today: date,
    shown: Callable[[Schedule], Sequence[VisitShown]],
) -> tuple[Schedule, tuple[VisitShown, ...]]:
    """The same for a list: all visits in outline, on the days that have any, and in full those that `shown` picks."""
    look = _Look(store, campaign, viewer, today)
    found = _schedule(look, first_day, last_day, in_full=False)
    return found, tuple(look.in_full(one) for one in shown(found))


def _schedule(look: _Look, first_day: date, last_day: date, in_full: bool = True) -> Schedule:
    dated = [(version.plan.day, visit) for visit in look.visits if (version := look.seen(visit)) is not None]
    show = look.show if in_full else look.outline
    here = [one for day, visit in dated if first_day <= day <= last_day and (one := show(visit))]
    over = (VisitState.CANCELLED, VisitState.DROPPED)
    later = (day for day, visit in dated if day > last_day and look.state_of(visit) not in over)
    standing = sorted(
        (one for one in here if one.state not in over), key=lambda one: (one.shown.plan.start, one.number)
    )
    of_day: dict[date, list[VisitShown]] = {}
    for one in standing:
        of_day.setdefault(one.shown.plan.day, []).append(one)
    on = _days(first_day, last_day) if in_full else sorted(of_day)
    days = tuple(look.day(day, of_day.get(day, ())) for day in on)
    waiting = sum(visit.proposed is not None for visit in look.visits) if look.viewer.is_office else 0
    others = tuple(one for one in here if one.state in over)
    return Schedule(days, others, waiting, min(later, default=None))


def one_visit(store: Store, campaign: Campaign, viewer: Viewer, visit: int, today: date) -> VisitShown | None:
    """One visit with its history; None alike where there is none and where it is out of this viewer's scope."""
    look = _Look(store, campaign, viewer, today)
    found = next((one for one in look.visits if one.id == visit), None)
    return look.show(found) if found else None


def visits_of(
    store: Store, campaign: Campaign, viewer: Viewer, application: str, today: date
) -> tuple[VisitShown, ...]:
    """The visits to one unit that this viewer may see."""
    look = _Look(store, campaign, viewer, today)
    found = (look.show(one) for one in look.visits if one.application == application)
    return tuple(one for one in found if one is not None)


class _Look:
    """What one look at the schedule reads, and what it makes of it."""

    def __init__(self, store: Store, campaign: Campaign, viewer: Viewer, today: date) -> None:
        self.campaign, self.viewer = campaign, viewer
        self.visits: Sequence[Visit] = store.visits()
        self.applications: Mapping[str, Application] = {one.id: one for one in store.visited_applications()}
        self.names = {member.person: member.name for member in store.members()}
        self.workdays = {**campaign.reminders.workdays, **kept_workdays(store)}
        self.calendar = Calendar(campaign, today, self.workdays)
        self._papers = papers(campaign)
        self._of_day: dict[date, list[Visit]] = {}
        self._of_unit: dict[str, list[Visit]] = {}
        for one in self.visits if viewer.is_office else ():
            self._of_day.setdefault(one.latest.plan.day, []).append(one)
            self._of_unit.setdefault(one.application, []).append(one)

    def seen(self, visit: Visit) -> VisitVersion | None:
        """The version that counts for this viewer; None if they may not see the visit."""
        known = self.applications.get(visit.application)
        if known is None or not self._may_see(visit, known):
            return None
        return visit.latest if self.viewer.is_office else visit.current

    def state_of(self, visit: Visit) -> VisitState:
        return visit.state if self.viewer.is_office else _state_outside(visit)

    def show(self, visit: Visit) -> VisitShown | None:
        one = self.outline(visit)
        return self._in_full(visit, one) if one else None

    def in_full(self, one: VisitShown) -> VisitShown:
        return self._in_full(next(visit for visit in self.visits if visit.id == one.id), one)

    def outline(self, visit: Visit) -> VisitShown | None:
        """How a visit stands, without what takes longer: its versions, answers, conflicts and checklist."""
        shown, viewer = self.seen(visit), self.viewer
        if shown is None:
            return None
        known = self.applications[visit.application]
        inside = viewer.is_office or shown.plan.has(viewer.person.id)
        wish = wish_of(visit)
        proposed = visit.proposed if viewer.is_office else None
        return VisitShown(
            visit.id,
            known.id,
            known.number,
            known.values.get(self.campaign.form.unit_field, ""),
            known.body,
            self.state_of(visit),
            shown,
            (),
            (),
            visit.is_on and is_confirmed(visit, known.holder),
            wish.words if wish and inside else "",
            proposed is not None and proposed.by == viewer.person.id,
            (),
            (),
        )

    def _in_full(self, visit: Visit, one: VisitShown) -> VisitShown:
        known, office = self.applications[visit.application], self.viewer.is_office
        inside = office or one.shown.plan.has(self.viewer.person.id)
        return replace(
            one,
            versions=tuple(
                self._version(visit, kept) for kept in visit.versions if office or kept.is_released
            ),
            answers=self._answers(visit, known) if inside else (),
            conflicts=self._conflicts(visit, known) if office else (),
            checklist=checklist(self.campaign, one.shown.plan, self._papers),
        )

    def day(self, day: date, here: Sequence[VisitShown]) -> DayShown:
        return DayShown(day, is_workday(day, self.workdays), tuple(here), self._hints(here))

    def _may_see(self, visit: Visit, known: Application) -> bool:
        """The office all; a team what it was told; a body what was told, if the campaign lets it."""
        if self.viewer.is_office:
            return True
        current = visit.current
        if current is None:
            return False
        if current.plan.has(self.viewer.person.id):
            return True
        return self.campaign.visits.bodies_see and self.viewer.sees(known)

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
        others = taken(self.campaign, near, self.applications)
        return obstacles(self.calendar, booked(self.campaign, visit.id, known, latest.plan), others)

    def _hints(self, visits: Sequence[VisitShown]) -> tuple[str, ...]:
        if not self.viewer.is_office or not visits:
            return ()
        here: list[Booked] = [
            booked(self.campaign, one.id, self.applications[one.application], one.shown.plan)
            for one in visits
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
