"""The tables of results. Rows are added and never changed, but for the state of a release."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from storage.tables import Base, Moment


class ReviewOutcome(Base, table=True):
    """One revision of a reviewer's sheet; `marks` as JSON: clause → [score as text, remark].

    `key` is by what the application's sheets are compared with others' from this revision on (see
    `bot.results.marks.compare_key`): lists are sorted by it, and ties found.
    """

    __tablename__ = "review_outcome"
    __table_args__ = (UniqueConstraint("application", "reviewer", "revision"),)
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    application: str = Field(foreign_key="application.id")
    reviewer: str
    revision: int
    marks: str = Field(sa_type=Text)
    deck: str
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    key: str = Field(default="", sa_column_kwargs={"server_default": ""})


class FinalDecision(Base, table=True):
    """An application in or out, with the reason."""

    __tablename__ = "final_decision"
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    application: str = Field(foreign_key="application.id", index=True)
    outcome: str
    reason: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class ListApproval(Base, table=True):
    """The leader's decision on the list; `listed` as JSON: [application, number, unit]…"""

    __tablename__ = "list_approval"
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    document: str
    leader: str
    decided_on: str  # ISO
    listed: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class Release(Base, table=True):
    """A list on its way to the public; `listed` as in ListApproval, days in ISO."""

    __tablename__ = "release"
    id: int = Field(primary_key=True)
    campaign: str = Field(index=True)
    kind: str
    listed: str = Field(sa_type=Text)
    document: str
    link: str
    starts: str
    ends: str
    workdays: int
    channel: str
    drafted_by: int = Field(foreign_key="person.id")
    drafted_at: datetime = Field(sa_type=Moment)
    state: str
    released_by: int | None = Field(foreign_key="person.id")
    released_at: datetime | None = Field(sa_type=Moment)


class Objection(Base, table=True):
    """An objection, without who raised it."""

    __table_args__ = (UniqueConstraint("campaign", "number"),)
    id: int = Field(primary_key=True)
    campaign: str
    number: int
    received: str
    received_on: str  # ISO
    signed: bool
    late: bool
    application: str | None = Field(foreign_key="application.id", index=True)
    subject: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class Informant(Base, table=True):
    """Who raised an objection: in no list and in no export."""

    objection: int = Field(primary_key=True, foreign_key="objection.id")
    name: str
    contact: str


class ObjectionEntry(Base, table=True):
    """A step in the handling of an objection."""

    __tablename__ = "objection_entry"
    id: int = Field(primary_key=True)
    objection: int = Field(foreign_key="objection.id", index=True)
    kind: str
    text: str = Field(sa_type=Text)
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class Plaque(Base, table=True):
    """A plaque handed over."""

    application: str = Field(primary_key=True, foreign_key="application.id")
    campaign: str = Field(index=True)
    unit: str
    taken_by: str
    handed_on: str  # ISO
    signature: str
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
