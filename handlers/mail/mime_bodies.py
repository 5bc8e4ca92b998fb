"""Transfer encodings undone piece by piece: a large attachment never lies in memory as a whole."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from handlers.mail.headers import Data, forget

_PIECE = 1 << 20  # bytes of encoded text taken at once
_MAX_LINE = 4 << 20  # a line longer than this is cut where it is
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_JUNK = bytes(set(range(256)) - set(_ALPHABET))
_NOT_JUNK = _ALPHABET + b"= \t\r\n"
_RUN = re.compile(rb"([^=]++)(=*+)")
_RUNS = re.compile(rb"[A-Za-z0-9+/][A-Za-z0-9+/=]*+")
_UU_BEGIN = re.compile(rb"(?:\A|(?<=\n))begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,500})\r*\n")


class Damage:
    """Notes that something of a body could not be decoded."""

    def __init__(self) -> None:
        self.found = False


def decoded(data: Data, start: int, end: int, encoding: str, damage: Damage) -> Iterator[bytes]:
    """The content of a body in pieces. An unknown encoding counts as none; damage loses only what is damaged."""
    match encoding:
        case "base64" | "x-base64" | "base-64":
            return _base64(data, start, end, damage)
        case "quoted-printable" | "quoted_printable":
            return (binascii.a2b_qp(piece) for piece in _pieces(data, start, end))
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uuencoded(data, start, end, damage)
    return (data[at : min(at + _PIECE, end)] for at in range(start, end, _PIECE))


def _pieces(data: Data, start: int, end: int) -> Iterator[bytes]:
    """Runs of whole lines of about a megabyte."""
    at = start
    while at < end:
        cut = min(at + _PIECE, end)
        if cut < end:
            newline = data.rfind(b"\n", at, cut)
            newline = newline if newline >= 0 else data.find(b"\n", cut, min(cut + _MAX_LINE, end))
            cut = newline + 1 if newline >= 0 else min(cut + _MAX_LINE, end)
        yield data[at:cut]
        forget(data, at, cut)
        at = cut


def _base64(data: Data, start: int, end: int, damage: Damage) -> Iterator[bytes]:
    careful = _CarefulBase64(damage)
    for piece in _pieces(data, start, end):
        fast = _fast_base64(piece) if careful.idle else None
        yield careful.feed(piece) if fast is None else fast
    yield careful.finish()


def _fast_base64(piece: bytes) -> bytes | None:
    """Whole quads and line ends only; None where there is anything else in it."""
    try:
        content = binascii.a2b_base64(piece)
    except binascii.Error:
        return None
    letters = len(piece) - piece.count(b"\n") - piece.count(b"\r")
    padding = (piece[-8:]).count(b"=")
    return content if (letters - padding) * 3 // 4 == len(content) and letters % 4 == 0 else None


class _CarefulBase64:
    """Base64 with junk in it.

    Other characters are passed over; padding ends a run; what follows padding and is no base64 (a footer of a
    mailing list) is left out; so is an incomplete quad at the end of a text with junk.
    """

    def __init__(self, damage: Damage) -> None:
        self._damage = damage
        self._rest = b""
        self._padded = False

    @property
    def idle(self) -> bool:
        """Whether a piece may be decoded without regard to what came before."""
        return not self._rest and not self._padded

    def feed(self, piece: bytes) -> bytes:
        if b"=" not in piece and not self._padded:
            return self._letters(piece)
        return b"".join(map(self._line, piece.splitlines()))

    def _line(self, line: bytes) -> bytes:
        """Up to the first padding, and what follows it if that is base64 too."""
        bare = line.strip()
        if not bare:
            return b""
        if self._padded and not _RUNS.fullmatch(bare):
            self._damage.found = True
            return b""
        content = b""
        runs = _RUN.findall(bare)
        for letters, padding in runs if _RUNS.fullmatch(bare) else runs[:1]:
            content += self._letters(letters)
            self._padded = bool(padding)
            if padding:
                content += self._end_run()
        if len(runs) > 1 and not _RUNS.fullmatch(bare):
            self._damage.found = True
        return content

    def _letters(self, text: bytes) -> bytes:
        letters = text.translate(None, _JUNK)
        if len(letters) < len(text) and text.translate(None, _NOT_JUNK):
            self._damage.found = True
        self._rest += letters
        whole = len(self._rest) // 4 * 4
        content = binascii.a2b_base64(self._rest[:whole])
        self._rest = self._rest[whole:]
        return content

    def _end_run(self) -> bytes:
        rest, self._rest = self._rest, b""
        if len(rest) < 2:
            self._damage.found = self._damage.found or bool(rest)
            return b""
        return binascii.a2b_base64(rest + b"=" * (-len(rest) % 4))

    def finish(self) -> bytes:
        return b"" if self._damage.found else self._end_run()


def _uuencoded(data: Data, start: int, end: int, damage: Damage) -> Iterator[bytes]:
    ended = False
    for piece in _pieces(data, start, end):
        content = []
        for line in piece.splitlines():
            if ended or line.startswith(b"begin") or not line.strip(b" `"):
                continue
            ended = line.strip() == b"end"
            if not ended:
                content.append(_uu_line(line, damage))
        yield b"".join(content)


def _uu_line(line: bytes, damage: Damage) -> bytes:
    if not 32 <= line[0] <= 96:
        damage.found = True
        return b""
    size = (line[0] - 32) & 63
    letters = line[: 1 + (size * 4 + 2) // 3]
    try:
        return binascii.a2b_uu(letters)
    except binascii.Error:
        damage.found = True
        return b""


def uu_blocks(text: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Files written inline as `begin 644 name … end`: where the block begins, its lines begin and it ends; the name."""
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        end = _uu_end(text, begin.end())
        if end:
            yield begin.start(), begin.end(), end, begin[1].strip()
        at = end or begin.end()


def uu_content(text: bytes, begin: int, end: int, damage: Damage) -> Iterator[bytes]:
    """The decoded lines of one inline block."""
    return _uuencoded(text, begin, end, damage)


def _uu_end(text: bytes, at: int) -> int:
    """Past the `end` line, or at the end of a text that was cut off; 0 if a line before is not uuencoded."""
    full_lines = 0
    while at < len(text):
        after = text.find(b"\n", at) + 1 or len(text)
        line = text[at : min(after, at + 200)].rstrip(b"\r\n")
        if line == b"end":
            return after
        size = (line[0] - 32) & 63 if line else 0
        if line and not (32 <= line[0] <= 96 and len(line) <= 2 + (size + 2) // 3 * 4 + 1):
            return 0
        full_lines += line[:1] == b"M"
        at = after
    return len(text) if full_lines else 0
