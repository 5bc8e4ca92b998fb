"""The review round as the office sees it: reviewers and how far they are, who has which application, problems.

Every view is refused to everybody else (I9, I14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.console.own_reviews import within
from bot.dialogue.units import unit_key
from bot.model.results import ReviewOutcome
from bot.model.review_round import Assignment, Problem, Progress, ReviewRound, RoundUnit
from bot.model.staff import Membership
from bot.ports_rounds import Given, UnitQuery
from bot.results.giving import barred_from
from bot.results.marks import latest
from bot.results.outliers import outliers
from bot.results.round import review_stages
from bot.results.round_people import candidates
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, title
from bot.staff.moves import unit_of
from bot.staff.people import office_only
from config.campaign import ResultRules

ROWS = 20
PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class RoundPage:
    """How the round stands. Nobody's scores are in it."""

    opened: ReviewRound | None
    progress: Sequence[Progress]  # those who review; those who left only where they handed something in
    candidates: tuple[Membership, ...]  # who can still be invited
    lost: frozenset[int]  # reviewers who have not the role any more
    units: int
    without: int  # units that were given to nobody
    owed: int  # units with a sheet that is still owed
    problems: Sequence[tuple[Problem, str, str]]  # the first open ones, with the unit and the reviewer
    open_problems: int


class Sheet(StrEnum):
    """How far a reviewer is with an application."""

    NEW = "new"
    DRAFT = "draft"
    DONE = "done"
    BEHIND = "behind"  # handed in, for another version of the deck


@dataclass(frozen=True, slots=True)
class Holder:
    """A reviewer of an application."""

    person: int
    name: str
    sheet: Sheet
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    """An application and its reviewers."""

    number: str
    unit: str
    stage: str
    holders: tuple[Holder, ...]
    away: tuple[tuple[str, str], ...]  # who keeps away, and why
    has_deck: bool
    has_newer_deck: bool  # than the one that is judged
    is_under_review: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A page of the applications of the round."""

    opened: ReviewRound | None
    rows: tuple[UnitRow, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[Given, int]
    reviewers: int  # who review now


@dataclass(frozen=True, slots=True)
class HandPage:
    """One application with everybody who could review it."""

    row: UnitRow
    opened: ReviewRound | None
    choices: tuple[tuple[int, str, bool, bool], ...]  # (person, name, has it, may not have it)


def round_page(ask: StaffAsk) -> RoundPage:
    """The round, its reviewers and what they report."""
    office_only(ask)
    store, campaign = ask.store, ask.clerk.campaign
    progress = [one for one in store.reviewer_progress() if one.reviewer.is_active or one.submitted]
    active = {one.reviewer.person for one in progress if one.reviewer.is_active}
    found = candidates(ask)
    counts = store.round_counts(UnitQuery(review_stages(campaign)))
    names = {one.reviewer.person: one.reviewer.name for one in progress}
    problems, open_problems = store.open_problems(PROBLEMS)
    return RoundPage(
        store.review_round(),
        progress,
        tuple(one for one in found if one.person not in active),
        frozenset(active - {one.person for one in found}),
        counts[Given.ALL],
        counts[Given.NONE],
        counts[Given.OWED],
        tuple((one, title(campaign, known), names.get(one.person, "")) for one, known in problems),
        open_problems,
    )


def unit_page(ask: StaffAsk, given: Given = Given.ALL, search: str = "", page: int = 1) -> UnitPage:
    """The applications of the round with their reviewers."""
    office_only(ask)
    campaign, store, words = ask.clerk.campaign, ask.store, search.strip()
    query = UnitQuery(review_stages(campaign), given, words, unit_key(campaign.units, words), ROWS)
    counts = store.round_counts(query)
    page, pages = within(page, counts[given], ROWS)
    found = store.round_units(replace(query, after=(page - 1) * ROWS))
    active = sum(one.is_active for one in store.reviewers())
    return UnitPage(store.review_round(), _rows(ask, found), counts[given], page, pages, counts, active)


def hand_page(ask: StaffAsk, number: str) -> HandPage:
    """One application, to be given by hand; `Refused` where there is none of this number."""
    office_only(ask)
    known = ask.store.find_application(number)
    if known is None:
        raise Refused(ask.say("staff_not_found"))
    (row,) = _rows(ask, [RoundUnit(known, 0, 0)])
    barred = barred_from(ask, [known.id])[known.id]
    has = {one.person for one in row.holders}
    choices = tuple(
        (one.person, one.name, one.person in has, one.person in barred)
        for one in ask.store.reviewers()
        if one.is_active or one.person in has
    )
    return HandPage(row, ask.store.review_round(), choices)


def _rows(ask: StaffAsk, units: Sequence[RoundUnit]) -> tuple[UnitRow, ...]:
    campaign, store = ask.clerk.campaign, ask.store
    ids = [one.application.id for one in units]
    names = {one.person: one.name for one in store.reviewers()}
    sheets = latest(store.reviews_of(ids))
    given, away = store.assignments(ids), store.recusals(ids)
    rows = []
    for known in (one.application for one in units):
        mine = [one for one in given if one.application == known.id]
        deck = known.dossier.get("deck", "")
        rows.append(
            UnitRow(
                known.number,
                unit_of(campaign, known),
                campaign.stage(known.stage).label,
                _holders(campaign.results, mine, names, sheets.get(known.id, {})),
                tuple((names.get(one.person, ""), one.reason) for one in away if one.application == known.id),
                bool(deck or mine),
                bool(deck and mine) and any(one.deck != deck for one in mine),
                known.stage in review_stages(campaign),
            )
        )
    return tuple(rows)


def _holders(
    rules: ResultRules,
    given: Sequence[Assignment],
    names: Mapping[int, str],
    sheets: Mapping[str, ReviewOutcome],
) -> tuple[Holder, ...]:
    far = outliers(rules, sheets.values())
    named = [(one, names.get(one.person, "")) for one in given]
    return tuple(
        Holder(one.person, name, _how_far(one, sheets.get(name)), name in far) for one, name in named
    )


def _how_far(given: Assignment, sheet: ReviewOutcome | None) -> Sheet:
    if sheet is None:
        return Sheet.NEW if given.draft_at is None else Sheet.DRAFT
    return Sheet.DONE if sheet.deck == given.deck else Sheet.BEHIND
