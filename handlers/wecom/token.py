"""The access token (path/91039): one fetch for all who wait, in this process and in the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.model.message import Outcome
from bot.ports import SharedCache
from handlers.wecom.errcodes import STOPPED_FOR, Reaction, WeComFailure

LEASE = 30.0  # seconds one process may take for a fetch
PATIENCE = 20.0  # seconds to wait for another process's fetch
_LOOK_AGAIN = 0.1
_COOL_DOWN = 5.0  # after a failed fetch, before the next
_RENEW_AGAIN = 60.0  # the same rejected token is fetched anew at most this often

Fetch = Callable[[], Awaitable[tuple[str, float]]]


def margin(lifetime: float) -> float:
    """How long before its end a token is replaced, so that none runs out on the way."""
    return min(300.0, lifetime / 10)


class Tokens:
    """The token of one app.

    `fetch` asks WeCom and gives the token and its lifetime in seconds, or raises
    WeComFailure. `name` is the key in the shared cache: one per (base URL, corp, app).
    After a wrong secret nobody asks for ten minutes, in any process.
    """

    def __init__(
        self,
        fetch: Fetch,
        cache: SharedCache,
        name: str,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._fetch = fetch
        self._cache = cache
        self._name = name
        self._now = now
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._known: tuple[str, float] | None = None
        self._failed: tuple[WeComFailure, float] | None = None
        self._renewed: tuple[str, float] = ("", 0.0)

    async def get(self, stale: str = "") -> str:
        """A token other than `stale`, the one WeCom has just refused, if it will give another."""
        async with self._lock:
            if self._known is not None and self._is_good(self._known, stale):
                return self._known[0]
            if self._failed is not None and self._failed[1] > self._now():
                raise replace(self._failed[0], alarm="")  # raised once already
            if (
                stale
                and self._known is not None
                and self._renewed[0] == stale
                and self._renewed[1] > self._now()
            ):
                return self._known[0]
            try:
                self._known = await self._obtain(stale)
            except WeComFailure as failed:
                self._failed = (failed, self._now() + _COOL_DOWN)
                raise
            self._renewed = (stale, self._now() + _RENEW_AGAIN)
            return self._known[0]

    async def stop(self, failed: WeComFailure) -> None:
        """No fetch for a while: the secret is wrong."""
        self._known = None
        await self._cache.put(self._stopped, str(failed.code), self._now() + STOPPED_FOR)

    @property
    def _stopped(self) -> str:
        return f"{self._name}:stopped"

    def _is_good(self, token: tuple[str, float], stale: str) -> bool:
        return token[0] != stale and token[1] > self._now()

    async def _obtain(self, stale: str) -> tuple[str, float]:
        lease = f"{self._name}:lease"
        give_up = self._now() + PATIENCE
        while True:
            found = await self._look(stale)
            if found is not None:
                return found
            if await self._cache.acquire(lease, LEASE):
                break
            if self._now() > give_up:
                raise WeComFailure(Outcome.RETRY, "另一进程正在获取企业微信的访问凭证", retry_after=10)
            await self._sleep(_LOOK_AGAIN)
        try:
            # Somebody may have been quicker between the look and the lease.
            return await self._look(stale) or await self._fetch_and_share()
        finally:
            await self._cache.release(lease)

    async def _look(self, stale: str) -> tuple[str, float] | None:
        """What another process has fetched; WeComFailure if one was told that the secret is wrong."""
        stopped = await self._cache.get(self._stopped)
        if stopped is not None:
            # No alarm: it was raised when WeCom said so.
            rest = max(stopped[1] - self._now(), 1.0)
            raise WeComFailure(
                Outcome.RETRY, "企业微信不认应用的 Secret，已停止调用", int(stopped[0]), retry_after=rest
            )
        found = await self._cache.get(self._name)
        return found if found is not None and self._is_good(found, stale) else None

    async def _fetch_and_share(self) -> tuple[str, float]:
        try:
            token, lifetime = await self._fetch()
        except WeComFailure as failed:
            if failed.reaction is Reaction.STOP:
                await self.stop(failed)
            raise
        good_until = self._now() + lifetime - margin(lifetime)
        await self._cache.put(self._name, token, good_until)
        return token, good_until
