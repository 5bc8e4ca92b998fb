"""Unpacks what people pack: zip, rar, 7z, tar, gz (bz2, xz), one archive inside another included.

1. Names never become paths: content lies in the output folder under its SHA-256 alone.
2. Bytes are counted as they are unpacked; headers are only believed when they admit too much.
3. What is locked, broken or too large is left out and named; the archive itself is kept by the caller.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.documents.archive_keeper import STATES, Budget, Keeper, OverBudget, Reason, Tally
from bot.documents.archive_readers import read_bz2, read_gz, read_tar, read_xz, read_zip
from bot.model.mail import FileState, Part

__all__ = ["ARCHIVES", "Budget", "Reason", "Unpacked", "unpack"]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of an archive in its order. What an inner archive holds follows it.

    `problem` and `reason` say that something was left out; None and "" that all of it is here.
    """

    parts: tuple[Part, ...] = ()
    problem: FileState | None = None  # ENCRYPTED, DAMAGED, TOO_LARGE; KEPT: cannot be read here
    reason: str = ""  # a Reason


def _read_rar(path: Path, keeper: Keeper) -> None:
    from bot.documents.archive_rar import read_rar

    read_rar(path, keeper)


def _read_7z(path: Path, keeper: Keeper) -> None:
    from bot.documents.archive_7z import read_7z

    read_7z(path, keeper)


_READERS: dict[str, Callable[[Path, Keeper], None]] = {
    "zip": read_zip,
    "rar": _read_rar,
    "7z": _read_7z,
    "tar": read_tar,
    "gz": read_gz,
    "bz2": read_bz2,
    "xz": read_xz,
}

ARCHIVES = frozenset(_READERS)
"""Types that `unpack` opens."""


def unpack(path: Path, type: str, out: Path, budget: Budget) -> Unpacked:
    """Unpack the archive at `path`, whose type is one of ARCHIVES, into the existing folder `out`.

    A part's path names the folders and inner archives it was in, outermost first, without this archive.
    An archive inside an inner one stays a file. `budget` is used up. Raises ValueError for other types,
    OSError if `out` cannot be written.
    """
    if type not in ARCHIVES:
        raise ValueError(f"{type} is no archive: one of {', '.join(sorted(ARCHIVES))}")
    tally = Tally(budget, path.stat().st_size)
    outer = _read(path, type, Keeper(out, tally))
    parts = tuple(found for part in outer.parts for found in _with_contents(part, out, tally))
    return _unpacked(parts, outer.reason)


def _with_contents(part: Part, out: Path, tally: Tally) -> Iterator[Part]:
    if part.type not in ARCHIVES or part.problem is FileState.TOO_LARGE:
        yield part
        return
    inner = _read(out / part.sha256, part.type, Keeper(out, tally, (*part.path, part.name)))
    yield dataclasses.replace(part, problem=_unpacked((), inner.reason).problem or part.problem)
    yield from inner.parts


def _read(path: Path, type: str, keeper: Keeper) -> Keeper:
    try:
        _READERS[type](path, keeper)
    except OverBudget as error:
        keeper.note(error.reason)
    return keeper


def _unpacked(parts: tuple[Part, ...], reason: Reason | None) -> Unpacked:
    return Unpacked(parts, STATES[reason], reason.value) if reason else Unpacked(parts)
