"""The people of a notice's board: where each stands, worked out from their copies by the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    union_all,
)

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import RECALLED, Membership, NoticeState, listings, winding_up
from bot.ports_notices import BoardPage, PeopleQuery
from bot.staff.notice_board import CALL_SHEET, Reached, Standing, by_person
from storage import staff_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.notices import COPY_ROWS, to_delivery
from storage.part import Part
from storage.session import Statement
from storage.sql import among, containing, holds, listed, place_in, unless_given
from storage.staff import MEMBERS, to_membership
from storage.tables import table

_DELIVERY = table(staff_tables.NoticeDelivery)
_MEMBERSHIP = table(staff_tables.Membership)
_APPLICATION = table(tables.Application)
_NOTICE = table(staff_tables.Notice)
_RECIPIENT = table(staff_tables.NoticeRecipient)
_SETTING = table(tables.Setting)
_OUTBOX = table(tables.Outbox)
_PERSON = table(tables.Person)
_IDENTITY = table(tables.Identity)
_UNREACHABLE = table(tables.Unreachable)

_LAST = 1_000_000  # place of what is in no order
_STANDINGS = list(Standing)
_SENT = _OUTBOX.c.state == "sent"


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _number(name: str) -> Any:
    return bindparam(name, type_=Integer())


# where each stands: the best of their copies

_OF_STANDING = {
    Standing.CONFIRMED: _DELIVERY.c.confirmed_at.is_not(None),
    Standing.TOLD: _DELIVERY.c.told_at.is_not(None),
    Standing.TO_CALL: _DELIVERY.c.channel == CALL_SHEET,
    Standing.SENT: _SENT,
    Standing.UNSURE: _OUTBOX.c.state == "unsure",
    Standing.FAILED: _OUTBOX.c.state == "failed",
    Standing.CANCELLED: _OUTBOX.c.state == "cancelled",
}
"""What `Reached.standing` says, in words of the database; anything else is open."""
_RANK = case(
    *((rule, _STANDINGS.index(standing)) for standing, rule in _OF_STANDING.items()),
    else_=_STANDINGS.index(Standing.OPEN),
)
_COPIES = _DELIVERY.outerjoin(_OUTBOX, _OUTBOX.c.key == _DELIVERY.c.key)
_OF_NOTICE = _DELIVERY.c.notice == _number("notice")
_PEOPLE = (
    select(
        _DELIVERY.c.person,
        func.min(_DELIVERY.c.id).label("first"),
        func.min(_RANK).label("rank"),
        func.max(case((_OUTBOX.c.state == "failed", 1), else_=0)).label("failed"),
    )
    .select_from(_COPIES)
    .where(_OF_NOTICE)
    .group_by(_DELIVERY.c.person)
    .cte("people")
)
_PLAIN = Statement(
    select(_DELIVERY.c.person)
    .where(_OF_NOTICE)
    .group_by(_DELIVERY.c.person)
    .order_by(func.min(_DELIVERY.c.id))
    .limit(bindparam("at_most"))
    .offset(bindparam("skip"))
)
_RANKED = select(
    _PEOPLE.c.rank,
    _PEOPLE.c.person,
    func.row_number().over(partition_by=_PEOPLE.c.rank, order_by=_PEOPLE.c.first).label("place"),
    func.count().over(partition_by=_PEOPLE.c.rank).label("of"),
).subquery()
_FIRST = Statement(
    select(_RANKED.c.rank, _RANKED.c.person, _RANKED.c.of)
    .where(_RANKED.c.place <= bindparam("at_most"))
    .order_by(_RANKED.c.rank, _RANKED.c.place)
)
_NOW_MEMBER = and_(_MEMBERSHIP.c.campaign == _text("campaign"), _MEMBERSHIP.c.ended_at.is_(None))
_OURS = _APPLICATION.c.campaign == _text("campaign")
_FOUND = or_(
    _PEOPLE.c.person.in_(select(_PERSON.c.id).where(holds(func.lower(_PERSON.c.name), "pattern"))),
    _PEOPLE.c.person.in_(
        select(_DELIVERY.c.person).where(_OF_NOTICE, holds(func.lower(_DELIVERY.c.address), "pattern"))
    ),
    _PEOPLE.c.person.in_(
        select(_MEMBERSHIP.c.person).where(
            _NOW_MEMBER, _MEMBERSHIP.c.body != "", place_in("bodies", _MEMBERSHIP.c.body) > 0
        )
    ),
    _PEOPLE.c.person.in_(
        select(_APPLICATION.c.holder).where(
            _OURS,
            or_(
                holds(_APPLICATION.c.number, "pattern"),
                and_(_text("unit_key") != "", holds(_APPLICATION.c.unit_key, "key_pattern")),
            ),
        )
    ),
)
_FITS = and_(
    unless_given("ranks", place_in("ranks", cast(_PEOPLE.c.rank, Text)) > 0),
    or_(_number("failed") == 0, _PEOPLE.c.failed == 1),
    unless_given("search", _FOUND),
)
_PLACE = place_in("order", _MEMBERSHIP.c.body)
_OF_BODY = (
    select(func.min(case((_PLACE == 0, _LAST), else_=_PLACE)))
    .where(_NOW_MEMBER, _MEMBERSHIP.c.person == _PEOPLE.c.person)
    .scalar_subquery()
)
_OF_UNIT = (
    select(func.min(_APPLICATION.c.seq))
    .where(_OURS, _APPLICATION.c.holder == _PEOPLE.c.person)
    .scalar_subquery()
)
_ORDERS: dict[bool, list[ColumnElement[Any]]] = {
    False: [_PEOPLE.c.first],
    True: [func.coalesce(_OF_BODY, _LAST), func.coalesce(_OF_UNIT, 0), _PEOPLE.c.person],
}
_PAGE = {
    by_body: select(_PEOPLE.c.person)
    .where(_FITS)
    .order_by(*order)
    .limit(bindparam("at_most"))
    .offset(bindparam("skip"))
    for by_body, order in _ORDERS.items()
}
_SOME = {by_body: Statement(page) for by_body, page in _PAGE.items()}
_PAGES = {by_body: Statement(page.add_columns(func.count().over())) for by_body, page in _PAGE.items()}
_STANDING, _SHOWN, _LISTED, _OPEN, _CORRECTED = range(5)  # what a row of a board's statement tells


def _rows(kind: int, *values: ColumnElement[Any]) -> Select[Any]:
    return select(literal(kind, Integer()), *values, *[literal(0, Integer())] * (3 - len(values)))


_SHOWN_PEOPLE = (
    select(
        _PEOPLE.c.person,
        func.count().over().label("total"),
        func.row_number().over(order_by=_PEOPLE.c.first).label("place"),
    )
    .where(_FITS)
    .order_by(_PEOPLE.c.first)
    .limit(bindparam("at_most"))
    .offset(bindparam("skip"))
    .subquery()
)
_IS_SET = or_(
    and_(_SETTING.c.key == _text("winding_up"), _SETTING.c.value != ""),
    and_(_SETTING.c.key == _text("listings"), holds(_SETTING.c.value, "among_listings")),
)
_IS_RECALL = and_(_OUTBOX.c.done_at.is_(None), _OUTBOX.c.key.startswith(RECALLED))
_BOARD = Statement(
    union_all(
        _rows(_STANDING, _PEOPLE.c.rank, func.count()).group_by(_PEOPLE.c.rank),
        _rows(_SHOWN, _SHOWN_PEOPLE.c.person, _SHOWN_PEOPLE.c.total, _SHOWN_PEOPLE.c.place),
        _rows(
            _LISTED,
            func.count(case((not_(_RECIPIENT.c.again), _RECIPIENT.c.person)).distinct()),
            func.count(),
        ).where(_RECIPIENT.c.notice == _number("notice")),
        _rows(_OPEN, select(func.count()).select_from(_SETTING).where(_IS_SET).scalar_subquery()),
        _rows(_OPEN, select(func.count()).select_from(_OUTBOX).where(_IS_RECALL).scalar_subquery()),
        _rows(_CORRECTED, func.coalesce(func.max(_NOTICE.c.id), 0)).where(
            _NOTICE.c.replaces == _number("notice"), _NOTICE.c.released_at.is_not(None)
        ),
    )
)
_GOES = and_(
    _DELIVERY.c.key != "",
    or_(_OUTBOX.c.state.is_(None), and_(_OUTBOX.c.state != "failed", _OUTBOX.c.state != "cancelled")),
)
_TOLD = Statement(
    select(_DELIVERY.c.person)
    .select_from(_COPIES)
    .where(_OF_NOTICE, or_(_GOES, _DELIVERY.c.confirmed_at.is_not(None), _DELIVERY.c.told_at.is_not(None)))
    .group_by(_DELIVERY.c.person)
    .order_by(func.min(_DELIVERY.c.id))
)
_THEIRS = Statement(COPY_ROWS.where(_OF_NOTICE, among("people", _DELIVERY.c.person)))

_OTHER, _OTHERS_MESSAGE = _DELIVERY.alias("other"), _OUTBOX.alias("others_message")
_REACHES = (
    select(_OTHER.c.id)
    .select_from(_OTHER.outerjoin(_OTHERS_MESSAGE, _OTHERS_MESSAGE.c.key == _OTHER.c.key))
    .where(
        _OTHER.c.notice == _DELIVERY.c.notice,
        _OTHER.c.person == _DELIVERY.c.person,
        or_(
            _OTHER.c.confirmed_at.is_not(None),
            _OTHER.c.told_at.is_not(None),
            _OTHERS_MESSAGE.c.id.is_(None),
            and_(_OTHERS_MESSAGE.c.state != "failed", _OTHERS_MESSAGE.c.state != "cancelled"),
        ),
    )
    .correlate(_DELIVERY)
    .exists()
)
_STUCK = Statement(
    select(_DELIVERY.c.notice, _DELIVERY.c.person)
    .select_from(
        _OUTBOX.join(_DELIVERY, _DELIVERY.c.key == _OUTBOX.c.key).join(
            _NOTICE, _NOTICE.c.id == _DELIVERY.c.notice
        )
    )
    .where(
        text(f"outbox.{tables.IN_TROUBLE}"),
        _OUTBOX.c.state == "failed",
        _NOTICE.c.campaign == _text("campaign"),
        _NOTICE.c.state == NoticeState.RELEASED.value,
        ~_REACHES,
    )
    .group_by(_DELIVERY.c.notice, _DELIVERY.c.person)
    .order_by(_DELIVERY.c.notice, func.min(_DELIVERY.c.id))
)

# who they are

_MEMBERS = Statement(MEMBERS.where(among("people", _MEMBERSHIP.c.person)))
_NAMES = Statement(
    select(_PERSON.c.id, _PERSON.c.name).where(among("people", _PERSON.c.id), _PERSON.c.name != "")
)
_APPLICATIONS = Statement(
    select(*APPLICATION_COLUMNS)
    .where(_OURS, among("people", _APPLICATION.c.holder))
    .order_by(_APPLICATION.c.seq)
)
_ADDRESSES = Statement(
    select(_IDENTITY.c.person, _IDENTITY.c.channel, _IDENTITY.c.address)
    .outerjoin(
        _UNREACHABLE,
        and_(_UNREACHABLE.c.channel == _IDENTITY.c.channel, _UNREACHABLE.c.address == _IDENTITY.c.address),
    )
    .where(among("people", _IDENTITY.c.person), _UNREACHABLE.c.at.is_(None))
    .order_by(_IDENTITY.c.id)
)

_LAST_CHANGES = Statement(
    select(
        *(
            select(func.coalesce(func.max(table(kind).c.id), 0)).scalar_subquery()
            for kind in (tables.Audit, tables.Revision, tables.Outbox, staff_tables.Membership)
        )
    )
)


class NoticePeople(Part):
    __slots__ = ()

    def last_changes(self) -> tuple[int, ...]:
        return tuple(self.session.rows(_LAST_CHANGES)[0])

    def members_among(self, people: Collection[int]) -> Sequence[Membership]:
        rows = self.session.rows(_MEMBERS, {"campaign": self.campaign, "people": _ids(people)})
        return [to_membership(row) for row in rows]

    def names_among(self, people: Collection[int]) -> Mapping[int, str]:
        return dict(self.session.rows(_NAMES, {"people": _ids(people)}))

    def applications_among(self, people: Collection[int]) -> Sequence[Application]:
        rows = self.session.rows(_APPLICATIONS, {"campaign": self.campaign, "people": _ids(people)})
        return [to_application(row) for row in rows]

    def addresses_among(self, people: Collection[int]) -> Mapping[int, Sequence[tuple[Channel, str]]]:
        found: dict[int, list[tuple[Channel, str]]] = {}
        for person, channel, address in self.session.rows(_ADDRESSES, {"people": _ids(people)}):
            found.setdefault(person, []).append((Channel(channel), address))
        return found

    def first_of_each(self, notice: int, limit: int) -> Mapping[Standing, tuple[int, Sequence[int]]]:
        found: dict[Standing, tuple[int, list[int]]] = {}
        for rank, person, count in self.session.rows(_FIRST, {"notice": notice, "at_most": limit}):
            found.setdefault(_STANDINGS[rank], (count, []))[1].append(person)
        return found

    def stuck(self) -> Sequence[tuple[int, int]]:
        return [(notice, person) for notice, person in self.session.rows(_STUCK, {"campaign": self.campaign})]

    def find_people(self, query: PeopleQuery, limit: int, skip: int = 0) -> Sequence[int]:
        wanted = _wanted(self.campaign, query) | {"at_most": limit, "skip": skip}
        statement = _PLAIN if query == PeopleQuery(query.notice) else _SOME[bool(query.order)]
        return [person for (person,) in self.session.rows(statement, wanted)]

    def page_of_people(self, query: PeopleQuery, limit: int, page: int) -> tuple[Sequence[int], int]:
        wanted = _wanted(self.campaign, query) | {"at_most": limit, "skip": (page - 1) * limit}
        rows = self.session.rows(_PAGES[bool(query.order)], wanted)
        return [person for person, _ in rows], (rows[0][1] if rows else 0)

    def board_page(self, query: PeopleQuery, limit: int, page: int) -> BoardPage:
        wanted = _wanted(self.campaign, query) | {
            "at_most": limit,
            "skip": (page - 1) * limit,
            "winding_up": winding_up(query.notice),
            "listings": listings(self.campaign),
            "among_listings": containing(f'"{query.notice}"'),
        }
        rows: dict[int, list[tuple[int, int, int]]] = {kind: [] for kind in range(5)}
        for kind, *values in self.session.rows(_BOARD, wanted):
            rows[kind].append(tuple(values))
        shown = sorted(rows[_SHOWN], key=lambda row: row[2])
        (listed, on_list, _), *_ = rows[_LISTED]
        return BoardPage(
            {_STANDINGS[rank]: count for rank, count, _ in sorted(rows[_STANDING])},
            [person for person, _, _ in shown],
            shown[0][1] if shown else 0,
            listed,
            bool(on_list) or any(count for count, _, _ in rows[_OPEN]),
            rows[_CORRECTED][0][0],
        )

    def people_told(self, notice: int) -> Sequence[int]:
        return [person for (person,) in self.session.rows(_TOLD, {"notice": notice})]

    def reached(self, notice: int, people: Sequence[int]) -> Sequence[Reached]:
        rows = self.session.rows(_THEIRS, {"notice": notice, "people": _ids(people)})
        found = {one.person: one for one in by_person(to_delivery(row) for row in rows)}
        return [found[person] for person in people if person in found]


def _wanted(campaign: str, query: PeopleQuery) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "notice": query.notice,
        "ranks": listed(*(str(_STANDINGS.index(one)) for one in query.standings)) if query.standings else "",
        "failed": int(query.had_failure),
        "order": listed(*query.order),
        "search": query.search,
        "pattern": containing(query.search.lower()),
        "bodies": listed(*query.bodies),
        "unit_key": query.unit_key,
        "key_pattern": containing(query.unit_key),
    }


def _ids(people: Collection[int]) -> str:
    return json.dumps([*people])
