"""Days and times of a visit as people write them: 7月30日上午9:30, 30号下午3点, 2019-07-30 9:30-11:30. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.campaign import VisitRules

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_WEEK = "一二三四五六日"
_SPOKEN_NUMBER = re.compile(r"[零〇一二两三四五六七八九十]{1,3}(?=月|日|号|点|时|分)")
_ISO_T = re.compile(r"(?<=\d)T(?=\d\d:)")
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:日号]))"
)
_MONTH = re.compile(r"(?<![\d年])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:日号]))")
_SHORT = re.compile(
    r"(?<![\d:.\-/])(?P<m>\d{1,2})\s*[-/.]\s*(?P<d>\d{1,2})(?![\d:.\-/点时])(?!\s*(?:[-/.:]|点|时))"
)
_DAY = re.compile(r"(?<![\d月])(?P<d>\d{1,2})\s*[日号](?!\s*通知)")
_RELATIVE = re.compile(r"大后天|今[天日]|明[天日]|后天|次日")
_WEEKDAY = re.compile(r"(?P<which>本|这|下下|下)?个?(?:周|星期|礼拜)(?P<w>[一二三四五六日天])")
_REMARK = re.compile(r"[(（]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?")  # beside a date
_AHEAD = {"今": 0, "明": 1, "次": 1, "后": 2, "大": 3}
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
_LONG_AGO = timedelta(days=183)


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


def plain(text: str) -> str:
    """Half-width, with figures for spoken numbers before 月, 日, 点 …"""
    said = unicodedata.normalize("NFKC", text).replace("：", ":")
    said = _ISO_T.sub(" ", said)
    return _SPOKEN_NUMBER.sub(lambda found: str(_figure(found[0])), said)


def read_when(text: str, today: date, rules: VisitRules) -> When:
    """The day and the times in a text. A time without an end lasts as its slot does, else the usual minutes."""
    said = plain(text)
    day, said, wrong_day = _read_day(said, today)
    start, end, said, wrong_time = _read_time(said, rules)
    return When(day, start, end, said, wrong_day or wrong_time)


# the day


def _read_day(text: str, today: date) -> tuple[date | None, str, str]:
    """(day, the text without it, what is wrong)."""
    for pattern in (_ISO, _MONTH, _SHORT):
        if found := pattern.search(text):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            rest = _REMARK.sub(" ", rest, count=1)
            year = int(found.groupdict().get("y") or 0)
            day = _date(year or today.year, int(found["m"]), int(found["d"]))
            if day is not None and not year and today - day > _LONG_AGO:
                day = _date(today.year + 1, day.month, day.day)
            return day, rest, "" if day else found[0].strip()
    if found := _RELATIVE.search(text):
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        return today + timedelta(days=_AHEAD[found[0][0]]), rest, ""
    if found := _DAY.search(text):
        rest = _REMARK.sub(" ", f"{text[: found.start()]} {text[found.end() :]}", count=1)
        day = _next_of(int(found["d"]), today)
        return day, rest, "" if day else found[0].strip()
    if found := _WEEKDAY.search(text):
        return _weekday(found, today), f"{text[: found.start()]} {text[found.end() :]}", ""
    return None, text, ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_of(number: int, today: date) -> date | None:
    """The next day with this number, today included."""
    if not 1 <= number <= 31:
        return None
    day = today
    while day.day != number:
        day += timedelta(days=1)
    return day


def _weekday(found: re.Match[str], today: date) -> date:
    """周三: the next one; 本周三: of this week; 下周三: of the next."""
    wanted = _WEEK.index(found["w"].replace("天", "日"))
    monday = today - timedelta(days=today.weekday())
    match found["which"]:
        case None:
            return today + timedelta(days=(wanted - today.weekday()) % 7)
        case "下":
            return monday + timedelta(days=7 + wanted)
        case "下下":
            return monday + timedelta(days=14 + wanted)
        case _:
            return monday + timedelta(days=wanted)


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


def _figure(words: str) -> int:
    """三十一 → 31; 十 → 10; 二〇 → 20."""
    if "十" in words:
        tens, _, ones = words.partition("十")
        return 10 * (_DIGITS[tens[0]] if tens else 1) + (_DIGITS[ones[0]] if ones else 0)
    return int("".join(str(_DIGITS[char]) for char in words))
