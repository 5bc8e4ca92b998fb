"""A county whose units have been inspected, and an office of two that decides about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from bot.model.application import Application, Person
from bot.model.message import Channel, Inbound, Kind
from bot.model.results import Listed
from bot.model.staff import Role
from bot.ports import Store
from bot.results.marks import latest
from bot.results.reviews import enter_review, read_marks
from bot.staff.desk import StaffAsk
from storage.tables import Base
from tests.fakes.recommending import OFFICE, County

T = TypeVar("T")
SECOND = "office-second"
AUGUST = datetime(2019, 8, 15, 1, 30, tzinfo=UTC)
LINK = "https://www.pdspfw.example/gs/1.html"
TERMS = "公示期 5个工作日 异议渠道：实名书面或电话0375-2663225"


@dataclass
class Jury(County):
    """`SECOND` is the office's other person. Acts that have no chat command are called as a page calls them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.now = AUGUST
        self.people[SECOND] = self.member(SECOND, "周五", Role.OFFICE, "")

    def inspected(self, *units: str, stage: str = "inspected", body: str = "baofeng") -> list[Application]:
        """Applications of these units, inspected."""
        return [self.apply(unit, body, stage) for unit in units]

    def act(self, userid: str, use_case: Callable[[StaffAsk], T], key: str = "form-1") -> T:
        """A page's act, in a transaction of its own."""
        inbound = Inbound(Channel.CONSOLE, userid, Kind.TEXT, "", self.now, key)

        def run(store: Store) -> T:
            person = self.people[userid]
            roles = tuple(store.memberships(person))
            return use_case(StaffAsk(self.clerk, store, inbound, Person(person, userid, userid), roles, ""))

        return self.run(run)

    def judge(self, known: Application, reviewer: str, *scores: str) -> None:
        """One reviewer's sheet, as the console enters it: a score for each condition."""
        conditions = self.campaign.results.conditions
        written = {clause: (score, "") for clause, score in zip(conditions, scores, strict=True)}
        self.act(OFFICE, lambda ask: enter_review(ask, known, reviewer, read_marks(ask, written)))

    def revisions(self, known: Application, reviewer: str) -> int:
        """The revision of a sheet that counts."""
        sheets = self.run(lambda store: latest(store.reviews(known.id)))
        return sheets[known.id][reviewer].revision

    def decided(self) -> list[Application]:
        """Three inspected units: two in, one out, approved by the leader."""
        found = self.inspected("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
        self.say(OFFICE, f"拟定 {found[0].number} 理由：三项均居前")
        self.say(OFFICE, f"拟定 {found[1].number} 理由：基层代表")
        self.say(OFFICE, f"不入选 {found[2].number} 理由：验收得分低")
        assert "已录入审定意见" in self.say(OFFICE, "审定 平法政办〔2019〕8号 王某某 8月15日")
        return found

    def in_notice(self) -> list[Application]:
        """The same, made public from 15 August for five working days (to the 21st)."""
        found = self.decided()
        self.say(OFFICE, TERMS, f"开始公示 8月15日 {LINK}")
        assert "公示已签发" in self.say(SECOND, "签发公示")
        return found

    def after_window(self) -> list[Application]:
        """The same, on the day after the window."""
        found = self.in_notice()
        self.now = AUGUST + timedelta(days=7)
        return found

    def queued(self) -> list[str]:
        """Addresses of everything ever queued, in order."""
        table = Base.metadata.tables["outbox"]
        with self.database.engine.connect() as connection:
            return [row.address for row in connection.execute(select(table.c.address).order_by(table.c.id))]


def names(listed: tuple[Listed, ...]) -> list[bytes]:
    """Units of a list, as bytes."""
    return [one.unit.encode() for one in listed]
