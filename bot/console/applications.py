"""The list of applications as a page shows it, and which units may come by two routes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.console.query import ApplicationQuery, Mark
from bot.console.viewer import Viewer
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.documents.print_code import check_print_code
from bot.ports import Store
from bot.ports_console import ApplicationFilter, HandedIn, ListedApplication, Page, Scope
from bot.staff.routes import unit_parts
from config.campaign import Campaign

Applications = Page[ListedApplication, tuple[str, str]]
"""Sums by (body, stage)."""

OFFICE = Scope(everything=True)
EVERY_ROW = 1_000_000
_PORTION = 200


def scope_of(viewer: Viewer) -> Scope:
    """What this person may see: the office all, a body its own, others nothing (I14)."""
    return Scope(everything=True) if viewer.is_office else Scope(bodies=viewer.bodies)


def list_applications(
    store: Store,
    campaign: Campaign,
    scope: Scope,
    query: ApplicationQuery,
    today: date,
    limit: int | None = None,
) -> Applications:
    """The page that is asked for, or the first `limit` rows; `today` is the campaign's."""
    wanted = ApplicationFilter(
        query=query,
        scope=scope,
        today=today.isoformat(),
        stages=tuple(stage.id for stage in campaign.stages),
        bodies=tuple(body.id for body in campaign.bodies),
        settled=tuple(stage.id for stage in campaign.stages if stage.final or stage.replay == "withdrawn"),
        unit_field=campaign.form.unit_field,
        contact_field=campaign.reminders.contact_name,
        phone_field=campaign.reminders.contact_phone,
        limit=limit,
    )
    if query.search:
        key, code = unit_key(campaign.units, query.search), check_print_code(query.search)
        wanted = replace(wanted, unit_key=key, code=code or "")
    if query.mark is Mark.TWO_ROUTES:
        wanted = replace(wanted, among=two_routes(store, campaign))
    return store.list_applications(wanted)


def every_application(
    store: Store, campaign: Campaign, scope: Scope, query: ApplicationQuery, today: date
) -> Applications:
    """The whole list, as a table for printing has it."""
    return list_applications(store, campaign, scope, query, today, EVERY_ROW)


def two_routes(store: Store, campaign: Campaign) -> tuple[str, ...]:
    """Ids of those handed in that may be one unit on two routes, where it is not settled which one counts."""
    found: dict[tuple[str, str], list[HandedIn]] = defaultdict(list)
    for one in store.handed_in(campaign.form.unit_field):
        stage = campaign.stage(one.stage)
        if one.unit and not stage.final and stage.replay != "withdrawn":
            found[_identity(campaign, one.unit)].append(one)
    prefix = f"route:{campaign.id}:"
    settled = {
        key.removeprefix(prefix): _chosen(value)
        for key, value in store.settings(prefix).items()
        if not key.endswith(":told")
    }
    return tuple(
        one.application for group in found.values() for one in group if _is_open(one, group, settled)
    )


def _identity(campaign: Campaign, unit: str) -> tuple[str, str]:
    """The same for two names that may stand for one unit (see `bot.staff.routes.same_unit`)."""
    parts = unit_parts(campaign, unit)
    if parts.place and parts.trade:
        return parts.place, parts.trade
    return "", unit_key(campaign.units, unit)


def _is_open(one: HandedIn, group: Sequence[HandedIn], settled: dict[str, str]) -> bool:
    pairs = (
        ":".join(sorted((one.application, other.application))) for other in group if other.body != one.body
    )
    return any(not settled.get(pair) for pair in pairs)


def _chosen(kept: str) -> str:
    return str(json.loads(kept)["chosen"])


def note_form_versions(store: Store, campaign: Campaign) -> int:
    """Put versions on record where whoever wrote the values did not say; how many. To be repeated until 0."""
    found = store.unversioned(_PORTION)
    for known in found:
        store.set_form_version(known.id, version_of(campaign, known.values))
    return len(found)
