"""Small values and leases in the database, so that all processes share them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage import tables
from storage.database import Database
from storage.session import Session, Statement
from storage.tables import columns, table, to_number

T = TypeVar("T")

_CACHE = table(tables.Cache)
_SECOND = 1_000_000

_GET = Statement(
    select(_CACHE.c.value, _CACHE.c.expires_at).where(
        _CACHE.c.key == bindparam("key"), _CACHE.c.owner == "", _CACHE.c.expires_at > bindparam("now")
    )
)
_NEW = insert(_CACHE).values({column: bindparam(column.name) for column in columns(tables.Cache)})
_REPLACED = {name: _NEW.excluded[name] for name in ("value", "owner", "expires_at")}
_PUT = Statement(_NEW.on_conflict_do_update(index_elements=[_CACHE.c.key], set_=_REPLACED))
_ACQUIRE = Statement(
    _NEW.on_conflict_do_update(
        index_elements=[_CACHE.c.key], set_=_REPLACED, where=_CACHE.c.expires_at <= bindparam("now")
    )
)
_RELEASE = Statement(
    delete(_CACHE).where(_CACHE.c.key == bindparam("key"), _CACHE.c.owner == bindparam("owner"))
)


class DatabaseCache:
    """`bot.ports.SharedCache`. Each cache object is one owner of leases.

    A lease that ran out may be somebody else's by now: giving it back then changes nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = uuid4().hex

    async def get(self, key: str) -> tuple[str, float] | None:
        found = await self._in_thread(
            lambda session: session.row(_GET, {"key": f"value:{key}", "now": to_number(datetime.now(UTC))})
        )
        return None if found is None else (found[0], found[1] / _SECOND)

    async def put(self, key: str, value: str, expires_at: float) -> None:
        row = {"key": f"value:{key}", "value": value, "owner": "", "expires_at": round(expires_at * _SECOND)}
        await self._in_thread(lambda session: session.change(_PUT, row))

    async def acquire(self, key: str, seconds: float) -> bool:
        now = to_number(datetime.now(UTC))
        row = {
            "key": f"lease:{key}",
            "value": "",
            "owner": self._owner,
            "expires_at": now + round(seconds * _SECOND),
            "now": now,
        }
        return bool(await self._in_thread(lambda session: session.change(_ACQUIRE, row)))

    async def release(self, key: str) -> None:
        row = {"key": f"lease:{key}", "owner": self._owner}
        await self._in_thread(lambda session: session.change(_RELEASE, row))

    async def _in_thread(self, work: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._alone, work)

    def _alone(self, work: Callable[[Session], T]) -> T:
        """One statement, committed by itself: no transaction is begun."""
        with self._database.session() as session:
            return work(session)
