"""The tables of roles, recommendation and notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.tables import Base, Moment, where


class Membership(Base, table=True):
    """A role somebody has, until it ends."""

    __table_args__ = (
        Index("ix_membership_person", "person", **where("ended_at IS NULL")),
        Index("ix_membership_role", "campaign", "role", "body", **where("ended_at IS NULL")),
    )
    id: int = Field(primary_key=True)
    campaign: str
    person: int = Field(foreign_key="person.id")
    role: str
    body: str
    deputy: bool
    began_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(sa_type=Moment)


class Invitation(Base, table=True):
    """A code by which somebody takes up a role; only its hash is kept."""

    code_hash: str = Field(primary_key=True)
    campaign: str
    role: str
    body: str
    deputy: bool
    name: str
    expires_at: datetime = Field(sa_type=Moment)


class Ranking(Base, table=True):
    """The place of a candidate in its body's order."""

    __table_args__ = (Index("ix_ranking_body", "campaign", "body"),)
    application: str = Field(primary_key=True, foreign_key="application.id")
    campaign: str
    body: str
    rank: int


class Package(Base, table=True):
    """What a body sent upward in one act; `content` is the snapshot as JSON."""

    __table_args__ = (Index("ix_package_body", "campaign", "body"),)
    id: int = Field(primary_key=True)
    campaign: str
    body: str
    receipt: str
    zero: bool
    late: bool
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    content: str = Field(sa_type=Text)


class PackageUnit(Base, table=True):
    """The place of an application in a package: what `content` says, for counting. It outlives the application."""

    __tablename__ = "package_unit"
    package: int = Field(primary_key=True, foreign_key="package.id")
    rank: int = Field(primary_key=True)
    application: str = Field(index=True)


class Paper(Base, table=True):
    """A stamped paper form that was handed in."""

    id: int = Field(primary_key=True)
    application: str = Field(foreign_key="application.id", index=True)
    code: str
    brought_by: str
    received_by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class BodyDate(Base, table=True):
    """A body's own earlier date (ISO)."""

    __tablename__ = "body_date"
    campaign: str = Field(primary_key=True)
    body: str = Field(primary_key=True)
    cutoff: str


class Notice(Base, table=True):
    """A notice to many; `audience` as JSON, `at` the time set for sending."""

    id: int = Field(primary_key=True)
    campaign: str
    title: str
    text: str = Field(sa_type=Text)
    audience: str = Field(sa_type=Text)
    decides: bool
    drafted_by: int = Field(foreign_key="person.id")
    drafted_at: datetime = Field(sa_type=Moment)
    state: str
    released_by: int | None = Field(foreign_key="person.id")
    released_at: datetime | None = Field(sa_type=Moment)
    replaces: int | None
    at: datetime | None = Field(sa_type=Moment)


class NoticeDelivery(Base, table=True):
    """One person's copy of a notice; what became of the message stands in its outbox row.

    `letter` is the Message-ID of a copy by mail, by which an answer to it is known.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (UniqueConstraint("notice", "person", "channel"),)
    id: int = Field(primary_key=True)
    notice: int = Field(foreign_key="notice.id")
    person: int = Field(foreign_key="person.id", index=True)
    channel: str
    address: str
    key: str = Field(index=True)
    confirmed_at: datetime | None = Field(sa_type=Moment)
    told_by: int | None
    told_at: datetime | None = Field(sa_type=Moment)
    letter: str | None = Field(index=True)


class NoticeRecipient(Base, table=True):
    """Somebody whose copies of a released notice are still to be written, and on whose behalf.

    A row for the person (`application` "") or for each application that is meant. Removed once they are written.
    """

    __tablename__ = "notice_recipient"
    __table_args__ = (Index("ix_notice_recipient_person", "notice", "person"),)
    id: int = Field(primary_key=True)
    notice: int = Field(foreign_key="notice.id")
    person: int = Field(foreign_key="person.id")
    body: str
    application: str
    again: bool  # what failed is sent once more
