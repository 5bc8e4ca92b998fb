"""Days and times of a visit as people write them: 7月30日上午9:30, 30号下午3点, 2019-07-30 9:30-11:30. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.model.day_words import find_day, plain
from config.campaign import VisitRules

_HALF = r"(?P<half{0}>上午|下午|早上|早晨|中午|晚上|上半天|下半天|全天)?"
_CLOCK = (
    r"(?P<h{0}>\d{{1,2}})\s*(?:[:点时]\s*"
    r"(?:(?P<min{0}>\d{{1,2}})(?::\d\d(?!\d))?\s*分?|(?P<word{0}>半|整|一刻|三刻|钟)?))"
)
_TIME = re.compile(
    _HALF.format(1)
    + r"\s*"
    + _CLOCK.format(1)
    + r"(?:\s*(?:-+|—+|–|~+|到|至)\s*"
    + _HALF.format(2)
    + r"\s*"
    + _CLOCK.format(2)
    + ")?"
)
_HALF_ALONE = re.compile(r"上午|下午|早上|上半天|下半天")
_LATER = {"下午", "晚上", "下半天"}
_MORNING = {"上午", "早上", "早晨", "上半天"}
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class When:
    """What a text says of a time. `day` and `start` are None where it says nothing, or nothing that exists.

    `rest` is the text without it; `wrong` is what looks like a day or time and is none, "" for nothing.
    """

    day: date | None
    start: time | None
    end: time | None
    rest: str
    wrong: str = ""


def read_when(text: str, today: date, rules: VisitRules) -> When:
    """The day and the times in a text. A time without an end lasts as its slot does, else the usual minutes."""
    said = plain(text)
    found = find_day(said, today)
    start, end, rest, wrong_time = _read_time(found.rest, rules)
    return When(found.day, start, end, rest, found.wrong or wrong_time)


# the time


def _read_time(text: str, rules: VisitRules) -> tuple[time | None, time | None, str, str]:
    found = _TIME.search(text)
    if found is None:
        half = _HALF_ALONE.search(text)
        if half is None:
            return None, None, text, ""
        start, end = _slot_of(half[0] in _LATER, rules)
        return start, end, f"{text[: half.start()]} {text[half.end() :]}", "" if start else half[0]
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    start = _clock(found, 1, found["half1"], rules)
    end = _clock(found, 2, found["half2"] or "", rules) if found["h2"] else None
    if start is None or (found["h2"] and (end is None or end <= start)):
        return None, None, rest, found[0].strip()
    return start, end or _end_of(start, rules), rest, ""


def _clock(found: re.Match[str], number: int, half: str | None, rules: VisitRules) -> time | None:
    hour = int(found[f"h{number}"])
    minute = int(found[f"min{number}"] or 0) or _QUARTERS.get(found[f"word{number}"] or "", 0)
    if (half in _LATER or (half == "中午" and hour < 11)) and hour < 12:
        hour += 12
    elif half not in _MORNING and rules.hours and hour < rules.hours[0][0].hour and hour + 12 <= 23:
        hour += 12  # 3点 of a visit is in the afternoon
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def _slot_of(later: bool, rules: VisitRules) -> tuple[time, time] | tuple[None, None]:
    """The first usual slot of the morning or of the afternoon."""
    return next((slot for slot in rules.slots if (slot[0] >= _NOON) is later), (None, None))


def _end_of(start: time, rules: VisitRules) -> time:
    slot = next((slot for slot in rules.slots if slot[0] == start), None)
    if slot:
        return slot[1]
    end = datetime.combine(date.min, start) + timedelta(minutes=rules.minutes)
    return end.time() if end.date() == date.min else time(23, 59)
