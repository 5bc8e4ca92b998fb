"""Days and times as people here write them."""

from __future__ import annotations

from datetime import date, datetime


def spoken_time(moment: datetime) -> str:
    """7月16日10:42, of a moment in the campaign's zone."""
    return f"{spoken_date(moment)}{moment:%H:%M}"


def spoken_date(day: date) -> str:
    """7月20日."""
    return f"{day.month}月{day.day}日"


def full_date(day: date) -> str:
    """2019年8月20日."""
    return f"{day.year}年{spoken_date(day)}"
