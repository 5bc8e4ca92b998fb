"""Who a notice is meant for, and who of them is still to get their copies."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    union,
)

from bot.model.staff import Listed, Meant, NoticeState, Role
from bot.ports_notices import EVERYBODY
from storage import staff_tables, tables
from storage.part import Part
from storage.session import Statement
from storage.sql import among, listed, place_in, place_of, unless_given
from storage.tables import table

_NOTICE = table(staff_tables.Notice)
_DELIVERY = table(staff_tables.NoticeDelivery)
_RECIPIENT = table(staff_tables.NoticeRecipient)
_MEMBERSHIP = table(staff_tables.Membership)
_APPLICATION = table(tables.Application)
_PERSON = table(tables.Person)
_OUTBOX = table(tables.Outbox)
_CONTACT = _MEMBERSHIP.alias("contact")
_LATER = _DELIVERY.alias("later")

_LAST = 1_000_000  # place of a body that is not among those in order
_TO_OUTBOX = _OUTBOX.c.key == _DELIVERY.c.key


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _is_set(name: str) -> ColumnElement[bool]:
    return bindparam(name, type_=Integer()) == 1


# members

_HAS_CONTACT = (
    exists()
    .where(
        _CONTACT.c.campaign == _MEMBERSHIP.c.campaign,
        _CONTACT.c.ended_at.is_(None),
        _CONTACT.c.role == Role.BODY.value,
        _CONTACT.c.body == _MEMBERSHIP.c.body,
        not_(_CONTACT.c.deputy),
    )
    .correlate(_MEMBERSHIP)
)
_SPEAKS = and_(
    _is_set("speaks"),
    _MEMBERSHIP.c.role == Role.BODY.value,
    unless_given("speaks_for", place_in("speaks_for", _MEMBERSHIP.c.body) > 0),
    or_(not_(_MEMBERSHIP.c.deputy), not_(_HAS_CONTACT)),
)
_IS_MEMBER = and_(
    _MEMBERSHIP.c.campaign == _text("campaign"),
    _MEMBERSHIP.c.ended_at.is_(None),
    or_(_SPEAKS, place_in("roles", _MEMBERSHIP.c.role) > 0),
)
_PLACE = place_in("order", _MEMBERSHIP.c.body)
_ROLES = (Role.BODY, Role.OFFICE, Role.INSPECTOR)
_IN_ORDER = (
    case(
        {role.value: place for place, role in enumerate(_ROLES)}, value=_MEMBERSHIP.c.role, else_=len(_ROLES)
    ),
    case((_PLACE == 0, _LAST), else_=_PLACE),
    _MEMBERSHIP.c.deputy,
    _MEMBERSHIP.c.id,
)

# holders

_IS_HOLDER = and_(
    _is_set("holds"),
    _APPLICATION.c.campaign == _text("campaign"),
    unless_given("stages", place_in("stages", _APPLICATION.c.stage) > 0),
    unless_given("bodies", place_in("bodies", _APPLICATION.c.body) > 0),
)
_IS_NUMBERED = and_(
    _is_set("holds"), _APPLICATION.c.campaign == _text("campaign"), among("numbers", _APPLICATION.c.number)
)
_HOLDERS = {False: _IS_HOLDER, True: _IS_NUMBERED}  # by whether numbers are named

# readers of another notice

WAS_SHOWN = or_(
    _OUTBOX.c.state == "sent",
    _OUTBOX.c.state == "unsure",
    _OUTBOX.c.state == "sending",
    _DELIVERY.c.confirmed_at.is_not(None),
    _DELIVERY.c.told_at.is_not(None),
)
"""Whether somebody has, or may have, read a copy (joined with its message)."""
_IS_READER = and_(_DELIVERY.c.notice == bindparam("read", type_=Integer()), WAS_SHOWN)
_READERS = (
    select(_DELIVERY.c.person)
    .outerjoin(_OUTBOX, _TO_OUTBOX)
    .where(_IS_READER)
    .group_by(_DELIVERY.c.person)
    .order_by(func.min(_DELIVERY.c.id))
)

# what is asked

_MEMBERS = select(_MEMBERSHIP.c.person, _PERSON.c.name, _MEMBERSHIP.c.body).join(
    _PERSON, _PERSON.c.id == _MEMBERSHIP.c.person
)
_SOME_MEMBERS = Statement(_MEMBERS.where(_IS_MEMBER).order_by(*_IN_ORDER).limit(bindparam("at_most")))
_SOME_HOLDERS = {
    by_number: Statement(
        select(_APPLICATION.c.holder, _APPLICATION.c.id)
        .where(condition)
        .order_by(_APPLICATION.c.seq)
        .limit(bindparam("at_most"))
    )
    for by_number, condition in _HOLDERS.items()
}
_SOME_READERS = Statement(
    select(_PERSON.c.id, _PERSON.c.name)
    .where(_PERSON.c.id.in_(_READERS.limit(bindparam("at_most"))))
    .order_by(_PERSON.c.id)
)
_COUNT = {
    by_number: Statement(
        select(func.count()).select_from(
            union(
                select(_MEMBERSHIP.c.person).where(_IS_MEMBER), select(_APPLICATION.c.holder).where(condition)
            ).subquery()
        )
    )
    for by_number, condition in _HOLDERS.items()
}
_COUNT_READERS = Statement(select(func.count()).select_from(_READERS.order_by(None).subquery()))
_A_READER = Statement(select(_DELIVERY.c.id).outerjoin(_OUTBOX, _TO_OUTBOX).where(_IS_READER).limit(1))

# the list of those who are still to get their copies

_LISTED = ("notice", "person", "body", "application", "again")
_NOBODY = literal("", Text())


def _listing(source: Select[Any], *, again: bool = False) -> Statement:
    """Put (person, body, application) of the rows on the notice's list, in their order."""
    rows = source.add_columns(literal(again, Boolean()))
    return Statement(insert(_RECIPIENT).from_select(_LISTED, rows))


_THIS = bindparam("notice", type_=Integer())
_LIST_MEMBERS = _listing(
    select(_THIS, _MEMBERSHIP.c.person, _MEMBERSHIP.c.body, _NOBODY).where(_IS_MEMBER).order_by(*_IN_ORDER)
)
_LIST_HOLDERS = {
    by_number: _listing(
        select(_THIS, _APPLICATION.c.holder, _NOBODY, _APPLICATION.c.id)
        .where(condition)
        .order_by(_APPLICATION.c.seq)
    )
    for by_number, condition in _HOLDERS.items()
}
_BETWEEN = _DELIVERY.c.person.between(
    bindparam("after", type_=Integer()) + 1, bindparam("last", type_=Integer())
)
_LIST_READERS = _listing(
    _READERS.with_only_columns(_THIS, _DELIVERY.c.person, _NOBODY, _NOBODY).where(_BETWEEN)
)
_SLASH = place_of(_DELIVERY.c.channel, literal("/", Text()))
_ROAD = case((_SLASH > 0, func.substr(_DELIVERY.c.channel, 1, _SLASH - 1)), else_=_DELIVERY.c.channel)
"""The channel without the number of a repeated sending."""
_SAME_PERSON = and_(_LATER.c.notice == _DELIVERY.c.notice, _LATER.c.person == _DELIVERY.c.person)
_SENT_LATER = and_(
    _LATER.c.id > _DELIVERY.c.id, or_(_LATER.c.channel == _ROAD, _LATER.c.channel.like(_ROAD + "/%"))
)
_HAS_ANSWERED = or_(_LATER.c.confirmed_at.is_not(None), _LATER.c.told_at.is_not(None))
_FAILED = and_(
    _DELIVERY.c.notice == _THIS,
    _OUTBOX.c.state == "failed",
    ~exists().where(_SAME_PERSON, or_(_SENT_LATER, _HAS_ANSWERED)).correlate(_DELIVERY),
)
_FROM_COPIES = _DELIVERY.join(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
_LIST_FAILED = _listing(
    select(_THIS, _DELIVERY.c.person, _NOBODY, _NOBODY)
    .select_from(_FROM_COPIES)
    .where(_FAILED, _BETWEEN)
    .group_by(_DELIVERY.c.person)
    .order_by(func.min(_DELIVERY.c.id)),
    again=True,
)
_A_FAILED = Statement(select(_DELIVERY.c.id).select_from(_FROM_COPIES).where(_FAILED).limit(1))
_SOME_PEOPLE = (
    select(_DELIVERY.c.person)
    .where(_DELIVERY.c.notice == _THIS, _DELIVERY.c.person > bindparam("after", type_=Integer()))
    .group_by(_DELIVERY.c.person)
    .order_by(_DELIVERY.c.person)
    .limit(bindparam("at_most"))
    .subquery()
)
_LAST_OF_PEOPLE = Statement(select(func.coalesce(func.max(_SOME_PEOPLE.c.person), 0)))
_LEFT = Statement(select(func.count(_RECIPIENT.c.person.distinct())).where(_RECIPIENT.c.notice == _THIS))
_LISTS = Statement(
    select(_RECIPIENT.c.notice, func.count(_RECIPIENT.c.person.distinct()))
    .where(not_(_RECIPIENT.c.again))
    .group_by(_RECIPIENT.c.notice)
)
_NEXT_NOTICE = Statement(
    select(_RECIPIENT.c.notice)
    .join(_NOTICE, _NOTICE.c.id == _RECIPIENT.c.notice)
    .where(_NOTICE.c.campaign == _text("campaign"), _NOTICE.c.state == NoticeState.RELEASED.value)
    .order_by(_RECIPIENT.c.id)
    .limit(1)
)
_FIRST = (
    select(_RECIPIENT.c.person)
    .where(_RECIPIENT.c.notice == _THIS)
    .order_by(_RECIPIENT.c.id)
    .limit(bindparam("at_most"))
)
_NEXT = Statement(
    select(
        _RECIPIENT.c.person, _PERSON.c.name, _RECIPIENT.c.body, _RECIPIENT.c.application, _RECIPIENT.c.again
    )
    .join(_PERSON, _PERSON.c.id == _RECIPIENT.c.person)
    .where(_RECIPIENT.c.notice == _THIS, _RECIPIENT.c.person.in_(_FIRST))
    .order_by(_RECIPIENT.c.id)
)
_STRIKE = delete(_RECIPIENT).where(_RECIPIENT.c.notice == _THIS)
_STRIKE_ALL = Statement(_STRIKE)
_STRIKE_SOME = Statement(_STRIKE.where(among("people", _RECIPIENT.c.person)))


class NoticeLists(Part):
    __slots__ = ()

    def count_meant(self, meant: Meant) -> int:
        statement = _COUNT_READERS if meant.read else _COUNT[bool(meant.numbers)]
        return int(self.session.rows(statement, _asked(self.campaign, meant))[0][0])

    def means_anybody(self, meant: Meant) -> bool:
        if not meant.read:
            return self.count_meant(meant) > 0
        return self.session.row(_A_READER, {"read": meant.read}) is not None

    def some_meant(self, meant: Meant, limit: int) -> Sequence[Listed]:
        asked = _asked(self.campaign, meant) | {"at_most": limit}
        if meant.read:
            return [Listed(person, name) for person, name in self.session.rows(_SOME_READERS, asked)]
        members = [Listed(*row) for row in self.session.rows(_SOME_MEMBERS, asked)]
        holders = self.session.rows(_SOME_HOLDERS[bool(meant.numbers)], asked)
        return members + [Listed(person, "", "", application) for person, application in holders]

    def list_recipients(self, notice: int, meant: Meant, after: int = 0, last: int = EVERYBODY) -> int:
        asked = _asked(self.campaign, meant) | {"notice": notice, "after": after, "last": last}
        if meant.read:
            self.session.change(_LIST_READERS, asked)
        else:
            self.session.change(_LIST_MEMBERS, asked)
            self.session.change(_LIST_HOLDERS[bool(meant.numbers)], asked)
        return self.recipients_left(notice)

    def list_failed(self, notice: int, after: int = 0, last: int = EVERYBODY) -> int:
        return self.session.change(_LIST_FAILED, {"notice": notice, "after": after, "last": last})

    def has_failed(self, notice: int) -> bool:
        return self.session.row(_A_FAILED, {"notice": notice}) is not None

    def last_of_people(self, notice: int, after: int, limit: int) -> int:
        wanted = {"notice": notice, "after": after, "at_most": limit}
        return int(self.session.rows(_LAST_OF_PEOPLE, wanted)[0][0])

    def recipients_left(self, notice: int) -> int:
        return int(self.session.rows(_LEFT, {"notice": notice})[0][0])

    def every_list(self) -> Mapping[int, int]:
        return dict(self.session.rows(_LISTS))

    def next_recipients(self, limit: int) -> tuple[int, Sequence[Listed]] | None:
        found = self.session.row(_NEXT_NOTICE, {"campaign": self.campaign})
        if found is None:
            return None
        rows = self.session.rows(_NEXT, {"notice": found[0], "at_most": limit})
        return found[0], [
            Listed(person, name, body, application, bool(again))
            for person, name, body, application, again in rows
        ]

    def strike_recipients(self, notice: int, people: Collection[int] | None = None) -> None:
        asked: dict[str, Any] = {"notice": notice}
        if people is None:
            self.session.change(_STRIKE_ALL, asked)
        else:
            self.session.change(_STRIKE_SOME, asked | {"people": json.dumps([*people])})


def _asked(campaign: str, meant: Meant) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "roles": listed(*meant.roles),
        "speaks": int(meant.speaks),
        "speaks_for": _set(meant.speaks_for),
        "holds": int(meant.holds),
        "stages": _set(meant.stages),
        "bodies": _set(meant.bodies),
        "numbers": json.dumps([*meant.numbers]),
        "order": listed(*meant.order),
        "read": meant.read,
    }


def _set(words: Sequence[str]) -> str:
    """For `unless_given`: "" where all are meant."""
    return listed(*words) if words else ""
