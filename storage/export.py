"""Everything that is kept of one application: writing it out, and deleting it.

Messages do not say which application they are about. So those of everybody who ever filled it belong to
it, even if the same person fills another one as well, and so does their mail that was laid aside: an export
rather shows too much to the office, a purge rather deletes too much. Rows of the audit log stay; they never
hold values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, delete, insert, or_, select, union, update

from bot.model.application import AuditEntry
from bot.ports import FileStore
from storage import mail_tables, staff_tables, tables, work_tables
from storage.bodies import files_of
from storage.database import Database
from storage.export_course import (
    course_belongings,
    course_files,
    course_files_of_others,
    covert_files,
    purge_course,
)
from storage.failures import told_as_unavailable
from storage.part import dumps
from storage.tables import table

_APPLICATION = table(tables.Application)
_REVISION = table(tables.Revision)
_WORK = table(work_tables.LongWork)
_NOTE = table(tables.Note)
_PRINT = table(tables.Print)
_LATE = table(tables.LateAttempt)
_INBOX = table(tables.Inbox)
_OUTBOX = table(tables.Outbox)
_QUESTION = table(tables.Question)
_IDENTITY = table(tables.Identity)
_AUDIT = table(tables.Audit)
_PAGE = table(tables.PageToken)
_CONVERSATION = table(tables.Conversation)
_MAIL = table(mail_tables.Mail)
_MAIL_FILE = table(mail_tables.MailFile)
_MAIL_SENT = table(mail_tables.MailSent)
_MATERIAL = table(mail_tables.Material)
_UPLOAD = table(mail_tables.Upload)
_RANKING = table(staff_tables.Ranking)
_PAPER = table(staff_tables.Paper)
_RECIPIENT = table(staff_tables.NoticeRecipient)
_PURGED = '{"type": "text", "text": ""}'


@told_as_unavailable()
def export_application(database: Database, files: FileStore, application: str, out: Path) -> Path:
    """Write `application.json` and the files into the folder `out`; the path of the JSON file.

    KeyError if there is no such application (an id, number or receipt number).
    """
    with database.engine.connect() as connection:
        found = _find(connection, database.campaign, application)
        kept = {owned.name: _rows(connection, query) for owned, query in _belongings(found)}
        names = _file_names(connection, found)
    out.mkdir(parents=True, exist_ok=True)
    for sha256 in names:
        (out / sha256).write_bytes(files.get(sha256))
    target = out / "application.json"
    target.write_text(json.dumps(kept | {"files": names}, ensure_ascii=False, indent=2, default=_plainly))
    return target


@told_as_unavailable()
def purge_application(database: Database, files: FileStore, application: str, now: datetime) -> str:
    """Delete the application, its history and its files, and record that it was done; its id.

    Files go first: if this is interrupted, the rows still say what is left to purge.
    """
    with _writing(database) as connection:
        found = _find(connection, database.campaign, application)
        for sha256 in _own_files(connection, found):
            files.remove(sha256)
        entry = _record(connection, found)
        _delete(connection, found, now)
        moment = {"at": now, "action": entry.action, "application": found, "person": None, "channel": ""}
        connection.execute(insert(_AUDIT).values(moment | {"details": dumps(dict(entry.details))}))
    return found


def _find(connection: Connection, campaign: str, known_as: str) -> str:
    if not known_as:
        raise KeyError("an application is named by its id, number or receipt number")
    named = or_(
        _APPLICATION.c.id == known_as, _APPLICATION.c.number == known_as, _APPLICATION.c.receipt == known_as
    )
    found = connection.scalar(select(_APPLICATION.c.id).where(_APPLICATION.c.campaign == campaign, named))
    if found is None:
        raise KeyError(f"no application {known_as}")
    return str(found)


def _persons(application: str) -> Select[Any]:
    """Everybody who ever filled it."""
    return select(
        union(
            select(_APPLICATION.c.holder.label("person")).where(_APPLICATION.c.id == application),
            select(_REVISION.c.person).where(_REVISION.c.application == application),
        ).subquery()
    )


def _notes(application: str) -> Any:
    return _NOTE.c.data.contains(f'"application": "{application}"', autoescape=True)


def _belongings(application: str) -> Iterator[tuple[Table, Select[Any]]]:
    persons = _persons(application)
    yield _APPLICATION, select(_APPLICATION).where(_APPLICATION.c.id == application)
    for owned in (_REVISION, _PRINT, _LATE, _AUDIT, _MATERIAL, _UPLOAD, _MAIL_SENT, _RANKING, _PAPER):
        yield owned, select(owned).where(owned.c.application == application)
    yield from course_belongings(application)
    yield _MAIL, select(_MAIL).where(_MAIL.c.id.in_(_mails(application))).order_by(_MAIL.c.id)
    yield _MAIL_FILE, select(_MAIL_FILE).where(_MAIL_FILE.c.mail.in_(_mails(application)))
    yield _NOTE, select(_NOTE).where(_notes(application))
    yield _OUTBOX, select(_OUTBOX).where(_sent(application)).order_by(_OUTBOX.c.id)
    yield _QUESTION, select(_QUESTION).where(_QUESTION.c.person.in_(persons)).order_by(_QUESTION.c.id)
    yield _INBOX, select(_INBOX).where(_from(persons)).order_by(_INBOX.c.id)


def _mails(application: str) -> Select[Any]:
    """The mails of the application, and those of its people that were filed nowhere."""
    laid_aside = _MAIL.c.application.is_(None) & _MAIL.c.sender.in_(_addresses(application))
    return select(_MAIL.c.id).where(or_(_MAIL.c.application == application, laid_aside))


def _addresses(application: str) -> Select[Any]:
    """The mail addresses of everybody who ever filled it, and its contact's."""
    known = and_(_IDENTITY.c.channel == "mail", _IDENTITY.c.person.in_(_persons(application)))
    return select(
        union(
            select(_IDENTITY.c.address.label("address")).where(known),
            select(_APPLICATION.c.email).where(_APPLICATION.c.id == application, _APPLICATION.c.email != ""),
        ).subquery()
    )


def _sent(application: str) -> Any:
    """Messages to these people; an answer to a mail that was laid aside is known by its address only."""
    answers = and_(_OUTBOX.c.channel == "mail", _OUTBOX.c.person.is_(None))
    theirs = _OUTBOX.c.person.in_(_persons(application))
    return or_(theirs, answers & _OUTBOX.c.address.in_(_addresses(application)))


def _from(persons: Any) -> Any:
    """Messages of these people; one whose turn failed is known by its sender only."""
    theirs = select(_IDENTITY.c.id).where(
        _IDENTITY.c.person.in_(persons),
        _IDENTITY.c.channel == _INBOX.c.channel,
        _IDENTITY.c.address == _INBOX.c.sender,
    )
    return or_(_INBOX.c.person.in_(persons), theirs.exists())


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _plainly(value: object) -> str:
    """Moments, as ISO."""
    assert isinstance(value, datetime)
    return value.isoformat()


def _file_names(connection: Connection, application: str) -> list[str]:
    """The SHA-256 of every file of the application: printed, received, or sent to those who filled it."""
    kept = connection.scalars(
        union(
            select(_PRINT.c.sha256).where(_PRINT.c.application == application),
            select(_MATERIAL.c.sha256).where(_MATERIAL.c.application == application),
            select(_UPLOAD.c.sha256).where(_UPLOAD.c.application == application, _UPLOAD.c.sha256 != ""),
            select(_MAIL.c.sha256).where(_MAIL.c.id.in_(_mails(application))),
            select(_MAIL_FILE.c.sha256).where(_MAIL_FILE.c.mail.in_(_mails(application))),
            *course_files(application),
        )
    )
    sent = connection.scalars(select(_OUTBOX.c.body).where(_sent(application)))
    pictures = _pictures(connection, application)
    return sorted({*kept, *pictures, *(sha256 for body in sent for sha256 in files_of(body))})


def _pictures(connection: Connection, application: str) -> set[str]:
    """The pictures of the pages of its decks."""
    made = select(_MATERIAL.c.pictures).where(
        _MATERIAL.c.application == application, _MATERIAL.c.pictures.is_not(None)
    )
    return {sha256 for pictures in connection.scalars(made) for sha256 in json.loads(pictures)}


def _pictures_of_others(connection: Connection, application: str, names: Sequence[str]) -> set[str]:
    """The same deck has the same pictures, whosever it is."""
    made = select(_MATERIAL.c.pictures).where(
        _MATERIAL.c.application != application,
        _MATERIAL.c.pictures.is_not(None),
        _MATERIAL.c.sha256.in_(names),
    )
    return {sha256 for pictures in connection.scalars(made) for sha256 in json.loads(pictures)}


def _own_files(connection: Connection, application: str) -> Sequence[str]:
    """Those that belong to nothing else."""
    pictures = connection.scalars(covert_files(application))
    names = sorted({*_file_names(connection, application), *pictures})
    theirs = _MAIL.c.id.not_in(_mails(application))
    others = union(
        select(_PRINT.c.sha256).where(_PRINT.c.application != application, _PRINT.c.sha256.in_(names)),
        select(_MATERIAL.c.sha256).where(
            _MATERIAL.c.application != application, _MATERIAL.c.sha256.in_(names)
        ),
        select(_MAIL_FILE.c.sha256)
        .join(_MAIL, _MAIL.c.id == _MAIL_FILE.c.mail)
        .where(theirs, _MAIL_FILE.c.sha256.in_(names)),
        select(_UPLOAD.c.sha256).where(_UPLOAD.c.application != application, _UPLOAD.c.sha256.in_(names)),
        *course_files_of_others(application),
    )
    shared = set(connection.scalars(others)) | _pictures_of_others(connection, application, names)
    return [name for name in names if name not in shared]


def _record(connection: Connection, application: str) -> AuditEntry:
    number, content = connection.execute(
        select(_APPLICATION.c.number, _APPLICATION.c.content).where(_APPLICATION.c.id == application)
    ).one()
    details = {"number": str(number), "fields": ",".join(sorted(json.loads(content)))}
    return AuditEntry("purge", application, None, "", details)


def _delete(connection: Connection, application: str, now: datetime) -> None:
    persons = list(connection.scalars(_persons(application)))
    emptied = {"text": "", "details": "{}", "replies": "[]", "name": "", "error": ""}
    connection.execute(update(_INBOX).where(_from(persons)).values(emptied))
    theirs = _sent(application)
    unsent = _OUTBOX.c.done_at.is_(None)
    connection.execute(update(_OUTBOX).where(theirs, unsent).values(state="cancelled", done_at=now))
    connection.execute(update(_OUTBOX).where(theirs).values(body=_PURGED, error=""))
    mailed = theirs & (_OUTBOX.c.channel == "mail")
    connection.execute(update(_OUTBOX).where(mailed).values(address=""))
    connection.execute(delete(_QUESTION).where(_QUESTION.c.person.in_(persons)))
    # A conversation may hold what was said last; the next message begins afresh from the form.
    connection.execute(update(_CONVERSATION).where(_CONVERSATION.c.person.in_(persons)).values(state=""))
    unfiled = _LATE.c.application.is_(None) & _LATE.c.person.in_(persons)
    connection.execute(delete(_LATE).where(or_(_LATE.c.application == application, unfiled)))
    connection.execute(delete(_NOTE).where(_notes(application)))
    connection.execute(delete(_MAIL_FILE).where(_MAIL_FILE.c.mail.in_(_mails(application))))
    unfiled_sent = _MAIL_SENT.c.application.is_(None) & _MAIL_SENT.c.address.in_(_addresses(application))
    connection.execute(delete(_MAIL_SENT).where(unfiled_sent))
    # The row stays, so that the message is not fetched again.
    blank = dict.fromkeys(("sender", "sender_name", "subject", "text", "full_text", "reply"), "")
    nobody = {"recipients": "[]", "links": "[]"}
    connection.execute(update(_MAIL).where(_MAIL.c.id.in_(_mails(application))).values(blank | nobody))
    connection.execute(delete(_WORK))  # tables that were exported lately: whoever needs one makes it again
    purge_course(connection, application)
    for owned in (_REVISION, _PRINT, _PAGE, _MATERIAL, _UPLOAD, _MAIL_SENT, _RANKING, _PAPER, _RECIPIENT):
        connection.execute(delete(owned).where(owned.c.application == application))
    connection.execute(delete(_APPLICATION).where(_APPLICATION.c.id == application))


@contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        is_postgres = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("BEGIN" if is_postgres else "BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
