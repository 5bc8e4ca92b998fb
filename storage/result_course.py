"""What statements about results have in common: stages, the latest decision, objections, keys to compare by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot.model.results import CONCLUSIONS, EntryKind, Outcome
from bot.ports_results import Course
from storage import result_tables, sheet_tables, tables
from storage.sql import json_text
from storage.tables import table

_APPLICATION = table(tables.Application)
_REVIEW = table(result_tables.ReviewOutcome)
_DECISION = table(result_tables.FinalDecision)
_OBJECTION = table(result_tables.Objection)
_ENTRY = table(result_tables.ObjectionEntry)
_SHEET = table(sheet_tables.Sheet)
_SNAPSHOT = table(sheet_tables.SheetSnapshot)

_STAGES = 16  # at most, of each kind
_SOME = 20  # of which a list of rows is asked for in one go


def text_of(name: str) -> Any:
    return bindparam(name, type_=Text())


def in_stages(prefix: str) -> ColumnElement[bool]:
    """Single values rather than `place_in`, so that the index on the stage serves."""
    return or_(*(_APPLICATION.c.stage == text_of(f"{prefix}_{place}") for place in range(_STAGES)))


def stages_of(prefix: str, stages: Sequence[str]) -> dict[str, str]:
    if len(stages) > _STAGES:
        raise ValueError(f"{len(stages)} stages of one kind: the lists of results can ask for {_STAGES}")
    filled = chain(stages, repeat(stages[0] if stages else ""))
    return {f"{prefix}_{place}": stage for place, stage in zip(range(_STAGES), filled, strict=False)}


def course_parameters(course: Course) -> dict[str, str]:
    return stages_of("running", course.running) | stages_of("ended", course.ended)


OURS = _APPLICATION.c.campaign == text_of("campaign")
RUNNING = in_stages("running")
ENDED = in_stages("ended")
_CONCLUDED = exists().where(
    _ENTRY.c.objection == _OBJECTION.c.id, or_(*(_ENTRY.c.kind == kind.value for kind in CONCLUSIONS))
)
_REPLIED = exists().where(_ENTRY.c.objection == _OBJECTION.c.id, _ENTRY.c.kind == EntryKind.REPLY.value)
IS_OPEN = not_(_CONCLUDED)
"""Of an objection."""
IS_UNANSWERED = and_(_CONCLUDED, not_(_REPLIED))
SUSPENDED = exists().where(_OBJECTION.c.application == _APPLICATION.c.id, IS_OPEN).correlate(_APPLICATION)
_NEXT = _REVIEW.alias("next")
REVIEWED = _APPLICATION.c.id.in_(
    select(_REVIEW.c.application).where(
        _REVIEW.c.campaign == text_of("campaign"),
        _REVIEW.c.marks != "{}",  # else the sheet is void
        not_(
            exists().where(
                _NEXT.c.application == _REVIEW.c.application,
                _NEXT.c.reviewer == _REVIEW.c.reviewer,
                _NEXT.c.revision > _REVIEW.c.revision,
            )
        ),
    )
)
"""Whether an application has a reviewer's sheet that counts."""

_LATER = _DECISION.alias("later")
_LAST_DECISION = (
    select(func.max(_LATER.c.id))
    .where(_LATER.c.application == _APPLICATION.c.id)
    .correlate(_APPLICATION)
    .scalar_subquery()
)
DECIDED_ABOUT = and_(_DECISION.c.application == _APPLICATION.c.id, _DECISION.c.id == _LAST_DECISION)
WITH_DECISION = _APPLICATION.outerjoin(_DECISION, DECIDED_ABOUT)
IS_DECIDED_ABOUT = _DECISION.c.outcome.is_not(None)
OF_COURSE = and_(OURS, or_(RUNNING, and_(ENDED, IS_DECIDED_ABOUT)))


def is_decided(*outcomes: Outcome) -> ColumnElement[bool]:
    """Whether the latest decision is one of these; null, as good as false, where there is none."""
    return or_(*(_DECISION.c.outcome == outcome.value for outcome in outcomes))


REVIEW_KEY = func.coalesce(
    select(_REVIEW.c.key)
    .where(_REVIEW.c.application == _APPLICATION.c.id)
    .order_by(_REVIEW.c.id.desc())
    .limit(1)
    .correlate(_APPLICATION)
    .scalar_subquery(),
    literal("", Text()),
)
TOTAL = json_text(_SNAPSHOT.c.content, literal("total", Text()))


def signed_last(column: ColumnElement[Any]) -> Any:
    """Of the latest announced sheet that was signed off, as it was last signed."""
    return (
        select(column)
        .select_from(_SNAPSHOT.join(_SHEET, _SHEET.c.id == _SNAPSHOT.c.sheet))
        .where(_SHEET.c.application == _APPLICATION.c.id, _SHEET.c.covert == false())
        .order_by(_SHEET.c.id.desc(), _SNAPSHOT.c.version.desc())
        .limit(1)
        .correlate(_APPLICATION)
        .scalar_subquery()
    )


def points(end: str) -> ColumnElement[float]:
    return cast(func.nullif(json_text(TOTAL, literal(end, Text())), ""), Float())


ON_SITE_KEY = func.coalesce(signed_last(cast(TOTAL, Text())), literal("", Text()))


def some(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of the values of `among`."""
    return or_(*(column == bindparam(f"one_{place}", type_=column.type) for place in range(_SOME)))


def among(values: Sequence[Any]) -> dict[str, Any] | None:
    """For `some`; None where they are too many."""
    if len(values) > _SOME:
        return None
    return {
        f"one_{place}": one for place, one in zip(range(_SOME), chain(values, repeat(None)), strict=False)
    }
