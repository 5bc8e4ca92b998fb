"""What entries come to: who counts, what differs, and between which figures the score lies."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.sheet import (
    Bonus,
    Content,
    Found,
    Line,
    Looked,
    Recused,
    Scored,
    Settled,
    VetoConcluded,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)
from bot.review.scoring import Span, number
from bot.sheets.judging import Mark
from bot.sheets.tally import Open, Tally, base_items, tally
from tests.fakes.conversation import campaign

STANDARD = campaign().standard
NOW = datetime(2019, 7, 30, 1, 30, tzinfo=UTC)
DEFECT = ("a2.3.1", "defect")


def line(place: int, content: Content, by: int = 1) -> Line:
    return Line(str(place), by, f"第{by}人", NOW, content)


def defect(place: int, count: int, by: int = 1) -> Line:
    return line(place, Found(*DEFECT, count, False, "案卷"), by)


def shown(span: Span) -> tuple[float, float]:
    return number(span.low), number(span.high)


def points(stands: Tally, item: str) -> tuple[float, float]:
    return shown(stands.points(item))


def marks(stands: Tally) -> dict[str, Mark]:
    return {entry.line.id: entry.mark for group in stands.judged.groups for entry in group.entries}


def test_nothing_entered_is_open_everywhere_and_not_a_full_score() -> None:
    stands = tally(STANDARD, [])
    assert stands.open == {
        item.id: (Open.NO_RESULTS if item.averaged else Open.NOT_LOOKED_AT,) for item in base_items(STANDARD)
    }
    assert shown(stands.total) == (82, 90)


def test_settlement_may_let_entries_of_several_count() -> None:
    settled = Settled(*DEFECT, ("1", "2"), ("1", "2"), "不同的案卷")
    stands = tally(STANDARD, [defect(1, 1), defect(2, 2, by=2), line(3, settled)])
    assert points(stands, "a2.3.1") == (3, 3)


@pytest.mark.parametrize(
    "later",
    [
        defect(9, 1, by=3),
        line(9, Looked("a2.3.1", ""), by=3),
        line(9, Withdrawn("2", "看错了"), by=2),
        line(9, Recused(1, "亲属任职"), by=9),
    ],
    ids=["another entry", "nothing found by another", "the counted one withdrawn", "the leader recused"],
)
def test_settlement_that_no_longer_fits_is_void(later: Line) -> None:
    settled = line(8, Settled(*DEFECT, ("2",), ("1", "2", "3")), by=1)
    lines = [defect(1, 1), defect(2, 4, by=2), defect(3, 2, by=4), settled]
    assert points(tally(STANDARD, lines), "a2.3.1") == (2, 2)
    assert tally(STANDARD, [*lines, later]).open["a2.3.1"] == (Open.DIFFERENCE,)


def test_nothing_found_stands_alone_once_the_finding_is_withdrawn() -> None:
    looked = [line(1, Looked("a2.3.1", "")), line(2, Looked("a2.3.1", ""), by=2)]
    lines = [*looked, defect(3, 2, by=3)]
    assert points(tally(STANDARD, lines), "a2.3.1") == (4, 6)
    stands = tally(STANDARD, [*lines, line(4, Withdrawn("3", "看错了"), by=3)])
    assert (points(stands, "a2.3.1"), "a2.3.1" in stands.open) == ((6, 6), False)


def test_own_finding_after_nothing_found_is_no_difference() -> None:
    stands = tally(STANDARD, [line(1, Looked("a2.3.1", "")), defect(2, 2)])
    assert (points(stands, "a2.3.1"), marks(stands)) == ((4, 4), {"2": Mark.COUNTS})


def test_tests_and_bonus_of_several_differ_too() -> None:
    lines = [
        line(1, Scored("s2", (80, 90))),
        line(2, Scored("s2", (70,))),
        line(3, Scored("s2", (100,)), by=2),
    ]
    stands = tally(campaign("second").standard, lines)
    assert (points(stands, "s2"), stands.open["s2"]) == ((32, 40), (Open.DIFFERENCE,))
    three = ("制度", "措施", "成效")
    bonus = [line(1, Bonus("a2.6.1", 2, *three)), line(2, Bonus("a2.6.1", 5, *three), by=2)]
    assert shown(tally(STANDARD, bonus).bonus) == (2, 5)


def test_veto_needs_another_person_and_falls_with_whoever_is_recused() -> None:
    proposed = line(1, VetoProposed("s3", "theft", "水表"))
    own, second = (line(2, VetoSeconded("1", "核对"), by=by) for by in (1, 2))
    standard = campaign("second").standard

    def vetoed(*lines: Line) -> bool:
        return tally(standard, [proposed, *lines]).veto

    assert [vetoed(), vetoed(own), vetoed(second)] == [False, False, True]
    assert tally(standard, [proposed, own]).open["s3"] == (Open.VETO_UNSIGNED,)
    assert not vetoed(second, line(3, Recused(1, "亲属任职"), by=9))
    assert not vetoed(second, line(3, Recused(2, "亲属任职"), by=9))
    assert not vetoed(second, line(3, Withdrawn("2", "再核"), by=2))
    assert not vetoed(second, line(3, VetoConcluded("1", False, "查无实据"), by=9))
    assert vetoed(second, line(3, VetoConcluded("1", True, "属实"), by=9))
    assert points(tally(standard, [proposed, second]), "s3") == (40, 40)


RULES = [(item.id, rule.id) for item in base_items(STANDARD) for rule in item.rules if not rule.veto]
FINDINGS = st.lists(
    st.tuples(st.sampled_from(RULES), st.integers(1, 20), st.booleans(), st.integers(1, 3)), max_size=25
)


@given(FINDINGS, st.randoms())
def test_score_stays_within_bounds_whatever_the_order(
    rows: list[tuple[tuple[str, str], int, bool, int]], chance: Random
) -> None:
    lines = [
        line(place, Found(*rule, count, verified, "案卷"), by)
        for place, (rule, count, verified, by) in enumerate(rows)
    ]
    stands = tally(STANDARD, lines)
    chance.shuffle(lines)
    again = tally(STANDARD, lines)
    assert (again.total, again.open, marks(again)) == (stands.total, stands.open, marks(stands))
    assert 0 <= stands.total.low <= stands.total.high <= 90
    for item in base_items(STANDARD):
        span = stands.points(item.id)
        assert 0 <= span.low <= span.high <= item.maximum
