"""The on-site factor, from the sheets that were signed off. Unannounced visits never show in it (I11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.model.results import OnSite
from bot.ports import Store
from bot.review.scoring import exact
from bot.sheets.results import OnSiteResult, all_on_site_results, on_site_results


def on_site(store: Store) -> Mapping[str, OnSite]:
    """By application, for all that have a signed sheet."""
    found = ((application, _latest(results)) for application, results in all_on_site_results(store).items())
    return {application: one for application, one in found if one is not None}


def on_site_of(store: Store, application: str) -> OnSite | None:
    """The latest announced sheet of one application; a veto on any of them counts. None: none was signed."""
    return _latest(on_site_results(store, application))


def _latest(results: Iterable[OnSiteResult]) -> OnSite | None:
    signed = [one for one in results if not one.covert]
    if not signed:
        return None
    last = signed[-1]
    veto = any(one.veto for one in signed)
    return OnSite(exact(last.low), exact(last.high), veto, not any(one.is_reopened for one in signed))
