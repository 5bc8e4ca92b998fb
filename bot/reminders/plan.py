"""Who is to be reminded of what, when and how: worked out from a snapshot, nothing remembered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.reminders.planned import Planned, World, in_order
from bot.reminders.planner import Planner
from bot.reminders.rules import Base, Calendar, shared_bases
from config.campaign import Campaign


def plan(campaign: Campaign, world: World, start: datetime, end: datetime) -> tuple[Planned, ...]:
    """Everything that falls due after `start` and up to `end` and was not sent, by time, then key."""
    found = Planner(campaign, world, lambda base: start, end).all()
    return tuple(item for item in found if item.key not in world.sent)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be sent now, and what is skipped because something later says the same."""

    now: tuple[Planned, ...]  # by time, then key
    superseded: tuple[Planned, ...]  # without a text


def due(campaign: Campaign, world: World, since: Callable[[Base], datetime], now: datetime) -> Due:
    """What fell due after `since` (up to when a base date's reminders are done) and by `now`.

    Of several for the same person, subject and rule only the latest is sent; none whose date is over.
    The texts are of `now`'s day.
    """
    today = now.astimezone(campaign.zone).date()
    latest: dict[tuple[int, str, str], Planned] = {}
    older: list[Planned] = []
    for item in Planner(campaign, world, since, now, today).each():
        if item.base.day < today or (world.corrected and world.corrected.covers(item)):
            continue
        first = latest.setdefault(item.group, item)
        if first is not item and first.key != item.key:
            older.append(item)
    return Due(
        tuple(in_order(item for item in latest.values() if item.key not in world.sent)),
        tuple(in_order(item for item in older if item.key not in world.sent)),
    )


def may_be_due(
    campaign: Campaign, workdays: Mapping[date, bool], since: Callable[[Base], datetime], now: datetime
) -> bool:
    """Whether any reminder may have fallen due after `since`, as far as the dates that many share tell.

    Costs next to nothing, so that it may be asked at every tick.
    """
    calendar = Calendar(campaign, workdays)
    return any(
        since(base) < calendar.last(day) and calendar.first(day) <= now
        for rule, base in shared_bases(campaign)
        for _, day in calendar.days(base, rule.days)
    )
