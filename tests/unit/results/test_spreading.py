"""Giving applications to reviewers evenly."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.results.spreading import Wanting, spread_evenly

NOBODY: frozenset[int] = frozenset()
people = st.integers(1, 6)
some = st.frozensets(people, max_size=3)


def test_each_gets_as_many_as_asked_for_and_all_have_as_much_to_do() -> None:
    units = [Wanting(f"u{place}", NOBODY, NOBODY) for place in range(5)]
    pairs = spread_evenly(units, [1, 2, 3], 2)
    assert Counter(unit for unit, _ in pairs) == {f"u{place}": 2 for place in range(5)}
    assert sorted(Counter(person for _, person in pairs).values()) == [3, 3, 4]


def test_what_is_there_counts_and_who_is_barred_is_left_out() -> None:
    units = [
        Wanting("a", frozenset({1}), NOBODY),
        Wanting("b", NOBODY, frozenset({2, 3})),
        Wanting("c", frozenset({1, 2}), NOBODY),
    ]
    assert spread_evenly(units, [1, 2, 3], 2) == (("a", 3), ("b", 1))


def test_without_anybody_nothing_is_given() -> None:
    assert spread_evenly([Wanting("a", NOBODY, NOBODY)], [], 3) == ()


@given(st.lists(st.tuples(some, some), max_size=12), st.lists(people, unique=True), st.integers(0, 6))
def test_nobody_gets_what_they_have_or_may_not_have(
    kinds: list[tuple[frozenset[int], frozenset[int]]], active: list[int], each: int
) -> None:
    units = {str(place): Wanting(str(place), *kind) for place, kind in enumerate(kinds)}
    pairs = spread_evenly(units.values(), active, each)
    assert len(set(pairs)) == len(pairs)
    for application, person in pairs:
        unit = units[application]
        assert (person in active, person in unit.has | unit.barred) == (True, False)
    for application, unit in units.items():
        added = sum(one == application for one, _ in pairs)
        free = sum(person not in unit.has | unit.barred for person in active)
        assert added == min(free, max(each - len(unit.has), 0))
