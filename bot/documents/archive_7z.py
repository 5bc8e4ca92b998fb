"""Reads 7z in one pass, whether its files are packed together or one by one."""

from __future__ import annotations

from pathlib import Path

from py7zr import SevenZipFile, exceptions
from py7zr.io import Py7zIO, WriterFactory

from bot.documents.archive_keeper import Keeper, Reason, Writer
from bot.documents.locked_archives import BROKEN_7Z, open_7z


def read_7z(path: Path, keeper: Keeper) -> None:
    """Keep the files of a 7z; a locked or broken one is noted."""
    try:
        with open_7z(path) as archive:
            if archive.needs_password():
                keeper.note(Reason.PASSWORD)
                return
            _read_files(archive, keeper)
    except exceptions.PasswordRequired:
        keeper.note(Reason.PASSWORD)
    except exceptions.UnsupportedCompressionMethodError:
        keeper.note(Reason.UNSUPPORTED)
    except MemoryError:  # a dictionary or a list of files larger than any honest one
        keeper.note(Reason.TOO_LARGE)
    except BROKEN_7Z:
        keeper.note(Reason.DAMAGED)


def _read_files(archive: SevenZipFile, keeper: Keeper) -> None:
    files = [item for item in archive.files if item.is_file and keeper.wants(item.filename)]
    keeper.tally.expect(sum(item.uncompressed for item in files))
    if not files:
        return
    contents = _Contents(keeper)
    try:
        archive.extract(targets=[item.filename for item in files], factory=contents)
    except BaseException:
        contents.give_up()
        raise
    contents.finish()


class _Contents(WriterFactory):
    """Takes one file's content after the other; a file is whole when the next one begins."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._name = ""
        self._writer: Writer | None = None

    def create(self, filename: str) -> Py7zIO:
        self.finish()
        self._name, self._writer = filename, self._keeper.begin()
        return _Content(self._writer)

    def finish(self) -> None:
        if self._writer is not None:
            self._keeper.finish(self._name, self._writer)
            self._writer = None

    def give_up(self) -> None:
        if self._writer is not None:
            self._writer.give_up()


class _Content(Py7zIO):
    """A file that is only ever written to."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, s: bytes | bytearray) -> int:
        self._writer.write(bytes(s))
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        return None

    def size(self) -> int:
        return self._writer.size
