"""Files that come from an applicant's page, piece by piece, until they are whole and registered.

The bytes grow in a file of the uploads' folder; the row says how many of them count. What a crash left
beyond that is cut off when the upload goes on.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bot.documents.file_type import FileType, file_type
from bot.documents.inspect_file import inspect
from bot.model.mail import FileKind, FileState, Inspection, Part, Upload
from bot.ports import FileStore, Store, Writer
from bot.work.workers import WorkerFailed, Workers
from config.campaign import Campaign

LARGEST = 2 << 30  # bytes of one file
MOST_OPEN = 3  # unfinished uploads of one person at once
LIFE = timedelta(days=7)
MOST_BYTES = 5 * LARGEST  # of one person within that time
STEP = 8 << 20  # bytes after which what has arrived is written down
SPARE = 1 << 30  # bytes of the disk that stay free
QUIET = 30.0  # seconds without a byte after which a line is dead, and the upload may go on over another

_EVER = datetime.min.replace(tzinfo=UTC)
_GONE = (404, "没有这个上传，可能已过期，请重新选择文件上传。")
_FULL = (507, "服务器空间不足，请致电市办公室，或稍后再试。")

log = logging.getLogger(__name__)


class UploadRefused(Exception):
    """An upload that cannot begin or go on; `status` as HTTP has it, `message` for the person."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


Register = Callable[[Store, Upload, Part, Inspection | None], str]
"""Puts a whole file on record within a use case; what to tell the person."""


@dataclass(slots=True)
class UploadDesk:
    """Takes uploads in. `now` is the machine's clock."""

    writer: Writer
    files: FileStore
    workers: Workers
    folder: Path
    campaign: Campaign
    register: Register
    now: Callable[[], datetime]
    new_id: Callable[[], str]  # 32 random hex digits
    _busy: set[str] = field(default_factory=set)
    _finishing: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def open(self, application: str, person: int, name: str, size: int) -> Upload:
        """Begin an upload of `size` bytes; `UploadRefused` if it cannot be taken."""
        if self.campaign.keep_until is not None:
            phone = self.campaign.contact.phone
            raise UploadRefused(409, self.campaign.phrases["archive_said"].format(phone=phone))
        if size <= 0:
            raise UploadRefused(400, "文件是空的（0字节），请检查后重新选择。")
        if size > LARGEST:
            raise UploadRefused(413, "文件超过2GB，请压缩其中的视频后再上传。")
        await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < size + SPARE:
            raise UploadRefused(*_FULL)
        now = self.now()
        upload = Upload(self.new_id(), application, person, _display_name(name), size, 0, now + LIFE)

        def begin(store: Store) -> None:
            known = store.uploads(application, person, now)
            opened = [one for one in known if one.offset < one.size]
            given_up = opened[: max(0, len(opened) - MOST_OPEN + 1)]  # the person began others since
            if sum(one.size for one in known if one not in given_up) + size > MOST_BYTES:
                raise UploadRefused(413, "近7天上传的文件已超过10GB，请过几天再传，或用U盘送交。")
            for old in given_up:
                store.drop_upload(old.id)
            store.add_upload(upload)

        await self.writer.run(begin)
        return upload

    async def find(self, application: str, person: int, upload: str) -> Upload | None:
        """An upload of this person for this application, with what has arrived of it."""
        now = self.now()
        found = await self.writer.run(lambda store: store.upload(upload, now))
        return found if found and (found.application, found.person) == (application, person) else None

    async def take(self, upload: Upload, offset: int, chunks: AsyncIterator[bytes]) -> Upload:
        """Append `chunks` at `offset`; as far as they came, even if the line drops in between."""
        if upload.id in self._busy:
            raise UploadRefused(423, "这个文件正在上传，请稍候。")
        self._busy.add(upload.id)
        try:
            # as of now: another request may have gone on with it since it was looked up
            current = await self.find(upload.application, upload.person, upload.id)
            if current is None:
                raise UploadRefused(*_GONE)
            if offset != current.offset:
                raise UploadRefused(409, "上传位置不一致，请继续上传。")
            return current if offset == current.size else await self._take(current, chunks)
        finally:
            self._busy.discard(upload.id)

    async def _take(self, upload: Upload, chunks: AsyncIterator[bytes]) -> Upload:
        file = await asyncio.to_thread(_open_at, self._path(upload), upload.offset)
        arrived = written_down = upload.offset
        try:
            async for chunk in _alive(chunks):
                if arrived + len(chunk) > upload.size:
                    raise UploadRefused(413, "收到的内容比文件长，请重新上传。")
                await asyncio.to_thread(file.write, chunk)
                arrived += len(chunk)
                if arrived - written_down >= STEP:
                    await self._write_down(upload, file, arrived)
                    written_down = arrived
        finally:
            try:
                if arrived > written_down:
                    await asyncio.shield(self._write_down(upload, file, arrived))
            finally:
                await asyncio.to_thread(file.close)
        upload = replace(upload, offset=arrived)
        if arrived == upload.size:
            self.finish(upload)
        return upload

    async def _write_down(self, upload: Upload, file: BinaryIO, arrived: int) -> None:
        await asyncio.to_thread(_to_disk, file)
        try:
            await self.writer.run(lambda store: store.advance_upload(upload.id, arrived))
        except KeyError:  # given up, or purged, in the meantime
            raise UploadRefused(*_GONE) from None
        if shutil.disk_usage(self.folder).free < SPARE:
            raise UploadRefused(*_FULL)

    async def drop(self, upload: Upload) -> None:
        """Give an unfinished upload up."""
        if upload.id in self._busy or upload.offset == upload.size:
            raise UploadRefused(423, "这个文件正在处理，不能取消。")
        await self.writer.run(lambda store: store.drop_upload(upload.id))
        await asyncio.to_thread(self._path(upload).unlink, missing_ok=True)

    def finish(self, upload: Upload) -> None:
        """Register a whole file in the background, once."""
        task = self._finishing.get(upload.id)
        if task is None or task.done():
            task = asyncio.create_task(self._finish_safely(upload))
            self._finishing[upload.id] = task
            task.add_done_callback(lambda _: self._finishing.pop(upload.id, None))

    async def sweep(self) -> None:
        """Finish what a stop left whole but unregistered; forget what expired, and bytes that nobody misses."""
        for upload in await self.writer.run(lambda store: store.complete_uploads()):
            self.finish(upload)
        now = self.now()
        for expired in await self.writer.run(lambda store: store.expired_uploads(now)):
            if expired not in self._busy:
                await self.writer.run(partial(_forget, expired))
        await self._clear()

    async def _clear(self) -> None:
        """Remove the bytes of uploads that were given up, purged or registered."""
        left = await asyncio.to_thread(lambda: list(self.folder.glob("*")))

        def unneeded(store: Store) -> list[Path]:
            known = {path: store.upload(path.stem, _EVER) for path in left}
            return [path for path, upload in known.items() if upload is None or upload.sha256]

        for path in await self.writer.run(unneeded) if left else ():
            if path.stem not in self._finishing:
                await asyncio.to_thread(path.unlink, missing_ok=True)

    async def close(self) -> None:
        """Wait for what is being registered."""
        await asyncio.gather(*self._finishing.values(), return_exceptions=True)

    async def _finish_safely(self, upload: Upload) -> None:
        try:
            await self._finish(upload)
        except Exception:
            log.exception("an upload could not be registered; it is tried again")

    async def _finish(self, upload: Upload) -> None:
        path = self._path(upload)
        sha256 = await asyncio.to_thread(_hash, path)
        found = await self._type(path, upload.name)
        part = Part(upload.name, (), upload.size, sha256, found.type, found.problem)
        inspection = await self._inspect(path, part)
        await asyncio.to_thread(self._keep, path, sha256)

        def settle(store: Store) -> None:
            told = self.register(store, upload, part, inspection)
            store.advance_upload(upload.id, upload.size, sha256, told)

        await self.writer.run(settle)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    def _keep(self, path: Path, sha256: str) -> None:
        """Into the file store under a second name: should a crash follow, the upload is still whole."""
        second = path.with_suffix(".kept")
        second.unlink(missing_ok=True)
        os.link(path, second)
        self.files.take(second, sha256)

    async def _type(self, path: Path, name: str) -> FileType:
        try:
            return await self.workers.run(file_type, path, name)
        except WorkerFailed:
            return FileType("unknown", FileState.DAMAGED)

    async def _inspect(self, path: Path, part: Part) -> Inspection | None:
        if part.problem in (FileState.EMPTY, FileState.DAMAGED, FileState.ENCRYPTED):
            return None
        try:
            return await self.workers.run(inspect, path, part.name, part.type, self.campaign)
        except WorkerFailed as failed:
            large = failed.reason in ("memory", "timeout")
            return Inspection(FileKind.OTHER, FileState.TOO_LARGE if large else FileState.DAMAGED)

    def _path(self, upload: Upload) -> Path:
        return self.folder / upload.id


async def _alive(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks as long as they come; a line that dropped without a word would hold the upload for hours."""
    while True:
        try:
            async with asyncio.timeout(QUIET):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise UploadRefused(408, "网络中断，已传的部分都在，请继续上传。") from None
        yield chunk


def _forget(upload: str, store: Store) -> None:
    store.drop_upload(upload)


def _display_name(name: str) -> str:
    """The name as it is shown; stored paths never derive from it."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return (
        "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))[:200] or "未命名文件"
    )


def _open_at(path: Path, offset: int) -> BinaryIO:
    """The file cut to what counts, ready to be appended to."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    if os.fstat(descriptor).st_size < offset:
        os.close(descriptor)
        raise UploadRefused(410, "已传的部分不在了，请重新上传。")
    os.ftruncate(descriptor, offset)
    file = os.fdopen(descriptor, "wb", buffering=0)
    file.seek(offset)
    return file


def _to_disk(file: BinaryIO) -> None:
    os.fsync(file.fileno())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
