"""Inspections in lists: what the database finds, orders and counts is what their histories say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from threading import Event, Thread
from time import sleep

import pytest

from bot.model.message import Channel
from bot.model.visit import (
    AnswerKind,
    Inspector,
    VersionState,
    VisitAnswer,
    VisitPlan,
    VisitState,
    VisitVersion,
)
from bot.ports import Store
from bot.ports_visits import Visited, VisitQuery, VisitRow
from bot.visits.outline import Standing, is_confirmed, outline_of, wish_of
from storage.database import Database, open_database
from storage.store import SqlStore
from storage.writer import ThreadWriter
from tests.fakes.mixed_visits import DAYS, FIRST_DAY, NOW, mixed_visits

COUNT = 120
BODIES = ("north", "south")


@pytest.fixture
def people(writer: ThreadWriter) -> Sequence[int]:
    return writer.run_blocking(lambda store: mixed_visits(store, COUNT, seed=7))


def everything(database: Database) -> Sequence[Visited]:
    return database.read(lambda store: store.visits_with([one.id for one in store.visits()]))


def plan(leader: int) -> VisitPlan:
    return VisitPlan(FIRST_DAY, time(9), time(11), Inspector(leader, "人员"))


def find(database: Database, wanted: VisitQuery) -> Sequence[VisitRow]:
    return database.read(lambda store: store.find_visits(wanted))


def version_for(wanted: VisitQuery, one: Visited) -> VisitVersion | None:
    """The version that counts for whoever looks; None where they may not see the visit."""
    visit, known = one
    if wanted.is_office:
        return visit.latest
    current = visit.current
    if current is None:
        return None
    return current if current.plan.has(wanted.person) or known.body in wanted.bodies else None


def standing_for(wanted: VisitQuery, one: Visited) -> Standing:
    visit, known = one
    version = version_for(wanted, one)
    assert version is not None
    if wish_of(visit) and (wanted.is_office or version.plan.has(wanted.person)):
        return Standing.WISH
    if wanted.is_office and visit.state is VisitState.PLANNED:
        return Standing.UNRELEASED
    if wanted.is_office and visit.state is VisitState.CHANGING:
        return Standing.CHANGING
    if wanted.is_office and visit.state is VisitState.DROPPED:
        return Standing.DROPPED
    if not visit.is_on:
        return Standing.CANCELLED
    return Standing.CONFIRMED if is_confirmed(visit, known.holder) else Standing.TOLD


def is_over(wanted: VisitQuery, one: Visited) -> bool:
    if not wanted.is_office:
        return not one[0].is_on
    return one[0].state in (VisitState.CANCELLED, VisitState.DROPPED)


def expected(wanted: VisitQuery, every: Sequence[Visited]) -> list[int]:
    """The ids that a query is to find, in their order, by the histories."""
    found = []
    for one in every:
        version = version_for(wanted, one)
        if version is None or not wanted.first_day <= version.plan.day <= wanted.last_day:
            continue
        if wanted.standing not in (None, standing_for(wanted, one)):
            continue
        if wanted.leader not in (0, version.plan.leader.person):
            continue
        if wanted.is_waiting and one[0].proposed is None:
            continue
        plan = version.plan
        found.append((is_over(wanted, one), plan.day, plan.start, one[1].number, one[0].id))
    return [each[-1] for each in sorted(found)]


def scopes(people: Sequence[int]) -> list[VisitQuery]:
    return [
        VisitQuery(is_office=True, person=people[-1]),
        VisitQuery(is_office=False, person=people[0]),
        VisitQuery(is_office=False, person=people[3]),
        VisitQuery(is_office=False, person=people[-1], bodies=BODIES),
        VisitQuery(is_office=False, person=people[1], bodies=BODIES[:1]),
        VisitQuery(is_office=False, person=10_000),
    ]


def test_outline_is_kept_with_every_change(database: Database, people: Sequence[int]) -> None:
    every = everything(database)
    assert len(every) == COUNT
    assert {outline_of(visit).state for visit, _ in every} == set(VisitState)
    assert {standing_for(scopes(people)[0], one) for one in every} == set(Standing)


def test_outline_knows_what_two_processes_enter_at_the_same_time(
    database: Database, writer: ThreadWriter, store_url: str
) -> None:
    def begin(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "user", "人员", NOW).person.id
        store.start("a" * 16, person, "candidate", NOW)
        visit = store.add_visit("a" * 16)
        store.add_visit_version(VisitVersion(visit, 1, plan(person), False, "", person, NOW))
        store.settle_visit_version(visit, 1, VersionState.RELEASED, person, NOW)
        return visit

    visit, has_begun = writer.run_blocking(begin), Event()

    def answer(store: Store) -> None:
        store.add_visit_answer(VisitAnswer(visit, 1, 1, AnswerKind.CONFIRMED, "", 1, NOW))
        has_begun.wait(0.5)  # on SQLite the other one cannot begin
        sleep(0.2)

    def propose(store: Store) -> None:
        has_begun.set()
        store.add_visit_version(VisitVersion(visit, 2, plan(1), False, "雨", 1, NOW))

    elsewhere = open_database(store_url, "spring-2031")
    other = ThreadWriter(elsewhere)
    other.start()
    first = Thread(target=writer.run_blocking, args=(answer,))
    first.start()
    sleep(0.1)
    other.run_blocking(propose)
    first.join()
    other.stop()
    elsewhere.close()
    told = VisitQuery(is_office=False, person=1)  # who is of the team sees what was told, and who agreed
    [one] = database.read(lambda store: store.count_visits(told))
    [kept] = database.read(lambda store: store.visits())
    assert (one.standing, kept.state, len(kept.answers)) == (Standing.CONFIRMED, VisitState.CHANGING, 1)


def test_lists_find_what_somebody_may_see_in_its_order(database: Database, people: Sequence[int]) -> None:
    every = everything(database)
    sizes = []
    for scope in scopes(people):
        narrowed = [
            scope,
            replace(scope, first_day=FIRST_DAY + timedelta(days=2), last_day=FIRST_DAY + timedelta(days=4)),
            replace(scope, is_waiting=True),
            *(replace(scope, standing=one) for one in Standing),
            *(replace(scope, leader=one) for one in people),
        ]
        for wanted in narrowed:
            ids = expected(wanted, every)
            rows = find(database, wanted)
            assert [row.visit for row in rows] == ids
            sizes.append(len(ids))
            rows = find(database, replace(wanted, offset=3, limit=4))
            assert [row.visit for row in rows] == ids[3:7]
    assert (sizes[0], min(sizes)) == (COUNT, 0)


def test_rows_name_the_unit_and_the_day_that_counts(database: Database, people: Sequence[int]) -> None:
    every = {one[0].id: one for one in everything(database)}
    for scope in scopes(people):
        for row in find(database, scope):
            version = version_for(scope, every[row.visit])
            assert version is not None
            assert (row.application, row.day) == (every[row.visit][1].id, version.plan.day)


def test_counts_are_those_of_the_lists(database: Database, people: Sequence[int]) -> None:
    every = everything(database)
    for scope in scopes(people):
        wanted = replace(scope, last_day=FIRST_DAY + timedelta(days=DAYS // 2))
        seen = [(one, version) for one in every if (version := version_for(wanted, one)) is not None]
        here, waiting, ahead = Counter[object](), 0, [date.max]
        for one, version in seen:
            day = version.plan.day
            here[version.plan.leader.person, standing_for(wanted, one)] += day <= wanted.last_day
            waiting += one[0].proposed is not None
            if day > wanted.last_day and not is_over(wanted, one):
                ahead.append(day)
        counts = database.read(partial(SqlStore.count_visits, wanted=wanted))
        assert {(one.leader.person, one.standing): one.on_these_days for one in counts} == dict(here)
        assert sum(one.waiting for one in counts) == waiting
        assert min((one.next_day or date.max for one in counts), default=date.max) == min(ahead)
        assert {one.leader.name for one in counts} <= {f"人员{n}" for n in range(6)}


def test_what_is_around_is_found_by_day_and_by_unit(database: Database, people: Sequence[int]) -> None:
    every = everything(database)
    day, unit = FIRST_DAY + timedelta(days=1), every[5][1].id
    around = database.read(lambda store: store.visits_on([day], [unit]))
    assert list(around) == [
        one for one in every if one[0].latest.plan.day == day or one[0].application == unit
    ]
    assert list(database.read(lambda store: store.visits_on((), ()))) == []


def test_what_is_ahead_of_somebody(database: Database, people: Sequence[int]) -> None:
    every, today = everything(database), FIRST_DAY + timedelta(days=3)
    ahead = [
        one
        for one in every
        if one[0].is_on and one[0].current is not None and one[0].current.plan.day >= today
    ]
    assert list(database.read(lambda store: store.visits_ahead(today))) == ahead
    for person in people:
        own = [
            one
            for one in ahead
            if one[1].holder == person or (one[0].current and one[0].current.plan.has(person))
        ]
        assert list(database.read(partial(SqlStore.visits_ahead, today=today, person=person))) == own
        assert own != ahead
