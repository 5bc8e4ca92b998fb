"""The tables of inspections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, false
from sqlmodel import Field

from storage.tables import Base, Moment


def _word() -> Any:
    return Field(sa_column_kwargs={"server_default": ""})


def _number() -> Any:
    return Field(sa_column_kwargs={"server_default": "0"})


def _flag() -> Any:
    return Field(sa_column_kwargs={"server_default": false()})


class Visit(Base, table=True):
    """An announced inspection; what is arranged stands in its versions.

    The rest is `bot.visits.outline.Outline`, worked out anew whenever something is entered about the visit.
    """

    __table_args__ = (Index("ix_visit_day", "campaign", "day"),)
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    application: str = Field(foreign_key="application.id", index=True)
    state: str = _word()
    day: str = _word()
    start: str = _word()
    leader: int = _number()
    told_day: str = _word()
    told_start: str = _word()
    told_leader: int = _number()
    told_team: str = _word()
    told_on: bool = _flag()
    wish: bool = _flag()
    agreed: str = _word()


class VisitVersion(Base, table=True):
    """One wording of a visit. `plan` as JSON: day, times, team, contact, place, what to prepare."""

    __tablename__ = "visit_version"
    visit: int = Field(primary_key=True, foreign_key="visit.id")
    version: int = Field(primary_key=True)
    plan: str = Field(sa_type=Text)
    cancelled: bool
    reason: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    state: str
    settled_by: int | None
    settled_at: datetime | None = Field(sa_type=Moment)


class VisitAnswer(Base, table=True):
    """What somebody said to a version."""

    __tablename__ = "visit_answer"
    id: int = Field(primary_key=True)
    visit: int = Field(foreign_key="visit.id", index=True)
    version: int
    person: int = Field(foreign_key="person.id")
    kind: str
    words: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class CovertVisit(Base, table=True):
    """An unannounced inspection. Apart from the others, so that no query on those can meet it."""

    __tablename__ = "covert_visit"
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    application: str = Field(foreign_key="application.id", index=True)
    plan: str = Field(sa_type=Text)
    made_by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    cancelled: bool
