"""Splits a message into its leaves without building a tree: one pass over a memory map, boundaries on a stack.

1. A line `--boundary` of any open multipart ends everything inside that multipart, closed or not.
2. A multipart that was closed goes on if its boundary comes again: nothing after a false end is lost.
3. A boundary that is missing or never occurs is looked for in the body (a `--…` line before Content- headers);
   without one the multipart is a text.
4. A message inside a message is a leaf; the caller splits it again, one level deeper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.mail.headers import Data, Header, forget, raw_value, read_headers
from handlers.mail.names import parameters

MESSAGE = ("message/rfc822", "message/global")

_DASHES = re.compile(rb"\n--")
_GUESS = re.compile(rb"\n--([^\s-][^\r\n]{0,200}|-[^\r\n]{1,200})\r*\n(?=(?i:content-[a-z-]{1,40})[ \t]*:)")
_TYPE = re.compile(r"[\s\"']*([\w!#$&^.+-]{1,80})(?:/([\w!#$&^.+-]{1,120}))?")
_MAX_BOUNDARY_LINE = 16_384
_WINDOW = 4 << 20  # bytes of the map that are searched before they are let go
_DEFAULT_SUBTYPES = {"text": "plain", "multipart": "mixed", "message": "rfc822"}


class TooMuch(Exception):
    """A message beyond the limits: nested too deep, too many parts, too many bytes. It waits for a person."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a message is read."""

    depth: int = 50  # multiparts and messages inside each other
    parts: int = 500  # parts of the message and of all messages inside it
    bytes: int = 400_000_000  # of decoded attachments, archives not counted
    text: int = 1_000_000  # characters of a body's text; what is longer is cut
    archive_entries: int = 500  # files of all archives together
    archive_bytes: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no other parts, and where its body lies in the data."""

    headers: tuple[Header, ...]
    type: str  # "text/plain", lower case
    start: int
    end: int
    inside: tuple[str, ...]  # types of the multiparts around it, outermost first
    alternative: int  # number of the innermost multipart/alternative around it, 0 without one
    guessed: bool = False  # a multipart without a boundary, taken for a text


@dataclass(slots=True)
class _Open:
    """A multipart that is being read."""

    type: str
    boundaries: frozenset[bytes]
    alternative: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class _Delimiter:
    start: int  # of its line
    after: int
    level: int  # index of its multipart on the stack
    closing: bool


def media_type(raw: str, default: str = "text/plain") -> str:
    """The type of a raw Content-Type value, the default where it says nothing."""
    found = _TYPE.match(raw)
    if found is None:
        return default
    kind = found[1].lower()
    return f"{kind}/{(found[2] or _DEFAULT_SUBTYPES.get(kind, 'octet-stream')).lower()}"


def transfer_encoding(headers: tuple[Header, ...]) -> str:
    """The Content-Transfer-Encoding, lower case and without decoration."""
    return raw_value(headers, "content-transfer-encoding").strip(" \t\"';").split(";")[0].strip().lower()


class Splitter:
    """The leaves of one message of which `headers` were read up to `body`."""

    def __init__(self, data: Data, end: int, limits: Limits, depth: int) -> None:
        self._data = data
        self._end = end
        self._limits = limits
        self._depth = depth
        self._stack: list[_Open] = []
        self._alternatives = 0

    def leaves(self, headers: tuple[Header, ...], body: int) -> Iterator[Leaf]:
        """Every leaf in the order of the message. Raises TooMuch when it is nested too deep."""
        entity: tuple[tuple[Header, ...], int] | None = (headers, body)
        delimiter: _Delimiter | None = None
        while True:
            if entity is not None:
                leaf, delimiter = self._enter(*entity)
                if leaf is not None:
                    yield leaf
            if delimiter is None:
                return
            del self._stack[delimiter.level + 1 :]
            self._stack[-1].closed = delimiter.closing
            if delimiter.closing:
                entity, delimiter = None, self._next(delimiter.after)
            else:
                entity = read_headers(self._data, delimiter.after, self._end)

    def _enter(self, headers: tuple[Header, ...], body: int) -> tuple[Leaf | None, _Delimiter | None]:
        """The leaf that begins at `body`, or None for a multipart, and the delimiter that follows."""
        inside = tuple(entry.type for entry in self._stack)
        default = "message/rfc822" if inside and inside[-1] == "multipart/digest" else "text/plain"
        type = media_type(raw_value(headers, "content-type"), default)
        guessed = False
        if type.startswith("multipart/"):
            delimiter = self._open(type, headers, body)
            if delimiter is not None:
                return None, delimiter
            guessed = True
        delimiter = self._next(body)
        end = self._end if delimiter is None else max(body, self._before(delimiter.start))
        alternative = self._stack[-1].alternative if self._stack else 0
        return Leaf(headers, type, body, end, inside, alternative, guessed), delimiter

    def _open(self, type: str, headers: tuple[Header, ...], body: int) -> _Delimiter | None:
        """Push the multipart and find its first delimiter; None, and nothing pushed, if it has none."""
        if self._depth + len(self._stack) >= self._limits.depth:
            raise TooMuch("nested too deep")
        alternative = self._stack[-1].alternative if self._stack else 0
        if type == "multipart/alternative":
            self._alternatives += 1
            alternative = self._alternatives
        level = len(self._stack)
        self._stack.append(_Open(type, _boundaries(headers), alternative))
        found = self._next(body)
        if found is not None and found.level == level:
            return found
        region = self._end if found is None else found.start
        guess = _GUESS.search(self._data, max(body - 1, 0), region)
        if guess is not None:
            self._stack[-1].boundaries = frozenset({guess[1].rstrip()})
            return self._next(body)
        self._stack.pop()
        return None

    def _before(self, start: int) -> int:
        """The end of a body before a delimiter line: its line end belongs to the delimiter."""
        at = start - 1
        return at - 1 if at > 0 and self._data[at - 1 : at] == b"\r" else at

    def _next(self, at: int) -> _Delimiter | None:
        """The first delimiter line from `at` on that belongs to a multipart on the stack."""
        if not self._stack:
            return None
        known = frozenset().union(*(entry.boundaries for entry in self._stack))
        position = max(at - 1, 0)
        while (start := self._dashes(position)) >= 0:
            limit = min(self._end, start + _MAX_BOUNDARY_LINE)
            newline = self._data.find(b"\n", start, limit)
            position = limit if newline < 0 else newline
            token = self._data[start + 2 : position].rstrip()
            closing = token not in known
            if closing and not (token.endswith(b"--") and token[:-2].rstrip() in known):
                continue
            level = self._level(token[:-2].rstrip() if closing else token)
            return _Delimiter(start, min(position + 1, self._end), level, closing)
        return None

    def _dashes(self, at: int) -> int:
        """Where the next line that begins with two dashes begins, -1 if there is none."""
        while at < self._end:
            cut = min(at + _WINDOW, self._end)
            found = _DASHES.search(self._data, at, cut)
            if found is not None:
                return found.start() + 1
            forget(self._data, at, cut)
            at = cut - 2 if cut < self._end else cut
        return -1

    def _level(self, token: bytes) -> int:
        """The innermost multipart of that boundary, one that is not closed first."""
        levels = [level for level, entry in enumerate(self._stack) if token in entry.boundaries]
        still_open = [level for level in levels if not self._stack[level].closed]
        return (still_open or levels)[-1]


def _boundaries(headers: tuple[Header, ...]) -> frozenset[bytes]:
    """The boundary as it may occur in the body: a fold inside its quotes may or may not count as a space."""
    boundary = parameters(raw_value(headers, "content-type")).get("boundary", "").rstrip()
    spelled = {boundary, boundary.replace(" ", "")} - {""}
    return frozenset(one.encode("utf-8", "replace") for one in spelled)
