"""What the course of an application left behind: visits, on-site sheets, the review, objections, the plaque.

What could betray an unannounced visit or an informant is never written out: covert visits and their sheets, draws
that were not opened, informants; nor what is the reviewers' own: why they keep away, sheets that were not handed
in, what they report to the office. A purge deletes them all the same. Lists that were approved or released, and
packages, stay as acts of the office and of the bodies: a purge takes the unit's values out of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, select, update

from storage import console_tables, result_tables, round_tables, sheet_tables, staff_tables, visit_tables
from storage.part import dumps
from storage.tables import table

_VISIT = table(visit_tables.Visit)
_OF_VISIT = (table(visit_tables.VisitVersion), table(visit_tables.VisitAnswer))
_COVERT = table(visit_tables.CovertVisit)
_SHEET = table(sheet_tables.Sheet)
_PHOTO = table(sheet_tables.SheetPhoto)
_DRAW = table(sheet_tables.SheetDraw)
_OF_SHEET = (table(sheet_tables.SheetLine), table(sheet_tables.SheetSnapshot), _PHOTO)
_OBJECTION = table(result_tables.Objection)
_ENTRY = table(result_tables.ObjectionEntry)
_INFORMANT = table(result_tables.Informant)
_LISTS = (table(result_tables.ListApproval), table(result_tables.Release))
_PACKAGE = table(staff_tables.Package)
_PLAQUE = table(result_tables.Plaque)
_OWN = (
    table(result_tables.ReviewOutcome),
    table(result_tables.FinalDecision),
    _PLAQUE,
    table(console_tables.ClericalNote),
)
_OF_REVIEWERS = (
    table(round_tables.Recusal),
    table(round_tables.Assignment),
    table(round_tables.ReviewProblem),
)


def course_belongings(application: str) -> Iterator[tuple[Table, Select[Any]]]:
    """Each table with what may be written out of it."""
    for owned in (*_OWN, _VISIT, _OBJECTION):
        yield owned, select(owned).where(owned.c.application == application)
    for owned in _OF_VISIT:
        yield owned, select(owned).where(owned.c.visit.in_(_visits(application)))
    open_sheets = _sheets(application).where(_SHEET.c.covert.is_(False))
    yield _SHEET, select(_SHEET).where(_SHEET.c.id.in_(open_sheets))
    for owned in _OF_SHEET:
        yield owned, select(owned).where(owned.c.sheet.in_(open_sheets))
    opened = _DRAW.c.opened_at.is_not(None)
    yield _DRAW, select(_DRAW).where(_DRAW.c.sheet.in_(open_sheets), opened)
    yield _ENTRY, select(_ENTRY).where(_ENTRY.c.objection.in_(_objections(application)))


def course_files(application: str) -> tuple[Select[Any], ...]:
    """The SHA-256 of the pictures on its sheets and of its plaque's signed paper, for writing out."""
    open_sheets = _sheets(application).where(_SHEET.c.covert.is_(False))
    signed = select(_PLAQUE.c.signature).where(
        _PLAQUE.c.application == application, _PLAQUE.c.signature != ""
    )
    return select(_PHOTO.c.sha256).where(_PHOTO.c.sheet.in_(open_sheets)), signed


def covert_files(application: str) -> Select[Any]:
    """The pictures on its covert sheets, for deleting."""
    return select(_PHOTO.c.sha256).where(_PHOTO.c.sheet.in_(_sheets(application).where(_SHEET.c.covert)))


def course_files_of_others(application: str) -> tuple[Select[Any], ...]:
    """The same of all other applications: one paper may be signed by many."""
    signed = select(_PLAQUE.c.signature).where(_PLAQUE.c.application != application)
    return select(_PHOTO.c.sha256).where(_PHOTO.c.sheet.not_in(_sheets(application))), signed


def purge_course(connection: Connection, application: str) -> None:
    """Delete all of it, before the application itself."""
    for owned in (*_OF_SHEET, _DRAW):
        connection.execute(delete(owned).where(owned.c.sheet.in_(_sheets(application))))
    for owned in _OF_VISIT:
        connection.execute(delete(owned).where(owned.c.visit.in_(_visits(application))))
    for owned in (_INFORMANT, _ENTRY):
        connection.execute(delete(owned).where(owned.c.objection.in_(_objections(application))))
    for owned in (_SHEET, _VISIT, _COVERT, _OBJECTION, *_OWN, *_OF_REVIEWERS):
        connection.execute(delete(owned).where(owned.c.application == application))
    _blank_on_lists(connection, application)
    _blank_in_packages(connection, application)


def _blank_on_lists(connection: Connection, application: str) -> None:
    """Take the unit's name off the lists; its number stays where it stood."""
    for owned in _LISTS:
        naming = select(owned.c.id, owned.c.listed).where(owned.c.listed.contains(f'"{application}"'))
        for row, listed in connection.execute(naming).all():
            kept = [
                [one, number, "" if one == application else unit] for one, number, unit in json.loads(listed)
            ]
            changed = {"listed": json.dumps(kept, ensure_ascii=False)}
            connection.execute(update(owned).where(owned.c.id == row).values(changed))


def _blank_in_packages(connection: Connection, application: str) -> None:
    """Empty what was sent of it; its place in the order stays."""
    naming = select(_PACKAGE.c.id, _PACKAGE.c.content).where(_PACKAGE.c.content.contains(f'"{application}"'))
    for row, content in connection.execute(naming).all():
        kept = json.loads(content)
        for item in kept.get("order", []):
            if isinstance(item, dict) and item.get("application") == application:
                item.update(values={}, dossier={}, materials=[])
        connection.execute(update(_PACKAGE).where(_PACKAGE.c.id == row).values(content=dumps(kept)))


def _visits(application: str) -> Select[Any]:
    return select(_VISIT.c.id).where(_VISIT.c.application == application)


def _sheets(application: str) -> Select[Any]:
    return select(_SHEET.c.id).where(_SHEET.c.application == application)


def _objections(application: str) -> Select[Any]:
    return select(_OBJECTION.c.id).where(_OBJECTION.c.application == application)
