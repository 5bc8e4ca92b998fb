"""Every table. All moments are UTC, kept as whole microseconds since 1970 (`Moment`): the same number on
both databases, exact, and cheap on the hot path, which talks to the driver without any conversion layer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, MetaData, Table, Text, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_number(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - EPOCH) // _MICROSECOND


def to_moment(number: int) -> datetime:
    """The datetime in UTC."""
    return EPOCH + timedelta(microseconds=number)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as `to_number` gives it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else to_moment(value)


class Base(SQLModel):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def where(condition: str) -> dict[str, Any]:
    """Options of a partial index, the same on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# Conditions of partial indexes. A query repeats them word for word, or SQLite does not use the index.
STANDS_FOR_UNIT = "live AND unit_key <> ''"
HAS_RECEIPT = "receipt <> ''"
HAS_EMAIL = "email <> ''"
BY_MAIL = "channel = 'mail'"
IN_TROUBLE = "state IN ('failed', 'unsure')"


class Person(Base, table=True):
    id: int = Field(primary_key=True)
    name: str
    created_at: datetime = Field(sa_type=Moment)


class Identity(Base, table=True):
    """An address by which a person is known on a channel."""

    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int = Field(primary_key=True)
    channel: str
    address: str
    person: int = Field(foreign_key="person.id", index=True)


class Conversation(Base, table=True):
    """How far a person has come; without rowid, because every turn reads and writes one."""

    __table_args__ = {"sqlite_with_rowid": False}
    campaign: str = Field(primary_key=True)
    person: int = Field(primary_key=True, foreign_key="person.id")
    state: str = Field(sa_type=Text)
    version: int
    updated_at: datetime = Field(sa_type=Moment)


class Application(Base, table=True):
    """One unit's application as of now; `content` holds the values as JSON, `dossier` what is on file beside
    them, `email` the contact's address in lower case, `form_version` the SHA-256 over the printed values,
    `route_key` what is the same for a unit on two routes ("" where whoever wrote the values did not say)."""

    __table_args__ = (
        UniqueConstraint("campaign", "number"),
        Index("ix_application_holder", "campaign", "holder"),
        Index("ix_application_stage", "campaign", "stage"),
        # One live application per unit, whatever the code above believes.
        Index("uq_application_unit", "campaign", "unit_key", unique=True, **where(STANDS_FOR_UNIT)),
        Index("ix_application_receipt", "campaign", "receipt", **where(HAS_RECEIPT)),
        Index("ix_application_body", "campaign", "body", "stage"),
        Index("ix_application_email", "campaign", "email", **where(HAS_EMAIL)),
        Index(
            "ix_application_route", "campaign", "route_key", "body", "stage", "receipt", **where(HAS_RECEIPT)
        ),
        Index("ix_application_audience", "campaign", "seq", "stage", "holder", "body", "id"),
    )
    id: str = Field(primary_key=True)
    campaign: str
    seq: int
    number: str
    holder: int = Field(foreign_key="person.id")
    stage: str
    live: bool
    content: str = Field(sa_type=Text)
    unit_key: str
    receipt: str
    submissions: int
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    submitted_at: datetime | None = Field(sa_type=Moment)
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    dossier: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    body: str = Field(default="", sa_column_kwargs={"server_default": ""})
    form_version: str = Field(default="", sa_column_kwargs={"server_default": ""})
    route_key: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Counter(Base, table=True):
    """The last running number given out in a campaign."""

    campaign: str = Field(primary_key=True)
    last: int


class Revision(Base, table=True):
    """One value set or emptied: who, when, on which channel, and what stood there before."""

    id: int = Field(primary_key=True)
    application: str = Field(foreign_key="application.id", index=True)
    field: str
    value: str = Field(sa_type=Text)
    previous: str = Field(sa_type=Text)
    person: int = Field(foreign_key="person.id")
    channel: str
    at: datetime = Field(sa_type=Moment)


class Inbox(Base, table=True):
    """A message as it arrived and what was said to it. state: answered | failed"""

    __table_args__ = (Index("ix_inbox_person", "person", "id"),)
    id: int = Field(primary_key=True)
    key: str | None = Field(unique=True)
    channel: str
    sender: str
    person: int | None = Field(foreign_key="person.id")
    kind: str
    text: str = Field(sa_type=Text)
    name: str
    event: str
    details: str = Field(sa_type=Text)
    sent_at: datetime | None = Field(sa_type=Moment)
    arrived_at: datetime = Field(sa_type=Moment)
    replies: str = Field(sa_type=Text)
    state: str
    error: str = Field(sa_type=Text)


class Outbox(Base, table=True):
    """A message to send. state: queued → sending → sent | waiting | failed | unsure;
    cancelled by a purge.

    `due_at` is the next moment at which the row may be taken: of a row being sent, the end of its lease.
    `done_at` is set in a final state; `pushed_at` if the row was handed to the channel by a push.
    """

    __table_args__ = (
        Index("ix_outbox_due", "channel", "due_at", **where("done_at IS NULL")),
        Index("ix_outbox_order", "channel", "address", "id", **where("done_at IS NULL")),
        Index("ix_outbox_rate", "channel", "address", "pushed_at", **where("pushed_at IS NOT NULL")),
        Index("ix_outbox_mail", "address", "created_at", **where(BY_MAIL)),
        Index("ix_outbox_person", "person", "id"),
        Index("ix_outbox_done", "done_at"),
        Index("ix_outbox_trouble", "id", **where(IN_TROUBLE)),
    )
    id: int = Field(primary_key=True)
    key: str = Field(unique=True)
    channel: str
    person: int | None = Field(foreign_key="person.id")
    address: str
    body: str = Field(sa_type=Text)
    once: bool
    passive: bool
    state: str
    attempts: int
    owner: str
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    pushed_at: datetime | None = Field(sa_type=Moment)
    done_at: datetime | None = Field(sa_type=Moment)
    code: int | None
    error: str = Field(sa_type=Text)
    remote_id: str


class Audit(Base, table=True):
    """Append-only (triggers refuse anything else): ids, field names and hashes, never values.

    It refers to rows that may be deleted later, so it has no foreign keys.
    """

    __table_args__ = (
        Index("ix_audit_application", "application", "id"),
        Index("ix_audit_action", "action", "id", "person"),
    )
    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    action: str
    application: str | None
    person: int | None
    channel: str
    details: str = Field(sa_type=Text)


class Note(Base, table=True):
    """Something to tell a person with the reply to their next message."""

    __table_args__ = (Index("ix_note_open", "person", **where("told_at IS NULL")),)
    id: int = Field(primary_key=True)
    person: int = Field(foreign_key="person.id")
    kind: str
    data: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(sa_type=Moment)


class Question(Base, table=True):
    id: int = Field(primary_key=True)
    person: int = Field(foreign_key="person.id")
    text: str = Field(sa_type=Text)
    clauses: str = Field(sa_type=Text)
    refused: bool
    at: datetime = Field(sa_type=Moment)


class ApprovedAnswer(Base, table=True):
    """One version of an answer of the office (口径库). Rows are only ever added. state: active | withdrawn"""

    __tablename__ = "approved_answer"
    __table_args__ = (UniqueConstraint("campaign", "number", "version"),)
    id: int = Field(primary_key=True)
    campaign: str
    number: int
    version: int
    question: str = Field(sa_type=Text)
    wordings: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    clauses: str = Field(sa_type=Text)
    author: str
    decided_on: str
    open_point: str
    state: str
    reason: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)


class AnswerTold(Base, table=True):
    """Who was told which version of an approved answer, in a reply or by a push."""

    __tablename__ = "answer_told"
    __table_args__ = {"sqlite_with_rowid": False}
    campaign: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person: int = Field(primary_key=True, foreign_key="person.id")
    version: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


class LateAttempt(Base, table=True):
    """What somebody tried after the deadline (逾期待认定). Outlives a dropped draft."""

    __tablename__ = "late_attempt"
    id: int = Field(primary_key=True)
    application: str | None = Field(index=True)
    person: int = Field(foreign_key="person.id", index=True)
    what: str
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class Print(Base, table=True):
    """A printed version of an application and the code on its paper."""

    __table_args__ = (Index("ix_print_version", "application", "version"),)
    code: str = Field(primary_key=True)
    application: str = Field(foreign_key="application.id")
    version: str
    sha256: str = Field(index=True)
    printed_at: datetime = Field(sa_type=Moment)


class PageToken(Base, table=True):
    """Opens an application's own page; only the token's hash is kept."""

    __tablename__ = "page_token"
    token_hash: str = Field(primary_key=True)
    application: str = Field(foreign_key="application.id", index=True)
    person: int = Field(foreign_key="person.id")
    expires_at: datetime = Field(sa_type=Moment)


class Alarm(Base, table=True):
    """Something the office must see to; one open alarm per kind."""

    __table_args__ = (Index("uq_alarm_open", "kind", unique=True, **where("closed_at IS NULL")),)
    id: int = Field(primary_key=True)
    kind: str
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(sa_type=Moment)


class Unreachable(Base, table=True):
    """An address at which the channel could not reach its person, and when that was last so."""

    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    code: int | None
    at: datetime = Field(sa_type=Moment)


class Setting(Base, table=True):
    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class Cache(Base, table=True):
    """Small values shared by all processes, and leases (`owner` is set)."""

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    owner: str
    expires_at: datetime = Field(sa_type=Moment)


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model."""
    found = Base.metadata.tables[str(model.__tablename__)]
    assert isinstance(found, Table)
    return found


def columns(model: type[SQLModel], *without: str) -> list[Column[Any]]:
    """The columns of a model in order, less those named."""
    return [column for column in table(model).columns if column.name not in without]
