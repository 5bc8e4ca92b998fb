"""A filed mail whose linked files are still to be fetched."""

from __future__ import annotations

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
