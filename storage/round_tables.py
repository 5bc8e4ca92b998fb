"""The tables of the review round."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.tables import Base, Moment, where

UNANSWERED = "answered_at IS NULL"


class ReviewRound(Base, table=True):
    """The one round of a campaign; `due` in ISO."""

    __tablename__ = "review_round"
    campaign: str = Field(primary_key=True)
    due: str
    opened_by: int = Field(foreign_key="person.id")
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(sa_type=Moment)


class Reviewer(Base, table=True):
    """Somebody invited to a round."""

    campaign: str = Field(primary_key=True)
    person: int = Field(primary_key=True, foreign_key="person.id")
    name: str
    invited_at: datetime = Field(sa_type=Moment)
    agreed_at: datetime | None = Field(sa_type=Moment)
    left_at: datetime | None = Field(sa_type=Moment)


class Recusal(Base, table=True):
    """A unit that a reviewer keeps away from."""

    __table_args__ = (Index("ix_recusal_person", "campaign", "person"),)
    application: str = Field(primary_key=True, foreign_key="application.id")
    person: int = Field(primary_key=True, foreign_key="person.id")
    campaign: str
    reason: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class Assignment(Base, table=True):
    """An application in the hands of a reviewer; `draft` as JSON: clause → [score, remark], as typed."""

    __table_args__ = (Index("ix_assignment_person", "campaign", "person"),)
    application: str = Field(primary_key=True, foreign_key="application.id")
    person: int = Field(primary_key=True, foreign_key="person.id")
    campaign: str
    deck: str
    at: datetime = Field(sa_type=Moment)
    draft: str = Field(sa_type=Text)
    draft_at: datetime | None = Field(sa_type=Moment)


class ReviewProblem(Base, table=True):
    """What a reviewer found missing or strange in a deck, and what the office answered."""

    __tablename__ = "review_problem"
    __table_args__ = (
        Index("ix_review_problem_application", "application", "person"),
        Index("ix_review_problem_open", "campaign", "id", **where(UNANSWERED)),
    )
    id: int = Field(primary_key=True)
    campaign: str
    application: str = Field(foreign_key="application.id")
    person: int = Field(foreign_key="person.id")
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    answer: str = Field(sa_type=Text)
    answered_by: int | None = Field(foreign_key="person.id")
    answered_at: datetime | None = Field(sa_type=Moment)
