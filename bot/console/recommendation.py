"""A body's recommendation as its page shows it: what waits, the order, the dates, and what was or would be sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.model.application import Application
from bot.model.staff import Package
from bot.review.debts import debt_labels, owes
from bot.staff.desk import StaffAsk
from bot.staff.dossier import RETURN_DUE, RETURN_REASON
from bot.staff.finding import Refused
from bot.staff.moves import cutoff_of, unit_of
from bot.staff.ordering import correction_key
from bot.staff.packages import package_digest, read_back
from bot.staff.routes import is_live
from bot.staff.stage_words import stage_label
from bot.staff.standing import (
    CANDIDATE,
    DRAFT,
    RETURNED,
    SUBMITTED,
    balance_hint,
    body_name,
    own_body,
    standing_of,
)
from bot.staff.two_routes import route_facts


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
    """All that the page shows. `preview` is what 上报 would send, or why it cannot be sent yet."""

    body: str
    name: str
    new: tuple[Row, ...]
    returned: tuple[Row, ...]
    drafts: int
    order: tuple[Row, ...]
    hint: str
    dates: Dates
    packages: tuple[Package, ...]  # newest first
    wished: tuple[Row, ...]  # a change of a sent order that waits for the office
    preview: str
    digest: str  # "" while nothing can be sent
    papers: int  # forms on paper that have come in, of the order


def recommendation(ask: StaffAsk) -> RecommendationView:
    """The page of whoever asks. `Refused` for somebody who speaks for no body."""
    body = own_body(ask)
    now = standing_of(ask, body)
    others: dict[str, Sequence[Application]] = {}
    new = [_row(ask, known, others) for known in ask.store.applications(body, (SUBMITTED,))]
    returned = [_row(ask, known, others) for known in ask.store.applications(body, (RETURNED,))]
    preview, digest = _preview(ask)
    return RecommendationView(
        body=body,
        name=body_name(ask, body),
        new=tuple(new),
        returned=tuple(returned),
        drafts=len(ask.store.applications(body, (DRAFT,))),
        order=tuple(_row(ask, known, others) for known in now.order),
        hint=balance_hint(ask, now.order),
        dates=_dates(ask, body),
        packages=tuple(reversed(ask.store.packages(body))),
        wished=tuple(_row(ask, known, others) for known in wished_order(ask, body)),
        preview=preview,
        digest=digest,
        papers=sum(bool(known.dossier.get("paper")) for known in now.order),
    )


def rows_of(ask: StaffAsk, ids: Sequence[str]) -> tuple[Row, ...]:
    """Applications of the body by id, in this order; strangers are left out."""
    body, others = own_body(ask), dict[str, Sequence[Application]]()
    known = [found for each in ids if (found := ask.store.application(each)) is not None]
    return tuple(_row(ask, each, others) for each in known if each.body == body)


def wished_order(ask: StaffAsk, body: str) -> list[Application]:
    """The changed order that waits for the office; empty if none does."""
    kept = ask.store.setting(correction_key(ask, body))
    ids: list[str] = json.loads(kept)["order"] if kept else []
    return [known for each in ids if (known := ask.store.application(each)) is not None]


def sent_times(package: Package) -> dict[str, datetime]:
    """The three times of a package as they were kept: sent, arrived, read."""
    times = package.content.get("times")
    kept = times if isinstance(times, dict) else {}
    return {name: datetime.fromisoformat(str(value)) for name, value in kept.items() if value}


def _preview(ask: StaffAsk) -> tuple[str, str]:
    try:
        said = read_back(ask)
    except Refused as why:
        return str(why), ""
    return "\n".join(said.texts), package_digest(ask, standing_of(ask, own_body(ask)))


def _row(ask: StaffAsk, known: Application, others: dict[str, Sequence[Application]]) -> Row:
    campaign = ask.clerk.campaign
    due = known.dossier.get(RETURN_DUE, "")
    return Row(
        id=known.id,
        number=known.number,
        unit=unit_of(campaign, known),
        stage=stage_label(ask, known),
        owed=debt_labels(campaign, owes(campaign, known)),
        routes=tuple(route_facts(ask, known, others)),
        is_new=known.stage == SUBMITTED,
        is_candidate=known.stage == CANDIDATE,
        is_live=is_live(campaign, known),
        due=date.fromisoformat(due) if due else None,
        reason=known.dossier.get(RETURN_REASON, ""),
    )


def _dates(ask: StaffAsk, body: str) -> Dates:
    campaign = ask.clerk.campaign
    cutoff = cutoff_of(ask, body)
    stated = next((item.cutoff for item in campaign.bodies if item.id == body), None)
    return Dates(
        cutoff=cutoff,
        is_own=body in ask.store.cutoffs() or stated is not None,
        cutoff_left=(cutoff - ask.today).days,
        deadline=campaign.deadline,
        deadline_words=campaign.deadline_words,
        deadline_left=(campaign.deadline - ask.today).days,
    )
