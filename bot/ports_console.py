"""What the use cases need to remember of lists as the console's pages show them: a part of `bot.ports.Store`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.console.query import (
    ApplicationQuery,
    AuditQuery,
    LateQuery,
    MailQuery,
    OutboxQuery,
    QuestionQuery,
)
from bot.model.application import Application, Change, Printed
from bot.model.mail import FileKind, FileState, MailOutcome
from bot.model.message import Body, Channel

R = TypeVar("R")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose applications somebody may see (I14). Every list takes it beside the query and puts it first."""

    everything: bool = False
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[R, K]):
    """A page of a list. `total` counts the whole list, `sums` counts its rows by what they are."""

    rows: tuple[R, ...]
    total: int
    sums: Mapping[K, int]


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """A query on applications in words of the database."""

    query: ApplicationQuery
    scope: Scope
    today: str  # ISO date
    stages: tuple[str, ...]  # all, in the campaign's order
    bodies: tuple[str, ...]  # all, in the campaign's order
    settled: tuple[str, ...]  # stages in which nothing is owed any more
    left: tuple[str, ...]  # stages of what is withdrawn or at an end
    unit_field: str
    contact_field: str  # "" if there is none
    phone_field: str  # "" if there is none
    only: tuple[str, ...] = ()  # these stages instead of the query's
    unit_key: str = ""  # of what is searched for
    code: str = ""  # the same as a print code, canonical
    limit: int | None = None  # None: the page of the query


@dataclass(frozen=True, slots=True)
class ListedApplication:
    application: Application
    owes: tuple[str, ...]  # ids of `bot.review.debts.Debt`
    rank: int | None  # among its body's candidates
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class RouteKey:
    """By what an application is told to be of the same unit as another, as it is on record."""

    application: str
    seq: int  # running number
    unit_key: str  # see `bot.dialogue.units`
    route_key: str  # see `bot.staff.routes`


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """What calls for a decision: the marks of applications and late attempts in scope, the rest of everybody."""

    late: int
    unreadable_decks: int
    no_route: int
    two_routes: int
    return_overdue: int
    tried_late: int
    quarantine: int  # mails
    deliveries: int  # messages that failed, not seen to
    alarms: int
    drafts: int  # notices
    problems: int  # that reviewers reported, not answered


@dataclass(frozen=True, slots=True)
class ListedMail:
    mail: int
    arrived_at: datetime
    sender: str
    sender_name: str
    subject: str
    outcome: MailOutcome
    reason: str
    application: str | None
    number: str  # of the application, "" without one
    unit: str
    files: int
    late: bool
    junk: bool
    arrivals: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a mail, as it was sent and what became of it."""

    mail: int
    name: str
    size: int
    sha256: str
    kind: FileKind
    state: FileState


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message to send. Moments by the machine's clock."""

    id: int
    key: str
    channel: Channel
    person: int | None
    name: str  # the person's
    address: str
    body: Body
    state: str
    attempts: int
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    error: str
    seen: bool  # somebody has seen to its failure


@dataclass(frozen=True, slots=True)
class AskedOften:
    """One question in all the ways of writing it that differ in blanks and punctuation only."""

    text: str  # one of them
    count: int
    refused: int  # how many times there was no answer
    people: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ListedAudit:
    id: int
    at: datetime
    action: str
    application: str | None
    number: str  # of the application, "" without one or when it is gone
    person: int | None
    name: str
    channel: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListedLate:
    id: int
    at: datetime
    application: str | None
    number: str
    unit: str
    person: int
    name: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class MemberAddress:
    """A role of somebody, and one of their addresses; a row for each pair, `channel` "" where there is none."""

    membership: int
    person: int
    name: str
    role: str
    body: str
    deputy: bool
    channel: str
    address: str
    unreachable_at: datetime | None  # machine's clock


@dataclass(frozen=True, slots=True)
class RevisedBy:
    """A revision, with who made it."""

    at: datetime
    person: int
    name: str
    channel: str
    change: Change


@dataclass(frozen=True, slots=True)
class Said:
    """A message of somebody and what was said to it."""

    key: str
    at: datetime
    person: int
    name: str
    channel: str
    kind: str
    text: str
    replies: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class ClericalNote:
    id: int
    application: str
    person: int
    name: str
    text: str
    at: datetime


class ConsoleStore(Protocol):
    """Lives for one transaction, as `bot.ports.Store` says. Moments by the campaign clock unless said."""

    # lists: each in at most three queries, however long it is
    def list_applications(self, wanted: ApplicationFilter) -> Page[ListedApplication, tuple[str, str]]:
        """A page of applications; sums by (body, stage)."""

    def count_tasks(self, wanted: ApplicationFilter) -> TaskCounts:
        """How much calls for a decision; in one query. Only scope, day and stages are taken of the filter."""

    def unanswered_texts(self, limit: int) -> Sequence[str]:
        """The first wording of each question that was not answered, as `list_questions` tells them apart."""

    def count_by_body(self) -> Mapping[str, int]:
        """How many applications each body has; "" for those without one."""

    def list_mails(self, query: MailQuery, scope: Scope, unit_field: str) -> Page[ListedMail, str]:
        """A page of mails; sums by outcome, whatever outcome is asked for. A body sees those of its applications."""

    def files_of_mails(self, mails: Collection[int]) -> Sequence[ListedFile]:
        """The files of these mails, in order."""

    def list_outbox(self, query: OutboxQuery) -> Page[ListedMessage, str]:
        """A page of messages to send; sums by state, whatever state is asked for.

        Never those about unannounced visits, nor what was said back in the chat to people with a role.
        """

    def delivery(self, delivery: int) -> ListedMessage | None:
        """The message to send with this id, if the list may show it."""

    def sent_since(self, since: datetime) -> Sequence[tuple[str, str]]:
        """Key and channel of every message that was sent since then (machine's clock)."""

    def see_to_delivery(self, delivery: int, person: int, now: datetime) -> bool:
        """Somebody has seen to a message that failed; False if it did not fail or somebody has already."""

    def list_questions(self, query: QuestionQuery, limit: int | None = None) -> Page[AskedOften, str]:
        """A page of questions, or `limit` of them; sums `asked` and `refused`. OPEN counts as REFUSED here.

        What people with a role say of unannounced visits is no question.
        """

    def list_audit(
        self, query: AuditQuery, own: Collection[str] = (), limit: int | None = None
    ) -> Page[ListedAudit, str]:
        """A page of the audit log, or its first `limit` lines; sums by action, whatever action is asked for.

        Of what is not announced only `own`: visit7, sheet3.
        """

    def list_late(self, query: LateQuery, scope: Scope, unit_field: str) -> Page[ListedLate, str]:
        """A page of attempts made after the deadline; sums by what was tried."""

    def member_addresses(self) -> Sequence[MemberAddress]:
        """Everybody who has a role now, with their addresses: by role, body, contacts before deputies."""

    def every_address(self) -> Mapping[int, Sequence[tuple[Channel, str, bool]]]:
        """Of each person every address, oldest first, and whether it can be reached."""

    def open_alarms(self) -> Sequence[tuple[str, str, datetime]]:
        """Kind, text and moment (machine's clock) of every open alarm, oldest first."""

    def settings(self, prefix: str) -> Mapping[str, str]:
        """The stored values whose key begins so."""

    # one application
    def revisions(self, application: str) -> Sequence[RevisedBy]:
        """Every revision, oldest first."""

    def said(self, application: str, limit: int) -> Sequence[Said]:
        """The latest messages of everybody who ever filled it, oldest first; none of people with a role."""

    def messages_about(self, application: str, limit: int) -> Sequence[ListedMessage]:
        """The latest messages to everybody who ever filled it, oldest first."""

    def audit_of(self, application: str) -> Sequence[ListedAudit]:
        """Its lines of the audit log, oldest first."""

    def prints_of(self, application: str) -> Sequence[Printed]:
        """Every print, oldest first."""

    def clerical_notes(self, application: str) -> Sequence[ClericalNote]:
        """What staff noted, oldest first."""

    def add_clerical_note(self, application: str, person: int, text: str, now: datetime) -> None:
        """Keep a note of the staff."""

    # what is worked out of the values, where whoever wrote them did not say
    def unversioned(self, limit: int) -> Sequence[Application]:
        """Applications whose values have no version on record."""

    def set_form_version(self, application: str, version: str) -> None:
        """Put the version of the printed values on record."""

    def route_keys(self, after: int, limit: int) -> Sequence[RouteKey]:
        """The next applications with running numbers above `after`, in their order."""

    def set_route_key(self, application: str, key: str) -> None:
        """Put on record what is the same for its unit on two routes."""
