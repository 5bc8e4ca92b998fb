"""The review round as lists show it: what each reviewer has, how far everybody is, units and their names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, case, exists, func, or_, select

from bot.model.review_round import (
    Assignable,
    Assignment,
    OwnReview,
    Progress,
    Reviewer,
    RoundUnit,
)
from bot.ports_rounds import Given, NameQuery, UnitQuery
from storage import result_tables, round_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.session import Row, Statement
from storage.sql import among, containing, holds, json_text, unless_given
from storage.tables import columns, table, to_moment

_APPLICATION = table(tables.Application)
_REVIEWER = table(round_tables.Reviewer)
_RECUSAL = table(round_tables.Recusal)
_ASSIGNMENT = table(round_tables.Assignment)
_OUTCOME = table(result_tables.ReviewOutcome)
_REVIEWER_COLUMNS = columns(round_tables.Reviewer, "campaign")
_ASSIGNMENT_COLUMNS = columns(round_tables.Assignment, "campaign")
_IN_ORDER = (_REVIEWER.c.invited_at, _REVIEWER.c.person)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _ours(one: Any) -> Any:
    return one.c.campaign == _text("campaign")


_UNIT = json_text(_APPLICATION.c.content, _text("unit_field"))

# What was handed in: the latest sheet under the reviewer's name.
_LATEST = and_(_OUTCOME.c.application == _ASSIGNMENT.c.application, _OUTCOME.c.reviewer == _REVIEWER.c.name)
_HANDED_IN = exists().where(_LATEST).correlate(_ASSIGNMENT, _REVIEWER)
_BY_REVIEWER = and_(
    _REVIEWER.c.campaign == _ASSIGNMENT.c.campaign, _REVIEWER.c.person == _ASSIGNMENT.c.person
)


def _last(column: Any) -> Any:
    found = select(column).where(_LATEST).order_by(_OUTCOME.c.revision.desc()).limit(1)
    return found.correlate(_ASSIGNMENT, _REVIEWER).scalar_subquery()


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_HIS = and_(_ASSIGNMENT.c.campaign == _REVIEWER.c.campaign, _ASSIGNMENT.c.person == _REVIEWER.c.person)
_PROGRESS = Statement(
    select(
        *_REVIEWER_COLUMNS,
        select(func.count()).select_from(_ASSIGNMENT).where(_HIS).correlate(_REVIEWER).scalar_subquery(),
        select(func.count())
        .select_from(_ASSIGNMENT)
        .where(_HIS, _HANDED_IN)
        .correlate(_REVIEWER)
        .scalar_subquery(),
        select(func.count())
        .select_from(_RECUSAL)
        .where(_RECUSAL.c.campaign == _REVIEWER.c.campaign, _RECUSAL.c.person == _REVIEWER.c.person)
        .correlate(_REVIEWER)
        .scalar_subquery(),
    )
    .where(_ours(_REVIEWER))
    .order_by(*_IN_ORDER)
)
_OWN = and_(_ours(_ASSIGNMENT), _ASSIGNMENT.c.person == bindparam("person"))
_OWN_REVIEWS = Statement(
    select(*APPLICATION_COLUMNS, *_ASSIGNMENT_COLUMNS, _last(_OUTCOME.c.at), _last(_OUTCOME.c.deck))
    .select_from(_ASSIGNMENT)
    .join(_REVIEWER, _BY_REVIEWER)
    .join(_APPLICATION, _APPLICATION.c.id == _ASSIGNMENT.c.application)
    .where(_OWN)
    .order_by(case((_HANDED_IN, 1), else_=0), _APPLICATION.c.number)
    .limit(bindparam("at_most", type_=Integer()))
    .offset(bindparam("after", type_=Integer()))
)
_OWN_COUNTS = Statement(
    select(func.count(_ASSIGNMENT.c.application), _sum(_HANDED_IN))
    .select_from(_REVIEWER.outerjoin(_ASSIGNMENT, _HIS))
    .where(_ours(_REVIEWER), _REVIEWER.c.person == bindparam("person"), _REVIEWER.c.left_at.is_(None))
    .group_by(_REVIEWER.c.person)
)

_UNDER_REVIEW = and_(_ours(_APPLICATION), among("stages", _APPLICATION.c.stage))
_HELD = (
    select(
        _ASSIGNMENT.c.application,
        func.count().label("given"),
        _sum(_HANDED_IN).label("done"),
    )
    .join(_REVIEWER, _BY_REVIEWER)
    .where(_ours(_ASSIGNMENT))
    .group_by(_ASSIGNMENT.c.application)
    .subquery("held")
)
_GIVEN, _DONE = func.coalesce(_HELD.c.given, 0), func.coalesce(_HELD.c.done, 0)
_UNITS = _APPLICATION.outerjoin(_HELD, _HELD.c.application == _APPLICATION.c.id)
_FOUND = and_(
    _ours(_APPLICATION),
    or_(among("stages", _APPLICATION.c.stage), _HELD.c.given.is_not(None)),
    or_(
        holds(_APPLICATION.c.number, "pattern"),
        and_(_text("unit_key") != "", holds(_APPLICATION.c.unit_key, "key_pattern")),
    ),
)
_IS_GIVEN = {Given.ALL: _GIVEN >= 0, Given.NONE: _GIVEN == 0, Given.OWED: _GIVEN > _DONE}
_ROUND_UNITS = {
    given: Statement(
        select(*APPLICATION_COLUMNS, _GIVEN, _DONE)
        .select_from(_UNITS)
        .where(_FOUND, condition)
        .order_by(_APPLICATION.c.number)
        .limit(bindparam("at_most", type_=Integer()))
        .offset(bindparam("after", type_=Integer()))
    )
    for given, condition in _IS_GIVEN.items()
}
_ROUND_COUNTS = Statement(
    select(*(_sum(condition) for condition in _IS_GIVEN.values())).select_from(_UNITS).where(_FOUND)
)

_FIRST_DECK = (
    select(_OUTCOME.c.deck)
    .where(_OUTCOME.c.application == _APPLICATION.c.id)
    .order_by(_OUTCOME.c.id)
    .limit(1)
    .correlate(_APPLICATION)
    .scalar_subquery()
)
_GIVEN_DECK = (
    select(func.max(_ASSIGNMENT.c.deck))
    .where(_ASSIGNMENT.c.application == _APPLICATION.c.id)
    .correlate(_APPLICATION)
    .scalar_subquery()
)
_ASSIGNABLE = Statement(
    select(
        _APPLICATION.c.id,
        _APPLICATION.c.holder,
        _APPLICATION.c.body,
        func.coalesce(_GIVEN_DECK, _FIRST_DECK, json_text(_APPLICATION.c.dossier, _text("deck_key"))),
    )
    .where(_UNDER_REVIEW, unless_given("application", _APPLICATION.c.id == _text("application")))
    .order_by(_APPLICATION.c.number)
)
_NAMED = and_(
    _UNDER_REVIEW,
    unless_given("search", holds(_UNIT, "pattern")),
    ~exists().where(_RECUSAL.c.application == _APPLICATION.c.id, _RECUSAL.c.person == bindparam("person")),
)
_NAMES = Statement(
    select(_APPLICATION.c.id, _UNIT)
    .where(_NAMED)
    .order_by(_APPLICATION.c.number)
    .limit(bindparam("at_most", type_=Integer()))
    .offset(bindparam("after", type_=Integer()))
)
_COUNT_NAMES = Statement(select(func.count()).select_from(_APPLICATION).where(_NAMED))


class RoundLists(Part):
    """The lists of `bot.ports_rounds.RoundStore`."""

    __slots__ = ()

    def reviewer_progress(self) -> Sequence[Progress]:
        rows = self.session.rows(_PROGRESS, {"campaign": self.campaign})
        return [Progress(to_reviewer(row[:-3]), *map(int, row[-3:])) for row in rows]

    def own_reviews(self, reviewer: Reviewer, limit: int, after: int = 0) -> Sequence[OwnReview]:
        asked = {"campaign": self.campaign, "person": reviewer.person, "at_most": limit, "after": after}
        width = len(APPLICATION_COLUMNS)
        return [
            OwnReview(
                to_application(row[:width]),
                to_assignment(row[width:-2]),
                moment_or_none(row[-2]),
                row[-1] or "",
            )
            for row in self.session.rows(_OWN_REVIEWS, asked)
        ]

    def own_counts(self, person: int) -> tuple[int, int] | None:
        found = self.session.row(_OWN_COUNTS, {"campaign": self.campaign, "person": person})
        return None if found is None else (int(found[0]), int(found[1]))

    def round_units(self, query: UnitQuery) -> Sequence[RoundUnit]:
        page = {"at_most": query.limit, "after": query.after}
        rows = self.session.rows(_ROUND_UNITS[query.given], _found(self.campaign, query) | page)
        return [RoundUnit(to_application(row[:-2]), int(row[-2]), int(row[-1])) for row in rows]

    def round_counts(self, query: UnitQuery) -> Mapping[Given, int]:
        (counts,) = self.session.rows(_ROUND_COUNTS, _found(self.campaign, query))
        return dict(zip(_IS_GIVEN, map(int, counts), strict=True))

    def assignable(self, stages: Sequence[str], application: str = "") -> Sequence[Assignable]:
        asked = {
            "campaign": self.campaign,
            "stages": json.dumps(stages),
            "application": application,
            "deck_key": "deck",
        }
        return [Assignable(*row) for row in self.session.rows(_ASSIGNABLE, asked)]

    def unit_names(self, query: NameQuery) -> Sequence[tuple[str, str]]:
        page = {"at_most": query.limit, "after": query.after}
        return [
            (known, unit) for known, unit in self.session.rows(_NAMES, _named(self.campaign, query) | page)
        ]

    def count_names(self, query: NameQuery) -> int:
        ((count,),) = self.session.rows(_COUNT_NAMES, _named(self.campaign, query))
        return int(count)


def _found(campaign: str, query: UnitQuery) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "stages": json.dumps(query.stages),
        "pattern": containing(query.search),
        "unit_key": query.unit_key,
        "key_pattern": containing(query.unit_key),
    }


def _named(campaign: str, query: NameQuery) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "stages": json.dumps(query.stages),
        "person": query.person,
        "unit_field": query.unit_field,
        "search": query.search,
        "pattern": containing(query.search),
    }


def moment_or_none(number: int | None) -> datetime | None:
    return None if number is None else to_moment(number)


def to_reviewer(row: Row) -> Reviewer:
    person, name, invited, agreed, left = row
    return Reviewer(person, name, to_moment(invited), moment_or_none(agreed), moment_or_none(left))


def to_assignment(row: Row) -> Assignment:
    application, person, deck, at, draft, draft_at = row
    typed = {clause: (score, remark) for clause, (score, remark) in json.loads(draft).items()}
    return Assignment(application, person, deck, to_moment(at), typed, moment_or_none(draft_at))
