"""Messages to send: queued with the turn, leased to a sender, settled after it.

Rows of one address leave in the order of writing: only the oldest row not yet in a final state may be
taken. Rows are never deleted. All moments here are the machine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.model.message import Body, Channel, Delivery, File, Mail, Outcome, Outgoing
from bot.ports import Claimed, Draft
from storage import tables
from storage.bodies import from_json, to_json
from storage.part import Part
from storage.session import Statement
from storage.tables import columns, table, to_number

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
RATES = ((timedelta(minutes=1), 30), (timedelta(hours=1), 1000))
"""Pushes to one address within a time; passive replies do not count (WeCom's limit per member)."""

_OUTBOX = table(tables.Outbox)
_OLDER = _OUTBOX.alias("older")
_PUSHED = _OUTBOX.alias("pushed")
_SECOND = 1_000_000
_TAKING_OVER = _OUTBOX.c.state == "sending"  # a lease that ran out: its sender is gone


def _below_rate(since: str, limit: int) -> ColumnElement[bool]:
    pushes = (
        select(func.count())
        .select_from(_PUSHED)
        .where(
            _PUSHED.c.channel == _OUTBOX.c.channel,
            _PUSHED.c.address == _OUTBOX.c.address,
            _PUSHED.c.pushed_at.is_not(None),
            _PUSHED.c.pushed_at > bindparam(since),
        )
    )
    return pushes.correlate(_OUTBOX).scalar_subquery() < limit


_DUE = (
    select(_OUTBOX.c.id)
    .where(
        _OUTBOX.c.channel == bindparam("of_channel"),
        _OUTBOX.c.done_at.is_(None),
        _OUTBOX.c.due_at <= bindparam("now"),
        ~exists()
        .where(
            _OLDER.c.channel == _OUTBOX.c.channel,
            _OLDER.c.address == _OUTBOX.c.address,
            _OLDER.c.done_at.is_(None),
            _OLDER.c.id < _OUTBOX.c.id,
        )
        .correlate(_OUTBOX),
        *(_below_rate(f"since_{limit}", limit) for _, limit in RATES),
    )
    .order_by(_OUTBOX.c.due_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=_OUTBOX)
)
_EXHAUSTED = and_(_TAKING_OVER, _OUTBOX.c.attempts >= MAX_ATTEMPTS - 1)
_CLAIM = Statement(
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_DUE))
    .values(
        state=case((_EXHAUSTED, "failed"), else_="sending"),
        error=case((_EXHAUSTED, "no answer from any sender"), else_=_OUTBOX.c.error),
        done_at=case((_EXHAUSTED, bindparam("now")), else_=None),
        attempts=_OUTBOX.c.attempts + case((_TAKING_OVER, 1), else_=0),
        owner=bindparam("new_owner"),
        due_at=bindparam("lease_end"),
    )
    .returning(
        *(_OUTBOX.c[name] for name in ("id", "state", "attempts", "person", "key", "address", "body", "once"))
    )
)
_QUEUE = Statement(
    insert(_OUTBOX)
    .values(
        {
            column: bindparam(column.name)
            for column in columns(tables.Outbox, "id", "pushed_at", "done_at", "code")
        }
    )
    .on_conflict_do_nothing(index_elements=[_OUTBOX.c.key])
)
_LEASED = Statement(
    select(_OUTBOX.c.attempts, _OUTBOX.c.once, _OUTBOX.c.pushed_at).where(
        _OUTBOX.c.id == bindparam("row"), _TAKING_OVER, _OUTBOX.c.owner == bindparam("by")
    )
)
_SETTLE = Statement(
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"), _TAKING_OVER, _OUTBOX.c.owner == bindparam("by"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "state", "attempts", "due_at", "done_at", "pushed_at", "code", "error", "remote_id"
            )
        }
        | {"owner": ""}
    )
)  # fmt: skip
_KEEP_SENT = Statement(update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(body=bindparam("sent")))
_PASSIVE = and_(_OUTBOX.c.key == bindparam("of_key"), _OUTBOX.c.done_at.is_(None))
_PASSIVE_DONE = Statement(
    update(_OUTBOX).where(_PASSIVE).values(state="sent", done_at=bindparam("now"), owner="")
)
_PASSIVE_MISSED = Statement(
    update(_OUTBOX).where(_PASSIVE, _OUTBOX.c.state == "queued").values(due_at=bindparam("now"))
)


class Outgoings(Part):
    __slots__ = ()

    def queue(self, rows: Sequence[Draft], now: datetime) -> None:
        moment = to_number(now)
        self.session.change_each(_QUEUE, [_new_row(draft, moment) for draft in rows])

    def claim_due(self, channel: Channel, owner: str, now: datetime, limit: int) -> Sequence[Claimed]:
        """A lease that ran out counts as an attempt; after the tenth the row has failed."""
        rows = self.session.rows(
            _CLAIM,
            {
                "of_channel": channel.value,
                "now": to_number(now),
                "lease_end": to_number(now + LEASE),
                "new_owner": owner,
                "at_most": limit,
                **{f"since_{allowed}": to_number(now - span) for span, allowed in RATES},
            },
        )
        return [
            Claimed(row, attempts, person, Outgoing(key, channel, (address,), from_json(body), bool(once)))
            for row, state, attempts, person, key, address, body, once in sorted(rows)
            if state == "sending"
        ]

    def settle(
        self, row: int, owner: str, delivery: Delivery, now: datetime, sent: Body | None = None
    ) -> None:
        """Nothing happens unless `owner` holds the row's lease."""
        leased = self.session.row(_LEASED, {"row": row, "by": owner})
        if leased is None:
            return
        attempts, once, pushed = leased
        settled = _settled(delivery, attempts + int(delivery.attempted), bool(once), pushed, to_number(now))
        self.session.change(_SETTLE, {"row": row, "by": owner, **settled})
        if isinstance(sent, File | Mail):
            self.session.change(_KEEP_SENT, {"row": row, "sent": to_json(sent)})

    def passive_done(self, key: str, now: datetime) -> None:
        self.session.change(_PASSIVE_DONE, {"of_key": key, "now": to_number(now)})

    def passive_missed(self, key: str, now: datetime) -> None:
        self.session.change(_PASSIVE_MISSED, {"of_key": key, "now": to_number(now)})


def _new_row(draft: Draft, moment: int) -> dict[str, Any]:
    return {
        "key": draft.key,
        "channel": draft.channel.value,
        "person": draft.person,
        "address": draft.address,
        "body": to_json(draft.body),
        "once": draft.once,
        "passive": draft.passive,
        "state": "queued",
        "attempts": 0,
        "owner": "",
        "created_at": moment,
        "due_at": moment + round(draft.delay * _SECOND),
        "error": "",
        "remote_id": "",
    }


def _settled(delivery: Delivery, attempts: int, once: bool, pushed: int | None, now: int) -> dict[str, Any]:
    """The new values of a row after `attempts` attempts.

    Unsure (handed over, no answer) is asked again only where the channel itself drops a duplicate, or once
    where the channel says so. `pushed`: when it was handed over before, if it was.
    """
    match delivery.outcome:
        case Outcome.SENT:
            state = "sent"
        case Outcome.FAILED:
            state = "failed"
        case Outcome.RETRY:
            state = "waiting" if attempts < MAX_ATTEMPTS else "failed"
        case Outcome.UNSURE:
            repeats = once or (delivery.again and pushed is None)
            state = "waiting" if repeats and attempts < MAX_ATTEMPTS else "unsure"
    handed_over = delivery.outcome in (Outcome.SENT, Outcome.UNSURE)
    return {
        "new_state": state,
        "new_attempts": attempts,
        "new_due_at": now + round(delivery.retry_after * _SECOND),
        "new_done_at": None if state == "waiting" else now,
        "new_pushed_at": now if handed_over else pushed,
        "new_code": delivery.code,
        "new_error": delivery.error,
        "new_remote_id": delivery.remote_id,
    }
