"""A campaign under way in a real database: units with drafts, bodies with people, the office, and a clock."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache

from sqlalchemy import select

from bot.dialogue.understand import Labels
from bot.documents.form_version import version_of
from bot.knowledge.answer import Knowledge
from bot.model.application import Change
from bot.model.message import Channel, Mail, Text
from bot.model.staff import Package, Role
from bot.ports import Store
from bot.work.remind import ReminderDesk
from bot.work.turn import Clerk
from config.campaign import Campaign
from storage import tables
from storage.bodies import from_json
from storage.database import Database, open_database
from storage.session import Statement
from storage.tables import table
from storage.writer import ThreadWriter
from tests.fakes.conversation import FORM, campaign


@cache
def _knowledge() -> Knowledge:
    return Knowledge(campaign())


@dataclass
class Clock:
    """The campaign clock of a test."""

    now: datetime

    def to(self, day: str, clock: str) -> None:
        self.now = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), campaign().zone)


@dataclass
class Office:
    """A database, who writes to it, and the desk that reminds."""

    database: Database
    writer: ThreadWriter
    clock: Clock
    campaign: Campaign = field(default_factory=campaign)
    woken: int = 0

    @property
    def clerk(self) -> Clerk:
        return Clerk(
            self.campaign,
            Labels(campaign().form),
            _knowledge(),
            lambda: secrets.token_hex(8),
            lambda: datetime.now(UTC),
            lambda number: f"<{number}.{secrets.token_hex(4)}@example.com>",
        )

    def desk(self) -> ReminderDesk:
        """A process of the service, as far as reminders go."""
        return ReminderDesk(self.clerk, self.database, self.writer, lambda: self.clock.now, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def do(self, use_case: Callable[[Store], object]) -> None:
        self.writer.run_blocking(use_case)

    def draft(
        self, number: int, body: str = "", leaves_out: Sequence[str] = (), by_mail: bool = False
    ) -> int:
        """An application of its own unit, filled by a person of its own; the person."""

        def use_case(store: Store) -> int:
            channel = Channel.MAIL if by_mail else Channel.WECOM
            address = f"unit{number}@example.com" if by_mail else f"unit{number}"
            person = store.visitor(channel, address, "", self.clock.now).person.id
            store.start(application_id(number), person, "draft", self.clock.now)
            values = {key: value for key, value in FORM.items() if key not in leaves_out}
            values["unit_name"] = f"第{number}局"
            change = Change("unit_name", values["unit_name"], "")
            store.revise(
                application_id(number), values, [change], values["unit_name"], person, channel, self.clock.now,
                body=body,
            )  # fmt: skip
            return person

        return self.writer.run_blocking(use_case)

    def member(
        self, name: str, role: Role, body: str = "", deputy: bool = False, reached: bool = True
    ) -> int:
        def use_case(store: Store) -> int:
            person = store.new_person(name, self.clock.now)
            if reached:
                store.bind(person, Channel.WECOM, name)
            store.add_member(person, role, body, deputy, self.clock.now)
            return person

        return self.writer.run_blocking(use_case)

    def settle(self, number: int) -> None:
        """The unit files its application with all that belongs to it."""
        on_file = {"deck": "d", "paper": "2019-07-18", "declared_accepted": "yes", "declared_lawful": "yes"}

        def use_case(store: Store) -> None:
            known = store.application(application_id(number))
            assert known is not None
            store.move(known.id, "submitted", True, f"{known.number}-1", self.clock.now)
            store.set_dossier(known.id, {**on_file, "scans": version_of(campaign(), known.values)})

        self.do(use_case)

    def zero_reports(self, *but: str) -> None:
        """Every body but these recommends nobody."""
        person = self.member("零报告", Role.OFFICE)

        def use_case(store: Store) -> None:
            for body in campaign().bodies:
                if body.id not in but:
                    store.add_package(Package(0, body.id, "", True, False, person, self.clock.now))
            for member in store.memberships(person):
                store.end_member(member.id, self.clock.now)

        self.do(use_case)

    def sent(self, prefix: str = "remind:") -> list[str]:
        """The keys of what was queued, in order of writing."""
        return [key for key, _, _ in self.rows() if key.startswith(prefix)]

    def texts(self, prefix: str = "remind:") -> list[str]:
        return [text for key, _, text in self.rows() if key.startswith(prefix)]

    def rows(self) -> list[tuple[str, str, str]]:
        """(key, address, text) of the texts and mails in the outbox, in order of writing."""
        outbox = table(tables.Outbox)
        query = Statement(select(outbox.c.key, outbox.c.address, outbox.c.body).order_by(outbox.c.id))
        found = []
        for key, address, body in self.database.read(lambda store: store.session.rows(query)):
            message = from_json(body)
            if isinstance(message, Text | Mail):
                found.append((key, address, message.text))
        return found

    def audited(self, action: str) -> list[str]:
        """The keys that the audit log tells of."""
        audit = table(tables.Audit)
        query = Statement(select(audit.c.details).where(audit.c.action == action).order_by(audit.c.id))
        rows = self.database.read(lambda store: store.session.rows(query))
        return [json.loads(details)["key"] for (details,) in rows]

    def alarms(self) -> dict[str, str]:
        """Text of each open alarm, by kind."""
        alarm = table(tables.Alarm)
        query = Statement(select(alarm.c.kind, alarm.c.text).where(alarm.c.closed_at.is_(None)))
        return dict(self.database.read(lambda store: store.session.rows(query)))

    def cutoff(self, body: str, day: date) -> None:
        """The body sets its own date."""
        self.do(lambda store: store.set_cutoff(body, day))


def application_id(number: int) -> str:
    return f"{number:016x}"


def open_office(url: str) -> Office:
    database = open_database(url, campaign().id)
    writer = ThreadWriter(database)
    writer.start()
    return Office(database, writer, Clock(datetime(2019, 7, 10, 1, tzinfo=UTC)))
