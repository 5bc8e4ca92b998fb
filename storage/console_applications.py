"""The list of applications: scope, filters, order and pages made by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from bot.console.query import NO_BODY, PAGE, Mark, Owes, Sort
from bot.model.application import Application
from bot.model.mail import FileKind, FileState
from bot.ports_console import ApplicationFilter, ListedApplication, Page, RouteKey, Scope
from bot.review.debts import ACCEPTED, LAWFUL, Debt
from bot.staff.dossier import LATE_ATTEMPTS, RETURN_DUE
from storage import mail_tables, staff_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.sql import containing, holds, json_text, listed, place_in, place_of, unless_given
from storage.tables import table, to_moment

_APPLICATION = table(tables.Application)
_PRINT = table(tables.Print)
_MAIL = table(mail_tables.Mail)
_FILE = table(mail_tables.MailFile)
_RANKING = table(staff_tables.Ranking)
_SETTING = table(tables.Setting)
_TWIN, _SHARED = _APPLICATION.alias("twin"), _APPLICATION.alias("shared")

_NO_DECK = tuple(
    state.value
    for state in FileState
    if state not in (FileState.REGISTERED, FileState.ALREADY_REGISTERED, FileState.PENDING, FileState.KEPT)
)
"""States of a file that came as a deck and cannot be used as one."""
_BY_BODY = Statement(
    select(_APPLICATION.c.body, func.count())
    .where(_APPLICATION.c.campaign == bindparam("campaign"))
    .group_by(_APPLICATION.c.body)
)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def _dossier(key: str) -> ColumnElement[str]:
    return json_text(_APPLICATION.c.dossier, literal(key, Text()))


def _value(name: str) -> ColumnElement[str]:
    """The value of the field whose id the parameter holds."""
    return json_text(_APPLICATION.c.content, _text(name))


def within(body: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an application of this body is within the scope that the parameter holds (I14)."""
    return or_(_text("scope") == literal("*", Text()), and_(body != "", place_in("scope", body) > 0))


def scope_parameter(scope: Scope) -> str:
    """For `within`."""
    return "*" if scope.everything else listed(*scope.bodies)


_OPEN = place_in("settled", _APPLICATION.c.stage) == 0
_SCAN_COUNTS = and_(
    _APPLICATION.c.form_version != "",
    (literal(" ") + _dossier("scans") + literal(" ")).like(
        literal("% ") + _APPLICATION.c.form_version + literal(" %")
    ),
)
_OWED: Mapping[Debt, ColumnElement[bool]] = {
    Debt.DECK: and_(_OPEN, _dossier("deck") == ""),
    Debt.SCAN: and_(_OPEN, not_(_SCAN_COUNTS)),
    Debt.PAPER: and_(_OPEN, _dossier("paper") == ""),
    Debt.DECLARATIONS: and_(_OPEN, or_(_dossier(ACCEPTED) == "", _dossier(LAWFUL) == "")),
}
"""What `bot.review.debts.owes` says, in words of the database."""

_IS_OWED = {
    Owes.EVERYTHING.value: literal(value=True),
    **{debt.value: owed for debt, owed in _OWED.items()},
    Owes.ANY.value: or_(*_OWED.values()),
    Owes.NONE.value: not_(or_(*_OWED.values())),
}
_UNREADABLE = _APPLICATION.c.id.in_(
    select(_MAIL.c.application)
    .join(_FILE, _FILE.c.mail == _MAIL.c.id)
    .where(
        _MAIL.c.application.is_not(None),
        _FILE.c.kind == FileKind.DECK.value,
        or_(*(_FILE.c.state == state for state in _NO_DECK)),
    )
)


def _may_count_twice(one: Any) -> ColumnElement[bool]:
    """Handed in by a unit that has a name, neither withdrawn nor at an end."""
    has_receipt: ColumnElement[bool] = literal_column(f"{one.name}.{tables.HAS_RECEIPT}")
    return and_(has_receipt, one.c.route_key != "", place_in("left", one.c.stage) == 0)


_PAIR = case(
    (_APPLICATION.c.id < _TWIN.c.id, _APPLICATION.c.id + ":" + _TWIN.c.id),
    else_=_TWIN.c.id + ":" + _APPLICATION.c.id,
)
_IS_SETTLED = exists().where(_SETTING.c.key == "route:" + _APPLICATION.c.campaign + ":" + _PAIR)
_TWO_ROUTES = and_(
    _may_count_twice(_APPLICATION),
    _APPLICATION.c.route_key.in_(  # those of more than one body, all in one look
        select(_SHARED.c.route_key)
        .where(_SHARED.c.campaign == _text("campaign"), _may_count_twice(_SHARED))
        .group_by(_SHARED.c.route_key)
        .having(func.min(_SHARED.c.body) != func.max(_SHARED.c.body))
    ),
    exists()
    .where(
        _TWIN.c.campaign == _APPLICATION.c.campaign,
        _TWIN.c.route_key == _APPLICATION.c.route_key,
        _TWIN.c.body != _APPLICATION.c.body,
        _may_count_twice(_TWIN),
        not_(_IS_SETTLED.correlate(_APPLICATION, _TWIN)),
    )
    .correlate(_APPLICATION),
)
"""Perhaps one unit on two routes (`bot.staff.routes.same_unit`), and it was not chosen by which one it goes."""
IS_MARKED: dict[str, ColumnElement[bool]] = {
    Mark.EVERYTHING.value: literal(value=True),
    Mark.LATE.value: _APPLICATION.c.stage == "late_pending",
    Mark.TRIED_LATE.value: _dossier(LATE_ATTEMPTS) != "",
    Mark.NO_ROUTE.value: and_(_OPEN, _APPLICATION.c.body == "", _APPLICATION.c.receipt != ""),
    Mark.TWO_ROUTES.value: _TWO_ROUTES,
    Mark.UNREADABLE_DECK.value: and_(_UNREADABLE, _OWED[Debt.DECK]),
    Mark.RETURN_OVERDUE.value: and_(
        place_of(_APPLICATION.c.dossier, literal(RETURN_DUE, Text())) > 0,  # quicker than reading it
        _OPEN,
        _dossier(RETURN_DUE) != "",
        _dossier(RETURN_DUE) < _text("today"),
    ),
}
"""What `Mark` says; of `RETURN_OVERDUE` on the day `today`."""
IS_MARKED[Mark.OVERDUE.value] = or_(
    *(IS_MARKED[mark.value] for mark in (Mark.LATE, Mark.TRIED_LATE, Mark.RETURN_OVERDUE))
)


def _chosen(name: str, conditions: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    """The condition that the parameter names."""
    return or_(*(and_(_text(name) == literal(word, Text()), rule) for word, rule in conditions.items()))


_NAMED = exists().where(_PRINT.c.application == _APPLICATION.c.id, _PRINT.c.code == _text("code"))
_FOUND = unless_given(
    "search",
    or_(
        holds(_APPLICATION.c.number, "pattern"),
        holds(_APPLICATION.c.receipt, "pattern"),
        holds(_APPLICATION.c.email, "low_pattern"),
        and_(_text("unit_key") != literal("", Text()), holds(_APPLICATION.c.unit_key, "key_pattern")),
        and_(_text("code") != literal("", Text()), _NAMED.correlate(_APPLICATION)),
        # reading the values is slow: first whether it stands there at all
        and_(
            place_of(_APPLICATION.c.content, _text("content_text")) > 0,
            or_(
                holds(_value("unit_field"), "pattern"),
                holds(_value("contact_field"), "pattern"),
                holds(_value("phone_field"), "pattern"),
            ),
        ),
    ),
)
_WANTED = and_(
    _APPLICATION.c.campaign == _text("campaign"),
    within(_APPLICATION.c.body),
    unless_given(
        "body",
        or_(
            _APPLICATION.c.body == _text("body"),
            and_(_text("body") == literal(NO_BODY, Text()), _APPLICATION.c.body == ""),
        ),
    ),
    unless_given("only", place_in("only", _APPLICATION.c.stage) > 0),
    _chosen("owes", _IS_OWED),
    _chosen("mark", IS_MARKED),
    _FOUND,
)
_SUMS = Statement(
    select(_APPLICATION.c.body, _APPLICATION.c.stage, func.count())
    .where(_WANTED)
    .group_by(_APPLICATION.c.body, _APPLICATION.c.stage)
)
_FLAGS = [case((owed, 1), else_=0) for owed in _OWED.values()]
_NEVER = 1 << 62
_SORTS: Mapping[Sort, ColumnElement[Any]] = {
    Sort.NUMBER: _APPLICATION.c.seq,
    Sort.UNIT: _APPLICATION.c.unit_key,
    Sort.BODY: place_in("bodies", _APPLICATION.c.body),
    Sort.RANK: func.coalesce(_RANKING.c.rank, literal(_NEVER, BigInteger)),
    Sort.STAGE: place_in("stages", _APPLICATION.c.stage),
    Sort.CONTACT: _value("contact_field"),
    Sort.PHONE: _value("phone_field"),
    Sort.OWES: _FLAGS[0] + _FLAGS[1] + _FLAGS[2] + _FLAGS[3],
    Sort.SUBMITTED: func.coalesce(_APPLICATION.c.submitted_at, literal(0, BigInteger)),
    Sort.UPDATED: _APPLICATION.c.updated_at,
}


def _page_of(order: ColumnElement[Any]) -> Statement:
    """First which rows, then all of them: what is read of a row is much, and slow to work out."""
    chosen = (
        select(_APPLICATION.c.id)
        .outerjoin(_RANKING, _RANKING.c.application == _APPLICATION.c.id)
        .where(_WANTED)
        .order_by(order, _APPLICATION.c.seq)
        .limit(bindparam("at_most"))
        .offset(bindparam("after"))
        .subquery("chosen")
    )
    return Statement(
        select(
            *APPLICATION_COLUMNS,
            *_FLAGS,
            _RANKING.c.rank,
            _APPLICATION.c.created_at,
            _APPLICATION.c.updated_at,
            _APPLICATION.c.submitted_at,
        )
        .select_from(chosen)
        .join(_APPLICATION, _APPLICATION.c.id == chosen.c.id)
        .outerjoin(_RANKING, _RANKING.c.application == _APPLICATION.c.id)
        .order_by(order, _APPLICATION.c.seq)
    )


_PAGES = {
    (sort, descending): _page_of(column.desc() if descending else column)
    for sort, column in _SORTS.items()
    for descending in (False, True)
}
_UNVERSIONED = Statement(
    select(*APPLICATION_COLUMNS)
    .where(
        _APPLICATION.c.campaign == _text("campaign"),
        _APPLICATION.c.form_version == "",
        _APPLICATION.c.content != "{}",
    )
    .order_by(_APPLICATION.c.seq)
    .limit(bindparam("at_most"))
)
_SET_VERSION = Statement(
    update(_APPLICATION)
    .where(_APPLICATION.c.id == _text("application"))
    .values(form_version=bindparam("new_version"))
)
_ROUTE_KEYS = Statement(
    select(*(_APPLICATION.c[name] for name in ("id", "seq", "unit_key", "route_key")))
    .where(_APPLICATION.c.campaign == _text("campaign"), _APPLICATION.c.seq > bindparam("after"))
    .order_by(_APPLICATION.c.seq)
    .limit(bindparam("at_most"))
)
_SET_ROUTE_KEY = Statement(
    update(_APPLICATION)
    .where(_APPLICATION.c.id == _text("application"))
    .values(route_key=bindparam("new_key"))
)


class ApplicationLists(Part):
    __slots__ = ()

    def list_applications(self, wanted: ApplicationFilter) -> Page[ListedApplication, tuple[str, str]]:
        parameters = self._wanted(wanted)
        sums = {(body, stage): count for body, stage, count in self.session.rows(_SUMS, parameters)}
        total = sum(sums.values())
        query = wanted.query
        limit = PAGE if wanted.limit is None else wanted.limit
        after = (query.page - 1) * PAGE if wanted.limit is None else 0
        if not limit or after >= total:
            return Page((), total, sums)
        order = {"bodies": listed(*wanted.bodies), "stages": listed(*wanted.stages)}
        rows = self.session.rows(
            _PAGES[query.sort, query.descending], parameters | order | {"at_most": limit, "after": after}
        )
        return Page(tuple(_listed(row) for row in rows), total, sums)

    def _wanted(self, wanted: ApplicationFilter) -> dict[str, Any]:
        query, search = wanted.query, wanted.query.search
        only = wanted.only or ((query.stage,) if query.stage else ())
        return {
            "campaign": self.campaign,
            "scope": scope_parameter(wanted.scope),
            "body": query.body,
            "only": listed(*only) if only else "",
            "owes": query.owes.value,
            "mark": query.mark.value,
            "today": wanted.today,
            "settled": listed(*wanted.settled),
            "left": listed(*wanted.left),
            "search": search,
            "pattern": containing(search),
            "low_pattern": containing(search.lower()),
            "content_text": dumps([search])[2:-2],
            "unit_key": wanted.unit_key,
            "key_pattern": containing(wanted.unit_key),
            "code": wanted.code,
            "unit_field": wanted.unit_field,
            "contact_field": wanted.contact_field,
            "phone_field": wanted.phone_field,
        }

    def count_by_body(self) -> Mapping[str, int]:
        return dict(self.session.rows(_BY_BODY, {"campaign": self.campaign}))

    def unversioned(self, limit: int) -> Sequence[Application]:
        rows = self.session.rows(_UNVERSIONED, {"campaign": self.campaign, "at_most": limit})
        return [to_application(row) for row in rows]

    def set_form_version(self, application: str, version: str) -> None:
        self.session.change(_SET_VERSION, {"application": application, "new_version": version})

    def route_keys(self, after: int, limit: int) -> Sequence[RouteKey]:
        parameters = {"campaign": self.campaign, "after": after, "at_most": limit}
        return [RouteKey(*row) for row in self.session.rows(_ROUTE_KEYS, parameters)]

    def set_route_key(self, application: str, key: str) -> None:
        self.session.change(_SET_ROUTE_KEY, {"application": application, "new_key": key})


def _listed(row: Row) -> ListedApplication:
    width = len(APPLICATION_COLUMNS)
    flags = row[width : width + len(Debt)]
    rank, created, updated, submitted = row[width + len(Debt) :]
    return ListedApplication(
        to_application(row[:width]),
        tuple(debt.value for debt, owed in zip(Debt, flags, strict=True) if owed),
        rank,
        to_moment(created),
        to_moment(updated),
        None if submitted is None else to_moment(submitted),
    )
