"""Messages as they arrived, and what was said to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.model.application import Recorded
from bot.model.message import Inbound
from storage import tables
from storage.part import Part, dumps
from storage.session import Statement
from storage.tables import columns, table, to_moment, to_number

_INBOX = table(tables.Inbox)
_ANSWERED, _FAILED = "answered", "failed"

_EARLIER = Statement(
    select(_INBOX.c.person, _INBOX.c.replies, _INBOX.c.arrived_at).where(
        _INBOX.c.key == bindparam("key"),
        _INBOX.c.arrived_at >= bindparam("since"),
        _INBOX.c.state == _ANSWERED,
    )
)

_NEW = insert(_INBOX).values({column: bindparam(column.name) for column in columns(tables.Inbox, "id")})
_REPLACED = {column.name: _NEW.excluded[column.name] for column in columns(tables.Inbox, "id", "key")}
_RECORD = Statement(_NEW.on_conflict_do_update(index_elements=[_INBOX.c.key], set_=_REPLACED))
_RECORD_FAILURE = Statement(
    _NEW.on_conflict_do_update(
        index_elements=[_INBOX.c.key], set_=_REPLACED, where=_INBOX.c.state == bindparam("only_if")
    )
)


class Messages(Part):
    __slots__ = ()

    def earlier(self, key: str, since: datetime) -> Recorded | None:
        found = self.session.row(_EARLIER, {"key": key, "since": to_number(since)})
        if found is None:
            return None
        person, replies, arrived_at = found
        return Recorded(person, tuple(json.loads(replies)), to_moment(arrived_at))

    def record(self, inbound: Inbound, person: int, replies: Sequence[str]) -> None:
        self.session.change(_RECORD, _row(inbound, person, replies, _ANSWERED, ""))

    def record_failure(self, inbound: Inbound, error: str) -> None:
        """A message that was answered stays answered."""
        row = _row(inbound, None, (), _FAILED, error)
        self.session.change(_RECORD_FAILURE, {**row, "only_if": _FAILED})


def _row(
    inbound: Inbound, person: int | None, replies: Sequence[str], state: str, error: str
) -> dict[str, Any]:
    return {
        "key": inbound.key,
        "channel": inbound.channel.value,
        "sender": inbound.sender,
        "person": person,
        "kind": inbound.kind.value,
        "text": inbound.text,
        "name": inbound.name,
        "event": inbound.event,
        "details": dumps(dict(inbound.details)) if inbound.details else "{}",
        "sent_at": None if inbound.sent_at is None else to_number(inbound.sent_at),
        "arrived_at": to_number(inbound.arrived_at),
        "replies": dumps(list(replies)),
        "state": state,
        "error": error,
    }
