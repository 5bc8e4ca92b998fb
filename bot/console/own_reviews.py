"""The reviewers' own pages: their list, what they keep away from, one application with its deck and their sheet.

Nothing here shows a reviewer what was not given to them, nor anybody else's sheet (I14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.console.history import filed
from bot.console.one_application import Shown, conditions_of
from bot.model.mail import FileKind, Material
from bot.model.results import ReviewOutcome
from bot.model.review_round import Draft, OwnReview, Problem, Recusal, Reviewer, ReviewRound
from bot.ports_rounds import NameQuery
from bot.results.own_review import as_typed, last_sheet
from bot.results.round import own_sheet, review_stages, reviewer_of
from bot.staff.desk import StaffAsk
from bot.staff.moves import unit_of

ROWS = 30
NAMES = 300


@dataclass(frozen=True, slots=True)
class OwnList:
    """What somebody was given. `reviewer` None: they are not invited."""

    opened: ReviewRound | None
    reviewer: Reviewer | None
    rows: Sequence[tuple[OwnReview, str]]  # with the unit's name
    total: int
    done: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Duties:
    """What a reviewer agrees to, and the units they may have to keep away from: their names, nothing else."""

    opened: ReviewRound | None
    reviewer: Reviewer
    lines: Sequence[str]  # the duties
    names: Sequence[tuple[str, str]]  # (id, name)
    total: int
    page: int
    pages: int
    away: Sequence[tuple[Recusal, str]]  # with the unit's name


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """One application as its reviewer sees it."""

    number: str
    unit: str
    opened: ReviewRound
    deck: Shown | None  # the version to be judged; None: not kept any more
    sheet: ReviewOutcome | None  # as handed in
    typed: Draft  # what the form holds: what was typed last, else what was handed in
    is_draft: bool  # something is typed that was not handed in
    is_behind: bool  # the sheet judges another version
    saved_at: datetime | None
    problems: Sequence[Problem]


def own_list(ask: StaffAsk, page: int = 1) -> OwnList:
    """The applications given to whoever asks, those they owe first."""
    reviewer, opened = reviewer_of(ask), ask.store.review_round()
    if reviewer is None or reviewer.agreed_at is None:
        return OwnList(opened, reviewer, (), 0, 0, 1, 1)
    total, done = ask.store.own_counts(reviewer.person) or (0, 0)
    page, pages = within(page, total, ROWS)
    found = ask.store.own_reviews(reviewer, ROWS, (page - 1) * ROWS)
    rows = tuple((one, unit_of(ask.clerk.campaign, one.application)) for one in found)
    return OwnList(opened, reviewer, rows, total, done, page, pages)


def duties(ask: StaffAsk, search: str = "", page: int = 1) -> Duties | None:
    """For a reviewer, before they begin and afterwards; None for somebody who was not invited."""
    reviewer = reviewer_of(ask)
    if reviewer is None:
        return None
    campaign, store = ask.clerk.campaign, ask.store
    field = campaign.form.unit_field
    query = NameQuery(review_stages(campaign), ask.person.id, field, search.strip(), NAMES)
    total = store.count_names(query)
    page, pages = within(page, total, NAMES)
    names = store.unit_names(replace(query, after=(page - 1) * NAMES))
    away = store.recusals_by(ask.person.id, field)
    lines = ask.say("review_duties").splitlines()
    return Duties(store.review_round(), reviewer, lines, names, total, page, pages, away)


def own_unit(ask: StaffAsk, number: str) -> OwnUnit:
    """One application; `Hidden` where it was not given to whoever asks."""
    own = own_sheet(ask, number)
    sheet = last_sheet(ask, own.known, own.reviewer)
    is_draft = own.assignment.draft_at is not None
    return OwnUnit(
        own.known.number,
        unit_of(ask.clerk.campaign, own.known),
        own.opened,
        _deck(ask, own.known.id, own.assignment.deck),
        sheet,
        own.assignment.draft if is_draft else as_typed(sheet),
        is_draft,
        sheet is not None and sheet.deck != own.assignment.deck,
        own.assignment.draft_at,
        ask.store.problems(own.known.id, ask.person.id),
    )


def own_deck(ask: StaffAsk, number: str) -> Material | None:
    """The version of the deck that is to be judged; `Hidden` as `own_unit`."""
    own = own_sheet(ask, number)
    shown = _deck(ask, own.known.id, own.assignment.deck)
    return shown.filed.material if shown else None


def within(page: int, total: int, rows: int) -> tuple[int, int]:
    """(the page, how many there are), the page within them."""
    pages = max(1, -(-total // rows))
    return min(max(page, 1), pages), pages


def _deck(ask: StaffAsk, application: str, sha256: str) -> Shown | None:
    for one in ask.store.materials(application):
        if one.kind is FileKind.DECK and one.sha256 == sha256:
            found = filed(one)
            return Shown(found, True, 0, conditions_of(ask, found))
    return None
