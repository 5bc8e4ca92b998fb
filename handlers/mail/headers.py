"""A mail's header lines: as they travelled and as people read them.

1. The block ends at the first empty line, or at the first line that is no header (the empty line is missing).
2. A line of garbage between headers is passed over when structural headers follow it before any empty line.
3. An mbox `From ` line and empty lines before the first header are passed over.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from handlers.mail.names import header_text

Data = bytes | mmap.mmap

_MAX_HEADERS = 5_000
_MAX_BYTES = 8_000_000  # of one header block; what lies beyond is passed over
_LOOK_AHEAD = 6  # lines of garbage that may stand between headers
_FIELD = re.compile(rb"[ \t]*([!-9;-~]{1,100})[ \t]*:")
_STRUCTURAL = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|mime-version|received|reply-to|return-path"
    rb"|content-(?:type|transfer-encoding|disposition|id|description))[ \t]*:"
)
_CONTENT = re.compile(rb"(?i)content-(?:type|transfer-encoding|disposition)[ \t]*:")
_LINE_END = re.compile(r"\r*\n")


class Header(NamedTuple):
    """One header line, in the order of the message."""

    name: str  # lower case
    raw: (
        str  # the value as it travelled, one character per byte (latin-1), folds (CRLF + whitespace) included
    )
    text: str  # unfolded and decoded


def forget(data: Data, start: int, end: int) -> None:
    """Let go of memory that a range of a map takes; it is read again when it is asked for again."""
    if isinstance(data, mmap.mmap):
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        length = end // mmap.PAGESIZE * mmap.PAGESIZE - first
        if length > 0:
            data.madvise(mmap.MADV_DONTNEED, first, length)


def raw_value(headers: Iterable[Header], name: str) -> str:
    """The raw value of the first header of that name, "" if there is none."""
    return next((header.raw for header in headers if header.name == name), "")


def text_value(headers: Iterable[Header], name: str) -> str:
    """The decoded value of the first header of that name, "" if there is none."""
    return next((header.text for header in headers if header.name == name), "")


def read_headers(data: Data, start: int, end: int, *, top: bool = False) -> tuple[tuple[Header, ...], int]:
    """The headers from `start` on and where the body begins. `top`: of a message, not of a part of one."""
    lines: list[tuple[str, list[bytes]]] = []
    at = _first_line(data, start, end) if top else _late_start(data, start, end)
    begun = at
    while at < end:
        after = _next_line(data, at, end)
        line = data[at : min(after, at + _MAX_BYTES)]
        if not line.strip():
            if not (lines and line.strip(b"\r\n") and _goes_on(data, after, end)):
                return _headers(lines), after
        elif line[0] in b" \t" and lines:
            if after - begun <= _MAX_BYTES:
                lines[-1][1].append(line)
        elif field := _FIELD.match(line):
            if len(lines) < _MAX_HEADERS and after - begun <= _MAX_BYTES:
                lines.append((field[1].decode("latin-1").lower(), [line[field.end() :]]))
        elif line.startswith(b"--") or not _garbage(data, after, end):
            return _headers(lines), at
        at = after
    return _headers(lines), end


def _headers(lines: Sequence[tuple[str, list[bytes]]]) -> tuple[Header, ...]:
    found = []
    for name, pieces in lines:
        raw = _LINE_END.sub("\r\n", b"".join(pieces).decode("latin-1")).strip(" \t\r\n")
        found.append(Header(name, raw, header_text(raw)))
    return tuple(found)


def _next_line(data: Data, at: int, end: int) -> int:
    newline = data.find(b"\n", at, end)
    return end if newline < 0 else newline + 1


def _first_line(data: Data, start: int, end: int) -> int:
    """Past a byte order mark, empty lines and an mbox separator."""
    at = start + 3 if data[start : start + 3] == b"\xef\xbb\xbf" else start
    while at < end:
        after = _next_line(data, at, end)
        head = data[at : min(after, at + 8)]
        if head.strip() and not head.startswith((b"From ", b">From ")):
            return at
        at = after
    return end


def _late_start(data: Data, start: int, end: int) -> int:
    """Where a part's headers begin: gateways put an empty line between the boundary and them."""
    after = _next_line(data, start, end)
    blank = after - start <= 2 and not data[start:after].strip()
    return after if blank and _CONTENT.match(data[after : after + 40]) else start


def _goes_on(data: Data, at: int, end: int) -> bool:
    """Whether headers go on after a line of nothing but spaces."""
    following = data[at : min(end, at + 120)]
    return (following[:1] in (b" ", b"\t") and bool(following.strip())) or bool(_STRUCTURAL.match(following))


def _garbage(data: Data, at: int, end: int) -> bool:
    """Whether structural headers follow before any empty line, so that the line before `at` is garbage."""
    for _ in range(_LOOK_AHEAD):
        head = data[at : min(end, at + 120)]
        if not head.split(b"\n", 1)[0].strip() or head.startswith(b"--"):
            return False
        if _STRUCTURAL.match(head):
            return True
        at = _next_line(data, at, end)
    return False
