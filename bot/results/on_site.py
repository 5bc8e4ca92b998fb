"""The on-site factor, from the sheets that were signed off. Unannounced visits never show in it (I11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.results import OnSite
from bot.ports import Store
from bot.ports_results import SignedSheet
from bot.review.scoring import exact


def on_site_of_some(store: Store, applications: Sequence[str]) -> Mapping[str, OnSite]:
    """By application, for those that have an announced sheet that was signed: the latest counts, and any veto."""
    sheets: dict[str, list[SignedSheet]] = {}
    for sheet in store.signed_sheets(applications):
        sheets.setdefault(sheet.application, []).append(sheet)
    return {application: _together(signed) for application, signed in sheets.items()}


def on_site_of(store: Store, application: str) -> OnSite | None:
    """The same for one application. None: none was signed."""
    return on_site_of_some(store, [application]).get(application)


def _together(signed: Sequence[SignedSheet]) -> OnSite:
    last = signed[-1]
    veto = any(one.veto for one in signed)
    return OnSite(exact(last.low), exact(last.high), veto, all(one.signed for one in signed))
