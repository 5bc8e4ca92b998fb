"""What the use cases need of the outside, as protocols. `storage` and `handlers` implement them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from bot.model.answers import ApprovedAnswer, Asked
from bot.model.application import (
    Application,
    AuditEntry,
    Change,
    Claim,
    Printed,
    Recorded,
    Visitor,
)
from bot.model.message import Body, Channel, Delivery, Inbound, Outgoing
from bot.ports_console import ConsoleStore
from bot.ports_edits import EditStore
from bot.ports_mail import MailStore
from bot.ports_notices import NoticeStore
from bot.ports_results import ResultStore
from bot.ports_rounds import RoundStore
from bot.ports_sessions import SessionStore
from bot.ports_sheets import SheetStore
from bot.ports_staff import StaffStore
from bot.ports_visits import VisitStore
from bot.ports_works import WorkStore

T = TypeVar("T")


class Sender(Protocol):
    """Hands messages to one channel."""

    async def send(self, outgoing: Outgoing) -> Delivery:
        """Deliver, or say why not. Never raises for what the channel answers."""


class LanguageModel(Protocol):
    """A language model: text in, text out, and nothing that it says is believed unchecked."""

    async def complete(self, messages: Sequence[Mapping[str, str]], seconds: float) -> str | None:
        """Its text, None for any trouble or after `seconds`. Never raises for what it does."""

    async def close(self) -> None:
        """Let its connections go."""


class SharedCache(Protocol):
    """Small values with an expiry, shared by all processes (access tokens). Times are Unix seconds."""

    async def get(self, key: str) -> tuple[str, float] | None:
        """The value and its expiry, or None if absent or expired."""

    async def put(self, key: str, value: str, expires_at: float) -> None:
        """Store or replace."""

    async def acquire(self, key: str, seconds: float) -> bool:
        """Take the lease `key` for at most `seconds`; False while somebody else holds it."""

    async def release(self, key: str) -> None:
        """Give the lease back."""


class StoredFiles(Protocol):
    """Content-addressed files to be read."""

    def get(self, sha256: str) -> bytes:
        """The content; KeyError if it is not kept."""


class FileStore(StoredFiles, Protocol):
    """Content-addressed files. Written, and on disk, before a row names them."""

    def put(self, content: bytes) -> str:
        """Keep the content; its SHA-256 in hex."""

    def remove(self, sha256: str) -> None:
        """Forget the content; nothing if absent."""

    def path(self, sha256: str) -> Path:
        """Where the content lies, to be read in place; KeyError if it is not kept."""

    def folder(self) -> Path:
        """A new, empty folder on the same disk, for files that are being made. The caller removes it."""

    def take(self, path: Path, sha256: str) -> None:
        """Move a finished file in under its SHA-256; on disk when this returns. For files too large for `put`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An outbox row to be written with a turn.

    `key` is unique: writing the same key twice is writing it once. Rows for one address leave in
    the order of writing. `passive` rows are the reply on the open connection: due only after
    `delay` seconds, so that they are pushed if the connection did not take them.
    """

    key: str
    channel: Channel
    person: int | None
    address: str
    body: Body
    once: bool = False
    delay: float = 0.0
    passive: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row taken for sending."""

    id: int
    attempts: int
    person: int | None
    outgoing: Outgoing


class Store(
    MailStore,
    StaffStore,
    NoticeStore,
    VisitStore,
    SheetStore,
    ResultStore,
    RoundStore,
    EditStore,
    SessionStore,
    ConsoleStore,
    WorkStore,
    Protocol,
):
    """What one use case may do to what is remembered; lives for one transaction.

    Every method acts within the use case's own savepoint: an exception undoes all of it.
    Moments are aware; `now` is the campaign clock's, except in the outbox (machine's clock).
    """

    # the message itself
    def earlier(self, key: str, since: datetime) -> Recorded | None:
        """The record of the message with this key, if it arrived at or after `since`."""

    def record(self, inbound: Inbound, person: int, replies: Sequence[str]) -> None:
        """Keep the message and what was said to it (an older record of the key is replaced)."""

    def record_failure(self, inbound: Inbound, error: str) -> None:
        """Keep a message whose turn failed, so that it can be run again."""

    # the person
    def visitor(self, channel: Channel, address: str, name: str, now: datetime) -> Visitor:
        """The person behind an address (made if new; a new name replaces the old), locked for this turn."""

    def dialogue(self, person: int) -> str:
        """The conversation's state as JSON; "" where there is none."""

    def save_dialogue(self, person: int, state: str, now: datetime) -> None:
        """Keep the conversation's state."""

    def note(self, person: int, kind: str, data: Mapping[str, str], now: datetime) -> None:
        """Leave a note for a person."""

    def take_notes(self, notes: Sequence[int]) -> None:
        """Mark notes as told."""

    def addresses(self, person: int) -> Sequence[tuple[Channel, str]]:
        """Every address of a person, oldest first."""

    # applications
    def claim(self, unit_key: str) -> Claim | None:
        """The live application (neither withdrawn nor given up) of a unit, if any."""

    def application(self, application: str) -> Application | None:
        """The application with this id."""

    def find_application(self, number: str) -> Application | None:
        """The application with this id, number or receipt number."""

    def start(self, application: str, holder: int, stage: str, now: datetime) -> Application:
        """Open an empty application and give it the next number."""

    def revise(
        self,
        application: str,
        values: Mapping[str, str],
        changes: Sequence[Change],
        unit_key: str,
        person: int,
        channel: Channel,
        now: datetime,
        email: str = "",
        body: str = "",
        form_version: str = "",
        route_key: str = "",
    ) -> None:
        """Replace the current values, one revision per change. `UnitTaken` if another live one has the key.

        `email` is the contact's address among the values, by which its mail is recognised, `body` the id
        of the recommending body named in them; "" if none. `form_version` is the version of the printed form
        that the values make, by which lists tell whether a stamped scan counts, `route_key` what is the same for a
        unit on two routes (see `bot.staff.routes.route_key`).
        """

    def set_dossier(self, application: str, dossier: Mapping[str, str]) -> None:
        """Replace what is on file beside the form (see `Application.dossier`)."""

    def applications_of_address(self, address: str) -> Sequence[Application]:
        """The live applications whose holder or contact has this mail address (lower case), oldest first."""

    def bind(self, person: int, channel: Channel, address: str) -> bool:
        """Let an address stand for a person; False if it stands for this or another who has an application.

        Somebody who only once asked a question from it is no obstacle.
        """

    def move(self, application: str, stage: str, live: bool, receipt: str, now: datetime) -> None:
        """Set the stage; a receipt, if given, counts as one more submission. `UnitTaken` as in `revise`."""

    def transfer(self, application: str, holder: int) -> None:
        """Give the application to another person and revoke the tokens of its page."""

    def drop(self, application: str) -> None:
        """Delete a draft with its values; the audit log keeps that it existed."""

    def late_attempt(self, application: str | None, person: int, what: str, text: str, now: datetime) -> None:
        """Keep an attempt made after the deadline, waiting to be judged by a person (逾期待认定)."""

    def question(self, person: int, text: str, clauses: Sequence[str], refused: bool, now: datetime) -> None:
        """Keep a question that was asked."""

    def audit(self, entries: Sequence[AuditEntry], now: datetime) -> None:
        """Append to the audit log."""

    # prints and pages
    def printed(self, application: str, version: str) -> Printed | None:
        """The print of a version, if there is one."""

    def print_of_code(self, code: str) -> Printed | None:
        """The print with this code (canonical spelling), if there is one."""

    def add_print(self, printed: Printed) -> bool:
        """Keep a print; False if its code already stands for another version."""

    def add_page(self, token_hash: str, application: str, person: int, expires: datetime) -> None:
        """Let a token open an application's page until `expires` (machine's clock)."""

    def page(self, token_hash: str, now: datetime) -> tuple[Application, int] | None:
        """The application and the person a valid token stands for (machine's clock)."""

    # outbox (machine's clock)
    def queue(self, rows: Sequence[Draft], now: datetime) -> None:
        """Write rows to be sent."""

    def claim_due(self, channel: Channel, owner: str, now: datetime, limit: int) -> Sequence[Claimed]:
        """Lease due rows for 60 s; per address only the oldest unsent one, and within the rate of the channel."""

    def settle(
        self, row: int, owner: str, delivery: Delivery, now: datetime, sent: Body | None = None
    ) -> None:
        """Write down what became of a leased row: sent, waiting, failed or unsure.

        `sent` is what an order became: a file made for it is kept with the row, so that it can be found.
        """

    def passive_done(self, key: str, now: datetime) -> None:
        """The reply with this key went out on its connection: sent."""

    def passive_missed(self, key: str, now: datetime) -> None:
        """The reply with this key could not go out on its connection: due at once."""

    # the operator
    def alarm(self, kind: str, text: str, now: datetime) -> bool:
        """Raise an alarm for the office; False if the same kind was raised within a day and is still open."""

    def close_alarms(self, kinds: str, now: datetime) -> None:
        """Close the open alarms whose kind begins with `kinds`: what was wrong works again."""

    def close_alarm(self, kind: str, now: datetime) -> bool:
        """Close the open alarm of just this kind; False if there is none."""

    def unreachable(self, channel: Channel, address: str, code: int | None, now: datetime) -> None:
        """Write down that a person could not be reached at an address."""

    # the campaign clock and small values
    def setting(self, key: str) -> str | None:
        """A stored value, such as the clock's offset."""

    def set_setting(self, key: str, value: str) -> None:
        """Store a value."""

    # approved answers (口径库)
    def keep_answer(self, answer: ApprovedAnswer) -> bool:
        """Keep a version of an answer; False if there is this version already. Nothing is ever replaced."""

    def decided(self, setting: str, open_point: str) -> tuple[str | None, Sequence[ApprovedAnswer]]:
        """A setting and the answers in force to an open point, by number, in one look."""

    def answer_versions(self) -> Sequence[ApprovedAnswer]:
        """Every version of every answer, by number and version."""

    def refused_questions(self, after: int, limit: int) -> Sequence[Asked]:
        """The questions on record that were refused and whose id is above `after`, oldest first."""

    def tell_answer(self, number: int, version: int, person: int, now: datetime) -> bool:
        """Write down that a person is told this version; False if they were already."""

    def told(self, number: int) -> Mapping[int, int]:
        """Everybody who was told an answer, with the latest version they were told."""

    def told_counts(self) -> Mapping[int, int]:
        """How many people were told each answer that somebody was told."""


class Writer(Protocol):
    """Runs use cases one after the other, each in its own savepoint, many under one commit."""

    async def run(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        """The use case's result, once it is durably committed. What it raises is raised here, undone.

        `lock` names the conversation ("wecom:zhangsan"): no other process runs a use case with the
        same lock at the same time. `StorageUnavailable` if nothing could be committed.
        """


class UnitTaken(Exception):
    """Another live application already stands for this unit."""


class StorageUnavailable(Exception):
    """Nothing could be committed (disk full, database gone). The caller must not say yes."""
