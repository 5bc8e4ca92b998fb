"""Notices to many, and what became of each copy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.staff import BUTTON, RECALLED, Notice, NoticeDelivery, NoticeState
from storage import staff_tables, tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_NOTICE = table(staff_tables.Notice)
_DELIVERY = table(staff_tables.NoticeDelivery)
_OUTBOX = table(tables.Outbox)
_PERSON = table(tables.Person)
RECALL = _OUTBOX.alias("recall")
IS_RECALL = and_(RECALL.c.key == literal(RECALLED) + _OUTBOX.c.remote_id, _OUTBOX.c.remote_id != "")
"""The message that takes another back."""

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
_SET_TIME = Statement(
    update(_NOTICE)
    .where(_NOTICE.c.id == bindparam("notice"), _NOTICE.c.campaign == bindparam("campaign"))
    .values(at=bindparam("new_at"))
)
_COPY = Statement(
    upsert(_DELIVERY)
    .values(
        {
            column: bindparam(column.name)
            for column in columns(
                staff_tables.NoticeDelivery, "id", "confirmed_at", "told_by", "told_at", "letter"
            )
        }
    )
    .on_conflict_do_nothing()
)
_ANSWERED = or_(_DELIVERY.c.confirmed_at.is_not(None), _DELIVERY.c.told_at.is_not(None))
COPY_ROWS = (
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
        _OUTBOX.c.remote_id,
        case((_OUTBOX.c.state == "sent", _OUTBOX.c.done_at), else_=None),
        RECALL.c.state,
        RECALL.c.error,
    )
    .join(_PERSON, _PERSON.c.id == _DELIVERY.c.person)
    .outerjoin(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
    .outerjoin(RECALL, IS_RECALL)
    .order_by(_DELIVERY.c.id)
)
_COPIES = Statement(COPY_ROWS.where(_DELIVERY.c.notice == bindparam("notice")))
_COPIES_OF = Statement(
    COPY_ROWS.join(_NOTICE, _NOTICE.c.id == _DELIVERY.c.notice).where(
        _DELIVERY.c.person == bindparam("person"), _NOTICE.c.campaign == bindparam("campaign")
    )
)
_COUNTS = Statement(
    select(
        _DELIVERY.c.notice,
        func.count(_DELIVERY.c.person.distinct()),
        func.count(case((_ANSWERED, _DELIVERY.c.person)).distinct()),
        func.count(case((_OUTBOX.c.state == "failed", _DELIVERY.c.person)).distinct()),
    )
    .join(_NOTICE, _NOTICE.c.id == _DELIVERY.c.notice)
    .outerjoin(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
    .where(_NOTICE.c.campaign == bindparam("campaign"))
    .group_by(_DELIVERY.c.notice)
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
_SET_LETTER = Statement(
    update(_DELIVERY)
    .where(
        _DELIVERY.c.notice == bindparam("of_notice"),
        _DELIVERY.c.person == bindparam("of_person"),
        _DELIVERY.c.channel == bindparam("of_channel"),
    )
    .values(letter=bindparam("message_id"))
)
_OF_LETTER = Statement(
    select(_DELIVERY.c.notice, _DELIVERY.c.person, _DELIVERY.c.address)
    .join(_NOTICE, _NOTICE.c.id == _DELIVERY.c.notice)
    .where(_DELIVERY.c.letter == bindparam("message_id"), _NOTICE.c.campaign == bindparam("campaign"))
)
_LENGTH = func.length(_OUTBOX.c.key)
_COPY_KEY = case(
    (_OUTBOX.c.key.like(f"%{BUTTON}"), func.substr(_OUTBOX.c.key, 1, _LENGTH - len(BUTTON))),
    else_=_OUTBOX.c.key,
)
"""The key of the copy that a message, or the button of one too long for a card, belongs to."""
OPEN_COPIES = _OUTBOX.join(_DELIVERY, _DELIVERY.c.key == _COPY_KEY)
IS_OF_NOTICE = _DELIVERY.c.notice + 0 == bindparam("notice")
"""To be asked of `OPEN_COPIES` that are not done: few. The sum keeps SQLite from beginning with all copies."""
_ON_ITS_WAY = Statement(
    select(_OUTBOX.c.id).select_from(OPEN_COPIES).where(IS_OF_NOTICE, _OUTBOX.c.done_at.is_(None)).limit(1)
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
                "at": None if notice.at is None else to_number(notice.at),
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

    def set_notice_time(self, notice: int, at: datetime | None) -> None:
        row = {
            "campaign": self.campaign,
            "notice": notice,
            "new_at": None if at is None else to_number(at),
        }
        if not self.session.change(_SET_TIME, row):
            raise KeyError(f"no notice {notice}")

    def add_delivery(self, notice: int, person: int, channel: str, address: str, key: str) -> bool:
        row = {"notice": notice, "person": person, "channel": channel, "address": address, "key": key}
        return bool(self.session.change(_COPY, row))

    def deliveries(self, notice: int) -> Sequence[NoticeDelivery]:
        return [to_delivery(row) for row in self.session.rows(_COPIES, {"notice": notice})]

    def copies_of(self, person: int) -> Sequence[NoticeDelivery]:
        rows = self.session.rows(_COPIES_OF, {"person": person, "campaign": self.campaign})
        return [to_delivery(row) for row in rows]

    def delivery_counts(self) -> Mapping[int, tuple[int, int, int]]:
        rows = self.session.rows(_COUNTS, {"campaign": self.campaign})
        return {notice: (people, answered, failed) for notice, people, answered, failed in rows}

    def confirm_delivery(self, notice: int, person: int, now: datetime) -> bool:
        row = {"of_notice": notice, "of_person": person, "now": to_number(now)}
        return bool(self.session.change(_CONFIRM, row))

    def told_by_telephone(self, notice: int, person: int, by: int, now: datetime) -> bool:
        row = {"of_notice": notice, "of_person": person, "by": by, "now": to_number(now)}
        return bool(self.session.change(_TOLD, row))

    def set_letter(self, notice: int, person: int, channel: str, message_id: str) -> None:
        row = {
            "of_notice": notice,
            "of_person": person,
            "of_channel": channel,
            "message_id": message_id,
        }
        self.session.change(_SET_LETTER, row)

    def copy_of_letter(self, message_id: str) -> tuple[int, int, str] | None:
        found = self.session.row(_OF_LETTER, {"campaign": self.campaign, "message_id": message_id})
        return None if found is None else (found[0], found[1], found[2])

    def is_on_its_way(self, notice: int) -> bool:
        return self.session.row(_ON_ITS_WAY, {"notice": notice}) is not None

    def cancel_outbox(self, keys: Sequence[str], now: datetime) -> int:
        moment = to_number(now)
        return sum(self.session.change(_CANCEL, {"of_key": key, "now": moment}) for key in keys)

    def outbox_keys(self, prefix: str) -> set[str]:
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return {row[0] for row in self.session.rows(_KEYS, {"first": prefix, "beyond": beyond})}


def _notice(row: Row) -> Notice:
    (
        notice, title, text, audience, decides, drafted_by, drafted_at, state, released_by, released_at, replaces, at,
    ) = row  # fmt: skip
    return Notice(
        notice, title, text, json.loads(audience), bool(decides), drafted_by, to_moment(drafted_at),
        NoticeState(state), released_by, None if released_at is None else to_moment(released_at), replaces,
        None if at is None else to_moment(at),
    )  # fmt: skip


def to_delivery(row: Row) -> NoticeDelivery:
    (
        notice, person, name, channel, address, key, state, error, confirmed_at, told_by, told_at,
        remote_id, sent_at, recall, recall_error,
    ) = row  # fmt: skip
    return NoticeDelivery(
        notice, person, name, channel, address, key, state or "", error or "",
        None if confirmed_at is None else to_moment(confirmed_at), told_by,
        None if told_at is None else to_moment(told_at),
        remote_id or "", None if sent_at is None else to_moment(sent_at), recall or "", recall_error or "",
    )  # fmt: skip
