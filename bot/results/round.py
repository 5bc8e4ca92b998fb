"""Who may review what in the review round (I14).

A reviewer sees what was given to them and nothing else: neither other units, nor those they keep away from, nor
anybody else's sheet. What they may not see is told like what does not exist; whoever catches `Hidden` calls
`log_attempt` in another transaction, as the refused one is undone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.application import Application
from bot.model.review_round import Assignment, Reviewer, ReviewRound
from bot.results.course import FINISH_REVIEW
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.standing import log
from config.campaign import Campaign


class Hidden(Refused):
    """There is no such application, or none that this reviewer may see."""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """An application in the hands of whoever reviews it."""

    known: Application
    reviewer: Reviewer
    assignment: Assignment
    opened: ReviewRound


def review_stages(campaign: Campaign) -> tuple[str, ...]:
    """The stages in which an application is under review."""
    return tuple(sorted({arrow.source for arrow in campaign.arrows if arrow.action == FINISH_REVIEW}))


def reviewer_of(ask: StaffAsk) -> Reviewer | None:
    """Whoever asks as a reviewer of the round; None if they are none, or not any more."""
    if not ask.viewer.is_inspector:
        return None
    mine = (one for one in ask.store.reviewers() if one.person == ask.person.id and one.is_active)
    return next(mine, None)


def own_sheet(ask: StaffAsk, number: str) -> OwnSheet:
    """What whoever asks was given to review; `Hidden` for everybody else."""
    reviewer, known = reviewer_of(ask), ask.store.find_application(number)
    found = _own(ask, reviewer, known)
    if found is None:
        raise Hidden(ask.say("review_not_found"))
    return found


def own_sheet_only(ask: StaffAsk, known: Application, name: str) -> None:
    """`Refused` unless whoever asks may write the sheet under this name: their own, while the round is open."""
    found = own_sheet(ask, known.id)
    if found.reviewer.name != name:
        raise Refused(ask.say("review_not_found"))
    still_open(ask, found.opened)


def still_open(ask: StaffAsk, opened: ReviewRound) -> None:
    """`Refused` once the round is closed."""
    if not opened.is_open:
        raise Refused(ask.say("review_round_closed"))


def log_attempt(ask: StaffAsk, number: str) -> None:
    """Write down that somebody tried to open what is hidden from them."""
    known = ask.store.find_application(number)
    if _own(ask, reviewer_of(ask), known) is None:
        log(ask, "review_refused", known.id if known else None)


def _own(ask: StaffAsk, reviewer: Reviewer | None, known: Application | None) -> OwnSheet | None:
    if reviewer is None or reviewer.agreed_at is None or known is None:
        return None
    assignment = ask.store.assignment(known.id, ask.person.id)
    opened = ask.store.review_round()
    is_partial = known.holder == ask.person.id or (bool(known.body) and known.body in ask.bodies)
    if assignment is None or opened is None or is_partial or ask.store.is_recused(known.id, ask.person.id):
        return None
    return OwnSheet(known, reviewer, assignment, opened)
