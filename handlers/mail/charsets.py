"""Bytes of a mail to text: the declared charset is believed only as far as the result reads like text.

1. gb2312 and gbk are always read as gb18030, iso-8859-1 as cp1252: that is what senders mean.
2. Without a usable label: UTF-8, then GB18030; a UTF-8 reading without any character from U+0800 on loses to
   GB18030, since many two-byte hanzi of GBK happen to be valid UTF-8.
3. With a label: what it yields, unless another reading is clearly more plausible (labels lie).
4. Nothing is ever refused: what no reading fits becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_SAMPLE = 4096  # bytes judged for plausibility; the rest of a text is like its beginning
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "gb_2312": "gb18030",
    "gb-2312": "gb18030",
    "gb-18030": "gb18030",
    "euc-cn": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "x-ansi": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_UNLABELLED = frozenset(
    [
        "ascii",
        "us-ascii",
        "ansi_x3.4-1968",
        "default",
        "unknown",
        "unknown-8bit",
        "x-unknown",
        "8bit",
        "binary",
        "none",
        "x-user-defined",
    ]
) | {""}
_NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap"}
)
_OFTEN_WRONG = ("gb18030", "big5", "cp1252", "iso8859", "latin")
_STATEFUL = ("hz", "utf-7", "utf-16", "utf-32", "iso2022")
# C0 but tab and line ends, DEL, C1, bidirectional marks, embeddings, overrides and isolates, lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_WESTERN = re.compile(
    rb"(?:[\x00-\x7f]|(?<=[A-Za-z])[\xc0-\xff](?=[A-Za-z.]))*"
)  # accented letters inside words
_LATIN_LETTERS = re.compile("[À-ÖØ-öø-ÿ]")


def printable(text: str) -> str:
    """The text without NUL, control characters, bidirectional overrides and lone surrogates."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """`printable`, with tabs and line ends as single spaces and none at the ends: for names and headers."""
    return printable(re.sub(r"[\r\n\t]+", " ", text)).strip(" ")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str:
    """Python's codec for a charset label, "" where the label says nothing usable."""
    name = label.strip(" \t\r\n\"'<>;").lower()
    if name in _UNLABELLED or len(name) > 40:
        return ""
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return ""
    canonical = found.name
    if canonical.replace("-", "_") in _NOT_FOR_MAIL or not getattr(found, "_is_text_encoding", True):
        return ""
    return _ALIASES.get(canonical, "gb18030" if canonical in ("gb2312", "gbk") else canonical)


def decode(raw: bytes, label: str = "") -> str:
    """The text of `raw`; never fails. The label is the declared charset, "" if none was."""
    codec = codec_of(label)
    if codec.startswith(_STATEFUL):
        stateful = _strict(raw, codec)
        if stateful is not None:
            return stateful
        codec = ""
    if raw.isascii():
        return raw.decode("ascii")
    if raw.startswith(codecs.BOM_UTF8) or (raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked = _strict(raw, "utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-16")
        if marked is not None:
            return marked
    return _labelled(raw, codec) if codec else _unlabelled(raw)


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _unlabelled(raw: bytes) -> str:
    utf8, chinese = _strict(raw, "utf-8"), _strict(raw, "gb18030")
    if utf8 is not None and (chinese is None or any(char >= "\u0800" for char in utf8)):
        return utf8
    if chinese is None:
        return _least_bad(raw, "utf-8", "gb18030", "big5hkscs", "cp1252")
    if _WESTERN.fullmatch(raw):
        return raw.decode("cp1252", "replace")
    big5 = _strict(raw, "big5hkscs")
    return big5 if big5 is not None and _badness(big5) < _badness(chinese) - 0.3 else chinese


def _labelled(raw: bytes, codec: str) -> str:
    text = _strict(raw, codec)
    if text is None:
        return _least_bad(raw, codec, "utf-8", "gb18030", "big5hkscs")
    if codec == "utf-8":
        return _two_byte_hanzi(raw, text)
    badness = _badness(text)
    utf8 = _strict(raw, "utf-8")
    if utf8 is not None and any(char >= "\u0800" for char in utf8) and _badness(utf8) < badness - 0.1:
        return utf8
    for other in ("gb18030", "big5hkscs") if codec.startswith(_OFTEN_WRONG) else ():
        reading = _strict(raw, other) if other != codec else None
        if reading is not None and _badness(reading) < badness - 0.25:
            return reading
    return text


def _two_byte_hanzi(raw: bytes, text: str) -> str:
    """GBK that calls itself UTF-8 and happens to be valid: odd Latin letters against common hanzi."""
    if any(char >= "\u0800" for char in text) or _badness(text) < 0.7:
        return text
    chinese = _strict(raw, "gb18030")
    return chinese if chinese is not None and _badness(chinese) <= 0.1 else text


def _least_bad(raw: bytes, *codecs_: str) -> str:
    """The reading that looks most like text; valid UTF-8 sequences are no accident, so a few errors are forgiven."""
    sample = raw[:_SAMPLE]
    if "utf-8" in codecs_:
        utf8 = sample.decode("utf-8", "replace")
        odd = sum(char > "\x7f" for char in utf8)
        if odd >= 2 * utf8.count("\ufffd"):
            return raw.decode("utf-8", "replace")
    readings = [(_badness(sample.decode(codec, "replace")), order) for order, codec in enumerate(codecs_)]
    return raw.decode(codecs_[min(readings)[1]], "replace")


def _badness(text: str) -> float:
    """How little the characters beyond ASCII look like text somebody wrote: 0 common hanzi … 3 broken."""
    odd = [char for char in text[:_SAMPLE] if char > "\x7f"]
    return sum(map(_oddness, odd)) / len(odd) if odd else 0.0


@lru_cache(maxsize=8192)
def _oddness(char: str) -> float:
    if char == "\ufffd" or "\x80" <= char <= "\x9f":
        return 3.0
    if "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" or char in "“”‘’—…·\u00a0":
        return 0.0
    if "\u3400" <= char <= "\u9fff":
        return _hanzi_oddness(char)
    if _LATIN_LETTERS.match(char):
        return 0.35
    if "\u3040" <= char <= "\u30ff" or "\uac00" <= char <= "\ud7a3" or "\u0370" <= char <= "\u045f":
        return 0.6
    if "\ue000" <= char <= "\uf8ff":
        return 2.0
    return 0.8 if char < "\U00010000" else 1.0


def _hanzi_oddness(char: str) -> float:
    simplified = char.encode("gb2312", "ignore")
    if simplified:
        return 0.0 if simplified[0] <= 0xD7 else 0.4
    traditional = char.encode("big5", "ignore")
    return 0.4 if traditional and traditional[0] <= 0xC6 else 1.0
