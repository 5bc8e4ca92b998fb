"""What is planned, and what it is planned from: values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Membership
from bot.reminders.rules import Base
from config.campaign import BaseDate

CALL_SHEET = "call_sheet"
"""The road of those whom only the office's telephone reaches."""

OFFICE = 0
"""Stands for the office where a reminder is nobody's own."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Who was told, and when, that these dates are the ones that count now."""

    at: datetime
    dates: AbstractSet[tuple[BaseDate, date]]
    people: AbstractSet[int]

    def covers(self, item: Planned) -> bool:
        """Whether an earlier reminder would only repeat what the correction said."""
        base = (item.base.kind, item.base.day)
        return item.at <= self.at and item.person in self.people and base in self.dates


@dataclass(frozen=True, slots=True)
class World:
    """What is known when the plan is made."""

    applications: Sequence[Application]
    members: Sequence[Membership]  # of the bodies, contacts before deputies
    reported: AbstractSet[str]  # bodies that sent what they recommend, or that they recommend nobody
    reach: Callable[
        [int], Channel | None
    ]  # person → the road to them, asked once each; None: only by telephone
    sent: AbstractSet[str] = frozenset()  # keys of the reminders that were queued
    workdays: Mapping[date, bool] = field(default_factory=dict)  # as the office says, above the campaign's
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to one person."""

    at: datetime
    key: str  # remind:BASE-DAYS:DATE:SUBJECT:PERSON, unique for ever
    person: int  # `OFFICE` for the call sheet's own
    name: str
    role: str  # an `Audience`
    channel: str  # wecom | mail | call_sheet
    subject: str  # number of the application, or id of the body
    owes: tuple[str, ...]  # form, deck, scan, paper, declarations; for a body: package, waiting
    text: str
    rule: str
    days: int
    base: Base
    application: str = ""  # its id; "" for a body

    @property
    def group(self) -> tuple[int, str, str]:
        """Reminders of one group say the same, the later one with less time left."""
        return self.person, self.subject, self.rule


@dataclass(frozen=True, slots=True)
class Batch:
    """Reminders of one rule that are counted from one date and fall on one day, without texts."""

    rule: str
    days: int
    base: Base
    day: date
    who: Sequence[tuple[str, int]]  # subject and person, as in `Planned`


def key_of(base: Base, days: int, subject: str, person: int | str) -> str:
    """The key of a reminder; what a person was told can be read from it."""
    return f"{mark_of(base, days)}{subject}:{person}"


def mark_of(base: Base, days: int) -> str:
    """What the keys of all those begin with that are sent so many days before a date."""
    return f"remind:{base.kind}-{days}:{base.day}:"


def told_by(key: str) -> tuple[BaseDate, date, str, int] | None:
    """(base, its day, subject, person) out of a reminder's key; None for another key."""
    parts = key.partition("/")[0].split(":")
    if len(parts) != 5 or parts[0] != "remind" or not parts[4].isdigit():
        return None
    kind = parts[1].partition("-")[0]
    return BaseDate(kind), date.fromisoformat(parts[2]), parts[3], int(parts[4])


def in_order(items: Iterable[Planned]) -> list[Planned]:
    """By time, then key. In small portions: one long sort would keep other threads from running."""
    minutes: dict[datetime, list[Planned]] = {}
    for item in items:
        minutes.setdefault(item.at, []).append(item)
    return [item for at in sorted(minutes) for item in sorted(minutes[at], key=lambda item: item.key)]
