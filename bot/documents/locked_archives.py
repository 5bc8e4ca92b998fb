"""Opens rar and 7z archives, and says which of them need a password."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rarfile
from py7zr import SevenZipFile, exceptions

from bot.documents.zip_types import TooManyEntries

BROKEN_RAR = (rarfile.Error, OSError, EOFError, ValueError, IndexError, KeyError, struct.error)
"""What reading a broken rar raises."""

BROKEN_7Z = (
    OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError,
    OverflowError, struct.error, zlib.error, lzma.LZMAError,
    exceptions.ArchiveError, exceptions.AbsolutePathError,
)  # fmt: skip
"""What reading a broken 7z raises."""

_MOST_HEADERS = 5000


def open_rar(path: Path) -> rarfile.RarFile:
    """The list of files of a rar. Raises TooManyEntries, or one of BROKEN_RAR."""
    headers = 0

    def count(_: object) -> None:
        nonlocal headers
        headers += 1
        if headers > _MOST_HEADERS:
            raise TooManyEntries

    # Further volumes would be looked for beside the file, under names made from its own.
    return rarfile.RarFile(path, info_callback=count, part_only=True)


@contextmanager
def open_7z(path: Path) -> Iterator[SevenZipFile]:
    """A 7z. Raises PasswordRequired, MemoryError (absurd sizes in it), or one of BROKEN_7Z."""
    # An open file, not a path: for a path the files would be unpacked in threads.
    with path.open("rb") as file, SevenZipFile(file) as archive:
        yield archive


def is_locked_rar(path: Path) -> bool:
    """True if any file in it, or the list of files, needs a password."""
    try:
        return bool(open_rar(path).needs_password())
    except (TooManyEntries, *BROKEN_RAR):
        return False


def is_locked_7z(path: Path) -> bool:
    """True if its files, or the list of them, need a password."""
    try:
        with open_7z(path) as archive:
            return bool(archive.needs_password())
    except exceptions.PasswordRequired:
        return True
    except (MemoryError, *BROKEN_7Z):
        return False
