"""The writer's contract: batches, savepoints, locks, failures."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports import StorageUnavailable, Store
from storage.database import Database, open_database
from storage.schema import migrate_engine
from storage.store import SqlStore
from storage.writer import BATCH, ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def put(key: str, value: str = "1") -> Callable[[Store], str]:
    def use_case(store: Store) -> str:
        store.set_setting(key, value)
        return key

    return use_case


async def test_many_at_once_share_few_commits(writer: ThreadWriter, database: Database) -> None:
    done = await asyncio.gather(*(writer.run(put(f"{n}")) for n in range(20 * BATCH)))
    assert done == [f"{n}" for n in range(20 * BATCH)]
    assert writer.commits <= 60
    assert database.read(lambda store: [store.setting(key) for key in done]) == ["1"] * (20 * BATCH)


async def test_use_case_sees_what_earlier_ones_of_its_batch_did(writer: ThreadWriter) -> None:
    def count(store: Store) -> int:
        number = int(store.setting("count") or 0) + 1
        store.set_setting("count", str(number))
        return number

    found = await asyncio.gather(*(writer.run(count, "one") for _ in range(100)))
    assert found == list(range(1, 101))


async def test_use_case_that_raises_is_undone_alone(writer: ThreadWriter, database: Database) -> None:
    def fail(store: Store) -> None:
        store.set_setting("bad", "1")
        raise LookupError("my own")

    found = await asyncio.gather(
        writer.run(put("before")), writer.run(fail), writer.run(put("after")), return_exceptions=True
    )
    assert (found[0], repr(found[1]), found[2]) == ("before", "LookupError('my own')", "after")
    kept = database.read(lambda store: [store.setting(key) for key in ("before", "bad", "after")])
    assert kept == ["1", None, "1"]


async def test_statement_the_database_refuses_fails_its_use_case_alone(writer: ThreadWriter) -> None:
    found = await asyncio.gather(
        writer.run(lambda store: store.save_dialogue(404, "{}", NOW)),  # no such person
        writer.run(put("after")),
        return_exceptions=True,
    )
    assert isinstance(found[0], Exception)
    assert not isinstance(found[0], StorageUnavailable)
    assert found[1] == "after"


async def test_savepoint_inside_a_use_case_lets_it_go_on(writer: ThreadWriter, database: Database) -> None:
    def use_case(store: Store) -> str | None:
        store.set_setting("kept", "1")
        assert isinstance(store, SqlStore)
        with pytest.raises(ZeroDivisionError), store.session.savepoint():
            store.set_setting("kept", str(1 // 0))
        return store.setting("kept")

    assert await writer.run(use_case) == "1"
    assert database.read(lambda store: store.setting("kept")) == "1"


async def test_caller_that_gave_up_does_not_disturb_the_others(writer: ThreadWriter) -> None:
    release = threading.Event()
    first = asyncio.ensure_future(writer.run(lambda _: release.wait()))
    given_up = asyncio.ensure_future(writer.run(put("given up")))
    last = asyncio.ensure_future(writer.run(put("last")))
    await asyncio.sleep(0.02)
    given_up.cancel()
    release.set()
    assert await first
    assert await last == "last"
    assert await writer.run(lambda store: store.setting("given up")) == "1"


async def test_stop_finishes_what_waits_and_refuses_what_comes_later(database: Database) -> None:
    writer = ThreadWriter(database)
    writer.start()
    waiting = [asyncio.ensure_future(writer.run(put(f"{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    writer.stop()
    writer.stop()
    assert await asyncio.gather(*waiting) == [f"{n}" for n in range(200)]
    with pytest.raises(StorageUnavailable):
        await writer.run(put("late"))


def test_writer_that_was_not_started_says_so(database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        ThreadWriter(database).run_blocking(put("early"))


def test_closed_loop_of_a_caller_does_not_stop_the_writer(writer: ThreadWriter) -> None:
    release = threading.Event()

    async def leave() -> None:
        waiting = asyncio.ensure_future(writer.run(lambda _: release.wait()))
        await asyncio.sleep(0.01)
        waiting.cancel()

    asyncio.run(leave())
    release.set()
    assert writer.run_blocking(put("next")) == "next"


def test_database_that_is_full_refuses_and_recovers(new_sqlite: Callable[[], str]) -> None:
    database = open_database(new_sqlite(), "spring-2031")
    writer = ThreadWriter(database)
    writer.start()

    def limit(store: Store) -> None:
        assert isinstance(store, SqlStore)
        store.session.command("PRAGMA max_page_count = 1")  # clamped to the size it has

    writer.run_blocking(limit)
    with pytest.raises(StorageUnavailable, match="full"):
        writer.run_blocking(put("big", "x" * 100_000))
    assert writer.run_blocking(put("small")) == "small"  # the next connection has no limit
    assert database.read(lambda store: store.setting("big")) is None
    writer.stop()
    database.close()


def test_database_that_is_read_only_refuses_all_of_the_batch(new_sqlite: Callable[[], str]) -> None:
    url = new_sqlite()
    file = Path(url.removeprefix("sqlite:///"))
    database = open_database(f"sqlite:///file:{file}?mode=ro&uri=true", "spring-2031")
    writer = ThreadWriter(database)
    writer.start()
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            writer.run_blocking(put("any"))
    writer.stop()
    database.close()


def test_database_locked_by_another_process_is_waited_for(new_sqlite: Callable[[], str]) -> None:
    url = new_sqlite()
    database = open_database(url, "spring-2031")
    writer = ThreadWriter(database)
    writer.start()
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO setting VALUES ('theirs', '1')")
    threading.Timer(0.2, other.execute, ["COMMIT"]).start()
    assert writer.run_blocking(lambda store: store.setting("theirs")) == "1"
    other.close()
    writer.stop()
    database.close()


async def test_postgres_that_closes_the_connection_refuses_then_recovers(
    new_postgres: Callable[[], str],
) -> None:
    database = open_database(new_postgres(), "spring-2031")
    writer = ThreadWriter(database)
    writer.start()

    def hang_up(store: Store) -> None:
        store.set_setting("lost", "1")
        assert isinstance(store, SqlStore)
        store.session.command("SELECT pg_terminate_backend(pg_backend_pid())")

    found = await asyncio.gather(writer.run(hang_up), writer.run(put("same batch")), return_exceptions=True)
    assert isinstance(found[0], StorageUnavailable)
    assert await writer.run(put("next")) == "next"
    assert await writer.run(lambda store: store.setting("lost")) is None
    await asyncio.to_thread(writer.stop)
    database.close()


async def test_postgres_same_lock_waits_and_other_locks_do_not(new_postgres: Callable[[], str]) -> None:
    url = new_postgres()
    databases = [open_database(url, "spring-2031") for _ in range(2)]
    one, two = (ThreadWriter(database) for database in databases)
    one.start()
    two.start()
    held, release, order = threading.Event(), threading.Event(), list[str]()

    def hold(_: Store) -> None:
        held.set()
        release.wait(5)
        order.append("freed")

    holding = asyncio.ensure_future(one.run(hold, "wecom:zhangsan"))
    await asyncio.to_thread(held.wait)
    same = asyncio.ensure_future(two.run(lambda _: order.append("same"), "wecom:zhangsan"))
    await two.run(lambda _: order.append("other"), "wecom:lisi")
    await two.run(lambda _: order.append("none"))
    release.set()
    await asyncio.gather(holding, same)
    assert order == ["other", "none", "freed", "same"]
    for writer in (one, two):
        await asyncio.to_thread(writer.stop)
    for database in databases:
        database.close()


async def test_postgres_deadlock_is_retried(new_postgres: Callable[[], str]) -> None:
    database = open_database(new_postgres(), "spring-2031")
    writers = [ThreadWriter(database) for _ in range(2)]
    for writer in writers:
        writer.start()
    await writers[0].run(put("a"))
    await writers[0].run(put("b"))
    met = threading.Barrier(2)

    def cross(first: str, second: str) -> Callable[[Store], None]:
        tries = iter([True])

        def use_case(store: Store) -> None:
            store.set_setting(first, first + second)
            if next(tries, False):
                met.wait(5)
            store.set_setting(second, first + second)

        return use_case

    await asyncio.gather(writers[0].run(cross("a", "b")), writers[1].run(cross("b", "a")))
    found = database.read(lambda store: (store.setting("a"), store.setting("b")))
    assert found in {("ab", "ab"), ("ba", "ba")}
    for writer in writers:
        await asyncio.to_thread(writer.stop)
    database.close()


def test_database_in_memory_lives_as_long_as_it_is_open() -> None:
    database = open_database("sqlite://", "spring-2031")
    migrate_engine(database.engine)
    writer = ThreadWriter(database)
    writer.start()
    assert writer.run_blocking(put("a")) == "a"
    assert database.read(lambda store: store.setting("a")) == "1"
    writer.stop()
    database.close()


async def test_postgres_every_caller_is_answered_under_clashes_and_foreign_locks(
    new_postgres: Callable[[], str],
) -> None:
    """Two processes' writers, few conversations, statements that clash: all the writer's ways to put off."""
    url = new_postgres()
    databases = [open_database(url, "spring-2031") for _ in range(2)]
    writers = [ThreadWriter(database) for database in databases]
    for writer in writers:
        writer.start()
    await writers[0].run(put("sum", "0"))

    def add(key: str) -> Callable[[Store], None]:
        def use_case(store: Store) -> None:
            store.set_setting(key, str(int(store.setting(key) or 0) + 1))
            store.set_setting("shared", key)  # a row that every conversation writes

        return use_case

    await asyncio.gather(
        *(writers[n % 2].run(add(f"conversation {n % 3}"), f"lock {n % 3}") for n in range(150))
    )
    kept = databases[0].read(lambda store: [store.setting(f"conversation {n}") for n in range(3)])
    assert kept == ["50"] * 3
    for writer in writers:
        await asyncio.to_thread(writer.stop)
    for database in databases:
        database.close()


def take_away(path: Path, aside: Path, replace: bool) -> None:
    path.rename(aside)
    if replace:
        path.write_bytes(aside.read_bytes())


def put_back(path: Path, aside: Path, replaced: bool) -> None:
    assert path.exists() is replaced
    aside.rename(path)


@pytest.mark.parametrize("replace", [False, True], ids=["deleted", "replaced"])
async def test_file_that_is_gone_takes_no_more_and_is_never_made_anew(
    new_sqlite: Callable[[], str], tmp_path: Path, replace: bool
) -> None:
    url = new_sqlite()
    database = open_database(url, "spring-2031")
    path, aside = Path(str(database.engine.url.database)), tmp_path / "aside.db"
    writer = ThreadWriter(database)
    writer.start()
    await writer.run(put("before"))
    take_away(path, aside, replace)
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await writer.run(put("lost"))
        with pytest.raises(StorageUnavailable):
            database.counts()
    put_back(path, aside, replace)
    await writer.run(put("after"))
    kept = database.read(lambda store: [store.setting(key) for key in ("before", "lost", "after")])
    writer.stop()
    database.close()
    assert kept == ["1", None, "1"]
