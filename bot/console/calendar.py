"""Months of working days, as the office looks at them and turns single days. Pure."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reminders.workdays import is_in_calendar, is_workday
from config.campaign import Campaign

_MONDAYS_FIRST = Calendar()


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    inside: bool  # of the month, not one of its neighbours
    works: bool
    edited: bool  # unlike in the national calendar
    marks: tuple[str, ...]  # keys: opens, deadline, ends, cutoff


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]  # from Monday
    previous: date  # first of the month before
    next: date
    known: bool  # whether the national calendar tells of all of it


def month_of(campaign: Campaign, day: date) -> Month:
    """The month in which the day lies."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    weeks = _MONDAYS_FIRST.monthdatescalendar(first.year, first.month)
    return Month(
        first,
        tuple(tuple(_day(campaign, first, one) for one in week) for week in weeks),
        (first - timedelta(days=1)).replace(day=1),
        following,
        is_in_calendar(first) and is_in_calendar(following - timedelta(days=1)),
    )


def read_month(text: str, usual: date) -> date:
    """The first day of a month written 2019-07; that of the usual day for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = usual
    return found.replace(day=1) if 1900 < found.year < 2200 else usual.replace(day=1)


def _day(campaign: Campaign, first: date, day: date) -> Day:
    overrides = campaign.reminders.workdays
    by_calendar = is_workday(day, {})
    works = is_workday(day, overrides)
    known = {"opens": campaign.opens, "deadline": campaign.deadline, "ends": campaign.ends}
    marks = [key for key, at in known.items() if at == day]
    if any(body.cutoff == day for body in campaign.bodies):
        marks.append("cutoff")
    return Day(day, day.month == first.month, works, works != by_calendar, tuple(marks))
