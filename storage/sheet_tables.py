"""The tables of on-site sheets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.tables import Base, Moment


class Sheet(Base, table=True):
    """The sheet of one inspection; `team` as JSON, the leader first.

    `key` is the visit's number; of an unannounced one with its opener's, so that nobody comes upon another's.
    What lists go by is kept beside the lines: the persons of the team and the recused ones, with a bar before and
    after each, and how often the sheet was signed off and opened again.
    """

    __table_args__ = (
        UniqueConstraint("application", "key"),
        Index("ix_sheet_campaign", "campaign"),
    )
    id: int = Field(primary_key=True)
    campaign: str
    application: str = Field(foreign_key="application.id")
    key: str
    visit: int
    covert: bool
    team: str = Field(sa_type=Text)
    opened_by: int = Field(foreign_key="person.id")
    opened_at: datetime = Field(sa_type=Moment)
    members: str = Field(sa_column_kwargs={"server_default": ""})
    recused: str = Field(sa_column_kwargs={"server_default": "|"})
    signed: int = Field(sa_column_kwargs={"server_default": "0"})
    reopened: int = Field(sa_column_kwargs={"server_default": "0"})


class SheetLine(Base, table=True):
    """What was entered or happened, append-only; `uid` is given by whoever makes the line."""

    __tablename__ = "sheet_line"
    __table_args__ = (UniqueConstraint("sheet", "uid"),)
    id: int = Field(primary_key=True)
    sheet: int = Field(foreign_key="sheet.id")
    uid: str
    kind: str
    content: str = Field(sa_type=Text)
    person: int = Field(foreign_key="person.id")
    name: str
    at: datetime = Field(sa_type=Moment)
    noted_at: datetime | None = Field(sa_type=Moment)


class SheetSnapshot(Base, table=True):
    """What was signed off, as JSON."""

    __tablename__ = "sheet_snapshot"
    sheet: int = Field(primary_key=True, foreign_key="sheet.id")
    version: int = Field(primary_key=True)
    sha256: str
    content: str = Field(sa_type=Text)
    leader: int = Field(foreign_key="person.id")
    member: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class SheetPhoto(Base, table=True):
    """A picture taken on site."""

    __tablename__ = "sheet_photo"
    sheet: int = Field(primary_key=True, foreign_key="sheet.id")
    sha256: str = Field(primary_key=True)
    type: str
    size: int
    person: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class SheetDraw(Base, table=True):
    """A random draw; `names` and `chosen` as JSON."""

    __tablename__ = "sheet_draw"
    id: int = Field(primary_key=True)
    sheet: int = Field(foreign_key="sheet.id", index=True)
    item: str
    list_sha256: str
    size: int
    count: int
    percent: float
    seed: str
    person: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    reason: str
    opened_by: int | None = Field(foreign_key="person.id")
    opened_at: datetime | None = Field(sa_type=Moment)
    names: str = Field(sa_type=Text)
    chosen: str = Field(sa_type=Text)
