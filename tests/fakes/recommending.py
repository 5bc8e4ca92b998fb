"""Bodies and the office at work in chat: every message goes through a whole turn over a real database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.dialogue.understand import Labels
from bot.dialogue.units import unit_key
from bot.documents.form_version import version_of
from bot.documents.print_code import print_code
from bot.model.application import Application, Change, Printed
from bot.model.message import Body, Channel, Inbound, Kind, Text
from bot.model.staff import Package, Role
from bot.ports import Store
from bot.staff.routes import route_key
from bot.work.live_staff import LiveStaff
from bot.work.turn import Answer, Clerk, receive
from config.campaign import Campaign
from storage.bodies import from_json
from storage.database import Database, open_database
from storage.tables import Base
from storage.writer import ThreadWriter
from tests.fakes.conversation import FORM, Notice

MORNING = datetime(2019, 7, 12, 1, 30, tzinfo=UTC)
MACHINE = datetime(2026, 7, 12, 1, 30, tzinfo=UTC)
BODY, DEPUTY, OTHER, OFFICE = "baofeng-clerk", "baofeng-deputy", "market-clerk", "office-clerk"


@dataclass
class County:
    """`now` is the campaign's clock. 宝丰县 has a contact and a deputy, 市市场监管局 and the office one person each."""

    campaign: Campaign
    url: str
    now: datetime = MORNING
    _count: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.database: Database = open_database(self.url, self.campaign.id)
        self.writer = ThreadWriter(self.database)
        self.writer.start()
        self.run = self.writer.run_blocking
        labels = Labels(self.campaign.form)
        self.clerk = Clerk(
            self.campaign, labels, Notice(), self._id, lambda: MACHINE, self._message_id, staff=LiveStaff()
        )
        self.people = {
            BODY: self.member(BODY, "赵一", Role.BODY, "baofeng"),
            DEPUTY: self.member(DEPUTY, "钱二", Role.BODY, "baofeng", deputy=True),
            OTHER: self.member(OTHER, "孙三", Role.BODY, "market"),
            OFFICE: self.member(OFFICE, "李四", Role.OFFICE, ""),
        }

    def close(self) -> None:
        self.writer.stop()
        self.database.close()

    def _id(self) -> str:
        return f"{next(self._count):016x}"

    def _message_id(self, number: str) -> str:
        return f"<{number}.{next(self._count):032x}@126.com>"

    def member(self, userid: str, name: str, role: Role, body: str, deputy: bool = False) -> int:
        """Somebody with a role, known in WeCom."""

        def add(store: Store) -> int:
            person = store.visitor(Channel.WECOM, userid, name, self.now).person.id
            store.add_member(person, role, body, deputy, self.now)
            return person

        person = self.run(add)
        self.clerk.staff.take(self.run(self.clerk.staff.load))
        return person

    def apply(self, unit: str, body: str = "baofeng", stage: str = "submitted", **values: str) -> Application:
        """An application of a unit, handed in to a body."""
        filled = {**FORM, "applicant_unit": unit, "unit_name": unit, **values}

        def begin(store: Store) -> str:
            holder = f"holder-{unit}"
            person = store.visitor(Channel.WECOM, holder, "王五", self.now).person.id
            started = store.start(self._id(), person, "draft", self.now)
            changes = [Change(name, value, "") for name, value in filled.items()]
            key = unit_key(self.campaign.units, unit)
            email = filled["contact_email"]
            arguments = (started.id, filled, changes, key, person, Channel.WECOM, self.now, email, body)
            store.revise(*arguments, route_key=route_key(self.campaign, unit))
            if stage != "draft":
                store.move(started.id, stage, True, f"{started.number}-1", self.now)
            return started.id

        return self.application(self.run(begin))

    def three(self) -> list[Application]:
        """Three candidates of 宝丰县, accepted in this order."""
        units = ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
        found = [self.apply(unit) for unit in units]
        self.say(BODY, f"列为候选 {' '.join(known.number for known in found)}")
        return [self.application(known.id) for known in found]

    def print(self, application: Application) -> Printed:
        """The unit's form as it stands, printed."""
        version = version_of(self.campaign, application.values)
        printed = Printed(application.id, version, print_code(application.id + version), "0" * 64, self.now)
        assert self.run(lambda store: store.add_print(printed))
        return printed

    def change(self, application: Application, values: Mapping[str, str]) -> None:
        """The holder writes other values."""
        key = unit_key(self.campaign.units, values["unit_name"])
        person, body, now = application.holder, application.body, self.now
        self.run(
            lambda store: store.revise(
                application.id, values, (), key, person, Channel.WECOM, now, values["contact_email"], body
            )
        )

    def say(self, userid: str, *texts: str) -> str:
        """What is answered to the last of the texts."""
        said = ""
        for text in texts:
            self.now += timedelta(seconds=20)
            key = f"m{next(self._count)}"
            inbound = Inbound(Channel.WECOM, userid, Kind.TEXT, text, self.now, key)
            said = "\n".join(self.run(partial(self._turn, inbound)).texts)
        return said

    def _turn(self, inbound: Inbound, store: Store) -> Answer:
        return receive(self.clerk, store, inbound)

    # what is there afterwards

    def application(self, application: str) -> Application:
        known = self.run(lambda store: store.application(application))
        assert known is not None
        return known

    def stages(self, applications: Sequence[Application]) -> list[str]:
        return [self.application(known.id).stage for known in applications]

    def order(self, body: str = "baofeng") -> list[str]:
        """Numbers of a body's applications by rank."""
        ranked = self.run(lambda store: store.ranking(body))
        assert [known.rank for known in ranked] == list(range(1, len(ranked) + 1))
        return [self.application(known.application).number for known in ranked]

    def packages(self) -> Sequence[Package]:
        return self.run(lambda store: store.packages())

    def bodies(self, userid: str) -> list[Body]:
        """Everything ever queued for somebody."""
        table = Base.metadata.tables["outbox"]
        query = select(table.c.body).where(table.c.address == userid).order_by(table.c.id)
        with self.database.engine.connect() as connection:
            return [from_json(row.body) for row in connection.execute(query)]

    def told(self, userid: str) -> list[str]:
        """The texts ever queued for somebody."""
        return [body.text for body in self.bodies(userid) if isinstance(body, Text)]

    def audited(self, action: str) -> list[str]:
        """The details of every line of the audit log about an action, as they are stored."""
        table = Base.metadata.tables["audit"]
        query = select(table.c.details).where(table.c.action == action).order_by(table.c.id)
        with self.database.engine.connect() as connection:
            return [str(row.details) for row in connection.execute(query)]
