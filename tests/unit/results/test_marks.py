"""Several reviewers' figures: exact, and shown to two places."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from bot.model.results import Mark, ReviewOutcome
from bot.results.course import running_stages, target_of
from bot.results.marks import compare_key, figure, latest, read_score, spread, summary
from config.campaign import Campaign

NOW = datetime(2027, 5, 1, tzinfo=UTC)


def sheet(reviewer: str, revision: int, *scores: int | None) -> ReviewOutcome:
    marks = {f"s{place}": Mark(None if one is None else Fraction(one)) for place, one in enumerate(scores, 1)}
    return ReviewOutcome("a", reviewer, revision, marks, "d" * 64, 1, NOW)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("85", Fraction(85)), ("85.5", Fraction(171, 2)), (" ８５分 ", Fraction(85)), ("0", Fraction(0)),
        ("100", Fraction(100)), ("100.01", None), ("-1", None), ("八十", None), ("85.555", None), ("", None),
        ("85,5", None), ("1e1", None),
    ],
)  # fmt: skip
def test_score_is_read_or_refused(text: str, score: Fraction | None) -> None:
    assert read_score(text, 100) == score


def test_spread_of_an_even_number_has_the_middle_as_median() -> None:
    found = spread([Fraction(70), Fraction(90), Fraction(75), Fraction(80)])
    assert [found.mean, found.median, found.low, found.high] == [Fraction(315, 4), Fraction(155, 2), 70, 90]
    assert found.range == 20


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(86), "86"),
        (Fraction(259, 3), "86.33"),
        (Fraction(173, 2), "86.5"),
        (Fraction(1, 200), "0.01"),
        (Fraction(100), "100"),
    ],
)
def test_figure_has_at_most_two_decimals(value: Fraction, shown: str) -> None:
    assert figure(value) == shown


def test_total_only_where_the_sheet_adds_up_and_is_complete(
    campaign: Campaign, second_campaign: Campaign
) -> None:
    sheets = [sheet("甲", 1, 8, 9), sheet("乙", 1, 6, None)]
    found = summary(second_campaign.results, sheets)
    assert found.total == spread([Fraction(17)])
    assert found.conditions["s1"].mean == 7
    assert found.conditions["s2"].count == 1
    assert summary(campaign.results, sheets).total is None


def test_highest_revision_counts() -> None:
    found = latest([sheet("甲", 1, 8), sheet("甲", 2, 9), sheet("乙", 1, 5)])
    assert {reviewer: one.revision for reviewer, one in found["a"].items()} == {"甲": 2, "乙": 1}


def test_key_is_equal_where_the_figures_are_and_sorts_as_they_do(
    campaign: Campaign, second_campaign: Campaign
) -> None:
    rules = second_campaign.results
    thirds = [sheet(name, 1, score, 1) for name, score in (("甲", 1), ("乙", 1), ("丙", 2))]
    assert rules.total
    assert compare_key(rules, thirds) == compare_key(rules, [*thirds, *thirds])
    keys = [compare_key(rules, [sheet("甲", 1, score, 1)]) for score in (10, 9, 2)]
    assert sorted(keys) == keys[::-1]
    assert compare_key(rules, []) == compare_key(rules, [sheet("甲", 1, None)]) == ""
    assert compare_key(campaign.results, thirds) == ""  # none of its conditions


def test_course_follows_the_arrows_of_each_campaign(campaign: Campaign, second_campaign: Campaign) -> None:
    assert running_stages(campaign) == {
        "accepted",
        "reviewed",
        "inspected",
        "shortlisted",
        "in_public_notice",
    }
    assert running_stages(second_campaign) == {"accepted", "reviewed", "shortlisted", "in_public_notice"}
    assert (target_of(campaign, "award"), target_of(second_campaign, "award")) == ("awarded", "")
