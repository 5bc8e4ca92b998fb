"""Whether the mailbox's own server vouches for the sender's address (RFC 8601).

1. Only an Authentication-Results line of the server that took the mail counts: its id equals the `by` host of the
   topmost Received line. Senders write such lines, too; two that claim that server prove nothing.
2. NetEase (Coremail) writes below the sender's headers, and names the delivery twice: the Received line's id must
   be in X-CM-TRANSID, too. A sender who lets the headers seem to end before the server's own lines, so that only
   a forged one is seen, hides that name as well. It also breaks values in mid-word, so its folds are no spaces.
3. spf or dkim must have passed for the domain of the one address in From, or of its organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.model.mail import Trust
from handlers.mail.headers import Header
from handlers.mail.mime_addresses import sender_of
from handlers.mail.names import unfold
from handlers.mail.sender import from_addresses, without_comments

_BY = re.compile(r"\s*(?:from\s+\S+(?:\s+via\s+\S+)?\s+)?by\s+(\S+)", re.IGNORECASE)
_ID = re.compile(r"\sid\s+([^\s;]+)", re.IGNORECASE)
_COREMAIL = re.compile(r"\(Coremail\)", re.IGNORECASE)
_FOLD_IN_WORD = re.compile(r"\r?\n[ \t]")
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_RESULT = re.compile(r"\s*([a-z][\w-]*)(?:/\d+)?\s*=\s*([a-z]+?)(?=$|\s|(?:smtp|header)\.)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+(?:\.[a-z-]+)?)\s*=\s*(\S+)", re.IGNORECASE)

_VOUCHING = {
    "spf": ("smtp.mailfrom", "smtp.mail", "mailfrom", "envelope-from"),
    "dkim": ("header.d", "header.i", "domain"),
}
_REFUSED = frozenset({"fail", "hardfail", "softfail"})
_MOST_HEADERS = 1_000
"""Of more, the reader may have passed over some: nobody needs as many."""
_CHECKS = frozenset({"spf", "dkim", "dmarc"})

# Where names are given out below these, an organisation's own name is one label further left.
_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "idv", "mil", "ne", "net", "nom", "or", "org"}
)
_PROVINCES = frozenset(
    {
        "ah",
        "bj",
        "cq",
        "fj",
        "gd",
        "gs",
        "gx",
        "gz",
        "ha",
        "hb",
        "he",
        "hi",
        "hk",
        "hl",
        "hn",
        "jl",
        "js",
        "jx",
    }
    | {"ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj"}
)


class _Receipt(NamedTuple):
    """How the mailbox's server took the mail."""

    host: str  # lower case
    id: str
    coremail: bool


class _Clause(NamedTuple):
    """One result of a check."""

    check: str
    result: str
    properties: dict[str, str]


def sender_trust(headers: Sequence[Header]) -> Trust:
    """PASSED: vouched for; FAILED: checked, and refused or only another domain vouched for; MISSING: not checked.

    `headers` are all of the message's, in its order.
    """
    receipt = _receipt(headers) if len(headers) <= _MOST_HEADERS else None
    ours = _results(headers, receipt) if receipt else []
    domain = _sender_domain(headers)
    clauses = [clause for value in ours for clause in _clauses(value)]
    passed = [clause for clause in clauses if clause.result == "pass" and clause.check in _VOUCHING]
    if len(ours) == 1 and any(_vouches(clause, domain) for clause in passed):
        return Trust.PASSED
    refused = any(clause.check in _CHECKS and clause.result in _REFUSED for clause in clauses)
    return Trust.FAILED if refused or passed else Trust.MISSING


def _sender_domain(headers: Sequence[Header]) -> str:
    """The domain of the one address in From; empty unless a lenient and a strict reading agree on it."""
    shown = sender_of(headers)[1]
    return shown.rpartition("@")[2] if from_addresses(headers) == (shown,) else ""


def _receipt(headers: Sequence[Header]) -> _Receipt | None:
    """From the topmost Received line; None if there is none to read, or Coremail's second name does not agree."""
    received = next((header.raw for header in headers if header.name == "received"), "")
    line = unfold(received)
    bare = without_comments(line)
    by, delivery = _BY.match(bare), _ID.search(bare)
    if by is None:
        return None
    receipt = _Receipt(_host(by[1]), delivery[1] if delivery else "", _COREMAIL.search(line) is not None)
    names = {header.raw.strip() for header in headers if header.name == "x-cm-transid"}
    if receipt.coremail and receipt.id not in names:
        return None
    return receipt


def _results(headers: Sequence[Header], receipt: _Receipt) -> list[str]:
    """The Authentication-Results lines that carry the server's id, without it."""
    found: list[str] = []
    for header in headers:
        if header.name != "authentication-results":
            continue
        value = _FOLD_IN_WORD.sub("", header.raw) if receipt.coremail else unfold(header.raw)
        # What stands in quotes was written by the sender: no semicolon or word in it is the server's.
        name, _, results = without_comments(_QUOTED.sub("quoted", value)).partition(";")
        if _host((name.split() or [""])[0]) == receipt.host:
            found.append(results)
    return found


def _host(text: str) -> str:
    return text.lower().rstrip(".;")


def _clauses(results: str) -> Iterator[_Clause]:
    for part in results.split(";"):
        result = _RESULT.match(part)
        if result:
            properties: dict[str, str] = {}
            for found in _PROPERTY.finditer(part, result.end()):
                properties.setdefault(found[1].lower(), found[2].lower())
            yield _Clause(result[1].lower(), result[2].lower(), properties)


def _vouches(clause: _Clause, domain: str) -> bool:
    """Whether everything the check passed for belongs to the domain's organisation."""
    vouched = [clause.properties[name] for name in _VOUCHING[clause.check] if name in clause.properties]
    return bool(domain and vouched) and all(_aligned(value.rpartition("@")[2], domain) for value in vouched)


def _aligned(domain: str, other: str) -> bool:
    if not _DOMAIN.fullmatch(domain) or not _DOMAIN.fullmatch(other):
        return False
    return domain == other or _organisation(domain) == _organisation(other)


def _organisation(domain: str) -> str:
    labels = domain.split(".")
    given_out = labels[-2] in _SECOND_LEVEL or (labels[-1] == "cn" and labels[-2] in _PROVINCES)
    return ".".join(labels[-3:] if len(labels[-1]) == 2 and given_out else labels[-2:])
