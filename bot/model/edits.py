"""What the office changed of the campaign while it runs, and how its people are reached by telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one place of the campaign's files; the newest of a place counts."""

    id: int  # 0 before it is kept
    path: str  # see `bot.campaign_edits.paths`
    value: str | None  # JSON; None: back to what the file says
    previous: str | None  # JSON of what stood there before; None where there was nothing
    reason: str  # "" where none was given
    by: int  # person
    at: datetime  # by the campaign clock
    by_name: str = ""  # filled in where it is read


@dataclass(frozen=True, slots=True)
class ContactCard:
    """How somebody with a role is telephoned."""

    person: int
    telephone: str
    note: str  # 周三下午不在, …


@dataclass(frozen=True, slots=True)
class MessageState:
    """What became of one message in the outbox."""

    key: str
    channel: str
    address: str
    state: str  # queued sending sent waiting failed unsure cancelled
    error: str
    at: datetime  # when it was queued (machine's clock)
