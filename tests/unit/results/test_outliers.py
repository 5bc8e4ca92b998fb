"""Sheets far from the others'."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from bot.model.results import Mark, ReviewOutcome
from bot.results.outliers import outliers
from config.campaign import ResultRules

RULES = ResultRules(conditions=("a", "b"), maximum=100)


def sheets(*scores: int | None) -> list[ReviewOutcome]:
    at = datetime(2031, 3, 1, tzinfo=UTC)
    return [
        ReviewOutcome("x", str(place), 1, {clause: Mark(None if one is None else Fraction(one)) for clause in "ab"},
                      "", 1, at)
        for place, one in enumerate(scores)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "far"),
    [
        ((80, 85, 90), ()),
        ((80, 85, 20), ("2",)),
        ((20, 80, 80, 100), ("0",)),
        ((80, 60, 80), ()),  # just a fifth off
        ((80, 59, 80), ("1",)),
        ((10, 90), ()),  # of two nobody knows which
        ((10, 90, None), ()),
        ((), ()),
    ],
)
def test_a_sheet_further_than_a_fifth_of_the_sum_from_the_median_is_far_off(
    scores: tuple[int | None, ...], far: tuple[str, ...]
) -> None:
    assert outliers(RULES, sheets(*scores)) == far


def test_remarks_alone_have_no_outliers() -> None:
    rules = ResultRules(conditions=("a", "b"), maximum=0)
    assert outliers(rules, sheets(None, None, None)) == ()
