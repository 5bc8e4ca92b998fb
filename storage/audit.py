"""The append-only log. Triggers in the database refuse to change or delete a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert

from bot.model.application import AuditEntry
from storage import tables
from storage.part import Part, dumps
from storage.session import Statement
from storage.tables import columns, table, to_number

_ADD = Statement(
    insert(table(tables.Audit)).values(
        {column: bindparam(column.name) for column in columns(tables.Audit, "id")}
    )
)


class AuditLog(Part):
    __slots__ = ()

    def audit(self, entries: Sequence[AuditEntry], now: datetime) -> None:
        moment = to_number(now)
        self.session.change_each(
            _ADD,
            [
                {
                    "at": moment,
                    "action": entry.action,
                    "application": entry.application,
                    "person": entry.person,
                    "channel": entry.channel,
                    "details": dumps(dict(entry.details)) if entry.details else "{}",
                }
                for entry in entries
            ],
        )
