"""Results as lists show them: the running ones with their decisions, reviews and objections, cut into pages."""

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
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)

from bot.model.application import Application
from bot.model.results import Column, FinalDecision, Outcome
from bot.ports_results import (
    Course,
    Decided,
    Judged,
    ResultCounts,
    ResultQuery,
    ResultRow,
    ReviewQuery,
    SignedSheet,
    Tied,
)
from storage import result_tables, sheet_tables, staff_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part
from storage.result_course import (
    DECIDED_ABOUT,
    ENDED,
    IS_DECIDED_ABOUT,
    IS_OPEN,
    IS_UNANSWERED,
    OF_COURSE,
    ON_SITE_KEY,
    OURS,
    REVIEW_KEY,
    REVIEWED,
    RUNNING,
    SUSPENDED,
    TOTAL,
    WITH_DECISION,
    among,
    course_parameters,
    is_decided,
    points,
    signed_last,
    some,
    text_of,
)
from storage.session import Row, Statement
from storage.sql import containing, holds, json_text, listed, place_in
from storage.tables import table, to_moment

_APPLICATION = table(tables.Application)
_PERSON = table(tables.Person)
_RANKING = table(staff_tables.Ranking)
_REVIEW = table(result_tables.ReviewOutcome)
_DECISION = table(result_tables.FinalDecision)
_OBJECTION = table(result_tables.Objection)
_PLAQUE = table(result_tables.Plaque)
_SHEET = table(sheet_tables.Sheet)
_SNAPSHOT = table(sheet_tables.SheetSnapshot)
_LINE = table(sheet_tables.SheetLine)

_TIED = 4  # numbers of each group
_ALL = 1 << 31
_LAST = 1 << 31

_IS_DECIDED: Mapping[Decided, ColumnElement[bool]] = {
    Decided.ALL: literal(value=True),
    Decided.NONE: not_(IS_DECIDED_ABOUT),
    Decided.IN: is_decided(Outcome.IN),
    Decided.OUT: is_decided(Outcome.OUT),
    Decided.VETO: is_decided(Outcome.VETO),
    Decided.NOT_IN: is_decided(Outcome.OUT, Outcome.VETO),
    Decided.SUSPENDED: SUSPENDED,
}
_BY_RANK = func.coalesce(_RANKING.c.rank, literal(_LAST, BigInteger))
_SORTS: Mapping[Column, tuple[tuple[ColumnElement[Any], ...], tuple[ColumnElement[Any], ...]]] = {
    Column.NUMBER: ((), (_APPLICATION.c.seq,)),
    Column.UNIT: ((), (_APPLICATION.c.unit_key,)),
    Column.REVIEW: ((case((REVIEW_KEY == "", 1), else_=0),), (REVIEW_KEY,)),
    Column.ON_SITE: (
        (case((ON_SITE_KEY == "", 1), else_=0),),
        (signed_last(points("min")), signed_last(points("max"))),
    ),
    Column.RECOMMENDATION: ((), (place_in("bodies", _APPLICATION.c.body), _BY_RANK)),
}
"""What stays in front either way, and what is turned around."""


def _rows_of(decided: Decided, sort: Column, descending: bool) -> Statement:
    """First which rows, then all of them: what is read of a row is much."""
    first, figures = _SORTS[sort]
    order = (*first, *(figure.desc() if descending else figure for figure in figures), _APPLICATION.c.seq)
    # what was decided about is few: then the decisions come first, not the applications
    begins_there = decided in (Decided.IN, Decided.OUT, Decided.VETO, Decided.NOT_IN)
    source = _DECISION.join(_APPLICATION, DECIDED_ABOUT) if begins_there else WITH_DECISION
    is_ours = _DECISION.c.campaign == text_of("campaign") if begins_there else true()
    chosen = (
        select(_APPLICATION.c.id)
        .select_from(source.outerjoin(_RANKING, _RANKING.c.application == _APPLICATION.c.id))
        .where(OF_COURSE, _IS_DECIDED[decided], is_ours)
        .order_by(*order)
        .limit(bindparam("at_most"))
        .offset(bindparam("after"))
        .subquery("chosen")
    )
    others = _RANKING.alias("others")
    ranked = (
        select(func.count())
        .where(others.c.campaign == _RANKING.c.campaign, others.c.body == _RANKING.c.body)
        .correlate(_RANKING)
        .scalar_subquery()
    )
    return Statement(
        select(
            *APPLICATION_COLUMNS,
            *(_DECISION.c[name] for name in ("outcome", "reason", "by", "at")),
            _PERSON.c.name,
            case((SUSPENDED, 1), else_=0),
            _RANKING.c.rank,
            ranked,
            REVIEW_KEY,
            ON_SITE_KEY,
        )
        .select_from(
            chosen.join(_APPLICATION, _APPLICATION.c.id == chosen.c.id)
            .outerjoin(_DECISION, DECIDED_ABOUT)
            .outerjoin(_PERSON, _PERSON.c.id == _DECISION.c.by)
            .outerjoin(_RANKING, _RANKING.c.application == _APPLICATION.c.id)
        )
        .order_by(*order)
    )


_ROWS = {
    (decided, sort, descending): _rows_of(decided, sort, descending)
    for decided in Decided
    for sort in Column
    for descending in (False, True)
}


def _sum(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((rule, 1), else_=0)), 0)


def _count(rows: Any, rule: ColumnElement[bool] | None = None) -> Any:
    found = select(func.count()).select_from(rows).where(rows.c.campaign == text_of("campaign"))
    return (found if rule is None else found.where(rule)).scalar_subquery()


_COUNTS = Statement(
    select(
        _sum(RUNNING),
        _sum(and_(RUNNING, REVIEWED)),
        _sum(not_(IS_DECIDED_ABOUT)),
        *(_sum(is_decided(outcome)) for outcome in Outcome),
        _sum(SUSPENDED),
        func.count(func.distinct(case((IS_DECIDED_ABOUT, func.nullif(_APPLICATION.c.body, ""))))),
        _count(_OBJECTION),
        _count(_OBJECTION, IS_OPEN),
        _count(_OBJECTION, IS_UNANSWERED),
        _count(_PLAQUE),
    )
    .select_from(WITH_DECISION)
    .where(OF_COURSE)
)


def _tied(kind: str, key: ColumnElement[str], has_one: ColumnElement[bool]) -> Any:
    """Numbers of those of the course by their figure, counted within it."""
    figures = (
        select(_APPLICATION.c.seq, _APPLICATION.c.number, key.label("key"))
        .where(OURS, or_(RUNNING, ENDED), has_one)
        .subquery(f"{kind}_figures")
    )
    grouped = (
        select(
            figures.c.key,
            figures.c.number,
            func.count().over(partition_by=figures.c.key).label("size"),
            func.row_number().over(partition_by=figures.c.key, order_by=figures.c.seq).label("place"),
        )
        .where(place_in(f"{kind}_keys", figures.c.key) > 0)
        .subquery(f"{kind}_grouped")
    )
    return select(grouped.c.key, grouped.c.number, grouped.c.size, grouped.c.place).where(
        grouped.c.size > 1, grouped.c.place <= _TIED
    )


_INSPECTED = (
    exists()
    .where(_SHEET.c.application == _APPLICATION.c.id, _SHEET.c.covert == false())
    .correlate(_APPLICATION)
)
_TIES = Statement(
    union_all(_tied("review", REVIEW_KEY, REVIEWED), _tied("on_site", ON_SITE_KEY, _INSPECTED)).order_by(
        "key", "place"
    )
)


def _turns(kind: str) -> Any:
    return (
        select(func.count())
        .where(_LINE.c.sheet == _SHEET.c.id, _LINE.c.kind == kind)
        .correlate(_SHEET)
        .scalar_subquery()
    )


_NEWER = _SNAPSHOT.alias("newer")
_SIGNED = (
    select(
        _SHEET.c.application,
        json_text(TOTAL, literal("min", Text())),
        json_text(TOTAL, literal("max", Text())),
        json_text(_SNAPSHOT.c.content, literal("veto", Text())),
        _turns("member_signed"),
        _turns("reopened"),
    )
    .select_from(_SHEET.join(_SNAPSHOT, _SNAPSHOT.c.sheet == _SHEET.c.id))
    .where(
        _SHEET.c.campaign == text_of("campaign"),
        _SHEET.c.covert == false(),
        _SNAPSHOT.c.version
        == select(func.max(_NEWER.c.version))
        .where(_NEWER.c.sheet == _SHEET.c.id)
        .correlate(_SHEET)
        .scalar_subquery(),
    )
    .order_by(_SHEET.c.id)
)
_ALL_SIGNED = Statement(_SIGNED)
_SOME_SIGNED = Statement(_SIGNED.where(some(_SHEET.c.application)))

# reviews

_MAY_ENTER, _MAY_FINISH = (place_in(name, _APPLICATION.c.stage) > 0 for name in ("enter", "finish"))
_TO_JUDGE = and_(_MAY_ENTER, not_(REVIEWED))
_IS_JUDGED: Mapping[Judged, ColumnElement[bool]] = {
    Judged.ALL: literal(value=True),
    Judged.NONE: _TO_JUDGE,
    Judged.OPEN: or_(_TO_JUDGE, and_(_MAY_FINISH, REVIEWED)),
}
_FOUND = and_(
    OURS,
    or_(RUNNING, and_(ENDED, REVIEWED)),
    or_(
        text_of("search") == literal("", Text()),
        holds(_APPLICATION.c.number, "pattern"),
        and_(text_of("unit_key") != literal("", Text()), holds(_APPLICATION.c.unit_key, "key_pattern")),
    ),
)
_REVIEW_ROWS = {
    judged: Statement(
        select(*APPLICATION_COLUMNS)
        .where(_FOUND, rule)
        .order_by(_APPLICATION.c.seq)
        .limit(bindparam("at_most"))
        .offset(bindparam("after"))
    )
    for judged, rule in _IS_JUDGED.items()
}
_REVIEW_COUNTS = Statement(select(*(_sum(rule) for rule in _IS_JUDGED.values())).where(_FOUND))


class ResultLists(Part):
    """`bot.ports_results.ResultLists`, but for the objections."""

    __slots__ = ()

    def result_rows(self, query: ResultQuery) -> Sequence[ResultRow]:
        parameters = {
            "campaign": self.campaign,
            **course_parameters(query.course),
            "bodies": listed(*query.bodies),
            "at_most": _ALL if query.limit is None else query.limit,
            "after": query.after,
        }
        statement = _ROWS[query.decided, query.sort, query.descending]
        return self.once(
            query, lambda: [_result_row(row) for row in self.session.rows(statement, parameters)]
        )

    def result_counts(self, course: Course) -> ResultCounts:
        asked = {"campaign": self.campaign, **course_parameters(course)}
        ((counts),) = self.once(course, lambda: self.session.rows(_COUNTS, asked))
        return ResultCounts(*map(int, counts))

    def ties(self, course: Course, rows: Sequence[ResultRow]) -> Mapping[str, Tied]:
        parameters = {
            "campaign": self.campaign,
            **course_parameters(course),
            "review_keys": listed(*{row.review_key for row in rows if row.review_key}),
            "on_site_keys": listed(*{row.on_site_key for row in rows if row.on_site_key}),
        }
        sizes: dict[str, int] = {}
        numbers: dict[str, list[str]] = {}
        for key, number, size, _ in self.session.rows(_TIES, parameters):
            sizes[key] = size
            numbers.setdefault(key, []).append(number)
        return {key: Tied(size, tuple(numbers[key])) for key, size in sizes.items()}

    def signed_sheets(self, applications: Sequence[str]) -> Sequence[SignedSheet]:
        ours, asked = {"campaign": self.campaign}, among(applications)
        if asked is None:
            found = map(_signed_sheet, self.session.rows(_ALL_SIGNED, ours))
            return [one for one in found if one.application in set(applications)]
        return [_signed_sheet(row) for row in self.session.rows(_SOME_SIGNED, ours | asked)]

    def review_rows(self, query: ReviewQuery) -> Sequence[Application]:
        page = {"at_most": _ALL if query.limit is None else query.limit, "after": query.after}
        rows = self.session.rows(_REVIEW_ROWS[query.judged], self._found(query) | page)
        return [to_application(row) for row in rows]

    def review_counts(self, query: ReviewQuery) -> Mapping[Judged, int]:
        (counts,) = self.session.rows(_REVIEW_COUNTS, self._found(query))
        return dict(zip(_IS_JUDGED, map(int, counts), strict=True))

    def _found(self, query: ReviewQuery) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            **course_parameters(query.course),
            "enter": listed(*query.may_enter),
            "finish": listed(*query.may_finish),
            "search": query.search,
            "pattern": containing(query.search),
            "unit_key": query.unit_key,
            "key_pattern": containing(query.unit_key),
        }


def _result_row(row: Row) -> ResultRow:
    width = len(APPLICATION_COLUMNS)
    known = to_application(row[:width])
    outcome, reason, by, at, name, suspended, rank, of, review_key, on_site_key = row[width:]
    decision = FinalDecision(known.id, Outcome(outcome), reason, by, to_moment(at)) if outcome else None
    return ResultRow(known, decision, name or "", bool(suspended), rank, of or 0, review_key, on_site_key)


def _signed_sheet(row: Row) -> SignedSheet:
    application, low, high, veto, signed, reopened = row
    return SignedSheet(application, float(low), float(high), veto in (1, "true"), signed > reopened)
