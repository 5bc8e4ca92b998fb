"""The contract of what is remembered of the console's sessions and one-time links."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model.console import ConsoleSession, Device
from bot.model.message import Channel
from bot.ports import Store
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def someone(store: Store, address: str) -> int:
    return store.visitor(Channel.WECOM, address, address, NOW).person.id


def session(token: str, person: int, began_at: datetime = NOW) -> ConsoleSession:
    return ConsoleSession(token, person, began_at, began_at, Device.PHONE)


def test_session_is_kept_used_and_ended(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        zhang, li = someone(store, "zhang"), someone(store, "li")
        kept = session("one", zhang)
        for one in (kept, session("two", zhang), session("three", li)):
            store.add_session(one)
        assert store.console_session("one") == kept
        store.touch_session("one", LATER)
        store.touch_session("none", LATER)
        assert store.console_session("one") == replace(kept, seen_at=LATER)
        assert store.end_session("one")
        assert not store.end_session("one")
        assert store.console_session("one") is None
        store.add_session(kept)
        assert store.end_sessions(zhang) == 2
        assert store.console_session("three") == session("three", li)

    writer.run_blocking(act)


def test_old_sessions_are_forgotten_by_beginning_and_by_use(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        zhang = someone(store, "zhang")
        for token, began, seen in (("old", NOW, LATER), ("idle", LATER, NOW), ("open", LATER, LATER)):
            store.add_session(ConsoleSession(token, zhang, began, seen, Device.DESKTOP))
        store.forget_sessions(NOW, NOW)
        assert [token for token in ("old", "idle", "open") if store.console_session(token)] == ["open"]

    writer.run_blocking(act)


def test_link_is_taken_once_in_time_and_ends_with_the_next_one(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        zhang, li = someone(store, "zhang"), someone(store, "li")
        store.add_console_link("first", zhang, LATER)
        store.add_console_link("li's", li, LATER)
        store.add_console_link("second", zhang, LATER)
        assert [store.console_link(link, NOW) for link in ("first", "second", "li's")] == [None, zhang, li]
        assert store.take_console_link("second", LATER) is None
        assert store.take_console_link("second", NOW) == zhang
        assert store.take_console_link("second", NOW) is None
        assert store.console_link("second", NOW) is None

    writer.run_blocking(act)
