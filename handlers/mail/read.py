"""Reads one raw message: who wrote what, and every attachment decoded into a folder.

Runs in a child process that is stopped from outside when it takes too long or too much memory. The raw file is
mapped, split in one pass and decoded piece by piece.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path

from bot.documents.type_names import PICTURE_TYPES
from bot.model.mail import Bounce, Link, ParsedMail, Part, Trust
from handlers.mail.automatic import bounce_of, why_automatic
from handlers.mail.charsets import decode, one_line, printable
from handlers.mail.headers import Data, Header, raw_value, read_headers, text_value
from handlers.mail.links import find_links
from handlers.mail.mime import MESSAGE, Leaf, Limits, Splitter, TooMuch, transfer_encoding
from handlers.mail.mime_addresses import addresses, message_ids, sender_of
from handlers.mail.mime_bodies import Damage, decoded, uu_blocks, uu_content
from handlers.mail.mime_dates import sent_at
from handlers.mail.mime_parts import PartStore
from handlers.mail.mime_texts import Piece, joined, text_of
from handlers.mail.names import MAX_NAME, file_name
from handlers.mail.quotes import html_text, newest_part
from handlers.mail.tnef import SIGNATURE, read_tnef
from handlers.mail.trust import sender_trust

__all__ = ["DEFAULT", "Limits", "TooMuch", "read_mail"]

DEFAULT = Limits()

_MAX_BODY = 8_000_000  # bytes of a text that are decoded
_MAX_BOUNCE = 2_000_000  # bytes of a message that is looked at as a bounce
_MAX_SUBJECT = 1000
_MAX_HEADERS = 1_000_000  # bytes up to which all of the headers are sure to have been read
_CID = re.compile(r"(?i)cid:([^\"'\s>)<]{1,300})")
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})


class Problem(StrEnum):
    """What could not be read, for staff."""

    EMPTY = "empty_message"
    NO_BOUNDARY = "boundary_missing"
    DAMAGED = "encoding_damaged"
    TEXT_CUT = "text_cut"
    TNEF = "winmail_damaged"
    SENDERS = "several_senders"
    NO_SENDER = "no_sender"


@dataclass(slots=True)
class _Message:
    """One message with what was found in it: the mail itself, or one inside it."""

    path: tuple[str, ...]
    depth: int
    pieces: list[Piece] = field(default_factory=list)
    named_texts: list[Leaf] = field(default_factory=list)  # shown as text if there is no other
    pictures: list[tuple[int, str, bool]] = field(default_factory=list)  # index of part, cid, in related


def read_mail(raw: Path | str, out: Path | str, limits: Limits = DEFAULT) -> ParsedMail:
    """Read the message in the file `raw`; attachments are left in the folder `out` under their SHA-256.

    Raises TooMuch beyond the limits and OSError where files cannot be read or written; anything else that is
    wrong with the message is told in `problems`.
    """
    path = Path(raw)
    store = PartStore(Path(out), limits)
    with _mapped(path) as data:
        return _Reader(data, store, limits).read()


@contextmanager
def _mapped(path: Path) -> Iterator[Data]:
    """The file's bytes; a message whose lines end in CR alone is given LF."""
    with path.open("rb") as file:
        head = file.read(65_536)
        if not head or (b"\r" in head and b"\n" not in head):
            yield head.replace(b"\r", b"\n") + file.read().replace(b"\r", b"\n")
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


class _Reader:
    """Goes through a message and the messages inside it, in order."""

    def __init__(self, data: Data, store: PartStore, limits: Limits) -> None:
        self._data = data
        self._store = store
        self._limits = limits
        self._parts: list[Part] = []
        self._leaves = 0
        self._problems: dict[str, None] = {}
        self._links: dict[str, Link] = {}

    def read(self) -> ParsedMail:
        data = self._data
        headers, body = read_headers(data, 0, len(data), top=True)
        if not headers and body >= len(data):
            self._note(Problem.EMPTY)
        message = _Message((), 0)
        self._message(data, headers, body, len(data), message)
        text, html = joined(message.pieces)
        full_text = text or printable(html_text(html))
        name, address, several = sender_of(headers)
        self._note(Problem.SENDERS if several else "" if address else Problem.NO_SENDER)
        automatic = why_automatic(headers, full_text)
        return ParsedMail(
            message_id=next(iter(message_ids(raw_value(headers, "message-id"))), ""),
            sender=address,
            sender_name=name,
            reply_to=next(iter(addresses(headers, "reply-to")), ""),
            to=addresses(headers, "to", "cc"),
            subject=text_value(headers, "subject")[:_MAX_SUBJECT],
            sent_at=sent_at(raw_value(headers, "date")),
            references=_references(headers),
            text=printable(newest_part(text, html)),
            full_text=full_text,
            automatic=automatic,
            bounce=_bounce(data) if automatic else None,
            trust=sender_trust(headers) if body <= _MAX_HEADERS else Trust.MISSING,
            parts=tuple(self._parts),
            links=tuple(self._links.values()),
            problems=tuple(filter(None, self._problems)),
        )

    def _note(self, problem: str) -> None:
        self._problems[str(problem)] = None

    def _message(
        self, data: Data, headers: tuple[Header, ...], body: int, end: int, message: _Message
    ) -> None:
        splitter = Splitter(data, end, self._limits, message.depth)
        for leaf in splitter.leaves(headers, body):
            self._leaves += 1
            if self._leaves > self._limits.parts:
                raise TooMuch("too many parts")
            self._leaf(data, leaf, message)
        if not message.pieces:
            for leaf in message.named_texts[:1]:
                self._text(data, leaf, message)
        self._close(message)

    def _close(self, message: _Message) -> None:
        """Mark the pictures that the text shows, and collect the links of the text."""
        text, html = joined(message.pieces)
        for link in find_links(text, html):
            clean = replace(link, url=one_line(link.url), host=one_line(link.host), name=one_line(link.name))
            self._links.setdefault(clean.url, clean)
        shown = set(_CID.findall(html))
        for index, cid, related in message.pictures:
            if cid in shown or (related and not html):
                self._parts[index] = replace(self._parts[index], inline=True)

    def _leaf(self, data: Data, leaf: Leaf, message: _Message) -> None:
        if leaf.guessed:
            self._note(Problem.NO_BOUNDARY)
        disposition = raw_value(leaf.headers, "content-disposition")
        name = file_name(raw_value(leaf.headers, "content-type"), disposition)
        attached = disposition.lower().lstrip(" \"'").startswith("attach")
        text = leaf.guessed or leaf.type in ("text/plain", "text/html")
        if text and not name and not attached:
            self._text(data, leaf, message)
            return
        if text and not attached:
            message.named_texts.append(leaf)
        self._attachment(data, leaf, name, message, attached)

    def _text(self, data: Data, leaf: Leaf, message: _Message) -> None:
        raw = self._body_text(data, leaf)
        raw = self._uuencoded(raw, message)
        html = leaf.type == "text/html"
        text, cut = text_of(raw_value(leaf.headers, "content-type"), raw, html, self._limits.text)
        if cut:
            self._note(Problem.TEXT_CUT)
        message.pieces.append(Piece(text, html, leaf.alternative))

    def _body_text(self, data: Data, leaf: Leaf) -> bytes:
        encoding = transfer_encoding(leaf.headers)
        damage = Damage()
        if encoding in _PLAIN_ENCODINGS:
            return data[leaf.start : leaf.end]
        pieces = islice(decoded(data, leaf.start, leaf.end, encoding, damage), _MAX_BODY >> 20)
        raw = b"".join(pieces)
        self._damage(damage)
        return raw

    def _uuencoded(self, raw: bytes, message: _Message) -> bytes:
        """The text without the files that are written in it; they become parts."""
        at, kept = 0, []
        for start, begin, end, name in uu_blocks(raw):
            kept.append(raw[at:start])
            damage = Damage()
            sha256, size = self._store.write(uu_content(raw, begin, end, damage))
            self._damage(damage)
            self._keep(one_line(decode(name))[:MAX_NAME], message.path, sha256, size)
            at = end
        return b"".join((*kept, raw[at:]))[:_MAX_BODY] if kept else raw[:_MAX_BODY]

    def _attachment(self, data: Data, leaf: Leaf, name: str, message: _Message, attached: bool) -> None:
        damage = Damage()
        encoding = transfer_encoding(leaf.headers)
        sha256, size = self._store.write(decoded(data, leaf.start, leaf.end, encoding, damage))
        self._damage(damage)
        is_tnef = leaf.type == "application/ms-tnef" or name.lower() == "winmail.dat"
        if is_tnef and self._tnef(sha256, name, message):
            return
        index = len(self._parts)
        self._keep(name, message.path, sha256, size)
        if leaf.type in MESSAGE or name.lower().endswith(".eml"):
            self._inner(sha256, name, message)
        cid = raw_value(leaf.headers, "content-id").strip(" \t\r\n<>")
        if cid and self._parts[index].type in PICTURE_TYPES:
            message.pictures.append((index, cid, not attached and "multipart/related" in leaf.inside))

    def _keep(self, name: str, path: tuple[str, ...], sha256: str, size: int) -> None:
        self._parts.extend(self._store.parts(name, path, sha256, size, inline=False))

    def _damage(self, damage: Damage) -> None:
        if damage.found:
            self._note(Problem.DAMAGED)

    def _inner(self, sha256: str, name: str, message: _Message) -> None:
        """The parts of a message that is itself a part."""
        if message.depth + 1 >= self._limits.depth:
            raise TooMuch("nested too deep")
        with _mapped(self._store.path(sha256)) as data:
            headers, body = read_headers(data, 0, len(data), top=True)
            title = name or text_value(headers, "subject")[:MAX_NAME]
            inner = _Message((*message.path, title), message.depth + 1)
            self._message(data, headers, body, len(data), inner)

    def _tnef(self, sha256: str, name: str, message: _Message) -> bool:
        """Keep the files of a TNEF stream; False if there are none in it."""
        with _mapped(self._store.path(sha256)) as data:
            if data[:4] != SIGNATURE:
                return False
            found = read_tnef(data, 0, len(data))
            if found.damaged:
                self._note(Problem.TNEF)
            if not message.pieces and (found.text or found.html):
                html = not found.text
                text = printable(found.text or found.html)[: self._limits.text]
                message.pieces.append(Piece(text, html, 0))
            for file in found.files:
                written = self._store.write(decoded(data, file.start, file.end, "", Damage()))
                self._keep(file.name[:MAX_NAME], (*message.path, name or "winmail.dat", *file.path), *written)
        return bool(found.files)


def _bounce(data: Data) -> Bounce | None:
    found = bounce_of(data[:]) if len(data) < _MAX_BOUNCE else None
    if found is None:
        return None
    return Bounce(
        tuple(map(one_line, found.addresses)), tuple(map(one_line, found.message_ids)), found.permanent
    )


def _references(headers: Sequence[Header]) -> tuple[str, ...]:
    found = (
        one
        for name in ("in-reply-to", "references")
        for header in headers
        if header.name == name
        for one in message_ids(header.raw)
    )
    return tuple(dict.fromkeys(found))
