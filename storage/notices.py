"""Notices to many, and what became of each copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.staff import Notice, NoticeDelivery, NoticeState
from storage import staff_tables, tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_NOTICE = table(staff_tables.Notice)
_DELIVERY = table(staff_tables.NoticeDelivery)
_OUTBOX = table(tables.Outbox)
_PERSON = table(tables.Person)

_ADD = Statement(
    insert(_NOTICE)
    .values({column: bindparam(column.name) for column in columns(staff_tables.Notice, "id")})
    .returning(_NOTICE.c.id)
)
_OURS = (
    select(*columns(staff_tables.Notice, "campaign"))
    .where(_NOTICE.c.campaign == bindparam("campaign"))
    .order_by(_NOTICE.c.id)
)
_ALL = Statement(_OURS)
_ONE = Statement(_OURS.where(_NOTICE.c.id == bindparam("notice")))
_SET = Statement(
    update(_NOTICE)
    .where(_NOTICE.c.id == bindparam("notice"), _NOTICE.c.campaign == bindparam("campaign"))
    .values(
        state=bindparam("new_state"),
        released_by=func.coalesce(bindparam("by"), _NOTICE.c.released_by),
        released_at=func.coalesce(bindparam("at"), _NOTICE.c.released_at),
    )
)
_COPY = Statement(
    upsert(_DELIVERY)
    .values(
        {
            column: bindparam(column.name)
            for column in columns(staff_tables.NoticeDelivery, "id", "confirmed_at", "told_by", "told_at")
        }
    )
    .on_conflict_do_nothing()
)
_COPIES = Statement(
    select(
        _DELIVERY.c.notice,
        _DELIVERY.c.person,
        _PERSON.c.name,
        _DELIVERY.c.channel,
        _DELIVERY.c.address,
        _DELIVERY.c.key,
        _OUTBOX.c.state,
        _OUTBOX.c.error,
        _DELIVERY.c.confirmed_at,
        _DELIVERY.c.told_by,
        _DELIVERY.c.told_at,
    )
    .join(_PERSON, _PERSON.c.id == _DELIVERY.c.person)
    .outerjoin(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
    .where(_DELIVERY.c.notice == bindparam("notice"))
    .order_by(_DELIVERY.c.id)
)
_CONFIRM = Statement(
    update(_DELIVERY)
    .where(
        _DELIVERY.c.notice == bindparam("of_notice"),
        _DELIVERY.c.person == bindparam("of_person"),
        _DELIVERY.c.confirmed_at.is_(None),
    )
    .values(confirmed_at=bindparam("now"))
)
_TOLD = Statement(
    update(_DELIVERY)
    .where(_DELIVERY.c.notice == bindparam("of_notice"), _DELIVERY.c.person == bindparam("of_person"))
    .values(told_by=bindparam("by"), told_at=bindparam("now"))
)
_CANCEL = Statement(
    update(_OUTBOX)
    .where(
        _OUTBOX.c.key == bindparam("of_key"),
        _OUTBOX.c.done_at.is_(None),
        _OUTBOX.c.state != "sending",
    )
    .values(state="cancelled", done_at=bindparam("now"), owner="")
)
_KEYS = Statement(
    select(_OUTBOX.c.key).where(_OUTBOX.c.key >= bindparam("first"), _OUTBOX.c.key < bindparam("beyond"))
)


class Notices(Part):
    __slots__ = ()

    def add_notice(self, notice: Notice) -> Notice:
        added = self.session.row(
            _ADD,
            {
                "campaign": self.campaign,
                "title": notice.title,
                "text": notice.text,
                "audience": dumps(dict(notice.audience)),
                "decides": notice.decides,
                "drafted_by": notice.drafted_by,
                "drafted_at": to_number(notice.drafted_at),
                "state": notice.state.value,
                "released_by": notice.released_by,
                "released_at": None if notice.released_at is None else to_number(notice.released_at),
                "replaces": notice.replaces,
            },
        )
        assert added is not None
        return replace(notice, id=added[0])

    def notice(self, notice: int) -> Notice | None:
        found = self.session.row(_ONE, {"campaign": self.campaign, "notice": notice})
        return None if found is None else _notice(found)

    def notices(self) -> Sequence[Notice]:
        return [_notice(row) for row in self.session.rows(_ALL, {"campaign": self.campaign})]

    def set_notice(
        self, notice: int, state: NoticeState, released_by: int | None, now: datetime | None
    ) -> None:
        row = {
            "campaign": self.campaign,
            "notice": notice,
            "new_state": state.value,
            "by": released_by,
            "at": None if now is None else to_number(now),
        }
        if not self.session.change(_SET, row):
            raise KeyError(f"no notice {notice}")

    def add_delivery(self, notice: int, person: int, channel: str, address: str, key: str) -> bool:
        row = {"notice": notice, "person": person, "channel": channel, "address": address, "key": key}
        return bool(self.session.change(_COPY, row))

    def deliveries(self, notice: int) -> Sequence[NoticeDelivery]:
        return [_delivery(row) for row in self.session.rows(_COPIES, {"notice": notice})]

    def confirm_delivery(self, notice: int, person: int, now: datetime) -> bool:
        row = {"of_notice": notice, "of_person": person, "now": to_number(now)}
        return bool(self.session.change(_CONFIRM, row))

    def told_by_telephone(self, notice: int, person: int, by: int, now: datetime) -> bool:
        row = {"of_notice": notice, "of_person": person, "by": by, "now": to_number(now)}
        return bool(self.session.change(_TOLD, row))

    def cancel_outbox(self, keys: Sequence[str], now: datetime) -> int:
        moment = to_number(now)
        return sum(self.session.change(_CANCEL, {"of_key": key, "now": moment}) for key in keys)

    def outbox_keys(self, prefix: str) -> set[str]:
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return {row[0] for row in self.session.rows(_KEYS, {"first": prefix, "beyond": beyond})}


def _notice(row: Row) -> Notice:
    (
        notice, title, text, audience, decides, drafted_by, drafted_at, state, released_by, released_at, replaces,
    ) = row  # fmt: skip
    return Notice(
        notice, title, text, json.loads(audience), bool(decides), drafted_by, to_moment(drafted_at),
        NoticeState(state), released_by, None if released_at is None else to_moment(released_at), replaces,
    )  # fmt: skip


def _delivery(row: Row) -> NoticeDelivery:
    notice, person, name, channel, address, key, state, error, confirmed_at, told_by, told_at = row
    return NoticeDelivery(
        notice, person, name, channel, address, key, state or "", error or "",
        None if confirmed_at is None else to_moment(confirmed_at), told_by,
        None if told_at is None else to_moment(told_at),
    )  # fmt: skip
