"""Whose address a mail gives as its sender's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.mail.headers import Header
from handlers.mail.names import unfold

_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_COMMENT = re.compile(r"\((?:[^()\\]++|\\.)*+\)", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]@]{1,128}@[^\s<>(),;:\"\[\]@]{1,255}")
_ENOUGH = 10  # comments within comments


def from_addresses(headers: Sequence[Header]) -> tuple[str, ...]:
    """All different addresses of all From lines, lower case, in their order.

    Names in quotes, comments and encoded words do not count; an address used as a bare name does, so that
    `a@gov.example <b@mail.example>` shows as the two addresses it pretends to be.
    """
    found: dict[str, None] = {}
    for header in headers:
        if header.name == "from":
            bare = _QUOTED.sub(" ", without_comments(unfold(header.raw)))
            found.update(dict.fromkeys(address.lower().rstrip(".") for address in _ADDRESS.findall(bare)))
    return tuple(found)


def without_comments(value: str) -> str:
    """A header's value without what stands in parentheses outside of quotes; nested up to ten deep."""
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quotes.append(match[0])
        return "\0"

    bare = _QUOTED.sub(keep, value.replace("\0", " "))
    for _ in range(_ENOUGH):
        bare, replaced = _COMMENT.subn(" ", bare)
        if not replaced:
            break
    kept = iter(quotes)
    return re.sub("\0", lambda _: next(kept, ""), bare)
