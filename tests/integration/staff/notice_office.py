"""An office with bodies, applicants and a real database, that writes notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row, text

from bot.dialogue.script import simplify
from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.application import Change, Person
from bot.model.message import Channel, Delivery, Inbound, Kind, Outcome
from bot.model.staff import Role
from bot.ports import Claimed, Store
from bot.staff.desk import Desk, StaffAnswer, StaffAsk
from bot.staff.notices import notice_desk
from bot.work.broadcast import lay_out
from bot.work.clerk import Clerk
from bot.work.notice_stop import wind_up
from config.campaign import Campaign
from storage.database import Database
from storage.writer import ThreadWriter

T = TypeVar("T")
NOW = datetime(2019, 7, 10, 1, 7, tzinfo=UTC)
SENT = Delivery(Outcome.SENT, remote_id="msg-1")


_KNOWN: dict[str, Knowledge] = {}


def _knowledge(campaign: Campaign) -> Knowledge:
    """Built once, because it takes longer than all else here."""
    if campaign.id not in _KNOWN:
        _KNOWN[campaign.id] = Knowledge(campaign)
    return _KNOWN[campaign.id]


def working_days(first: date, last: date) -> int:
    """Working days after the first day, through the second, where every Monday to Friday is one."""
    days = (first + timedelta(days=number + 1) for number in range((last - first).days))
    return sum(day.weekday() < 5 for day in days)


@dataclass
class NoticeOffice:
    """Who is there: `people` by a short name."""

    campaign: Campaign
    database: Database
    writer: ThreadWriter
    now: datetime = NOW
    people: dict[str, int] = field(default_factory=dict)
    has_mail: bool = True
    pending: dict[str, str] = field(default_factory=dict)
    _letters: int = 0
    _messages: int = 0

    @property
    def clerk(self) -> Clerk:
        return Clerk(
            self.campaign,
            Labels(self.campaign.form),
            _knowledge(self.campaign),
            lambda: "0" * 16,
            lambda: self.now,
            self._message_id if self.has_mail else None,
        )

    def _message_id(self, number: str) -> str:
        self._letters += 1
        return f"<{number}.{self._letters}@126.com>"

    def run(self, use_case: Callable[[Store], T]) -> T:
        return self.writer.run_blocking(use_case)

    # people

    def person(self, name: str, mail: str = "", wecom: bool = True) -> int:
        def make(store: Store) -> int:
            if not wecom:
                found = store.new_person(name, self.now)
            else:
                found = store.visitor(Channel.WECOM, name, name, self.now).person.id
            if mail:
                assert store.bind(found, Channel.MAIL, mail)
            return found

        self.people[name] = self.run(make)
        return self.people[name]

    def member(
        self,
        name: str,
        role: Role,
        body: str = "",
        *,
        deputy: bool = False,
        mail: str = "",
        wecom: bool = True,
    ) -> None:
        person = self.person(name, mail, wecom)
        self.run(lambda store: store.add_member(person, role, body, deputy, self.now))

    def applicant(self, name: str, unit: str, stage: str = "draft", body: str = "", **values: str) -> str:
        holder = self.person(name)
        given = {self.campaign.form.unit_field: unit, **values}
        changes = [Change(key, value, "") for key, value in given.items()]

        def make(store: Store) -> str:
            made = store.start(f"{holder:016x}", holder, "draft", self.now)
            key = f"unit-{holder}"
            store.revise(made.id, given, changes, key, holder, Channel.WECOM, self.now, body=body)
            if stage != "draft":
                store.move(made.id, stage, True, "", self.now)
            return made.id

        return self.run(make)

    # talk

    def ask(self, name: str, said: str, desk: Desk = notice_desk) -> StaffAnswer | None:
        """One message of a person to a desk."""
        self._messages += 1
        person = self.people[name]
        inbound = Inbound(Channel.WECOM, name, Kind.TEXT, said, self.now, key=f"m{self._messages}")
        pending = self.pending.pop(name, "")

        def use_case(store: Store) -> StaffAnswer | None:
            roles = tuple(store.memberships(person))
            ask = StaffAsk(self.clerk, store, inbound, Person(person, name, name), roles, pending)
            return desk(ask, simplify(said).strip())

        found = self.run(use_case)
        if found is not None and found.pending:
            self.pending[name] = found.pending
        return found

    def say(self, name: str, said: str) -> str:
        """What the desk answers, in one piece."""
        found = self.ask(name, said)
        assert found is not None, said
        return "\n".join(found.texts)

    # time and delivery

    def after(self, **span: float) -> None:
        self.now += timedelta(**span)

    def lay_out_all(self) -> None:
        while self.run(lambda store: lay_out(store, self.clerk, self.now)):
            pass

    def wind_up_all(self) -> None:
        while self.run(lambda store: wind_up(store, self.clerk)):
            pass

    def claim(self, channel: Channel = Channel.WECOM) -> list[Claimed]:
        return list(self.run(lambda store: store.claim_due(channel, "me", self.now, 10_000)))

    def deliver(
        self, fate: Mapping[str, Delivery] | None = None, channel: Channel = Channel.WECOM
    ) -> list[Claimed]:
        """Send all that is due; `fate` by address, everything else arrives. What was claimed, in order."""
        done: list[Claimed] = []
        while rows := self.claim(channel):
            for row in rows:
                self.settle(row, (fate or {}).get(row.outgoing.addresses[0], SENT))
            done += rows
        return done

    def settle(self, row: Claimed, delivery: Delivery) -> None:
        self.run(lambda store: store.settle(row.id, "me", delivery, self.now))

    def rows(self, sql: str, **values: Any) -> list[Row[Any]]:
        with self.database.engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def copies(self, notice: int) -> list[tuple[str, str]]:
        """Person and channel of every copy, in order."""
        names = {number: name for name, number in self.people.items()}
        found = self.rows(
            "SELECT person, channel FROM notice_delivery WHERE notice = :notice ORDER BY id", notice=notice
        )
        return [(names[row.person], row.channel) for row in found]
