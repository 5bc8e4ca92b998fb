"""When a reminder falls due: base dates, days before them, and the minute of the day. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.model.application import Application
from bot.reminders.workdays import Overrides, is_workday, workday_before
from bot.staff.dossier import RETURN_DUE
from config.campaign import BaseDate, Campaign, ReminderRule, Spans

FULL_MINUTES = (0, 30)
"""Minutes at which everybody's systems send; messages beyond the platform's rate are dropped silently."""


@dataclass(frozen=True, slots=True)
class Base:
    """A date that reminders are counted from, and whose it is."""

    kind: BaseDate
    day: date
    owner: str = ""  # a body's id for CUTOFF, an application's number for DUE

    @property
    def mark(self) -> str:
        """Names the date among those of which is kept how far they are done."""
        return f"{self.kind}:{self.owner}@{self.day}"


def cutoffs_of(campaign: Campaign) -> dict[str, date]:
    """Bodies' own dates by body id. One after the campaign's deadline does not count: the deadline stands."""
    return {
        body.id: body.cutoff for body in campaign.bodies if body.cutoff and body.cutoff < campaign.deadline
    }


def base_of(
    campaign: Campaign, kind: BaseDate, cutoffs: Mapping[str, date], application: Application
) -> Base:
    """The date that counts for an application: the one of this kind, or what stands in for it."""
    cutoff = cutoffs.get(application.body)
    nearest = Base(BaseDate.CUTOFF, cutoff, application.body) if cutoff else _deadline(campaign)
    match kind:
        case BaseDate.DEADLINE:
            return _deadline(campaign)
        case BaseDate.CUTOFF:
            return nearest
        case BaseDate.DUE:
            due = _date(application.dossier.get(RETURN_DUE, ""))
            return Base(BaseDate.DUE, due, application.number) if due else nearest


def shared_bases(campaign: Campaign) -> Iterator[tuple[ReminderRule, Base]]:
    """Every rule with every date it may count from, but for dates of single applications."""
    for rule in campaign.reminders.rules:
        yield rule, _deadline(campaign)
        if rule.base is not BaseDate.DEADLINE:
            for body, cutoff in cutoffs_of(campaign).items():
                yield rule, Base(BaseDate.CUTOFF, cutoff, body)


def _deadline(campaign: Campaign) -> Base:
    return Base(BaseDate.DEADLINE, campaign.deadline)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Calendar:
    """The campaign's days and minutes, with what the office says of its working days."""

    def __init__(self, campaign: Campaign, overrides: Overrides) -> None:
        self.zone: ZoneInfo = campaign.zone
        self.opens = campaign.opens
        self._rules = campaign.reminders
        self._overrides = {**self._rules.workdays, **overrides}
        self._minutes = _minutes(self._rules.windows)
        self._days: dict[tuple[date, tuple[int, ...]], tuple[tuple[int, date], ...]] = {}

    def days(self, base: Base, before: tuple[int, ...]) -> tuple[tuple[int, date], ...]:
        """(days before, the day of the reminder), the farthest first; none before the campaign opens.

        Of several that fall on one day, such as before a long holiday, only the nearest is kept.
        """
        known = self._days.get((base.day, before))
        if known is None:
            known = self._days[base.day, before] = tuple(self._new_days(base.day, before))
        return known

    def _new_days(self, base: date, before: tuple[int, ...]) -> Iterator[tuple[int, date]]:
        nearest: dict[date, int] = {}
        for count in sorted(before, reverse=True):
            nearest[workday_before(base - timedelta(days=count), self._overrides)] = count
        for day, count in nearest.items():
            if day >= self.opens:
                yield count, day

    def minute(self, day: date, key: str) -> datetime:
        """The minute of the day that `key` always gets; different keys are spread over the windows."""
        at = self._minutes[zlib.crc32(key.encode()) % len(self._minutes)]
        return datetime.combine(day, at, self.zone)

    def first(self, day: date) -> datetime:
        """The day's first minute, in which the call sheet is written."""
        return datetime.combine(day, self._minutes[0], self.zone)

    def last(self, day: date) -> datetime:
        return datetime.combine(day, self._minutes[-1], self.zone)

    def may_write(self, now: datetime) -> bool:
        """Whether people may be written to: a working day, and office hours."""
        here = now.astimezone(self.zone)
        if not is_workday(here.date(), self._overrides):
            return False
        at = here.time().replace(second=0, microsecond=0)
        return any(start <= at <= end for start, end in self._rules.hours)


@lru_cache(maxsize=8)
def _minutes(windows: Spans) -> tuple[time, ...]:
    """Every minute at which a reminder may fall due."""
    found = [
        time(minute // 60, minute % 60)
        for start, end in windows
        for minute in range(_count(start), _count(end) + 1)
        if minute % 60 not in FULL_MINUTES
    ]
    return tuple(found)


def _count(at: time) -> int:
    return at.hour * 60 + at.minute
