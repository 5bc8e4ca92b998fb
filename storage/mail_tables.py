"""The tables of mail, of what is on file beside the form, and of uploads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.tables import Base, Moment, where

UNPICTURED = "kind = 'deck' AND pictures IS NULL"
"""Condition of a partial index; queries repeat it word for word."""


class Mail(Base, table=True):
    """A message of the mailbox. Its raw bytes lie among the files under `sha256`. outcome: new until decided."""

    __table_args__ = (
        UniqueConstraint("campaign", "sha256"),
        Index("ix_mail_open", "campaign", "arrived_at", **where("outcome = 'new'")),
        Index("ix_mail_outcome", "campaign", "outcome", "id"),
        Index("ix_mail_message_id", "message_id", **where("message_id <> ''")),
    )
    id: int = Field(primary_key=True)
    campaign: str
    sha256: str
    size: int = Field(sa_type=BigInteger)
    junk: bool
    arrivals: int
    arrived_at: datetime = Field(sa_type=Moment)
    read_at: datetime = Field(sa_type=Moment)
    outcome: str
    reason: str = Field(sa_type=Text)
    attempts: int
    error: str
    application: str | None = Field(index=True)
    matched_by: str
    late: bool
    message_id: str
    sender: str
    sender_name: str
    recipients: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    sent_at: datetime | None = Field(sa_type=Moment)
    trust: str
    automatic: str
    text: str = Field(sa_type=Text)
    full_text: str = Field(sa_type=Text)
    links: str = Field(sa_type=Text)
    problems: str = Field(sa_type=Text)
    reply: str | None = Field(sa_type=Text)


class MailPlace(Base, table=True):
    """Where a message was found: one of these per copy, so that none is fetched twice."""

    __tablename__ = "mail_place"
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uid_validity: int = Field(primary_key=True, sa_type=BigInteger)
    uid: int = Field(primary_key=True, sa_type=BigInteger)
    mail: int = Field(foreign_key="mail.id", index=True)


class MailFile(Base, table=True):
    """An attachment of a mail. Its content lies among the files under `sha256`."""

    __tablename__ = "mail_file"
    __table_args__ = (UniqueConstraint("mail", "position"),)
    id: int = Field(primary_key=True)
    mail: int = Field(foreign_key="mail.id")
    position: int
    name: str = Field(sa_type=Text)
    path: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    sha256: str = Field(index=True)
    type: str
    kind: str
    state: str


class MailSent(Base, table=True):
    """A mail of ours, known by its Message-ID: an answer to it comes from whoever got it."""

    __tablename__ = "mail_sent"
    message_id: str = Field(primary_key=True)
    application: str | None = Field(index=True)
    address: str


class Material(Base, table=True):
    """A version of a deck, stamped scan or form on file for an application."""

    __table_args__ = (
        UniqueConstraint("application", "kind", "version"),
        Index("ix_material_unpictured", "id", **where(UNPICTURED)),
    )
    id: int = Field(primary_key=True)
    application: str = Field(foreign_key="application.id")
    kind: str
    version: int
    sha256: str = Field(index=True)
    name: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    type: str
    state: str
    source: str
    at: datetime = Field(sa_type=Moment)
    late: bool
    doubtful: bool
    code: str
    printed: str
    report: str = Field(sa_type=Text)
    pictures: str | None = Field(sa_type=Text)


class Upload(Base, table=True):
    """A file on its way in from an applicant's page; `offset` bytes of it lie in the uploads' folder."""

    id: str = Field(primary_key=True)
    application: str = Field(foreign_key="application.id", index=True)
    person: int = Field(foreign_key="person.id")
    name: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    offset: int = Field(sa_type=BigInteger)
    sha256: str
    expires_at: datetime = Field(sa_type=Moment)
    told: str = Field(sa_type=Text)
