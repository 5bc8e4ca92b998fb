"""Days as people write them: 7月30日, 30号, 7.30, 2019-07-30, 二〇一九年七月三十日, 下周一, 明天. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_FIGURES = "".join(_DIGITS)
_DASH = re.compile(r"(?<=\d)\s?[—–−‐]\s?(?=\d{1,2}(?:\D|$))")
_SPOKEN_YEAR = re.compile(rf"[{_FIGURES}]{{4}}(?=年)")
_SPOKEN_NUMBER = re.compile(rf"[{_FIGURES}十]{{1,3}}(?=月|日|号|点|时|分)")
_ISO_T = re.compile(r"(?<=\d)T(?=\d\d:)")
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:日号]))"
)
_PACKED = re.compile(r"(?<![\d-])(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>\d\d)(?![\d-])")
_MONTH = re.compile(r"(?<![\d年])(?P<m>\d{1,2})\s*月\s*(?:份\s*)?(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:日号]))")
_SHORT = re.compile(
    r"(?<![\d:.\-/])(?P<m>\d{1,2})\s*[-/.]\s*(?P<d>\d{1,2})(?![\d:.\-/点时])(?!\s*(?:[-/.:]|点|时))"
)
_OF_MONTH = re.compile(r"(?P<which>本月|这个月|当月|下个?月)\s*(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:日号]))")
_DAY = re.compile(r"(?<![\d月])(?P<d>\d{1,2})\s*[日号](?!\s*通知)")
_RELATIVE = re.compile(r"大后天|今[天日]|明[天日]|后天|次日")
_WEEKDAY = re.compile(r"(?P<which>下下|本|这|下)?个?(?:周|星期|礼拜)(?P<w>[一二三四五六日天])")
_REMARK = re.compile(r"[(（]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?")  # beside a date
_UNTIL = re.compile(r"(?:下班)?(?:之前|以前|前|止)$")
_AHEAD = {"今": 0, "明": 1, "次": 1, "后": 2, "大": 3}
_WEEK = "一二三四五六日"
_LONG_AGO = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class FoundDay:
    """What a text says of a day. `day` is None where it says nothing, or nothing that exists.

    `rest` is the text without it; `wrong` is what looks like a day and is none, "" for nothing.
    """

    day: date | None
    rest: str
    wrong: str = ""


def plain(text: str) -> str:
    """Half-width, with figures for spoken numbers before 年, 月, 日, 点 …"""
    said = unicodedata.normalize("NFKC", text).replace("：", ":")
    said = _ISO_T.sub(" ", said)
    said = _SPOKEN_YEAR.sub(lambda found: str(_figure(found[0])), said)
    return _SPOKEN_NUMBER.sub(lambda found: str(_figure(found[0])), said)


def read_day(text: str, today: date) -> date | None:
    """The day that a text is as a whole, with or without 前; None for anything else, and for a day that is none.

    As in `find_day` for what is not said.
    """
    said = _DASH.sub("-", plain(text)).strip().rstrip("。.!,，")
    found = find_day(_UNTIL.sub("", said).strip(), today)
    return None if found.rest.strip() else found.day


def find_day(said: str, today: date) -> FoundDay:
    """The first day in a text that is `plain`.

    Without a year it is the nearest of that name: of this year, or of the next where it is half a year ago; without
    a month the next day of that number; a weekday is the next one, today included, unless it says which week.
    """
    for pattern in (_ISO, _PACKED, _MONTH, _SHORT):
        if found := pattern.search(said):
            year, month, number = int(found.groupdict().get("y") or 0), int(found["m"]), int(found["d"])
            return _found(found, _near(month, number, today) if not year else _date(year, month, number))
    if found := _RELATIVE.search(said):
        return _found(found, today + timedelta(days=_AHEAD[found[0][0]]))
    if found := _OF_MONTH.search(said):
        later = found["which"].startswith("下")
        first = today.replace(day=1) + timedelta(days=31 if later else 0)
        return _found(found, _date(first.year, first.month, int(found["d"])))
    if found := _DAY.search(said):
        return _found(found, _next_of(int(found["d"]), today))
    if found := _WEEKDAY.search(said):
        return _found(found, _weekday(found, today), with_remark=False)
    return FoundDay(None, said)


def _found(found: re.Match[str], day: date | None, with_remark: bool = True) -> FoundDay:
    """`with_remark`: a weekday beside the date belongs to it."""
    rest = f"{found.string[: found.start()]} {found.string[found.end() :]}"
    if with_remark:
        rest = _REMARK.sub(" ", rest, count=1)
    return FoundDay(day, rest, "" if day else found[0].strip())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(month: int, number: int, today: date) -> date | None:
    day = _date(today.year, month, number)
    if day is None or today - day > _LONG_AGO:
        return _date(today.year + 1, month, number)
    return day


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


def _figure(words: str) -> int:
    """三十一 → 31; 十 → 10; 二〇 → 20."""
    if "十" in words:
        tens, _, ones = words.partition("十")
        return 10 * (_DIGITS[tens[-1]] if tens else 1) + (_DIGITS.get(ones[0], 0) if ones else 0)
    return int("".join(str(_DIGITS[char]) for char in words))
