"""Persons, their addresses, conversations, notes and questions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.application import Note, Person, Visitor
from bot.model.message import Channel
from storage import tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_number

_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)
_CONVERSATION = table(tables.Conversation)
_APPLICATION = table(tables.Application)
_REVISION = table(tables.Revision)
_NOTE = table(tables.Note)

_VISITOR = Statement(
    select(
        _PERSON.c.id,
        _PERSON.c.name,
        _CONVERSATION.c.state,
        exists().where(_NOTE.c.person == _PERSON.c.id, _NOTE.c.told_at.is_(None)),
        *APPLICATION_COLUMNS,
    )
    .select_from(_IDENTITY)
    .join(_PERSON, _PERSON.c.id == _IDENTITY.c.person)
    .outerjoin(
        _CONVERSATION,
        and_(_CONVERSATION.c.person == _PERSON.c.id, _CONVERSATION.c.campaign == bindparam("campaign")),
    )
    .outerjoin(
        _APPLICATION,
        and_(_APPLICATION.c.holder == _PERSON.c.id, _APPLICATION.c.campaign == bindparam("campaign")),
    )
    .where(_IDENTITY.c.channel == bindparam("channel"), _IDENTITY.c.address == bindparam("address"))
)
_LOCK_PERSON = Statement(
    select(_PERSON.c.id)
    .join(_IDENTITY, _IDENTITY.c.person == _PERSON.c.id)
    .where(_IDENTITY.c.channel == bindparam("channel"), _IDENTITY.c.address == bindparam("address"))
    .with_for_update(key_share=True, of=_PERSON)
)
_ADD_PERSON = Statement(
    insert(_PERSON)
    .values({column: bindparam(column.name) for column in columns(tables.Person, "id")})
    .returning(_PERSON.c.id)
)
_ADD_IDENTITY = Statement(
    upsert(_IDENTITY)
    .values({column: bindparam(column.name) for column in columns(tables.Identity, "id")})
    .on_conflict_do_nothing()
)
_TAKE_IDENTITY = Statement(
    update(_IDENTITY)
    .where(
        _IDENTITY.c.channel == bindparam("channel"),
        _IDENTITY.c.address == bindparam("address"),
        _IDENTITY.c.person != bindparam("person"),
        ~exists().where(_APPLICATION.c.holder == _IDENTITY.c.person),
        # nor who gave an application to somebody else, and may still be named in it as its contact
        ~exists().where(_REVISION.c.person == _IDENTITY.c.person),
    )
    .values(person=bindparam("person"))
)
_REMOVE_PERSON = Statement(delete(_PERSON).where(_PERSON.c.id == bindparam("person")))
_RENAME = Statement(
    update(_PERSON).where(_PERSON.c.id == bindparam("person")).values(name=bindparam("new_name"))
)
_ADDRESSES = Statement(
    select(_IDENTITY.c.channel, _IDENTITY.c.address)
    .where(_IDENTITY.c.person == bindparam("person"))
    .order_by(_IDENTITY.c.id)
)

_NEW_CONVERSATION = upsert(_CONVERSATION).values(
    {column: bindparam(column.name) for column in columns(tables.Conversation, "version")} | {"version": 1}
)
_SAVE_DIALOGUE = Statement(
    _NEW_CONVERSATION.on_conflict_do_update(
        index_elements=[_CONVERSATION.c.campaign, _CONVERSATION.c.person],
        set_={
            "state": _NEW_CONVERSATION.excluded.state,
            "version": _CONVERSATION.c.version + 1,
            "updated_at": _NEW_CONVERSATION.excluded.updated_at,
        },
    )
)

_DIALOGUE = Statement(
    select(_CONVERSATION.c.state).where(
        _CONVERSATION.c.campaign == bindparam("campaign"), _CONVERSATION.c.person == bindparam("person")
    )
)

_NOTES = Statement(
    select(_NOTE.c.id, _NOTE.c.kind, _NOTE.c.data)
    .where(_NOTE.c.person == bindparam("person"), _NOTE.c.told_at.is_(None))
    .order_by(_NOTE.c.id)
)
_ADD_NOTE = Statement(
    insert(_NOTE).values({column: bindparam(column.name) for column in columns(tables.Note, "id", "told_at")})
)
_TAKE_NOTE = Statement(
    update(_NOTE)
    .where(_NOTE.c.id == bindparam("note"), _NOTE.c.told_at.is_(None))
    .values(told_at=_NOTE.c.created_at)
)

_QUESTION = Statement(
    insert(table(tables.Question)).values(
        {column: bindparam(column.name) for column in columns(tables.Question, "id")}
    )
)


class People(Part):
    __slots__ = ()

    def visitor(self, channel: Channel, address: str, name: str, now: datetime) -> Visitor:
        """Locked: on PostgreSQL by the person's row (two addresses of one person are two locks outside);
        on SQLite by the transaction itself."""
        who: dict[str, Any] = {"channel": channel.value, "address": address}
        if self.session.is_postgres:
            self.session.row(_LOCK_PERSON, who)
        query = {**who, "campaign": self.campaign}
        rows = self.session.rows(_VISITOR, query)
        if not rows:
            self._add(who, name, now)
            rows = self.session.rows(_VISITOR, query)
        person, known_as, state, has_notes = rows[0][:4]
        if name and name != known_as:
            self.session.change(_RENAME, {"person": person, "new_name": name})
            known_as = name
        return Visitor(
            Person(person, address, known_as),
            state or "",
            _applications(rows),
            self._notes(person) if has_notes else (),
        )

    def _add(self, who: Mapping[str, str], name: str, now: datetime) -> None:
        """Make the person, unless another process has done so in this very moment."""
        moment = to_number(now)
        added = self.session.row(_ADD_PERSON, {"name": name, "created_at": moment})
        assert added is not None
        if not self.session.change(_ADD_IDENTITY, {**who, "person": added[0]}):
            self.session.change(_REMOVE_PERSON, {"person": added[0]})

    def _notes(self, person: int) -> tuple[Note, ...]:
        rows = self.session.rows(_NOTES, {"person": person})
        return tuple(Note(note, kind, json.loads(data)) for note, kind, data in rows)

    def dialogue(self, person: int) -> str:
        found = self.session.row(_DIALOGUE, {"campaign": self.campaign, "person": person})
        return found[0] if found else ""

    def save_dialogue(self, person: int, state: str, now: datetime) -> None:
        moment = to_number(now)
        self.session.change(
            _SAVE_DIALOGUE,
            {"campaign": self.campaign, "person": person, "state": state, "updated_at": moment},
        )

    def note(self, person: int, kind: str, data: Mapping[str, str], now: datetime) -> None:
        self.session.change(
            _ADD_NOTE,
            {"person": person, "kind": kind, "data": dumps(dict(data)), "created_at": to_number(now)},
        )

    def take_notes(self, notes: Sequence[int]) -> None:
        self.session.change_each(_TAKE_NOTE, [{"note": note} for note in notes])

    def bind(self, person: int, channel: Channel, address: str) -> bool:
        identity = {"channel": channel.value, "address": address, "person": person}
        if self.session.change(_ADD_IDENTITY, identity):
            return True
        return bool(self.session.change(_TAKE_IDENTITY, identity))

    def addresses(self, person: int) -> Sequence[tuple[Channel, str]]:
        rows = self.session.rows(_ADDRESSES, {"person": person})
        return [(Channel(channel), address) for channel, address in rows]

    def question(self, person: int, text: str, clauses: Sequence[str], refused: bool, now: datetime) -> None:
        self.session.change(
            _QUESTION,
            {
                "person": person,
                "text": text,
                "clauses": dumps(list(clauses)),
                "refused": refused,
                "at": to_number(now),
            },
        )


def _applications(rows: Sequence[Row]) -> tuple[Any, ...]:
    """Oldest first. A person without one gives a single row of nulls."""
    found = [row[4:] for row in rows if row[4] is not None]
    if len(found) > 1:
        found.sort(key=lambda row: row[1])
    return tuple(to_application(row) for row in found)
