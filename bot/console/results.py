"""Results as the console shows them to the office: how far each step is, reviews, the three factors, the list.

Every view is refused to everybody else (I9, I14).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.units import unit_key
from bot.documents.sheet_write import Value
from bot.model.application import Application
from bot.model.results import Column, FinalDecision, Listed, Outcome, ReviewOutcome
from bot.model.staff import Role
from bot.ports import Store
from bot.results.announcement import announcement_refusal
from bot.results.board import PublicNoticeView, ResultBoard, public_notice_view, result_board
from bot.results.course import (
    ANNOUNCE,
    AWARD,
    DROP,
    FINISH_REVIEW,
    PUBLISH,
    SHORTLIST,
    VETO,
    list_now,
    running_stages,
    target_of,
)
from bot.results.factors import Factors, factors
from bot.results.marks import ReviewSummary, figure, latest, summary
from bot.results.on_site import on_site
from bot.results.public_notice import public_notice_refusal
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.people import office_only
from config.campaign import Campaign

ROWS = 20  # units on one page


class Show(StrEnum):
    """Which reviews are shown."""

    ALL = ""
    NONE = "none"  # nobody has judged the unit
    OPEN = "open"  # the review is not finished


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of results."""

    board: ResultBoard
    notice: PublicNoticeView
    names: Mapping[int, str]  # members of the office: person → name
    notice_refusal: str  # why the list cannot be made public as it stands; "" for no reason
    announcement_refusal: str

    @property
    def inside(self) -> int:
        """How many are on the list as it stands."""
        return self.board.count(Outcome.IN)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One unit and what its reviewers found."""

    id: str
    number: str
    unit: str
    stage: str
    sheets: tuple[ReviewOutcome, ...]  # the latest of each reviewer
    review: ReviewSummary | None
    is_open: bool  # outcomes can be entered
    can_finish: bool
    deck_changed: bool  # the unit has a newer deck than the one that was judged


@dataclass(frozen=True, slots=True)
class Reviews:
    """A page of the reviews. `counts` are over all units."""

    rows: tuple[ReviewRow, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[Show, int]


@dataclass(frozen=True, slots=True)
class FactorPage:
    """A page of the three factors."""

    rows: tuple[Factors, ...]
    total: int
    page: int
    pages: int
    inside: int
    quota: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A unit and the decision about it that counts."""

    listed: Listed
    decision: FinalDecision | None
    suspended: bool


@dataclass(frozen=True, slots=True)
class FinalList:
    """Everybody in the running or out of it by a decision, by number."""

    inside: tuple[Verdict, ...]
    outside: tuple[Verdict, ...]
    undecided: tuple[Verdict, ...]


def head(ask: StaffAsk) -> Head:
    """How far every step is."""
    office_only(ask)
    store, campaign = ask.store, ask.clerk.campaign
    return Head(
        result_board(store, campaign),
        public_notice_view(store, campaign, ask.today),
        {member.person: member.name for member in store.members(Role.OFFICE)},
        public_notice_refusal(ask),
        announcement_refusal(ask),
    )


def reviews(ask: StaffAsk, search: str = "", show: Show = Show.ALL, page: int = 1) -> Reviews:
    """The units that are or were in the running, with their reviews."""
    office_only(ask)
    rows = [row for row in _review_rows(ask) if _matches(ask.clerk.campaign, row, search)]
    counts = {kind: sum(_is_shown(row, kind) for row in rows) for kind in Show}
    shown = [row for row in rows if _is_shown(row, show)]
    page, pages = _within(page, len(shown))
    return Reviews(tuple(shown[(page - 1) * ROWS : page * ROWS]), len(shown), page, pages, counts)


def review_of(ask: StaffAsk, number: str) -> ReviewRow:
    """The reviews of one unit. `Refused` if there is none of this number."""
    office_only(ask)
    known = ask.store.find_application(number)
    if known is None or known.stage not in _judged_stages(ask.clerk.campaign):
        raise Refused(ask.say("staff_not_found"))
    sheets = latest(ask.store.reviews(known.id)).get(known.id, {})
    return _review_row(ask, known, tuple(sheets.values()))


def review_lines(ask: StaffAsk) -> tuple[tuple[str, str, ReviewOutcome | None], ...]:
    """(number, unit, sheet) for the table: every sheet, and a line without one for units nobody has judged."""
    office_only(ask)
    return tuple(
        (row.number, row.unit, sheet) for row in _review_rows(ask) for sheet in (row.sheets or (None,))
    )


def three_factors(ask: StaffAsk, sort: Column, descending: bool, page: int = 1) -> FactorPage:
    """The three factors side by side."""
    office_only(ask)
    rows = _factors(ask, sort, descending)
    page, pages = _within(page, len(rows))
    inside = sum(row.decision is not None and row.decision.outcome is Outcome.IN for row in rows)
    shown = rows[(page - 1) * ROWS : page * ROWS]
    return FactorPage(shown, len(rows), page, pages, inside, ask.clerk.campaign.quota)


def factor_cells(ask: StaffAsk, sort: Column, descending: bool) -> tuple[tuple[Value, ...], ...]:
    """The three factors as the office's table has them (see `office_sheets.results_table`)."""
    office_only(ask)
    return tuple(_cells(ask, row) for row in _factors(ask, sort, descending))


def final_list(ask: StaffAsk) -> FinalList:
    """Who is in, who is out, who is not decided; after the announcement those it was decided about."""
    office_only(ask)
    campaign, now = ask.clerk.campaign, list_now(ask.store, ask.clerk.campaign)
    running = running_stages(campaign)
    rows = [
        Verdict(
            Listed(known.id, known.number, unit_of(campaign, known)),
            now.decisions.get(known.id),
            known.id in now.suspended,
        )
        for known in ask.store.applications(stages=_judged_stages(campaign))
        if known.stage in running or known.id in now.decisions
    ]
    return FinalList(
        tuple(row for row in rows if row.decision and row.decision.outcome is Outcome.IN),
        tuple(row for row in rows if row.decision and row.decision.outcome is not Outcome.IN),
        tuple(row for row in rows if row.decision is None),
    )


def _factors(ask: StaffAsk, sort: Column, descending: bool) -> tuple[Factors, ...]:
    return factors(ask.store, ask.clerk.campaign, on_site(ask.store), sort, descending)


def _judged_stages(campaign: Campaign) -> list[str]:
    """The stages from the acceptance of an application on."""
    ends = {target_of(campaign, action) for action in (ANNOUNCE, AWARD, DROP, VETO)}
    return sorted((running_stages(campaign) | ends) - {""})


def _review_rows(ask: StaffAsk) -> Iterator[ReviewRow]:
    campaign = ask.clerk.campaign
    sheets = latest(ask.store.reviews())
    running = running_stages(campaign)
    for known in ask.store.applications(stages=_judged_stages(campaign)):
        own = tuple(sheets.get(known.id, {}).values())
        if own or known.stage in running:
            yield _review_row(ask, known, own)


def _review_row(ask: StaffAsk, known: Application, sheets: Sequence[ReviewOutcome]) -> ReviewRow:
    campaign = ask.clerk.campaign
    closed = (target_of(campaign, SHORTLIST), target_of(campaign, PUBLISH))
    deck = known.dossier.get("deck", "")
    finishing = {arrow.source for arrow in campaign.arrows if arrow.action == FINISH_REVIEW}
    return ReviewRow(
        known.id,
        known.number,
        unit_of(campaign, known),
        campaign.stage(known.stage).label,
        tuple(sheets),
        summary(campaign.results, sheets) if sheets else None,
        known.stage in running_stages(campaign) and known.stage not in closed,
        known.stage in finishing and bool(sheets),
        bool(deck and sheets) and all(sheet.deck != deck for sheet in sheets),
    )


def _matches(campaign: Campaign, row: ReviewRow, search: str) -> bool:
    words = search.strip()
    key = unit_key(campaign.units, words)
    return not words or words in row.number or bool(key and key in unit_key(campaign.units, row.unit))


def _is_shown(row: ReviewRow, show: Show) -> bool:
    if show is Show.NONE:
        return row.is_open and not row.sheets
    return show is Show.ALL or row.can_finish or (row.is_open and not row.sheets)


def _within(page: int, total: int) -> tuple[int, int]:
    """(the page, how many there are), the page within them."""
    pages = max(1, -(-total // ROWS))
    return min(max(page, 1), pages), pages


def _cells(ask: StaffAsk, row: Factors) -> tuple[Value, ...]:
    seen = row.on_site
    veto = seen is not None and seen.veto
    decision = ask.say(f"result_outcome_{row.decision.outcome}") if row.decision else ""
    return (
        f"{row.number} {row.unit}",
        row.body,
        row.rank,
        _review_cell(ask, row.review),
        (float(seen.low) if seen.low == seen.high else f"{figure(seen.low)}-{figure(seen.high)}")
        if seen
        else None,
        ask.say("result_outcome_veto") if veto else "",
        decision,
        row.decision.reason if row.decision else "",
    )


def _review_cell(ask: StaffAsk, review: ReviewSummary | None) -> Value:
    if review is None:
        return None
    if review.total is not None:
        return float(figure(review.total.mean))
    means = (f"{clause} {figure(spread.mean)}" for clause, spread in review.conditions.items())
    return "、".join(means) or ask.say("result_factors_review_remarks", count=len(review.reviewers))


def units_by_number(store: Store, campaign: Campaign) -> Mapping[str, str]:
    """Number → unit, of everybody who is or was in the running."""
    known = store.applications(stages=_judged_stages(campaign))
    return {one.number: unit_of(campaign, one) for one in known}
