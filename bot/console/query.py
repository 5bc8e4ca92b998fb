"""What a list of the console is asked for, read from the address of its page.

Reading is lenient: a value that makes no sense counts as not given, so a list is never refused for its
address. `address` writes a query back, without what is usual, and reading that gives the same query. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.dialogue.fields import NARROW

PAGE = 50  # rows of a page
NO_BODY = "-"  # as the body: applications without a route
_LAST_PAGE = 100_000
_LONGEST = 100  # characters of what is searched for
_IDENTIFIER = re.compile(r"[\w.:-]{1,64}", re.ASCII)

Parameters = Mapping[str, str]


class Sort(StrEnum):
    """Columns of the list of applications that it can be sorted by."""

    NUMBER = "number"
    UNIT = "unit"
    BODY = "body"  # in the campaign's order
    RANK = "rank"
    STAGE = "stage"  # in the campaign's order
    CONTACT = "contact"
    PHONE = "phone"
    OWES = "owes"  # by how many things
    SUBMITTED = "submitted"
    UPDATED = "updated"


class Owes(StrEnum):
    """What the applications of a list still owe. The first ones are those of `bot.review.debts.Debt`."""

    EVERYTHING = ""  # any or none
    DECK = "deck"
    SCAN = "scan"
    PAPER = "paper"
    DECLARATIONS = "declarations"
    ANY = "any"
    NONE = "none"


class Mark(StrEnum):
    """What calls for somebody's decision on an application."""

    EVERYTHING = ""
    LATE = "late"  # 逾期待认定
    TRIED_LATE = "tried_late"  # something was tried after the deadline
    NO_ROUTE = "no_route"  # handed in, and no body of the list is named
    TWO_ROUTES = "two_routes"  # perhaps one unit by two bodies, and it is not settled
    UNREADABLE_DECK = "unreadable_deck"  # a deck came that does not open, and none that does
    RETURN_OVERDUE = "return_overdue"  # not handed in again by the day that was given
    OVERDUE = "overdue"  # any of what came too late or was tried too late


@dataclass(frozen=True, slots=True)
class ApplicationQuery:
    search: str = ""  # unit in any spelling, contact, telephone, number, receipt, or print code
    body: str = ""  # id, or NO_BODY
    stage: str = ""
    owes: Owes = Owes.EVERYTHING
    mark: Mark = Mark.EVERYTHING
    sort: Sort = Sort.NUMBER
    descending: bool = False
    page: int = 1


class MailState(StrEnum):
    """The end states of mails, and two that stand for several."""

    EVERYTHING = ""
    WAITING = "waiting"  # for a person or for us: quarantine and new
    NEW = "new"
    FILED = "filed"
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"
    AUTOMATIC = "automatic"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


class MailSort(StrEnum):
    ARRIVED = "arrived"
    SENDER = "sender"
    SUBJECT = "subject"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class MailQuery:
    search: str = ""  # sender, subject or a file's name
    outcome: MailState = MailState.EVERYTHING
    application: str = ""  # id
    sort: MailSort = MailSort.ARRIVED
    descending: bool = True
    page: int = 1


class OutboxState(StrEnum):
    """The states of messages to send, and two that stand for several."""

    EVERYTHING = ""
    TROUBLE = "trouble"  # failed or unsure, and nobody has seen to it
    OPEN = "open"  # not in a final state
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboxQuery:
    search: str = ""  # the person's name or address
    begins: str = ""  # how the key begins: which kind of message
    state: OutboxState = OutboxState.EVERYTHING
    channel: str = ""
    person: int = 0
    descending: bool = True  # by when they were written
    page: int = 1


class QuestionState(StrEnum):
    EVERYTHING = ""
    ANSWERED = "answered"  # every time it was asked
    REFUSED = "refused"  # at least once
    OPEN = "open"  # refused, and still without an answer


class QuestionSort(StrEnum):
    LATEST = "latest"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class QuestionQuery:
    search: str = ""
    state: QuestionState = QuestionState.EVERYTHING
    sort: QuestionSort = QuestionSort.LATEST
    descending: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True)
class AuditQuery:
    application: str = ""  # id
    person: int = 0
    action: str = ""
    descending: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True)
class LateQuery:
    """Attempts made after the deadline (逾期)."""

    application: str = ""  # id
    descending: bool = True
    page: int = 1


class Reach(StrEnum):
    EVERYBODY = ""
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"  # no address, or none that works


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """People with a role."""

    search: str = ""  # name or address
    role: str = ""
    body: str = ""
    reach: Reach = Reach.EVERYBODY
    page: int = 1


Query = ApplicationQuery | MailQuery | OutboxQuery | QuestionQuery | AuditQuery | LateQuery | PeopleQuery
Q = TypeVar("Q", bound=Query)
_FREE = frozenset({"search"})


def read_query(kind: type[Q], parameters: Parameters) -> Q:
    """The query of this kind in the parameters of an address."""
    usual = kind()
    given = {
        item.name: _read(parameters[item.name], getattr(usual, item.name), item.name)
        for item in fields(kind)
        if item.name in parameters
    }
    return kind(**given)


def address(query: Query) -> str:
    """The query as parameters of an address, "" where all is as usual."""
    usual = type(query)()
    pairs: list[tuple[str, str]] = []
    for item in fields(query):
        value = getattr(query, item.name)
        if value != getattr(usual, item.name):
            pairs.append((item.name, str(int(value)) if isinstance(value, bool | int) else str(value)))
    return urlencode(pairs)


def _read(text: str, usual: Any, name: str) -> Any:
    """The value a parameter gives; the usual one where it makes no sense."""
    if name in _FREE:
        return " ".join(text.translate(NARROW).replace("\x00", "").split())[:_LONGEST]
    plain = text.strip()
    if isinstance(usual, StrEnum):
        return next((known for known in type(usual) if known.value == plain), usual)
    if isinstance(usual, bool):
        return {"1": True, "0": False}.get(plain, usual)
    if isinstance(usual, int):
        number = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else usual
        return min(max(number, 1), _LAST_PAGE) if name == "page" else number
    return plain if _IDENTIFIER.fullmatch(plain) else usual
