"""Review outcomes, decisions, the leader's approval, what is made public, plaques."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.results import (
    FinalDecision,
    ListApproval,
    Listed,
    Mark,
    Outcome,
    Plaque,
    Release,
    ReleaseKind,
    ReleaseState,
    ReviewOutcome,
)
from storage import result_tables
from storage.objections import Objections
from storage.result_course import among, some
from storage.result_lists import ResultLists
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_REVIEW = table(result_tables.ReviewOutcome)
_DECISION = table(result_tables.FinalDecision)
_APPROVAL = table(result_tables.ListApproval)
_RELEASE = table(result_tables.Release)
_PLAQUE = table(result_tables.Plaque)

_REVIEW_COLUMNS = columns(result_tables.ReviewOutcome, "id", "campaign", "key")
_REVIEWS = select(*_REVIEW_COLUMNS).where(_REVIEW.c.campaign == bindparam("campaign")).order_by(_REVIEW.c.id)
_ALL_REVIEWS = Statement(_REVIEWS)
_REVIEWS_OF = Statement(_REVIEWS.where(_REVIEW.c.application == bindparam("application")))
_REVIEWS_OF_SOME = Statement(_REVIEWS.where(some(_REVIEW.c.application)))
_LAST_REVISION = Statement(
    select(func.max(_REVIEW.c.revision)).where(
        _REVIEW.c.application == bindparam("application"), _REVIEW.c.reviewer == bindparam("reviewer")
    )
)
_ADD_REVIEW = Statement(
    insert(_REVIEW).values(
        {column: bindparam(column.name) for column in columns(result_tables.ReviewOutcome, "id")}
    )
)
_ADD_DECISION = Statement(
    insert(_DECISION).values(
        {column: bindparam(column.name) for column in columns(result_tables.FinalDecision, "id")}
    )
)
_LIST_DECISIONS = select(*columns(result_tables.FinalDecision, "id", "campaign")).where(
    _DECISION.c.campaign == bindparam("campaign")
)
_DECISIONS = Statement(_LIST_DECISIONS.order_by(_DECISION.c.id))
_DECISION_ON = Statement(
    _LIST_DECISIONS.where(_DECISION.c.application == bindparam("application"))
    .order_by(_DECISION.c.id.desc())
    .limit(1)
)
_ADD_APPROVAL = Statement(
    insert(_APPROVAL).values(
        {column: bindparam(column.name) for column in columns(result_tables.ListApproval, "id")}
    )
)
_APPROVALS = Statement(
    select(*columns(result_tables.ListApproval, "id", "campaign"))
    .where(_APPROVAL.c.campaign == bindparam("campaign"))
    .order_by(_APPROVAL.c.id)
)
_ADD_RELEASE = Statement(
    insert(_RELEASE)
    .values({column: bindparam(column.name) for column in columns(result_tables.Release, "id")})
    .returning(_RELEASE.c.id)
)
_RELEASES = Statement(
    select(*columns(result_tables.Release, "campaign"))
    .where(_RELEASE.c.campaign == bindparam("campaign"))
    .order_by(_RELEASE.c.id)
)
_SET_RELEASE = Statement(
    update(_RELEASE)
    .where(_RELEASE.c.id == bindparam("release"), _RELEASE.c.campaign == bindparam("campaign"))
    .values(state=bindparam("new_state"), released_by=bindparam("who"), released_at=bindparam("moment"))
)
_ADD_PLAQUE = Statement(
    upsert(_PLAQUE)
    .values({column: bindparam(column.name) for column in columns(result_tables.Plaque)})
    .on_conflict_do_nothing()
)
_SIGN_PLAQUE = Statement(
    update(_PLAQUE)
    .where(
        _PLAQUE.c.application == bindparam("of_application"), _PLAQUE.c.campaign == bindparam("of_campaign")
    )
    .values(signature=bindparam("paper"))
)
_PLAQUES = Statement(
    select(*columns(result_tables.Plaque, "campaign"))
    .where(_PLAQUE.c.campaign == bindparam("campaign"))
    .order_by(_PLAQUE.c.at, _PLAQUE.c.application)
)


class Results(Objections, ResultLists):
    """`bot.ports_results.ResultStore`."""

    __slots__ = ()

    def add_review(self, outcome: ReviewOutcome, key: str = "") -> ReviewOutcome:
        named = {"application": outcome.application, "reviewer": outcome.reviewer}
        last = self.session.row(_LAST_REVISION, named)
        kept = replace(outcome, revision=((last[0] or 0) if last else 0) + 1)
        row = {
            "campaign": self.campaign,
            "revision": kept.revision,
            "marks": _marks_json(kept.marks),
            "deck": kept.deck,
            "key": key,
            "by": kept.by,
            "at": to_number(kept.at),
        }
        self.session.change(_ADD_REVIEW, {**named, **row})
        return kept

    def reviews(self, application: str | None = None) -> Sequence[ReviewOutcome]:
        ours = {"campaign": self.campaign}
        if application is None:
            return [_review(row) for row in self.session.rows(_ALL_REVIEWS, ours)]
        return [_review(row) for row in self.session.rows(_REVIEWS_OF, {**ours, "application": application})]

    def reviews_of(self, applications: Sequence[str]) -> Sequence[ReviewOutcome]:
        asked = among(applications)
        if asked is None:
            return [one for one in self.reviews() if one.application in set(applications)]
        rows = self.session.rows(_REVIEWS_OF_SOME, {"campaign": self.campaign, **asked})
        return [_review(row) for row in rows]

    def add_decision(self, decision: FinalDecision) -> None:
        self.session.change(
            _ADD_DECISION,
            {
                "campaign": self.campaign,
                "application": decision.application,
                "outcome": decision.outcome.value,
                "reason": decision.reason,
                "by": decision.by,
                "at": to_number(decision.at),
            },
        )

    def decision(self, application: str) -> FinalDecision | None:
        ours = {"campaign": self.campaign, "application": application}
        found = self.session.row(_DECISION_ON, ours)
        return None if found is None else _decision(found)

    def decisions(self) -> Sequence[FinalDecision]:
        return [_decision(row) for row in self.session.rows(_DECISIONS, {"campaign": self.campaign})]

    def add_approval(self, approval: ListApproval) -> None:
        self.session.change(
            _ADD_APPROVAL,
            {
                "campaign": self.campaign,
                "document": approval.document,
                "leader": approval.leader,
                "decided_on": approval.decided_on.isoformat(),
                "listed": _listed_json(approval.listed),
                "by": approval.by,
                "at": to_number(approval.at),
            },
        )

    def approvals(self) -> Sequence[ListApproval]:
        rows = self.session.rows(_APPROVALS, {"campaign": self.campaign})
        return [
            ListApproval(document, leader, date.fromisoformat(on), _listed(listed), by, to_moment(at))
            for document, leader, on, listed, by, at in rows
        ]

    def add_release(self, release: Release) -> Release:
        added = self.session.row(
            _ADD_RELEASE,
            {
                "campaign": self.campaign,
                "kind": release.kind.value,
                "listed": _listed_json(release.listed),
                "document": release.document,
                "link": release.link,
                "starts": release.starts.isoformat(),
                "ends": release.ends.isoformat(),
                "workdays": release.workdays,
                "channel": release.channel,
                "drafted_by": release.drafted_by,
                "drafted_at": to_number(release.drafted_at),
                "state": release.state.value,
                "released_by": release.released_by,
                "released_at": None if release.released_at is None else to_number(release.released_at),
            },
        )
        assert added is not None
        return replace(release, id=added[0])

    def releases(self) -> Sequence[Release]:
        ours = {"campaign": self.campaign}
        return self.once(_RELEASES, lambda: [_release(row) for row in self.session.rows(_RELEASES, ours)])

    def set_release(
        self, release: int, state: ReleaseState, released_by: int | None, now: datetime | None
    ) -> None:
        row = {
            "campaign": self.campaign,
            "release": release,
            "new_state": state.value,
            "who": released_by,
            "moment": None if now is None else to_number(now),
        }
        if not self.session.change(_SET_RELEASE, row):
            raise KeyError(f"no release {release}")

    def add_plaque(self, plaque: Plaque) -> bool:
        row = {
            "application": plaque.application,
            "campaign": self.campaign,
            "unit": plaque.unit,
            "taken_by": plaque.taken_by,
            "handed_on": plaque.handed_on.isoformat(),
            "signature": plaque.signature,
            "by": plaque.by,
            "at": to_number(plaque.at),
        }
        return bool(self.session.change(_ADD_PLAQUE, row))

    def sign_plaque(self, application: str, signature: str) -> None:
        row = {"of_campaign": self.campaign, "of_application": application, "paper": signature}
        if not self.session.change(_SIGN_PLAQUE, row):
            raise KeyError(f"no plaque of {application}")

    def plaques(self) -> Sequence[Plaque]:
        rows = self.session.rows(_PLAQUES, {"campaign": self.campaign})
        return [
            Plaque(known, unit, taken_by, date.fromisoformat(on), signature, by, to_moment(at))
            for known, unit, taken_by, on, signature, by, at in rows
        ]


def _marks_json(marks: Mapping[str, Mark]) -> str:
    kept = {
        clause: ["" if mark.score is None else str(mark.score), mark.remark] for clause, mark in marks.items()
    }
    return json.dumps(kept, ensure_ascii=False)


def _review(row: Row) -> ReviewOutcome:
    application, reviewer, revision, marks, deck, by, at = row
    read = {
        clause: Mark(Fraction(score) if score else None, remark)
        for clause, (score, remark) in json.loads(marks).items()
    }
    return ReviewOutcome(application, reviewer, revision, read, deck, by, to_moment(at))


def _decision(row: Row) -> FinalDecision:
    application, outcome, reason, by, at = row
    return FinalDecision(application, Outcome(outcome), reason, by, to_moment(at))


def _listed_json(listed: Sequence[Listed]) -> str:
    return json.dumps([[one.application, one.number, one.unit] for one in listed], ensure_ascii=False)


def _listed(text: str) -> tuple[Listed, ...]:
    return tuple(Listed(*one) for one in json.loads(text))


def _release(row: Row) -> Release:
    (
        release, kind, listed, document, link, starts, ends, workdays, channel, drafted_by, drafted_at, state,
        released_by, released_at,
    ) = row  # fmt: skip
    return Release(
        release, ReleaseKind(kind), _listed(listed), document, link, date.fromisoformat(starts),
        date.fromisoformat(ends), workdays, channel, drafted_by, to_moment(drafted_at), ReleaseState(state),
        released_by, None if released_at is None else to_moment(released_at),
    )  # fmt: skip
