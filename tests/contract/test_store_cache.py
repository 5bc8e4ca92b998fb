"""The contract of the shared cache, over two processes' worth of caches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from bot.ports import StorageUnavailable
from storage.database import Database, open_database
from storage.shared_cache import DatabaseCache

LATER = 4_000_000_000.5


@pytest.fixture
def caches(database: Database, store_url: str) -> Iterator[tuple[DatabaseCache, DatabaseCache]]:
    """Of two processes on one database."""
    second = open_database(store_url, database.campaign)
    yield DatabaseCache(database), DatabaseCache(second)
    second.close()


async def test_value_is_seen_by_every_process(caches: tuple[DatabaseCache, DatabaseCache]) -> None:
    one, two = caches
    assert await two.get("token") is None
    await one.put("token", "第一", LATER)
    assert await two.get("token") == ("第一", LATER)
    await two.put("token", "第二", LATER + 1)
    assert await one.get("token") == ("第二", LATER + 1)


async def test_value_that_expired_is_absent(caches: tuple[DatabaseCache, DatabaseCache]) -> None:
    await caches[0].put("token", "old", time.time() - 1)
    assert await caches[0].get("token") is None


async def test_lease_is_taken_by_one_at_a_time(caches: tuple[DatabaseCache, DatabaseCache]) -> None:
    one, two = caches
    assert await one.acquire("refresh", 60)
    assert [await one.acquire("refresh", 60), await two.acquire("refresh", 60)] == [False, False]
    assert await two.acquire("other", 60)
    await two.release("refresh")  # not theirs: nothing happens
    assert not await two.acquire("refresh", 60)
    await one.release("refresh")
    assert await two.acquire("refresh", 60)


async def test_lease_that_ran_out_goes_to_the_next(caches: tuple[DatabaseCache, DatabaseCache]) -> None:
    one, two = caches
    assert await one.acquire("refresh", 0)
    assert await two.acquire("refresh", 60)
    await one.release("refresh")
    assert not await one.acquire("refresh", 60)


async def test_lease_and_value_of_one_name_do_not_meet(caches: tuple[DatabaseCache, DatabaseCache]) -> None:
    await caches[0].put("token", "value", LATER)
    assert await caches[1].acquire("token", 60)
    assert await caches[1].get("token") == ("value", LATER)


async def test_lease_wanted_by_many_at_once_has_one_holder(
    caches: tuple[DatabaseCache, DatabaseCache],
) -> None:
    taken = await asyncio.gather(*(caches[n % 2].acquire("refresh", 60) for n in range(20)))
    assert sorted(taken) == [False] * 19 + [True]


async def test_database_that_is_gone_is_unavailable() -> None:
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", "spring-2031")
    with pytest.raises(StorageUnavailable):
        await DatabaseCache(database).get("token")
    database.close()
