"""Reads a raw mail and looks into its files, in processes of their own."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.documents.type_names import DECK_TYPES, PICTURE_TYPES, WORD_TYPES, extension_of, promised_type
from bot.model.mail import FileKind, FileState, Inspection, ParsedMail, Part
from bot.ports import FileStore
from bot.work.workers import WorkerFailed, Workers
from config.campaign import Campaign

Read = Callable[[str, str], ParsedMail]
"""Path of the raw message, folder to write the decoded attachments into under their SHA-256."""
Inspect = Callable[[Path, str, str, Campaign], Inspection]
"""Path, name as the sender wrote it, type by content, the campaign."""

SECONDS = 60.0  # that reading a mail, or inspecting a file, may take
MEMORY = 1 << 30  # bytes for it

_CLOSED = frozenset({FileState.ENCRYPTED, FileState.DAMAGED, FileState.EMPTY, FileState.TOO_LARGE})
_OPENED = DECK_TYPES | WORD_TYPES | PICTURE_TYPES | {"pdf", "ofd", "xlsx"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailOpener:
    """`read`, `inspect`: functions of modules, run by the workers. The content of a mail never gets nearer."""

    files: FileStore
    workers: Workers
    read_mail: Read
    inspect_file: Inspect
    campaign: Campaign

    async def read(self, raw: Path) -> ParsedMail:
        """What the reader finds; its attachments are among the stored files afterwards. `WorkerFailed`."""
        folder = await asyncio.to_thread(self.files.folder)
        try:
            parsed = await self.workers.run(
                self.read_mail, str(raw), str(folder), seconds=SECONDS, memory=MEMORY
            )
            await asyncio.to_thread(self._take_files, folder, parsed.parts)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return parsed

    def _take_files(self, folder: Path, parts: Sequence[Part]) -> None:
        for sha256 in dict.fromkeys(part.sha256 for part in parts):
            decoded = folder / sha256
            if decoded.is_file():
                self.files.take(decoded, sha256)

    async def inspect(self, parts: Sequence[Part]) -> list[Inspection | None]:
        """An inspection per part; None for what is not worth one. The same file is opened once."""
        wanted = {_identity(part): part for part in parts if is_worth_it(part)}
        found = await asyncio.gather(*(self._inspection(part) for part in wanted.values()))
        by_identity = dict(zip(wanted, found, strict=True))
        return [by_identity.get(_identity(part)) if is_worth_it(part) else None for part in parts]

    async def _inspection(self, part: Part) -> Inspection:
        try:
            path = await asyncio.to_thread(self.files.path, part.sha256)
        except KeyError:
            return Inspection(guess(part), FileState.DAMAGED)
        try:
            return await self.workers.run(
                self.inspect_file,
                path,
                part.name,
                part.type,
                self.campaign,
                seconds=SECONDS,
                memory=MEMORY,
            )
        except WorkerFailed as failure:
            log.warning("a file of a mail could not be inspected: %s", failure)
            too_much = failure.reason in ("timeout", "memory")
            return Inspection(guess(part), FileState.TOO_LARGE if too_much else FileState.DAMAGED)


def is_worth_it(part: Part) -> bool:
    """Whether a file says more when it is opened."""
    if part.problem in _CLOSED or (part.inline and part.type in PICTURE_TYPES):
        return False
    return part.type in _OPENED or promised_type(extension_of(part.name)) in DECK_TYPES


def _identity(part: Part) -> tuple[str, str]:
    """Equal for files that an inspection finds the same in."""
    return part.sha256, extension_of(part.name)


def guess(part: Part) -> FileKind:
    """What a file is that could not be opened."""
    if part.type in DECK_TYPES:
        return FileKind.DECK
    if part.type in WORD_TYPES:
        return FileKind.FORM
    if part.inline:
        return FileKind.INLINE
    return FileKind.SCAN if part.type in PICTURE_TYPES | {"pdf", "ofd"} else FileKind.OTHER
