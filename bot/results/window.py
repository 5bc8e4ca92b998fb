"""The window of the public notice (公示期): its length is the office's decision, its days are working days. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.dialogue.fields import NARROW
from bot.reminders.workdays import LONGEST_REST, Overrides, is_workday

LONGEST = 60  # working days
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_WORKDAYS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])\s*个?\s*(?:工作日|工作天)")


@dataclass(frozen=True, slots=True)
class Terms:
    """What had to be decided before a public notice can begin."""

    workdays: int
    channel: str  # how objections are raised


def read_workdays(text: str) -> int | None:
    """5个工作日, 五个工作日 in a text; None if there is no such figure, or more than one."""
    found = set(_WORKDAYS.findall(text.translate(NARROW)))
    if len(found) != 1:
        return None
    (figure,) = found
    days = _DIGITS.get(figure) or int(figure)
    return days if 1 <= days <= LONGEST else None


def last_day(starts: date, workdays: int, overrides: Overrides) -> date:
    """The last day of a window that begins on `starts`, which counts where it is worked."""
    day, left, idle = starts - timedelta(days=1), workdays, 0
    while left and idle <= LONGEST_REST:
        day += timedelta(days=1)
        worked = is_workday(day, overrides)
        left, idle = left - worked, 0 if worked else idle + 1
    return day


def days_left(today: date, starts: date, ends: date, overrides: Overrides) -> int:
    """Working days of the window from today on, today included; 0 once it is over."""
    day, count = max(today, starts), 0
    while day <= ends:
        count += is_workday(day, overrides)
        day += timedelta(days=1)
    return count
