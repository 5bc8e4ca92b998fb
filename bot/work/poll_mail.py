"""Looks into the mailbox: what is not on record is fetched, oldest first, and kept before it is flagged.

What is on record is known by its place (account, folder, UIDVALIDITY, UID). Places are not believed blindly:
some servers give UIDs out anew without saying so. So after every new connection the newest message on record
is checked, and a UID that turns up although it was not there before is fetched whatever the record says; the
same bytes again are the earlier record anyway.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.model.mail import Arrival
from bot.ports import FileStore, StorageUnavailable, Writer
from bot.work.alarms import Alarms
from bot.work.mailbox import (
    Folder,
    FolderTrouble,
    Found,
    Mailbox,
    MailboxTrouble,
    MessageTrouble,
    Opened,
    Trouble,
)

BLIND = timedelta(minutes=15)
"""After so long without a look into the mailbox the office is told."""
KEEP_OFF = 900.0  # seconds to stay away after a refused login: knocking again soon gets the address blocked
REST = 60.0  # seconds until a message that could not be fetched is tried again; doubled each time
LONGEST_REST = 3600.0
TOLD_AFTER = 3  # failures to fetch a message until the office is told
SHOWN = timedelta(days=31)
COMPARED = 1 << 20  # bytes up to which a message is compared by its content, not by size and time of arrival

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Memory:
    """What this process knows of a folder."""

    uid_validity: int
    present: set[int] = field(default_factory=set)  # at the last look
    missing: set[int] = field(default_factory=set)  # there, and not yet kept
    stamps: dict[int, tuple[int, datetime | None]] = field(default_factory=dict)  # size, arrival of kept ones


@dataclass(slots=True)
class _Rest:
    times: int = 0
    until: float = 0.0  # on the monotonic clock


@dataclass(slots=True)
class Poller:
    """One mailbox. `keep` takes a fetched file and gives the mail's id once it is safe (None: not our doing).

    `now` is the campaign clock, `machine_now` the machine's, which the server's times are compared with.
    """

    box: Mailbox
    files: FileStore
    writer: Writer
    alarms: Alarms
    keep: Callable[[Path, Arrival], Awaitable[int]]
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    poll_seconds: float
    last_read_at: datetime | None = None  # machine's clock; the last complete look
    trouble: str = ""  # why the mailbox cannot be read; "" if it can
    _since: datetime | None = None  # of `run`
    _memories: dict[str, _Memory] = field(default_factory=dict)
    _rests: dict[tuple[str, int, int], _Rest] = field(default_factory=dict)
    _unflagged: list[Found] = field(default_factory=list)
    _junk: dict[int, Found] = field(default_factory=dict)  # by mail
    _rescues: list[Found] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    # life

    def stop(self) -> None:
        """End `run`. What is being fetched is given up; it is fetched again at the next start."""
        self._stopping = True
        self._wake.set()
        self.box.interrupt()

    async def run(self) -> None:
        """Look every `poll_seconds` until `stop`, sooner where the server tells of new mail."""
        self._since = self.machine_now()
        try:
            while not self._stopping:
                pause = await self._look_safely()
                await self._pause(pause)
        finally:
            await asyncio.to_thread(self.box.close)

    async def _pause(self, seconds: float) -> None:
        if self._stopping:
            return
        if not self.trouble:
            with suppress(MailboxTrouble):  # the next look says what is wrong
                if await asyncio.to_thread(self.box.wait, seconds):
                    return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _look_safely(self) -> float:
        """One look; how long to wait for the next. Nothing ends the intake."""
        try:
            await self.poll()
            await self._works()
        except MailboxTrouble as trouble:
            if not self._stopping:
                return await self._fails(trouble)
        except StorageUnavailable:
            log.warning("mailbox: the database does not answer")
        except OSError as error:
            log.error("mailbox: files cannot be written (%s)", type(error).__name__)
        except Exception:
            log.exception("mailbox: a look failed")
        with suppress(StorageUnavailable):
            await self._tell_if_blind()
        return self.poll_seconds

    async def _works(self) -> None:
        first = self.last_read_at is None
        self.last_read_at = self.machine_now()
        if first or self.trouble:  # an alarm may be open since before this process
            self.trouble = ""
            now = self.last_read_at
            await self.writer.run(lambda store: store.close_alarms("intake:server", now))

    async def _fails(self, trouble: MailboxTrouble) -> float:
        self.trouble = trouble.text
        log.warning("mailbox: %s", trouble.kind)
        refused = trouble.kind is not Trouble.UNREACHABLE
        with suppress(StorageUnavailable):
            if refused:
                await self.alarms.raise_alarm(f"intake:server:{trouble.kind}", trouble.text)
            else:
                await self._tell_if_blind()
        return max(KEEP_OFF, self.poll_seconds) if refused else self.poll_seconds

    async def _tell_if_blind(self) -> None:
        since = self.last_read_at or self._since
        if since is not None and self.machine_now() - since >= BLIND:
            why = self.trouble or "原因见日志。"
            await self.alarms.raise_alarm("intake:server:blind", f"已有15分钟以上收不到邮件：{why}")

    # one look

    async def poll(self) -> None:
        """Fetch and keep everything that is not on record. Raises `MailboxTrouble`, `StorageUnavailable`."""
        is_new = await asyncio.to_thread(self.box.connect)
        found: list[Found] = []
        for folder in await asyncio.to_thread(self.box.folders):
            try:
                found += await self._unknown(folder, is_new)
            except FolderTrouble as trouble:
                log.warning("mailbox: a folder cannot be opened: %s", trouble)
        never = datetime.min.replace(tzinfo=UTC)
        found.sort(key=lambda each: (each.arrived_at or never, each.uid))
        for each in found:
            if self._stopping:
                return
            await self._take(each)
        await self._catch_up()

    async def _unknown(self, folder: Folder, is_new: bool) -> list[Found]:
        """The messages of a folder that are to be fetched now."""
        memory = self._memories.get(folder.name)
        top = max(memory.present, default=0) if memory else 0
        opened = await asyncio.to_thread(self.box.open, folder, 1 if is_new else top + 1)
        fell = max(opened.uids, default=0) < top  # deleted, or numbered anew
        if memory is None or is_new or fell or opened.uid_validity != memory.uid_validity:
            if not is_new and top:
                opened = await asyncio.to_thread(self.box.open, folder, 1)
            memory = await self._take_stock(opened, memory)
        else:
            new = {uid for uid in opened.uids if uid > top}
            memory.present |= new
            memory.missing |= new
        due = [uid for uid in memory.missing if not self._rests_still(opened, uid)]
        described = await asyncio.to_thread(self.box.describe, opened, due)
        for uid in set(due) - {each.uid for each in described}:
            await self._rest(Found(folder, opened.uid_validity, uid, 0, None))
        return list(described)

    async def _take_stock(self, opened: Opened, earlier: _Memory | None) -> _Memory:
        """Compare a whole folder with the record."""
        name, validity = opened.folder.name, opened.uid_validity
        present = set(opened.uids)
        known = await self.writer.run(lambda store: store.places(self.box.account, name, validity))
        memory = _Memory(validity, present)
        self._memories[name] = memory
        if earlier is not None and earlier.uid_validity == validity:
            memory.stamps = earlier.stamps
            # not there before and yet on record: the number has been given to another message
            known -= present - earlier.present
        memory.missing = present - known
        newest = max(present & known, default=None)
        if newest is not None and not await self._is_the_same(opened, newest, memory):
            log.warning("mailbox: %s has been numbered anew, reading all of it", name)
            memory.missing = set(present)
            memory.stamps = {}
        if earlier is None:
            log.info("mailbox: %s holds %d messages, %d of them new", name, len(present), len(memory.missing))
            await self._hint(opened)
        return memory

    async def _hint(self, opened: Opened) -> None:
        """Some mailboxes show programs only what is younger than 30 days, unless a setting says otherwise."""
        if not opened.uids or opened.uids[0] == 1:
            return
        for oldest in await asyncio.to_thread(self.box.describe, opened, opened.uids[:1]):
            if oldest.arrived_at and self.machine_now() - oldest.arrived_at < SHOWN:
                name = opened.folder.name
                log.info("mailbox: %s shows no older mail; if there is some, choose 收取全部邮件", name)

    async def _is_the_same(self, opened: Opened, uid: int, memory: _Memory) -> bool:
        """Whether a UID on record still stands for a message on record. What cannot be read proves nothing."""
        described = await asyncio.to_thread(self.box.describe, opened, [uid])
        if not described:
            return True
        found = described[0]
        if found.size > COMPARED and memory.stamps.get(uid) == (found.size, found.arrived_at):
            return True
        folder = await asyncio.to_thread(self.files.folder)
        try:
            fetched = await asyncio.to_thread(self.box.fetch, found, folder / "message")
        except MessageTrouble:
            return True
        finally:
            await asyncio.to_thread(shutil.rmtree, folder)
        is_known = await self.writer.run(lambda store: store.has_mail(fetched.sha256))
        if is_known:
            memory.stamps[uid] = (found.size, found.arrived_at)
            self._unflagged.append(found)  # the last one before a crash was perhaps not flagged
        return is_known

    async def _take(self, found: Found) -> None:
        """Fetch, keep, flag: in this order, so that whatever is flagged is safe."""
        folder = await asyncio.to_thread(self.files.folder)
        path = folder / "message"
        try:
            fetched = await asyncio.to_thread(self.box.fetch, found, path)
            arrival = self._arrival(found, fetched.sha256, fetched.size)
            mail = await self.keep(path, arrival)
        except MessageTrouble as trouble:
            log.warning("mailbox: a message is left for later: %s", trouble)
            await self._rest(found)
            return
        except MailboxTrouble:
            if not self._stopping:
                await self._rest(found)  # it may be what breaks the line: the others go first next time
            raise
        finally:
            await asyncio.to_thread(shutil.rmtree, folder)
        memory = self._memories[found.folder.name]
        memory.missing.discard(found.uid)
        memory.stamps[found.uid] = (found.size, found.arrived_at)
        await self._recovered(found)
        if found.folder.junk:
            self._junk[mail] = found
        self._unflagged.append(found)
        await self._catch_up()

    def _arrival(self, found: Found, sha256: str, size: int) -> Arrival:
        now = self.now()
        ahead = now - self.machine_now()  # of the campaign clock
        # a server whose clock is fast must not make a mail late
        arrived = now if found.arrived_at is None else min(found.arrived_at + ahead, now)
        return Arrival(
            self.box.account,
            found.folder.name,
            found.uid_validity,
            found.uid,
            sha256,
            size,
            arrived.astimezone(UTC),
            now,
            found.folder.junk,
        )

    # flags and moves: a help for people who look into the mailbox; nothing depends on them

    def rescue(self, mail: int) -> None:
        """A mail turned out to be one of ours: out of the junk with it, at the next look."""
        found = self._junk.pop(mail, None)
        if found is not None:
            self._rescues.append(found)

    async def _catch_up(self) -> None:
        while self._unflagged:
            await self._try(partial(self.box.mark_read, self._unflagged[0]))
            self._unflagged.pop(0)
        while self._rescues:
            await self._try(partial(self.box.rescue, self._rescues[0]))
            self._rescues.pop(0)

    async def _try(self, change: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(change)
        except MessageTrouble as trouble:
            log.warning("mailbox: the server does not flag or move: %s", trouble)

    # messages that cannot be fetched

    def _rests_still(self, opened: Opened, uid: int) -> bool:
        rest = self._rests.get((opened.folder.name, opened.uid_validity, uid))
        return rest is not None and time.monotonic() < rest.until

    async def _rest(self, found: Found) -> None:
        rest = self._rests.setdefault((found.folder.name, found.uid_validity, found.uid), _Rest())
        rest.until = time.monotonic() + min(REST * 2**rest.times, LONGEST_REST)
        rest.times += 1
        if rest.times >= TOLD_AFTER:
            text = f"文件夹“{found.folder.name}”中有一封邮件（UID {found.uid}）多次取不下来，请在网页邮箱中查看。"
            await self.alarms.raise_alarm("intake:message", text)

    async def _recovered(self, found: Found) -> None:
        rest = self._rests.pop((found.folder.name, found.uid_validity, found.uid), None)
        if rest is not None and not self._rests:
            now = self.machine_now()
            await self.writer.run(lambda store: store.close_alarms("intake:message", now))
