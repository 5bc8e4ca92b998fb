"""Cutting a text into messages a chat can carry, by bytes of UTF-8. Pure.

WeCom cuts a text after 2048 bytes without a word (path/90236); so we cut it ourselves, at the end of a
paragraph, line or sentence where there is one, and lose nothing.
"""

from __future__ import annotations

import re
import unicodedata

LIMIT = 2048  # bytes of UTF-8 in one text message, pushed or passive

_ENDS = (
    re.compile(r"\n\s*\n"),  # paragraph
    re.compile(r"\n"),  # line
    re.compile(r"[。！？；!?;…][”’」』）)\]】〕]*"),  # sentence
    re.compile(r"[，、：,:\s]"),  # clause or word
)
_JOINER = "\u200d"


def split(text: str, limit: int = LIMIT) -> list[str]:
    """The text in parts of at most `limit` bytes (at least 4), in order; joined they are the text again.

    No part is empty, so the empty text has none. A lone surrogate counts 3 bytes, as the
    U+FFFD that `sendable` puts in its place.
    """
    if limit < 4:
        raise ValueError("limit must hold any one character (4 bytes)")
    parts: list[str] = []
    while _size(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text] if text else parts


def cut_bytes(text: str, limit: int) -> str:
    """The longest beginning of the text that has at most `limit` bytes."""
    return text if _size(text) <= limit else text[: _longest_head(text, limit)]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _longest_head(text: str, limit: int) -> int:
    """How many characters of the text fit into `limit` bytes."""
    encoded = text[:limit].encode("utf-8", "surrogatepass")
    end = min(limit, len(encoded))
    while end < len(encoded) and encoded[end] & 0xC0 == 0x80:
        end -= 1
    return len(encoded[:end].decode("utf-8", "surrogatepass"))


def _cut(text: str, limit: int) -> int:
    """Where to end the first part: after the strongest boundary in the second half of what fits."""
    fits = _longest_head(text, limit)
    for boundary in _ENDS:
        found = [m.end() for m in boundary.finditer(text, 0, fits) if m.end() > fits // 2]
        if found:
            return _leave_words(text, found[-1])
    return _leave_words(text, _whole_character(text, fits))


def _whole_character(text: str, cut: int) -> int:
    """Not between a character and its accent, selector or joined emoji, if it can be helped."""
    for back in range(cut, max(cut - 32, 1), -1):
        follows = text[back]
        if not unicodedata.category(follows).startswith("M") and _JOINER not in (follows, text[back - 1]):
            return back
    return cut


def _leave_words(text: str, cut: int) -> int:
    """A rest of white space alone would be refused as empty: it takes the last word with it."""
    words = len(text[:cut].rstrip())
    return words - 1 if words > 1 and text[cut:].isspace() else cut
