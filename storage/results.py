"""Review outcomes, the final list, public notice, objections and plaques."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.results import (
    EntryKind,
    FinalDecision,
    Informant,
    ListApproval,
    Listed,
    Mark,
    Objection,
    ObjectionEntry,
    Outcome,
    Plaque,
    Received,
    Release,
    ReleaseKind,
    ReleaseState,
    ReviewOutcome,
)
from storage import result_tables
from storage.part import Part
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_REVIEW = table(result_tables.ReviewOutcome)
_DECISION = table(result_tables.FinalDecision)
_APPROVAL = table(result_tables.ListApproval)
_RELEASE = table(result_tables.Release)
_OBJECTION = table(result_tables.Objection)
_INFORMANT = table(result_tables.Informant)
_ENTRY = table(result_tables.ObjectionEntry)
_PLAQUE = table(result_tables.Plaque)

_REVIEW_COLUMNS = columns(result_tables.ReviewOutcome, "id", "campaign")
_REVIEWS = select(*_REVIEW_COLUMNS).where(_REVIEW.c.campaign == bindparam("campaign")).order_by(_REVIEW.c.id)
_ALL_REVIEWS = Statement(_REVIEWS)
_REVIEWS_OF = Statement(_REVIEWS.where(_REVIEW.c.application == bindparam("application")))
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
_DECISIONS = Statement(
    select(*columns(result_tables.FinalDecision, "id", "campaign"))
    .where(_DECISION.c.campaign == bindparam("campaign"))
    .order_by(_DECISION.c.id)
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
_LAST_NUMBER = Statement(
    select(func.max(_OBJECTION.c.number)).where(_OBJECTION.c.campaign == bindparam("campaign"))
)
_ADD_OBJECTION = Statement(
    insert(_OBJECTION)
    .values({column: bindparam(column.name) for column in columns(result_tables.Objection, "id")})
    .returning(_OBJECTION.c.id)
)
_OBJECTIONS = Statement(
    select(*columns(result_tables.Objection, "id", "campaign"))
    .where(_OBJECTION.c.campaign == bindparam("campaign"))
    .order_by(_OBJECTION.c.number)
)
_OBJECTION_ID = Statement(
    select(_OBJECTION.c.id).where(
        _OBJECTION.c.campaign == bindparam("campaign"), _OBJECTION.c.number == bindparam("number")
    )
)
_ADD_INFORMANT = Statement(
    insert(_INFORMANT).values({column: bindparam(column.name) for column in columns(result_tables.Informant)})
)
_INFORMANT_OF = Statement(
    select(_INFORMANT.c.name, _INFORMANT.c.contact)
    .join(_OBJECTION, _OBJECTION.c.id == _INFORMANT.c.objection)
    .where(_OBJECTION.c.campaign == bindparam("campaign"), _OBJECTION.c.number == bindparam("number"))
)
_ADD_ENTRY = Statement(
    insert(_ENTRY).values(
        {column: bindparam(column.name) for column in columns(result_tables.ObjectionEntry, "id")}
    )
)
_ENTRIES = Statement(
    select(_OBJECTION.c.number, _ENTRY.c.kind, _ENTRY.c.text, _ENTRY.c.by, _ENTRY.c.at)
    .join(_OBJECTION, _OBJECTION.c.id == _ENTRY.c.objection)
    .where(_OBJECTION.c.campaign == bindparam("campaign"))
    .order_by(_ENTRY.c.id)
)
_ADD_PLAQUE = Statement(
    upsert(_PLAQUE)
    .values({column: bindparam(column.name) for column in columns(result_tables.Plaque)})
    .on_conflict_do_nothing()
)
_PLAQUES = Statement(
    select(*columns(result_tables.Plaque, "campaign"))
    .where(_PLAQUE.c.campaign == bindparam("campaign"))
    .order_by(_PLAQUE.c.at, _PLAQUE.c.application)
)


class Results(Part):
    __slots__ = ()

    def add_review(self, outcome: ReviewOutcome) -> ReviewOutcome:
        named = {"application": outcome.application, "reviewer": outcome.reviewer}
        last = self.session.row(_LAST_REVISION, named)
        kept = replace(outcome, revision=((last[0] or 0) if last else 0) + 1)
        row = {
            "campaign": self.campaign,
            "revision": kept.revision,
            "marks": _marks_json(kept.marks),
            "deck": kept.deck,
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

    def decisions(self) -> Sequence[FinalDecision]:
        rows = self.session.rows(_DECISIONS, {"campaign": self.campaign})
        return [
            FinalDecision(known, Outcome(outcome), reason, by, to_moment(at))
            for known, outcome, reason, by, at in rows
        ]

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
        return [_release(row) for row in self.session.rows(_RELEASES, {"campaign": self.campaign})]

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

    def add_objection(self, objection: Objection, informant: Informant | None) -> Objection:
        last = self.session.row(_LAST_NUMBER, {"campaign": self.campaign})
        number = ((last[0] or 0) if last else 0) + 1
        added = self.session.row(
            _ADD_OBJECTION,
            {
                "campaign": self.campaign,
                "number": number,
                "received": objection.received.value,
                "received_on": objection.received_on.isoformat(),
                "signed": objection.signed,
                "late": objection.late,
                "application": objection.application or None,
                "subject": objection.subject,
                "by": objection.by,
                "at": to_number(objection.at),
            },
        )
        assert added is not None
        if informant is not None:
            row = {"objection": added[0], "name": informant.name, "contact": informant.contact}
            self.session.change(_ADD_INFORMANT, row)
        return replace(objection, number=number)

    def objections(self) -> Sequence[Objection]:
        return [_objection(row) for row in self.session.rows(_OBJECTIONS, {"campaign": self.campaign})]

    def informant(self, objection: int) -> Informant | None:
        found = self.session.row(_INFORMANT_OF, {"campaign": self.campaign, "number": objection})
        return None if found is None else Informant(*found)

    def add_objection_entry(self, entry: ObjectionEntry) -> None:
        named = {"campaign": self.campaign, "number": entry.objection}
        found = self.session.row(_OBJECTION_ID, named)
        if found is None:
            raise KeyError(f"no objection {entry.objection}")
        row = {
            "objection": found[0],
            "kind": entry.kind.value,
            "text": entry.text,
            "by": entry.by,
            "at": to_number(entry.at),
        }
        self.session.change(_ADD_ENTRY, row)

    def objection_entries(self) -> Sequence[ObjectionEntry]:
        rows = self.session.rows(_ENTRIES, {"campaign": self.campaign})
        return [
            ObjectionEntry(number, EntryKind(kind), text, by, to_moment(at))
            for number, kind, text, by, at in rows
        ]

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


def _objection(row: Row) -> Objection:
    number, received, on, signed, late, application, subject, by, at = row
    day = date.fromisoformat(on)
    return Objection(
        number,
        Received(received),
        day,
        bool(signed),
        bool(late),
        application or "",
        subject,
        by,
        to_moment(at),
    )
