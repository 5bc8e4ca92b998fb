"""Invitations that expired are looked for once an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.ports import Store
from bot.work.invitations import Invitations

T = TypeVar("T")
NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


class Counting:
    """A writer that only counts."""

    def __init__(self) -> None:
        self.ran = 0

    async def run(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        self.ran += 1
        return None  # type: ignore[return-value]

    def run_blocking(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        raise AssertionError


async def test_once_an_hour() -> None:
    writer, now = Counting(), NOW
    desk = Invitations(writer, lambda: now)
    ran = []
    for minutes in (0, 1, 29, 30, 59, 91):
        now = NOW + timedelta(minutes=minutes)
        await desk.tick()
        ran.append(writer.ran)
    assert ran == [1, 1, 1, 2, 2, 3]
