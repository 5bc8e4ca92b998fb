"""The review round: reviewers, recusals, who has which application, what they report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, func, insert, select, update
from sqlalchemy import delete as remove
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.application import Application
from bot.model.review_round import (
    Assignment,
    Draft,
    Problem,
    Recusal,
    Reviewer,
    ReviewRound,
)
from storage import round_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.round_lists import RoundLists, moment_or_none, to_assignment, to_reviewer
from storage.session import Row, Statement
from storage.sql import among, json_text
from storage.tables import columns, table, to_moment, to_number

_APPLICATION = table(tables.Application)
_ROUND = table(round_tables.ReviewRound)
_REVIEWER = table(round_tables.Reviewer)
_RECUSAL = table(round_tables.Recusal)
_ASSIGNMENT = table(round_tables.Assignment)
_PROBLEM = table(round_tables.ReviewProblem)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _put(model: Any, *key: str) -> Statement:
    """Insert a row, or replace what is kept under its key."""
    row = upsert(table(model)).values({column: bindparam(column.name) for column in columns(model)})
    rest = {column.name: row.excluded[column.name] for column in columns(model, *key)}
    return Statement(row.on_conflict_do_update(index_elements=list(key), set_=rest))


def _add(model: Any) -> Statement:
    """Insert a row where there is none with its key."""
    row = upsert(table(model)).values({column: bindparam(column.name) for column in columns(model)})
    return Statement(row.on_conflict_do_nothing())


def _ours(one: Any) -> Any:
    return one.c.campaign == _text("campaign")


_THE_ROUND = Statement(select(*columns(round_tables.ReviewRound, "campaign")).where(_ours(_ROUND)))
_SET_ROUND = _put(round_tables.ReviewRound, "campaign")

_REVIEWER_COLUMNS = columns(round_tables.Reviewer, "campaign")
_IN_ORDER = (_REVIEWER.c.invited_at, _REVIEWER.c.person)
_REVIEWERS = Statement(select(*_REVIEWER_COLUMNS).where(_ours(_REVIEWER)).order_by(*_IN_ORDER))
_SET_REVIEWER = _put(round_tables.Reviewer, "campaign", "person")

_RECUSAL_COLUMNS = columns(round_tables.Recusal, "campaign")
_ADD_RECUSAL = _add(round_tables.Recusal)
_RECUSALS = select(*_RECUSAL_COLUMNS).where(_ours(_RECUSAL)).order_by(_RECUSAL.c.at, _RECUSAL.c.application)
_ALL_RECUSALS = Statement(_RECUSALS)
_SOME_RECUSALS = Statement(_RECUSALS.where(among("applications", _RECUSAL.c.application)))
_UNIT = json_text(_APPLICATION.c.content, _text("unit_field"))
_RECUSALS_BY = Statement(
    select(*_RECUSAL_COLUMNS, _UNIT)
    .join(_APPLICATION, _APPLICATION.c.id == _RECUSAL.c.application)
    .where(_ours(_RECUSAL), _RECUSAL.c.person == bindparam("person"))
    .order_by(_RECUSAL.c.at, _APPLICATION.c.number)
)
_IS_RECUSED = Statement(
    select(_RECUSAL.c.person).where(
        _RECUSAL.c.application == _text("application"), _RECUSAL.c.person == bindparam("person")
    )
)

_ASSIGNMENT_COLUMNS = columns(round_tables.Assignment, "campaign")
_ASSIGN = _add(round_tables.Assignment)
_THIS = and_(_ASSIGNMENT.c.application == _text("application"), _ASSIGNMENT.c.person == bindparam("person"))
_UNASSIGN = Statement(remove(_ASSIGNMENT).where(_THIS))
_ONE_ASSIGNMENT = Statement(select(*_ASSIGNMENT_COLUMNS).where(_THIS))
_ASSIGNMENTS = (
    select(*_ASSIGNMENT_COLUMNS).where(_ours(_ASSIGNMENT)).order_by(_ASSIGNMENT.c.at, _ASSIGNMENT.c.person)
)
_ALL_ASSIGNMENTS = Statement(_ASSIGNMENTS)
_SOME_ASSIGNMENTS = Statement(_ASSIGNMENTS.where(among("applications", _ASSIGNMENT.c.application)))
_SET_DRAFT = Statement(
    update(_ASSIGNMENT).where(_THIS).values(draft=bindparam("typed"), draft_at=bindparam("typed_at"))
)
_SET_DECK = Statement(
    update(_ASSIGNMENT)
    .where(_ASSIGNMENT.c.application == _text("application"))
    .values(deck=bindparam("new_deck"))
)

_PROBLEM_COLUMNS = columns(round_tables.ReviewProblem, "campaign")
_ADD_PROBLEM = Statement(
    insert(_PROBLEM)
    .values({column: bindparam(column.name) for column in columns(round_tables.ReviewProblem, "id")})
    .returning(_PROBLEM.c.id)
)
_PROBLEMS = select(*_PROBLEM_COLUMNS).where(_ours(_PROBLEM)).order_by(_PROBLEM.c.id)
_ONE_PROBLEM = Statement(_PROBLEMS.where(_PROBLEM.c.id == bindparam("problem")))
_IS_OPEN = and_(_ours(_PROBLEM), _PROBLEM.c.answered_at.is_(None))
_OPEN_PROBLEMS = Statement(
    select(*_PROBLEM_COLUMNS, func.count().over(), *APPLICATION_COLUMNS)
    .join(_APPLICATION, _APPLICATION.c.id == _PROBLEM.c.application)
    .where(_IS_OPEN)
    .order_by(_PROBLEM.c.id)
    .limit(bindparam("at_most", type_=Integer()))
)
_OWN_PROBLEMS = Statement(
    _PROBLEMS.where(_PROBLEM.c.application == _text("application"), _PROBLEM.c.person == bindparam("person"))
)
_ANSWER = Statement(
    update(_PROBLEM)
    .where(_PROBLEM.c.id == bindparam("problem"))
    .values(answer=bindparam("said"), answered_by=bindparam("who"), answered_at=bindparam("moment"))
)


class Rounds(RoundLists):
    """`bot.ports_rounds.RoundStore`."""

    __slots__ = ()

    def review_round(self) -> ReviewRound | None:
        row = self.session.row(_THE_ROUND, {"campaign": self.campaign})
        if row is None:
            return None
        due, by, at, closed = row
        return ReviewRound(date.fromisoformat(due), by, to_moment(at), moment_or_none(closed))

    def set_review_round(self, opened: ReviewRound) -> None:
        self.session.change(
            _SET_ROUND,
            {
                "campaign": self.campaign,
                "due": opened.due.isoformat(),
                "opened_by": opened.opened_by,
                "opened_at": to_number(opened.opened_at),
                "closed_at": _number(opened.closed_at),
            },
        )

    def reviewers(self) -> Sequence[Reviewer]:
        ours = {"campaign": self.campaign}
        return self.once(
            _REVIEWERS, lambda: [to_reviewer(row) for row in self.session.rows(_REVIEWERS, ours)]
        )

    def set_reviewer(self, reviewer: Reviewer) -> None:
        self.session.change(
            _SET_REVIEWER,
            {
                "campaign": self.campaign,
                "person": reviewer.person,
                "name": reviewer.name,
                "invited_at": to_number(reviewer.invited_at),
                "agreed_at": _number(reviewer.agreed_at),
                "left_at": _number(reviewer.left_at),
            },
        )

    def add_recusal(self, recusal: Recusal) -> bool:
        row = {
            "campaign": self.campaign,
            "application": recusal.application,
            "person": recusal.person,
            "reason": recusal.reason,
            "at": to_number(recusal.at),
        }
        return self.session.change(_ADD_RECUSAL, row) == 1

    def recusals(self, applications: Sequence[str] | None = None) -> Sequence[Recusal]:
        return [_recusal(row) for row in self._rows_of_round(_ALL_RECUSALS, _SOME_RECUSALS, applications)]

    def recusals_by(self, person: int, unit_field: str) -> Sequence[tuple[Recusal, str]]:
        asked = {"campaign": self.campaign, "person": person, "unit_field": unit_field}
        return [(_recusal(row[:-1]), row[-1]) for row in self.session.rows(_RECUSALS_BY, asked)]

    def is_recused(self, application: str, person: int) -> bool:
        return bool(self.session.rows(_IS_RECUSED, {"application": application, "person": person}))

    def assign(self, assignment: Assignment) -> bool:
        row = {
            "campaign": self.campaign,
            "application": assignment.application,
            "person": assignment.person,
            "deck": assignment.deck,
            "at": to_number(assignment.at),
            "draft": _draft_json(assignment.draft),
            "draft_at": _number(assignment.draft_at),
        }
        return self.session.change(_ASSIGN, row) == 1

    def unassign(self, application: str, person: int) -> bool:
        return self.session.change(_UNASSIGN, {"application": application, "person": person}) == 1

    def assignment(self, application: str, person: int) -> Assignment | None:
        row = self.session.row(_ONE_ASSIGNMENT, {"application": application, "person": person})
        return to_assignment(row) if row else None

    def assignments(self, applications: Sequence[str] | None = None) -> Sequence[Assignment]:
        return [
            to_assignment(row)
            for row in self._rows_of_round(_ALL_ASSIGNMENTS, _SOME_ASSIGNMENTS, applications)
        ]

    def set_draft(self, application: str, person: int, draft: Draft, at: datetime | None) -> None:
        row = {"typed": _draft_json(draft), "typed_at": _number(at)}
        self.session.change(_SET_DRAFT, {"application": application, "person": person, **row})

    def set_review_deck(self, application: str, deck: str) -> None:
        self.session.change(_SET_DECK, {"application": application, "new_deck": deck})

    def add_problem(self, problem: Problem) -> Problem:
        added = self.session.row(
            _ADD_PROBLEM,
            {
                "campaign": self.campaign,
                "application": problem.application,
                "person": problem.person,
                "text": problem.text,
                "at": to_number(problem.at),
                "answer": problem.answer,
                "answered_by": problem.answered_by,
                "answered_at": _number(problem.answered_at),
            },
        )
        assert added is not None
        return replace(problem, id=added[0])

    def problem(self, problem: int) -> Problem | None:
        row = self.session.row(_ONE_PROBLEM, {"campaign": self.campaign, "problem": problem})
        return _problem(row) if row else None

    def problems(self, application: str, person: int) -> Sequence[Problem]:
        asked = {"campaign": self.campaign, "application": application, "person": person}
        return [_problem(row) for row in self.session.rows(_OWN_PROBLEMS, asked)]

    def open_problems(self, limit: int) -> tuple[Sequence[tuple[Problem, Application]], int]:
        width = len(_PROBLEM_COLUMNS)
        rows = self.session.rows(_OPEN_PROBLEMS, {"campaign": self.campaign, "at_most": limit})
        found = [(_problem(row[:width]), to_application(row[width + 1 :])) for row in rows]
        return found, int(rows[0][width]) if rows else 0

    def answer_problem(self, problem: int, answer: str, by: int, at: datetime) -> None:
        row = {"problem": problem, "said": answer, "who": by, "moment": to_number(at)}
        self.session.change(_ANSWER, row)

    def _rows_of_round(
        self, every: Statement, some: Statement, applications: Sequence[str] | None
    ) -> list[Row]:
        if applications is None:
            return self.session.rows(every, {"campaign": self.campaign})
        asked = {"campaign": self.campaign, "applications": json.dumps(list(applications))}
        return self.session.rows(some, asked)


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_number(moment)


def _draft_json(draft: Draft) -> str:
    return json.dumps({clause: list(typed) for clause, typed in draft.items()}, ensure_ascii=False)


def _recusal(row: Row) -> Recusal:
    application, person, reason, at = row
    return Recusal(application, person, reason, to_moment(at))


def _problem(row: Row) -> Problem:
    problem, application, person, text, at, answer, by, answered = row
    return Problem(problem, application, person, text, to_moment(at), answer, by, moment_or_none(answered))
