"""The Date header as it is really written, Chinese clients' forms included."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from handlers.mail.names import header_text

BEIJING = timezone(timedelta(hours=8))

_MAX_VALUE = 300
_TIME = re.compile(
    r"(上午|下午|晚上|中午)?\s*(\d{1,2})\s*[:：时点.]\s*(\d{1,2})(?:\s*[:：分.]\s*(\d{1,2}))?(?:\s*([AaPp][Mm])\b)?"
)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE_MONTHS = (
    "一月",
    "二月",
    "三月",
    "四月",
    "五月",
    "六月",
    "七月",
    "八月",
    "九月",
    "十月",
    "十一月",
    "十二月",
)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|十[一二]?月|[一二三四五六七八九]月|1?\d月)[a-z]*"
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})[\s.,-]*{_MONTH}[\s.,-]*(\d{{2,4}})(?!\d|:)", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"{_MONTH}[\s.,]*(\d{{1,2}})(?!\d|:)(?:.*?[\s,])((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:^|(?<=[\s\d])|(?<=GMT)|(?<=UTC))([+-])(\d{1,2}):?(\d{2})(?!\d)", re.IGNORECASE)
_ZONE = re.compile(r"\b(GMT|UTC?|Z|EST|EDT|CDT|MST|MDT|PST|PDT|CST|HKT|JST)\b", re.IGNORECASE)
_ZONES = {"gmt": 0, "utc": 0, "ut": 0, "z": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6}
_ZONES |= {"pst": -8, "pdt": -7, "cst": 8, "hkt": 8, "jst": 9}  # CST is China's: that is who writes here


def sent_at(raw: str) -> datetime | None:
    """When the sender says it was sent, aware; None if it says nothing sensible. No zone means Beijing time."""
    value = header_text(raw[:_MAX_VALUE])
    time = _TIME.search(value)
    date = _date(value)
    if time is None or date is None:
        return None
    hour = int(time[2]) % 12 + 12 if _afternoon(time[1], time[5], int(time[2])) else int(time[2])
    try:
        zone = _zone(value[time.end() :])
        second = min(int(time[4] or 0), 59)  # a leap second
        return datetime(*date, hour, int(time[3]), second, tzinfo=zone)
    except ValueError:
        return None


def _afternoon(word: str | None, mark: str | None, hour: int) -> bool:
    return hour <= 12 and ((word in ("下午", "晚上", "中午") and hour != 11) or (mark or "").lower() == "pm")


def _date(value: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.search(value):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.search(value):
        return _year(int(found[3])), _month(found[2]), int(found[1])
    if found := _MONTH_FIRST.search(value):
        return int(found[3]), _month(found[1]), int(found[2])
    return None


def _year(written: int) -> int:
    """RFC 5322, 4.3: two digits up to 49 are this century's, three digits count from 1900."""
    if written >= 1000:
        return written
    return written + 2000 if written < 50 else written + 1900


def _month(word: str) -> int:
    lower = word.lower()
    if lower in _MONTHS:
        return _MONTHS.index(lower) + 1
    return _CHINESE_MONTHS.index(word) + 1 if word in _CHINESE_MONTHS else int(word.removesuffix("月"))


def _zone(rest: str) -> timezone:
    if offset := _OFFSET.search(rest):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    named = _ZONE.search(rest)
    return timezone(timedelta(hours=_ZONES[named[1].lower()])) if named else BEIJING
