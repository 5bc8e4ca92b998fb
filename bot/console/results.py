"""Results as the console shows them to the office: how far each step is, reviews, the three factors, the list.

Every view is refused to everybody else (I9, I14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.units import unit_key
from bot.documents.sheet_write import Value
from bot.model.application import Application
from bot.model.results import Column, ListApproval, Listed, Outcome, ReleaseKind, ReviewOutcome
from bot.model.staff import Role
from bot.ports_results import (
    Answered,
    Course,
    Decided,
    Judged,
    ResultCounts,
    ResultQuery,
    ResultRow,
    ReviewQuery,
)
from bot.results.announcement import announcement_refusal
from bot.results.board import PublicNoticeView, ResultBoard, approval_now, public_notice_view, result_board
from bot.results.course import (
    FINISH_REVIEW,
    PUBLISH,
    SHORTLIST,
    course_of,
    ended_stages,
    inside,
    listed,
    released,
    running_stages,
    target_of,
)
from bot.results.factors import Factors, factors
from bot.results.final_list import shortlist_refusal
from bot.results.marks import ReviewSummary, figure, latest, summary
from bot.results.objections import ObjectionView, objection_view, objections
from bot.results.public_notice import public_notice_refusal
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.people import office_only
from config.campaign import Campaign

ROWS = 20  # on one page


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One unit and what its reviewers found."""

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
    """A page of the reviews. `counts` are over all that the search finds."""

    rows: tuple[ReviewRow, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[Judged, int]


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One application with its three factors."""

    factors: Factors
    not_in: str  # why it cannot be taken in; "" if it can, or is in already


@dataclass(frozen=True, slots=True)
class FactorPage:
    """A page of the three factors. `counts` are over all."""

    rows: tuple[FactorRow, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[Decided, int]


@dataclass(frozen=True, slots=True)
class FinalList:
    """The list, who is left out (a page of them), and how many are not decided; after the announcement as it was."""

    inside: tuple[ResultRow, ...]
    outside: tuple[ResultRow, ...]
    outside_total: int
    page: int
    pages: int
    undecided: int
    approval: ListApproval | None  # only while it stands for the list as it is
    units: Mapping[str, str]  # id of each application shown → its unit


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The public notice, and what stands in its way."""

    notice: PublicNoticeView
    refusal: str  # why the list cannot be made public as it stands; "" for no reason
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the objections, and the units that are likely to be objected to."""

    rows: tuple[ObjectionView, ...]
    total: int
    page: int
    pages: int
    units: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class OneObjection:
    """An objection with its steps."""

    view: ObjectionView
    names: Mapping[int, str]


def head(ask: StaffAsk) -> ResultBoard:
    """How far every step is: what stands above every page."""
    office_only(ask)
    return result_board(ask.store, ask.clerk.campaign, ask.today)


def office_names(ask: StaffAsk) -> Mapping[int, str]:
    """Members of the office: person → name."""
    return {member.person: member.name for member in ask.store.members(Role.OFFICE)}


# reviews


def reviews(ask: StaffAsk, search: str = "", judged: Judged = Judged.ALL, page: int = 1) -> Reviews:
    """The units that are or were in the running, with their reviews."""
    office_only(ask)
    query = _review_query(ask.clerk.campaign, search, judged)
    counts = ask.store.review_counts(query)
    page, pages = within(page, counts[judged])
    shown = replace(query, limit=ROWS, after=(page - 1) * ROWS)
    return Reviews(_review_rows(ask, shown), counts[judged], page, pages, counts)


def review_of(ask: StaffAsk, number: str) -> ReviewRow:
    """The reviews of one unit. `Refused` if there is none of this number."""
    office_only(ask)
    known, campaign = ask.store.find_application(number), ask.clerk.campaign
    if known is None or known.stage not in running_stages(campaign) | ended_stages(campaign):
        raise Refused(ask.say("staff_not_found"))
    sheets = latest(ask.store.reviews(known.id)).get(known.id, {})
    return _review_row(campaign, known, tuple(sheets.values()))


def review_lines(ask: StaffAsk) -> tuple[tuple[str, str, ReviewOutcome | None], ...]:
    """(number, unit, sheet) for the table: every sheet, and a line without one for units nobody has judged."""
    office_only(ask)
    rows = _review_rows(ask, _review_query(ask.clerk.campaign))
    return tuple((row.number, row.unit, sheet) for row in rows for sheet in (row.sheets or (None,)))


# the list


def three_factors(
    ask: StaffAsk, sort: Column, descending: bool, decided: Decided = Decided.ALL, page: int = 1
) -> FactorPage:
    """The three factors side by side; after the announcement as they were decided about."""
    office_only(ask)
    counts = ask.store.result_counts(_course(ask))
    by_decision = _by_decision(counts)
    page, pages = within(page, by_decision[decided])
    query = replace(_factor_query(ask, sort, descending, decided), limit=ROWS, after=(page - 1) * ROWS)
    rows = factors(ask.store, ask.clerk.campaign, query)
    shown = tuple(FactorRow(row, _not_in(ask, row, counts.inside)) for row in rows)
    return FactorPage(shown, by_decision[decided], page, pages, by_decision)


def factor_cells(
    ask: StaffAsk, sort: Column, descending: bool, decided: Decided = Decided.ALL
) -> tuple[tuple[Value, ...], ...]:
    """The three factors as the office's table has them (see `office_sheets.results_table`)."""
    office_only(ask)
    rows = factors(ask.store, ask.clerk.campaign, _factor_query(ask, sort, descending, decided))
    return tuple(_cells(ask, row) for row in rows)


def final_list(ask: StaffAsk, page: int = 1) -> FinalList:
    """Who is in, who is out, how many are not decided; after the announcement those it was decided about."""
    office_only(ask)
    campaign, store = ask.clerk.campaign, ask.store
    course = _course(ask)
    counts = store.result_counts(course)
    outside = counts.outside + counts.vetoed
    page, pages = within(page, outside)
    taken = store.result_rows(ResultQuery(course, Decided.IN))
    left = store.result_rows(ResultQuery(course, Decided.NOT_IN, limit=ROWS, after=(page - 1) * ROWS))
    return FinalList(
        tuple(taken),
        tuple(left),
        outside,
        page,
        pages,
        counts.undecided,
        approval_now(store, campaign),
        {row.application.id: unit_of(campaign, row.application) for row in (*taken, *left)},
    )


def notice_page(ask: StaffAsk) -> NoticePage:
    """The public notice as it is, and whether the list can be made public."""
    office_only(ask)
    view = public_notice_view(ask.store, ask.clerk.campaign)
    return NoticePage(view, public_notice_refusal(ask), office_names(ask))


def why_not_announced(ask: StaffAsk) -> str:
    """What still stands in the way of the announcement; "" for nothing."""
    office_only(ask)
    return announcement_refusal(ask)


# objections


def register(ask: StaffAsk, answered: Answered = Answered.ALL, page: int = 1) -> Register:
    """A page of the objections."""
    office_only(ask)
    campaign, store = ask.clerk.campaign, ask.store
    counts = store.result_counts(course_of(campaign))
    totals = {
        Answered.ALL: counts.objections,
        Answered.OPEN: counts.objections_open,
        Answered.UNANSWERED: counts.objections_unanswered,
    }
    page, pages = within(page, totals[answered])
    rows = objections(store, campaign, answered, ROWS, (page - 1) * ROWS)
    units = listed(campaign, (row.application for row in inside(store, campaign)))
    return Register(rows, totals[answered], page, pages, units)


def all_objections(ask: StaffAsk, answered: Answered = Answered.ALL) -> tuple[ObjectionView, ...]:
    """All of them, for the table."""
    office_only(ask)
    return objections(ask.store, ask.clerk.campaign, answered)


def one_objection(ask: StaffAsk, number: int) -> OneObjection:
    """One objection. `Refused` if there is none of this number."""
    return OneObjection(objection_view(ask, number), office_names(ask))


def within(page: int, total: int) -> tuple[int, int]:
    """(the page, how many there are), the page within them."""
    pages = max(1, -(-total // ROWS))
    return min(max(page, 1), pages), pages


def _review_query(campaign: Campaign, search: str = "", judged: Judged = Judged.ALL) -> ReviewQuery:
    words = search.strip()
    closed = {target_of(campaign, SHORTLIST), target_of(campaign, PUBLISH)}
    return ReviewQuery(
        course_of(campaign, with_ended=True),
        tuple(sorted(running_stages(campaign) - closed)),
        tuple(sorted({arrow.source for arrow in campaign.arrows if arrow.action == FINISH_REVIEW})),
        judged,
        words,
        unit_key(campaign.units, words),
    )


def _review_rows(ask: StaffAsk, query: ReviewQuery) -> tuple[ReviewRow, ...]:
    found = ask.store.review_rows(query)
    sheets = latest(ask.store.reviews_of([known.id for known in found]))
    return tuple(
        _review_row(ask.clerk.campaign, known, tuple(sheets.get(known.id, {}).values())) for known in found
    )


def _review_row(campaign: Campaign, known: Application, sheets: Sequence[ReviewOutcome]) -> ReviewRow:
    query = _review_query(campaign)
    deck = known.dossier.get("deck", "")
    return ReviewRow(
        known.number,
        unit_of(campaign, known),
        campaign.stage(known.stage).label,
        tuple(sheets),
        summary(campaign.results, sheets) if sheets else None,
        known.stage in query.may_enter,
        known.stage in query.may_finish and bool(sheets),
        bool(deck and sheets) and all(sheet.deck != deck for sheet in sheets),
    )


def _factor_query(ask: StaffAsk, sort: Column, descending: bool, decided: Decided) -> ResultQuery:
    campaign = ask.clerk.campaign
    bodies = tuple(body.id for body in campaign.bodies)
    return ResultQuery(_course(ask), decided, sort, descending, bodies)


def _course(ask: StaffAsk) -> Course:
    """Those in the running; once results are announced, those it was decided about."""
    announced = released(ask.store, ReleaseKind.ANNOUNCEMENT)
    return course_of(ask.clerk.campaign, with_ended=announced is not None)


def _by_decision(counts: ResultCounts) -> Mapping[Decided, int]:
    return {
        Decided.ALL: counts.undecided + counts.inside + counts.outside + counts.vetoed,
        Decided.NONE: counts.undecided,
        Decided.IN: counts.inside,
        Decided.OUT: counts.outside,
        Decided.VETO: counts.vetoed,
        Decided.NOT_IN: counts.outside + counts.vetoed,
        Decided.SUSPENDED: counts.suspended,
    }


def _not_in(ask: StaffAsk, row: Factors, inside: int) -> str:
    is_in = row.decision is not None and row.decision.outcome is Outcome.IN
    return shortlist_refusal(ask, row.known, row.on_site, inside - is_in)


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
