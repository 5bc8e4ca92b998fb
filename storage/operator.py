"""What the office is told, and the small values of the campaign."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.model.message import Channel
from storage import tables
from storage.part import Part
from storage.session import Statement
from storage.tables import columns, table, to_number

REMIND = timedelta(days=1)

_ALARM = table(tables.Alarm)
_UNREACHABLE = table(tables.Unreachable)
_SETTING = table(tables.Setting)

_RAISE = Statement(
    insert(_ALARM)
    .values({column: bindparam(column.name) for column in columns(tables.Alarm, "id", "closed_at")})
    .on_conflict_do_nothing()
)
_CLOSE_STALE = Statement(
    update(_ALARM)
    .where(
        _ALARM.c.kind == bindparam("of_kind"),
        _ALARM.c.closed_at.is_(None),
        _ALARM.c.at <= bindparam("before"),
    )
    .values(closed_at=bindparam("now"))
)
_CLOSE = Statement(
    update(_ALARM)
    .where(_ALARM.c.kind.startswith(bindparam("kinds")), _ALARM.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
_NOT_REACHED = insert(_UNREACHABLE).values(
    {column: bindparam(column.name) for column in columns(tables.Unreachable)}
)
_MARK_UNREACHABLE = Statement(
    _NOT_REACHED.on_conflict_do_update(
        index_elements=[_UNREACHABLE.c.channel, _UNREACHABLE.c.address],
        set_={"code": _NOT_REACHED.excluded.code, "at": _NOT_REACHED.excluded.at},
    )
)
_IS_UNREACHABLE = Statement(
    select(_UNREACHABLE.c.channel).where(
        _UNREACHABLE.c.channel == bindparam("channel"), _UNREACHABLE.c.address == bindparam("address")
    )
)
_READ_SETTING = Statement(select(_SETTING.c.value).where(_SETTING.c.key == bindparam("key")))
_NEW_SETTING = insert(_SETTING).values(key=bindparam("key"), value=bindparam("value"))
_WRITE_SETTING = Statement(
    _NEW_SETTING.on_conflict_do_update(
        index_elements=[_SETTING.c.key], set_={"value": _NEW_SETTING.excluded.value}
    )
)


class OperatorDesk(Part):
    __slots__ = ()

    def alarm(self, kind: str, text: str, now: datetime) -> bool:
        # what is still wrong after a day is told again
        stale = {"of_kind": kind, "before": to_number(now - REMIND), "now": to_number(now)}
        self.session.change(_CLOSE_STALE, stale)
        return bool(self.session.change(_RAISE, {"kind": kind, "text": text, "at": to_number(now)}))

    def close_alarms(self, kinds: str, now: datetime) -> None:
        self.session.change(_CLOSE, {"kinds": kinds, "now": to_number(now)})

    def close_alarm(self, kind: str, now: datetime) -> bool:
        moment = to_number(now)
        return bool(self.session.change(_CLOSE_STALE, {"of_kind": kind, "before": moment, "now": moment}))

    def unreachable(self, channel: Channel, address: str, code: int | None, now: datetime) -> None:
        self.session.change(
            _MARK_UNREACHABLE,
            {"channel": channel.value, "address": address, "code": code, "at": to_number(now)},
        )

    def is_unreachable(self, channel: Channel, address: str) -> bool:
        return self.session.row(_IS_UNREACHABLE, {"channel": channel.value, "address": address}) is not None

    def setting(self, key: str) -> str | None:
        found = self.session.row(_READ_SETTING, {"key": key})
        return None if found is None else str(found[0])

    def set_setting(self, key: str, value: str) -> None:
        self.session.change(_WRITE_SETTING, {"key": key, "value": value})
