"""The tables of the console: its sessions, and what staff leave on what they see there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.tables import Base, Moment


class ConsoleSession(Base, table=True):
    """Somebody who is signed in to the console; only the hash of the cookie's token is kept. Machine's clock."""

    __tablename__ = "console_session"
    __table_args__ = (Index("ix_console_session_person", "campaign", "person"),)
    token_hash: str = Field(primary_key=True)
    campaign: str
    person: int = Field(foreign_key="person.id")
    began_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    device: str


class ConsoleLink(Base, table=True):
    """A link that signs somebody in once; only its hash is kept. Machine's clock."""

    __tablename__ = "console_link"
    __table_args__ = (Index("ix_console_link_person", "campaign", "person"),)
    token_hash: str = Field(primary_key=True)
    campaign: str
    person: int = Field(foreign_key="person.id")
    expires_at: datetime = Field(sa_type=Moment)


class ClericalNote(Base, table=True):
    """What somebody of the staff noted on an application. Never told to the unit; never changes a value."""

    __tablename__ = "clerical_note"
    id: int = Field(primary_key=True)
    application: str = Field(foreign_key="application.id", index=True)
    person: int = Field(foreign_key="person.id")
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class DeliverySeen(Base, table=True):
    """A message that did not arrive, and who has seen to it. `delivery` is its outbox row."""

    __tablename__ = "delivery_seen"
    delivery: int = Field(
        primary_key=True, foreign_key="outbox.id", sa_column_kwargs={"autoincrement": False}
    )
    person: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
