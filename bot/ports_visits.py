"""What the use cases need to remember of inspections (实地验收): a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.application import Application
from bot.model.visit import CovertVisit, VersionState, Visit, VisitAnswer, VisitVersion


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """Units that may be visited."""

    stages: tuple[str, ...]
    unit_field: str
    search: str = ""  # in the number or in the name
    with_visited: bool = False  # those too that have a visit planned or announced
    limit: int = 20


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

    def visited_applications(self) -> Sequence[Application]:
        """The applications that have a visit, by number."""

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
