"""What files are called: encoded words (RFC 2047) and header parameters (RFC 2231), as senders really write them.

1. Header values come as latin-1 text, one character per byte, folds included; nothing is decoded before it is split.
2. `name*` and its pieces win over a plain `name`; Content-Disposition's filename over Content-Type's name,
   unless only the other one survived the journey.
3. Adjacent encoded words of one charset are one run of bytes: hanzi are cut between words.
4. A name is shown as the sender wrote it: paths, backslashes and HTML entities stay. It never becomes a path of ours.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

from handlers.mail.charsets import codec_of, decode, one_line

MAX_NAME = 1000  # characters of a name that are kept
_MAX_VALUE = 65_536  # characters of a header value that are searched for parameters
_MAX_QUOTED = 16_384  # of one quoted value
_MAX_FIELDS = 200

_WORD = re.compile(
    r"=\?([^?\s=\"(),;<>]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?\s]+){0,3})(?:\?=|\?$|$)", re.DOTALL
)
_FOLD = re.compile(r"(?<![ \t])[ \t]*+(?:\r++\n?|\n)[ \t]*+")
_SEPARATOR = re.compile(r"[\s;]*+")
_PARAMETER = re.compile(r"([^\s=;\"<>?]++)[ \t]*+=[ \t]*+")
_NEXT_PARAMETER = re.compile(r"(?<![\s;])[\s;]++(?=[A-Za-z][\w.-]*+(?:\*\d{0,9})?\*?[ \t]*+=(?!\?))")
_AFTER_QUOTE = re.compile(r"[ \t]*+(?:;|$|\(|[A-Za-z][\w-]*+\*?[ \t]*+=)")
_DOUBLE_BYTE = re.compile(r"[\x81-\xfe][\x40-\x7e\x80-\xfe]|\\([\"\\])")
_ESCAPED = re.compile(r"\\([\"\\])")
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,9}))?(\*?)")
_EXTENDED = re.compile(r"([^'%]{0,60})'([^'%]{0,20})'")
_HALF_EXTENDED = re.compile(r"([\w.:+-]{1,60})'")
_LOST = re.compile("\ufffd|\\?\\?|^[?_]+\\.")


def unfold(raw: str) -> str:
    """A header value on one line: every fold is one space."""
    return _FOLD.sub(" ", raw).strip(" \t")


def header_text(raw: str) -> str:
    """A header value as people read it: unfolded, charsets and encoded words decoded, no control characters."""
    return one_line(decode_words(_eight_bit(unfold(raw))))


def _eight_bit(raw: str) -> str:
    return raw if raw.isascii() else decode(raw.encode("latin-1", "replace"))


def decode_words(text: str) -> str:
    """The text with its encoded words decoded, also those inside quotes, cut short or run together."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run: list[tuple[str, str]] = []
    label, at = "", 0
    for word in _WORD.finditer(text):
        gap = text[at : word.start()]
        charset = word[1].partition("*")[0]
        if run and (gap.strip() or codec_of(charset) != codec_of(label)):
            pieces.append(decode(_bytes_of(run), label))
            run = []
            if gap.strip():
                pieces.append(gap)
        elif not run:
            pieces.append(gap if gap.strip() or not pieces else "")
        run.append((word[2].lower(), word[3]))
        label, at = charset, word.end()
    if run:
        pieces.append(decode(_bytes_of(run), label))
    pieces.append(text[at:])
    return "".join(pieces)


def _bytes_of(run: list[tuple[str, str]]) -> bytes:
    """The bytes of adjacent words; a base64 text that was cut between words is joined before decoding."""
    found: list[bytes] = []
    open64 = ""
    for encoding, text in run:
        if encoding == "q":
            found.append(_base64(open64) + _quoted(text))
            open64 = ""
            continue
        open64 += re.sub(r"[^A-Za-z0-9+/=]", "", text)
        if len(open64) % 4 == 0 or open64.endswith("="):
            found.append(_base64(open64))
            open64 = ""
    return b"".join(found) + _base64(open64)


def _base64(text: str) -> bytes:
    bare = text.rstrip("=")
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return b""


def _quoted(text: str) -> bytes:
    raw = text.encode("latin-1") if all(char < "\u0100" for char in text) else text.encode("utf-8")
    return binascii.a2b_qp(raw, header=True)


def parameters(raw: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition value by lower-case name, decoded.

    Where a name comes as `name*` and as `name`, the former wins; of two equal ones the first.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for key, value in _fields(raw):
        piece = _PIECE.fullmatch(key)
        if piece is None:
            continue
        name = piece[1].lower()
        if piece[2] is None and not piece[3]:
            plain.setdefault(name, value)
        elif value:
            pieces.setdefault(name, {}).setdefault(int(piece[2] or 0), (value, bool(piece[3])))
    decoded = {name: one_line(decode_words(_eight_bit(value))) for name, value in plain.items()}
    for name, found in pieces.items():
        extended = _join(found)
        if extended:
            decoded[name] = extended
    return decoded


def _fields(raw: str) -> Iterator[tuple[str, str]]:
    """Names and raw values after the first `;`, quotes removed; whatever does not look like one is skipped."""
    value = _FOLD.sub(" ", raw[:_MAX_VALUE])
    double_byte = _is_double_byte(value)
    at = 0 if "=" in value.partition(";")[0] else value.find(";")
    for _ in range(_MAX_FIELDS):
        if not 0 <= at < len(value):
            return
        separator = _SEPARATOR.match(value, at)
        start = separator.end() if separator else at
        field = _PARAMETER.match(value, start)
        if field is None:
            at = value.find(";", start)
        elif value.startswith('"', field.end()):
            text, at = _quoted_value(value, field.end() + 1, double_byte)
            yield field[1], text
        else:
            text, at = _bare_value(value, field.end())
            yield field[1], text


def _bare_value(value: str, start: int) -> tuple[str, int]:
    """Up to the next thing that looks like a parameter: spaces and semicolons occur in bare names."""
    for following in _NEXT_PARAMETER.finditer(value, start):
        if ";" in following[0]:
            return value[start : following.start()].strip(" \t;"), following.start()
    return value[start:].strip(" \t;"), len(value)


def _quoted_value(value: str, start: int, double_byte: bool) -> tuple[str, int]:
    """Up to the quote that ends the value: one inside it is not followed by what follows a value."""
    escape = _DOUBLE_BYTE if double_byte else _ESCAPED
    masked = escape.sub("..", value[start : start + _MAX_QUOTED])
    end = masked.find('"')
    while end >= 0:
        if _AFTER_QUOTE.match(masked, end + 1):
            return _unescape(value[start : start + end], escape), start + end + 1
        end = masked.find('"', end + 1)
    text, end = _bare_value(value, start)
    return _unescape(text.rstrip('"'), escape), end


def _is_double_byte(value: str) -> bool:
    """Raw GBK or Big5, whose second bytes may be backslashes."""
    if value.isascii():
        return False
    try:
        value.encode("latin-1", "replace").decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _unescape(value: str, escape: re.Pattern[str]) -> str:
    return escape.sub(lambda found: found[1] or found[0], value) if "\\" in value else value


def _join(pieces: Mapping[int, tuple[str, bool]]) -> str:
    """RFC 2231 pieces in their order, whatever order they came in; gaps are passed over."""
    ordered = [pieces[number] for number in sorted(pieces)]
    first, label = ordered[0][0], ""
    if any(encoded for _, encoded in ordered):
        head = _EXTENDED.match(first) or _HALF_EXTENDED.match(first)
        if head and (head.re is _EXTENDED or codec_of(head[1])):
            label, first = head[1], first[head.end() :]
    ordered[0] = (first, ordered[0][1])
    raw = b"".join(
        unquote_to_bytes(text.encode("latin-1", "replace")) if encoded else text.encode("latin-1", "replace")
        for text, encoded in ordered
    )
    return one_line(decode_words(decode(raw, label)))


def file_name(content_type: str, disposition: str) -> str:
    """What the sender called the file, "" if it has no name. Both are raw header values, "" if absent."""
    named = parameters(disposition).get("filename", "") if disposition else ""
    other = parameters(content_type).get("name", "") if content_type else ""
    if named and other and _LOST.search(named) and not _LOST.search(other):
        named = other
    return (named or other)[:MAX_NAME]
