"""The contract of what is remembered of the review round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from bot.model.application import Change
from bot.model.message import Channel
from bot.model.results import Mark, ReviewOutcome
from bot.model.review_round import (
    Assignable,
    Assignment,
    Problem,
    Progress,
    Recusal,
    Reviewer,
    ReviewRound,
)
from bot.ports import Store
from bot.ports_rounds import Given, NameQuery, UnitQuery
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
ONE, TWO, THREE = "a" * 16, "b" * 16, "c" * 16
UNITS = {ONE: "甲局", TWO: "乙局", THREE: "丙%局"}
UNDER_REVIEW = ("accepted",)
DECK, LATER_DECK = "d" * 64, "e" * 64


def filled(store: Store) -> tuple[int, int, Reviewer]:
    """Three applications under review; their holder, one of the office, a reviewer."""
    holder = store.visitor(Channel.WECOM, "zhang", "张三", NOW).person.id
    for application, unit in UNITS.items():
        store.start(application, holder, "accepted", NOW)
        changes = [Change("unit_name", unit, "")]
        store.revise(
            application, {"unit_name": unit}, changes, unit, holder, Channel.WECOM, NOW, body="market"
        )
        store.set_dossier(application, {"deck": DECK})
    office = store.visitor(Channel.WECOM, "li", "李四", NOW).person.id
    reviewer = Reviewer(store.visitor(Channel.WECOM, "zheng", "郑七", NOW).person.id, "郑七", NOW)
    store.set_reviewer(reviewer)
    return holder, office, reviewer


def judge(store: Store, application: str, reviewer: str, deck: str, by: int) -> None:
    marks = {"2.1": Mark(Fraction(85))}
    store.add_review(ReviewOutcome(application, reviewer, 0, marks, deck, by, NOW))


def test_round_is_kept_as_it_was_set_last(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, office, reviewer = filled(store)
        assert store.review_round() is None
        opened = ReviewRound(date(2031, 4, 1), office, NOW)
        store.set_review_round(opened)
        assert store.review_round() == opened
        closed = replace(opened, due=date(2031, 4, 2), closed_at=NOW + timedelta(1))
        store.set_review_round(closed)
        assert (store.review_round(), closed.is_open) == (closed, False)
        agreed = replace(reviewer, agreed_at=NOW, left_at=NOW + timedelta(2))
        later = Reviewer(office, "李四", NOW + timedelta(1))
        store.set_reviewer(later)
        store.set_reviewer(agreed)
        assert store.reviewers() == [agreed, later]

    writer.run_blocking(act)


def test_recusal_is_kept_once_and_takes_the_unit_off_the_list_of_names(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, _, reviewer = filled(store)
        names = NameQuery(UNDER_REVIEW, reviewer.person, "unit_name")
        assert store.unit_names(names) == list(UNITS.items())
        assert store.unit_names(replace(names, limit=1, after=1)) == [(TWO, "乙局")]
        assert store.unit_names(replace(names, search="%")) == [(THREE, "丙%局")]
        kept = Recusal(ONE, reviewer.person, "本单位", NOW)
        assert store.add_recusal(kept)
        assert not store.add_recusal(replace(kept, reason="又一次"))
        assert (store.unit_names(names), store.count_names(names)) == ([(TWO, "乙局"), (THREE, "丙%局")], 2)
        assert store.recusals() == store.recusals([ONE, TWO]) == [kept]
        assert store.recusals([TWO]) == []
        assert store.recusals_by(reviewer.person, "unit_name") == [(kept, "甲局")]
        assert store.is_recused(ONE, reviewer.person)
        assert not store.is_recused(TWO, reviewer.person)
        assert store.count_names(replace(names, person=reviewer.person + 1000)) == 3
        assert store.unit_names(replace(names, stages=("draft",))) == []

    writer.run_blocking(act)


def test_assignment_holds_the_draft_until_it_is_taken_back(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, _, reviewer = filled(store)
        person = reviewer.person
        given = Assignment(ONE, person, DECK, NOW)
        assert store.assign(given)
        assert not store.assign(replace(given, deck=LATER_DECK))
        assert store.assignments() == store.assignments([ONE]) == [given]
        assert store.assignments([TWO]) == []
        draft = {"2.1": ("8x", "待核"), "2.2": ("", "")}
        store.set_draft(ONE, person, draft, NOW)
        store.set_review_deck(ONE, LATER_DECK)
        expected = replace(given, deck=LATER_DECK, draft=draft, draft_at=NOW)
        assert store.assignment(ONE, person) == expected
        assert store.assignment(TWO, person) is None
        store.set_draft(ONE, person, {}, None)
        assert store.assignment(ONE, person) == replace(given, deck=LATER_DECK)
        assert store.unassign(ONE, person)
        assert not store.unassign(ONE, person)
        assert store.assignments() == []

    writer.run_blocking(act)


def test_lists_tell_what_was_handed_in_under_the_reviewers_name(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, office, reviewer = filled(store)
        store.set_reviewer(other := Reviewer(office, "李四", NOW + timedelta(1)))
        for application in (ONE, TWO):
            store.assign(Assignment(application, reviewer.person, DECK, NOW))
        store.assign(Assignment(ONE, office, DECK, NOW))
        judge(store, ONE, "郑七", DECK, office)
        judge(store, TWO, "别人", DECK, office)
        store.add_recusal(Recusal(THREE, reviewer.person, "本单位", NOW))
        assert store.reviewer_progress() == [Progress(reviewer, 2, 1, 1), Progress(other, 1, 0, 0)]
        owed, done = store.own_reviews(reviewer, 10)
        assert (owed.application.id, owed.submitted_at, owed.judged, owed.is_behind) == (TWO, None, "", False)
        assert (done.application.id, done.submitted_at, done.judged, done.is_behind) == (
            ONE,
            NOW,
            DECK,
            False,
        )
        assert [one.application.id for one in store.own_reviews(reviewer, 1, 1)] == [ONE]
        assert (store.own_counts(reviewer.person), store.own_counts(other.person)) == ((2, 1), (1, 0))
        assert store.own_counts(reviewer.person + 1000) is None
        store.set_review_deck(ONE, LATER_DECK)
        assert store.own_reviews(reviewer, 10)[1].is_behind
        query = UnitQuery(UNDER_REVIEW)
        units = [(one.application.id, one.assigned, one.submitted) for one in store.round_units(query)]
        assert units == [(ONE, 2, 1), (TWO, 1, 0), (THREE, 0, 0)]
        assert store.round_counts(query) == {Given.ALL: 3, Given.NONE: 1, Given.OWED: 2}

        def found(asked: UnitQuery) -> list[str]:
            return [one.application.id for one in store.round_units(asked)]

        assert found(replace(query, given=Given.NONE)) == [THREE]
        assert found(replace(query, given=Given.OWED, after=1)) == [TWO]
        assert found(replace(query, search="乙局", unit_key="乙局")) == [TWO]
        assert found(UnitQuery(("draft",))) == [ONE, TWO]  # given to somebody, whatever came of it

    writer.run_blocking(act)


def test_everybody_judges_the_deck_that_was_judged_first(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder, office, reviewer = filled(store)
        store.set_dossier(THREE, {})
        judge(store, TWO, "李教授", LATER_DECK, office)
        store.assign(Assignment(ONE, reviewer.person, "f" * 64, NOW))
        assert store.assignable(UNDER_REVIEW) == [
            Assignable(ONE, holder, "market", "f" * 64),
            Assignable(TWO, holder, "market", LATER_DECK),
            Assignable(THREE, holder, "market", ""),
        ]
        assert store.assignable(UNDER_REVIEW, TWO) == [Assignable(TWO, holder, "market", LATER_DECK)]
        assert store.assignable(("draft",)) == []

    writer.run_blocking(act)


def test_problem_is_open_until_the_office_has_answered(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, office, reviewer = filled(store)
        told = store.add_problem(Problem(0, ONE, reviewer.person, "第12页无法播放", NOW))
        other = store.add_problem(Problem(0, TWO, reviewer.person, "缺页", NOW))
        found, count = store.open_problems(1)
        assert ([(one, known.id) for one, known in found], count) == ([(told, ONE)], 2)
        store.answer_problem(told.id, "已换", office, NOW + timedelta(1))
        answered = replace(told, answer="已换", answered_by=office, answered_at=NOW + timedelta(1))
        found, count = store.open_problems(9)
        assert ([one for one, _ in found], count, store.problem(told.id)) == ([other], 1, answered)
        store.answer_problem(other.id, "已补", office, NOW + timedelta(1))
        assert store.open_problems(9) == ([], 0)
        assert store.problems(ONE, reviewer.person) == [answered]
        assert (store.problems(ONE, office), store.problem(other.id + 1)) == ([], None)

    writer.run_blocking(act)
