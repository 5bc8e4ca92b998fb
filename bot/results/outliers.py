"""Sheets that lie far from the others', for the chair to look at. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bot.model.results import ReviewOutcome
from bot.results.marks import spread
from config.campaign import ResultRules

FEWEST = 3  # reviewers; of two it cannot be said which one is far off
FAR = Fraction(1, 5)  # of what can be given at most


def outliers(rules: ResultRules, sheets: Iterable[ReviewOutcome]) -> tuple[str, ...]:
    """The reviewers whose sum of scores is further from the median of all than a fifth of the highest sum.

    A hint and nothing more: a mark is never left out for it.
    """
    sums = {one.reviewer: found for one in sheets if (found := _sum(rules, one)) is not None}
    if len(sums) < FEWEST:
        return ()
    median = spread(list(sums.values())).median
    highest = rules.maximum * len(rules.conditions)
    return tuple(name for name, found in sums.items() if abs(found - median) > FAR * highest)


def _sum(rules: ResultRules, sheet: ReviewOutcome) -> Fraction | None:
    marks = [sheet.marks.get(clause) for clause in rules.conditions]
    scores = [mark.score for mark in marks if mark is not None and mark.score is not None]
    return sum(scores, Fraction(0)) if scores and len(scores) == len(rules.conditions) else None
