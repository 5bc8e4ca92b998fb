"""Which messages leave in one call: the same words to many, on a channel that takes many addresses. Pure.

WeCom takes up to 1000 members a call (path/90236). Only rows with the channel's duplicate check are put together,
and those tried before stay apart from fresh ones: what a process left behind is due at one moment, is taken up
together and makes the same call to the byte, so that nobody sees it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.model.message import Body, Card, Channel, Delivery, Outcome, Outgoing, Text
from bot.model.split import LIMIT
from bot.ports import Claimed

MOST = 300  # rows in one call: they are claimed and settled in one transaction each
_CARD = LIMIT // 2  # bytes of a card's text that also fit one message where cards are unknown
Call = tuple[Claimed, ...]
"""Rows that leave together, by id."""

NOT_REACHED = "收件人不在应用可见范围、已离职或未激活"


def chosen(rows: Sequence[Claimed], at_once: int, may_be_cut: bool) -> tuple[list[Call], list[Claimed]]:
    """The calls to make now, and the rows to put back: what is more than `at_once` calls.

    `may_be_cut`: there were more due than were claimed. A call tried before then waits until it is whole.
    """
    found = calls(rows)
    if may_be_cut and len(found) > 1:
        whole = [call for call in found if len(call) == 1 or not call[0].attempts]
        kept = whole or [max(found, key=len)]
    else:
        kept = found
    now = kept[:at_once]
    taken = {row.id for call in now for row in call}
    return now, [row for row in rows if row.id not in taken]


def calls(rows: Sequence[Claimed]) -> list[Call]:
    """The rows of one claim by call, in the order of their ids, so that a repeated call is the same."""
    together: dict[object, list[Claimed]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        same = _same(row.outgoing.body) if row.outgoing.channel is Channel.WECOM else None
        shared = row.outgoing.once and same is not None
        together.setdefault((same, row.attempts) if shared else row.id, []).append(row)
    return [tuple(call) for call in together.values()]


def _same(body: Body) -> Body | None:
    """What is equal where the words are; None for what is sent by itself. Each card has a task of its own."""
    match body:
        case Text(text) if len(text.encode()) <= LIMIT:
            return body
        case Card(text=text) if len(text.encode()) <= _CARD:
            return replace(body, task="")
        case _:
            return None


def joined(call: Sequence[Claimed]) -> Outgoing:
    """The rows of a call as one message; its key and task are the first row's."""
    first = call[0].outgoing
    return replace(first, addresses=tuple(address for row in call for address in row.outgoing.addresses))


def fates(call: Sequence[Claimed], delivery: Delivery) -> Iterator[tuple[Claimed, Delivery]]:
    """What became of each row of a call: whoever the channel could not reach has failed, whatever of the others."""
    missed = frozenset(delivery.unreachable) if len(call) > 1 else frozenset()
    for row in call:
        if missed.isdisjoint(row.outgoing.addresses):
            yield row, delivery
        else:
            yield row, Delivery(Outcome.FAILED, delivery.code or None, delivery.error or NOT_REACHED)
