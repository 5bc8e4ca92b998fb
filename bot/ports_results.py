"""What the use cases remember of reviews, the final list, public notice and plaques: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.model.application import Application
from bot.model.results import (
    Column,
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


class Decided(StrEnum):
    """Which applications a list of results holds, by what was decided about them last."""

    ALL = ""
    NONE = "none"  # nothing yet
    IN = "in"
    OUT = "out"
    VETO = "veto"
    NOT_IN = "not_in"  # out, or by a veto
    SUSPENDED = "suspended"  # an objection about it is not concluded


class Judged(StrEnum):
    """Which applications a list of reviews holds."""

    ALL = ""
    NONE = "none"  # nobody has judged it
    OPEN = "open"  # the review is not finished


class Answered(StrEnum):
    """Which objections a list holds."""

    ALL = ""
    OPEN = "open"  # not concluded
    UNANSWERED = "unanswered"  # concluded, and whoever raised it has no answer


@dataclass(frozen=True, slots=True)
class Course:
    """Stages: those in which an application is still in the running, and those it leaves the running for."""

    running: tuple[str, ...]
    ended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """A piece of the applications in the running, and of those that ended by a decision."""

    course: Course
    decided: Decided = Decided.ALL
    sort: Column = Column.NUMBER
    descending: bool = False
    bodies: tuple[str, ...] = ()  # all, in the campaign's order
    limit: int | None = None  # None: all
    after: int = 0


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One application and what was decided about it last. The keys are equal where the figures are; "" for none."""

    application: Application
    decision: FinalDecision | None
    decided_by: str  # name; "" if none is known
    suspended: bool
    rank: int | None  # its place with its body
    of: int  # how many that body ranks
    review_key: str
    on_site_key: str


@dataclass(frozen=True, slots=True)
class ResultCounts:
    """How many of each, over the running ones and those that ended by a decision."""

    running: int
    reviewed: int  # of those in the running
    undecided: int
    inside: int
    outside: int
    vetoed: int
    suspended: int
    bodies: int  # that have one with a decision
    objections: int
    objections_open: int
    objections_unanswered: int
    plaques: int  # handed over


@dataclass(frozen=True, slots=True)
class Tied:
    """Applications with the very same figure: how many, and the first of their numbers."""

    count: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """What counts of an announced on-site sheet that was signed off, as it was last signed."""

    application: str
    low: float
    high: float
    veto: bool
    signed: bool  # False: opened again since


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """A piece of the reviews."""

    course: Course
    may_enter: tuple[str, ...]  # stages in which sheets are entered
    may_finish: tuple[str, ...]  # stages in which the review ends
    judged: Judged = Judged.ALL
    search: str = ""  # of the number
    unit_key: str = ""  # of what is searched for
    limit: int | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection and the application concerned, if there is one."""

    objection: Objection
    about: Application | None


class ResultLists(Protocol):
    """Results as lists show them: chosen, sorted and counted by the database."""

    def result_rows(self, query: ResultQuery) -> Sequence[ResultRow]:
        """The applications asked for; what has no figure stands last either way."""

    def result_counts(self, course: Course) -> ResultCounts:
        """How many of each."""

    def ties(self, course: Course, rows: Sequence[ResultRow]) -> Mapping[str, Tied]:
        """Key of a figure of these rows → who of the course has it; without those that one alone has."""

    def reviews_of(self, applications: Sequence[str]) -> Sequence[ReviewOutcome]:
        """Every revision of the sheets of some applications, oldest first."""

    def signed_sheets(self, applications: Sequence[str]) -> Sequence[SignedSheet]:
        """The announced on-site sheets of some applications that were signed off, oldest first."""

    def review_rows(self, query: ReviewQuery) -> Sequence[Application]:
        """The applications asked for, by number."""

    def review_counts(self, query: ReviewQuery) -> Mapping[Judged, int]:
        """How many a search finds."""

    def objection_rows(
        self, answered: Answered = Answered.ALL, limit: int | None = None, after: int = 0, number: int = 0
    ) -> Sequence[ObjectionRow]:
        """Objections by number, or the one of this number; never with who raised them."""


class ResultStore(ResultLists, Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said.

    Everything but the state of a release is only ever added.
    """

    def add_review(self, outcome: ReviewOutcome, key: str = "") -> ReviewOutcome:
        """Keep a reviewer's sheet as the next revision; returned with its number.

        `key` (see `bot.results.marks.compare_key`) is what all sheets of the application are now compared by.
        """

    def reviews(self, application: str | None = None) -> Sequence[ReviewOutcome]:
        """Every revision of every sheet (of an application, or all), oldest first."""

    def add_decision(self, decision: FinalDecision) -> None:
        """Keep a decision on one application."""

    def decision(self, application: str) -> FinalDecision | None:
        """The latest decision on an application."""

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

    def informant(self, objection: int) -> Informant | None:
        """Who raised an objection; None if nobody is on record. Callers let its handlers see it alone."""

    def add_objection_entry(self, entry: ObjectionEntry) -> None:
        """Keep a step in the handling of an objection."""

    def objection_entries(self, numbers: Sequence[int] | None = None) -> Sequence[ObjectionEntry]:
        """Every step of some objections, or of all, oldest first."""

    def add_plaque(self, plaque: Plaque) -> bool:
        """Keep a hand-over; False if there is one for the application."""

    def sign_plaque(self, application: str, signature: str) -> None:
        """Let a hand-over have this signed paper (SHA-256)."""

    def plaques(self) -> Sequence[Plaque]:
        """The plaques handed over, oldest first."""
