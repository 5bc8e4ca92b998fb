"""What was tried after the deadline, as a page shows it to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.console.audit_log import list_late
from bot.console.query import PAGE, LateQuery
from bot.ports_console import Scope
from bot.staff.desk import StaffAsk


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt. `number` is "" where there was no application; `text` is what was written, for the office."""

    at: datetime
    number: str
    unit: str
    name: str
    what: str  # in words
    text: str


@dataclass(frozen=True, slots=True)
class TriedList:
    rows: tuple[Tried, ...]
    total: int
    pages: int


def tried_late(ask: StaffAsk, query: LateQuery) -> TriedList:
    """The page that is asked for; a body sees the attempts on its own applications."""
    scope = Scope(everything=True) if ask.is_office else Scope(bodies=ask.bodies)
    found = list_late(ask.store, ask.clerk.campaign, scope, query)
    rows = tuple(
        Tried(
            one.at,
            one.number,
            one.unit,
            one.name,
            ask.say(f"late_{one.what}"),
            one.text if ask.is_office and one.what not in _NOT_WRITTEN else "",
        )
        for one in found.rows
    )
    return TriedList(rows, found.total, max(1, -(-found.total // PAGE)))


_NOT_WRITTEN = ("mail", "link", "upload")
"""What comes with a source on record instead of words."""
