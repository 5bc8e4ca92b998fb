"""What reviewers do themselves: duties and conflicts of interest, their sheets, what they report to the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model.application import Application
from bot.model.results import ReviewOutcome
from bot.model.review_round import Draft, Problem, Recusal, Reviewer
from bot.results.marks import figure, latest
from bot.results.office import line_of, named
from bot.results.reviews import enter_review, read_marks, short_remark, void_review
from bot.results.round import own_sheet, review_stages, reviewer_of, still_open
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.standing import log, tell_office

LONGEST_TEXT = 500
_LONGEST_SCORE = 8


def agree(ask: StaffAsk) -> Reviewer:
    """Agree to the duties; conflicts of interest are declared by then, and more can be at any time."""
    reviewer = _reviewer(ask)
    if reviewer.agreed_at is not None:
        return reviewer
    agreed = replace(reviewer, agreed_at=ask.now)
    ask.store.set_reviewer(agreed)
    log(ask, "agree_review_duties")
    return agreed


def keep_away(ask: StaffAsk, applications: Sequence[str], reason: str) -> int:
    """Declare that one keeps away from these units (ids); how many are new. They are never shown again.

    What was begun of them is deleted; a sheet that was handed in counts no more, and stays to be read.
    """
    reviewer = _reviewer(ask)
    _round_open(ask)
    why = _text(ask, reason, "review_needs_recusal_reason")
    stages = review_stages(ask.clerk.campaign)
    units = [ask.store.application(one) for one in dict.fromkeys(applications)]
    added = [
        known
        for known in units
        if known is not None
        and (known.stage in stages or ask.store.assignment(known.id, ask.person.id) is not None)
        and ask.store.add_recusal(Recusal(known.id, ask.person.id, why, ask.now))
    ]
    for known in added:
        ask.store.unassign(known.id, ask.person.id)
        void_review(ask, known, reviewer.name)
        log(ask, "review_recusal", known.id)
    if added:
        units_named = "、".join(named(ask, known)["unit"] for known in added[:10])
        facts = {"name": reviewer.name, "count": len(added), "units": units_named, "reason": why}
        tell_office(ask, "review_recusal", ask.say("review_recusal_told", **facts))
    return len(added)


def keep_away_from(ask: StaffAsk, number: str, reason: str) -> None:
    """Declare it of a unit that was given to whoever asks."""
    keep_away(ask, [own_sheet(ask, number).known.id], reason)


def save_draft(ask: StaffAsk, number: str, typed: Draft) -> None:
    """Keep what is typed so far, right or wrong; lines that are not named stay as they are.

    `Refused` where a remark is too long: none is cut.

    Not a line of the log: it says nothing until it is handed in.
    """
    own = own_sheet(ask, number)
    still_open(ask, own.opened)
    lines = {
        clause: (line_of(typed[clause][0])[:_LONGEST_SCORE], short_remark(ask, clause, typed[clause][1]))
        for clause in ask.clerk.campaign.results.conditions
        if clause in typed
    }
    before = as_typed(last_sheet(ask, own.known, own.reviewer))
    kept = {**before, **own.assignment.draft, **lines}
    ask.store.set_draft(own.known.id, ask.person.id, kept, ask.now)


def hand_in(ask: StaffAsk, number: str, typed: Draft) -> ReviewOutcome:
    """Hand the sheet in, as a new revision where it was before; it judges the version that is to be judged."""
    own = own_sheet(ask, number)
    still_open(ask, own.opened)
    marks = read_marks(ask, typed)
    if all(mark.score is None and not mark.remark for mark in marks.values()):
        raise Refused(ask.say("review_empty"))
    kept = enter_review(ask, own.known, own.reviewer.name, marks, own.assignment.deck)
    ask.store.set_draft(own.known.id, ask.person.id, {}, None)
    return kept


def report_problem(ask: StaffAsk, number: str, text: str) -> Problem:
    """Tell the office what is missing or strange in a deck; the unit hears nothing of it."""
    own = own_sheet(ask, number)
    what = _text(ask, text, "review_needs_problem")
    kept = ask.store.add_problem(Problem(0, own.known.id, ask.person.id, what, ask.now))
    log(ask, "report_review_problem", own.known.id)
    facts = named(ask, own.known)
    told = ask.say("review_problem_told", name=own.reviewer.name, text=what, **facts)
    tell_office(ask, "review_problem", told)
    return kept


def as_typed(sheet: ReviewOutcome | None) -> dict[str, tuple[str, str]]:
    """A sheet that was handed in, as it would be typed; empty where there is none."""
    marks = sheet.marks if sheet else {}
    return {
        clause: ("" if mark.score is None else figure(mark.score), mark.remark)
        for clause, mark in marks.items()
    }


def last_sheet(ask: StaffAsk, known: Application, reviewer: Reviewer) -> ReviewOutcome | None:
    """The reviewer's own sheet that counts; nobody else's is ever read here."""
    return latest(ask.store.reviews(known.id)).get(known.id, {}).get(reviewer.name)


def _reviewer(ask: StaffAsk) -> Reviewer:
    reviewer = reviewer_of(ask)
    if reviewer is None:
        raise Refused(ask.say("review_not_invited"))
    return reviewer


def _round_open(ask: StaffAsk) -> None:
    opened = ask.store.review_round()
    if opened is not None:
        still_open(ask, opened)


def _text(ask: StaffAsk, text: str, missing: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(ask.say(missing))
    if len(said) > LONGEST_TEXT:
        raise Refused(ask.say("review_text_long", limit=LONGEST_TEXT, count=len(said)))
    return said
