"""The lists of mails, of messages to send, and of questions that were asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from bot.console.query import (
    PAGE,
    MailQuery,
    MailSort,
    MailState,
    OutboxQuery,
    OutboxState,
    QuestionQuery,
    QuestionSort,
    QuestionState,
)
from bot.model.mail import FileKind, FileState, MailOutcome
from bot.model.message import Channel
from bot.ports_console import AskedOften, ListedFile, ListedMail, ListedMessage, Page, Scope
from storage import console_tables, mail_tables, staff_tables, tables
from storage.bodies import from_json
from storage.console_applications import scope_parameter, within
from storage.part import Part
from storage.session import Row, Statement
from storage.sql import containing, holds, json_text, listed, place_in, unless_given
from storage.tables import table, to_moment, to_number

_APPLICATION = table(tables.Application)
_PERSON = table(tables.Person)
_OUTBOX = table(tables.Outbox)
_QUESTION = table(tables.Question)
_MAIL = table(mail_tables.Mail)
_FILE = table(mail_tables.MailFile)
_SEEN = table(console_tables.DeliverySeen)
_MEMBERSHIP = table(staff_tables.Membership)


def _text(name: str) -> Any:
    return bindparam(name, type_=Text())


def of_staff(person: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether somebody has or had a role: what they say in the chat may be about an unannounced visit (I11)."""
    return person.in_(select(_MEMBERSHIP.c.person))


# mails

_OF_APPLICATION = _APPLICATION.c.id == _MAIL.c.application
_IS_FILE = exists().where(_FILE.c.mail == _MAIL.c.id, holds(_FILE.c.name, "pattern")).correlate(_MAIL)
_MAILS = and_(
    _MAIL.c.campaign == _text("campaign"),
    or_(
        _text("scope") == literal("*", Text()),
        and_(_APPLICATION.c.id.is_not(None), within(_APPLICATION.c.body)),
    ),
    unless_given("application", _MAIL.c.application == _text("application")),
    unless_given(
        "search",
        or_(
            holds(_MAIL.c.sender, "low_pattern"),
            holds(_MAIL.c.sender_name, "pattern"),
            holds(_MAIL.c.subject, "pattern"),
            _IS_FILE,
        ),
    ),
)
_OF_OUTCOME = unless_given("outcomes", place_in("outcomes", _MAIL.c.outcome) > 0)
_MAIL_SUMS = Statement(
    select(_MAIL.c.outcome, func.count())
    .select_from(_MAIL)
    .outerjoin(_APPLICATION, _OF_APPLICATION)
    .where(_MAILS)
    .group_by(_MAIL.c.outcome)
)
_MAIL_ROWS = (
    select(
        _MAIL.c.id,
        _MAIL.c.arrived_at,
        _MAIL.c.sender,
        _MAIL.c.sender_name,
        _MAIL.c.subject,
        _MAIL.c.outcome,
        _MAIL.c.reason,
        _MAIL.c.application,
        func.coalesce(_APPLICATION.c.number, ""),
        json_text(func.coalesce(_APPLICATION.c.content, "{}"), _text("unit_field")),
        select(func.count()).where(_FILE.c.mail == _MAIL.c.id).correlate(_MAIL).scalar_subquery(),
        _MAIL.c.late,
        _MAIL.c.junk,
        _MAIL.c.arrivals,
        _MAIL.c.size,
    )
    .select_from(_MAIL)
    .outerjoin(_APPLICATION, _OF_APPLICATION)
    .where(_MAILS, _OF_OUTCOME)
    .limit(bindparam("at_most"))
    .offset(bindparam("after"))
)
_MAIL_SORTS: dict[MailSort, ColumnElement[Any]] = {
    MailSort.ARRIVED: _MAIL.c.arrived_at,
    MailSort.SENDER: _MAIL.c.sender,
    MailSort.SUBJECT: _MAIL.c.subject,
    MailSort.OUTCOME: _MAIL.c.outcome,
}
_MAIL_PAGES = {
    (sort, down): Statement(
        _MAIL_ROWS.order_by(column.desc() if down else column, _MAIL.c.id.desc() if down else _MAIL.c.id)
    )
    for sort, column in _MAIL_SORTS.items()
    for down in (False, True)
}
_FILES = Statement(
    select(_FILE.c.mail, _FILE.c.name, _FILE.c.size, _FILE.c.sha256, _FILE.c.kind, _FILE.c.state)
    .where(place_in("mails", cast(_FILE.c.mail, Text)) > 0)
    .order_by(_FILE.c.mail, _FILE.c.position)
)
_WAITING_MAIL = (MailOutcome.QUARANTINE.value, MailOutcome.NEW.value)

# messages to send

IS_SEEN = exists().where(_SEEN.c.delivery == _OUTBOX.c.id).correlate(_OUTBOX)
MESSAGE_COLUMNS = (
    *(_OUTBOX.c[name] for name in ("id", "key", "channel", "person")),
    func.coalesce(_PERSON.c.name, ""),
    *(
        _OUTBOX.c[name]
        for name in ("address", "body", "state", "attempts", "created_at", "due_at", "done_at", "error")
    ),
    IS_SEEN,
)
"""What `to_message` takes, of the outbox joined with the person."""

_ANSWERS = ("%#_", "%#__", "%#card", "%#note%", "%#understood%")  # keys of what is said back in the chat
VISIBLE = and_(
    ~_OUTBOX.c.key.like("%#covert:%"),
    or_(
        _OUTBOX.c.person.is_(None),
        ~of_staff(_OUTBOX.c.person),
        ~or_(*(_OUTBOX.c.key.like(pattern) for pattern in _ANSWERS)),
    ),
)
"""What a list may show: nothing that tells of an unannounced visit, and no chat of people with a role."""

_MESSAGES = and_(
    VISIBLE,
    unless_given("channel", _OUTBOX.c.channel == _text("channel")),
    func.substr(_OUTBOX.c.key, 1, func.length(_text("begins"))) == _text("begins"),
    or_(bindparam("person", type_=Integer()) == 0, _OUTBOX.c.person == bindparam("person", type_=Integer())),
    unless_given("search", or_(holds(_OUTBOX.c.address, "pattern"), holds(_PERSON.c.name, "pattern"))),
)
_OF_STATE = or_(
    _text("states") == literal("", Text()),
    and_(_text("states") == literal("open", Text()), _OUTBOX.c.done_at.is_(None)),
    and_(
        _text("states") == literal("trouble", Text()),
        or_(_OUTBOX.c.state == "failed", _OUTBOX.c.state == "unsure"),
        ~IS_SEEN,
    ),
    _OUTBOX.c.state == _text("states"),
)
_FROM_OUTBOX = _OUTBOX.outerjoin(_PERSON, _PERSON.c.id == _OUTBOX.c.person)
_MESSAGE_SUMS = Statement(
    select(_OUTBOX.c.state, func.count()).select_from(_FROM_OUTBOX).where(_MESSAGES).group_by(_OUTBOX.c.state)
)
_MESSAGE_COUNT = Statement(select(func.count()).select_from(_FROM_OUTBOX).where(_MESSAGES, _OF_STATE))
_MESSAGE_ROWS = (
    select(*MESSAGE_COLUMNS)
    .select_from(_FROM_OUTBOX)
    .where(_MESSAGES, _OF_STATE)
    .limit(bindparam("at_most"))
    .offset(bindparam("after"))
)
_MESSAGE_PAGES = {
    down: Statement(_MESSAGE_ROWS.order_by(_OUTBOX.c.id.desc() if down else _OUTBOX.c.id))
    for down in (False, True)
}
_MESSAGE = Statement(
    select(*MESSAGE_COLUMNS).select_from(_FROM_OUTBOX).where(VISIBLE, _OUTBOX.c.id == bindparam("delivery"))
)
_SENT_SINCE = Statement(
    select(_OUTBOX.c.key, _OUTBOX.c.channel).where(
        _OUTBOX.c.state == "sent", _OUTBOX.c.done_at >= bindparam("since")
    )
)
_SEE_TO = Statement(
    insert(_SEEN)
    .from_select(
        ["delivery", "person", "at"],
        select(_OUTBOX.c.id, bindparam("by", type_=Integer()), bindparam("moment", type_=BigInteger())).where(
            _OUTBOX.c.id == bindparam("delivery"),
            or_(_OUTBOX.c.state == "failed", _OUTBOX.c.state == "unsure"),
        ),
    )
    .on_conflict_do_nothing()
)

# questions

_LEFT_OUT = "？?。.！!，,、； "  # few: every one is a level more for the parser
ASKED = reduce(
    lambda text, char: func.replace(text, literal(char, Text()), literal("", Text())),
    _LEFT_OUT,
    func.lower(_QUESTION.c.text),
)
_COVERT = or_(*(_QUESTION.c.text.like(f"%{word}%") for word in ("暗访", "不告知", "不打招呼")))
QUESTIONS = and_(
    ~and_(_COVERT, of_staff(_QUESTION.c.person)),
    unless_given("search", holds(_QUESTION.c.text, "pattern")),
)
REFUSED = func.sum(case((_QUESTION.c.refused, 1), else_=0))
_GROUPED = (
    select(
        func.min(_QUESTION.c.text).label("text"),
        func.count().label("count"),
        REFUSED.label("refused"),
        func.count(_QUESTION.c.person.distinct()).label("people"),
        func.min(_QUESTION.c.at).label("first_at"),
        func.max(_QUESTION.c.at).label("last_at"),
    )
    .where(QUESTIONS)
    .group_by(ASKED)
    .having(
        or_(
            _text("state") == literal("", Text()),
            and_(_text("state") == literal("answered", Text()), REFUSED == 0),
            and_(_text("state") == literal("refused", Text()), REFUSED > 0),
        )
    )
    .subquery()
)
_GROUP_COUNT = Statement(select(func.count()).select_from(_GROUPED))
_QUESTION_SUMS = Statement(select(func.count(), func.coalesce(REFUSED, 0)).where(QUESTIONS))
_GROUP_ROWS = select(*_GROUPED.c).limit(bindparam("at_most")).offset(bindparam("after"))
_QUESTION_SORTS: dict[QuestionSort, ColumnElement[Any]] = {
    QuestionSort.LATEST: _GROUPED.c.last_at,
    QuestionSort.COUNT: _GROUPED.c["count"],
}
_QUESTION_PAGES = {
    (sort, down): Statement(
        _GROUP_ROWS.order_by(column.desc() if down else column, _GROUPED.c.last_at.desc(), _GROUPED.c.text)
    )
    for sort, column in _QUESTION_SORTS.items()
    for down in (False, True)
}


class MessageLists(Part):
    __slots__ = ()

    def list_mails(self, query: MailQuery, scope: Scope, unit_field: str) -> Page[ListedMail, str]:
        wanted = {
            "campaign": self.campaign,
            "scope": scope_parameter(scope),
            "application": query.application,
            "search": query.search,
            "pattern": containing(query.search),
            "low_pattern": containing(query.search.lower()),
        }
        sums = {str(outcome): int(count) for outcome, count in self.session.rows(_MAIL_SUMS, wanted)}
        outcomes = _outcomes(query.outcome)
        total = sum(count for outcome, count in sums.items() if not outcomes or outcome in outcomes)
        page = {
            "outcomes": listed(*outcomes) if outcomes else "",
            "unit_field": unit_field,
            "at_most": PAGE,
            "after": (query.page - 1) * PAGE,
        }
        rows = self.session.rows(_MAIL_PAGES[query.sort, query.descending], wanted | page)
        return Page(tuple(_mail(row) for row in rows), total, sums)

    def files_of_mails(self, mails: Collection[int]) -> Sequence[ListedFile]:
        rows = self.session.rows(_FILES, {"mails": listed(*(str(mail) for mail in mails))})
        return [
            ListedFile(mail, name, size, sha256, FileKind(kind), FileState(state))
            for mail, name, size, sha256, kind, state in rows
        ]

    def list_outbox(self, query: OutboxQuery) -> Page[ListedMessage, str]:
        wanted = {
            "channel": query.channel,
            "begins": query.begins,
            "person": query.person,
            "search": query.search,
            "pattern": containing(query.search),
        }
        sums = {str(state): int(count) for state, count in self.session.rows(_MESSAGE_SUMS, wanted)}
        wanted["states"] = query.state.value
        if query.state is OutboxState.EVERYTHING:
            total = sum(sums.values())
        else:
            counted = self.session.row(_MESSAGE_COUNT, wanted)
            total = counted[0] if counted else 0
        page = {"at_most": PAGE, "after": (query.page - 1) * PAGE}
        rows = self.session.rows(_MESSAGE_PAGES[query.descending], wanted | page)
        return Page(tuple(to_message(row) for row in rows), total, sums)

    def delivery(self, delivery: int) -> ListedMessage | None:
        row = self.session.row(_MESSAGE, {"delivery": delivery})
        return to_message(row) if row else None

    def sent_since(self, since: datetime) -> Sequence[tuple[str, str]]:
        return [
            (key, channel) for key, channel in self.session.rows(_SENT_SINCE, {"since": to_number(since)})
        ]

    def see_to_delivery(self, delivery: int, person: int, now: datetime) -> bool:
        seen = {"delivery": delivery, "by": person, "moment": to_number(now)}
        return bool(self.session.change(_SEE_TO, seen))

    def list_questions(self, query: QuestionQuery, limit: int | None = None) -> Page[AskedOften, str]:
        state = QuestionState.REFUSED if query.state is QuestionState.OPEN else query.state
        wanted = {"search": query.search, "pattern": containing(query.search)}
        asked, refused = self.session.rows(_QUESTION_SUMS, wanted)[0]
        wanted["state"] = state.value
        (total,) = self.session.rows(_GROUP_COUNT, wanted)[0]
        at_most, after = (PAGE, (query.page - 1) * PAGE) if limit is None else (limit, 0)
        rows = self.session.rows(
            _QUESTION_PAGES[query.sort, query.descending], {**wanted, "at_most": at_most, "after": after}
        )
        found = tuple(
            AskedOften(text, count, int(unanswered), people, to_moment(first), to_moment(last))
            for text, count, unanswered, people, first, last in rows
        )
        return Page(found, total, {"asked": asked, "refused": int(refused)})


def _outcomes(state: MailState) -> tuple[str, ...]:
    """The outcomes that a state of the query stands for; none for all."""
    if state is MailState.WAITING:
        return _WAITING_MAIL
    return (state.value,) if state is not MailState.EVERYTHING else ()


def _mail(row: Row) -> ListedMail:
    mail, arrived, sender, name, subject, outcome, reason, *about, late, junk, arrivals, size = row
    application, number, unit, files = about
    return ListedMail(
        mail,
        to_moment(arrived),
        sender,
        name,
        subject,
        MailOutcome(outcome),
        reason,
        application,
        number,
        unit,
        files,
        bool(late),
        bool(junk),
        arrivals,
        size,
    )


def to_message(row: Row) -> ListedMessage:
    """From a row of `MESSAGE_COLUMNS`."""
    number, key, channel, person, name, address, body, state, attempts, created, due, done, error, seen = row
    return ListedMessage(
        number,
        key,
        Channel(channel),
        person,
        name,
        address,
        from_json(body),
        state,
        attempts,
        to_moment(created),
        to_moment(due),
        None if done is None else to_moment(done),
        error,
        bool(seen),
    )
