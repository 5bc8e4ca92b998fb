"""What the use cases remember of the review round: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.model.application import Application
from bot.model.review_round import (
    Assignable,
    Assignment,
    Draft,
    OwnReview,
    Problem,
    Progress,
    Recusal,
    Reviewer,
    ReviewRound,
    RoundUnit,
)


class Given(StrEnum):
    """Which applications of the round a list holds."""

    ALL = ""
    NONE = "none"  # given to nobody
    OWED = "owed"  # a sheet is still owed


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """A piece of the applications of the round: those under review, and those that were given to somebody."""

    stages: tuple[str, ...]  # in which an application is under review
    given: Given = Given.ALL
    search: str = ""  # of the number
    unit_key: str = ""  # of what is searched for
    limit: int = 50
    after: int = 0


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A piece of the names of the units of a round, without those that somebody keeps away from already."""

    stages: tuple[str, ...]
    person: int
    unit_field: str
    search: str = ""  # stands in the name
    limit: int = 300
    after: int = 0


class RoundStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock."""

    def review_round(self) -> ReviewRound | None:
        """The campaign's round, if one was opened."""

    def set_review_round(self, opened: ReviewRound) -> None:
        """Keep the round as it is now."""

    def reviewers(self) -> Sequence[Reviewer]:
        """Everybody who was ever invited, in that order."""

    def set_reviewer(self, reviewer: Reviewer) -> None:
        """Keep a reviewer as they are now."""

    def add_recusal(self, recusal: Recusal) -> bool:
        """Keep a recusal; False if there is one of this person for the application."""

    def recusals(self, applications: Sequence[str] | None = None) -> Sequence[Recusal]:
        """The recusals from some applications, or all, oldest first."""

    def recusals_by(self, person: int, unit_field: str) -> Sequence[tuple[Recusal, str]]:
        """What somebody keeps away from, each with the unit's name, oldest first."""

    def is_recused(self, application: str, person: int) -> bool:
        """Whether somebody keeps away from an application."""

    def assign(self, assignment: Assignment) -> bool:
        """Give an application to a reviewer; False if they have it."""

    def unassign(self, application: str, person: int) -> bool:
        """Take an application from a reviewer, with what they have typed; False if they have not got it."""

    def assignment(self, application: str, person: int) -> Assignment | None:
        """What a reviewer has of an application, None if it was not given to them."""

    def assignments(self, applications: Sequence[str] | None = None) -> Sequence[Assignment]:
        """Who has which of some applications, or of all, oldest first."""

    def set_draft(self, application: str, person: int, draft: Draft, at: datetime | None) -> None:
        """Keep what was typed, or with None for `at` that nothing is left to hand in."""

    def set_review_deck(self, application: str, deck: str) -> None:
        """Let all reviewers of an application judge this version."""

    def reviewer_progress(self) -> Sequence[Progress]:
        """How far every reviewer is, in the order of `reviewers`."""

    def own_reviews(self, reviewer: Reviewer, limit: int, after: int = 0) -> Sequence[OwnReview]:
        """A piece of what a reviewer was given: first what they owe, then by number."""

    def own_counts(self, person: int) -> tuple[int, int] | None:
        """(given to a reviewer, of these handed in); None for whoever is none, or not any more."""

    def round_units(self, query: UnitQuery) -> Sequence[RoundUnit]:
        """The applications asked for, by number."""

    def round_counts(self, query: UnitQuery) -> Mapping[Given, int]:
        """How many a search finds."""

    def assignable(self, stages: Sequence[str], application: str = "") -> Sequence[Assignable]:
        """The applications under review, or the one of this id, by number."""

    def unit_names(self, query: NameQuery) -> Sequence[tuple[str, str]]:
        """(id, unit's name) of the units asked for, by number; nothing else of them."""

    def count_names(self, query: NameQuery) -> int:
        """How many there are in all pieces."""

    def add_problem(self, problem: Problem) -> Problem:
        """Keep what a reviewer reports; returned with its id."""

    def problem(self, problem: int) -> Problem | None:
        """The report with this id."""

    def problems(self, application: str, person: int) -> Sequence[Problem]:
        """A person's reports on an application, oldest first."""

    def open_problems(self, limit: int) -> tuple[Sequence[tuple[Problem, Application]], int]:
        """The first reports that are not answered, oldest first, and how many there are in all."""

    def answer_problem(self, problem: int, answer: str, by: int, at: datetime) -> None:
        """Keep the office's answer."""
