"""The time at which a notice is to be sent, as the office says it: 7月12日 9:05, 明天上午9点05分. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_FULL_MINUTES = (0, 30)  # when everybody's systems send, and the platform drops what is too much
_FIGURES = "零一二三四五六七八九"
_WRITTEN = re.compile(r"[零〇一二两三四五六七八九十]{1,3}(?=[月日号点时分:])")
_WEEK = "一二三四五六日"
_NEAR = {"今": 0, "明": 1, "次": 1, "后": 2, "大后": 3}
_DAY = (
    r"(?:(?P<y>\d{4})\s*[-/.年]\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d|\s*[:点时])\s*[日号]?"
    r"|(?P<only>\d{1,2})\s*[日号]"
    r"|(?P<near>大后|今|明|次|后)(?:[天日](?!报)|(?=[早晚上下中傍凌]))"
    r"|(?P<week>下|本|这)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_TIME = (
    r"(?P<part>凌晨|清晨|早晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚)?\s*"
    r"(?P<h>\d{1,2})\s*(?:[:点时])\s*(?:(?P<min>\d{1,2})\s*分?|(?P<word>半|一刻|三刻|整))?(?:\s*[:]\s*00)?"
)
MOMENT = rf"(?:(?:{_DAY})\s*(?:[(（](?:周|星期).[)）])?\s*[,，T的]?\s*)?{_TIME}"
"""One moment in normalised text. It has names of groups: use it once in a pattern."""
_MOMENT = re.compile(MOMENT)
_MORNING = ("凌晨", "清晨", "早晨", "早上", "早", "上午")
_WORDS = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}


def normalised(text: str) -> str:
    """Half-width, with written numbers of dates and times as figures (七月十二日 → 7月12日)."""
    said = unicodedata.normalize("NFKC", text)
    return _WRITTEN.sub(lambda found: str(_figure(found[0])), said)


def read_moment(words: str, now: datetime) -> datetime | None:
    """The moment that the words name, in the zone of `now`; None if they are anything else.

    A day without a month or year is the next such day; without a day it is today. It may lie in the past.
    """
    found = _MOMENT.fullmatch(normalised(words).strip(" ,。在于"))
    if found is None:
        return None
    try:
        return datetime.combine(_day(found, now.date()), _time(found), now.tzinfo)
    except ValueError:  # 2月30日, 25点
        return None


def off_the_hour(at: datetime) -> datetime:
    """The moment itself, or the minute after where it is a full or half hour."""
    at = at.replace(second=0, microsecond=0)
    return at + timedelta(minutes=1) if at.minute in _FULL_MINUTES else at


def _figure(written: str) -> int:
    plain = written.replace("〇", "零").replace("两", "二")
    tens, ten, ones = plain.rpartition("十")
    if ten:
        return (_FIGURES.index(tens[-1]) if tens else 1) * 10 + (_FIGURES.index(ones[0]) if ones else 0)
    return int("".join(str(_FIGURES.index(char)) for char in plain))


def _day(found: re.Match[str], today: date) -> date:
    if found["m"]:
        day = date(int(found["y"] or today.year), int(found["m"]), int(found["d"]))
        return day if found["y"] or day >= today - timedelta(days=180) else day.replace(year=day.year + 1)
    if found["only"]:
        day = today.replace(day=1)
        if int(found["only"]) < today.day:
            day = (day + timedelta(days=32)).replace(day=1)
        return day.replace(day=int(found["only"]))
    if found["near"]:
        return today + timedelta(days=_NEAR[found["near"]])
    if found["weekday"]:
        return _weekday(found, today)
    return today


def _weekday(found: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=_WEEK.index(found["weekday"].replace("天", "日")))
    if found["week"] == "下":
        return day + timedelta(days=7)
    return day if found["week"] or day >= today else day + timedelta(days=7)


def _time(found: re.Match[str]) -> time:
    hour, part = int(found["h"]), found["part"] or ""
    if part in _MORNING:
        hour %= 24 if part != "凌晨" else 12
    elif (part == "中午" and hour < 10) or (part and part != "中午" and hour < 12):
        hour += 12
    minute = int(found["min"]) if found["min"] else _WORDS.get(found["word"] or "", 0)
    return time(hour, minute)
