"""Runs work that takes long, and keeps how far it is where every process can show it.

The work itself runs in the process that was asked. Each second it leaves a sign of life in the database; a
process that ends leaves none, and the work is shown as broken off. What came of it is kept for a while and then
forgotten (`KEPT`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.model.long_work import LongWork, Made, WorkState
from bot.ports import Store
from bot.work.console_login import Runs

KEPT = timedelta(hours=1)
BEAT = 1.0  # seconds between two signs of life
BROKEN_OFF = "没有做完，已停止。请返回后再试一次；仍不行，请联系系统管理员。"

log = logging.getLogger(__name__)


class WorkFailed(Exception):
    """The work cannot be done; the message says why, and what to do next."""


@dataclass(slots=True)
class Progress:
    """How far a work is. May be written from any thread. `counted` says how much is done, where it is known."""

    step: str = "正在准备"
    total: int = 0
    counted: Callable[[], int] = field(default=lambda: 0)

    def at(self, step: str, done: int = 0, total: int = 0) -> None:
        """The step that begins, and its place among all."""
        self.step, self.counted, self.total = step, lambda: done, total


Brought = Made | str
"""What came of a work: a file, or the sentence that says what was done."""
Task = asyncio.Task[Brought]


class LongWorks:
    """Watches works. `now` is the machine's clock; `close` ends what still runs."""

    def __init__(self, run: Runs, now: Callable[[], datetime]) -> None:
        self._run = run
        self._now = now
        self._watched: set[asyncio.Task[None]] = set()

    def work(
        self, id: str, kind: str, person: int, title: str, back: str, kept: timedelta = KEPT
    ) -> LongWork:
        """A work that begins now."""
        now = self._now()
        running = WorkState.RUNNING
        return LongWork(id, kind, person, title, back, running, "正在准备", 0, 0, "", now, now, now + kept)

    def watch(self, work: LongWork, progress: Progress, made: Coroutine[Any, Any, Brought] | Task) -> None:
        """See a work that is on record to its end."""
        task = made if isinstance(made, asyncio.Task) else asyncio.create_task(made)
        watching = asyncio.create_task(self._watch(work, progress, task))
        self._watched.add(watching)
        watching.add_done_callback(self._watched.discard)

    async def close(self) -> None:
        """Break off what still runs, and say so."""
        for task in tuple(self._watched):
            task.cancel()
        await asyncio.gather(*self._watched, return_exceptions=True)

    async def _watch(self, work: LongWork, progress: Progress, task: Task) -> None:
        try:
            while not (await asyncio.wait([task], timeout=BEAT))[0]:
                await self._run(lambda store: self._beat(store, work.id, progress))
            made = task.result()
        except asyncio.CancelledError:
            task.cancel()
            await self._end(work, WorkState.FAILED, BROKEN_OFF)
            raise
        except WorkFailed as why:
            await self._end(work, WorkState.FAILED, str(why))
        except Exception:
            log.exception("a work that takes long failed: %s", work.kind)
            await self._end(work, WorkState.FAILED, BROKEN_OFF)
        else:
            said = made if isinstance(made, str) else ""
            await self._end(work, WorkState.DONE, said, None if isinstance(made, str) else made)

    def _beat(self, store: Store, work: str, progress: Progress) -> None:
        store.beat_work(work, progress.step, progress.counted(), progress.total, self._now())

    async def _end(self, work: LongWork, state: WorkState, said: str, made: Made | None = None) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self._run(lambda store: store.end_work(work.id, state, said, made, self._now()))
