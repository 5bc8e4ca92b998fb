"""Writes attachments to the output folder while they are decoded, and finds out what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp

from bot.documents.archives import ARCHIVES, Budget, unpack
from bot.documents.file_type import file_type
from bot.model.mail import FileState, Part
from handlers.mail.charsets import one_line
from handlers.mail.mime import Limits, TooMuch


class PartStore:
    """The output folder of one mail: content under its SHA-256, written once."""

    def __init__(self, out: Path, limits: Limits) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._bytes_left = limits.bytes
        self._budget = Budget(entries=limits.archive_entries, bytes=limits.archive_bytes)

    def path(self, sha256: str) -> Path:
        return self._out / sha256

    def write(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        """SHA-256 and size of the content, which then lies in the folder. Raises TooMuch beyond the limit."""
        digest = hashlib.sha256()
        size = 0
        handle, name = mkstemp(prefix="unfinished-", dir=self._out)
        unfinished = Path(name)
        try:
            with open(handle, "wb", buffering=0) as file:
                for piece in pieces:
                    size += len(piece)
                    if size > self._bytes_left:
                        raise TooMuch("attachments too large")
                    digest.update(piece)
                    file.write(piece)
            self._bytes_left -= size
            unfinished.replace(self._out / digest.hexdigest())
        finally:
            unfinished.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def parts(self, name: str, path: tuple[str, ...], sha256: str, size: int, *, inline: bool) -> list[Part]:
        """The part itself and, of an archive, the files in it."""
        found = file_type(self._out / sha256, name)
        part = Part(name, path, size, sha256, found.type, found.problem, inline)
        if found.type not in ARCHIVES or found.problem is FileState.ENCRYPTED:
            return [part]
        unpacked = unpack(self._out / sha256, found.type, self._out, self._budget)
        if unpacked.problem not in (None, FileState.KEPT):
            part = Part(name, path, size, sha256, found.type, unpacked.problem, inline)
        return [part, *(self._inside(one, (*path, name)) for one in unpacked.parts)]

    def _inside(self, part: Part, outer: tuple[str, ...]) -> Part:
        path = (*outer, *map(one_line, part.path))
        return Part(one_line(part.name), path, part.size, part.sha256, part.type, part.problem)
