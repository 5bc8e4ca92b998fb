"""Objections: the register, its steps, and apart from it who raised one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, func, insert, literal, select

from bot.model.results import EntryKind, Informant, Objection, ObjectionEntry, Received
from bot.ports_results import Answered, ObjectionRow
from storage import result_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.result_course import IS_OPEN, IS_UNANSWERED, among, some
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_APPLICATION = table(tables.Application)
_OBJECTION = table(result_tables.Objection)
_INFORMANT = table(result_tables.Informant)
_ENTRY = table(result_tables.ObjectionEntry)
_COLUMNS = columns(result_tables.Objection, "id", "campaign")
_EVERY = 1 << 31

_LAST_NUMBER = Statement(
    select(func.max(_OBJECTION.c.number)).where(_OBJECTION.c.campaign == bindparam("campaign"))
)
_ADD_OBJECTION = Statement(
    insert(_OBJECTION)
    .values({column: bindparam(column.name) for column in columns(result_tables.Objection, "id")})
    .returning(_OBJECTION.c.id)
)
_ROWS = (
    select(*_COLUMNS, *APPLICATION_COLUMNS)
    .outerjoin(_APPLICATION, _APPLICATION.c.id == _OBJECTION.c.application)
    .where(_OBJECTION.c.campaign == bindparam("campaign"))
)
_NUMBERED = Statement(_ROWS.where(_OBJECTION.c.number == bindparam("number")))
_LISTS = {
    answered: Statement(
        _ROWS.where(rule).order_by(_OBJECTION.c.number).limit(bindparam("at_most")).offset(bindparam("after"))
    )
    for answered, rule in (
        (Answered.ALL, literal(value=True)),
        (Answered.OPEN, IS_OPEN),
        (Answered.UNANSWERED, IS_UNANSWERED),
    )
}
_OBJECTION_ID = Statement(
    select(_OBJECTION.c.id).where(
        _OBJECTION.c.campaign == bindparam("campaign"), _OBJECTION.c.number == bindparam("number")
    )
)
_ADD_INFORMANT = Statement(
    insert(_INFORMANT).values({column: bindparam(column.name) for column in columns(result_tables.Informant)})
)
_INFORMANT_OF = Statement(
    select(_INFORMANT.c.name, _INFORMANT.c.contact)
    .join(_OBJECTION, _OBJECTION.c.id == _INFORMANT.c.objection)
    .where(_OBJECTION.c.campaign == bindparam("campaign"), _OBJECTION.c.number == bindparam("number"))
)
_ADD_ENTRY = Statement(
    insert(_ENTRY).values(
        {column: bindparam(column.name) for column in columns(result_tables.ObjectionEntry, "id")}
    )
)
_ENTRIES = (
    select(_OBJECTION.c.number, _ENTRY.c.kind, _ENTRY.c.text, _ENTRY.c.by, _ENTRY.c.at)
    .join(_OBJECTION, _OBJECTION.c.id == _ENTRY.c.objection)
    .where(_OBJECTION.c.campaign == bindparam("campaign"))
    .order_by(_ENTRY.c.id)
)
_ALL_ENTRIES = Statement(_ENTRIES)
_SOME_ENTRIES = Statement(_ENTRIES.where(some(_OBJECTION.c.number)))


class Objections(Part):
    """The part of `bot.ports_results.ResultStore` about objections."""

    __slots__ = ()

    def add_objection(self, objection: Objection, informant: Informant | None) -> Objection:
        last = self.session.row(_LAST_NUMBER, {"campaign": self.campaign})
        number = ((last[0] or 0) if last else 0) + 1
        added = self.session.row(
            _ADD_OBJECTION,
            {
                "campaign": self.campaign,
                "number": number,
                "received": objection.received.value,
                "received_on": objection.received_on.isoformat(),
                "signed": objection.signed,
                "late": objection.late,
                "application": objection.application or None,
                "subject": objection.subject,
                "by": objection.by,
                "at": to_number(objection.at),
            },
        )
        assert added is not None
        if informant is not None:
            row = {"objection": added[0], "name": informant.name, "contact": informant.contact}
            self.session.change(_ADD_INFORMANT, row)
        return replace(objection, number=number)

    def objection_rows(
        self, answered: Answered = Answered.ALL, limit: int | None = None, after: int = 0, number: int = 0
    ) -> Sequence[ObjectionRow]:
        if number:
            rows = self.session.rows(_NUMBERED, {"campaign": self.campaign, "number": number})
        else:
            page = {"at_most": _EVERY if limit is None else limit, "after": after}
            rows = self.session.rows(_LISTS[answered], {"campaign": self.campaign, **page})
        return [_objection_row(row) for row in rows]

    def informant(self, objection: int) -> Informant | None:
        found = self.session.row(_INFORMANT_OF, {"campaign": self.campaign, "number": objection})
        return None if found is None else Informant(*found)

    def add_objection_entry(self, entry: ObjectionEntry) -> None:
        named = {"campaign": self.campaign, "number": entry.objection}
        found = self.session.row(_OBJECTION_ID, named)
        if found is None:
            raise KeyError(f"no objection {entry.objection}")
        row = {
            "objection": found[0],
            "kind": entry.kind.value,
            "text": entry.text,
            "by": entry.by,
            "at": to_number(entry.at),
        }
        self.session.change(_ADD_ENTRY, row)

    def objection_entries(self, numbers: Sequence[int] | None = None) -> Sequence[ObjectionEntry]:
        ours, asked = {"campaign": self.campaign}, None if numbers is None else among(numbers)
        if asked is None:
            rows = self.session.rows(_ALL_ENTRIES, ours)
        else:
            rows = self.session.rows(_SOME_ENTRIES, ours | asked)
        return [
            ObjectionEntry(number, EntryKind(kind), text, by, to_moment(at))
            for number, kind, text, by, at in rows
            if numbers is None or number in numbers
        ]


def _objection_row(row: Row) -> ObjectionRow:
    own, known = row[: len(_COLUMNS)], row[len(_COLUMNS) :]
    return ObjectionRow(_objection(own), to_application(known) if known[0] else None)


def _objection(row: Row) -> Objection:
    number, received, on, signed, late, application, subject, by, at = row
    day = date.fromisoformat(on)
    return Objection(
        number,
        Received(received),
        day,
        bool(signed),
        bool(late),
        application or "",
        subject,
        by,
        to_moment(at),
    )
