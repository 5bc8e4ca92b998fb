"""Addresses as clients write them: unquoted names, raw hanzi, double brackets, none at all, groups, comments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.mail.charsets import decode, one_line
from handlers.mail.headers import Header
from handlers.mail.names import decode_words, unfold

_TOKEN = re.compile(r"[\"(<,;，；]")
_OUTSIDE = r"\s<>()\[\],;:\"'“”，；"
_BARE = re.compile(rf"(?<![^{_OUTSIDE}])[^{_OUTSIDE}]+@[^{_OUTSIDE}]+")
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_IN_QUOTES = re.compile(r"\\.|\"", re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


def mailboxes(raw: str) -> list[tuple[str, str]]:
    """Name and lower-case address of each mailbox of a raw header value; what has no address is left out."""
    value = unfold(raw)
    value = value if value.isascii() else decode(value.encode("latin-1", "replace"))
    found = (_mailbox(words, bracketed) for words, bracketed in _entries(value))
    return [mailbox for mailbox in found if mailbox[1]]


def _entries(value: str) -> list[tuple[str, str]]:
    """For each entry the text outside brackets and the last text inside them."""
    entries: list[tuple[str, str]] = []
    words: list[str] = []
    bracketed = ""
    at, unclosed = 0, set[str]()
    while token := _TOKEN.search(value, at):
        words.append(value[at : token.start()])
        at = token.end()
        mark = token[0]
        if mark in ",;，；":
            entries.append(("".join(words), bracketed))
            words, bracketed = [], ""
            continue
        end = -1 if mark in unclosed else _closing(value, mark, at)
        if end < 0:
            unclosed.add(mark)
        elif mark == '"':
            words.append('"' + re.sub(r"\\(.)", r"\1", value[at:end]) + '"')
            at = end + 1
        elif mark == "<":
            inner = value[at:end].strip(" <>")
            bracketed = inner if "@" in inner or not bracketed else bracketed
            at = end + 1
        else:
            at = end + 1
    words.append(value[at:])
    entries.append(("".join(words), bracketed))
    return entries


def _closing(value: str, mark: str, at: int) -> int:
    """The index of what closes a quote, comment or bracket that opened before `at`, -1 if nothing does."""
    if mark == "<":
        return value.find(">", at)
    depth = 1
    for found in (_IN_QUOTES if mark == '"' else _IN_COMMENT).finditer(value, at):
        depth += {"(": 1, ")": -1, '"': -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return -1


def _mailbox(words: str, bracketed: str) -> tuple[str, str]:
    if "@" in bracketed:
        route = bracketed.rpartition(":")[2] if bracketed.startswith("@") else bracketed
        return _name(words), _address(route)
    bare = _BARE.search(words) or _BARE.search(decode_words(words))
    if bare is None:
        return "", ""
    return _name(words.replace(bare[0], "", 1)), _address(bare[0])


def _name(words: str) -> str:
    alone = words if '"' in words else words.rpartition(":")[2]  # without the name of a group
    return one_line(decode_words(alone)).strip("\"'“”<> ")[:200]


def _address(text: str) -> str:
    return one_line(text).replace(" ", "").strip("\"'.,;:").lower()[:320]


def sender_of(headers: Sequence[Header]) -> tuple[str, str, bool]:
    """Name and address of the sender, and whether several From headers disagree."""
    found = [mailbox for header in headers if header.name == "from" for mailbox in mailboxes(header.raw)[:20]]
    if not found:
        found = [one for header in headers if header.name == "sender" for one in mailboxes(header.raw)[:1]]
    if not found:
        return "", "", False
    return found[0][0], found[0][1], len({address for _, address in found}) > 1


def addresses(headers: Sequence[Header], *names: str) -> tuple[str, ...]:
    """The addresses of those headers, each once, in their order."""
    return tuple(
        dict.fromkeys(
            address for header in headers if header.name in names for _, address in mailboxes(header.raw)
        )
    )


def message_ids(raw: str) -> tuple[str, ...]:
    """Message ids with their brackets, each once; ids without brackets get them."""
    value = one_line(raw.replace("\r", " ").replace("\n", " "))
    found = [f"<{one}>" for one in _MESSAGE_ID.findall(value)]
    if not found:
        found = [f"<{word.strip('<>')[:900]}>" for word in re.split(r"[\s,]+", value) if "@" in word]
    return tuple(dict.fromkeys(found))
