"""Sealing the campaign once all is over: kept as it is until a day (product page §5.3, C16).

The seal is an edit of the campaign like another, so that every process goes by it and its history is kept. While it
stands, pages, chat and mail read and answer, and change nothing; what still comes in is kept for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.campaign_edits.places import KEEP_UNTIL
from bot.model.edits import Edit
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.work.campaign_edits import edit, newest_of


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal in force, and who put it there, when and why."""

    keep_until: date
    edit: Edit

    def is_over(self, today: date) -> bool:
        """Whether the time of keeping has passed."""
        return today > self.keep_until


def seal_of(ask: StaffAsk) -> Seal | None:
    """The seal; None while the campaign is open. A look."""
    newest = newest_of(ask.store.edits(), KEEP_UNTIL)
    kept = ask.clerk.campaign.keep_until
    return Seal(kept, newest) if kept is not None and newest is not None else None


def seal(ask: StaffAsk, keep_until: date | None, reason: str) -> None:
    """Seal the campaign, or keep a sealed one until another day. The office's alone.

    `Refused` without a day after today, or without a reason.
    """
    office_only(ask)
    if keep_until is None or keep_until <= ask.today:
        raise Refused(ask.say("archive_day"))
    _give(ask, keep_until, reason, "seal_campaign")


def reopen(ask: StaffAsk, reason: str) -> None:
    """Take the seal away, so that something can be put right. The office's alone; `Refused` without a reason."""
    office_only(ask)
    _give(ask, None, reason, "reopen_campaign")


def _give(ask: StaffAsk, keep_until: date | None, reason: str, action: str) -> None:
    if not reason.strip():
        raise Refused(ask.say("archive_reason"))
    edit(ask, KEEP_UNTIL, keep_until, reason, action=action)
