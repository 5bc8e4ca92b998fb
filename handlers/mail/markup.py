"""HTML of a mail as a stream of what opens, what closes and what is read.

Written for hostile input: every character is looked at a bounded number of times, nothing raises, and every
element that is on the stack is closed again. That is less than a browser does and enough to read a mail. What looks
like a tag but never ends is text: better a stray bracket than a lost sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
)
# An end tag of these never closes a block around it, so they are not kept on the stack.
INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "nobr",
    }
    | {"q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var"}
)
_UNREAD = frozenset({"script", "style", "title"})
_END_OF = {tag: re.compile(rf"</{tag}[^>]*>", re.IGNORECASE) for tag in _UNREAD}
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_NAME_START = re.compile("[a-zA-Z]")
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
# Python refuses to read a number of thousands of digits; no character has one.
_ENDLESS_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


class Start(NamedTuple):
    tag: str  # lower case
    attributes: Mapping[str, str]  # names in lower case


class End(NamedTuple):
    tag: str


Piece = Start | End | str


def read(html: str) -> Iterator[Piece]:
    """The pieces of `html` in order; a block that is left open is closed with the block around it."""
    open_tags: list[str] = []
    opened: Counter[str] = Counter()
    for piece in _pieces(html):
        match piece:
            case Start(tag) if tag not in VOID and tag not in INLINE:
                open_tags.append(tag)
                opened[tag] += 1
                yield piece
            case End(tag) if tag not in INLINE:
                while opened[tag] > 0:
                    closed = open_tags.pop()
                    opened[closed] -= 1
                    yield End(closed)
                    if closed == tag:
                        break
            case _:
                yield piece
    yield from (End(tag) for tag in reversed(open_tags))


def _pieces(html: str) -> Iterator[Piece]:
    last_end = html.rfind(">")
    at = 0
    while (start := html.find("<", at)) != -1 and start < last_end:
        if start > at:
            yield _plain(html[at:start])
        match = _TAG.match(html, start)
        if match:
            at = match.end()
            tag = match[2].lower()
            yield End(tag) if match[1] else Start(tag, _attributes(match[3]))
            if tag in _UNREAD and not match[1]:
                end = _END_OF[tag].search(html, at)
                at = end.end() if end else len(html)
        elif html.startswith("<!--", start):
            end_of_comment = html.find("-->", start + 4)
            at = end_of_comment + 3 if end_of_comment != -1 else len(html)
        elif html[start + 1] in "!?/" or _NAME_START.match(html, start + 1):
            at = html.find(">", start) + 1  # a declaration, or a tag whose quotes do not match
        else:
            yield "<"
            at = start + 1
    if at < len(html):
        yield _plain(html[at:])


def _attributes(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), _plain(value))
    return found


def _plain(text: str) -> str:
    return unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text
