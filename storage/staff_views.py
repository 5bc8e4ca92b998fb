"""Read-only figures for the office's health checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from storage import tables
from storage.session import Session, Statement
from storage.tables import table, to_moment

_OUTBOX = table(tables.Outbox)
_APPLICATION = table(tables.Application)
_ALARM = table(tables.Alarm)

_OPEN = Statement(
    select(_OUTBOX.c.state, func.count(), func.min(_OUTBOX.c.created_at))
    .where(_OUTBOX.c.done_at.is_(None))
    .group_by(_OUTBOX.c.state)
)
_STAGES = Statement(
    select(_APPLICATION.c.stage, func.count())
    .where(_APPLICATION.c.campaign == bindparam("campaign"))
    .group_by(_APPLICATION.c.stage)
)
_ALARMS = Statement(select(_ALARM.c.kind).where(_ALARM.c.closed_at.is_(None)).order_by(_ALARM.c.id))


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of everything there is."""

    outbox: dict[str, int]  # open rows by state
    oldest_open: datetime | None  # when the oldest open row was written (machine's clock)
    applications: dict[str, int]  # by stage
    alarms: tuple[str, ...]  # kinds of the open alarms, oldest first


def read_counts(session: Session, campaign: str) -> Counts:
    waiting = session.rows(_OPEN)
    return Counts(
        outbox={state: count for state, count, _ in waiting},
        oldest_open=min((to_moment(oldest) for _, _, oldest in waiting), default=None),
        applications=dict(session.rows(_STAGES, {"campaign": campaign})),
        alarms=tuple(kind for (kind,) in session.rows(_ALARMS)),
    )
