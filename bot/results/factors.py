"""The three factors of every application side by side: review, on-site score, place in the recommendation.

No weights, no total over them, and no order but the applications' numbers unless somebody chooses a column.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.model.results import Column, FinalDecision, OnSite
from bot.ports import Store
from bot.results.course import list_now
from bot.results.marks import ReviewSummary, latest, summary
from bot.staff.moves import unit_of
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Factors:
    """One application still in the running."""

    application: str
    number: str
    unit: str
    stage: str  # staff label
    review: ReviewSummary | None  # None: nobody has judged it
    on_site: OnSite | None  # None: no sheet is known
    body: str  # name of the recommending body
    rank: int | None  # its place there, as last ranked
    of: int  # how many that body ranks
    decision: FinalDecision | None
    suspended: bool
    tied_review: tuple[str, ...] = ()  # numbers of those with the very same review figures
    tied_on_site: tuple[str, ...] = ()  # and with the very same points on site


def factors(
    store: Store,
    campaign: Campaign,
    on_site: Mapping[str, OnSite],
    sort: Column = Column.NUMBER,
    descending: bool = False,
) -> tuple[Factors, ...]:
    """Every application in the running; `on_site` by application. What has no figure stands last either way."""
    now = list_now(store, campaign)
    sheets = latest(store.reviews())
    ranks = _ranks(store)
    names = {body.id: body.name for body in campaign.bodies}
    rows = []
    for known in now.running:
        own = sheets.get(known.id)
        rank, of = ranks.get(known.id, (None, 0))
        rows.append(
            Factors(
                known.id,
                known.number,
                unit_of(campaign, known),
                campaign.stage(known.stage).label,
                summary(campaign.results, own.values()) if own else None,
                on_site.get(known.id),
                names.get(known.body, known.body),
                rank,
                of,
                now.decisions.get(known.id),
                known.id in now.suspended,
            )
        )
    return _sorted(_with_ties(rows), sort, descending)


def review_figures(row: Factors) -> tuple[Fraction, ...]:
    """By what reviews are compared: the sheet's total where it has one, else every condition by itself."""
    if row.review is None:
        return ()
    if row.review.total is not None:
        return (row.review.total.mean,)
    return tuple(spread.mean for spread in row.review.conditions.values())


def _ranks(store: Store) -> dict[str, tuple[int | None, int]]:
    return {
        ranked.application: (ranked.rank, len(ranking))
        for ranking in store.rankings().values()
        for ranked in ranking
    }


def _with_ties(rows: list[Factors]) -> list[Factors]:
    review = _ties(rows, lambda row: review_figures(row) or None)
    on_site = _ties(rows, lambda row: (row.on_site.low, row.on_site.high) if row.on_site else None)
    return [replace(row, tied_review=review[row.number], tied_on_site=on_site[row.number]) for row in rows]


def _ties(rows: list[Factors], figure: Callable[[Factors], Hashable | None]) -> dict[str, tuple[str, ...]]:
    """For each number the others with the same figure."""
    groups: dict[Hashable, list[str]] = {}
    for row in rows:
        if (value := figure(row)) is not None:
            groups.setdefault(value, []).append(row.number)
    found: dict[str, tuple[str, ...]] = {row.number: () for row in rows}
    for numbers in groups.values():
        for number in numbers:
            found[number] = tuple(other for other in numbers if other != number)
    return found


def _sorted(rows: list[Factors], sort: Column, descending: bool) -> tuple[Factors, ...]:
    if sort is Column.REVIEW:
        return _by_figure(rows, lambda row: review_figures(row) or None, descending)
    if sort is Column.ON_SITE:
        return _by_figure(
            rows, lambda row: (row.on_site.low, row.on_site.high) if row.on_site else None, descending
        )
    if sort is Column.RECOMMENDATION:
        return tuple(
            sorted(rows, key=lambda row: (row.body, row.rank or 10**6, row.number), reverse=descending)
        )
    key: Callable[[Factors], str] = (
        (lambda row: row.unit) if sort is Column.UNIT else (lambda row: row.number)
    )
    return tuple(sorted(rows, key=key, reverse=descending))


def _by_figure(
    rows: list[Factors], figure: Callable[[Factors], tuple[Fraction, ...] | None], descending: bool
) -> tuple[Factors, ...]:
    with_one = [row for row in rows if figure(row) is not None]
    without = [row for row in rows if figure(row) is None]
    return (*sorted(with_one, key=lambda row: figure(row) or (), reverse=descending), *without)
