"""The lines of a mail's body, each with how it stands in it: written, cited or quoted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from handlers.mail.markup import INLINE, VOID, End, Start, read


class Level(IntEnum):
    OWN = 0
    INDENTED = 1  # a block quotation that no mail program marked as a quote
    CITED = 2  # begins with ">"
    QUOTED = 3  # inside what a mail program marked as a quote
    CUT = 4  # no text: everything from here on is a quote


class Line(NamedTuple):
    text: str
    level: Level = Level.OWN


_SAME_LINE = INLINE | (VOID - {"hr"}) | {"td", "th", "tbody", "thead", "tfoot", "map"}
_QUOTE_CLASSES = frozenset({"ntes-mailmaster-quote", "gmail_quote", "yahoo_quoted", "protonmail_quote"})
_QUOTE_IDS = ("isReplyContent", "reply139content")
_CUT_IDS = frozenset({"divRplyFwdMsg", "replySplit"})


def text_lines(text: str) -> list[Line]:
    """The lines of a text/plain body."""
    return [Line(line, Level.CITED if _is_cited(line) else Level.OWN) for line in text.splitlines()]


def html_lines(html: str) -> list[Line]:
    """The lines of a text/html body as they are read, white space as a browser shows it."""
    page = _Page()
    for piece in read(html):
        match piece:
            case str():
                page.write(piece)
            case Start(tag, attributes):
                page.start(tag, attributes)
            case End(tag):
                page.end(tag)
    page.finish_line()
    return page.lines


def _is_cited(line: str) -> bool:
    bare = line.lstrip()
    return bare.startswith(">") and not bare.startswith(">=")


class _Page:
    """Collects lines while the pieces of the HTML go by."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._levels: list[Level] = [Level.OWN]  # of the open blocks
        self._preformatted = 0

    def write(self, text: str) -> None:
        if not self._preformatted:
            self._words.append(text)
            return
        for number, line in enumerate(text.splitlines()):
            if number:
                self._new_line()
            self._words.append(line)
        if text.endswith("\n"):
            self._new_line()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "br":
            self._new_line()
            return
        if tag in ("td", "th"):
            self._words.append(" ")
        elif tag not in _SAME_LINE:
            self.finish_line()
        if attributes.get("id") in _CUT_IDS or "data-uneditable" in attributes:
            self.finish_line()
            self.lines.append(Line("", Level.CUT))
        if tag not in INLINE and tag not in VOID:
            self._levels.append(max(self._levels[-1], _level(tag, attributes)))
            self._preformatted += tag == "pre"

    def end(self, tag: str) -> None:
        if tag in INLINE:
            return
        if tag not in _SAME_LINE:
            self.finish_line()
        self._preformatted -= tag == "pre"
        if len(self._levels) > 1:
            self._levels.pop()

    def finish_line(self) -> None:
        """End the line if anything stands in it."""
        if any(not word.isspace() for word in self._words if word):
            self._new_line()
        self._words.clear()

    def _new_line(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        self.lines.append(Line(" ".join(text.split()), self._levels[-1]))


def _level(tag: str, attributes: Mapping[str, str]) -> Level:
    classes = attributes.get("class", "").split()
    if attributes.get("id", "").endswith(_QUOTE_IDS):
        return Level.QUOTED
    if tag == "blockquote":
        cited = attributes.get("type") == "cite" or not _QUOTE_CLASSES.isdisjoint(classes)
        return Level.QUOTED if cited else Level.INDENTED
    # Gmail's own box also holds what is written under the quote; only the block quotation in it is quoted.
    return Level.QUOTED if not (_QUOTE_CLASSES - {"gmail_quote"}).isdisjoint(classes) else Level.OWN
