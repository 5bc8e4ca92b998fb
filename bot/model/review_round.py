"""The review round (评审轮次): who reviews which applications, whom they keep away from, and what they report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.model.application import Application


@dataclass(frozen=True, slots=True)
class ReviewRound:
    """The one round of a campaign. Closed, it can be opened again."""

    due: date  # the last day on which sheets are expected
    opened_by: int
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody invited to the round. `name` stands on their sheets and is nobody else's in the round."""

    person: int
    name: str
    invited_at: datetime
    agreed_at: datetime | None = None  # when they agreed to the duties, conflicts of interest declared
    left_at: datetime | None = None  # since when they review no more

    @property
    def is_active(self) -> bool:
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class Recusal:
    """A unit that a reviewer keeps away from (回避), for good."""

    application: str
    person: int
    reason: str
    at: datetime


Draft = Mapping[str, tuple[str, str]]
"""A sheet as typed so far: clause id → (score, remark)."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An application in the hands of a reviewer."""

    application: str
    person: int
    deck: str  # SHA-256 of the version to be judged, the same for all reviewers of the application
    at: datetime
    draft: Draft = field(default_factory=dict)
    draft_at: datetime | None = None  # None: nothing is typed that was not handed in


@dataclass(frozen=True, slots=True)
class Problem:
    """What a reviewer found missing or strange in a deck (反映问题): between them and the office."""

    id: int  # 0 before it is kept
    application: str
    person: int
    text: str
    at: datetime
    answer: str = ""
    answered_by: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A reviewer and how far they are."""

    reviewer: Reviewer
    assigned: int
    submitted: int
    recused: int


@dataclass(frozen=True, slots=True)
class OwnReview:
    """An application as its reviewer has it on the list."""

    application: Application
    assignment: Assignment
    submitted_at: datetime | None
    judged: str  # the deck of the sheet that was handed in; "" for none

    @property
    def is_behind(self) -> bool:
        """Whether another version of the deck is to be judged than was."""
        return self.submitted_at is not None and self.judged != self.assignment.deck


@dataclass(frozen=True, slots=True)
class RoundUnit:
    """An application of the round."""

    application: Application
    assigned: int
    submitted: int


@dataclass(frozen=True, slots=True)
class Assignable:
    """What must be known of an application to give it to reviewers."""

    application: str
    holder: int
    body: str
    deck: str  # the version that all reviewers judge: the one judged before, else the one that counts; "" for none
