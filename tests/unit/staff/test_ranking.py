"""Orders of recommendation: what is changed, and what is refused with its ties and gaps named."""

from __future__ import annotations

from bot.staff.ranking import Wrong, placed, rank_of, reordered, standing, swapped

ORDER = ("a", "b", "c", "d")


def test_standing_keeps_the_order_and_puts_new_candidates_behind() -> None:
    assert standing(("c", "gone", "a", "c"), ("a", "b", "c")) == ("c", "a", "b")
    assert standing((), ("a", "b")) == ("a", "b")


def test_one_placed_moves_the_others_aside() -> None:
    assert placed(ORDER, {"c": 1}) == ("c", "a", "b", "d")
    assert placed(ORDER, {"a": 4}) == ("b", "c", "d", "a")
    assert placed(ORDER, {"d": 1, "a": 3}) == ("d", "b", "a", "c")


def test_two_on_one_rank_are_a_tie() -> None:
    assert placed(ORDER, {"a": 2, "b": 2}) == Wrong(ties=(2,))


def test_whole_order_with_a_tie_names_the_gap_as_well() -> None:
    assert placed(ORDER, {"a": 1, "b": 1, "c": 3, "d": 4}) == Wrong(ties=(1,), gaps=(2,))


def test_rank_beyond_the_candidates_is_refused() -> None:
    assert placed(ORDER, {"a": 5}) == Wrong(beyond=(5,))
    assert placed(ORDER, {"a": 0}) == Wrong(beyond=(0,))


def test_list_names_everybody_once() -> None:
    assert reordered(ORDER, ("d", "c", "b", "a")) == ("d", "c", "b", "a")
    assert reordered(ORDER, ("a", "b", "c")) == Wrong(missing=("d",))
    assert reordered(ORDER, ("a", "a", "b", "c")) == Wrong(twice=("a",), missing=("d",))


def test_swap_changes_two_and_leaves_the_rest() -> None:
    assert swapped(ORDER, "b", "d") == ("a", "d", "c", "b")
    assert swapped(ORDER, "b", "b") == ORDER


def test_rank_counts_from_one() -> None:
    assert [rank_of(ORDER, known) for known in ("a", "d", "x")] == [1, 4, 0]
