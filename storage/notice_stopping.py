"""A notice that is stopped or taken back: what that comes to, and the next portion of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, and_, bindparam, case, func, or_, select, update

from bot.model.message import Channel
from bot.model.staff import BUTTON
from bot.ports_notices import Stopping
from bot.staff.notice_board import MAIL, TakenBack
from storage import staff_tables, tables
from storage.notice_lists import WAS_SHOWN
from storage.notices import IS_OF_NOTICE, IS_RECALL, OPEN_COPIES, RECALL
from storage.part import Part
from storage.session import Statement
from storage.sql import listed, place_in
from storage.tables import table, to_number

_DELIVERY = table(staff_tables.NoticeDelivery)
_OUTBOX = table(tables.Outbox)
_FATES = list(TakenBack)
_SENT = _OUTBOX.c.state == "sent"
_COPIES = _DELIVERY.outerjoin(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
_OF_NOTICE = _DELIVERY.c.notice == bindparam("notice", type_=Integer())

_IN_TIME = and_(_SENT, _OUTBOX.c.remote_id != "", _OUTBOX.c.done_at >= bindparam("since"))
_HANDED_OVER = listed("sent", "unsure", "sending")
_FATE = case(
    (place_in("handed_over", func.coalesce(_OUTBOX.c.state, "")) == 0, None),
    (
        or_(_DELIVERY.c.channel == MAIL, _DELIVERY.c.channel.like(f"{MAIL}/%")),
        _FATES.index(TakenBack.BY_MAIL),
    ),
    (RECALL.c.state == "sent", _FATES.index(TakenBack.DONE)),
    (
        or_(RECALL.c.state == "failed", RECALL.c.state == "unsure", RECALL.c.state == "cancelled"),
        _FATES.index(TakenBack.FAILED),
    ),
    (
        or_(RECALL.c.state.is_not(None), _OUTBOX.c.state == "sending", _IN_TIME),
        _FATES.index(TakenBack.UNDER_WAY),
    ),
    else_=_FATES.index(TakenBack.TOO_LATE),
)
"""What `Reached.taken_back` says of a copy, in words of the database."""
_ENDS = (
    select(
        func.min(_FATE).label("fate"),
        func.sum(case((or_(_OUTBOX.c.state == "queued", _OUTBOX.c.state == "waiting"), 1), else_=0)).label(
            "held"
        ),
        func.max(case((WAS_SHOWN, 1), else_=0)).label("shown"),
    )
    .select_from(_COPIES.outerjoin(RECALL, IS_RECALL))
    .where(_OF_NOTICE)
    .group_by(_DELIVERY.c.person)
    .subquery()
)
_STOPPING = Statement(
    select(_ENDS.c.fate, func.count(), func.sum(_ENDS.c.held), func.sum(_ENDS.c.shown)).group_by(_ENDS.c.fate)
)
_TO_HOLD = (
    select(_OUTBOX.c.id)
    .select_from(OPEN_COPIES)
    .where(IS_OF_NOTICE, _OUTBOX.c.done_at.is_(None), _OUTBOX.c.state != "sending")
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("at_most"))
)
_HOLD_BACK = Statement(
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_TO_HOLD), _OUTBOX.c.done_at.is_(None), _OUTBOX.c.state != "sending")
    .values(state="cancelled", done_at=bindparam("now"), owner="")
)
_CAN_BE_TAKEN_BACK = and_(_OUTBOX.c.channel == Channel.WECOM.value, _IN_TIME, RECALL.c.id.is_(None))
_NEXT_COPIES = (
    select(_DELIVERY.c.id, _DELIVERY.c.key)
    .where(_OF_NOTICE, _DELIVERY.c.id > bindparam("after", type_=Integer()))
    .order_by(_DELIVERY.c.id)
    .limit(bindparam("at_most"))
    .subquery()
)
_RECALLABLE = Statement(
    select(
        _NEXT_COPIES.c.id,
        case(
            (
                and_(_OUTBOX.c.channel == Channel.WECOM.value, _IN_TIME, RECALL.c.id.is_(None)),
                _OUTBOX.c.remote_id,
            ),
            else_="",
        ),
        _OUTBOX.c.person,
        _OUTBOX.c.address,
    )
    .select_from(
        _NEXT_COPIES.outerjoin(
            _OUTBOX,
            or_(_OUTBOX.c.key == _NEXT_COPIES.c.key, _OUTBOX.c.key == _NEXT_COPIES.c.key + BUTTON),
        ).outerjoin(RECALL, IS_RECALL)
    )
    .order_by(_NEXT_COPIES.c.id, _OUTBOX.c.id)
)


class NoticeStopping(Part):
    __slots__ = ()

    def stopping(self, notice: int, since: datetime) -> Stopping:
        rows = self.session.rows(
            _STOPPING, {"notice": notice, "since": to_number(since), "handed_over": _HANDED_OVER}
        )
        fates = {
            _FATES[fate]: count for fate, count, _, _ in sorted(row for row in rows if row[0] is not None)
        }
        return Stopping(sum(int(row[2]) for row in rows), sum(int(row[3]) for row in rows), fates)

    def hold_back(self, notice: int, now: datetime, limit: int) -> int:
        wanted = {"notice": notice, "now": to_number(now), "at_most": limit}
        return self.session.change(_HOLD_BACK, wanted)

    def recallable(
        self, notice: int, since: datetime, after: int, limit: int
    ) -> tuple[int, Sequence[tuple[str, int, str]]]:
        wanted = {"notice": notice, "since": to_number(since), "after": after, "at_most": limit}
        rows = self.session.rows(_RECALLABLE, wanted)
        found = {
            remote_id: (remote_id, person, address)
            for _, remote_id, person, address in reversed(rows)
            if remote_id
        }
        return (rows[-1][0] if rows else 0), [*reversed(found.values())]
