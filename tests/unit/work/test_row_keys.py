"""What the idempotency keys of outbox rows are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model.message import Channel, Inbound, Kind
from bot.work.carry_out import row_key

MOMENT = datetime(2019, 7, 10, 1, 0, 0, 123456, tzinfo=UTC)


def inbound(sender: str = "zhangmin", key: str | None = None, at: datetime = MOMENT) -> Inbound:
    return Inbound(Channel.WECOM, sender, Kind.TEXT, "进度", at, key)


def test_rows_of_a_message_are_named_by_its_delivery() -> None:
    later = inbound(key="wecom:msg:7", at=MOMENT + timedelta(minutes=1))
    assert row_key(inbound(key="wecom:msg:7")) == row_key(later) == "wecom:msg:7"


def test_messages_without_an_id_differ_by_person_and_moment() -> None:
    messages = (inbound(), inbound("liqiang"), inbound(at=MOMENT + timedelta(microseconds=1)))
    assert len({row_key(message) for message in messages}) == 3
