"""The office's approved answers, version by version, and the questions that wait for one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.model.answers import ApprovedAnswer, Asked
from storage import tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_ANSWER = table(tables.ApprovedAnswer)
_QUESTION = table(tables.Question)
_SETTING = table(tables.Setting)
_TOLD = table(tables.AnswerTold)
_ACTIVE, _WITHDRAWN = "active", "withdrawn"

_KEEP = Statement(
    insert(_ANSWER)
    .values({column: bindparam(column.name) for column in columns(tables.ApprovedAnswer, "id")})
    .on_conflict_do_nothing()
)
_VERSIONS = Statement(
    select(*columns(tables.ApprovedAnswer, "id", "campaign"))
    .where(_ANSWER.c.campaign == bindparam("campaign"))
    .order_by(_ANSWER.c.number, _ANSWER.c.version)
)
_LATER = _ANSWER.alias("later")
_IS_LATEST = ~exists().where(
    _LATER.c.campaign == _ANSWER.c.campaign,
    _LATER.c.number == _ANSWER.c.number,
    _LATER.c.version > _ANSWER.c.version,
)
_ONE_LOOK = select(
    select(_SETTING.c.value).where(_SETTING.c.key == bindparam("key")).scalar_subquery().label("set")
).subquery()
_DECIDED = Statement(
    select(_ONE_LOOK.c.set, *columns(tables.ApprovedAnswer, "id", "campaign"))
    .select_from(
        _ONE_LOOK.outerjoin(
            _ANSWER,
            and_(
                _ANSWER.c.campaign == bindparam("campaign"),
                _ANSWER.c.open_point == bindparam("open_point"),
                _ANSWER.c.open_point != "",
                _ANSWER.c.state == _ACTIVE,
                _IS_LATEST,
            ),
        )
    )
    .order_by(_ANSWER.c.number)
)
_REFUSED = Statement(
    select(_QUESTION.c.id, _QUESTION.c.person, _QUESTION.c.text, _QUESTION.c.at)
    .where(_QUESTION.c.refused, _QUESTION.c.id > bindparam("after"))
    .order_by(_QUESTION.c.id)
    .limit(bindparam("at_most"))
)
_TELL = Statement(
    insert(_TOLD)
    .values({column: bindparam(column.name) for column in columns(tables.AnswerTold)})
    .on_conflict_do_nothing()
)
_WHO_WAS_TOLD = Statement(
    select(_TOLD.c.person, func.max(_TOLD.c.version))
    .where(_TOLD.c.campaign == bindparam("campaign"), _TOLD.c.number == bindparam("number"))
    .group_by(_TOLD.c.person)
)
_TOLD_COUNTS = Statement(
    select(_TOLD.c.number, func.count(_TOLD.c.person.distinct()))
    .where(_TOLD.c.campaign == bindparam("campaign"))
    .group_by(_TOLD.c.number)
)


class Answers(Part):
    __slots__ = ()

    def keep_answer(self, answer: ApprovedAnswer) -> bool:
        return bool(
            self.session.change(
                _KEEP,
                {
                    "campaign": self.campaign,
                    "number": answer.number,
                    "version": answer.version,
                    "question": answer.question,
                    "wordings": dumps(answer.wordings),
                    "text": answer.text,
                    "clauses": dumps(answer.clauses),
                    "author": answer.author,
                    "decided_on": answer.decided_on.isoformat(),
                    "open_point": answer.open_point,
                    "state": _ACTIVE if answer.active else _WITHDRAWN,
                    "reason": answer.reason,
                    "created_at": to_number(answer.created_at),
                },
            )
        )

    def decided(self, setting: str, open_point: str) -> tuple[str | None, Sequence[ApprovedAnswer]]:
        asked = {"campaign": self.campaign, "key": setting, "open_point": open_point}
        rows = self.once((_DECIDED, setting, open_point), lambda: self.session.rows(_DECIDED, asked))
        return rows[0][0], [_answer(row[1:]) for row in rows if row[1] is not None]

    def answer_versions(self) -> Sequence[ApprovedAnswer]:
        return [_answer(row) for row in self.session.rows(_VERSIONS, {"campaign": self.campaign})]

    def refused_questions(self, after: int, limit: int) -> Sequence[Asked]:
        rows = self.session.rows(_REFUSED, {"after": after, "at_most": limit})
        return [Asked(number, person, text, to_moment(at)) for number, person, text, at in rows]

    def tell_answer(self, number: int, version: int, person: int, now: datetime) -> bool:
        told = {"campaign": self.campaign, "number": number, "version": version, "person": person}
        return bool(self.session.change(_TELL, {**told, "at": to_number(now)}))

    def told(self, number: int) -> Mapping[int, int]:
        return dict(self.session.rows(_WHO_WAS_TOLD, {"campaign": self.campaign, "number": number}))

    def told_counts(self) -> Mapping[int, int]:
        return dict(self.session.rows(_TOLD_COUNTS, {"campaign": self.campaign}))


def _answer(row: Row) -> ApprovedAnswer:
    number, version, question, wordings, text, clauses, author, decided_on, point, state, reason, at = row
    return ApprovedAnswer(
        number,
        version,
        question,
        tuple(json.loads(wordings)),
        text,
        tuple(json.loads(clauses)),
        author,
        date.fromisoformat(decided_on),
        point,
        state == _ACTIVE,
        reason,
        to_moment(at),
    )
