"""The recommendation order of a body (推荐顺序, a1 and 3.2): places 1…n, each taken once. Pure.

An order is a tuple of application ids; the first has rank 1. So an order that is kept can have neither a tie
nor a gap; what people ask for can, and is refused with both named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Order = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a wished order is none. Ranks count from 1; an order without fault has all of them empty."""

    ties: tuple[int, ...] = ()  # ranks given to more than one
    gaps: tuple[int, ...] = ()  # ranks that nobody has
    beyond: tuple[int, ...] = ()  # ranks below 1 or above the number of candidates
    twice: tuple[str, ...] = ()  # applications named more than once
    missing: tuple[str, ...] = ()  # applications not named


def standing(kept: Iterable[str], candidates: Sequence[str]) -> Order:
    """The order as of now: those kept that are still candidates, then new candidates as they are given."""
    wanted = set(candidates)
    placed = tuple(dict.fromkeys(known for known in kept if known in wanted))
    return (*placed, *(new for new in candidates if new not in set(placed)))


def reordered(order: Order, wished: Sequence[str]) -> Order | Wrong:
    """The order in which the applications are named; all of them once."""
    counts = Counter(wished)
    twice = tuple(known for known in order if counts[known] > 1)
    missing = tuple(known for known in order if known not in counts)
    if twice or missing or len(wished) != len(order):
        return Wrong(twice=twice, missing=missing)
    return tuple(wished)


def placed(order: Order, ranks: Mapping[str, int]) -> Order | Wrong:
    """The order with some applications at given ranks; the others keep their order around them.

    Where every application is given a rank, ranks left out are gaps and are refused like ties.
    """
    counts = Counter(ranks.values())
    beyond = tuple(sorted(rank for rank in counts if not 1 <= rank <= len(order)))
    ties = tuple(sorted(rank for rank, times in counts.items() if times > 1))
    if beyond or ties:
        every = len(ranks) == len(order)
        gaps = tuple(rank for rank in range(1, len(order) + 1) if every and rank not in counts)
        return Wrong(ties=ties, gaps=gaps, beyond=beyond)
    others = iter([known for known in order if known not in ranks])
    at = {rank: known for known, rank in ranks.items()}
    return tuple(at[rank] if rank in at else next(others) for rank in range(1, len(order) + 1))


def swapped(order: Order, one: str, other: str) -> Order:
    """The order with two applications in each other's place."""
    change = {one: other, other: one}
    return tuple(change.get(known, known) for known in order)


def rank_of(order: Order, application: str) -> int:
    """The place of an application, from 1; 0 if it has none."""
    return order.index(application) + 1 if application in order else 0
