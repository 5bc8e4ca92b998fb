"""How the pages write moments, days and sizes: template filters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.model.spoken import full_date
from bot.results.marks import figure

_ZONE = ZoneInfo("Asia/Shanghai")
_DAYS = "一二三四五六日"


def moment(value: datetime | None, zone: tzinfo = _ZONE) -> str:
    """2019-07-12 09:30 in the zone; "—" for none."""
    return "—" if value is None else f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def short_moment(value: datetime | None, zone: tzinfo = _ZONE) -> str:
    """7月12日 09:30; "—" for none."""
    if value is None:
        return "—"
    local = value.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def campaign_time(value: datetime | None, ahead: timedelta) -> datetime | None:
    """A moment by the machine's clock as the campaign clock has it, which is `ahead` of that; None for none."""
    return None if value is None else value + ahead


def day(value: date | None) -> str:
    """7月12日（周五）; "—" for none."""
    if value is None:
        return "—"
    return f"{value.month}月{value.day}日（周{_DAYS[value.weekday()]}）"


def size(value: int | None) -> str:
    """1.8 MB."""
    if value is None:
        return "—"
    if value < 1024:
        return f"{value} B"
    if value < 1024 * 1024:
        return f"{value / 1024:.0f} KB"
    return f"{value / 1024 / 1024:.1f} MB"


FILTERS: Mapping[str, Callable[..., object]] = {
    "moment": moment,
    "short_moment": short_moment,
    "day": day,
    "full_day": full_date,
    "campaign_time": campaign_time,
    "size": size,
    "score": figure,
}
