"""What the use cases remember of reviews, the final list, public notice and plaques: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.results import (
    FinalDecision,
    Informant,
    ListApproval,
    Objection,
    ObjectionEntry,
    Plaque,
    Release,
    ReleaseState,
    ReviewOutcome,
)


class ResultStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said.

    Everything but the state of a release is only ever added.
    """

    def add_review(self, outcome: ReviewOutcome) -> ReviewOutcome:
        """Keep a reviewer's sheet as the next revision; returned with its number."""

    def reviews(self, application: str | None = None) -> Sequence[ReviewOutcome]:
        """Every revision of every sheet (of an application, or all), oldest first."""

    def add_decision(self, decision: FinalDecision) -> None:
        """Keep a decision on one application."""

    def decisions(self) -> Sequence[FinalDecision]:
        """Every decision, oldest first."""

    def add_approval(self, approval: ListApproval) -> None:
        """Keep the leader's decision on the list."""

    def approvals(self) -> Sequence[ListApproval]:
        """The leader's decisions, oldest first."""

    def add_release(self, release: Release) -> Release:
        """Keep a draft; returned with its id."""

    def releases(self) -> Sequence[Release]:
        """Every release, oldest first."""

    def set_release(
        self, release: int, state: ReleaseState, released_by: int | None, now: datetime | None
    ) -> None:
        """Release a draft or drop it; who released it and when."""

    def add_objection(self, objection: Objection, informant: Informant | None) -> Objection:
        """Keep an objection, and apart from it who raised it; returned with its number."""

    def objections(self) -> Sequence[Objection]:
        """All objections by number, never with who raised them."""

    def informant(self, objection: int) -> Informant | None:
        """Who raised an objection; None if nobody is on record. Callers let its handlers see it alone."""

    def add_objection_entry(self, entry: ObjectionEntry) -> None:
        """Keep a step in the handling of an objection."""

    def objection_entries(self) -> Sequence[ObjectionEntry]:
        """Every step of every objection, oldest first."""

    def add_plaque(self, plaque: Plaque) -> bool:
        """Keep a hand-over; False if there is one for the application."""

    def plaques(self) -> Sequence[Plaque]:
        """The plaques handed over, oldest first."""
