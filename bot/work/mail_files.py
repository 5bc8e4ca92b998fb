"""Messages out of files given by hand: .eml, folders of them, and .mbox."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# The line before a message, with its weekday and time: a sentence that begins with "From " is none.
_SEPARATOR = re.compile(rb"From .*\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d\d:\d\d")
_QUOTED = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class RawFile:
    """A message copied into a file of its own. `source` as it was given, `index` from 0 within it."""

    source: str
    index: int
    path: Path
    sha256: str
    size: int


def sources(paths: Sequence[Path]) -> list[Path]:
    """The files to read, in order: folders stand for their *.eml, sorted. OSError for one that is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(each for each in path.rglob("*.eml") if each.is_file())
        else:
            with path.open("rb"):
                found.append(path)
    return found


def messages(source: Path, folder: Path) -> Iterator[RawFile]:
    """The messages of a file one by one, each written into `folder`, where the next one replaces it."""
    path = folder / "message"
    if source.suffix.lower() != ".mbox":
        shutil.copyfile(source, path)
        yield _raw(source, 0, path)
        return
    with source.open("rb") as lines:
        first = lines.readline()
        if not first.startswith(b"From "):  # a bare message in spite of its name
            lines.seek(0)
        index, more = 0, bool(first)
        while more:
            with path.open("wb") as file:
                more = _copy_message(lines, file)
            yield _raw(source, index, path)
            index += 1


def _copy_message(lines: IO[bytes], file: IO[bytes]) -> bool:
    """One message, quoting undone (mboxrd), without the empty line that belongs to the next separator."""
    held = b""
    for line in lines:
        if _SEPARATOR.match(line):
            return True
        file.write(held)
        held = b""
        if line in (b"\n", b"\r\n"):
            held = line
        else:
            file.write(line[1:] if _QUOTED.match(line) else line)
    return False


def _raw(source: Path, index: int, path: Path) -> RawFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return RawFile(str(source), index, path, sha256, path.stat().st_size)
