"""A mail with everything on record of it, for whoever looks into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.mail import Link, MailFile, MailRecord, Matched, Trust


@dataclass(frozen=True, slots=True)
class KeptMail:
    """What was read of a mail and decided about it. Before that the texts are empty and the trust is MISSING."""

    record: MailRecord
    sender_name: str
    recipients: tuple[str, ...]  # To and Cc
    sent_at: datetime | None  # as it says itself
    trust: Trust
    automatic: str  # why it counts as automatic; "" if a person wrote
    matched_by: Matched | None
    late: bool
    arrivals: int  # how often the same bytes came
    text: str  # the newest part
    full_text: str
    links: tuple[Link, ...]
    problems: tuple[str, ...]  # what could not be read, a word each
    error: str  # of the last attempt that failed
    files: tuple[MailFile, ...]  # `problem` and `inline` of a part are not on record


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """A message that was queued because of a mail: our answer, or a question to the registered contact."""

    key: str
    channel: str
    address: str
    state: str  # of the outbox row: queued sending sent waiting failed unsure cancelled
    error: str
    at: datetime  # queued, machine's clock
    subject: str  # "" of a chat message
    text: str
