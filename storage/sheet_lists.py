"""On-site sheets in lists: found and ordered by what is kept with each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Boolean, Integer, Text, and_, bindparam, exists, func, not_, or_, select

from bot.ports_sheets import ListedSheet, SheetQuery
from storage import sheet_tables, visit_tables
from storage import tables as main_tables
from storage.part import Part
from storage.session import Statement
from storage.sheets import SHEET_COLUMNS, to_sheet
from storage.sql import has_person, json_text, listed, place_in
from storage.tables import table

_APPLICATION = table(main_tables.Application)
_SHEET = table(sheet_tables.Sheet)
_VISIT = table(visit_tables.Visit)

_PERSON = bindparam("person", type_=Integer())
_IS_MEMBER = has_person(_SHEET.c.members, _PERSON)
_IS_KNOWN = or_(not_(_SHEET.c.covert), _SHEET.c.signed > 0, _SHEET.c.opened_by == _PERSON)
_SEEN = and_(
    _APPLICATION.c.holder != _PERSON,
    not_(and_(_APPLICATION.c.body != "", place_in("bodies", _APPLICATION.c.body) > 0)),
    not_(has_person(_SHEET.c.recused, _PERSON)),
    or_(_IS_MEMBER, and_(bindparam("office", type_=Boolean()), _IS_KNOWN)),
)
"""What `bot.sheets.access` says of one sheet, in words of the database."""

_FIND = Statement(
    select(
        *SHEET_COLUMNS,
        _SHEET.c.signed,
        _SHEET.c.reopened,
        _APPLICATION.c.number,
        json_text(_APPLICATION.c.content, bindparam("unit_field", type_=Text())),
        _APPLICATION.c.stage,
        func.count().over(),
    )
    .join(_APPLICATION, _APPLICATION.c.id == _SHEET.c.application)
    .where(
        _SHEET.c.campaign == bindparam("campaign"),
        _SEEN,
        or_(
            not_(bindparam("own_open", type_=Boolean())),
            and_(_IS_MEMBER, _SHEET.c.signed <= _SHEET.c.reopened),
        ),
    )
    .order_by(_SHEET.c.opened_at.desc(), _SHEET.c.id.desc())
    .limit(bindparam("at_most", type_=Integer()))
    .offset(bindparam("beginning", type_=Integer()))
)
_HAS_SHEET = (
    exists()
    .where(_SHEET.c.application == _VISIT.c.application, _SHEET.c.visit == _VISIT.c.id, not_(_SHEET.c.covert))
    .correlate(_VISIT)
)
_WITHOUT = Statement(
    select(_VISIT.c.id, func.count().over())
    .join(_APPLICATION, _APPLICATION.c.id == _VISIT.c.application)
    .where(
        _VISIT.c.campaign == bindparam("campaign"),
        _VISIT.c.told_on,
        place_in("stages", _APPLICATION.c.stage) > 0,
        not_(_HAS_SHEET),
    )
    .order_by(_VISIT.c.told_day, _APPLICATION.c.number, _VISIT.c.id)
    .limit(bindparam("at_most", type_=Integer()))
)


class SheetLists(Part):
    __slots__ = ()

    def find_sheets(self, wanted: SheetQuery) -> tuple[Sequence[ListedSheet], int]:
        parameters = {
            "campaign": self.campaign,
            "person": wanted.person,
            "office": wanted.is_office,
            "bodies": listed(*wanted.bodies),
            "unit_field": wanted.unit_field,
            "own_open": wanted.is_own_open,
            "at_most": wanted.limit,
            "beginning": wanted.offset,
        }
        rows = self.session.rows(_FIND, parameters)
        found = [
            ListedSheet(to_sheet(row[: len(SHEET_COLUMNS)]), *row[len(SHEET_COLUMNS) : -1]) for row in rows
        ]
        return found, rows[0][-1] if rows else 0

    def visits_without_sheet(self, stages: Collection[str], limit: int) -> tuple[Sequence[int], int]:
        wanted = {"campaign": self.campaign, "stages": listed(*stages), "at_most": limit}
        rows = self.session.rows(_WITHOUT, wanted)
        return [row[0] for row in rows], rows[0][-1] if rows else 0
