"""The list of applications as a page shows it, and which units may come by two routes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.console.query import ApplicationQuery, Mark, Sort
from bot.console.stages import ShownStage, settled_stages, shown_stages
from bot.console.viewer import Viewer
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.documents.print_code import check_print_code
from bot.ports import Store
from bot.ports_console import ApplicationFilter, HandedIn, ListedApplication, Page, Scope
from bot.staff.dossier import DECISION
from bot.staff.routes import UnitParts, has_left, parts_of_keys
from bot.staff.stage_words import is_held
from bot.staff.standing import DRAFT
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
    """The page that is asked for, or the first `limit` rows; `today` is the campaign's.

    Outside the office stages that look the same are the first of them (see `bot.console.stages`), drafts hold no
    more than the unit's name, and nothing can be sorted by what is not shown.
    """
    stages = shown_stages(campaign, scope.everything)
    if not scope.everything and query.sort in (Sort.STAGE, Sort.UPDATED):
        query = replace(query, sort=Sort.NUMBER)
    wanted = replace(
        wanted_of(campaign, scope, query, today),
        only=next((stage.members for stage in stages if query.stage in stage.members), ()),
        limit=limit,
    )
    if query.stage and not wanted.only:
        return Page((), 0, {})
    if query.search:
        key, code = unit_key(campaign.units, query.search), check_print_code(query.search)
        wanted = replace(wanted, unit_key=key, code=code or "")
    if query.mark is Mark.TWO_ROUTES:
        wanted = replace(wanted, among=two_routes(store, campaign))
    found = store.list_applications(wanted)
    return found if scope.everything else _outside(campaign, stages, found)


def wanted_of(campaign: Campaign, scope: Scope, query: ApplicationQuery, today: date) -> ApplicationFilter:
    """The query in words of the database, as far as the campaign alone says."""
    return ApplicationFilter(
        query=query,
        scope=scope,
        today=today.isoformat(),
        stages=tuple(stage.id for stage in campaign.stages),
        bodies=tuple(body.id for body in campaign.bodies),
        settled=settled_stages(campaign, scope.everything),
        unit_field=campaign.form.unit_field,
        contact_field=campaign.reminders.contact_name,
        phone_field=campaign.reminders.contact_phone,
    )


def _outside(campaign: Campaign, stages: Sequence[ShownStage], found: Applications) -> Applications:
    """As people outside the office may read it."""
    first = {member: stage.id for stage in stages for member in stage.members}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (body, stage), count in found.sums.items():
        sums[body, first.get(stage, stage)] += count
    rows = tuple(_row_outside(campaign, first, row) for row in found.rows)
    return Page(rows, found.total, sums)


def _row_outside(campaign: Campaign, first: dict[str, str], row: ListedApplication) -> ListedApplication:
    known, field = row.application, campaign.form.unit_field
    values = {field: known.values.get(field, "")} if known.stage == DRAFT else known.values
    dossier = known.dossier
    if is_held(campaign, known.stage):
        dossier = {key: value for key, value in dossier.items() if key != DECISION}
    stage = first.get(known.stage, known.stage)
    return replace(row, application=replace(known, stage=stage, values=values, dossier=dossier))


def every_application(
    store: Store, campaign: Campaign, scope: Scope, query: ApplicationQuery, today: date
) -> Applications:
    """The whole list, as a table for printing has it."""
    return list_applications(store, campaign, scope, query, today, EVERY_ROW)


def two_routes(store: Store, campaign: Campaign, scope: Scope = OFFICE) -> tuple[str, ...]:
    """Ids of those handed in that may be one unit on two routes, where it is not settled which one counts.

    `scope` says whose are named; the other one of a pair may be anybody's.
    """
    found: dict[tuple[str, str], list[HandedIn]] = defaultdict(list)
    parts_of = parts_of_keys(campaign)
    left = [stage.id for stage in campaign.stages if has_left(campaign, stage.id)]
    for one in store.handed_in(left):
        found[_identity(one.unit_key, parts_of(one.unit_key))].append(one)
    twice = [group for group in found.values() if len(group) > 1]
    if not twice:
        return ()
    prefix = f"route:{campaign.id}:"
    settled = {
        key.removeprefix(prefix): _chosen(value)
        for key, value in store.settings(prefix).items()
        if not key.endswith(":told")
    }
    return tuple(
        one.application
        for group in twice
        for one in group
        if (scope.everything or one.body in scope.bodies) and _is_open(one, group, settled)
    )


def _identity(unit_key: str, parts: UnitParts) -> tuple[str, str]:
    """The same for two names that may stand for one unit (see `bot.staff.routes.same_unit`)."""
    if parts.place and parts.trade:
        return parts.place, parts.trade
    return "", unit_key


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
