"""The list of applications as a page shows it, and what is put on record for it after a start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.console.query import ApplicationQuery, Sort
from bot.console.stages import ShownStage, settled_stages, shown_stages
from bot.console.viewer import Viewer
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.documents.print_code import check_print_code
from bot.ports import Store
from bot.ports_console import ApplicationFilter, ListedApplication, Page, Scope
from bot.staff.dossier import DECISION
from bot.staff.routes import has_left, route_key_of
from bot.staff.stage_words import is_held
from bot.staff.standing import DRAFT
from config.campaign import Campaign

Applications = Page[ListedApplication, tuple[str, str]]
"""Sums by (body, stage)."""

OFFICE = Scope(everything=True)
EVERY_ROW = 1_000_000
_PORTION, _MANY = 200, 1000


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
        left=tuple(stage.id for stage in campaign.stages if has_left(campaign, stage.id)),
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


def note_form_versions(store: Store, campaign: Campaign) -> int:
    """Put versions on record where whoever wrote the values did not say; how many. To be repeated until 0."""
    found = store.unversioned(_PORTION)
    for known in found:
        store.set_form_version(known.id, version_of(campaign, known.values))
    return len(found)


def note_route_keys(store: Store, campaign: Campaign, after: int) -> int:
    """Mend the route keys of a portion of the applications, those with running numbers above `after`.

    The last running number of the portion, 0 if there was none. Another list of bodies makes other keys.
    """
    found = store.route_keys(after, _MANY)
    for one in found:
        key = route_key_of(campaign, one.unit_key)
        if key != one.route_key:
            store.set_route_key(one.application, key)
    return found[-1].seq if found else 0
