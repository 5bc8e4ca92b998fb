"""The body as text: which pieces make it up, their charsets, and lines that were wrapped on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.mail.charsets import codec_of, decode, printable
from handlers.mail.names import parameters
from handlers.mail.quotes import html_text

_META = re.compile(rb"(?i)<meta[^>]{0,300}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})")
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,100};base64,[A-Za-z0-9+/=\s%]*+")

_MAX_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A decoded text of the body. `alternative`: number of the multipart/alternative it was in, 0 without one."""

    text: str
    html: bool
    alternative: int


def text_of(content_type: str, raw: bytes, html: bool, limit: int) -> tuple[str, bool]:
    """The text of a decoded body, at most `limit` characters, and whether it was cut."""
    fields = parameters(content_type)
    label = fields.get("charset", "")
    if html and not codec_of(label) and (meta := _META.search(raw[:4096])):
        label = meta[1].decode("ascii")
    text = printable(decode(raw, label)).replace("\r\n", "\n").replace("\r", "\n")
    if html:
        text = _EMBEDDED.sub("", text)
    elif fields.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=fields.get("delsp", "").lower() == "yes")
    lines = text[:limit].split("\n", _MAX_LINES)
    return "\n".join(lines[:_MAX_LINES]), len(text) > limit or len(lines) > _MAX_LINES


def unflow(text: str, *, delete_space: bool) -> str:
    """Lines that end in a space joined with the next one of the same quote depth (RFC 3676)."""
    lines: list[str] = []
    flowing, depth = False, 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        quotes = len(line) - len(content)
        content = content.removeprefix(" ")
        if flowing and quotes == depth and content != "-- ":
            lines[-1] = lines[-1][:-1] + content if delete_space else lines[-1] + content
        else:
            lines.append((">" * quotes + " " if quotes else "") + content)
        flowing, depth = content.endswith(" ") and content != "-- ", quotes
    return "\n".join(lines)


def joined(pieces: Sequence[Piece]) -> tuple[str, str]:
    """The whole body as plain text and as HTML, each "" if there is none of it.

    HTML that has no plain counterpart in its own alternative is put into the plain text too, if there is any.
    """
    html = "\n".join(piece.text for piece in pieces if piece.html)
    plain = [piece for piece in pieces if not piece.html and piece.text.strip()]
    if not plain:
        return "", html
    covered = {piece.alternative for piece in plain} - {0}
    texts = (
        html_text(piece.text) if piece.html else piece.text
        for piece in pieces
        if not (piece.html and piece.alternative in covered)
    )
    return "\n".join(texts).strip("\n"), html
