"""The table of works that take long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field

from storage.tables import Base, Moment


class LongWork(Base, table=True):
    """A work, how far it is, and what it brought forth. Machine's clock."""

    __tablename__ = "long_work"
    __table_args__ = (Index("ix_long_work_kind", "campaign", "kind", "began_at"),)
    id: str = Field(primary_key=True)
    campaign: str
    kind: str
    person: int = Field(foreign_key="person.id")
    title: str
    back: str = Field(sa_type=Text)
    state: str
    step: str
    done: int
    total: int
    said: str = Field(sa_type=Text)
    file_name: str
    content_type: str
    content: bytes | None = Field(sa_type=LargeBinary)
    began_at: datetime = Field(sa_type=Moment)
    beat_at: datetime = Field(sa_type=Moment)
    keep_until: datetime = Field(sa_type=Moment)
