"""Giving applications to reviewers, so that all have about as much to do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanting:
    """An application that is to have reviewers."""

    application: str
    has: frozenset[int]  # people who review it already
    barred: frozenset[int]  # people who may not


def spread_evenly(
    wanting: Iterable[Wanting], people: Sequence[int], each: int
) -> tuple[tuple[str, int], ...]:
    """(application, person) to be added, so that every application has `each` reviewers as far as there are any.

    Whoever has least comes first; among equals the order of `people` counts.
    """
    units = tuple(wanting)
    load = Counter(person for unit in units for person in unit.has)
    place = {person: position for position, person in enumerate(people)}
    added: list[tuple[str, int]] = []
    for unit in units:
        free = [person for person in people if person not in unit.has | unit.barred]
        free.sort(key=lambda person: (load[person], place[person]))
        for person in free[: max(each - len(unit.has), 0)]:
            load[person] += 1
            added.append((unit.application, person))
    return tuple(added)
