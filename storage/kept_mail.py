"""One mail with everything on record of it, and what staff change about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.model.kept_mail import KeptMail, MailAnswer
from bot.model.mail import (
    FileKind,
    FileState,
    Link,
    MailFile,
    MailOutcome,
    MailRecord,
    Matched,
    Trust,
)
from bot.model.mail import Part as Attachment
from bot.model.message import Mail, Text
from storage import mail_tables as tables
from storage.bodies import from_json
from storage.part import Part
from storage.session import Row, Statement
from storage.tables import Outbox, Setting, table, to_moment

_MAIL = table(tables.Mail)
_FILE = table(tables.MailFile)
_OUTBOX = table(Outbox)
_SETTING = table(Setting)
CLOSED_LINKS = "links_closed:"
"""What the key of the setting begins with that says: nothing more is to be done about a mail's links."""

RECORD = tuple(
    _MAIL.c[name]
    for name in (
        "id", "sha256", "size", "arrived_at", "read_at", "junk", "outcome", "attempts", "sender", "subject",
        "message_id", "reason", "application",
    )
)  # fmt: skip
"""What `to_record` takes, in this order."""

_MORE = tuple(
    _MAIL.c[name]
    for name in (
        "sender_name", "recipients", "sent_at", "trust", "automatic", "matched_by", "late", "arrivals", "text",
        "full_text", "links", "problems", "error",
    )
)  # fmt: skip
_ONE = (_MAIL.c.id == bindparam("mail"), _MAIL.c.campaign == bindparam("campaign"))
_KEPT = Statement(select(*RECORD, *_MORE).where(*_ONE))
_FILES = Statement(
    select(*(_FILE.c[name] for name in ("name", "path", "size", "sha256", "type", "kind", "state")))
    .where(_FILE.c.mail == bindparam("mail"))
    .order_by(_FILE.c.position)
)
_ANSWERS = Statement(
    select(
        *(_OUTBOX.c[name] for name in ("key", "channel", "address", "state", "error", "created_at", "body"))
    )
    .where(_OUTBOX.c.key >= bindparam("first"), _OUTBOX.c.key < bindparam("beyond"))
    .order_by(_OUTBOX.c.id)
)
_MARK = Statement(
    update(_MAIL).where(*_ONE).values(outcome=bindparam("new_outcome"), reason=bindparam("new_reason"))
)
_OPEN_LINKS = Statement(delete(_SETTING).where(_SETTING.c.key == bindparam("key")))


class KeptMails(Part):
    __slots__ = ()

    def kept_mail(self, mail: int) -> KeptMail | None:
        found = self.session.row(_KEPT, {"mail": mail, "campaign": self.campaign})
        if found is None:
            return None
        return _kept(found, [_file(row) for row in self.session.rows(_FILES, {"mail": mail})])

    def mail_answers(self, sha256: str) -> Sequence[MailAnswer]:
        rows = self.session.rows(_ANSWERS, {"first": f"mail:{sha256}:", "beyond": f"mail:{sha256};"})
        return [_answer(row) for row in rows]

    def mark_mail(self, mail: int, outcome: MailOutcome, reason: str) -> None:
        values = {"new_outcome": outcome.value, "new_reason": reason}
        if not self.session.change(_MARK, {"mail": mail, "campaign": self.campaign, **values}):
            raise KeyError(f"no mail {mail}")

    def open_links(self, mail: int) -> None:
        self.session.change(_OPEN_LINKS, {"key": f"{CLOSED_LINKS}{mail}"})


def to_record(row: Row) -> MailRecord:
    """From a row of `RECORD`."""
    mail, sha256, size, arrived, read, junk, outcome, attempts, *known = row
    return MailRecord(
        mail,
        sha256,
        size,
        to_moment(arrived),
        to_moment(read),
        bool(junk),
        MailOutcome(outcome),
        attempts,
        *known,
    )


def from_link(link: Link) -> Any:
    """As it is kept among a mail's links."""
    expires = link.expires_at.isoformat() if link.expires_at else None
    return {"url": link.url, "host": link.host, "name": link.name, "bytes": link.size, "expires_at": expires}


def to_link(kept: Mapping[str, Any]) -> Link:
    """The inverse of `from_link`."""
    expires = datetime.fromisoformat(kept["expires_at"]) if kept["expires_at"] else None
    return Link(kept["url"], kept["host"], kept["name"], kept["bytes"], expires)


def _kept(row: Row, files: Sequence[MailFile]) -> KeptMail:
    (
        sender_name, recipients, sent_at, trust, automatic, matched_by, late, arrivals, newest, full_text, links,
        problems, error,
    ) = row[len(RECORD) :]  # fmt: skip
    return KeptMail(
        to_record(tuple(row[: len(RECORD)])),
        sender_name,
        tuple(json.loads(recipients)),
        None if sent_at is None else to_moment(sent_at),
        Trust(trust) if trust else Trust.MISSING,
        automatic,
        Matched(matched_by) if matched_by else None,
        bool(late),
        arrivals,
        newest,
        full_text,
        tuple(to_link(link) for link in json.loads(links)),
        tuple(problems.split()),
        error,
        tuple(files),
    )


def _file(row: Row) -> MailFile:
    name, path, size, sha256, type_, kind, state = row
    part = Attachment(name, tuple(json.loads(path)), size, sha256, type_)
    return MailFile(part, FileKind(kind), FileState(state))


def _answer(row: Row) -> MailAnswer:
    key, channel, address, state, error, created, body = row
    said = from_json(body)
    subject = said.subject if isinstance(said, Mail) else ""
    text = said.text if isinstance(said, Mail | Text) else ""
    return MailAnswer(key, channel, address, state, error, to_moment(created), subject, text)
