"""A body's recommendation as its page shows it: what waits, the order, the dates, and what was or would be sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.model.application import Application
from bot.model.message import OpinionOrder
from bot.model.staff import Package
from bot.review.debts import debt_labels, owes
from bot.staff.desk import StaffAsk
from bot.staff.dossier import RETURN_DUE, RETURN_REASON
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.ordering import correction_key
from bot.staff.packages import reading_back, refuse_unsendable
from bot.staff.routes import left_place
from bot.staff.stage_words import stage_label
from bot.staff.standing import (
    CANDIDATE,
    DRAFT,
    RETURNED,
    SUBMITTED,
    Standing,
    balance_hint,
    body_name,
    own_body,
    standing_of,
)
from bot.staff.two_routes import Others, find_twins, route_facts

ROWS = 30
"""Rows of a page; smaller than elsewhere, as each has buttons of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One application."""

    id: str
    number: str
    unit: str
    stage: str  # label
    owed: tuple[str, ...]
    routes: tuple[str, ...]  # what is to be known of a second route
    is_new: bool = False  # it may be made a candidate
    is_candidate: bool = False
    is_live: bool = True
    due: date | None = None  # of a returned one
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """The body's own date and the city's, in days from today (negative: over)."""

    cutoff: date
    is_own: bool  # whether the body (or the campaign) set one earlier than the city's
    cutoff_left: int
    deadline: date
    deadline_words: str
    deadline_left: int


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """All that the page shows. `new`, `returned` and `order` are those rows that are shown; `counts` counts all."""

    body: str
    name: str
    new: tuple[Row, ...]
    new_count: int
    returned: tuple[Row, ...]
    returned_count: int
    drafts: int
    order: tuple[Row, ...]
    ids: tuple[str, ...]  # the whole order
    first: int  # place of the first row of the order that is shown
    page: int
    pages: int
    hint: str
    dates: Dates
    packages: tuple[Package, ...]  # newest first, without content
    wished: tuple[Row, ...]  # a change of a sent order that waits for the office
    not_yet: str  # why nothing can be sent as it is; "" where it can
    papers: int  # forms on paper that have come in, of the order


@dataclass(frozen=True, slots=True)
class SendView:
    """What 上报 would send, or why it cannot be sent yet."""

    head: str  # or why nothing can be sent
    items: tuple[str, ...] = ()  # a unit each, in its order
    notes: tuple[str, ...] = ()  # what is to be known besides
    digest: str = ""  # while nothing can be sent


def recommendation(ask: StaffAsk, page: int = 1) -> RecommendationView:
    """The page of whoever asks, with a page of the order. `Refused` for somebody who speaks for no body."""
    body = own_body(ask)
    now = standing_of(ask, body)
    own = ask.store.applications(body)
    new, returned, drafts = (
        [one for one in own if one.stage == stage] for stage in (SUBMITTED, RETURNED, DRAFT)
    )
    pages = max(-(-len(now.order) // ROWS), 1)
    page = min(page, pages)
    first = (page - 1) * ROWS
    twins = find_twins(ask, (*new[:ROWS], *now.order))
    return RecommendationView(
        body=body,
        name=body_name(ask, body),
        new=tuple(_row(ask, known, twins) for known in new[:ROWS]),
        new_count=len(new),
        returned=tuple(_row(ask, known, {known.id: ()}) for known in returned[:ROWS]),
        returned_count=len(returned),
        drafts=len(drafts),
        order=tuple(_row(ask, known, twins) for known in now.order[first : first + ROWS]),
        ids=now.ids,
        first=first + 1,
        page=page,
        pages=pages,
        hint=balance_hint(ask, now.order),
        dates=_dates(ask, body),
        packages=tuple(reversed(ask.store.package_heads(body))),
        wished=tuple(_row(ask, known, {known.id: ()}) for known in wished_order(ask, body)),
        not_yet=_not_yet(ask, now, twins),
        papers=sum(bool(known.dossier.get("paper")) for known in now.order),
    )


def whole_order(ask: StaffAsk) -> tuple[Row, ...]:
    """The order of whoever asks, first to last. `Refused` for somebody who speaks for no body."""
    order = standing_of(ask, own_body(ask)).order
    return tuple(_row(ask, known, {known.id: ()}) for known in order)


def sending(ask: StaffAsk) -> SendView:
    """What is read back before it is sent."""
    try:
        found = reading_back(ask)
    except Refused as why:
        return SendView(str(why))
    return SendView(found.head, found.items, found.notes, found.digest)


def own_receipts(ask: StaffAsk) -> tuple[str, ...]:
    """The receipts of all that the body sent, newest first."""
    return tuple(package.receipt for package in reversed(ask.store.package_heads(own_body(ask))))


def own_package(ask: StaffAsk, receipt: str) -> Package | None:
    """What the body of whoever asks sent under this receipt."""
    package = ask.store.package(receipt)
    return package if package is not None and package.body in ask.bodies else None


def opinion_order(ask: StaffAsk, number: str) -> OpinionOrder | None:
    """The place of an application in the body's order; None if it has none."""
    order = standing_of(ask, own_body(ask)).order
    found = next(((rank, known.id) for rank, known in enumerate(order, 1) if known.number == number), None)
    return OpinionOrder(found[1], found[0], len(order)) if found else None


def rows_of(ask: StaffAsk, ids: Sequence[str]) -> tuple[Row, ...]:
    """Applications of the body by id, in this order; strangers are left out."""
    body = own_body(ask)
    known = [one for one in _by_id(ask, ids) if one.body == body]
    return tuple(_row(ask, each, {each.id: ()}) for each in known)


def wished_order(ask: StaffAsk, body: str) -> list[Application]:
    """The changed order that waits for the office; empty if none does."""
    kept = ask.store.setting(correction_key(ask, body))
    return _by_id(ask, json.loads(kept)["order"]) if kept else []


def _by_id(ask: StaffAsk, ids: Sequence[str]) -> list[Application]:
    known = {one.id: one for one in ask.store.applications_by_id(ids)}
    return [known[each] for each in ids if each in known]


def sent_times(package: Package) -> dict[str, datetime]:
    """The three times of a package as they were kept: sent, arrived, read."""
    times = package.content.get("times")
    kept = times if isinstance(times, dict) else {}
    return {name: datetime.fromisoformat(str(value)) for name, value in kept.items() if value}


def _not_yet(ask: StaffAsk, now: Standing, twins: Others) -> str:
    try:
        refuse_unsendable(ask, now, twins)
    except Refused as why:
        return str(why)
    return ""


def _row(ask: StaffAsk, known: Application, twins: Others) -> Row:
    campaign = ask.clerk.campaign
    due = known.dossier.get(RETURN_DUE, "")
    return Row(
        id=known.id,
        number=known.number,
        unit=unit_of(campaign, known),
        stage=stage_label(ask, known),
        owed=debt_labels(campaign, owes(campaign, known)),
        routes=tuple(route_facts(ask, known, twins)),
        is_new=known.stage == SUBMITTED,
        is_candidate=known.stage == CANDIDATE,
        is_live=not left_place(campaign, known.stage),
        due=date.fromisoformat(due) if due else None,
        reason=known.dossier.get(RETURN_REASON, ""),
    )


def _dates(ask: StaffAsk, body: str) -> Dates:
    campaign = ask.clerk.campaign
    own = ask.store.cutoffs().get(body)
    stated = next((item.cutoff for item in campaign.bodies if item.id == body), None)
    cutoff = min(own or stated or campaign.deadline, campaign.deadline)
    return Dates(
        cutoff=cutoff,
        is_own=own is not None or stated is not None,
        cutoff_left=(cutoff - ask.today).days,
        deadline=campaign.deadline,
        deadline_words=campaign.deadline_words,
        deadline_left=(campaign.deadline - ask.today).days,
    )
