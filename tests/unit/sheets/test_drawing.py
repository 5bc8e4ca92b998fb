"""The draw that can be done again."""

from __future__ import annotations

import hashlib

import pytest

from bot.sheets.drawing import draw, draw_count, name_list, repeated

NAMES = [f"张{number}" for number in range(42)]


def test_same_list_and_seed_draw_the_same_in_whatever_order_it_is_typed() -> None:
    drawn = draw(NAMES, 20, "seed")
    assert draw([f"  {name} " for name in reversed(NAMES)] + [""], 20, "seed") == drawn
    assert drawn.list_sha256 == hashlib.sha256("\n".join(sorted(NAMES)).encode()).hexdigest()
    assert (len(drawn.chosen), set(drawn.chosen) <= set(NAMES)) == (9, True)


def test_another_seed_or_list_draws_others() -> None:
    drawn = draw(NAMES, 20, "seed").chosen
    assert draw(NAMES, 20, "other").chosen != drawn
    assert draw([*NAMES, "李四"], 20, "seed").chosen != drawn


def test_everybody_is_drawn_about_as_often() -> None:
    counts = dict.fromkeys(NAMES, 0)
    for seed in range(400):
        for name in draw(NAMES, 50, str(seed)).chosen:
            counts[name] += 1
    assert 150 < min(counts.values()) <= max(counts.values()) < 250


@pytest.mark.parametrize(
    ("size", "percent", "count"), [(42, 20, 9), (10, 20, 2), (1, 1, 1), (3, 100, 3), (10, 10.1, 2)]
)
def test_share_is_rounded_up(size: int, percent: float, count: int) -> None:
    assert draw_count(size, percent) == count


def test_names_are_told_apart() -> None:
    assert repeated(name_list(["甲", "乙", "甲 ", "丙"])) == ("甲",)
