"""Files that a mail only links to: 超大附件, 云附件 and shares of net disks, with name, size and expiry.

Nothing is fetched. What an anchor shows is not believed, only where it leads; addresses in plain text count where
they stand alone, not inside another address. Codes that open a share (提取码) are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.model.mail import Link
from handlers.mail.charsets import one_line
from handlers.mail.linked_file import Details, details_in, name_in, unlike_a_name
from handlers.mail.markup import INLINE, VOID, End, Start, read
from handlers.mail.shares import OPENS_ALL, Share, share_of

MAX_LINKS = 100
MAX_NAME = 255
_NEAR = 400  # characters around an address that may be about it
_OWN = 1000  # characters between the first and the last address of a file

# Printable ASCII without quotes, angle brackets and backslash.
_URL = re.compile(r"https?://[!#-&(-;=?-\[\]-~]+", re.IGNORECASE)
_INSIDE_ANOTHER = re.compile(r"[\w/=&?%#@.~+-]", re.ASCII)
_TRAILING = ".,;:!?)]}*"


class _Place(NamedTuple):
    """Where a text leads to a share."""

    start: int
    end: int
    share: Share
    names: tuple[str, ...] = ()  # what may be the file's name, best first
    titles: tuple[str, ...] = ()  # of the boxes around it


class _Body(NamedTuple):
    text: str
    places: Sequence[_Place]


def find_links(text: str, html: str) -> tuple[Link, ...]:
    """The shares in a mail's bodies in their order, each once, at most `MAX_LINKS`."""
    found: dict[str, Link] = {}
    for body in (_html_body(html), _text_body(text)):
        for key, link in _links(body):
            known = found.get(key)
            if known is not None:
                found[key] = _filled(known, link)
            elif len(found) < MAX_LINKS:
                found[key] = link
    links = tuple(found.values())
    own_ones = tuple(link for link in links if link.host != OPENS_ALL)
    return own_ones if any(link.host.endswith("163.com") for link in own_ones) else links


def _filled(known: Link, other: Link) -> Link:
    expires_at = known.expires_at if known.size is not None else known.expires_at or other.expires_at
    size = known.size if known.size is not None else other.size
    return Link(known.url, known.host, known.name or other.name, size, expires_at)


def _links(body: _Body) -> Iterator[tuple[str, Link]]:
    runs = [list(run) for _, run in groupby(body.places, key=lambda place: place.share.key)]
    last_end = 0
    for number, run in enumerate(runs):
        following = runs[number + 1][0].start if number + 1 < len(runs) else len(body.text)
        start, end = run[0].start, run[-1].end
        before = body.text[max(last_end, start - _NEAR) : start]
        after = body.text[end : min(following, end + _NEAR)].partition("\n")[0]
        yield run[0].share.key, _link(run, before, body.text[start : min(end, start + _OWN)], after)
        last_end = end


def _link(run: Sequence[_Place], before: str, own: str, after: str) -> Link:
    share = run[0].share
    sources = [*(title for place in run for title in place.titles), own, _last_lines(before), after]
    details = next(filter(None, map(details_in, sources)), Details())
    names = [name for place in run for name in place.names]
    names += [details.name, share.title, name_in(before), name_in(own)]
    name = next((clean for raw in names if not unlike_a_name(clean := one_line(raw))), "")
    return Link(share.url, share.host, name[:MAX_NAME], details.size, details.expires_at)


def _last_lines(text: str) -> str:
    """The line an address stands on and the two above it; the size stands on one of them."""
    return "\n".join([line for line in text.split("\n") if line.strip()][-3:])


def _text_body(text: str) -> _Body:
    return _Body(text, list(_plain_places(text)))


def _plain_places(text: str) -> Iterator[_Place]:
    for match in _URL.finditer(text):
        if match.start() and _INSIDE_ANOTHER.match(text[match.start() - 1]):
            continue
        address = match[0].rstrip(_TRAILING)
        if share := share_of(address):
            yield _Place(match.start(), match.start() + len(address), share)


def _html_body(html: str) -> _Body:
    page = _Page()
    for piece in read(html):
        match piece:
            case str():
                page.write(piece)
            case Start():
                page.start(piece)
            case End(tag):
                page.end(tag)
    page.close_anchor()
    text = "".join(page.parts)
    anchored = iter([*page.anchors, (len(text), len(text))])
    places = list(page.places)
    begin, end = next(anchored)
    for place in _plain_places(text):
        while end <= place.start and begin < len(text):
            begin, end = next(anchored)
        if place.end <= begin:
            places.append(place)
    return _Body(text, sorted(places, key=lambda place: (place.start, place.end)))


class _Page:
    """Collects the text of an HTML body and the anchors in it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.places: list[_Place] = []
        self.anchors: list[tuple[int, int]] = []
        self._length = 0
        self._titles: list[str] = [""]  # of the open blocks, the nearest one that has any
        self._anchor: Start | None = None
        self._anchor_start = 0
        self._label: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)
        if self._anchor is not None:
            self._label.append(text)

    def start(self, element: Start) -> None:
        if element.tag == "a":
            self.close_anchor()
            self._anchor, self._anchor_start = element, self._length
        elif "downloadlink" in element.attributes:
            self._place(element.attributes["downloadlink"], self._length, ())
        if element.tag in INLINE:
            return
        if element.tag not in ("td", "th", "img"):
            self.write("\n")
        if element.tag not in VOID:
            self._titles.append(element.attributes.get("title", "") or self._titles[-1])

    def end(self, tag: str) -> None:
        if tag == "a":
            self.close_anchor()
        elif tag not in INLINE:
            self.write(" " if tag in ("td", "th") else "\n")
            if len(self._titles) > 1:
                self._titles.pop()

    def close_anchor(self) -> None:
        if self._anchor is None:
            return
        attributes, label = self._anchor.attributes, "".join(self._label)
        self._anchor = None
        self._label.clear()
        if "href" in attributes:
            self.anchors.append((self._anchor_start, self._length))
            names = (attributes.get("download", ""), label, attributes.get("title", ""))
            self._place(attributes["href"], self._anchor_start, names)

    def _place(self, address: str, start: int, names: tuple[str, ...]) -> None:
        # Programs that follow an address leave out the line ends and tabs in it.
        share = share_of(re.sub(r"[\t\r\n]", "", address.strip()))
        if share:
            title = self._titles[-1][:_NEAR]
            first_line = title.partition("\n")[0] if "\n" in title else ""
            self.places.append(_Place(start, self._length, share, (*names, first_line), (title,)))
