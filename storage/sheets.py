"""On-site sheets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, bindparam, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.sheet import (
    Draw,
    Inspector,
    Line,
    MemberSigned,
    OnSiteSheet,
    Photo,
    Recused,
    Reopened,
    Snapshot,
)
from bot.sheets.content_json import content_as_dict, content_from_dict, kind_of
from storage import sheet_tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.sql import listed
from storage.tables import columns, table, to_moment, to_number

_SHEET = table(sheet_tables.Sheet)
_LINE = table(sheet_tables.SheetLine)
_SNAPSHOT = table(sheet_tables.SheetSnapshot)
_PHOTO = table(sheet_tables.SheetPhoto)
_DRAW = table(sheet_tables.SheetDraw)

_NUMBERS = 999_999_999

_KEPT_BESIDE = ("members", "recused", "signed", "reopened")
SHEET_COLUMNS = columns(sheet_tables.Sheet, "campaign", "key", *_KEPT_BESIDE)
_OPEN = Statement(
    upsert(_SHEET)
    .values({column: bindparam(column.name) for column in columns(sheet_tables.Sheet, *_KEPT_BESIDE[1:])})
    .on_conflict_do_nothing()
)
_WITH_ID = select(*SHEET_COLUMNS).where(
    _SHEET.c.id == bindparam("sheet"), _SHEET.c.campaign == bindparam("campaign")
)
_ONE = Statement(_WITH_ID)
_LOCK = Statement(_WITH_ID.with_for_update())
_OF_VISIT = Statement(
    select(*SHEET_COLUMNS).where(
        _SHEET.c.application == bindparam("application"), _SHEET.c.key == bindparam("key")
    )
)
_OF_APPLICATION = Statement(
    select(*SHEET_COLUMNS)
    .where(_SHEET.c.application == bindparam("application"))
    .order_by(_SHEET.c.opened_at, _SHEET.c.id)
)
_ALL = Statement(
    select(*SHEET_COLUMNS)
    .where(_SHEET.c.campaign == bindparam("campaign"))
    .order_by(_SHEET.c.opened_at, _SHEET.c.id)
)
_COVERT_OF = Statement(
    select(_SHEET.c.id)
    .where(
        _SHEET.c.campaign == bindparam("campaign"), _SHEET.c.covert, _SHEET.c.opened_by == bindparam("person")
    )
    .order_by(_SHEET.c.id)
)
_CHANGE = update(_SHEET).where(_SHEET.c.id == bindparam("sheet_id"))
_SET_TEAM = Statement(_CHANGE.values(team=bindparam("new_team"), members=bindparam("new_members")))
_TURN = {
    Recused: Statement(_CHANGE.values(recused=_SHEET.c.recused + bindparam("person", type_=Text()) + "|")),
    MemberSigned: Statement(_CHANGE.values(signed=_SHEET.c.signed + 1)),
    Reopened: Statement(_CHANGE.values(reopened=_SHEET.c.reopened + 1)),
}
"""What a line changes of what is kept beside the lines."""
_ADD_LINE = Statement(
    upsert(_LINE)
    .values({column: bindparam(column.name) for column in columns(sheet_tables.SheetLine, "id")})
    .on_conflict_do_nothing()
)
_LINES = Statement(
    select(*columns(sheet_tables.SheetLine, "id", "sheet"))
    .where(_LINE.c.sheet == bindparam("sheet"))
    .order_by(_LINE.c.id)
)
_TURNS = Statement(
    select(_LINE.c.sheet, *columns(sheet_tables.SheetLine, "id", "sheet"))
    .join(_SHEET, _SHEET.c.id == _LINE.c.sheet)
    .where(
        _SHEET.c.application == bindparam("application"),
        or_(_LINE.c.kind == "recused", _LINE.c.kind == "member_signed", _LINE.c.kind == "reopened"),
    )
    .order_by(_LINE.c.id)
)
_ADD_SNAPSHOT = Statement(
    insert(_SNAPSHOT).values(
        {column: bindparam(column.name) for column in columns(sheet_tables.SheetSnapshot)}
    )
)
_SNAPSHOTS = Statement(
    select(*columns(sheet_tables.SheetSnapshot))
    .where(_SNAPSHOT.c.sheet == bindparam("sheet"))
    .order_by(_SNAPSHOT.c.version)
)
_ALL_SNAPSHOTS = Statement(
    select(*columns(sheet_tables.SheetSnapshot))
    .join(_SHEET, _SHEET.c.id == _SNAPSHOT.c.sheet)
    .where(_SHEET.c.campaign == bindparam("campaign"))
    .order_by(_SNAPSHOT.c.sheet, _SNAPSHOT.c.version)
)
_ADD_PHOTO = Statement(
    upsert(_PHOTO)
    .values({column: bindparam(column.name) for column in columns(sheet_tables.SheetPhoto)})
    .on_conflict_do_nothing()
)
_PHOTOS = Statement(
    select(*columns(sheet_tables.SheetPhoto))
    .where(_PHOTO.c.sheet == bindparam("sheet"))
    .order_by(_PHOTO.c.at, _PHOTO.c.sha256)
)
_ADD_DRAW = Statement(
    insert(_DRAW)
    .values({column: bindparam(column.name) for column in columns(sheet_tables.SheetDraw, "id")})
    .returning(_DRAW.c.id)
)
_OPEN_DRAW = Statement(
    update(_DRAW)
    .where(_DRAW.c.id == bindparam("draw"), _DRAW.c.opened_at.is_(None))
    .values(opened_by=bindparam("by_person"), opened_at=bindparam("now"))
)
_DRAWS = Statement(
    select(*columns(sheet_tables.SheetDraw)).where(_DRAW.c.sheet == bindparam("sheet")).order_by(_DRAW.c.id)
)


class Sheets(Part):
    __slots__ = ()

    def open_sheet(self, sheet: OnSiteSheet) -> tuple[OnSiteSheet, bool]:
        key = {
            "application": sheet.application,
            "key": f"covert:{sheet.opened_by}:{sheet.visit}" if sheet.covert else str(sheet.visit),
        }
        rest = {
            "campaign": self.campaign,
            "visit": sheet.visit,
            "covert": sheet.covert,
            "team": _team_json(sheet.team),
            "members": _members(sheet.team),
            "opened_by": sheet.opened_by,
            "opened_at": to_number(sheet.opened_at),
        }
        place = 0
        while True:
            named = {"id": _number(key["application"], key["key"], place)}
            is_new = self.session.change(_OPEN, key | rest | named) == 1
            if kept := self.session.row(_OF_VISIT, key):
                return to_sheet(kept), is_new
            place += 1

    def sheet(self, sheet: int) -> OnSiteSheet | None:
        row = self.session.row(_ONE, {"sheet": sheet, "campaign": self.campaign})
        return to_sheet(row) if row else None

    def lock_sheet(self, sheet: int) -> OnSiteSheet | None:
        row = self.session.row(_LOCK, {"sheet": sheet, "campaign": self.campaign})
        return to_sheet(row) if row else None

    def sheets(self, application: str | None = None) -> Sequence[OnSiteSheet]:
        if application is None:
            rows = self.session.rows(_ALL, {"campaign": self.campaign})
        else:
            rows = self.session.rows(_OF_APPLICATION, {"application": application})
        return [to_sheet(row) for row in rows]

    def covert_sheets_of(self, person: int) -> Sequence[int]:
        rows = self.session.rows(_COVERT_OF, {"campaign": self.campaign, "person": person})
        return [sheet for (sheet,) in rows]

    def set_team(self, sheet: int, team: Sequence[Inspector]) -> None:
        row = {"sheet_id": sheet, "new_team": _team_json(team), "new_members": _members(team)}
        self.session.change(_SET_TEAM, row)

    def add_line(self, sheet: int, line: Line) -> bool:
        row = {
            "sheet": sheet,
            "uid": line.id,
            "kind": kind_of(line.content),
            "content": dumps(content_as_dict(line.content)),
            "person": line.by,
            "name": line.name,
            "at": to_number(line.at),
            "noted_at": None if line.noted_at is None else to_number(line.noted_at),
        }
        if not self.session.change(_ADD_LINE, row):
            return False
        if turn := _TURN.get(type(line.content)):
            person = {"person": str(line.content.person)} if isinstance(line.content, Recused) else {}
            self.session.change(turn, {"sheet_id": sheet, **person})
        return True

    def sheet_lines(self, sheet: int) -> Sequence[Line]:
        return [_line(row) for row in self.session.rows(_LINES, {"sheet": sheet})]

    def sheet_turns(self, application: str) -> Mapping[int, Sequence[Line]]:
        found: dict[int, list[Line]] = {}
        for sheet, *line in self.session.rows(_TURNS, {"application": application}):
            found.setdefault(sheet, []).append(_line(tuple(line)))
        return found

    def add_snapshot(self, snapshot: Snapshot) -> None:
        self.session.change(
            _ADD_SNAPSHOT,
            {
                "sheet": snapshot.sheet,
                "version": snapshot.version,
                "sha256": snapshot.sha256,
                "content": snapshot.content,
                "leader": snapshot.leader,
                "member": snapshot.member,
                "at": to_number(snapshot.at),
            },
        )

    def snapshots(self, sheet: int | None = None) -> Sequence[Snapshot]:
        if sheet is None:
            rows = self.session.rows(_ALL_SNAPSHOTS, {"campaign": self.campaign})
        else:
            rows = self.session.rows(_SNAPSHOTS, {"sheet": sheet})
        return [_snapshot(row) for row in rows]

    def add_photo(self, photo: Photo) -> None:
        self.session.change(
            _ADD_PHOTO,
            {
                "sheet": photo.sheet,
                "sha256": photo.sha256,
                "type": photo.type,
                "size": photo.size,
                "person": photo.by,
                "at": to_number(photo.at),
            },
        )

    def photos(self, sheet: int) -> Sequence[Photo]:
        return [_photo(row) for row in self.session.rows(_PHOTOS, {"sheet": sheet})]

    def add_draw(self, draw: Draw) -> Draw:
        added = self.session.row(
            _ADD_DRAW,
            {
                "sheet": draw.sheet,
                "item": draw.item,
                "list_sha256": draw.list_sha256,
                "size": draw.size,
                "count": draw.count,
                "percent": draw.percent,
                "seed": draw.seed,
                "person": draw.by,
                "at": to_number(draw.at),
                "reason": draw.reason,
                "opened_by": None,
                "opened_at": None,
                "names": dumps(draw.names),
                "chosen": dumps(draw.chosen),
            },
        )
        assert added is not None
        return replace(draw, id=added[0], names=(), chosen=())

    def open_draw(self, draw: int, person: int, now: datetime) -> None:
        self.session.change(_OPEN_DRAW, {"draw": draw, "by_person": person, "now": to_number(now)})

    def draws(self, sheet: int) -> Sequence[Draw]:
        return [_draw(row) for row in self.session.rows(_DRAWS, {"sheet": sheet})]


def _number(application: str, key: str, place: int) -> int:
    """A sheet's id: not counted up, or a gap would tell that there is an unannounced one (I11).

    `place` counts the numbers that were taken by other sheets.
    """
    mark = hashlib.sha256(f"{application}:{key}:{place}".encode()).digest()
    return int.from_bytes(mark[:8]) % _NUMBERS + 1


def _team_json(team: Sequence[Inspector]) -> str:
    return json.dumps([[member.person, member.name] for member in team], ensure_ascii=False)


def _members(team: Sequence[Inspector]) -> str:
    return listed(*(str(member.person) for member in team))


def to_sheet(row: Row) -> OnSiteSheet:
    """From a row of `SHEET_COLUMNS`."""
    sheet, application, visit, covert, team, by, at = row
    members = tuple(Inspector(person, name) for person, name in json.loads(team))
    return OnSiteSheet(sheet, application, visit, bool(covert), members, by, to_moment(at))


def _line(row: Row) -> Line:
    uid, kind, content, person, name, at, noted_at = row
    noted = None if noted_at is None else to_moment(noted_at)
    return Line(uid, person, name, to_moment(at), content_from_dict(kind, json.loads(content)), noted)


def _snapshot(row: Row) -> Snapshot:
    sheet, version, sha256, content, leader, member, at = row
    return Snapshot(sheet, version, sha256, content, leader, member, to_moment(at))


def _photo(row: Row) -> Photo:
    sheet, sha256, kind, size, person, at = row
    return Photo(sheet, sha256, kind, size, person, to_moment(at))


def _draw(row: Row) -> Draw:
    draw, sheet, item, sha256, size, count, percent, seed, person, at, reason, by, opened, names, chosen = row
    sealed = Draw(draw, sheet, item, sha256, size, count, percent, seed, person, to_moment(at), reason, by)
    if opened is None:
        return sealed
    drawn = tuple(json.loads(names)), tuple(json.loads(chosen))
    return replace(sealed, opened_at=to_moment(opened), names=drawn[0], chosen=drawn[1])
