"""Keeps the files of an archive: counts every byte before it is written, and stores by content alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.documents.archive_names import is_system_file, split_name
from bot.documents.file_type import file_type
from bot.model.mail import FileState, Part

MEGABYTE = 1 << 20

_PIECE = 1 << 16
_UNFINISHED = "unpacking"


class Reason(StrEnum):
    """Why an archive, or a part of it, was not unpacked."""

    PASSWORD = "password"
    DAMAGED = "damaged"
    TOO_MANY_FILES = "too_many_files"
    TOO_LARGE = "too_large"
    RATIO = "ratio"  # far more inside than such a file can honestly hold
    NO_TOOL = "no_tool"  # no program for this format on this machine
    UNSUPPORTED = "unsupported"  # a compression that is not read here
    VOLUME = "volume"  # one of several files that belong together


STATES = {
    Reason.PASSWORD: FileState.ENCRYPTED,
    Reason.DAMAGED: FileState.DAMAGED,
    Reason.TOO_MANY_FILES: FileState.TOO_LARGE,
    Reason.TOO_LARGE: FileState.TOO_LARGE,
    Reason.RATIO: FileState.TOO_LARGE,
    Reason.NO_TOOL: FileState.KEPT,
    Reason.UNSUPPORTED: FileState.KEPT,
    Reason.VOLUME: FileState.KEPT,
}


class OverBudget(Exception):
    """More than the budget allows; `reason` says of what."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True)
class Budget:
    """What may still be unpacked; one for a whole mail, used up by each archive in it."""

    entries: int = 500
    bytes: int = 500 * MEGABYTE
    ratio: int = 100  # unpacked to packed size, beyond `free_bytes` of one archive
    free_bytes: int = 50 * MEGABYTE


@dataclass(slots=True)
class Tally:
    """What one outermost archive of `packed` bytes, with all that is inside it, takes of the budget."""

    budget: Budget
    packed: int
    unpacked: int = 0

    def entry(self) -> None:
        """Count a file. OverBudget if there may be no more."""
        if self.budget.entries <= 0:
            raise OverBudget(Reason.TOO_MANY_FILES)
        self.budget.entries -= 1

    def expect(self, count: int) -> None:
        """OverBudget if `count` bytes more would be too many."""
        if count > self.budget.bytes:
            raise OverBudget(Reason.TOO_LARGE)
        total = self.unpacked + count
        if total > self.budget.free_bytes and total > self.packed * self.budget.ratio:
            raise OverBudget(Reason.RATIO)

    def spend(self, count: int) -> None:
        """Count bytes that are about to be written. OverBudget if they are too many."""
        self.expect(count)
        self.budget.bytes -= count
        self.unpacked += count


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Writer:
    """Takes the content of one file. Nothing of it stays unless it is finished."""

    def __init__(self, out: Path, tally: Tally) -> None:
        self.size = 0
        self._path = out / _UNFINISHED
        self._file = self._path.open("wb")
        self._hash = hashlib.sha256()
        self._tally = tally

    def write(self, content: bytes) -> None:
        self._tally.spend(len(content))
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def finish(self) -> str:
        """The SHA-256 under which the content now lies in the folder."""
        self._file.close()
        sha256 = self._hash.hexdigest()
        self._path.rename(self._path.with_name(sha256))
        return sha256

    def give_up(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


@dataclass(slots=True)
class Keeper:
    """Takes the files of one archive, in order. `inside` are the names of what the archive lies in."""

    out: Path
    tally: Tally
    inside: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)
    reason: Reason | None = None

    def wants(self, name: str) -> bool:
        """False for what has no name of its own, and for what a computer adds by itself."""
        folders, bare = split_name(name)
        return bool(bare) and not is_system_file(folders, bare)

    def note(self, reason: Reason) -> None:
        """Remember why something was left out; the first reason stays."""
        self.reason = self.reason or reason

    def take(self, name: str, stream: Stream) -> None:
        """Keep a file. OverBudget, or whatever reading the stream raises; then nothing of it stays."""
        writer = self.begin()
        try:
            while content := stream.read(_PIECE):
                writer.write(content)
        except BaseException:
            writer.give_up()
            raise
        self.finish(name, writer)

    def begin(self) -> Writer:
        """A place for the next file's content; OverBudget if there are too many files."""
        self.tally.entry()
        return Writer(self.out, self.tally)

    def finish(self, name: str, writer: Writer) -> None:
        """The content is whole: it becomes a part."""
        folders, bare = split_name(name)
        sha256 = writer.finish()
        found = file_type(self.out / sha256, bare)
        self.parts.append(
            Part(bare, (*self.inside, *folders), writer.size, sha256, found.type, found.problem)
        )
