"""Whatever is asked for, an order that is kept holds every candidate once, and a refusal says why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.staff.ranking import Wrong, placed, reordered, standing, swapped

NAMES = st.sampled_from("abcdefgh")
ORDERS = st.lists(NAMES, min_size=1, unique=True).map(tuple)


@given(ORDERS, st.data())
def test_placing_gives_everybody_one_place_and_the_wished_ones_theirs(
    order: tuple[str, ...], data: st.DataObject
) -> None:
    ranks = data.draw(st.dictionaries(st.sampled_from(order), st.integers(-1, len(order) + 2)))
    wished = placed(order, ranks)
    if isinstance(wished, Wrong):
        assert wished != Wrong()
        return
    assert sorted(wished) == sorted(order)
    assert {known: wished.index(known) + 1 for known in ranks} == ranks
    others = [known for known in order if known not in ranks]
    assert [known for known in wished if known not in ranks] == others


@given(ORDERS, st.lists(NAMES))
def test_list_is_taken_only_if_it_is_the_whole_order(order: tuple[str, ...], wished: list[str]) -> None:
    found = reordered(order, wished)
    if isinstance(found, Wrong):
        assert sorted(wished) != sorted(order)
    else:
        assert found == tuple(wished)
        assert sorted(found) == sorted(order)


@given(ORDERS, st.data())
def test_swapping_twice_changes_nothing(order: tuple[str, ...], data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(order))
    assert swapped(swapped(order, one, other), one, other) == order


@given(st.lists(NAMES), ORDERS)
def test_standing_holds_the_candidates_once_each(kept: list[str], candidates: tuple[str, ...]) -> None:
    found = standing(kept, candidates)
    assert sorted(found) == sorted(candidates)
    assert standing(found, candidates) == found
