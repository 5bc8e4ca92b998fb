"""A mail as it was read, and what is on file of an application beside its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.deck import DeckReport


class MailOutcome(StrEnum):
    """What became of a mail; every one ends in exactly one of these (I6). NEW: not yet decided."""

    NEW = "new"
    FILED = "filed"
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"  # waits for a person; answered without any data
    AUTOMATIC = "automatic"  # auto-reply, bounce, list: kept, never answered
    REJECTED = "rejected"  # answered with the reason
    UNREADABLE = "unreadable"  # kept, staff told


class Matched(StrEnum):
    """By what a mail was matched to an application, strongest first."""

    PRINT_CODE = "print_code"
    RECEIPT = "receipt"
    THREAD = "thread"
    ADDRESS = "address"
    FORM = "form"


class Trust(StrEnum):
    """What the receiving server says of the sender's address (Authentication-Results)."""

    PASSED = "passed"  # aligned spf or dkim pass
    FAILED = "failed"
    MISSING = "missing"  # no result that is ours


class FileKind(StrEnum):
    """What a file was taken for."""

    DECK = "deck"  # 申报报告PPT
    FORM = "form"  # 申报表
    SCAN = "scan"  # 盖章扫描件
    ARCHIVE = "archive"
    INLINE = "inline"  # a picture of the text, such as a signature's
    OTHER = "other"


class FileState(StrEnum):
    """What became of a file of a mail or an upload."""

    REGISTERED = "registered"
    ALREADY_REGISTERED = "already_registered"
    PENDING = "pending"  # waits for a confirmation
    KEPT = "kept"  # with its mail only
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"  # no bytes, or nothing in it
    MACRO = "macro"
    MISLABELLED = "mislabelled"
    NOT_A_DECK = "not_a_deck"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment as it was found: a named part, an inline picture, a file of an archive or of a TNEF.

    `name` as the sender wrote it; `path` the names of what it was inside of, outermost first.
    The decoded content lies in the parser's output folder under its SHA-256.
    """

    name: str
    path: tuple[str, ...]
    size: int  # bytes of the decoded content
    sha256: str
    type: str  # by content: pptx ppt docx doc wps pdf jpg png zip rar 7z … or "unknown"
    problem: FileState | None = None  # ENCRYPTED, DAMAGED, EMPTY, MACRO, MISLABELLED, TOO_LARGE
    inline: bool = False  # shown inside the text, not attached


@dataclass(frozen=True, slots=True)
class Link:
    """A file that was not sent but linked to (超大附件, 云附件, 网盘)."""

    url: str
    host: str
    name: str = ""
    size: int | None = None  # bytes
    expires_at: datetime | None = None  # aware; None: not said, or 无限期


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that one of our mails did not arrive."""

    addresses: tuple[str, ...]  # that could not be reached
    message_ids: tuple[str, ...]  # of ours, as far as the report names them
    permanent: bool


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """All that could be read of a message. Whatever could not be read is empty, never missing."""

    message_id: str = ""
    sender: str = ""  # address, lower case
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()  # To and Cc
    subject: str = ""
    sent_at: datetime | None = None  # Date, aware
    references: tuple[str, ...] = ()  # In-Reply-To and References: message ids with their brackets
    text: str = ""  # the newest part of the body, quotes removed
    full_text: str = ""  # the whole body as text
    automatic: str = (
        ""  # why it counts as automatic: auto_reply, bounce, list, no_reply, …; "" if a person wrote
    )
    bounce: Bounce | None = None
    trust: Trust = Trust.MISSING
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()  # what could not be read, a word each, for staff


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw message on its way in: where it was found and the file it lies in."""

    account: str  # the mailbox's address; "ingest" for files given by hand
    folder: str
    uid_validity: int
    uid: int
    sha256: str
    size: int
    arrived_at: datetime  # at the server, by the campaign clock
    read_at: datetime  # by us, by the campaign clock
    junk: bool = False  # found in a junk-like folder


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A mail on record."""

    id: int
    sha256: str
    size: int
    arrived_at: datetime
    read_at: datetime
    junk: bool
    outcome: MailOutcome
    attempts: int
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    reason: str = ""
    application: str | None = None


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment with what became of it."""

    part: Part
    kind: FileKind
    state: FileState


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about a mail."""

    outcome: MailOutcome
    reason: str = ""  # one word or short sentence for staff; "" when filed without remarks
    application: str | None = None  # id
    matched_by: Matched | None = None
    late: bool = False
    files: tuple[MailFile, ...] = ()
    reply: str | None = None  # the text of the answer, None if there is none


class MaterialState(StrEnum):
    REGISTERED = "registered"
    PENDING = "pending"  # waits for the registered contact's confirmation
    SET_ASIDE = "set_aside"  # was registered; a person went back to an earlier one


@dataclass(frozen=True, slots=True)
class Material:
    """One version of a file on record for an application. The newest registered deck is the one that counts."""

    id: int  # 0 before it is kept
    application: str
    kind: FileKind
    version: int  # 1… per application and kind; 0 before it is kept
    sha256: str
    name: str
    size: int
    type: str
    state: MaterialState
    source: str  # "mail:12", "upload:<id>"
    at: datetime  # arrival, by the campaign clock
    late: bool = False  # arrived after the deadline: 逾期待认定
    doubtful: bool = False  # from a sender whose address is not proven
    code: str = ""  # of a scan: the print code it was bound to
    printed: str = ""  # of a scan: the version (SHA-256 of the printed values) that code stands for
    report: str = ""  # of a deck: its report as JSON
    pictures: tuple[str, ...] | None = None  # of a deck: SHA-256 of its pages' pictures; None: not made yet


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in from an applicant's page (tus), or already there."""

    id: str  # 32 hex digits
    application: str
    person: int
    name: str
    size: int
    offset: int
    expires_at: datetime  # machine's clock
    sha256: str = ""  # set when it is complete
    told: str = ""  # what became of it, in words for the person; set when it is registered


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be when it was opened."""

    kind: FileKind
    problem: FileState | None = None  # NOT_A_DECK is only said of what calls itself a deck
    deck: DeckReport | None = None
    # of a form: values by field id, normalised, or as they stand there where they cannot be taken; empty ones absent
    form: Mapping[str, str] | None = None
    code: str = ""  # print code found inside, normal form
    pages: int | None = None  # slides of a deck, pages of a pdf
    rows: tuple[tuple[str, ...], ...] = ()  # of a table: the cells of its rows, as text
