"""The tables of what the office edited of the campaign."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.tables import Base, Moment


class CampaignEdit(Base, table=True):
    """One change of one place of the campaign; rows are only ever added. Values are JSON."""

    __tablename__ = "campaign_edit"
    __table_args__ = (Index("ix_campaign_edit_campaign", "campaign"),)
    id: int = Field(primary_key=True)
    campaign: str
    path: str
    value: str | None = Field(sa_type=Text)
    previous: str | None = Field(sa_type=Text)
    reason: str
    by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class ContactCard(Base, table=True):
    """How somebody with a role is telephoned."""

    __tablename__ = "contact_card"
    person: int = Field(primary_key=True, foreign_key="person.id")
    telephone: str
    note: str
