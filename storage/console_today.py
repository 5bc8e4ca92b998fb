"""How much of everything calls for a decision: the counts of the first page, in one statement and in few rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from bot.console.query import Mark
from bot.model.mail import MailOutcome
from bot.model.staff import NoticeState
from bot.ports_console import ApplicationFilter, TaskCounts
from storage import mail_tables, round_tables, staff_tables, tables
from storage.console_applications import IS_MARKED, scope_parameter, within
from storage.console_messages import ASKED, IS_SEEN, QUESTIONS, REFUSED, VISIBLE
from storage.console_records import FROM_LATE, LATE_WANTED
from storage.part import Part
from storage.session import Statement
from storage.sql import listed
from storage.tables import IN_TROUBLE, table

_APPLICATION = table(tables.Application)
_OUTBOX = table(tables.Outbox)
_ALARM = table(tables.Alarm)
_QUESTION = table(tables.Question)
_MAIL = table(mail_tables.Mail)
_NOTICE = table(staff_tables.Notice)
_PROBLEM = table(round_tables.ReviewProblem)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _count(*rules: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*rules).scalar_subquery()


_OF_CAMPAIGN = _text("campaign")
_OWN = (_APPLICATION.c.campaign == _OF_CAMPAIGN, within(_APPLICATION.c.body))


def _marked(mark: Mark) -> ColumnElement[int]:
    return _count(*_OWN, IS_MARKED[mark.value])


def _sum(mark: Mark) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((IS_MARKED[mark.value], 1), else_=0)), 0).label(mark.value)


_ONE_LOOK = select(_sum(Mark.UNREADABLE_DECK), _sum(Mark.RETURN_OVERDUE)).where(*_OWN).subquery()
"""The marks that no index knows: every row is looked at once for both."""
_TASKS = Statement(
    select(
        _marked(Mark.LATE),
        _ONE_LOOK.c.unreadable_deck,
        _marked(Mark.NO_ROUTE),
        _marked(Mark.TWO_ROUTES),
        _ONE_LOOK.c.return_overdue,
        select(func.count()).select_from(FROM_LATE).where(LATE_WANTED).scalar_subquery(),
        _count(_MAIL.c.campaign == _OF_CAMPAIGN, _MAIL.c.outcome == MailOutcome.QUARANTINE.value),
        _count(literal_column(f"outbox.{IN_TROUBLE}"), _OUTBOX.c.id > 0, ~IS_SEEN, VISIBLE),
        _count(_ALARM.c.closed_at.is_(None)),
        _count(_NOTICE.c.campaign == _OF_CAMPAIGN, _NOTICE.c.state == NoticeState.DRAFT.value),
        _count(_PROBLEM.c.campaign == _OF_CAMPAIGN, _PROBLEM.c.answered_at.is_(None)),
    )
)
_REFUSED_QUESTIONS = Statement(
    select(func.min(_QUESTION.c.text))
    .where(QUESTIONS)
    .group_by(ASKED)
    .having(REFUSED > 0)
    .limit(bindparam("at_most"))
)


class TodayCounts(Part):
    __slots__ = ()

    def count_tasks(self, wanted: ApplicationFilter) -> TaskCounts:
        parameters = {
            "campaign": self.campaign,
            "scope": scope_parameter(wanted.scope),
            "settled": listed(*wanted.settled),
            "left": listed(*wanted.left),
            "today": wanted.today,
            "application": "",
        }
        (row,) = self.session.rows(_TASKS, parameters)
        return TaskCounts(*map(int, row))

    def unanswered_texts(self, limit: int) -> Sequence[str]:
        rows = self.session.rows(_REFUSED_QUESTIONS, {"search": "", "pattern": "", "at_most": limit})
        return [str(said) for (said,) in rows]
