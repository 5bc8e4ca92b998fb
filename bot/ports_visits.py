"""What the use cases need to remember of inspections (实地验收): a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.model.application import Application
from bot.model.visit import CovertVisit, Inspector, VersionState, Visit, VisitAnswer, VisitVersion
from bot.visits.outline import Standing

Visited = tuple[Visit, Application]
"""A visit with its history, and the application that is visited."""


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """Units that may be visited."""

    stages: tuple[str, ...]
    unit_field: str
    search: str = ""  # in the number or in the name
    with_visited: bool = False  # those too that have a visit planned or announced
    limit: int = 20


@dataclass(frozen=True, slots=True)
class VisitQuery:
    """Visits as somebody sees them: the office all, by what it goes by; others what they were told last (I14).

    Outside the office `person` sees those of the own team, and those to units of `bodies`.
    """

    is_office: bool
    person: int = 0
    bodies: tuple[str, ...] = ()
    first_day: date = date.min
    last_day: date = date.max
    standing: Standing | None = None
    leader: int = 0  # person
    is_waiting: bool = False  # only what waits to be released
    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in the order of lists."""

    visit: int
    application: str  # id
    day: date


@dataclass(frozen=True, slots=True)
class VisitCount:
    """How many visits of a leader stand in one way."""

    leader: Inspector
    standing: Standing
    on_these_days: int
    waiting: int  # on any day: to be released
    next_day: date | None  # after these days, of those that somebody comes to


class VisitStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said."""

    def add_visit(self, application: str) -> int:
        """Open a visit without a version; its id. A version is to follow in the same transaction."""

    def add_visit_version(self, version: VisitVersion) -> None:
        """Keep a version. Nothing is ever replaced."""

    def settle_visit_version(
        self, visit: int, version: int, state: VersionState, by: int, now: datetime
    ) -> bool:
        """Release or drop a proposed version; False if it is proposed no more."""

    def visit(self, visit: int) -> Visit | None:
        """The visit with this id, with all its versions and answers."""

    def visits(self) -> Sequence[Visit]:
        """All announced visits of the campaign by id, with their versions and answers."""

    def find_visits(self, wanted: VisitQuery) -> Sequence[VisitRow]:
        """By day, time and number; those that are over after the others."""

    def count_visits(self, wanted: VisitQuery) -> Sequence[VisitCount]:
        """How many there are by leader and standing, whatever page, leader and standing are wanted."""

    def visits_with(self, visits: Collection[int]) -> Sequence[Visited]:
        """The visits with these ids, by id."""

    def visits_on(self, days: Collection[date], applications: Collection[str]) -> Sequence[Visited]:
        """The visits that the office has on one of these days or to one of these applications, by id."""

    def visits_ahead(self, today: date, person: int | None = None) -> Sequence[Visited]:
        """What was told and is on, from today; all, or only what concerns a person, as the unit's or the team's."""

    def units_to_visit(self, wanted: UnitQuery) -> Sequence[tuple[str, str]]:
        """Number and name of the applications that may be visited, by number."""

    def add_visit_answer(self, answer: VisitAnswer) -> None:
        """Keep what somebody said to a version."""

    # Unannounced visits: read and written by `bot.visits.covert` alone, and only for one of the team.
    def add_covert_visit(self, visit: CovertVisit) -> CovertVisit:
        """Keep an unannounced visit; returned with its id, from which nobody learns how many there are."""

    def covert_visits(self, person: int) -> Sequence[CovertVisit]:
        """The unannounced visits that this person is of the team of, or has made, by id."""

    def cancel_covert_visit(self, visit: int) -> None:
        """Let an unannounced visit not take place."""
