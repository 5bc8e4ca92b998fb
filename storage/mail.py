"""Mail on record: where it was found, what was decided about it, and its attachments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.linked_mail import LinkedMail
from bot.model.mail import Arrival, MailOutcome, MailRecord, Matched, ParsedMail, Settled, Trust
from storage import mail_tables as tables
from storage.kept_mail import CLOSED_LINKS, RECORD, KeptMails, from_link, to_link, to_record
from storage.part import dumps
from storage.session import Row, Statement
from storage.tables import BY_MAIL, Outbox, Setting, columns, table, to_number

_MAIL = table(tables.Mail)
_PLACE = table(tables.MailPlace)
_FILE = table(tables.MailFile)
_SENT = table(tables.MailSent)
_OUTBOX = table(Outbox)
_SETTING = table(Setting)

_OURS = _MAIL.c.campaign == bindparam("campaign")
_ONE = _MAIL.c.id == bindparam("mail")
_ADD = Statement(
    insert(_MAIL)
    .values({column: bindparam(column.name) for column in columns(tables.Mail, "id", "sent_at", "reply")})
    .returning(_MAIL.c.id)
)
_OF_BYTES = Statement(select(_MAIL.c.id).where(_OURS, _MAIL.c.sha256 == bindparam("sha256")))
_ONE_MORE_ARRIVAL = Statement(update(_MAIL).where(_ONE).values(arrivals=_MAIL.c.arrivals + 1))
_AT_PLACE = Statement(
    select(_PLACE.c.mail).where(
        *(_PLACE.c[name] == bindparam(name) for name in ("account", "folder", "uid_validity", "uid"))
    )
)
_ADD_PLACE = Statement(
    insert(_PLACE).values({column: bindparam(column.name) for column in columns(tables.MailPlace)})
)
_MOVE_PLACE = Statement(
    update(_PLACE)
    .where(
        *(_PLACE.c[name] == bindparam(f"at_{name}") for name in ("account", "folder", "uid_validity", "uid"))
    )
    .values(mail=bindparam("new_mail"))
)
_PLACES = Statement(
    select(_PLACE.c.uid)
    .join(_MAIL, _MAIL.c.id == _PLACE.c.mail)
    .where(_OURS, *(_PLACE.c[name] == bindparam(name) for name in ("account", "folder", "uid_validity")))
)
_OPEN = Statement(
    select(*RECORD)
    .where(_OURS, text("outcome = 'new'"))
    .order_by(_MAIL.c.arrived_at, _MAIL.c.id)
    .limit(bindparam("at_most"))
)
_BY_ID = Statement(select(*RECORD).where(_ONE, _OURS))
_COUNT_ATTEMPT = Statement(
    update(_MAIL)
    .where(_ONE)
    .values(attempts=_MAIL.c.attempts + 1, error=bindparam("new_error"))
    .returning(_MAIL.c.attempts)
)
_DECIDED = (
    "outcome", "reason", "application", "matched_by", "late", "message_id", "sender", "sender_name", "recipients",
    "subject", "sent_at", "trust", "automatic", "text", "full_text", "links", "problems", "reply",
)  # fmt: skip
_SETTLE = Statement(update(_MAIL).where(_ONE).values({name: bindparam(f"new_{name}") for name in _DECIDED}))
_FORGET_FILES = Statement(delete(_FILE).where(_FILE.c.mail == bindparam("mail")))
_ADD_FILE = Statement(
    insert(_FILE).values({column: bindparam(column.name) for column in columns(tables.MailFile, "id")})
)

_OF_SENT = Statement(
    select(_SENT.c.application, _SENT.c.address).where(_SENT.c.message_id == bindparam("message_id"))
)
_OF_FILED = Statement(
    select(_MAIL.c.application)
    .where(_OURS, _MAIL.c.message_id == bindparam("message_id"), text("message_id <> ''"))
    .where(_MAIL.c.application.is_not(None))
    .order_by(_MAIL.c.id)
)
_ADD_SENT = Statement(
    upsert(_SENT)
    .values({column: bindparam(column.name) for column in columns(tables.MailSent)})
    .on_conflict_do_nothing()
)
_REPLIES = Statement(
    select(func.count())
    .select_from(_OUTBOX)
    .where(
        and_(text(BY_MAIL), _OUTBOX.c.address == bindparam("address")),
        _OUTBOX.c.created_at >= bindparam("since"),
    )
)

_LINKED = Statement(
    select(*RECORD, _MAIL.c.trust, _MAIL.c.matched_by, _MAIL.c.text, _MAIL.c.links)
    .where(_OURS, text("outcome = 'filed'"), _MAIL.c.id > bindparam("after"))
    .where(_MAIL.c.application.is_not(None), text("links <> '[]'"))
    .where(~exists().where(_SETTING.c.key == literal(CLOSED_LINKS).concat(cast(_MAIL.c.id, Text))))
    .order_by(_MAIL.c.id)
    .limit(bindparam("at_most"))
)
_CLOSE_LINKS = Statement(upsert(_SETTING).values(key=bindparam("key"), value="").on_conflict_do_nothing())


class Mailroom(KeptMails):
    __slots__ = ()

    def keep_mail(self, arrival: Arrival) -> tuple[int, bool]:
        place = {
            "account": arrival.account,
            "folder": arrival.folder,
            "uid_validity": arrival.uid_validity,
            "uid": arrival.uid,
        }
        at_place = self.session.row(_AT_PLACE, place)
        known = self.session.row(_OF_BYTES, {"campaign": self.campaign, "sha256": arrival.sha256})
        if known is not None and at_place == known:
            return known[0], False
        if known is not None:
            self.session.change(_ONE_MORE_ARRIVAL, {"mail": known[0]})
        mail = known[0] if known is not None else self._keep(arrival)
        if at_place is None:
            self.session.change(_ADD_PLACE, {**place, "mail": mail})
        else:  # the server gave the number to another message
            self.session.change(
                _MOVE_PLACE, {f"at_{name}": value for name, value in place.items()} | {"new_mail": mail}
            )
        return mail, known is None

    def _keep(self, arrival: Arrival) -> int:
        added = self.session.row(
            _ADD,
            {
                "campaign": self.campaign,
                "sha256": arrival.sha256,
                "size": arrival.size,
                "junk": arrival.junk,
                "arrivals": 1,
                "arrived_at": to_number(arrival.arrived_at),
                "read_at": to_number(arrival.read_at),
                "outcome": MailOutcome.NEW.value,
                "attempts": 0,
                "application": None,
                "late": False,
                "recipients": "[]",
                "links": "[]",
                **dict.fromkeys(_EMPTY, ""),
            },
        )
        assert added is not None
        return int(added[0])

    def places(self, account: str, folder: str, uid_validity: int) -> set[int]:
        rows = self.session.rows(
            _PLACES,
            {"campaign": self.campaign, "account": account, "folder": folder, "uid_validity": uid_validity},
        )
        return {row[0] for row in rows}

    def has_mail(self, sha256: str) -> bool:
        return self.session.row(_OF_BYTES, {"campaign": self.campaign, "sha256": sha256}) is not None

    def open_mail(self, limit: int) -> Sequence[MailRecord]:
        rows = self.session.rows(_OPEN, {"campaign": self.campaign, "at_most": limit})
        return [to_record(row) for row in rows]

    def mail(self, mail: int) -> MailRecord | None:
        found = self.session.row(_BY_ID, {"campaign": self.campaign, "mail": mail})
        return None if found is None else to_record(found)

    def count_attempt(self, mail: int, error: str) -> int:
        counted = self.session.row(_COUNT_ATTEMPT, {"mail": mail, "new_error": error})
        if counted is None:
            raise KeyError(f"no mail {mail}")
        return int(counted[0])

    def settle_mail(self, mail: int, parsed: ParsedMail, settled: Settled) -> None:
        if not self.session.change(_SETTLE, {"mail": mail, **_decided(parsed, settled)}):
            raise KeyError(f"no mail {mail}")
        self.session.change(_FORGET_FILES, {"mail": mail})
        self.session.change_each(
            _ADD_FILE,
            [
                {
                    "mail": mail,
                    "position": position,
                    "name": file.part.name,
                    "path": dumps(list(file.part.path)),
                    "size": file.part.size,
                    "sha256": file.part.sha256,
                    "type": file.part.type,
                    "kind": file.kind.value,
                    "state": file.state.value,
                }
                for position, file in enumerate(settled.files)
            ],
        )

    def thread(self, message_ids: Sequence[str]) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for message_id in message_ids:
            sent = self.session.row(_OF_SENT, {"message_id": message_id})
            if sent is not None:
                found.append((sent[0] or "", sent[1]))
                continue
            filed = self.session.row(_OF_FILED, {"campaign": self.campaign, "message_id": message_id})
            if filed is not None:
                found.append((filed[0], ""))
        return found

    def sent_mail(self, message_id: str, application: str | None, address: str) -> None:
        self.session.change(
            _ADD_SENT, {"message_id": message_id, "application": application, "address": address}
        )

    def replies_since(self, address: str, since: datetime) -> int:
        counted = self.session.row(_REPLIES, {"address": address, "since": to_number(since)})
        return counted[0] if counted else 0

    def linked_mail(self, after: int, limit: int) -> Sequence[LinkedMail]:
        rows = self.session.rows(_LINKED, {"campaign": self.campaign, "after": after, "at_most": limit})
        return [_linked(row) for row in rows]

    def close_links(self, mail: int) -> None:
        self.session.change(_CLOSE_LINKS, {"key": f"{CLOSED_LINKS}{mail}"})


_EMPTY = (
    "reason", "error", "matched_by", "message_id", "sender", "sender_name", "subject", "trust", "automatic",
    "text", "full_text", "problems",
)  # fmt: skip


def _linked(row: Row) -> LinkedMail:
    *record, trust, matched_by, newest, links = row
    return LinkedMail(
        to_record(tuple(record)),
        Trust(trust),
        Matched(matched_by) if matched_by else None,
        newest,
        tuple(to_link(link) for link in json.loads(links)),
    )


def _decided(parsed: ParsedMail, settled: Settled) -> dict[str, Any]:
    values = {
        "outcome": settled.outcome.value,
        "reason": settled.reason,
        "application": settled.application,
        "matched_by": settled.matched_by.value if settled.matched_by else "",
        "late": settled.late,
        "message_id": parsed.message_id,
        "sender": parsed.sender,
        "sender_name": parsed.sender_name,
        "recipients": dumps(list(parsed.to)),
        "subject": parsed.subject,
        "sent_at": None if parsed.sent_at is None else to_number(parsed.sent_at),
        "trust": parsed.trust.value,
        "automatic": parsed.automatic,
        "text": parsed.text,
        "full_text": parsed.full_text,
        "links": dumps([from_link(link) for link in parsed.links]),
        "problems": " ".join(parsed.problems),
        "reply": settled.reply,
    }
    return {f"new_{name}": value for name, value in values.items()}
