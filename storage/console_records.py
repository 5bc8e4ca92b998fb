"""The lists of the audit log, of late attempts and of people, and all that is on record of one application."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    union_all,
)

from bot.console.query import PAGE, AuditQuery, LateQuery
from bot.model.application import Change, Printed
from bot.model.message import Channel
from bot.ports_console import (
    ClericalNote,
    ListedAudit,
    ListedLate,
    ListedMessage,
    MemberAddress,
    Page,
    RevisedBy,
    Said,
    Scope,
)
from storage import console_tables, staff_tables, tables
from storage.console_applications import scope_parameter, within
from storage.console_messages import MESSAGE_COLUMNS, VISIBLE, of_staff, to_message
from storage.part import Part
from storage.session import Row, Statement
from storage.sql import json_text, place_of, unless_given
from storage.tables import columns, table, to_moment, to_number

_APPLICATION = table(tables.Application)
_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)
_UNREACHABLE = table(tables.Unreachable)
_AUDIT = table(tables.Audit)
_LATE = table(tables.LateAttempt)
_REVISION = table(tables.Revision)
_INBOX = table(tables.Inbox)
_OUTBOX = table(tables.Outbox)
_PRINT = table(tables.Print)
_ALARM = table(tables.Alarm)
_SETTING = table(tables.Setting)
_MEMBERSHIP = table(staff_tables.Membership)
_NOTE = table(console_tables.ClericalNote)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


# the audit log

_COVERT = literal("covert", Text())
_BY_PERSON = or_(
    bindparam("person", type_=Integer()) == 0, _AUDIT.c.person == bindparam("person", type_=Integer())
)
_OF_ONE = _AUDIT.c.application == _text("application")
_OPEN_TO = or_(
    _AUDIT.c.action != _COVERT,
    place_of(
        _text("own"), literal(",visit", Text()) + json_text(_AUDIT.c.details, literal("covert", Text())) + ","
    )
    > 0,
    place_of(
        _text("own"),
        literal(",sheet", Text()) + json_text(_AUDIT.c.details, literal("covert_sheet", Text())) + ",",
    )
    > 0,
)
"""Lines of what is not announced are there for whoever made them alone: not even their number is told."""
_BY_ACTION = select(_AUDIT.c.action, func.count()).where(_BY_PERSON).group_by(_AUDIT.c.action)
_SUMS_OF_ONE = Statement(_BY_ACTION.where(_OF_ONE, _OPEN_TO))
_SUMS = Statement(
    union_all(  # apart, so that all but a few are counted without a look at the lines themselves
        _BY_ACTION.where(_AUDIT.c.action != _COVERT), _BY_ACTION.where(_AUDIT.c.action == _COVERT, _OPEN_TO)
    )
)
_AUDIT_ROWS = (
    select(
        *(_AUDIT.c[name] for name in ("id", "at", "action", "application")),
        func.coalesce(_APPLICATION.c.number, ""),
        _AUDIT.c.person,
        func.coalesce(_PERSON.c.name, ""),
        _AUDIT.c.channel,
        _AUDIT.c.details,
    )
    .select_from(_AUDIT)
    .outerjoin(_APPLICATION, _APPLICATION.c.id == _AUDIT.c.application)
    .outerjoin(_PERSON, _PERSON.c.id == _AUDIT.c.person)
)
_OF_ACTION = _AUDIT.c.action == _text("action")
_AUDIT_PAGES = {
    (of_one, of_action, down): Statement(
        _AUDIT_ROWS.where(
            _BY_PERSON, _OPEN_TO, *([_OF_ONE] if of_one else []), *([_OF_ACTION] if of_action else [])
        )
        .order_by(_AUDIT.c.id.desc() if down else _AUDIT.c.id)
        .limit(bindparam("at_most"))
        .offset(bindparam("after"))
    )
    for of_one in (False, True)
    for of_action in (False, True)
    for down in (False, True)
}
"""A statement for each kind of look, so that the index of its own serves it."""
_AUDIT_OF = Statement(_AUDIT_ROWS.where(_AUDIT.c.application == _text("application")).order_by(_AUDIT.c.id))

# what came late

LATE_WANTED = and_(
    or_(_APPLICATION.c.id.is_(None), _APPLICATION.c.campaign == _text("campaign")),
    or_(
        _text("scope") == literal("*", Text()),
        and_(_APPLICATION.c.id.is_not(None), within(_APPLICATION.c.body)),
    ),
    unless_given("application", _LATE.c.application == _text("application")),
)
FROM_LATE = _LATE.outerjoin(_APPLICATION, _APPLICATION.c.id == _LATE.c.application).join(
    _PERSON, _PERSON.c.id == _LATE.c.person
)
_LATE_SUMS = Statement(
    select(_LATE.c.what, func.count()).select_from(FROM_LATE).where(LATE_WANTED).group_by(_LATE.c.what)
)
_LATE_ROWS = (
    select(
        *(_LATE.c[name] for name in ("id", "at", "application")),
        func.coalesce(_APPLICATION.c.number, ""),
        json_text(func.coalesce(_APPLICATION.c.content, "{}"), _text("unit_field")),
        _LATE.c.person,
        _PERSON.c.name,
        _LATE.c.what,
        _LATE.c.text,
    )
    .select_from(FROM_LATE)
    .where(LATE_WANTED)
    .limit(bindparam("at_most"))
    .offset(bindparam("after"))
)
_LATE_PAGES = {
    down: Statement(_LATE_ROWS.order_by(_LATE.c.id.desc() if down else _LATE.c.id)) for down in (False, True)
}

# people, alarms, settings

_ADDRESSES = Statement(
    select(
        _MEMBERSHIP.c.id,
        _MEMBERSHIP.c.person,
        _PERSON.c.name,
        _MEMBERSHIP.c.role,
        _MEMBERSHIP.c.body,
        _MEMBERSHIP.c.deputy,
        func.coalesce(_IDENTITY.c.channel, ""),
        func.coalesce(_IDENTITY.c.address, ""),
        _UNREACHABLE.c.at,
    )
    .select_from(_MEMBERSHIP)
    .join(_PERSON, _PERSON.c.id == _MEMBERSHIP.c.person)
    .outerjoin(_IDENTITY, _IDENTITY.c.person == _MEMBERSHIP.c.person)
    .outerjoin(
        _UNREACHABLE,
        and_(_UNREACHABLE.c.channel == _IDENTITY.c.channel, _UNREACHABLE.c.address == _IDENTITY.c.address),
    )
    .where(_MEMBERSHIP.c.campaign == _text("campaign"), _MEMBERSHIP.c.ended_at.is_(None))
    .order_by(_MEMBERSHIP.c.role, _MEMBERSHIP.c.body, _MEMBERSHIP.c.deputy, _MEMBERSHIP.c.id, _IDENTITY.c.id)
)
_EVERY_ADDRESS = Statement(
    select(_IDENTITY.c.person, _IDENTITY.c.channel, _IDENTITY.c.address, _UNREACHABLE.c.at)
    .outerjoin(
        _UNREACHABLE,
        and_(_UNREACHABLE.c.channel == _IDENTITY.c.channel, _UNREACHABLE.c.address == _IDENTITY.c.address),
    )
    .order_by(_IDENTITY.c.id)
)
_ALARMS = Statement(
    select(_ALARM.c.kind, _ALARM.c.text, _ALARM.c.at)
    .where(_ALARM.c.closed_at.is_(None))
    .order_by(_ALARM.c.id)
)
_SETTINGS = Statement(
    select(_SETTING.c.key, _SETTING.c.value).where(
        _SETTING.c.key.startswith(_text("prefix"), autoescape=False)
    )
)

# one application


def _persons() -> Select[Any]:
    """Everybody who ever filled it."""
    return select(
        union(
            select(_APPLICATION.c.holder.label("person")).where(_APPLICATION.c.id == _text("application")),
            select(_REVISION.c.person).where(_REVISION.c.application == _text("application")),
        ).subquery()
    )


_REVISIONS = Statement(
    select(
        _REVISION.c.at,
        _REVISION.c.person,
        _PERSON.c.name,
        _REVISION.c.channel,
        _REVISION.c.field,
        _REVISION.c.value,
        _REVISION.c.previous,
    )
    .join(_PERSON, _PERSON.c.id == _REVISION.c.person)
    .where(_REVISION.c.application == _text("application"))
    .order_by(_REVISION.c.id)
)
_SAID = Statement(
    select(
        *(_INBOX.c[name] for name in ("key", "arrived_at", "person")),
        _PERSON.c.name,
        *(_INBOX.c[name] for name in ("channel", "kind", "text", "replies", "state")),
    )
    .join(_PERSON, _PERSON.c.id == _INBOX.c.person)
    .where(_INBOX.c.person.in_(_persons()), ~of_staff(_INBOX.c.person))
    .order_by(_INBOX.c.id.desc())
    .limit(bindparam("at_most"))
)
_TOLD = Statement(
    select(*MESSAGE_COLUMNS)
    .select_from(_OUTBOX.outerjoin(_PERSON, _PERSON.c.id == _OUTBOX.c.person))
    .where(_OUTBOX.c.person.in_(_persons()), VISIBLE)
    .order_by(_OUTBOX.c.id.desc())
    .limit(bindparam("at_most"))
)
_PRINTS = Statement(
    select(*columns(tables.Print))
    .where(_PRINT.c.application == _text("application"))
    .order_by(_PRINT.c.printed_at, _PRINT.c.code)
)
_NOTES = Statement(
    select(_NOTE.c.id, _NOTE.c.application, _NOTE.c.person, _PERSON.c.name, _NOTE.c.text, _NOTE.c.at)
    .join(_PERSON, _PERSON.c.id == _NOTE.c.person)
    .where(_NOTE.c.application == _text("application"))
    .order_by(_NOTE.c.id)
)
_ADD_NOTE = Statement(
    insert(_NOTE).values(
        {column: bindparam(column.name) for column in columns(console_tables.ClericalNote, "id")}
    )
)


class RecordLists(Part):
    __slots__ = ()

    def list_audit(
        self, query: AuditQuery, own: Collection[str] = (), limit: int | None = None
    ) -> Page[ListedAudit, str]:
        mine = f",{','.join(own)},"
        wanted = {"application": query.application, "person": query.person, "own": mine}
        counted = self.session.rows(_SUMS_OF_ONE if query.application else _SUMS, wanted)
        sums = {str(action): int(count) for action, count in counted}
        total = sums.get(query.action, 0) if query.action else sum(sums.values())
        first = (query.page - 1) * PAGE if limit is None else 0
        page = {"action": query.action, "at_most": limit or PAGE, "after": first}
        asked = (bool(query.application), bool(query.action), query.descending)
        rows = self.session.rows(_AUDIT_PAGES[asked], wanted | page)
        return Page(tuple(_audited(row) for row in rows), total, sums)

    def list_late(self, query: LateQuery, scope: Scope, unit_field: str) -> Page[ListedLate, str]:
        wanted = {
            "campaign": self.campaign,
            "scope": scope_parameter(scope),
            "application": query.application,
        }
        sums = {str(what): int(count) for what, count in self.session.rows(_LATE_SUMS, wanted)}
        page = {"unit_field": unit_field, "at_most": PAGE, "after": (query.page - 1) * PAGE}
        rows = self.session.rows(_LATE_PAGES[query.descending], wanted | page)
        found = tuple(ListedLate(number, to_moment(at), *rest) for number, at, *rest in rows)
        return Page(found, sum(sums.values()), sums)

    def member_addresses(self) -> Sequence[MemberAddress]:
        return [
            MemberAddress(
                membership,
                person,
                name,
                role,
                body,
                bool(deputy),
                channel,
                address,
                None if at is None else to_moment(at),
            )
            for membership, person, name, role, body, deputy, channel, address, at in self.session.rows(
                _ADDRESSES, {"campaign": self.campaign}
            )
        ]

    def every_address(self) -> Mapping[int, Sequence[tuple[Channel, str, bool]]]:
        found: dict[int, list[tuple[Channel, str, bool]]] = {}
        for person, channel, address, unreachable_at in self.session.rows(_EVERY_ADDRESS):
            found.setdefault(person, []).append((Channel(channel), address, unreachable_at is None))
        return found

    def open_alarms(self) -> Sequence[tuple[str, str, datetime]]:
        return [(kind, text, to_moment(at)) for kind, text, at in self.session.rows(_ALARMS)]

    def settings(self, prefix: str) -> Mapping[str, str]:
        return dict(self.session.rows(_SETTINGS, {"prefix": prefix}))

    def revisions(self, application: str) -> Sequence[RevisedBy]:
        return [
            RevisedBy(to_moment(at), person, name, channel, Change(field, value, previous))
            for at, person, name, channel, field, value, previous in self.session.rows(
                _REVISIONS, {"application": application}
            )
        ]

    def said(self, application: str, limit: int) -> Sequence[Said]:
        rows = self.session.rows(_SAID, {"application": application, "at_most": limit})
        return [
            Said(
                key or "",
                to_moment(at),
                person,
                name,
                channel,
                kind,
                text,
                tuple(json.loads(replies)),
                state == "failed",
            )
            for key, at, person, name, channel, kind, text, replies, state in reversed(rows)
        ]

    def messages_about(self, application: str, limit: int) -> Sequence[ListedMessage]:
        rows = self.session.rows(_TOLD, {"application": application, "at_most": limit})
        return [to_message(row) for row in reversed(rows)]

    def audit_of(self, application: str) -> Sequence[ListedAudit]:
        return [_audited(row) for row in self.session.rows(_AUDIT_OF, {"application": application})]

    def prints_of(self, application: str) -> Sequence[Printed]:
        return [
            Printed(known, version, code, sha256, to_moment(at))
            for code, known, version, sha256, at in self.session.rows(_PRINTS, {"application": application})
        ]

    def clerical_notes(self, application: str) -> Sequence[ClericalNote]:
        return [
            ClericalNote(number, known, person, name, text, to_moment(at))
            for number, known, person, name, text, at in self.session.rows(
                _NOTES, {"application": application}
            )
        ]

    def add_clerical_note(self, application: str, person: int, text: str, now: datetime) -> None:
        self.session.change(
            _ADD_NOTE, {"application": application, "person": person, "text": text, "at": to_number(now)}
        )


def _audited(row: Row) -> ListedAudit:
    number, at, action, application, named, person, name, channel, details = row
    return ListedAudit(
        number, to_moment(at), action, application, named, person, name, channel, json.loads(details)
    )
