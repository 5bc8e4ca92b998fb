"""What reviewers give, and what several of them give together: mean, median, spread. Pure, exact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bot.model.results import Mark, ReviewOutcome
from config.campaign import ResultRules

LONGEST_REMARK = 500
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SCORE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*分?")


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure as several reviewers gave it."""

    count: int
    mean: Fraction
    median: Fraction
    low: Fraction
    high: Fraction

    @property
    def range(self) -> Fraction:
        """How far apart the reviewers are."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What all reviewers of an application give together."""

    reviewers: tuple[str, ...]
    conditions: Mapping[str, Spread]  # by clause id; without those that have no score
    total: Spread | None  # only where the sheet itself adds up
    decks: tuple[str, ...]  # SHA-256 of the decks that were judged; more than one is worth a look


def read_score(text: str, maximum: int) -> Fraction | None:
    """85, 85.5, ８５分 as an exact figure from 0 to `maximum`; None for anything else."""
    found = _SCORE.fullmatch(text.translate(_WIDE).strip())
    if found is None:
        return None
    score = Fraction(found[1])
    return score if score <= maximum else None


def latest(outcomes: Iterable[ReviewOutcome]) -> dict[str, dict[str, ReviewOutcome]]:
    """The sheets that count: application → reviewer → highest revision. One without marks is void."""
    found: dict[str, dict[str, ReviewOutcome]] = {}
    for outcome in outcomes:
        sheets = found.setdefault(outcome.application, {})
        if outcome.reviewer not in sheets or sheets[outcome.reviewer].revision < outcome.revision:
            sheets[outcome.reviewer] = outcome
    return {
        application: {name: sheet for name, sheet in sheets.items() if sheet.marks}
        for application, sheets in found.items()
    }


def summary(rules: ResultRules, sheets: Iterable[ReviewOutcome]) -> ReviewSummary:
    """The reviewers' sheets of one application together."""
    found = list(sheets)
    conditions = {}
    for clause in rules.conditions:
        scores = [mark.score for one in found if (mark := one.marks.get(clause)) and mark.score is not None]
        if scores:
            conditions[clause] = spread(scores)
    totals = [total for one in found if (total := _total(rules, one)) is not None]
    return ReviewSummary(
        tuple(one.reviewer for one in found),
        conditions,
        spread(totals) if totals else None,
        tuple(dict.fromkeys(one.deck for one in found if one.deck)),
    )


def compare_key(rules: ResultRules, sheets: Iterable[ReviewOutcome]) -> str:
    """A text by which applications sort as their reviews do, equal where these are; "" without any score.

    Compared is the mean of the sheets' totals where they have one, else of every condition by itself. Eight
    decimals are exact enough: means of marks with two differ by more for up to a thousand reviewers.
    """
    found = summary(rules, sheets)
    spreads = [found.total] if found.total is not None else list(found.conditions.values())
    return " ".join(f"{spread.mean * 10**8 // 1:015d}" for spread in spreads)


def spread(scores: Sequence[Fraction]) -> Spread:
    """Mean, median, lowest and highest of at least one figure."""
    ordered = sorted(scores)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Spread(len(ordered), sum(ordered, Fraction(0)) / len(ordered), median, ordered[0], ordered[-1])


def figure(value: Fraction) -> str:
    """86, 86.5, 86.33: at most two decimals, halves upwards."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = format(exact.quantize(Decimal("0.01"), ROUND_HALF_UP), "f")
    return text.rstrip("0").rstrip(".")


def _total(rules: ResultRules, outcome: ReviewOutcome) -> Fraction | None:
    if not rules.total:
        return None
    marks = [outcome.marks.get(clause) or Mark(None) for clause in rules.conditions]
    scores = [mark.score for mark in marks if mark.score is not None]
    return sum(scores, Fraction(0)) if len(scores) == len(rules.conditions) else None
