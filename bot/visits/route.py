"""In which order a team goes round on one day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from bot.visits.conflicts import Booked

Route = tuple[Booked, ...]
"""The visits of one leader on one day, in order."""


def routes(visits: Iterable[Booked]) -> dict[tuple[date, int], Route]:
    """The visits of each day and leader (person), by time."""
    found: dict[tuple[date, int], list[Booked]] = {}
    for one in visits:
        found.setdefault((one.plan.day, one.plan.leader.person), []).append(one)
    return {
        key: tuple(sorted(day, key=lambda one: (one.plan.start, one.number))) for key, day in found.items()
    }


def suggested(route: Sequence[Booked]) -> Route:
    """The same visits with each county's together, counties in the order in which they come first."""
    first: dict[str, int] = {}
    for place, one in enumerate(route):
        first.setdefault(one.area, place)
    return tuple(sorted(route, key=lambda one: first[one.area]))


def crossings(route: Sequence[Booked]) -> int:
    """How often a route goes from one county into another."""
    return len([area for area, _ in groupby(route, key=lambda one: one.area)]) - 1 if route else 0


def is_roundabout(route: Sequence[Booked]) -> bool:
    """Whether it comes back to a county it had left."""
    return crossings(suggested(route)) < crossings(route)
