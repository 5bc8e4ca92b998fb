"""The one writer: a thread that runs what is waiting, many use cases under one commit.

Each use case has its own savepoint, so one that raises is undone alone. Callers are answered after the
commit, so a yes is durable. On PostgreSQL a batch first takes the advisory locks of its conversations,
all it can get without waiting and in sorted order; a use case whose lock is elsewhere waits for the next.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select

from bot.ports import StorageUnavailable, Store
from storage.database import Database
from storage.failures import Failure, kind
from storage.session import Session, Statement

T = TypeVar("T")

BATCH = 64
RETRIES = 5
LOCK_PATIENCE = 30.0  # seconds to wait for a conversation that another process holds
BACK_OFF = 0.005  # seconds between two looks at a lock that is held elsewhere

_TRY_LOCK = Statement(select(func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("lock"), 0))))


@dataclass(slots=True, eq=False)
class Job:
    """A use case that waits, and where its outcome goes."""

    use_case: Callable[[Store], Any]
    lock: str
    future: asyncio.Future[Any] | Future[Any]
    loop: asyncio.AbstractEventLoop | None
    since: float = field(default_factory=time.monotonic)
    tries: int = 0
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell the caller, if still there. In the loop of an asyncio future only."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class ThreadWriter:
    """`bot.ports.Writer`. A use case goes on to its commit even if its caller has been cancelled."""

    def __init__(self, database: Database) -> None:
        self.commits = 0
        self.failing = False  # nothing could be written the last time it was tried
        self._database = database
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._elsewhere: list[Job] = []  # their locks are held by another process
        self._again: deque[Job] = deque()  # clashed; each runs in a batch of its own
        self._session: Session | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._door = threading.Lock()
        self._open = False
        self._stopping = False

    def start(self) -> None:
        """Begin to work. A writer starts once."""
        self._thread.start()
        self._open = True

    def stop(self) -> None:
        """Finish what waits, then end. Blocks; later calls of `run` raise `StorageUnavailable`."""
        with self._door:
            if not self._open:
                return
            self._open = False
            self._queue.put(None)
        self._thread.join()

    async def run(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._submit(Job(use_case, lock, future, loop))
        return await future

    def run_blocking(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        """The same without an event loop, for the command line."""
        future: Future[T] = Future()
        self._submit(Job(use_case, lock, future, None))
        return future.result()

    def _submit(self, job: Job) -> None:
        with self._door:
            if not self._open:
                raise StorageUnavailable("the writer is not running")
            self._queue.put(job)

    def _work(self) -> None:
        while batch := self._take():
            self._run_batch(batch)
        if self._session is not None:
            self._session.close()

    def _take(self) -> list[Job]:
        """What to run next, waiting for it; nothing when all is done and the writer shall stop."""
        if self._again:
            return [self._again.popleft()]
        batch, self._elsewhere = self._elsewhere, []
        try:
            if self._stopping:
                if batch:
                    time.sleep(BACK_OFF)
                return batch
            self._admit(batch, self._queue.get(timeout=BACK_OFF if batch else None))
            while len(batch) < BATCH and not self._stopping:
                self._admit(batch, self._queue.get_nowait())
        except Empty:
            pass
        return batch

    def _admit(self, batch: list[Job], job: Job | None) -> None:
        if job is None:
            self._stopping = True
        else:
            batch.append(job)

    def _run_batch(self, batch: list[Job]) -> None:
        try:
            session = self._session = self._session or Session(self._database.dialect)
            session.begin()
            ran = self._run_all(session, self._locked(session, batch))
            session.commit()
            self.commits += 1
            self.failing = False
        except Exception as error:
            self._fail(batch, error)
            return
        _answer(ran)

    def _locked(self, session: Session, batch: list[Job]) -> list[Job]:
        """The jobs whose locks are ours now; the others are put aside."""
        if not session.is_postgres:
            return batch  # BEGIN IMMEDIATE is the lock
        missed = {
            lock
            for lock in sorted({job.lock for job in batch if job.lock})
            if session.row(_TRY_LOCK, {"lock": lock}) != (True,)
        }
        if not missed:
            return batch
        self._elsewhere += [job for job in batch if job.lock in missed]
        return [job for job in batch if job.lock not in missed]

    def _run_all(self, session: Session, jobs: Sequence[Job]) -> list[Job]:
        """Those that have an outcome. One that clashed holds back the later ones of its conversation."""
        ran: list[Job] = []
        held_back: set[str] = set()
        for job in jobs:
            if job.lock in held_back or not self._run_one(session, job):
                self._again.append(job)
                if job.lock:
                    held_back.add(job.lock)
            else:
                ran.append(job)
        late = [job for job in self._elsewhere if time.monotonic() - job.since > LOCK_PATIENCE]
        for job in late:
            self._elsewhere.remove(job)
            job.error = StorageUnavailable("another process holds this conversation")
        return ran + late

    def _run_one(self, session: Session, job: Job) -> bool:
        """Whether there is an outcome, or else it is to run again. Raises if the session is lost."""
        session.command("SAVEPOINT use_case")
        try:
            job.result = job.use_case(self._database.store(session))
            session.command("RELEASE SAVEPOINT use_case")
            return True
        except BaseException as error:
            failure = kind(error)
            if failure is Failure.UNAVAILABLE:
                raise
            session.command("ROLLBACK TO SAVEPOINT use_case")
            session.command("RELEASE SAVEPOINT use_case")
            if failure is Failure.OWN:
                job.error = error
                return True
        job.tries += 1
        if job.tries > RETRIES:
            job.error = StorageUnavailable("too many clashes with other processes")
        return job.error is not None

    def _fail(self, batch: list[Job], error: Exception) -> None:
        """Nothing of the batch is committed, whatever its use cases returned. The next starts afresh."""
        self.failing = True
        if self._session is not None:
            self._session.discard()
            self._session = None
        self._elsewhere = [job for job in self._elsewhere if job not in batch]
        self._again = deque(job for job in self._again if job not in batch)
        for job in batch:
            job.error = StorageUnavailable(f"nothing could be written: {error}")
            job.error.__cause__ = error
        _answer(batch)


def _answer(jobs: Sequence[Job]) -> None:
    """Wake every event loop once, for all of its jobs."""
    loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.settle()
        else:
            loops.setdefault(job.loop, []).append(job)
    for loop, waiting in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle_all, waiting)


def _settle_all(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.settle()
