"""The contract of what is remembered of on-site sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.model.message import Channel
from bot.model.sheet import (
    Bonus,
    Content,
    Draw,
    Found,
    Inspector,
    LeaderSigned,
    Line,
    Looked,
    MemberSigned,
    OnSiteSheet,
    Photo,
    Recused,
    Reopened,
    Scored,
    Settled,
    Snapshot,
    TeamChanged,
    Verified,
    VetoConcluded,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)
from bot.ports import Store
from storage.database import Database
from storage.tables import Base
from storage.writer import ThreadWriter
from tests.fakes.filled_sheets import fill_sheets

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
APPLICATION = "a" * 16

CONTENTS: tuple[Content, ...] = (
    Found("s3", "leak", 2, True, "现场照片", ("f" * 64,)),
    Looked("s1", "台账"),
    Scored("s2", (80, 92.5)),
    Bonus("s9", 1.5, "制度", "措施", "成效"),
    VetoProposed("s3", "theft", "水表记录"),
    VetoSeconded("5", "核对水表"),
    Verified("1", "复查"),
    Withdrawn("1", "重复"),
    Settled("s3", "leak", ("1",), ("1", "2"), "以复查为准"),
    Recused(1, "亲属任职"),
    TeamChanged((1, 2), "换人"),
    LeaderSigned("0" * 64, ""),
    MemberSigned("0" * 64, 1),
    Reopened("补录"),
    VetoConcluded("5", False, "查无实据"),
)


def opened(store: Store, **changes: object) -> OnSiteSheet:
    """The sheet of a team of two, who are the first people of the store."""
    people = [store.visitor(Channel.WECOM, name, name, NOW).person.id for name in ("wang", "zhao")]
    if store.application(APPLICATION) is None:
        store.start(APPLICATION, people[0], "draft", NOW)
    team = (Inspector(people[0], "王五"), Inspector(people[1], "赵六"))
    sheet = replace(OnSiteSheet(0, APPLICATION, 1, False, team, people[0], NOW), **changes)  # type: ignore[arg-type]
    return store.open_sheet(sheet)[0]


def test_visit_has_one_sheet_and_a_covert_one_for_each_opener(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet = opened(store)
        assert store.sheet(sheet.id) == sheet
        assert store.open_sheet(replace(sheet, id=0, opened_by=2)) == (sheet, False)
        covert, is_new = store.open_sheet(replace(sheet, id=0, covert=True))
        assert is_new
        assert store.open_sheet(replace(covert, id=0)) == (covert, False)
        assert opened(store, covert=True, opened_by=2).id not in (sheet.id, covert.id)
        assert [one.id for one in store.sheets()] == [one.id for one in store.sheets(APPLICATION)]
        assert len(store.sheets()) == 3
        assert (store.sheet(999), list(store.sheets("b" * 16))) == (None, [])

    writer.run_blocking(act)


def test_numbers_do_not_tell_that_there_is_a_covert_one(writer: ThreadWriter) -> None:
    class Undone(Exception):
        """Carries the numbers out of a transaction that leaves nothing behind."""

    def numbers(store: Store, covert: bool) -> None:
        if covert:
            opened(store, covert=True, visit=7)
        raise Undone([opened(store, visit=visit).id for visit in (1, 2, 3)])

    found = []
    for covert in (True, False):
        with pytest.raises(Undone) as undone:
            writer.run_blocking(partial(numbers, covert=covert))
        found.append(undone.value.args[0])
    assert found[0] == found[1]


def test_team_is_replaced(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet = opened(store)
        team = tuple(reversed(sheet.team))
        store.set_team(sheet.id, team)
        assert store.sheet(sheet.id) == replace(sheet, team=team)

    writer.run_blocking(act)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_line_comes_back_as_it_was(writer: ThreadWriter, content: Content) -> None:
    def act(store: Store) -> None:
        sheet = opened(store)
        line = Line("x", sheet.leader, "王五", NOW, content, NOW - timedelta(hours=1))
        assert store.add_line(sheet.id, line)
        assert list(store.sheet_lines(sheet.id)) == [line]

    writer.run_blocking(act)


def test_line_is_kept_once_and_never_replaced(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet, other = opened(store), opened(store, visit=2)
        first = Line("x", sheet.leader, "王五", NOW, CONTENTS[0])
        second = Line("a", sheet.leader, "王五", NOW, CONTENTS[1])
        assert [store.add_line(sheet.id, line) for line in (first, second)] == [True, True]
        assert not store.add_line(sheet.id, replace(first, content=CONTENTS[1]))
        assert store.add_line(other.id, first)
        assert list(store.sheet_lines(sheet.id)) == [first, second]

    writer.run_blocking(act)


def test_turns_of_all_sheets_are_told_apart_from_entries(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet, other = opened(store), opened(store, visit=2)
        lines = [
            Line(str(place), sheet.leader, "王五", NOW, said) for place, said in enumerate(CONTENTS, start=1)
        ]
        for line in lines:
            store.add_line(sheet.id, line)
        store.add_line(other.id, lines[0])
        turns = [line for line in lines if isinstance(line.content, Recused | MemberSigned | Reopened)]
        assert dict(store.sheet_turns(APPLICATION)) == {sheet.id: turns}

    writer.run_blocking(act)


def test_snapshots_and_pictures_are_kept(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet = opened(store)
        leader, member = (one.person for one in sheet.team)
        first = Snapshot(sheet.id, 1, "e" * 64, '{"甲": 1}', leader, member, NOW)
        kept = [first, replace(first, version=2)]
        for one in reversed(kept):
            store.add_snapshot(one)
        assert list(store.snapshots(sheet.id)) == kept
        picture = Photo(sheet.id, "f" * 64, "jpg", 9, sheet.leader, NOW)
        store.add_photo(picture)
        store.add_photo(replace(picture, size=10))
        assert list(store.photos(sheet.id)) == [picture]

    writer.run_blocking(act)


def test_draw_gives_no_name_before_it_is_opened(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sheet = opened(store)
        draw = Draw(
            0, sheet.id, "s2", "e" * 64, 2, 1, 12.5, "seed", sheet.leader, NOW, "重抽", None, None,
            ("甲", "乙"), ("乙",),
        )  # fmt: skip
        sealed = store.add_draw(draw)
        assert sealed == replace(draw, id=sealed.id, names=(), chosen=())
        assert list(store.draws(sheet.id)) == [sealed]
        later = NOW + timedelta(hours=1)
        store.open_draw(sealed.id, sheet.leader, NOW)
        store.open_draw(sealed.id, sheet.team[1].person, later)
        whole = replace(draw, id=sealed.id, opened_by=sheet.leader, opened_at=NOW)
        assert list(store.draws(sheet.id)) == [whole]

    writer.run_blocking(act)


def test_every_table_can_be_filled(database: Database, writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = store.visitor(Channel.WECOM, "wang", "王五", NOW).person.id
        store.start(APPLICATION, person, "draft", NOW)
        fill_sheets(store, APPLICATION, person, "甲局", "f" * 64)

    writer.run_blocking(act)
    names = [name for name in Base.metadata.tables if name == "sheet" or name.startswith("sheet_")]
    with database.engine.connect() as connection:
        counts = {
            name: len(connection.execute(select(Base.metadata.tables[name])).fetchall()) for name in names
        }
    assert counts == dict.fromkeys(("sheet", "sheet_line", "sheet_snapshot", "sheet_photo", "sheet_draw"), 1)
