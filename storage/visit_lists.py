"""Inspections in lists: found, ordered and counted by the outline that is kept with each."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot.model.application import Application
from bot.model.visit import Inspector, Visit, VisitAnswer, VisitState, VisitVersion
from bot.ports_visits import VisitCount, Visited, VisitQuery, VisitRow
from bot.visits.outline import Standing
from storage import tables as main_tables
from storage import visit_tables as tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.session import Statement
from storage.sql import among, has_person, listed, place_in, unless_given
from storage.tables import columns, table
from storage.visits import to_answer, to_version

_APPLICATION = table(main_tables.Application)
_PERSON = table(main_tables.Person)
_VISIT = table(tables.Visit)
_VERSION = table(tables.VisitVersion)
_ANSWER = table(tables.VisitAnswer)

_EVERY = 1_000_000_000  # rows: no limit, in a word that both databases take


_PERSON_ASKED = bindparam("person", type_=Integer())
_IS_OF_TEAM = has_person(_VISIT.c.told_team, _PERSON_ASKED)
_IS_OF_BODY = and_(_APPLICATION.c.body != "", place_in("bodies", _APPLICATION.c.body) > 0)
_AGREES = and_(_VISIT.c.told_on, has_person(_VISIT.c.agreed, _APPLICATION.c.holder))
_WAITS = or_(*(_VISIT.c.state == state.value for state in (VisitState.PLANNED, VisitState.CHANGING)))


@dataclass(frozen=True, slots=True)
class _Side:
    """What of the outline counts for those who look, and what of them they see: in the words of `_Look`."""

    day: ColumnElement[str]
    start: ColumnElement[str]
    leader: ColumnElement[int]
    seen: ColumnElement[bool]
    standing: ColumnElement[str]


_OFFICE = _Side(
    _VISIT.c.day,
    _VISIT.c.start,
    _VISIT.c.leader,
    literal(value=True),
    case(
        (_VISIT.c.wish, Standing.WISH.value),
        (_VISIT.c.state == VisitState.PLANNED.value, Standing.UNRELEASED.value),
        (_VISIT.c.state != VisitState.ANNOUNCED.value, _VISIT.c.state),  # the same words
        (_AGREES, Standing.CONFIRMED.value),
        else_=Standing.TOLD.value,
    ),
)
_OUTSIDE = _Side(
    _VISIT.c.told_day,
    _VISIT.c.told_start,
    _VISIT.c.told_leader,
    and_(_VISIT.c.told_day != "", or_(_IS_OF_TEAM, _IS_OF_BODY)),
    case(
        (and_(_VISIT.c.wish, _IS_OF_TEAM), Standing.WISH.value),
        (_VISIT.c.told_on, case((_AGREES, Standing.CONFIRMED.value), else_=Standing.TOLD.value)),
        else_=Standing.CANCELLED.value,
    ),
)


def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=Text())


def _over(side: _Side) -> ColumnElement[bool]:
    """Whether nobody comes any more."""
    if side is _OUTSIDE:
        return not_(_VISIT.c.told_on)
    return or_(*(_VISIT.c.state == state.value for state in (VisitState.CANCELLED, VisitState.DROPPED)))


def _found(side: _Side) -> Statement:
    leader = bindparam("leader", type_=Integer())
    return Statement(
        select(_VISIT.c.id, _VISIT.c.application, side.day)
        .join(_APPLICATION, _APPLICATION.c.id == _VISIT.c.application)
        .where(
            _VISIT.c.campaign == bindparam("campaign"),
            side.seen,
            side.day.between(_text("first_day"), _text("last_day")),
            unless_given("standing", side.standing == _text("standing")),
            or_(leader == 0, side.leader == leader),
            or_(not_(bindparam("waiting", type_=Boolean())), _WAITS),
        )
        .order_by(case((_over(side), 1), else_=0), side.day, side.start, _APPLICATION.c.number, _VISIT.c.id)
        .limit(bindparam("at_most", type_=Integer()))
        .offset(bindparam("beginning", type_=Integer()))
    )


def _counted(side: _Side) -> Statement:
    is_here = side.day.between(_text("first_day"), _text("last_day"))
    is_next = and_(side.day > _text("last_day"), not_(_over(side)))
    return Statement(
        select(
            side.leader,
            func.coalesce(_PERSON.c.name, ""),
            side.standing.label("standing"),
            func.sum(case((is_here, 1), else_=0)),
            func.sum(case((_WAITS, 1), else_=0)),
            func.min(case((is_next, side.day))),
        )
        .select_from(_VISIT)
        .join(_APPLICATION, _APPLICATION.c.id == _VISIT.c.application)
        .outerjoin(_PERSON, _PERSON.c.id == side.leader)
        .where(_VISIT.c.campaign == bindparam("campaign"), side.seen)
        .group_by(side.leader, _PERSON.c.name, side.standing)
    )


_FIND = {True: _found(_OFFICE), False: _found(_OUTSIDE)}
_COUNT = {True: _counted(_OFFICE), False: _counted(_OUTSIDE)}
_AHEAD = Statement(
    select(_VISIT.c.id)
    .join(_APPLICATION, _APPLICATION.c.id == _VISIT.c.application)
    .where(
        _VISIT.c.campaign == bindparam("campaign"),
        _VISIT.c.told_on,
        _VISIT.c.told_day >= _text("today"),
        or_(_PERSON_ASKED.is_(None), _APPLICATION.c.holder == _PERSON_ASKED, _IS_OF_TEAM),
    )
    .order_by(_VISIT.c.id)
)
_WITH = among("visits", _VISIT.c.id)
_ON = or_(among("days", _VISIT.c.day), among("applications", _VISIT.c.application))


def _versions(wanted: ColumnElement[bool]) -> Statement:
    return Statement(
        select(_VERSION, *APPLICATION_COLUMNS)
        .join(_VISIT, _VISIT.c.id == _VERSION.c.visit)
        .join(_APPLICATION, _APPLICATION.c.id == _VISIT.c.application)
        .where(_VISIT.c.campaign == bindparam("campaign"), wanted)
        .order_by(_VERSION.c.visit, _VERSION.c.version)
    )


_VERSIONS_WITH, _VERSIONS_ON = _versions(_WITH), _versions(_ON)
_ANSWERS = Statement(
    select(*columns(tables.VisitAnswer, "id")).where(among("visits", _ANSWER.c.visit)).order_by(_ANSWER.c.id)
)
_OF_VERSION = len(columns(tables.VisitVersion))


class VisitLists(Part):
    __slots__ = ()

    def find_visits(self, wanted: VisitQuery) -> Sequence[VisitRow]:
        parameters = {
            **self._scope(wanted),
            "standing": wanted.standing.value if wanted.standing else "",
            "leader": wanted.leader,
            "waiting": wanted.is_waiting,
            "at_most": _EVERY if wanted.limit is None else wanted.limit,
            "beginning": wanted.offset,
        }
        rows = self.session.rows(_FIND[wanted.is_office], parameters)
        return [VisitRow(visit, application, date.fromisoformat(day)) for visit, application, day in rows]

    def count_visits(self, wanted: VisitQuery) -> Sequence[VisitCount]:
        rows = self.session.rows(_COUNT[wanted.is_office], self._scope(wanted))
        return [
            VisitCount(
                Inspector(leader, name),
                Standing(standing),
                here,
                waiting,
                date.fromisoformat(next_day) if next_day else None,
            )
            for leader, name, standing, here, waiting, next_day in rows
        ]

    def visits_with(self, visits: Collection[int]) -> Sequence[Visited]:
        return self._visited(_VERSIONS_WITH, {"visits": json.dumps(list(visits))}) if visits else []

    def visits_on(self, days: Collection[date], applications: Collection[str]) -> Sequence[Visited]:
        if not days and not applications:
            return []
        wanted = {
            "days": json.dumps([day.isoformat() for day in days]),
            "applications": json.dumps(list(applications)),
        }
        return self._visited(_VERSIONS_ON, wanted)

    def visits_ahead(self, today: date, person: int | None = None) -> Sequence[Visited]:
        parameters = {"campaign": self.campaign, "today": today.isoformat(), "person": person}
        return self.visits_with([visit for (visit,) in self.session.rows(_AHEAD, parameters)])

    def _scope(self, wanted: VisitQuery) -> Mapping[str, Any]:
        return {
            "campaign": self.campaign,
            "person": wanted.person,
            "bodies": listed(*wanted.bodies),
            "first_day": wanted.first_day.isoformat(),
            "last_day": wanted.last_day.isoformat(),
        }

    def _visited(self, statement: Statement, wanted: Mapping[str, str]) -> Sequence[Visited]:
        applications: dict[str, Application] = {}
        versions: dict[int, list[VisitVersion]] = {}
        visited: dict[int, Application] = {}
        for row in self.session.rows(statement, {"campaign": self.campaign, **wanted}):
            known = row[_OF_VERSION:]
            if known[0] not in applications:
                applications[known[0]] = to_application(known)
            versions.setdefault(row[0], []).append(to_version(row[:_OF_VERSION]))
            visited[row[0]] = applications[known[0]]
        answers: dict[int, list[VisitAnswer]] = {}
        if versions:
            for row in self.session.rows(_ANSWERS, {"visits": json.dumps(list(versions))}):
                answers.setdefault(row[0], []).append(to_answer(row))
        return [
            (Visit(visit, visited[visit].id, tuple(kept), tuple(answers.get(visit, ()))), visited[visit])
            for visit, kept in versions.items()
        ]
