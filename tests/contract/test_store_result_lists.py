"""The contract of results as lists show them: chosen, sorted, counted and compared by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from bot.model.application import Change
from bot.model.message import Channel
from bot.model.results import (
    Column,
    EntryKind,
    FinalDecision,
    Mark,
    Objection,
    ObjectionEntry,
    Outcome,
    Received,
    ReviewOutcome,
)
from bot.model.sheet import Inspector, Line, OnSiteSheet, Reopened, Snapshot
from bot.ports import Store
from bot.ports_results import (
    Answered,
    Course,
    Decided,
    Judged,
    ResultCounts,
    ResultQuery,
    ReviewQuery,
    SignedSheet,
    Tied,
)
from storage.writer import ThreadWriter
from tests.fakes.signed_sheets import signed_sheet

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
ONE, TWO, THREE, FOUR = (letter * 16 for letter in "abcd")
COURSE = Course(("accepted", "inspected"), ())
WITH_ENDED = replace(COURSE, ended=("announced",))
BODIES = ("north", "south")


def filled(store: Store) -> int:
    """Three units in the running, of two bodies, and one that is announced; the person who decides."""
    by = store.visitor(Channel.WECOM, "zhang", "张三", NOW).person.id
    stages = {ONE: "accepted", TWO: "inspected", THREE: "inspected", FOUR: "announced"}
    for place, (application, stage) in enumerate(stages.items()):
        unit = f"{'丙乙甲丁'[place]}局"
        store.start(application, by, stage, NOW)
        change, body = [Change("unit_name", unit, "")], BODIES[place % 2]
        store.revise(application, {"unit_name": unit}, change, unit, by, Channel.WECOM, NOW, body=body)
    store.set_ranking("north", [THREE, ONE])
    store.set_ranking("south", [TWO])
    return by


def of(store: Store, query: ResultQuery) -> list[str]:
    """Which applications a query finds."""
    return [row.application.id for row in store.result_rows(query)]


def judged(store: Store, query: ReviewQuery) -> list[str]:
    return [known.id for known in store.review_rows(query)]


def test_rows_are_chosen_by_the_latest_decision(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        first = FinalDecision(ONE, Outcome.IN, "居前", by, NOW)
        last = replace(first, outcome=Outcome.VETO, reason="败诉")
        for decision in (first, last, replace(first, application=TWO), replace(first, application=FOUR)):
            store.add_decision(decision)
        found = {kind: of(store, ResultQuery(COURSE, kind)) for kind in Decided}
        assert found == {
            Decided.ALL: [ONE, TWO, THREE],
            Decided.NONE: [THREE],
            Decided.IN: [TWO],
            Decided.OUT: [],
            Decided.VETO: [ONE],
            Decided.NOT_IN: [ONE],
            Decided.SUSPENDED: [],
        }
        assert of(store, ResultQuery(WITH_ENDED, Decided.IN)) == [TWO, FOUR]
        row = store.result_rows(ResultQuery(COURSE))[0]
        assert (row.decision, row.decided_by, row.rank, row.of) == (last, "张三", 2, 2)
        assert of(store, ResultQuery(COURSE, limit=1, after=1)) == [TWO]

    writer.run_blocking(act)


def test_rows_are_sorted_by_a_column_and_what_has_no_figure_stands_last(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        sheet = ReviewOutcome(TWO, "张教授", 0, {"2.1": Mark(Fraction(9))}, "", by, NOW)
        store.add_review(sheet, "000000900000000")
        store.add_review(replace(sheet, application=THREE), "000008500000000")
        store.add_review(sheet, "000009000000000")
        signed_sheet(store, THREE, by, (9.5, 9.5))
        signed_sheet(store, ONE, by, (88.0, 90.0))
        orders: dict[Column, Sequence[list[str]]] = {
            Column.NUMBER: ([ONE, TWO, THREE], [THREE, TWO, ONE]),
            Column.REVIEW: ([THREE, TWO, ONE], [TWO, THREE, ONE]),
            Column.ON_SITE: ([THREE, ONE, TWO], [ONE, THREE, TWO]),
            Column.RECOMMENDATION: ([THREE, ONE, TWO], [TWO, ONE, THREE]),
        }
        for sort, (upwards, downwards) in orders.items():
            query = ResultQuery(COURSE, sort=sort, bodies=BODIES)
            assert (of(store, query), of(store, replace(query, descending=True))) == (upwards, downwards), (
                sort
            )
        by_unit = of(store, ResultQuery(COURSE, sort=Column.UNIT))
        assert by_unit == of(store, ResultQuery(COURSE, sort=Column.UNIT, descending=True))[::-1]

    writer.run_blocking(act)


def test_counts_are_over_the_running_and_those_that_ended_by_a_decision(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        store.add_review(ReviewOutcome(ONE, "张教授", 0, {"2.1": Mark(None, "扎实")}, "", by, NOW))
        store.add_decision(FinalDecision(ONE, Outcome.OUT, "名次靠后", by, NOW))
        store.add_decision(FinalDecision(FOUR, Outcome.IN, "居前", by, NOW))
        new = Objection(0, Received.PHONE, date(2031, 3, 1), True, False, TWO, "不实", by, NOW)
        for _ in range(3):
            store.add_objection(new, None)
        for number, kind in ((1, EntryKind.REJECTED), (1, EntryKind.REPLY), (2, EntryKind.UPHELD)):
            store.add_objection_entry(ObjectionEntry(number, kind, "查无实据", by, NOW))
        counts = ResultCounts(3, 1, 2, 0, 1, 0, 1, 1, 3, 1, 1, 0)
        assert store.result_counts(COURSE) == counts
        assert store.result_counts(WITH_ENDED) == replace(counts, inside=1, bodies=2)
        assert of(store, ResultQuery(COURSE, Decided.SUSPENDED)) == [TWO]
        found = {kind: [row.objection.number for row in store.objection_rows(kind)] for kind in Answered}
        assert found == {Answered.ALL: [1, 2, 3], Answered.OPEN: [3], Answered.UNANSWERED: [2]}
        assert [row.objection.number for row in store.objection_rows(limit=1, after=1)] == [2]
        assert [row.objection.number for row in store.objection_rows(number=3)] == [3]

    writer.run_blocking(act)


def test_ties_name_the_first_of_those_with_the_same_figure(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        sheet = ReviewOutcome(ONE, "张教授", 0, {"2.1": Mark(None, "扎实")}, "", by, NOW)
        for application in (ONE, TWO, FOUR):
            store.add_review(replace(sheet, application=application), "1")
        for application in (TWO, THREE):
            signed_sheet(store, application, by, (88.0, 88.0))
        numbers = [store.application(known).number for known in (ONE, TWO, THREE)]  # type: ignore[union-attr]
        rows = store.result_rows(ResultQuery(COURSE))
        on_site = rows[1].on_site_key
        found = {"1": Tied(2, tuple(numbers[:2])), on_site: Tied(2, tuple(numbers[1:]))}
        assert store.ties(COURSE, rows) == found
        assert store.ties(COURSE, rows[:1]) == {"1": found["1"]}
        assert store.ties(COURSE, ()) == {}

    writer.run_blocking(act)


def test_signed_sheets_are_those_of_announced_visits_as_last_signed(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        again = signed_sheet(store, ONE, by, (80.0, 82.5), veto=True)
        covert, _ = store.open_sheet(OnSiteSheet(0, TWO, 2, True, (Inspector(by, "王"),), by, NOW))
        content = '{"total": {"min": 1.0, "max": 1.0}, "veto": true}'
        store.add_snapshot(Snapshot(covert.id, 1, "e" * 64, content, by, by, NOW))
        signed_sheet(store, THREE, by, (90.0, 90.0))
        first = SignedSheet(ONE, 80.0, 82.5, True, True)
        assert list(store.signed_sheets([ONE, TWO])) == [first]
        assert [row.on_site_key == "" for row in store.result_rows(ResultQuery(COURSE))] == [
            False,
            True,
            False,
        ]
        store.add_line(again, Line("opened", by, "王", NOW, Reopened("漏了一项")))
        assert list(store.signed_sheets([ONE])) == [replace(first, signed=False)]
        many = [ONE, *(f"{place:016}" for place in range(30))]
        assert list(store.signed_sheets(many)) == [replace(first, signed=False)]

    writer.run_blocking(act)


def test_reviews_are_found_by_number_and_unit(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        sheet = ReviewOutcome(TWO, "张教授", 0, {"2.1": Mark(None, "扎实")}, "", by, NOW)
        for known in (TWO, FOUR, ONE):
            store.add_review(replace(sheet, application=known))
        store.add_review(replace(sheet, application=ONE, marks={}))  # void
        query = ReviewQuery(WITH_ENDED, ("accepted",), ("inspected",))
        found = {kind: judged(store, replace(query, judged=kind)) for kind in Judged}
        assert found == {Judged.ALL: [ONE, TWO, THREE, FOUR], Judged.NONE: [ONE], Judged.OPEN: [ONE, TWO]}
        assert store.review_counts(query) == {kind: len(ids) for kind, ids in found.items()}
        number = store.application(THREE).number  # type: ignore[union-attr]
        assert judged(store, replace(query, search=number)) == [THREE]
        assert judged(store, replace(query, search="乙", unit_key="乙")) == [TWO]
        assert judged(store, replace(query, search="%")) == []
        assert judged(store, replace(query, limit=2, after=1)) == [TWO, THREE]
        assert [one.application for one in store.reviews_of([FOUR, TWO])] == [TWO, FOUR]
        assert len(store.reviews_of([f"{place:016}" for place in range(30)])) == 0

    writer.run_blocking(act)
