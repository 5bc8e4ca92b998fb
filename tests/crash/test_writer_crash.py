"""What the writer said yes to is there after the process was killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from storage.database import open_database

WRITING = """
import asyncio, sys
from storage.database import open_database
from storage.writer import ThreadWriter

def put(key):
    def use_case(store):
        store.set_setting(key, "1")
        store.set_setting("last:" + key, "1")
    return use_case

async def client(writer, number):
    for turn in range(1_000_000):
        key = f"{number}:{turn}"
        await writer.run(put(key), f"lock:{number}")
        print(key, flush=True)

async def main():
    writer = ThreadWriter(open_database(sys.argv[1], "spring-2031"))
    writer.start()
    await asyncio.gather(*(client(writer, number) for number in range(16)))

asyncio.run(main())
"""

TURN = """
import asyncio, sys
from storage.database import open_database
from storage.writer import ThreadWriter

def step(store):
    before = int(store.setting("count") or 0)
    inside = store.setting("inside")
    assert inside in (None, "no"), "another process is inside"
    store.set_setting("inside", "yes")
    store.set_setting("count", str(before + 1))
    store.set_setting("inside", "no")

async def main():
    database = open_database(sys.argv[1], "spring-2031")
    writer = ThreadWriter(database)
    writer.start()
    await asyncio.gather(*(writer.run(step, "wecom:zhangsan") for _ in range(300)))
    await asyncio.to_thread(writer.stop)
    database.close()

asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    make: Callable[[], str] = request.getfixturevalue(
        "new_sqlite" if request.param == "sqlite" else "new_postgres"
    )
    return make()


@pytest.mark.parametrize("after", [1, 40, 333])
def test_kill_loses_nothing_that_was_acknowledged(store_url: str, after: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITING, store_url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        said += [line.strip() for line in process.stdout if line.endswith("\n")]
    database = open_database(store_url, "spring-2031")
    with database.engine.connect() as connection:
        kept = {key for (key,) in connection.exec_driver_sql("SELECT key FROM setting")}
    database.close()
    assert [key for key in said if key not in kept] == []
    # A use case is there as a whole or not at all.
    assert {key.removeprefix("last:") for key in kept if key.startswith("last:")} == {
        key for key in kept if not key.startswith("last:")
    }


def test_two_processes_with_one_lock_never_interleave(store_url: str) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", TURN, store_url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 2
    database = open_database(store_url, "spring-2031")
    assert database.read(lambda store: store.setting("count")) == "600"
    database.close()
