"""Reads zip, tar and compressed single files; rar and 7z have files of their own."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO, cast

from bot.documents.archive_keeper import Keeper, OverBudget, Reason, Stream
from bot.documents.archive_names import decode_name, zip_name
from bot.documents.zip_types import DAMAGE, TooManyEntries, open_zip

_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_UNIX = 3
_TAR_MARK = slice(257, 262)
_NO_NAME = "未命名"
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError, tarfile.TarError)


def read_zip(path: Path, keeper: Keeper) -> None:
    """Keep the files of a zip; what is broken or locked is left out and noted."""
    try:
        with open_zip(path) as archive:
            entries = [(name, entry) for entry in archive.infolist() if (name := _file_name(entry))]
            # Headers are not believed when they promise little, only when they admit too much.
            keeper.tally.expect(sum(entry.file_size for _, entry in entries))
            for name, entry in entries:
                _read_zip_entry(archive, name, entry, keeper)
    except TooManyEntries:
        keeper.note(Reason.TOO_MANY_FILES)
    except DAMAGE:
        keeper.note(Reason.DAMAGED)


def _read_zip_entry(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo, keeper: Keeper) -> None:
    if not keeper.wants(name):
        return
    if entry.flag_bits & _ENCRYPTED:
        keeper.note(Reason.PASSWORD)
        return
    try:
        with archive.open(entry) as stream:
            keeper.take(name, stream)
    except NotImplementedError:
        keeper.note(Reason.UNSUPPORTED)
    except DAMAGE:
        keeper.note(Reason.DAMAGED)


def _file_name(entry: zipfile.ZipInfo) -> str | None:
    """The entry's name; None for a folder, a link or a device."""
    name = zip_name(entry.orig_filename, bool(entry.flag_bits & _UTF8_NAME), entry.extra) or _NO_NAME
    mode = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0
    return None if name.endswith(("/", "\\")) or mode not in {0, stat.S_IFREG} else name


def read_tar(path: Path, keeper: Keeper) -> None:
    """Keep the regular files of a tar."""
    try:
        with path.open("rb") as file:
            _read_tar_stream(file, keeper)
    except MemoryError:  # a header longer than any name
        keeper.note(Reason.TOO_LARGE)
    except _BROKEN:
        keeper.note(Reason.DAMAGED)


def _read_tar_stream(stream: Stream, keeper: Keeper) -> None:
    with tarfile.open(
        fileobj=cast(IO[bytes], stream), mode="r|", encoding="utf-8", errors="surrogateescape"
    ) as archive:
        for entry in archive:
            name = decode_name(entry.name.encode("utf-8", "surrogateescape"))
            content = archive.extractfile(entry) if entry.isreg() and keeper.wants(name) else None
            if content is not None:
                keeper.take(name, content)


def read_gz(path: Path, keeper: Keeper) -> None:
    _read_packed(path, keeper, partial(gzip.open, path), _gz_name(path))


def read_bz2(path: Path, keeper: Keeper) -> None:
    _read_packed(path, keeper, partial(bz2.open, path), _NO_NAME)


def read_xz(path: Path, keeper: Keeper) -> None:
    _read_packed(path, keeper, partial(lzma.open, path), _NO_NAME)


def _read_packed(
    path: Path, keeper: Keeper, unpacked: Callable[[], AbstractContextManager[Stream]], name: str
) -> None:
    """Keep what is inside a packed file: a tar's files, or the one file it is."""
    try:
        with unpacked() as stream:
            is_tar = stream.read(512)[_TAR_MARK] == b"ustar"
        with unpacked() as stream:
            if is_tar:
                _read_tar_stream(_Bounded(stream, keeper), keeper)
            else:
                keeper.take(name, stream)
    except MemoryError:
        keeper.note(Reason.TOO_LARGE)
    except _BROKEN:
        keeper.note(Reason.DAMAGED)


class _Bounded:
    """A packed tar's content, no more of it than may be kept and a margin: headers have to be unpacked too."""

    def __init__(self, stream: Stream, keeper: Keeper) -> None:
        self._stream = stream
        self._left = keeper.tally.budget.bytes + keeper.tally.budget.free_bytes

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise OverBudget(Reason.TOO_LARGE)
        return content


def _gz_name(path: Path) -> str:
    """The name a gzip file remembers (RFC 1952 2.3: FNAME, after FEXTRA)."""
    with path.open("rb") as file:
        head = file.read(1024)
    flags, at = head[3] if len(head) > 3 else 0, 10
    if flags & 4:
        at += 2 + int.from_bytes(head[at : at + 2], "little")
    if not flags & 8:
        return _NO_NAME
    return decode_name(head[at:].partition(b"\0")[0]) or _NO_NAME
