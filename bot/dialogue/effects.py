"""What a turn asks to be done, in the imperative. `bot.work.carry_out` carries it out in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model.application import Change, Printed


@dataclass(frozen=True, slots=True)
class Start:
    """Open an empty draft under this id."""

    application: str


@dataclass(frozen=True, slots=True)
class Revise:
    """Set or empty values; each becomes a revision."""

    application: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Move to another stage along an arrow of the campaign."""

    application: str
    action: str  # submit | withdraw | reopen
    source: str
    target: str
    receipt: str = ""  # set by a submission


@dataclass(frozen=True, slots=True)
class Amend:
    """A submitted application was changed: a new version, a new receipt."""

    application: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the application with all its values to another person."""

    application: str
    to: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Give up a draft that was begun for a unit somebody else already fills."""

    application: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a note for a person (see `Note`), and tell them at once where the channel can push."""

    person: int
    kind: str
    data: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class RecordLate:
    """Keep an attempt made after the deadline (逾期待认定): nothing is lost, nothing is judged."""

    application: str | None
    what: str  # start | submit | amend | withdraw | reopen
    text: str


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """Keep what was asked, which clauses answered it, and whether the notice was silent."""

    question: str
    clauses: tuple[str, ...]
    refused: bool
    approved: str = ""  # the version of the office's answer that answered it: "3.2"


@dataclass(frozen=True, slots=True)
class HandOutForm:
    """Send the address of the applicant's own page and, unless `page_only`, the official form as a file."""

    application: str
    page_only: bool = False


@dataclass(frozen=True, slots=True)
class HandOutSelfCheck:
    """Send the self-check of an application ("" before there is one) as a printable sheet."""

    application: str


@dataclass(frozen=True, slots=True)
class Declare:
    """Record declarations of the person who wrote: key in the dossier → yes | no | unsure."""

    application: str
    answers: Mapping[str, str]


class Settling(StrEnum):
    """What a person decides about a version on file."""

    CONFIRM = "confirm"  # what waits counts from now on
    REJECT = "reject"  # what waits is set aside
    RESTORE = "restore"  # the deck that counts is set aside for the one before it


@dataclass(frozen=True, slots=True)
class SettleMaterials:
    """Settle the versions on file."""

    application: str
    settling: Settling
    materials: tuple[int, ...] = ()  # ids of those to be confirmed; none named: of each kind the newest


@dataclass(frozen=True, slots=True)
class BindScan:
    """Bind the stamped scans whose print nobody knew to this one."""

    application: str
    printed: Printed


Effect = (
    Start
    | Revise
    | Move
    | Amend
    | Transfer
    | Drop
    | Leave
    | RecordLate
    | RecordQuestion
    | HandOutForm
    | HandOutSelfCheck
    | Declare
    | SettleMaterials
    | BindScan
)

CHANGES = (Start, Revise, Move, Amend, Transfer, Drop, Declare, SettleMaterials, BindScan)
"""Those that change an application; the others hand something out, or put on record what was said."""
