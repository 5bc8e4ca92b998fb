"""On-site sheets in lists: what the database finds is what their lines say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from bot.model.application import Application
from bot.model.sheet import Inspector, Line, MemberSigned, OnSiteSheet, Recused, Reopened
from bot.model.visit import VisitState
from bot.ports import Store
from bot.ports_sheets import SheetQuery
from storage.database import Database
from storage.store import SqlStore
from storage.writer import ThreadWriter
from tests.fakes.mixed_sheets import mixed_sheets
from tests.fakes.mixed_visits import mixed_visits

COUNT = 120
Known = tuple[OnSiteSheet, Application, Sequence[Line]]


@pytest.fixture
def people(writer: ThreadWriter) -> Sequence[int]:
    return writer.run_blocking(lambda store: mixed_sheets(store, COUNT, seed=11))


def everything(database: Database) -> list[Known]:
    """All sheets, the newest first, with all that stands in them."""

    def known(application: str) -> Application:
        found = database.read(lambda store: store.application(application))
        assert found is not None
        return found

    sheets = database.read(lambda store: store.sheets())
    lines = {one.id: database.read(partial(SqlStore.sheet_lines, sheet=one.id)) for one in sheets}
    return [(one, known(one.application), lines[one.id]) for one in reversed(sheets)]


def open_sheet(store: Store, sheet: OnSiteSheet) -> None:
    store.open_sheet(sheet)


def times(lines: Sequence[Line], kind: type) -> int:
    return sum(isinstance(line.content, kind) for line in lines)


def is_seen(wanted: SheetQuery, one: Known) -> bool:
    sheet, known, lines = one
    if known.holder == wanted.person or known.body in wanted.bodies:
        return False
    if any(isinstance(line.content, Recused) and line.content.person == wanted.person for line in lines):
        return False
    is_open = times(lines, MemberSigned) <= times(lines, Reopened)
    is_member = any(each.person == wanted.person for each in sheet.team)
    if wanted.is_own_open:
        return is_member and is_open
    was_signed = times(lines, MemberSigned) > 0
    knows = not sheet.covert or was_signed or sheet.opened_by == wanted.person
    return is_member or (wanted.is_office and knows)


def test_lists_find_what_somebody_may_see(database: Database, people: Sequence[int]) -> None:
    every, sizes = everything(database), set()
    for person in (*people, 10_000):
        for is_office in (True, False):
            for bodies in ((), ("north",), ("south", "east")):
                for own_open in (False, True):
                    wanted = SheetQuery(person, is_office, bodies, "unit", own_open, limit=COUNT)
                    seen = [one for one in every if is_seen(wanted, one)]
                    rows, total = database.read(partial(SqlStore.find_sheets, wanted=wanted))
                    assert ([row.sheet for row in rows], total) == ([one[0] for one in seen], len(seen))
                    sizes.add(len(seen))
    assert (min(sizes), len(sizes) > 10) == (0, True)


def test_a_page_says_what_a_line_of_the_list_shows(database: Database, people: Sequence[int]) -> None:
    wanted = SheetQuery(people[0], True, (), "unit", offset=3, limit=4)
    every = [one for one in everything(database) if is_seen(wanted, one)]
    rows, total = database.read(lambda store: store.find_sheets(wanted))
    assert total == len(every)
    assert [(row.signed, row.reopened, row.number, row.unit, row.stage) for row in rows] == [
        (times(lines, MemberSigned), times(lines, Reopened), known.number, known.values["unit"], known.stage)
        for _, known, lines in every[3:7]
    ]
    beyond = database.read(lambda store: store.find_sheets(replace(wanted, offset=COUNT)))
    assert (list(beyond[0]), beyond[1]) == ([], 0)


def test_covert_sheets_of_who_opened_them(database: Database, people: Sequence[int]) -> None:
    every = everything(database)
    for person in people:
        own = sorted(one.id for one, _, _ in every if one.covert and one.opened_by == person)
        assert list(database.read(partial(SqlStore.covert_sheets_of, person=person))) == own


def test_visits_without_a_sheet(writer: ThreadWriter, database: Database) -> None:
    writer.run_blocking(lambda store: mixed_visits(store, COUNT, seed=5))
    pairs = database.read(lambda store: store.visits_with([one.id for one in store.visits()]))
    opened = set()
    for place, (visit, known) in enumerate(pairs):
        if place % 3 == 0 and visit.current is not None:
            covert = place % 2 == 0
            team = tuple(Inspector(one.person, one.name) for one in visit.current.plan.team)
            new = OnSiteSheet(0, known.id, visit.id, covert, team, known.holder, visit.current.at)
            writer.run_blocking(partial(open_sheet, sheet=new))
            if not covert:
                opened.add(visit.id)
    wanted = [
        (visit.current.plan.day, known.number, visit.id)
        for visit, known in pairs
        if visit.current is not None and visit.is_on and visit.id not in opened
    ]
    expected = [visit for _, _, visit in sorted(wanted)]
    found = database.read(lambda store: store.visits_without_sheet(("candidate",), 10))
    assert (list(found[0]), found[1]) == (expected[:10], len(expected))
    assert {visit.state for visit, _ in pairs} == set(VisitState)
    none = database.read(lambda store: store.visits_without_sheet(("draft",), 10))
    assert (list(none[0]), none[1]) == ([], 0)
