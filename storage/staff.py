"""Roles, and applications as they are seen from above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Invitation, Membership, Role
from storage import staff_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_MEMBERSHIP = table(staff_tables.Membership)
_INVITATION = table(staff_tables.Invitation)
_BODY_DATE = table(staff_tables.BodyDate)
_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)
_APPLICATION = table(tables.Application)

_NOW_OURS = and_(_MEMBERSHIP.c.campaign == bindparam("campaign"), _MEMBERSHIP.c.ended_at.is_(None))
MEMBERS = (
    select(
        _MEMBERSHIP.c.id,
        _MEMBERSHIP.c.person,
        _MEMBERSHIP.c.role,
        _MEMBERSHIP.c.body,
        _MEMBERSHIP.c.deputy,
        _PERSON.c.name,
    )
    .join(_PERSON, _PERSON.c.id == _MEMBERSHIP.c.person)
    .where(_NOW_OURS)
    .order_by(_MEMBERSHIP.c.deputy, _MEMBERSHIP.c.id)
)
_ALL = Statement(MEMBERS)
_IN_ROLE = Statement(
    MEMBERS.where(
        _MEMBERSHIP.c.role == bindparam("role"),
        or_(bindparam("body") == "", _MEMBERSHIP.c.body == bindparam("body")),
        or_(bindparam("name") == "", _PERSON.c.name == bindparam("name")),
    )
)
_AT = Statement(
    MEMBERS.join(_IDENTITY, _IDENTITY.c.person == _MEMBERSHIP.c.person).where(
        _IDENTITY.c.channel == bindparam("channel"), _IDENTITY.c.address == bindparam("address")
    )
)
_OF_PERSON = Statement(MEMBERS.where(_MEMBERSHIP.c.person == bindparam("person")))
_ADDRESSES = Statement(
    select(_IDENTITY.c.channel, _IDENTITY.c.address, _IDENTITY.c.person)
    .join(_MEMBERSHIP, _MEMBERSHIP.c.person == _IDENTITY.c.person)
    .where(_NOW_OURS)
)
_ADD = Statement(
    insert(_MEMBERSHIP).values(
        {column: bindparam(column.name) for column in columns(staff_tables.Membership, "id", "ended_at")}
    )
)
_END = Statement(
    update(_MEMBERSHIP)
    .where(_MEMBERSHIP.c.id == bindparam("membership"), _NOW_OURS)
    .values(ended_at=bindparam("now"))
)
_NEW_PERSON = Statement(
    insert(_PERSON)
    .values({column: bindparam(column.name) for column in columns(tables.Person, "id")})
    .returning(_PERSON.c.id)
)
_INVITE = Statement(
    insert(_INVITATION).values(
        {column: bindparam(column.name) for column in columns(staff_tables.Invitation)}
    )
)
_TAKE = Statement(
    delete(_INVITATION)
    .where(
        _INVITATION.c.code_hash == bindparam("code_hash"),
        _INVITATION.c.campaign == bindparam("campaign"),
        _INVITATION.c.expires_at > bindparam("now"),
    )
    .returning(*(_INVITATION.c[name] for name in ("role", "body", "deputy", "name", "expires_at")))
)
_DROP = Statement(
    delete(_INVITATION)
    .where(_INVITATION.c.campaign == bindparam("campaign"), _INVITATION.c.expires_at <= bindparam("now"))
    .returning(_INVITATION.c.code_hash)
)
_CUTOFFS = Statement(
    select(_BODY_DATE.c.body, _BODY_DATE.c.cutoff).where(_BODY_DATE.c.campaign == bindparam("campaign"))
)
_NEW_CUTOFF = upsert(_BODY_DATE).values(
    {column: bindparam(column.name) for column in columns(staff_tables.BodyDate)}
)
_SET_CUTOFF = Statement(
    _NEW_CUTOFF.on_conflict_do_update(
        index_elements=[_BODY_DATE.c.campaign, _BODY_DATE.c.body],
        set_={"cutoff": _NEW_CUTOFF.excluded.cutoff},
    )
)
_ABOVE = (
    select(*APPLICATION_COLUMNS)
    .where(_APPLICATION.c.campaign == bindparam("campaign"))
    .order_by(_APPLICATION.c.seq)
)
_APPLICATIONS = Statement(_ABOVE)
_OF_BODY = Statement(_ABOVE.where(_APPLICATION.c.body == bindparam("body")))
_STAGES = tuple(f"stage_{place}" for place in range(12))
_STAGE = [column.name for column in APPLICATION_COLUMNS].index("stage")
_IN_STAGES = Statement(_ABOVE.where(or_(*(_APPLICATION.c.stage == bindparam(name) for name in _STAGES))))
_OUTLINES = Statement(
    select(
        *(literal("{}") if column.name == "content" else column for column in APPLICATION_COLUMNS),
        _APPLICATION.c.form_version,
    )
    .where(_APPLICATION.c.campaign == bindparam("campaign"))
    .order_by(_APPLICATION.c.seq)
)


class Staff(Part):
    __slots__ = ()

    def memberships(self, person: int) -> Sequence[Membership]:
        rows = self.session.rows(_OF_PERSON, {"campaign": self.campaign, "person": person})
        return [to_membership(row) for row in rows]

    def members(self, role: Role | None = None, body: str = "", name: str = "") -> Sequence[Membership]:
        if role is None:
            found = [to_membership(row) for row in self.session.rows(_ALL, {"campaign": self.campaign})]
            return [one for one in found if body in ("", one.body) and name in ("", one.name)]
        wanted = {"campaign": self.campaign, "role": role.value, "body": body, "name": name}
        return [to_membership(row) for row in self.session.rows(_IN_ROLE, wanted)]

    def member_at(self, channel: Channel, address: str) -> Membership | None:
        wanted = {"campaign": self.campaign, "channel": channel.value, "address": address}
        row = self.session.row(_AT, wanted)
        return None if row is None else to_membership(row)

    def staff_addresses(self) -> Mapping[tuple[str, str], int]:
        rows = self.session.rows(_ADDRESSES, {"campaign": self.campaign})
        return {(channel, address): person for channel, address, person in rows}

    def add_member(self, person: int, role: Role, body: str, deputy: bool, now: datetime) -> None:
        if any((one.role, one.body) == (role, body) for one in self.memberships(person)):
            return
        self.session.change(
            _ADD,
            {
                "campaign": self.campaign,
                "person": person,
                "role": role.value,
                "body": body,
                "deputy": deputy,
                "began_at": to_number(now),
            },
        )

    def end_member(self, membership: int, now: datetime) -> None:
        row = {"membership": membership, "campaign": self.campaign, "now": to_number(now)}
        if not self.session.change(_END, row):
            raise KeyError(f"no membership {membership}")

    def new_person(self, name: str, now: datetime) -> int:
        added = self.session.row(_NEW_PERSON, {"name": name, "created_at": to_number(now)})
        assert added is not None
        return int(added[0])

    def invite(self, code_hash: str, invitation: Invitation) -> None:
        self.session.change(
            _INVITE,
            {
                "code_hash": code_hash,
                "campaign": self.campaign,
                "role": invitation.role.value,
                "body": invitation.body,
                "deputy": invitation.deputy,
                "name": invitation.name,
                "expires_at": to_number(invitation.expires_at),
            },
        )

    def take_invitation(self, code_hash: str, now: datetime) -> Invitation | None:
        taken = self.session.row(
            _TAKE, {"code_hash": code_hash, "campaign": self.campaign, "now": to_number(now)}
        )
        if taken is None:
            return None
        role, body, deputy, name, expires_at = taken
        return Invitation(Role(role), body, bool(deputy), name, to_moment(expires_at))

    def drop_invitations(self, now: datetime) -> Sequence[str]:
        rows = self.session.rows(_DROP, {"campaign": self.campaign, "now": to_number(now)})
        return [code_hash for (code_hash,) in rows]

    def applications(self, body: str | None = None, stages: Sequence[str] = ()) -> Sequence[Application]:
        seen, asked = self.session.seen, (body, *stages)
        if seen is None:
            return self._applications(body, stages)
        if asked not in seen:  # a page of results asks for them in five places
            seen[asked] = tuple(self._applications(body, stages))
        found: Sequence[Application] = seen[asked]
        return found

    def _applications(self, body: str | None, stages: Sequence[str]) -> list[Application]:
        query: dict[str, Any] = {"campaign": self.campaign}
        if body is None and 0 < len(stages) <= len(_STAGES):
            named = dict(zip(_STAGES, chain(stages, repeat(stages[0])), strict=False))
            rows = self.session.rows(_IN_STAGES, query | named)
        elif body is None:
            rows = self.session.rows(_APPLICATIONS, query)
        else:
            rows = self.session.rows(_OF_BODY, {**query, "body": body})
        found = [to_application(row) for row in rows]
        return [one for one in found if not stages or one.stage in stages]

    def outlines(self, stages: Sequence[str]) -> Sequence[tuple[Application, str]]:
        rows = self.session.rows(_OUTLINES, {"campaign": self.campaign})
        return [(to_application(row[:-1]), row[-1]) for row in rows if row[_STAGE] in stages]

    def cutoffs(self) -> Mapping[str, date]:
        rows = self.session.rows(_CUTOFFS, {"campaign": self.campaign})
        return {body: date.fromisoformat(cutoff) for body, cutoff in rows}

    def set_cutoff(self, body: str, cutoff: date) -> None:
        row = {"campaign": self.campaign, "body": body, "cutoff": cutoff.isoformat()}
        self.session.change(_SET_CUTOFF, row)


def to_membership(row: Row) -> Membership:
    membership, person, role, body, deputy, name = row
    return Membership(membership, person, Role(role), body, bool(deputy), name)
