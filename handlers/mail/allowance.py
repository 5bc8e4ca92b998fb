"""How much may be sent: so many mails a day, so many seconds apart, and nothing during a pause.

All processes share one account, and a restart gives nothing back: what was sent stands in the shared cache.
The day is the mail server's, Beijing time; all moments are the machine's, as Unix seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone

from bot.ports import SharedCache

BEIJING = timezone(timedelta(hours=8))
AFTER_MIDNIGHT = timedelta(minutes=5)  # clocks differ; a mail sent too early would end the new day's sending
KEPT_FOR_ALARMS = 5  # mails of a day that only alarms may use, where the day has at least ten times as many
BLOCK = 256  # mails counted ahead at most, so that not every one costs a write
_PAUSE = "mail:pause"
_LEASE = "mail:allowance"
_LEASE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: ask again after `seconds`."""

    seconds: float
    reason: str  # for staff


@dataclass(slots=True)
class Allowance:
    """One process's view of what may be sent. `now` is the machine's clock."""

    cache: SharedCache
    per_day: int
    seconds_between: int
    now: Callable[[], datetime]
    _in_hand: int = 0  # counted already, not sent yet
    _day: str = ""  # of those
    _promised: float = 0.0  # the latest moment given to a mail that had to wait
    _paused: Wait | None = None
    _paused_until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, urgent: bool) -> Wait | None:
        """None: one mail may go now, and is counted. `urgent` ones need not keep the distance."""
        async with self._turn:
            now = self.now().timestamp()
            if self._paused is not None and self._paused_until > now:
                return Wait(self._paused_until - now, self._paused.reason)
            spent = self._in_hand == 0 or self._day != self._today()
            if spent and (wait := await self._count(urgent, now)) is not None:
                return wait
            self._in_hand -= 1
            return None

    def refund(self) -> None:
        """The mail was not shown to the server after all."""
        self._in_hand += 1

    async def pause(self, seconds: float, reason: str, shared: bool = True) -> None:
        """Send nothing for so long; with `shared` no process does, nor this one after a restart."""
        self._paused, self._paused_until = Wait(seconds, reason), self.now().timestamp() + seconds
        if shared:
            await self.cache.put(_PAUSE, reason, self._paused_until)

    def until_tomorrow(self) -> float:
        """Seconds until the server's next day."""
        return self._midnight() + AFTER_MIDNIGHT.total_seconds() - self.now().timestamp()

    async def close(self) -> None:
        """Give back what was counted ahead."""
        async with self._turn:
            if self._in_hand and self._day == self._today():
                async with self._leased() as leased:
                    if leased:
                        count, free_at = await self._sent()
                        await self._keep(count - self._in_hand, free_at)
            self._in_hand = 0

    async def _count(self, urgent: bool, now: float) -> Wait | None:
        async with self._leased() as leased:
            if not leased:
                return Wait(1.0, "其他进程正在发信，稍后自动续发")
            if (paused := await self.cache.get(_PAUSE)) is not None and paused[1] > now:
                self._paused, self._paused_until = Wait(0.0, paused[0]), paused[1]
                return Wait(paused[1] - now, paused[0])
            count, free_at = await self._sent()
            kept = 0 if urgent or self.per_day < 10 * KEPT_FOR_ALARMS else KEPT_FOR_ALARMS
            left = self.per_day - kept - count
            if left <= 0:
                return Wait(self.until_tomorrow(), "已到每日发信上限，次日自动续发")
            if free_at > now and not urgent:
                return self._promise(free_at, now)
            ahead = 1 if self.seconds_between else min(left, BLOCK, max(1, self.per_day // 20))
            await self._keep(count + ahead, now + self.seconds_between)
            self._in_hand, self._day = ahead, self._today()
            return None

    def _promise(self, free_at: float, now: float) -> Wait:
        """Each mail that has to wait gets a moment of its own, or all would come again at the same one."""
        self._promised = max(self._promised + self.seconds_between, free_at)
        return Wait(self._promised - now, "按发信间隔排队")

    async def _sent(self) -> tuple[int, float]:
        """How many were counted today, and from when on the next may go."""
        found = await self.cache.get(self._key())
        if found is None:
            return 0, 0.0
        count, _, free_at = found[0].partition(" ")
        return int(count), float(free_at)

    async def _keep(self, count: int, free_at: float) -> None:
        await self.cache.put(self._key(), f"{count} {free_at}", self._midnight() + 86400)

    @asynccontextmanager
    async def _leased(self) -> AsyncIterator[bool]:
        """Whether the count is ours for a moment."""
        for _ in range(20):
            if await self.cache.acquire(_LEASE, _LEASE_SECONDS):
                break
            await asyncio.sleep(0.05)
        else:
            yield False
            return
        try:
            yield True
        finally:
            await self.cache.release(_LEASE)

    def _today(self) -> str:
        return self.now().astimezone(BEIJING).date().isoformat()

    def _key(self) -> str:
        return f"mail:sent:{self._today()}"

    def _midnight(self) -> float:
        tomorrow = self.now().astimezone(BEIJING).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), BEIJING).astimezone(UTC).timestamp()
