"""An office that files mails: the decision about them on a real database, from what was read of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.dialogue.understand import Labels
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.documents.print_code import print_code
from bot.model.application import Application, Change, Printed
from bot.model.deck import DeckProblem, DeckReport
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    Inspection,
    Material,
    ParsedMail,
    Part,
    Settled,
    Trust,
)
from bot.model.message import Channel, Mail, Text
from bot.ports import Draft, Store
from bot.work.file_mail import MailOffice, file_mail
from bot.work.turn import Clerk
from config.campaign import Campaign
from storage.bodies import from_json
from storage.database import Database, open_database
from storage.tables import Base
from storage.writer import ThreadWriter
from tests.fakes.conversation import FORM, Notice

BOX = "pdszffzb@126.com"
HOLDER = "lixiaoming"  # in WeCom
CONTACT = FORM["contact_email"]
STRANGER = "someone@qq.com"
IN_TIME = datetime(2019, 7, 12, 1, 30, tzinfo=UTC)
LATE = datetime(2019, 7, 26, 1, 30, tzinfo=UTC)

Attached = tuple[Part, Inspection | None]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def part(name: str, content: str, type: str, inline: bool = False, problem: FileState | None = None) -> Part:
    return Part(name, (), 1_834_211, sha(content), type, problem, inline)


def deck(content: str = "deck", name: str = "申报报告.pptx", problem: FileState | None = None) -> Attached:
    opens = problem in (None, FileState.MACRO, FileState.MISLABELLED)
    report = DeckReport(
        1_834_211, sha(content), "pptx", opens, None if opens else DeckProblem(problem or ""),
        problem is FileState.MACRO, 28, 4312, 35,
    )  # fmt: skip
    return part(name, content, "pptx"), Inspection(FileKind.DECK, problem, report, pages=28)


def form(values: Mapping[str, str], content: str = "form", code: str = "") -> Attached:
    return part("申报表.docx", content, "docx"), Inspection(FileKind.FORM, form=dict(values), code=code)


def scan(content: str = "scan", name: str = "盖章件.pdf", code: str = "") -> Attached:
    return part(name, content, "pdf"), Inspection(FileKind.SCAN, code=code, pages=1)


def other(name: str = "预算.xlsx") -> Attached:
    return part(name, name, "xlsx"), Inspection(FileKind.OTHER)


@dataclass
class Office:
    """`machine` is the machine's clock; mails arrive at `now` by the campaign clock unless told otherwise."""

    campaign: Campaign
    url: str
    machine: datetime = datetime(2026, 7, 12, 1, 30, tzinfo=UTC)
    now: datetime = IN_TIME
    _count: Any = field(default_factory=lambda: count(1))
    _last: Any = None  # the latest mail

    def __post_init__(self) -> None:
        self.database: Database = open_database(self.url, self.campaign.id)
        self.writer = ThreadWriter(self.database)
        self.writer.start()
        self.run = self.writer.run_blocking
        labels = Labels(self.campaign.form)
        self.clerk = Clerk(self.campaign, labels, Notice(), self._id, lambda: self.machine, self._message_id)
        self.desk = MailOffice(self.clerk, BOX, lambda: f"{next(self._count):032x}")

    def close(self) -> None:
        self.writer.stop()
        self.database.close()

    def _id(self) -> str:
        return f"{next(self._count):016x}"

    def _message_id(self, number: str) -> str:
        return f"<{number}.{next(self._count):032x}@126.com>"

    # what is there before

    def apply(self, holder: str = HOLDER, submitted: bool = True, **values: str) -> Application:
        """An application filled in WeCom."""
        filled = {**FORM, **values}

        def begin(store: Store) -> str:
            person = store.visitor(Channel.WECOM, holder, "李晓明", self.now).person.id
            started = store.start(self._id(), person, "draft", self.now)
            changes = [Change(name, value, "") for name, value in filled.items()]
            unit = unit_key(self.campaign.units, filled["unit_name"])
            email = filled["contact_email"]
            store.revise(started.id, filled, changes, unit, person, Channel.WECOM, self.now, email)
            if submitted:
                store.move(started.id, "submitted", True, f"{started.number}-1", self.now)
            return started.id

        return self.application(self.run(begin))

    def print(self, application: Application) -> Printed:
        """The form as it stands, printed."""
        version = version_of(self.campaign, application.values)
        printed = Printed(
            application.id, version, print_code(application.id + version), sha(version), self.now
        )
        assert self.run(lambda store: store.add_print(printed))
        return printed

    def change(self, application: Application, **values: str) -> None:
        known = {**self.application(application.id).values, **values}
        changes = [Change(name, value, "") for name, value in values.items()]
        unit, email = unit_key(self.campaign.units, known["unit_name"]), known["contact_email"]
        self.run(
            lambda store: store.revise(
                application.id, known, changes, unit, application.holder, Channel.WECOM, self.now, email
            )
        )

    # a mail

    def receive(
        self,
        sender: str,
        *attached: Attached,
        subject: str = "申报材料",
        text: str = "",
        trust: Trust = Trust.MISSING,
        junk: bool = False,
        arrived: datetime | None = None,
        **more: Any,
    ) -> Settled:
        at = arrived or self.now
        number = next(self._count)
        arrival = Arrival(
            BOX, "INBOX", 1, number, sha(f"mail {number}"), 9, at, at + timedelta(minutes=1), junk
        )
        mail, _ = self.run(lambda store: store.keep_mail(arrival))
        parsed = ParsedMail(
            message_id=f"<{number}@example.com>",
            sender=sender,
            subject=subject,
            sent_at=at - timedelta(minutes=1),
            text=text,
            trust=trust,
            parts=tuple(one for one, _ in attached),
            **more,
        )
        record = self.run(lambda store: store.mail(mail))
        assert record is not None
        seen: Sequence[Inspection | None] = [inspection for _, inspection in attached]
        self._last = record, parsed, seen
        return self.again()

    def again(self, replayed: bool = False) -> Settled:
        """Decide about the latest mail, once more; `replayed`: as somebody who saw what became of it."""
        record, parsed, seen = self._last
        if replayed:
            record = self.run(lambda store: store.mail(record.id))
        return self.run(lambda store: file_mail(self.desk, store, record, parsed, seen))

    # what is there afterwards

    def application(self, application: str) -> Application:
        found = self.run(lambda store: store.application(application))
        assert found is not None
        return found

    def materials(self, application: Application) -> Sequence[Material]:
        return self.run(lambda store: store.materials(application.id))

    def outbox(self, channel: Channel, address: str = "") -> list[Any]:
        """The bodies waiting, oldest first: the mails (`Mail`) or the texts of a channel."""
        return [row.body for row in self.rows(channel) if address in ("", row.address)]

    def rows(self, channel: Channel) -> list[Draft]:
        with self.database.engine.connect() as connection:
            table = Base.metadata.tables["outbox"]
            found = connection.execute(
                select(table).where(table.c.channel == channel.value).order_by(table.c.id)
            )
            return [Draft(row.key, channel, row.person, row.address, from_json(row.body)) for row in found]

    def letters(self, address: str) -> list[Mail]:
        return [body for body in self.outbox(Channel.MAIL, address) if isinstance(body, Mail)]

    def pushed(self, address: str = HOLDER) -> list[str]:
        return [body.text for body in self.outbox(Channel.WECOM, address) if isinstance(body, Text)]

    def table(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.database.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(Base.metadata.tables[name])).mappings()]


def states(settled: Settled) -> list[tuple[str, str]]:
    """Kind and state of each attachment."""
    return [(file.kind.value, file.state.value) for file in settled.files]
