"""Results (结果): what reviewers found, who is in and why, public notice, objections, announcement, plaques.

Nothing here is ever changed in place: a correction is a further row, and the latest one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """What one reviewer says of one condition. `score` is exact; None where the sheet has remarks only."""

    score: Fraction | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """One reviewer's sheet on one application. The highest revision counts."""

    application: str
    reviewer: str  # the name as the office writes it
    revision: int  # 1…n of this reviewer's sheet; 0 before it is kept
    marks: Mapping[str, Mark]  # by clause id of the condition; none at all: the sheet is void (回避)
    deck: str  # SHA-256 of the deck that was judged; "" where none was
    by: int  # person who entered it
    at: datetime


class Outcome(StrEnum):
    """What the office decides about an application before results are released."""

    IN = "in"  # 拟定
    OUT = "out"  # 不入选
    VETO = "veto"  # 一票否决


@dataclass(frozen=True, slots=True)
class FinalDecision:
    """One application in or out, with its own reason. The latest one counts."""

    application: str
    outcome: Outcome
    reason: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit on a list, under the name it had in its form at that moment."""

    application: str
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class ListApproval:
    """The leader's decision on the list (审定), as entered. It stands for exactly these units."""

    document: str  # number of the decision's document
    leader: str
    decided_on: date
    listed: tuple[Listed, ...]
    by: int
    at: datetime


class ReleaseKind(StrEnum):
    PUBLIC_NOTICE = "public_notice"  # 公示
    ANNOUNCEMENT = "announcement"  # 公布


class ReleaseState(StrEnum):
    DRAFT = "draft"
    RELEASED = "released"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Release:
    """A list on its way to the public: drafted by one person, released by another."""

    id: int  # 0 before it is kept
    kind: ReleaseKind
    listed: tuple[Listed, ...]
    document: str  # number of the announcement's document; "" if none
    link: str  # where the public reads it; "" where not entered
    starts: date  # first day of the window, or day of the announcement
    ends: date  # last day of the window; of an announcement the same day
    workdays: int  # length of the window; 0 of an announcement
    channel: str  # how objections are raised, as the public notice words it; "" of an announcement
    drafted_by: int
    drafted_at: datetime
    state: ReleaseState
    released_by: int | None = None
    released_at: datetime | None = None


class Received(StrEnum):
    """How an objection reached the office. CHECK: the office's own finding, such as evidence of a veto."""

    MAIL = "mail"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection on record (异议). Who raised it is kept apart: see `Informant`."""

    number: int  # 1…n within the campaign; 0 before it is kept
    received: Received
    received_on: date
    signed: bool  # 实名
    late: bool  # received after the window
    application: str  # concerned; "" for the list as a whole
    subject: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Informant:
    """Who raised an objection: for those who handle it, and nobody else."""

    name: str
    contact: str


class EntryKind(StrEnum):
    """What happened to an objection."""

    HANDLER = "handler"  # somebody was entrusted with it; the text is the person's id
    HANDLING = "handling"
    UPHELD = "upheld"  # concluded: 成立
    REJECTED = "rejected"  # concluded: 不成立
    REPLY = "reply"


CONCLUSIONS = (EntryKind.UPHELD, EntryKind.REJECTED)


@dataclass(frozen=True, slots=True)
class ObjectionEntry:
    """One step in the handling of an objection."""

    objection: int
    kind: EntryKind
    text: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Plaque:
    """A plaque handed over (授牌)."""

    application: str
    unit: str  # as announced
    taken_by: str  # who took it, for the unit
    handed_on: date
    signature: str  # SHA-256 of the scanned signature; "" for none
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OnSite:
    """What the signed on-site sheet of an application says."""

    low: Fraction
    high: Fraction  # above `low` where something is still open
    veto: bool
    signed: bool


class Column(StrEnum):
    """What the table of the three factors may be sorted by."""

    NUMBER = "number"
    UNIT = "unit"
    REVIEW = "review"
    ON_SITE = "on_site"
    RECOMMENDATION = "recommendation"
