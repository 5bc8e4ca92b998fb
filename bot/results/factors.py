"""The three factors of every application side by side: review, on-site score, place in the recommendation.

No weights, no total over them, and no order but the applications' numbers unless somebody chooses a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.results import FinalDecision, OnSite
from bot.ports import Store
from bot.ports_results import ResultQuery, Tied
from bot.results.marks import ReviewSummary, latest, summary
from bot.results.on_site import on_site_of_some
from bot.staff.moves import unit_of
from config.campaign import Campaign

_TIED = 3  # numbers named of those with the same figure


@dataclass(frozen=True, slots=True)
class Factors:
    """One application still in the running."""

    known: Application
    unit: str
    stage: str  # staff label
    review: ReviewSummary | None  # None: nobody has judged it
    on_site: OnSite | None  # None: no sheet is known
    body: str  # name of the recommending body
    rank: int | None  # its place there, as last ranked
    of: int  # how many that body ranks
    decision: FinalDecision | None
    decided_by: str  # name
    suspended: bool
    tied_review: str  # the numbers of those with the very same review figures; "" for nobody
    tied_on_site: str  # and with the very same points on site

    @property
    def number(self) -> str:
        return self.known.number


def factors(store: Store, campaign: Campaign, query: ResultQuery) -> tuple[Factors, ...]:
    """The applications asked for. What has no figure stands last either way."""
    rows = store.result_rows(query)
    ids = [row.application.id for row in rows]
    sheets, points = latest(store.reviews_of(ids)), on_site_of_some(store, ids)
    ties = store.ties(query.course, rows)
    names = {body.id: body.name for body in campaign.bodies}
    found = []
    for row in rows:
        known = row.application
        own = sheets.get(known.id)
        found.append(
            Factors(
                known,
                unit_of(campaign, known),
                campaign.stage(known.stage).label,
                summary(campaign.results, own.values()) if own else None,
                points.get(known.id),
                names.get(known.body, known.body),
                row.rank,
                row.of,
                row.decision,
                row.decided_by,
                row.suspended,
                _others(known.number, row.review_key, ties),
                _others(known.number, row.on_site_key, ties),
            )
        )
    return tuple(found)


def _others(number: str, key: str, ties: Mapping[str, Tied]) -> str:
    """2019-002、2019-003, or the first of them 等9件."""
    if not key or key not in ties:
        return ""
    named = "、".join([other for other in ties[key].numbers if other != number][:_TIED])
    count = ties[key].count - 1
    return f"{named}等{count}件" if count > _TIED else named
