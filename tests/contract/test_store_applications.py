"""The store's contract: applications, units, revisions, prints and pages, audit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.application import Application, AuditEntry, Change, Claim, Printed
from bot.model.message import Channel
from bot.ports import Store, UnitTaken
from storage.database import Database, open_database
from storage.store import SqlStore
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
FIRST, SECOND = "a" * 16, "b" * 16


def begin(store: Store, application: str, address: str = "zhangsan", name: str = "张三") -> int:
    person = store.visitor(Channel.WECOM, address, name, NOW).person.id
    store.start(application, person, "draft", NOW)
    return person


def name_unit(store: Store, application: str, unit: str, person: int) -> None:
    change = Change("unit_name", unit, "")
    store.revise(application, {"unit_name": unit}, [change], unit, person, Channel.WECOM, NOW)


def test_start_gives_running_numbers(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> list[str]:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        return [store.start(f"{i:016x}", person, "draft", NOW).number for i in range(3)]

    assert writer.run_blocking(use_case) == ["2031-001", "2031-002", "2031-003"]


def test_start_takes_the_day_where_the_campaign_names_no_year(store_url: str) -> None:
    database = open_database(store_url, "spring")
    writer = ThreadWriter(database)
    writer.start()

    def use_case(store: Store) -> str:
        begin(store, FIRST)
        found = store.application(FIRST)
        assert found is not None
        return found.number

    assert writer.run_blocking(use_case) == "2031-001"
    writer.stop()
    database.close()


def test_another_campaign_shares_nothing_but_persons(writer: ThreadWriter, store_url: str) -> None:
    def here(store: Store) -> int:
        person = begin(store, FIRST)
        name_unit(store, FIRST, "某局", person)
        store.save_dialogue(person, "{}", NOW)
        return person

    person = writer.run_blocking(here)
    other = open_database(store_url, "autumn-2032")
    second = ThreadWriter(other)
    second.start()
    visitor = second.run_blocking(lambda store: store.visitor(Channel.WECOM, "zhangsan", "", NOW))
    assert (visitor.person.id, visitor.applications, visitor.dialogue) == (person, (), "")
    assert second.run_blocking(lambda store: store.claim("某局")) is None
    assert second.run_blocking(lambda store: store.find_application("2031-001")) is None
    second.stop()
    other.close()


def test_application_is_found_by_id_number_and_receipt(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> None:
        person = begin(store, FIRST)
        name_unit(store, FIRST, "某局", person)
        store.move(FIRST, "submitted", True, "2031-001-1", NOW)

    writer.run_blocking(use_case)
    expected = Application(FIRST, "2031-001", 1, "submitted", {"unit_name": "某局"}, "2031-001-1", 1)
    for known_as in (FIRST, "2031-001", "2031-001-1"):
        assert writer.run_blocking(partial(SqlStore.find_application, number=known_as)) == expected
    assert writer.run_blocking(lambda store: store.find_application("")) is None
    assert writer.run_blocking(lambda store: store.application("2031-001")) is None


def test_visitor_sees_own_applications_oldest_first(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> tuple[Application, ...]:
        begin(store, SECOND)
        begin(store, "c" * 16, "lisi")
        begin(store, FIRST)
        return store.visitor(Channel.WECOM, "zhangsan", "", NOW).applications

    assert [found.id for found in writer.run_blocking(use_case)] == [SECOND, FIRST]


def test_claim_names_the_holder_by_name_else_address(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> tuple[Claim | None, Claim | None, Claim | None]:
        one = begin(store, FIRST)
        two = begin(store, SECOND, "lisi", "")
        name_unit(store, FIRST, "某局", one)
        name_unit(store, SECOND, "某院", two)
        return store.claim("某局"), store.claim("某院"), store.claim("某厅")

    assert writer.run_blocking(use_case) == (Claim(FIRST, 1, "张三"), Claim(SECOND, 2, "lisi"), None)


def test_revise_unit_of_another_live_application_is_refused(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> Claim | None:
        one = begin(store, FIRST)
        two = begin(store, SECOND, "lisi")
        name_unit(store, FIRST, "某局", one)
        with pytest.raises(UnitTaken):
            name_unit(store, SECOND, "某局", two)
        name_unit(store, SECOND, "某院", two)  # the use case can go on
        return store.claim("某局")

    assert writer.run_blocking(use_case) == Claim(FIRST, 1, "张三")


def test_move_back_to_life_is_refused_while_the_unit_is_taken(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> Claim | None:
        one = begin(store, FIRST)
        two = begin(store, SECOND, "lisi")
        name_unit(store, FIRST, "某局", one)
        store.move(FIRST, "draft", False, "", NOW)
        assert store.claim("某局") is None
        name_unit(store, SECOND, "某局", two)
        with pytest.raises(UnitTaken):
            store.move(FIRST, "draft", True, "", NOW)
        return store.claim("某局")

    assert writer.run_blocking(use_case) == Claim(SECOND, 2, "张三")


def test_index_refuses_a_second_live_application_of_a_unit(writer: ThreadWriter, database: Database) -> None:
    """The last line, behind the store's own check."""

    def use_case(store: Store) -> None:
        name_unit(store, FIRST, "某局", begin(store, FIRST))
        begin(store, SECOND, "lisi")

    writer.run_blocking(use_case)
    with database.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)unique"):
        connection.exec_driver_sql(f"UPDATE application SET unit_key = '某局' WHERE id = '{SECOND}'")


def test_two_writers_at_once_only_one_gets_the_unit(store_url: str) -> None:
    database = open_database(store_url, "spring-2031")
    writers = [ThreadWriter(database) for _ in range(2)]
    for writer in writers:
        writer.start()
    writers[0].run_blocking(lambda store: [begin(store, FIRST), begin(store, SECOND, "lisi")])
    outcomes: list[str] = []
    together = Barrier(2)

    def claim(writer: ThreadWriter, application: str) -> None:
        together.wait()
        try:
            writer.run_blocking(lambda store: name_unit(store, application, "某局", 1))
            outcomes.append("got it")
        except UnitTaken:
            outcomes.append("taken")

    threads = [Thread(target=claim, args=pair) for pair in zip(writers, (FIRST, SECOND), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.stop()
    database.close()
    assert sorted(outcomes) == ["got it", "taken"]


def test_revisions_keep_who_when_where_and_what_before(writer: ThreadWriter, database: Database) -> None:
    changes = [Change("unit_name", "某局", ""), Change("leader", "", "王五")]

    def use_case(store: Store) -> None:
        person = begin(store, FIRST)
        store.revise(FIRST, {"unit_name": "某局"}, changes, "某局", person, Channel.MAIL, NOW)

    writer.run_blocking(use_case)
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT application, field, value, previous, person, channel, at FROM revision ORDER BY id"
        ).fetchall()
    moment = 1930095000000000
    assert [tuple(row) for row in found] == [
        (FIRST, "unit_name", "某局", "", 1, "mail", moment),
        (FIRST, "leader", "", "王五", 1, "mail", moment),
    ]


def test_transfer_gives_the_application_away_and_revokes_its_pages(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> tuple[int, int, object, object]:
        one = begin(store, FIRST)
        two = store.visitor(Channel.WECOM, "lisi", "", NOW).person.id
        store.add_page("hash", FIRST, one, NOW + timedelta(days=30))
        before = store.page("hash", NOW)
        store.transfer(FIRST, two)
        held = store.visitor(Channel.WECOM, "lisi", "", NOW).applications
        return len(held), held[0].holder - two, before and before[1], store.page("hash", NOW)

    assert writer.run_blocking(use_case) == (1, 0, 1, None)


def test_page_ends_when_its_token_expires(writer: ThreadWriter) -> None:
    end = NOW + timedelta(days=30)
    writer.run_blocking(lambda store: store.add_page("hash", FIRST, begin(store, FIRST), end))
    assert writer.run_blocking(lambda store: store.page("hash", end - timedelta(microseconds=1))) is not None
    assert writer.run_blocking(lambda store: store.page("hash", end)) is None
    assert writer.run_blocking(lambda store: store.page("other", NOW)) is None


def test_drop_deletes_the_draft_and_frees_its_unit_but_not_its_number(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> tuple[object, object, str]:
        person = begin(store, FIRST)
        name_unit(store, FIRST, "某局", person)
        store.add_print(Printed(FIRST, "v", "CODE", "00", NOW))
        store.add_page("hash", FIRST, person, NOW + timedelta(days=1))
        store.late_attempt(FIRST, person, "submit", "提交", NOW)
        store.drop(FIRST)
        return store.application(FIRST), store.claim("某局"), store.start(SECOND, person, "draft", NOW).number

    assert writer.run_blocking(use_case) == (None, None, "2031-002")


def test_print_code_stands_for_one_version(writer: ThreadWriter) -> None:
    printed = Printed(FIRST, "version", "CODE12", "ab" * 32, NOW)

    def use_case(store: Store) -> tuple[object, ...]:
        begin(store, FIRST)
        clash = Printed(FIRST, "another", "CODE12", "cd" * 32, NOW)
        added = [store.add_print(one) for one in (printed, printed, clash)]
        return added, store.printed(FIRST, "version"), store.printed(FIRST, "another")

    assert writer.run_blocking(use_case) == ([True, True, False], printed, None)


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_audit_can_only_grow(writer: ThreadWriter, database: Database, change: str) -> None:
    entry = AuditEntry("revise", FIRST, 1, "wecom", {"field": "unit_name"})
    writer.run_blocking(lambda store: store.audit([entry, entry], NOW))
    with database.engine.connect() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.exec_driver_sql(change)
        rows = connection.exec_driver_sql("SELECT action, application, person, channel, details FROM audit")
        assert [(*row[:4], json.loads(row[4])) for row in rows] == [
            ("revise", FIRST, 1, "wecom", {"field": "unit_name"})
        ] * 2


def test_counts_tell_applications_by_stage(writer: ThreadWriter, database: Database) -> None:
    def use_case(store: Store) -> None:
        begin(store, FIRST)
        begin(store, SECOND)
        store.move(SECOND, "submitted", True, "2031-002-1", NOW)

    writer.run_blocking(use_case)
    assert database.counts().applications == {"draft": 1, "submitted": 1}


storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(storable, storable, max_size=6))
def test_values_come_back_as_they_were(writer: ThreadWriter, values: dict[str, str]) -> None:
    def use_case(store: Store) -> Application | None:
        if store.application(FIRST) is None:
            begin(store, FIRST)
        store.revise(FIRST, values, [], "", 1, Channel.WECOM, NOW)
        return store.application(FIRST)

    found = writer.run_blocking(use_case)
    assert found is not None
    assert found.values == values
