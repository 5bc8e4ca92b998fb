"""The store's contract: messages, persons, conversations, notes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from bot.model.application import Note, Person, Recorded
from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from storage.database import Database
from storage.store import SqlStore
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


def message(key: str | None, text: str = "你好", at: datetime = NOW) -> Inbound:
    return Inbound(Channel.WECOM, "zhangsan", Kind.TEXT, text, at, key, details={"AgentID": "1"})


def test_visitor_new_is_made_once(writer: ThreadWriter) -> None:
    first = writer.run_blocking(lambda store: store.visitor(Channel.WECOM, "zhangsan", "", NOW))
    again = writer.run_blocking(lambda store: store.visitor(Channel.WECOM, "zhangsan", "", NOW))
    assert (first, first.person.label) == (again, "zhangsan")
    assert (first.dialogue, first.applications, first.notes) == ("", (), ())


def test_visitor_new_name_replaces_old_and_no_name_keeps_it(writer: ThreadWriter) -> None:
    def names(name: str) -> Person:
        return writer.run_blocking(lambda store: store.visitor(Channel.WECOM, "zhangsan", name, NOW)).person

    assert [names(name).name for name in ("", "张三", "", "张珊")] == ["", "张三", "张三", "张珊"]


def test_visitor_same_address_on_two_channels_is_two_persons(writer: ThreadWriter) -> None:
    one = writer.run_blocking(lambda store: store.visitor(Channel.WECOM, "a@b.cn", "", NOW)).person
    two = writer.run_blocking(lambda store: store.visitor(Channel.MAIL, "a@b.cn", "", NOW)).person
    assert one.id != two.id
    assert writer.run_blocking(lambda store: store.addresses(two.id)) == [(Channel.MAIL, "a@b.cn")]


def test_dialogue_last_saved_is_read_back(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> str:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.save_dialogue(person, '{"asking": "一"}', NOW)
        store.save_dialogue(person, '{"asking": "二"}', NOW)
        return store.visitor(Channel.WECOM, "zhangsan", "", NOW).dialogue

    assert writer.run_blocking(use_case) == '{"asking": "二"}'


def test_notes_are_told_once_and_in_order(writer: ThreadWriter) -> None:
    def leave(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.note(person, "takeover_asked", {"unit": "某局"}, NOW)
        store.note(person, "takeover_refused", {"unit": "某院"}, NOW)
        return person

    def look(store: Store) -> tuple[Note, ...]:
        return store.visitor(Channel.WECOM, "zhangsan", "", NOW).notes

    writer.run_blocking(leave)
    notes = writer.run_blocking(look)
    assert [(note.kind, note.data) for note in notes] == [
        ("takeover_asked", {"unit": "某局"}),
        ("takeover_refused", {"unit": "某院"}),
    ]
    writer.run_blocking(lambda store: store.take_notes([notes[0].id]))
    assert writer.run_blocking(look) == notes[1:]


def test_record_is_found_by_key_while_recent(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.record(message("wecom:1"), person, ["一", "二"])
        return person

    person = writer.run_blocking(use_case)
    found = writer.run_blocking(lambda store: store.earlier("wecom:1", NOW))
    assert found == Recorded(person, ("一", "二"), NOW)
    assert writer.run_blocking(lambda store: store.earlier("wecom:1", NOW + timedelta(seconds=1))) is None
    assert writer.run_blocking(lambda store: store.earlier("wecom:2", NOW)) is None


def test_record_replaces_an_older_one_of_its_key(writer: ThreadWriter) -> None:
    later = NOW + timedelta(days=1)

    def use_case(store: Store) -> Recorded | None:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.record(message("wecom:1"), person, ["旧"])
        store.record(message("wecom:1", at=later), person, ["新"])
        return store.earlier("wecom:1", NOW)

    found = writer.run_blocking(use_case)
    assert found is not None
    assert (found.replies, found.arrived_at) == (("新",), later)


def test_messages_without_a_key_are_all_kept(writer: ThreadWriter, database: Database) -> None:
    def use_case(store: Store) -> None:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.record(message(None, "一"), person, [])
        store.record(message(None, "二"), person, [])

    writer.run_blocking(use_case)
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT text FROM inbox ORDER BY id").fetchall()
    assert [text for (text,) in found] == ["一", "二"]


def test_failure_is_no_record_and_a_later_answer_replaces_it(writer: ThreadWriter) -> None:
    def fail(store: Store) -> Recorded | None:
        store.record_failure(message("wecom:1"), "ValueError")
        store.record_failure(message("wecom:1"), "KeyError")
        return store.earlier("wecom:1", NOW)

    def answer(store: Store) -> tuple[str, ...]:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.record(message("wecom:1"), person, ["好"])
        store.record_failure(message("wecom:1"), "too late")
        found = store.earlier("wecom:1", NOW)
        return found.replies if found else ()

    assert writer.run_blocking(fail) is None
    assert writer.run_blocking(answer) == ("好",)


def test_moments_come_back_exact_and_aware(writer: ThreadWriter) -> None:
    def use_case(store: Store) -> Recorded | None:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        store.record(message("wecom:1"), person, [])
        return store.earlier("wecom:1", NOW)

    found = writer.run_blocking(use_case)
    assert found is not None
    assert found.arrived_at == NOW.astimezone(UTC)
    assert found.arrived_at.utcoffset() == timedelta(0)


def test_naive_moment_is_refused(writer: ThreadWriter) -> None:
    with pytest.raises(ValueError, match="time zone"):
        writer.run_blocking(lambda store: store.earlier("wecom:1", NOW.replace(tzinfo=None)))


def test_read_sees_what_is_committed_and_cannot_write(writer: ThreadWriter, database: Database) -> None:
    writer.run_blocking(lambda store: store.set_setting("clock", "1"))
    assert database.read(lambda store: store.setting("clock")) == "1"
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        database.read(lambda store: store.set_setting("clock", "2"))
    assert database.read(lambda store: store.setting("clock")) == "1"


def test_alarm_of_a_kind_is_raised_once(writer: ThreadWriter, database: Database) -> None:
    raised = [
        writer.run_blocking(partial(SqlStore.alarm, kind=kind, text="请检查", now=NOW))
        for kind in ("secret", "secret", "quota")
    ]
    assert (raised, database.counts().alarms) == ([True, False, True], ("secret", "quota"))


def test_unreachable_keeps_the_latest_code(writer: ThreadWriter, database: Database) -> None:
    for code in (81013, 60111):
        writer.run_blocking(
            partial(SqlStore.unreachable, channel=Channel.WECOM, address="zhangsan", code=code, now=NOW)
        )
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT channel, address, code FROM unreachable").fetchall()
    assert [tuple(row) for row in found] == [("wecom", "zhangsan", 60111)]


def test_alarms_of_a_channel_are_closed_when_it_works_again(writer: ThreadWriter, database: Database) -> None:
    def raise_both(store: Store) -> None:
        store.alarm("wecom:60020", "text", NOW)
        store.alarm("turn:ValueError", "text", NOW)

    writer.run_blocking(raise_both)
    writer.run_blocking(lambda store: store.close_alarms("wecom:", NOW))
    assert database.counts().alarms == ("turn:ValueError",)
    assert writer.run_blocking(lambda store: store.alarm("wecom:60020", "text", NOW))
