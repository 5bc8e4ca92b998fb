"""The contract of what is remembered of inspections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from bot.model.message import Channel
from bot.model.visit import (
    AnswerKind,
    CovertVisit,
    Inspector,
    VersionState,
    Visit,
    VisitAnswer,
    VisitPlan,
    VisitVersion,
)
from bot.ports import Store
from bot.ports_visits import UnitQuery
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
ONE = "a" * 16


def plan(leader: int, *members: int) -> VisitPlan:
    return VisitPlan(
        date(2031, 3, 10),
        time(9, 30),
        time(11, 30),
        Inspector(leader, "王五"),
        tuple(Inspector(one, "赵六") for one in members),
        "张晓培",
        "0375-2663225",
        "人民路1号",
        "会议室",
    )


def begin(store: Store) -> tuple[int, int, int]:
    """An application; its holder, an inspector and a person of the office."""
    people = [store.visitor(Channel.WECOM, name, name, NOW).person.id for name in ("zhang", "wang", "li")]
    store.start(ONE, people[0], "draft", NOW)
    return people[0], people[1], people[2]


def test_visit_keeps_every_version_and_answer(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder, inspector, office = begin(store)
        visit = store.add_visit(ONE)
        first = VisitVersion(visit, 1, plan(inspector), False, "", office, NOW)
        store.add_visit_version(first)
        later = NOW + timedelta(hours=1)
        assert store.settle_visit_version(visit, 1, VersionState.RELEASED, holder, later)
        assert not store.settle_visit_version(visit, 1, VersionState.DROPPED, holder, later)
        second = VisitVersion(visit, 2, plan(inspector, office), True, "下雨", office, later)
        store.add_visit_version(second)
        said = VisitAnswer(visit, 1, holder, AnswerKind.OTHER_DAY, "有检查", holder, later)
        store.add_visit_answer(said)
        released = replace(first, state=VersionState.RELEASED, settled_by=holder, settled_at=later)
        kept = Visit(visit, ONE, (released, second), (said,))
        assert store.visit(visit) == kept
        assert list(store.visits()) == [kept]
        assert store.visit(visit + 1) is None

    writer.run_blocking(act)


def test_covert_visit_is_known_to_its_team_alone(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder, inspector, office = begin(store)
        kept = store.add_covert_visit(CovertVisit(0, ONE, plan(inspector), office, NOW))
        assert kept.id > 0
        assert [list(store.covert_visits(one)) for one in (holder, inspector, office)] == [[], [kept], [kept]]
        store.cancel_covert_visit(kept.id)
        assert list(store.covert_visits(inspector)) == [replace(kept, cancelled=True)]
        assert list(store.visits()) == []

    writer.run_blocking(act)


def test_covert_visits_are_not_counted_up(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        _, inspector, office = begin(store)
        new = CovertVisit(0, ONE, plan(inspector), office, NOW)
        numbers = [store.add_covert_visit(new).id for _ in range(4)]  # the same again gets another number
        assert len(set(numbers)) == 4
        assert all(100_000 <= number < 1_000_000 for number in numbers)
        gaps = {abs(one - other) for one, other in pairwise(numbers)}
        assert 1 not in gaps

    writer.run_blocking(act)


def test_units_to_visit_are_found_by_number_or_name_unless_they_have_a_visit(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder, inspector, office = begin(store)
        units = {ONE: "宝丰县公安局", "b" * 16: "宝丰县水利局", "c" * 16: "郏县100%局"}
        for application, unit in units.items():
            if application != ONE:
                store.start(application, holder, "draft", NOW)
            values = {"unit_name": unit}
            store.revise(application, values, (), unit, holder, Channel.WECOM, NOW, "", "")
            store.move(application, "draft" if unit.startswith("郏") else "accepted", True, "", NOW)

        def found(search: str = "", **more: Any) -> list[str]:
            query = UnitQuery(("accepted", "reviewed"), "unit_name", search, **more)
            return [unit for _, unit in store.units_to_visit(query)]

        def say(version: int, state: VersionState, cancelled: bool = False) -> None:
            told = VisitVersion(visit, version, plan(inspector), cancelled, "", office, NOW, state)
            store.add_visit_version(told)

        both = ["宝丰县公安局", "宝丰县水利局"]
        [(number, _), _] = store.units_to_visit(UnitQuery(("accepted",), "unit_name"))
        assert (found(), found("水利"), found(number), found("%"), found(limit=1)) == (
            both, both[1:], both[:1], [], both[:1],
        )  # fmt: skip
        visit = store.add_visit(ONE)
        say(1, VersionState.DROPPED)
        assert found() == both
        say(2, VersionState.RELEASED)
        say(3, VersionState.DROPPED)
        assert (found(), found(with_visited=True)) == (both[1:], both)
        say(4, VersionState.PROPOSED, cancelled=True)
        assert found() == both

    writer.run_blocking(act)
