"""Files that mails only link to, fetched in the background where the office has switched that on.

What was tried is on record before it is tried: a stop in between neither repeats a link without end nor forgets
it. Whatever fails leaves everything as the receipt said it: the file is not here. Three tries, then staff know.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.mail.wording import Wording, shown
from bot.model.linked_mail import FAILED, FETCHED, LinkedMail, fetch_alarm, link_alarm, link_key
from bot.model.mail import Inspection, Link, Part
from bot.ports import StorageUnavailable, Store, Writer
from bot.work.alarms import Alarms
from bot.work.link_source import Failure, LinkFailed, LinkSource
from bot.work.open_mail import MailOpener
from bot.work.workers import WorkerFailed

LARGEST = 2 << 30  # bytes of one file
SPARE = 1 << 30  # bytes of the disk that stay free
PAUSES = (timedelta(minutes=15), timedelta(hours=3))  # before the second and the third try
LEASE = timedelta(minutes=45)  # longer than a try can take
REST = 30.0  # seconds between two looks
UNPACK_SECONDS = 300.0
PAGE = 50

_TEXTS = frozenset({"html", "xml", "txt", "eml"})
_NO_NAME = "未命名文件"

Register = Callable[[Store, LinkedMail, Link, Sequence[Part], Sequence[Inspection | None]], None]
"""Puts a fetched file, and what is in it, on record and tells of it, within the caller's transaction."""
Split = Callable[[str, str, str, int], Sequence[Part]]
"""Folder, name, SHA-256 and size of a file that lies there: itself first, then what is in it; run by a worker."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A link whose turn it is. `tries`: how often it was tried before; `state` how that is on record."""

    mail: LinkedMail
    link: Link
    tries: int
    state: str

    @property
    def key(self) -> str:
        """Of the setting that remembers what was tried."""
        return link_key(self.mail.record.id, self.link)


@dataclass(slots=True)
class LinkDesk:
    """Fetches one link after the other; `run` until `stop`.

    `folder` is on the stored files' disk; `now` is the machine's clock, which the providers' expiries go by.
    `done` is called when something was registered: a mail may wait in the outbox.
    """

    writer: Writer
    opener: MailOpener
    alarms: Alarms
    source: LinkSource
    split: Split
    register: Register
    wording: Wording
    folder: Path
    now: Callable[[], datetime]
    done: Callable[[], None] = lambda: None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def stop(self) -> None:
        """End `run` after the link under way; cancelled in the middle, it is tried again at the next start."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Look for links to fetch, again and again, and let the connections go in the end."""
        try:
            while not self._stopping:
                busy = await self._look_safely()
                if not busy and not self._stopping:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), REST)
        finally:
            await self.source.close()

    async def _look_safely(self) -> bool:
        try:
            return await self.look()
        except StorageUnavailable:
            log.warning("links: the database does not answer")
        except Exception:
            log.exception("links: a link could not be dealt with")
        return False

    async def look(self) -> bool:
        """Deal with one link; False if the turn of none has come."""
        due = await self._next()
        if due is None:
            return False
        failure = self._hopeless(due)
        if failure is None:
            failure = await self._attempt(due)
        if failure is not None:
            await self._failed(due, failure)
        return True

    # whose turn it is

    async def _next(self) -> Due | None:
        after = 0
        while True:
            page = await self.writer.run(partial(self._page, after=after))
            if isinstance(page, Due) or page is None:
                return page
            after = page

    def _page(self, store: Store, after: int) -> Due | int | None:
        """The first link due on a page of mails; else the page's end, None if that is the end of all."""
        now = self.now()
        mails = store.linked_mail(after, PAGE)
        for mail in mails:
            links = {link.url: link for link in mail.links if self.source.knows(link)}
            states = {link: store.setting(link_key(mail.record.id, link)) or "" for link in links.values()}
            if all(state in (FETCHED, FAILED) for state in states.values()):
                store.close_links(mail.record.id)
            for link, state in states.items():
                tries, at = _read(state)
                if state not in (FETCHED, FAILED) and (at is None or at <= now):
                    return Due(mail, link, tries, state)
        return mails[-1].record.id if len(mails) == PAGE else None

    def _hopeless(self, due: Due) -> Failure | None:
        """Why a try would be in vain. A third one that left no result was cut off."""
        if due.link.expires_at is not None and due.link.expires_at <= self.now():
            return Failure.EXPIRED
        return Failure.INTERRUPTED if due.tries > len(PAUSES) else None

    # one try

    async def _attempt(self, due: Due) -> Failure | None:
        if not await self._claim(due):
            return None
        folder = self.folder / hashlib.sha256(due.key.encode()).hexdigest()[:32]
        try:
            await self._fetch(due, folder)
        except LinkFailed as failed:
            return failed.failure
        except OSError as error:
            log.warning("links: a linked file could not be kept: %s", type(error).__name__)
            return Failure.NO_SPACE
        except asyncio.CancelledError:
            # not the link's fault: it is due again at once
            await asyncio.shield(self._write_down(due, due.state))
            raise
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return None

    async def _claim(self, due: Due) -> bool:
        """Count the try before it is made; False if another process took the link meanwhile."""
        tried = f"{due.tries + 1} {(self.now() + LEASE).isoformat()}"

        def claim(store: Store) -> bool:
            if (store.setting(due.key) or "") != due.state:
                return False
            store.set_setting(due.key, tried)
            return True

        return await self.writer.run(claim, lock="links")

    async def _fetch(self, due: Due, folder: Path) -> None:
        room = await asyncio.to_thread(_room, folder)
        at_most = min(LARGEST, room)
        if at_most <= 0:
            raise LinkFailed(Failure.NO_SPACE)
        unfinished = folder / "unfinished"
        try:
            fetched = await self.source.fetch(due.link, unfinished, at_most)
        except LinkFailed as failed:
            if failed.failure is Failure.TOO_LARGE and at_most < LARGEST:
                raise LinkFailed(Failure.NO_SPACE) from None
            raise
        await asyncio.to_thread(unfinished.replace, folder / fetched.sha256)
        name = _display_name(fetched.name or due.link.name)
        parts = await self._parts(folder, name, fetched.sha256, fetched.size)
        await asyncio.to_thread(self._take, folder, parts)
        seen = await self.opener.inspect(parts)

        def settle(store: Store) -> None:
            self.register(store, due.mail, due.link, parts, seen)
            store.set_setting(due.key, FETCHED)
            self._close_alarms(store, due)

        await self.writer.run(settle, lock="mail")
        log.info("links: a file of mail %d was fetched", due.mail.record.id)
        self.done()

    def _close_alarms(self, store: Store, due: Due) -> None:
        """This link is here; once all of its mail are, nothing of the mail is missing any more."""
        mail, now = due.mail, self.now()
        store.close_alarms(fetch_alarm(mail.record.id, due.link), now)
        keys = {link_key(mail.record.id, link) for link in mail.links}
        application = store.application(mail.record.application or "")
        if application is not None and all(store.setting(key) == FETCHED for key in keys):
            store.close_alarms(link_alarm(application.number, mail.record.id), now)

    async def _parts(self, folder: Path, name: str, sha256: str, size: int) -> Sequence[Part]:
        try:
            parts = await self.opener.workers.run(
                self.split, str(folder), name, sha256, size, seconds=UNPACK_SECONDS
            )
        except WorkerFailed:
            parts = (Part(name, (), size, sha256, "unknown"),)  # kept as it is
        if parts[0].type in _TEXTS or not size:
            raise LinkFailed(Failure.NOT_A_FILE)
        return [replace(parts[0], name=name), *parts[1:]]

    def _take(self, folder: Path, parts: Sequence[Part]) -> None:
        for sha256 in dict.fromkeys(part.sha256 for part in parts):
            found = folder / sha256
            if found.is_file():
                self.opener.files.take(found, sha256)

    # what went wrong

    async def _failed(self, due: Due, failure: Failure) -> None:
        tries = due.tries + 1
        again = self.now() + PAUSES[tries - 1] if tries <= len(PAUSES) else None
        expires = due.link.expires_at
        lasting = failure in (Failure.EXPIRED, Failure.TOO_LARGE)
        log.warning("links: a link of mail %d failed: %s", due.mail.record.id, failure)
        if again is not None and not lasting and (expires is None or again < expires):
            await self._write_down(due, f"{tries} {again.isoformat()}")
            return
        kind = fetch_alarm(due.mail.record.id, due.link)
        await self.alarms.raise_alarm(kind, await self._alarm(due, failure))
        await self._write_down(due, FAILED)

    async def _alarm(self, due: Due, failure: Failure) -> str:
        application = due.mail.record.application or ""
        found = await self.writer.run(lambda store: store.application(application))
        return self.wording.phrase(
            "alarm_link_failed",
            mail=due.mail.record.id,
            number=found.number if found else "",
            host=due.link.host,  # an alarm is logged as well: no names
            reason=self.wording.phrase(f"link_failed_{failure}"),
        )

    async def _write_down(self, due: Due, state: str) -> None:
        await self.writer.run(lambda store: store.set_setting(due.key, state))


def _read(state: str) -> tuple[int, datetime | None]:
    """How often a link was tried, and when it is due again (None: at once)."""
    tries, _, at = state.partition(" ")
    return (int(tries), datetime.fromisoformat(at)) if at else (0, None)


def _room(folder: Path) -> int:
    """Empty the folder of what an earlier try left, and say how large a file may be: an archive needs twice that."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return (shutil.disk_usage(folder).free - SPARE) // 2


def _display_name(name: str) -> str:
    """The name as it is shown; stored paths never derive from it."""
    return shown(name.replace("\\", "/").rpartition("/")[2], 200) or _NO_NAME
