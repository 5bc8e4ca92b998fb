"""A filed mail whose linked files are still to be fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.model.mail import Link, MailRecord, Matched, Trust


@dataclass(frozen=True, slots=True)
class LinkedMail:
    """The mail with what its sender is to be believed by."""

    record: MailRecord  # of an application
    trust: Trust
    matched_by: Matched | None
    text: str  # the newest part of the body
    links: tuple[Link, ...]


def link_key(mail: int, link: Link) -> str:
    """Of the setting that remembers what was tried with a link of a mail."""
    return f"link:{mail}:{hashlib.sha256(link.url.encode()).hexdigest()[:16]}"


def link_alarm(number: str, mail: int | None = None) -> str:
    """The kind of the alarm that a mail only linked to its files; without a mail what all of an application's
    begin with. `number` is the application's.
    """
    return f"link:{number}:" if mail is None else f"link:{number}:{mail}:"


def fetch_alarm(mail: int, link: Link) -> str:
    """The kind of the alarm that a link could not be fetched."""
    return f"link_fetch:{link_key(mail, link)}"


FETCHED, FAILED = "fetched", "failed"
"""What that setting says in the end; before, how often it was tried and when it is due again."""
