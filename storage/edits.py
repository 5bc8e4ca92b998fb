"""What the office edited of the campaign, and the directory of people with a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.edits import ContactCard, Edit, MessageState
from bot.model.message import Channel
from storage import edit_tables, staff_tables, tables
from storage.part import Part
from storage.session import Statement
from storage.tables import columns, table, to_moment, to_number

_EDIT = table(edit_tables.CampaignEdit)
_CARD = table(edit_tables.ContactCard)
_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)
_UNREACHABLE = table(tables.Unreachable)
_OUTBOX = table(tables.Outbox)
_MEMBERSHIP = table(staff_tables.Membership)

_EDITS = Statement(
    select(
        *(_EDIT.c[name] for name in ("id", "path", "value", "previous", "reason", "by", "at")),
        _PERSON.c.name,
    )
    .join(_PERSON, _PERSON.c.id == _EDIT.c.by)
    .where(_EDIT.c.campaign == bindparam("campaign"))
    .order_by(_EDIT.c.id)
)
_ADD_EDIT = Statement(
    insert(_EDIT)
    .values({column: bindparam(column.name) for column in columns(edit_tables.CampaignEdit, "id")})
    .returning(_EDIT.c.id)
)
_CARDS = Statement(select(_CARD.c.person, _CARD.c.telephone, _CARD.c.note))
_NEW_CARD = upsert(_CARD).values(
    {column: bindparam(column.name) for column in columns(edit_tables.ContactCard)}
)
_SET_CARD = Statement(
    _NEW_CARD.on_conflict_do_update(
        index_elements=[_CARD.c.person],
        set_={"telephone": _NEW_CARD.excluded.telephone, "note": _NEW_CARD.excluded.note},
    )
)
_REMOVE_ADDRESS = Statement(
    delete(_IDENTITY).where(
        _IDENTITY.c.person == bindparam("person"),
        _IDENTITY.c.channel == bindparam("channel"),
        _IDENTITY.c.address == bindparam("address"),
    )
)
_TRY_AGAIN = Statement(
    delete(_UNREACHABLE).where(
        _UNREACHABLE.c.channel == bindparam("channel"), _UNREACHABLE.c.address == bindparam("address")
    )
)
_MEMBERS = Statement(
    select(_MEMBERSHIP.c.person, _MEMBERSHIP.c.role, _MEMBERSHIP.c.body, _MEMBERSHIP.c.deputy)
    .where(_MEMBERSHIP.c.campaign == bindparam("campaign"), _MEMBERSHIP.c.ended_at.is_(None))
    .order_by(_MEMBERSHIP.c.id)
)
_ADD_MEMBER = Statement(
    insert(_MEMBERSHIP).values(
        {column: bindparam(column.name) for column in columns(staff_tables.Membership, "id", "ended_at")}
    )
)
_STATES = Statement(
    select(*(_OUTBOX.c[name] for name in ("key", "channel", "address", "state", "error", "created_at")))
    .where(_OUTBOX.c.key >= bindparam("first"), _OUTBOX.c.key < bindparam("beyond"))
    .order_by(_OUTBOX.c.id)
)


class Edits(Part):
    __slots__ = ()

    def edits(self) -> Sequence[Edit]:
        rows = self.session.rows(_EDITS, {"campaign": self.campaign})
        return [
            Edit(edit, path, value, previous, reason, by, to_moment(at), name)
            for edit, path, value, previous, reason, by, at, name in rows
        ]

    def add_edit(self, edit: Edit) -> Edit:
        added = self.session.row(
            _ADD_EDIT,
            {
                "campaign": self.campaign,
                "path": edit.path,
                "value": edit.value,
                "previous": edit.previous,
                "reason": edit.reason,
                "by": edit.by,
                "at": to_number(edit.at),
            },
        )
        assert added is not None
        return replace(edit, id=added[0])

    def cards(self) -> Mapping[int, ContactCard]:
        rows = self.session.rows(_CARDS)
        return {person: ContactCard(person, telephone, note) for person, telephone, note in rows}

    def set_card(self, card: ContactCard) -> None:
        row = {"person": card.person, "telephone": card.telephone, "note": card.note}
        self.session.change(_SET_CARD, row)

    def remove_address(self, person: int, channel: Channel, address: str) -> bool:
        row = {"person": person, "channel": channel.value, "address": address}
        return self.session.change(_REMOVE_ADDRESS, row) > 0

    def forget_unreachable(self, channel: Channel, address: str) -> None:
        self.session.change(_TRY_AGAIN, {"channel": channel.value, "address": address})

    def copy_members(self, campaign: str, now: datetime) -> int:
        there = {tuple(row[:3]) for row in self.session.rows(_MEMBERS, {"campaign": campaign})}
        ours = self.session.rows(_MEMBERS, {"campaign": self.campaign})
        new = [row for row in ours if tuple(row[:3]) not in there]
        for person, role, body, deputy in new:
            row = {"person": person, "role": role, "body": body, "deputy": deputy}
            self.session.change(_ADD_MEMBER, {**row, "campaign": campaign, "began_at": to_number(now)})
        return len(new)

    def message_states(self, prefix: str) -> Sequence[MessageState]:
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        rows = self.session.rows(_STATES, {"first": prefix, "beyond": beyond})
        return [
            MessageState(key, channel, address, state, error, to_moment(at))
            for key, channel, address, state, error, at in rows
        ]
