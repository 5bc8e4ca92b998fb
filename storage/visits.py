"""Inspections."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import count
from typing import Any

from sqlalchemy import Text, and_, bindparam, exists, insert, literal, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.visit import (
    AnswerKind,
    CovertVisit,
    Inspector,
    VersionState,
    Visit,
    VisitAnswer,
    VisitPlan,
    VisitVersion,
)
from bot.ports_visits import UnitQuery
from bot.visits.outline import Outline, outline_of
from storage import tables as main_tables
from storage import visit_tables as tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.sql import containing, holds, json_text, listed, place_in, place_of, unless_given
from storage.tables import columns, table, to_moment, to_number

_APPLICATION = table(main_tables.Application)
_VISIT = table(tables.Visit)
_VERSION = table(tables.VisitVersion)
_ANSWER = table(tables.VisitAnswer)
_COVERT = table(tables.CovertVisit)

_OUTLINE = columns(tables.Visit, "id", "campaign", "application")
_ADD = Statement(
    insert(_VISIT)
    .values(campaign=bindparam("campaign"), application=bindparam("application"))
    .returning(_VISIT.c.id)
)
_ADD_VERSION = Statement(
    insert(_VERSION).values({column: bindparam(column.name) for column in columns(tables.VisitVersion)})
)
_SETTLE = Statement(
    update(_VERSION)
    .where(
        _VERSION.c.visit == bindparam("of_visit"),
        _VERSION.c.version == bindparam("of_version"),
        _VERSION.c.state == VersionState.PROPOSED.value,
    )
    .values(state=bindparam("new_state"), settled_by=bindparam("new_by"), settled_at=bindparam("new_at"))
)
_ONE = Statement(
    select(_VISIT.c.id, _VISIT.c.application).where(
        _VISIT.c.id == bindparam("visit"), _VISIT.c.campaign == bindparam("campaign")
    )
)
_LOCK = Statement(select(_VISIT.c.id).where(_VISIT.c.id == bindparam("visit")).with_for_update())
_VERSIONS = Statement(
    select(_VERSION).where(_VERSION.c.visit == bindparam("visit")).order_by(_VERSION.c.version)
)
_ANSWERS = Statement(
    select(*columns(tables.VisitAnswer, "id"))
    .where(_ANSWER.c.visit == bindparam("visit"))
    .order_by(_ANSWER.c.id)
)
_ALL_VERSIONS = Statement(
    select(_VERSION, _VISIT.c.application)
    .join(_VISIT, _VISIT.c.id == _VERSION.c.visit)
    .where(_VISIT.c.campaign == bindparam("campaign"))
    .order_by(_VERSION.c.visit, _VERSION.c.version)
)
_ALL_ANSWERS = Statement(
    select(*columns(tables.VisitAnswer, "id"))
    .join(_VISIT, _VISIT.c.id == _ANSWER.c.visit)
    .where(_VISIT.c.campaign == bindparam("campaign"))
    .order_by(_ANSWER.c.id)
)
_NOTE = Statement(
    update(_VISIT)
    .where(_VISIT.c.id == bindparam("of_visit"))
    .values({column: bindparam(f"new_{column.name}") for column in _OUTLINE})
)
_LATER = _VERSION.alias("later_version")
_STANDS = _VERSION.c.state != VersionState.DROPPED.value
_IS_VISITED = (
    exists()
    .where(
        _VISIT.c.application == _APPLICATION.c.id,
        _VERSION.c.visit == _VISIT.c.id,
        _STANDS,
        not_(_VERSION.c.cancelled),
        not_(
            exists().where(
                _LATER.c.visit == _VERSION.c.visit,
                _LATER.c.version > _VERSION.c.version,
                _LATER.c.state != VersionState.DROPPED.value,
            )
        ),
    )
    .correlate(_APPLICATION)
)
"""What `bot.visits.conflicts.taken` says, in words of the database."""

_UNIT_NAME = json_text(_APPLICATION.c.content, bindparam("unit_field", type_=Text()))
_UNITS = Statement(
    select(_APPLICATION.c.number, _UNIT_NAME)
    .where(
        _APPLICATION.c.campaign == bindparam("campaign"),
        place_in("stages", _APPLICATION.c.stage) > 0,
        unless_given(
            "search",
            or_(
                holds(_APPLICATION.c.number, "pattern"),
                # reading the values is slow: first whether it stands there at all
                and_(
                    place_of(_APPLICATION.c.content, bindparam("content_text", type_=Text())) > 0,
                    holds(_UNIT_NAME, "pattern"),
                ),
            ),
        ),
        or_(bindparam("with_visited", type_=Text()) == literal("*", Text()), not_(_IS_VISITED)),
    )
    .order_by(_APPLICATION.c.seq)
    .limit(bindparam("at_most"))
)
_ADD_ANSWER = Statement(
    insert(_ANSWER).values({column: bindparam(column.name) for column in columns(tables.VisitAnswer, "id")})
)
_ADD_COVERT = Statement(
    upsert(_COVERT)
    .values({column: bindparam(column.name) for column in columns(tables.CovertVisit)})
    .on_conflict_do_nothing()
)
_COVERT_ONES = Statement(
    select(*columns(tables.CovertVisit, "campaign"))
    .where(_COVERT.c.campaign == bindparam("campaign"))
    .order_by(_COVERT.c.id)
)
_CANCEL_COVERT = Statement(
    update(_COVERT)
    .where(_COVERT.c.id == bindparam("of_visit"), _COVERT.c.campaign == bindparam("of_campaign"))
    .values(cancelled=True)
)


class Visits(Part):
    __slots__ = ()

    def add_visit(self, application: str) -> int:
        added = self.session.row(_ADD, {"campaign": self.campaign, "application": application})
        assert added is not None
        return int(added[0])

    def add_visit_version(self, version: VisitVersion) -> None:
        self.session.change(
            _ADD_VERSION,
            {
                "visit": version.visit,
                "version": version.version,
                "plan": _plan_text(version.plan),
                "cancelled": version.cancelled,
                "reason": version.reason,
                "by": version.by,
                "at": to_number(version.at),
                "state": version.state.value,
                "settled_by": version.settled_by,
                "settled_at": None if version.settled_at is None else to_number(version.settled_at),
            },
        )
        self._note(version.visit)

    def settle_visit_version(
        self, visit: int, version: int, state: VersionState, by: int, now: datetime
    ) -> bool:
        which = {"of_visit": visit, "of_version": version}
        settled = {**which, "new_state": state.value, "new_by": by, "new_at": to_number(now)}
        if not self.session.change(_SETTLE, settled):
            return False
        self._note(visit)
        return True

    def visit(self, visit: int) -> Visit | None:
        found = self.session.row(_ONE, {"visit": visit, "campaign": self.campaign})
        if found is None:
            return None
        versions = tuple(to_version(row) for row in self.session.rows(_VERSIONS, {"visit": visit}))
        answers = tuple(to_answer(row) for row in self.session.rows(_ANSWERS, {"visit": visit}))
        return Visit(found[0], found[1], versions, answers)

    def visits(self) -> Sequence[Visit]:
        here = {"campaign": self.campaign}
        versions: dict[tuple[int, str], list[VisitVersion]] = {}
        for *version, application in self.session.rows(_ALL_VERSIONS, here):
            versions.setdefault((version[0], application), []).append(to_version(version))
        answers: dict[int, list[VisitAnswer]] = {}
        for row in self.session.rows(_ALL_ANSWERS, here):
            answers.setdefault(row[0], []).append(to_answer(row))
        return [
            Visit(visit, application, tuple(kept), tuple(answers.get(visit, ())))
            for (visit, application), kept in versions.items()
        ]

    def units_to_visit(self, wanted: UnitQuery) -> Sequence[tuple[str, str]]:
        parameters = {
            "campaign": self.campaign,
            "stages": listed(*wanted.stages),
            "unit_field": wanted.unit_field,
            "search": wanted.search,
            "pattern": containing(wanted.search),
            "content_text": dumps([wanted.search])[2:-2],
            "with_visited": "*" if wanted.with_visited else "",
            "at_most": wanted.limit,
        }
        return [(number, unit) for number, unit in self.session.rows(_UNITS, parameters)]

    def add_visit_answer(self, answer: VisitAnswer) -> None:
        self.session.change(
            _ADD_ANSWER,
            {
                "visit": answer.visit,
                "version": answer.version,
                "person": answer.person,
                "kind": answer.kind.value,
                "words": answer.words,
                "by": answer.by,
                "at": to_number(answer.at),
            },
        )
        self._note(answer.visit)

    def _note(self, visit: int) -> None:
        """Keep the outline of a visit that something was entered about."""
        self.session.row(_LOCK, {"visit": visit})  # what another transaction enters meanwhile is waited for
        kept = self.visit(visit)
        assert kept is not None
        row = _outline_row(outline_of(kept))
        self.session.change(_NOTE, {"of_visit": visit, **{f"new_{name}": row[name] for name in row}})

    def add_covert_visit(self, visit: CovertVisit) -> CovertVisit:
        row = {
            "campaign": self.campaign,
            "application": visit.application,
            "plan": _plan_text(visit.plan),
            "made_by": visit.made_by,
            "at": to_number(visit.at),
            "cancelled": visit.cancelled,
        }
        for place in count():
            number = _covert_number(dumps(row), place)
            if self.session.change(_ADD_COVERT, row | {"id": number}):
                return replace(visit, id=number)
        raise AssertionError("there is always another number")

    def covert_visits(self, person: int) -> Sequence[CovertVisit]:
        rows = self.session.rows(_COVERT_ONES, {"campaign": self.campaign})
        return [one for row in rows if (one := _covert(row)).is_known_to(person)]

    def cancel_covert_visit(self, visit: int) -> None:
        self.session.change(_CANCEL_COVERT, {"of_visit": visit, "of_campaign": self.campaign})


def _covert_number(about: str, place: int) -> int:
    """The number of an unannounced visit: not counted up, or a gap would tell that there are others (I11).

    Six figures, as it is typed in a chat. `place` counts the numbers that were taken.
    """
    mark = hashlib.sha256(f"{about}:{place}".encode()).digest()
    return 100_000 + int.from_bytes(mark[:8]) % 900_000


def _plan_text(plan: VisitPlan) -> str:
    return dumps(
        {
            "day": plan.day.isoformat(),
            "start": f"{plan.start:%H:%M}",
            "end": f"{plan.end:%H:%M}",
            "leader": [plan.leader.person, plan.leader.name],
            "members": [[one.person, one.name] for one in plan.members],
            "contact": plan.contact,
            "phone": plan.phone,
            "place": plan.place,
            "prepare": plan.prepare,
        }
    )


def _plan(text: str) -> VisitPlan:
    data: Mapping[str, Any] = json.loads(text)
    return VisitPlan(
        date.fromisoformat(data["day"]),
        time.fromisoformat(data["start"]),
        time.fromisoformat(data["end"]),
        Inspector(*data["leader"]),
        tuple(Inspector(*one) for one in data["members"]),
        data["contact"],
        data["phone"],
        data["place"],
        data["prepare"],
    )


def _outline_row(outline: Outline) -> Mapping[str, Any]:
    """Days and times as text, so that they sort; persons as `listed` has them."""
    latest, told = outline.latest, outline.told
    return {
        "state": outline.state.value,
        "day": latest.day.isoformat(),
        "start": f"{latest.start:%H:%M}",
        "leader": latest.leader,
        "told_day": told.day.isoformat() if told else "",
        "told_start": f"{told.start:%H:%M}" if told else "",
        "told_leader": told.leader if told else 0,
        "told_team": listed(*(str(one) for one in outline.team)),
        "told_on": outline.is_on,
        "wish": outline.has_wish,
        "agreed": listed(*(str(one) for one in outline.agreed)),
    }


def to_version(row: Sequence[Any]) -> VisitVersion:
    """From the columns of the table."""
    visit, version, plan, cancelled, reason, by, at, state, settled_by, settled_at = row
    settled = None if settled_at is None else to_moment(settled_at)
    return VisitVersion(
        visit, version, _plan(plan), bool(cancelled), reason, by, to_moment(at), VersionState(state),
        settled_by, settled,
    )  # fmt: skip


def to_answer(row: Row) -> VisitAnswer:
    """From the columns of the table but its id."""
    visit, version, person, kind, words, by, at = row
    return VisitAnswer(visit, version, person, AnswerKind(kind), words, by, to_moment(at))


def _covert(row: Row) -> CovertVisit:
    visit, application, plan, made_by, at, cancelled = row
    return CovertVisit(visit, application, _plan(plan), made_by, to_moment(at), bool(cancelled))
