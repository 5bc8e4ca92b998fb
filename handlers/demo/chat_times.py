"""When, by the campaign clock, a message of the platform was written.

The platform stamps messages by the machine's clock, people read the campaign's. Both run at
the same speed; the distance between them changes only when the clock is moved, and every
move is remembered here.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from math import floor
from typing import Protocol


class CampaignClock(Protocol):
    """The campaign clock of the demo."""

    def now(self) -> datetime:
        """The moment by the campaign clock, aware."""

    async def move(self, to: datetime) -> None:
        """Put the clock to a later moment and run what falls due; ValueError if `to` lies before now."""


class ChatTimes:
    """The campaign clock, and the campaign times of what the platform stamped."""

    def __init__(self, clock: CampaignClock, zone: tzinfo, machine: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._zone = zone
        self._machine = machine
        self._moving = asyncio.Lock()
        self._since: list[float] = []  # machine times of the moves, ascending
        self._ahead: list[timedelta] = []  # campaign minus machine: before the first move, after each

    def now(self) -> datetime:
        """The campaign clock, in the campaign's zone."""
        return self._clock.now().astimezone(self._zone)

    async def move(self, to: datetime) -> None:
        """Move the clock; ValueError as the clock raises it."""
        async with self._moving:
            self._ahead = self._ahead or [self._distance()]
            # Before the clock moves, because what the move sends is shown while it still runs.
            since = floor(self._machine() * 1000) / 1000  # stamps hold whole milliseconds
            self._since.append(since)
            self._ahead.append(to - datetime.fromtimestamp(since, self._zone))
            try:
                await self._clock.move(to)
            except BaseException:
                self._since.pop()
                self._ahead.pop()
                raise

    def campaign_time(self, stamp: str) -> datetime:
        """The campaign time of a platform's stamp (ISO 8601)."""
        written = datetime.fromisoformat(stamp)
        ahead = self._ahead or [self._distance()]
        return (written + ahead[bisect_right(self._since, written.timestamp())]).astimezone(self._zone)

    def _distance(self) -> timedelta:
        return self._clock.now() - datetime.fromtimestamp(self._machine(), self._zone)
