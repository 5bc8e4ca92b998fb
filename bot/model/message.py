"""Messages: one shape in for every channel, one shape out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """The roads on which people reach us."""

    WECOM = "wecom"
    MAIL = "mail"
    REPLAY = "replay"
    CONSOLE = "console"  # a page of the console: acts come in here, messages never go out


class Kind(StrEnum):
    """What a message is. Everything but TEXT and EVENT is answered with a request for text."""

    TEXT = "text"
    IMAGE = "image"
    STICKER = "sticker"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    EVENT = "event"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it reached us.

    `key` identifies the delivery within its channel (WeCom: MsgId, or the five parts of an
    event); None where the channel gives no id. `sender` is the channel's address of the person.
    """

    channel: Channel
    sender: str
    kind: Kind
    text: str
    arrived_at: datetime  # by the campaign clock; what rules judge by
    key: str | None = None
    name: str = ""
    event: str = ""  # subscribe, enter_agent, click, template_card_event, …
    sent_at: datetime | None = None  # as the sender's platform says; shown, never judged by
    details: Mapping[str, str] = field(default_factory=dict)  # MediaId, FileName, ResponseCode, TaskId, …


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what it shows, and the words it says for the person."""

    label: str  # at most 10 characters
    says: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing the bot says. `choices` may be shown as buttons; the text always suffices."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text, at most 2048 bytes of UTF-8."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """Buttons under a heading. `task` is unique per app: it names the step the card belongs to."""

    task: str
    title: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """Greys a card after a click; `response_code` is that click's, valid once."""

    response_code: str
    label: str


@dataclass(frozen=True, slots=True)
class Recall:
    """Takes back what was delivered; `remote_ids` are the channel's own ids of the messages."""

    remote_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A stored file to hand over. `sha256` names the content, `name` is what the person sees."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class FormOrder:
    """The official form of an application as it stands when this is sent; made into a File on the way out."""

    application: str


@dataclass(frozen=True, slots=True)
class PageOrder:
    """The address of a person's own page; made into a Text with a fresh token on the way out."""

    application: str
    person: int


@dataclass(frozen=True, slots=True)
class SelfCheckOrder:
    """A person's self-check of an application ("" before there is one); made into a File on the way out."""

    application: str
    person: int


@dataclass(frozen=True, slots=True)
class OpinionOrder:
    """The form with its rank in the recommending body's opinion box, for that body; made into a File on the way out."""

    application: str
    rank: int  # from 1
    count: int  # how many the body recommends


@dataclass(frozen=True, slots=True)
class ConsoleLinkOrder:
    """A one-time link to the console for a person; made into a Text with a fresh token on the way out."""

    person: int


@dataclass(frozen=True, slots=True)
class VisitOrder:
    """A version of a visit for the calendar of whoever it is told to; made into a File on the way out."""

    visit: int
    version: int


Order = FormOrder | PageOrder | SelfCheckOrder | OpinionOrder | VisitOrder | ConsoleLinkOrder


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of ours. `orders` are made into files and links on the way out; then `files` holds the files."""

    subject: str
    text: str
    message_id: str  # with its brackets; holds the receipt number, cannot be guessed, the same at every try
    in_reply_to: str = ""  # with its brackets; "" for a mail that answers none
    references: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    files: tuple[File, ...] = ()


Body = Text | Card | CardUpdate | File | Recall | Order | Mail


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand to a channel."""

    key: str  # idempotency key, unique
    channel: Channel
    addresses: tuple[str, ...]
    body: Body
    once: bool = False  # the channel's own duplicate check: the text holds a time or a receipt number


class Outcome(StrEnum):
    SENT = "sent"
    RETRY = "retry"  # not delivered; try again after `retry_after`
    FAILED = "failed"  # not delivered, and trying again will not help
    UNSURE = "unsure"  # handed over, but no answer came


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an Outgoing."""

    outcome: Outcome
    code: int | None = None  # the channel's own code
    error: str = ""  # one line for staff, no personal data
    retry_after: float = 0.0  # seconds
    unreachable: tuple[str, ...] = ()  # addresses the channel could not reach
    alarm: str = ""  # for the operator: what is wrong and what to do; "" for none
    remote_id: str = ""  # the channel's own; several, for a text in parts, are joined by "|"
    attempted: bool = True  # RETRY only: False where the message was not tried, such as beyond a daily limit
    again: bool = False  # UNSURE only: to be handed over once more, and only once; the receiver can tell them
