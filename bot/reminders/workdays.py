"""Working days: the office's own days first, then the national calendar, then the days of the week. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import import_module

LONGEST_REST = 31
"""Days without a working day after which a search ends; the longest holidays have nine."""

Overrides = Mapping[date, bool]
"""Days for which the office says whether they are worked."""


def is_workday(day: date, overrides: Overrides) -> bool:
    """Whether the day is worked. Make-up working days (调休) are; holidays and other week-ends are not.

    Where the national calendar ends, Monday to Friday are worked (see `is_in_calendar`).
    """
    said = overrides.get(day)
    if said is None:
        said = _national(day)
    return day.weekday() < 5 if said is None else said


def is_in_calendar(day: date) -> bool:
    """Whether the national calendar tells of this day; it is published a year at a time."""
    return _national(day) is not None


def workday_before(day: date, overrides: Overrides) -> date:
    """The day itself if it is worked, else the last working day before it.

    The day itself also where no day is worked for a month: somebody must still be told.
    """
    for back in range(LONGEST_REST):
        found = day - timedelta(days=back)
        if is_workday(found, overrides):
            return found
    return day


@cache
def _national(day: date) -> bool | None:
    """What the national calendar says; None where it does not reach, or is not installed.

    Loaded when first asked for: its tables are large, and most commands never ask.
    """
    try:
        return bool(import_module("chinese_calendar").is_workday(day))
    except (ImportError, NotImplementedError):
        return None
