"""What happens to a mail: kept raw, read in a process of its own, its files inspected, decided in one transaction.

Every step can be cut off and taken again: a raw file without a row is fetched again, a row without a decision
is taken up at the next start, a decision is made once. A mail that cannot be read is tried three times, after
the others, and then laid aside for a person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.model.mail import (
    Arrival,
    Inspection,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Settled,
)
from bot.ports import FileStore, StorageUnavailable, Store, Writer
from bot.work.alarms import Alarms
from bot.work.mail_acts import OpenedMail
from bot.work.mailbox import Mailbox
from bot.work.open_mail import MailOpener
from bot.work.poll_mail import Poller
from bot.work.workers import WorkerFailed

T = TypeVar("T")

Settle = Callable[[Store, MailRecord, ParsedMail, Sequence[Inspection | None]], Settled]
"""Decides about a mail and writes it all down, within the caller's transaction. An inspection or None per part."""

ATTEMPTS = 3
AGAIN = 5.0  # seconds until what failed, in the database or in a mail, is tried again
IDLE = 60.0  # seconds between two looks where nothing calls for one
BATCH = 50

_FINAL = frozenset({MailOutcome.FILED, MailOutcome.DUPLICATE})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail with what was read of it and decided about it."""

    mail: int
    parsed: ParsedMail
    settled: Settled


@dataclass(slots=True)
class MailDesk:
    """The intake of one deployment.

    `now` is the campaign clock, `machine_now` the machine's. `done` is called when something was decided:
    an answer may wait in the outbox.
    """

    writer: Writer
    files: FileStore
    opener: MailOpener
    settle: Settle
    alarms: Alarms
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    done: Callable[[], None] = lambda: None
    poller: Poller | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def watch(self, box: Mailbox, poll_seconds: float) -> None:
        """Take mail from this mailbox once `run` runs."""
        self.poller = Poller(
            box,
            self.files,
            self.writer,
            self.alarms,
            self.keep,
            self.now,
            self.machine_now,
            poll_seconds,
        )

    # life

    async def run(self) -> None:
        """Take mail in and decide about it until `stop`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._decide())
            if self.poller is not None:
                tasks.create_task(self.poller.run())

    def stop(self) -> None:
        """End `run` after the mail in hand; one that is being fetched is given up."""
        self._stopping = True
        self._wake.set()
        if self.poller is not None:
            self.poller.stop()

    @property
    def last_read_at(self) -> datetime | None:
        """When the mailbox was last read completely, by the machine's clock."""
        return self.poller.last_read_at if self.poller else None

    @property
    def trouble(self) -> str:
        """Why the mailbox cannot be read, for staff; "" if it can."""
        return self.poller.trouble if self.poller else ""

    async def _decide(self) -> None:
        while not self._stopping:
            self._wake.clear()
            pause = IDLE
            try:
                if not await self.work():
                    pause = AGAIN
            except StorageUnavailable:
                log.warning("mail: the database does not answer")
                pause = AGAIN
            except Exception:
                log.exception("mail: a pass failed")
                pause = AGAIN
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    # keeping

    async def keep(self, path: Path, arrival: Arrival) -> int:
        """Record a raw message, whose file is taken over: the mail's id. It is safe when this returns."""
        mail, _ = await self.put_on_record(path, arrival)
        self._wake.set()
        return mail

    async def put_on_record(self, path: Path, arrival: Arrival) -> tuple[int, bool]:
        """`keep`, also saying whether the bytes are new."""
        await asyncio.to_thread(self.files.take, path, arrival.sha256)
        return await self.writer.run(lambda store: store.keep_mail(arrival))

    # deciding

    async def work(self) -> bool:
        """Decide about all open mail, oldest first; whether none is left.

        A mail that fails comes after all others the next time, and after three times no more.
        """
        tried: set[int] = set()
        failed = False
        while not self._stopping:
            records = await self.writer.run(lambda store: store.open_mail(BATCH + len(tried)))
            waiting = sorted(
                (each for each in records if each.id not in tried), key=lambda each: each.attempts
            )
            if not waiting:
                return not failed
            for record in waiting:
                if self._stopping:
                    break
                tried.add(record.id)
                failed = await self.attempt(record) is None or failed
        return True

    async def replay(self, mail: int) -> Decided:
        """Read and decide about a mail once more.

        LookupError if there is none, ValueError if it is filed already, `WorkerFailed` if it cannot be read.
        """
        record = await self.writer.run(lambda store: store.mail(mail))
        if record is None:
            raise LookupError(f"没有编号为 {mail} 的邮件")
        if record.outcome in _FINAL:
            raise ValueError(f"邮件 {mail} 已经归档，不能重新处理")
        decided = await self._process(record, again=True)
        now = self.machine_now()
        await self.writer.run(lambda store: store.close_alarms(f"intake:unreadable:{mail}", now))
        return decided

    async def decide_again(self, mail: int, decide: Callable[[Store, OpenedMail], T]) -> T:
        """Read a mail on record once more and let a person's decision about it be carried out.

        `decide` runs in one transaction: `attach_mail` or `replay_mail` of `bot.work.mail_acts`. LookupError if there
        is no such mail, `WorkerFailed` if it cannot be read, and whatever `decide` raises.
        """
        record = await self.writer.run(lambda store: store.mail(mail))
        if record is None:
            raise LookupError(f"没有编号为 {mail} 的邮件")
        raw, size = await asyncio.to_thread(self._raw, record)
        if size < record.size:
            raise WorkerFailed("too_large", "only the header was fetched")
        parsed = await self.opener.read(raw)
        inspections = await self.opener.inspect(parsed.parts)
        opened = OpenedMail(record, parsed, tuple(inspections))
        decided = await self.writer.run(lambda store: decide(store, opened), lock="mail")
        self.done()
        return decided

    async def attempt(self, record: MailRecord) -> Decided | None:
        """Decide about a mail; None if that failed and it will be tried again."""
        try:
            return await self._process(record)
        except StorageUnavailable:
            raise
        except OSError:
            raise  # the disk, not the mail
        except WorkerFailed as failure:
            reason, detail = failure.reason, failure.detail
        except Exception as error:
            log.exception("mail %d: the decision failed", record.id)
            reason, detail = "error", type(error).__name__
        if self._stopping:
            return None
        return await self._failed(record, reason, detail)

    async def _failed(self, record: MailRecord, reason: str, detail: str) -> Decided | None:
        error = f"{reason} {detail}".strip()
        times = await self.writer.run(lambda store: store.count_attempt(record.id, error))
        log.warning("mail %d: attempt %d failed: %s", record.id, times, error)
        if times < ATTEMPTS:
            return None
        return await self._lay_aside(record, ParsedMail(), reason)

    async def _lay_aside(self, record: MailRecord, parsed: ParsedMail, reason: str) -> Decided:
        """For a person: kept, not answered, not tried again by itself."""
        settled = Settled(MailOutcome.UNREADABLE, reason)
        await self.writer.run(lambda store: store.settle_mail(record.id, parsed, settled))
        text = (
            f"邮件{record.id}无法读取（{_WHY[reason]}），原件已保存，没有答复发件人，请人工查看。"
            "请在工作台“邮件”中下载原件查看，或选择“按规则重新处理”。"
        )
        await self.alarms.raise_alarm(f"intake:unreadable:{record.id}", text)
        return Decided(record.id, parsed, settled)

    async def _process(self, record: MailRecord, again: bool = False) -> Decided:
        raw, size = await asyncio.to_thread(self._raw, record)
        parsed = await self.opener.read(raw)
        if size < record.size:  # only the header was fetched
            return await self._lay_aside(record, parsed, "too_large")
        inspections = await self.opener.inspect(parsed.parts)

        def settle(store: Store) -> Settled | None:
            current = store.mail(record.id)
            if current is None or (current.outcome is not MailOutcome.NEW and not again):
                return None  # another process was faster
            return self.settle(store, current, parsed, inspections)

        settled = await self.writer.run(settle, lock="mail")
        if settled is None:
            return Decided(record.id, parsed, Settled(MailOutcome.DUPLICATE, "decided_elsewhere"))
        if record.junk and settled.outcome is MailOutcome.FILED and self.poller is not None:
            self.poller.rescue(record.id)
        log.info("mail %d: %s %s", record.id, settled.outcome, settled.reason)
        self.done()
        return Decided(record.id, parsed, settled)

    def _raw(self, record: MailRecord) -> tuple[Path, int]:
        path = self.files.path(record.sha256)
        return path, path.stat().st_size


_WHY = {
    "timeout": "读取超时",
    "memory": "占用内存过多",
    "crashed": "读取程序中断",
    "error": "读取出错",
    "too_large": "邮件过大，只取了邮件头",
}
