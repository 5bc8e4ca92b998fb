"""The stage of a rehearsal: made-up people, a clock that is moved, real use cases, and a sender that only records.

Everything happens in a scratch database that the caller brings and throws away; nothing is ever handed to a channel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from itertools import count
from typing import Any, TypeVar

from bot.dialogue.course import Answers
from bot.dialogue.understand import Labels
from bot.model.application import Application
from bot.model.message import Body, Card, Channel, Delivery, File, Inbound, Kind, Mail, Outcome, Text
from bot.model.staff import Role
from bot.ports import Claimed, Store, Writer
from bot.reminders.workdays import is_workday
from bot.staff.desk import StaffAsk
from bot.work.broadcast import Broadcaster
from bot.work.clerk import Clerk
from bot.work.digest import DigestDesk
from bot.work.notice_follow_up import FollowUp
from bot.work.remind import Reader, ReminderDesk
from bot.work.turn import Answer, receive
from bot.work.visit_follow_up import VisitFollowUp
from config.campaign import Campaign

T = TypeVar("T")

_OWNER = "rehearsal"
_MINUTES = (time(8, 52), time(9, 32), time(10, 12), time(11, 7), time(15, 12), time(16, 37))
"""When the clock stops on a working day: not at a full or half hour, at which nobody is reminded."""


class Spoken(StrEnum):
    """What a line of the record is."""

    STEP = "step"  # a heading
    SAID = "said"  # by somebody to the assistant, or done on the console
    ANSWERED = "answered"
    SENT = "sent"  # of the assistant's own accord


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record. `at` by the rehearsal's clock."""

    at: datetime
    kind: Spoken
    who: str
    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database of its own: the same schema, empty."""

    reader: Reader
    writer: Writer


@dataclass(slots=True)
class Stage:
    """Where a rehearsal takes place. `knowledge` answers questions as the real service does."""

    campaign: Campaign
    knowledge: Answers
    scratch: Scratch
    now: datetime
    lines: list[Line] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # person → as what they are shown
    people: dict[str, int] = field(default_factory=dict)  # address → person
    _ids: Any = field(default_factory=lambda: count(1))
    _clerk: Clerk = field(init=False)
    _reminders: ReminderDesk = field(init=False)
    _digest: DigestDesk = field(init=False)
    _notices: Broadcaster = field(init=False)
    _follow_up: FollowUp = field(init=False)
    _visits: VisitFollowUp = field(init=False)

    def __post_init__(self) -> None:
        self._clerk = Clerk(
            self.campaign, Labels(self.campaign.form), self.knowledge, self._id, self._clock, self._message_id
        )
        reader, writer, clerk = self.scratch.reader, self.scratch.writer, self._clerk
        self._reminders = ReminderDesk(clerk, reader, writer, self._clock, _nothing)
        self._digest = DigestDesk(clerk, reader, writer, self._clock, _nothing)
        self._notices = Broadcaster(writer, clerk, self._clock, _nothing)
        self._follow_up = FollowUp(reader, writer, clerk, self._clock, _nothing)
        self._visits = VisitFollowUp(writer, clerk, self._clock, _nothing)

    def _clock(self) -> datetime:
        return self.now

    def _id(self) -> str:
        return hashlib.sha256(f"rehearsal:{next(self._ids)}".encode()).hexdigest()[:16]

    def _message_id(self, number: str) -> str:
        return f"<{number}.{next(self._ids)}@rehearsal.invalid>"

    # people

    async def member(self, address: str, name: str, role: Role, body: str = "", deputy: bool = False) -> None:
        """Somebody with a role, in WeCom."""

        def add(store: Store) -> int:
            person = store.visitor(Channel.WECOM, address, name, self.now).person.id
            store.add_member(person, role, body, deputy, self.now)
            return person

        await self._known(address, name, add)
        self._clerk.staff.take(await self.scratch.writer.run(self._clerk.staff.load))

    async def visitor(self, address: str, name: str) -> None:
        """Somebody without a role, in WeCom."""
        await self._known(
            address, name, lambda store: store.visitor(Channel.WECOM, address, name, self.now).person.id
        )

    async def _known(self, address: str, name: str, add: Callable[[Store], int]) -> None:
        person = await self.scratch.writer.run(add)
        self.people[address], self.names[person] = person, name

    # acting

    def step(self, words: str) -> None:
        """A heading in the record."""
        self.lines.append(Line(self.now, Spoken.STEP, "", "", words))

    async def say(self, address: str, *texts: str) -> str:
        """Somebody writes by WeCom; what is answered to the last text."""
        said = ""
        for text in texts:
            self.now += timedelta(minutes=1)
            inbound = Inbound(
                Channel.WECOM, address, Kind.TEXT, text, self.now, f"rehearsal-{next(self._ids)}"
            )
            answer = await self.scratch.writer.run(partial(self._turn, inbound))
            said = "\n".join(answer.texts)
            who = self.names.get(self.people[address], address)
            self.lines.append(Line(self.now, Spoken.SAID, who, Channel.WECOM.value, text))
            self.lines.append(Line(self.now, Spoken.ANSWERED, who, Channel.WECOM.value, said))
            await self.settle()
        return said

    def _turn(self, inbound: Inbound, store: Store) -> Answer:
        self.people[inbound.sender] = store.visitor(inbound.channel, inbound.sender, "", self.now).person.id
        answer = receive(self._clerk, store, inbound)
        store.passive_done(answer.key, self.now)  # it was read on the connection it came by
        return answer

    async def act(self, address: str, words: str, use_case: Callable[[StaffAsk], T]) -> T:
        """Somebody does something on the console."""
        self.now += timedelta(minutes=1)
        inbound = Inbound(Channel.CONSOLE, address, Kind.TEXT, "", self.now, f"rehearsal-{next(self._ids)}")

        def run(store: Store) -> T:
            person = store.visitor(Channel.WECOM, address, "", self.now).person
            return use_case(
                StaffAsk(self._clerk, store, inbound, person, tuple(store.memberships(person.id)), "")
            )

        done = await self.scratch.writer.run(run)
        who = self.names.get(self.people[address], address)
        self.lines.append(Line(self.now, Spoken.SAID, who, Channel.CONSOLE.value, words))
        await self.settle()
        return done

    # the clock

    async def until(self, moment: datetime) -> None:
        """Let time pass, with everything that falls due on the way."""
        while self.now < moment:
            self.now = min(self._next(), moment)
            await self._reminders.tick()
            await self._digest.tick()
            await self._follow_up.tick()
            await self._visits.tick()
            await self.settle()

    @staticmethod
    def first_moment(campaign: Campaign) -> datetime:
        """The morning of the day on which the campaign opens."""
        return datetime.combine(campaign.opens, time(8, 5), campaign.zone)

    def at(self, day: date, hour: int = 9, minute: int = 7) -> datetime:
        """A moment by the campaign's zone."""
        return datetime.combine(day, time(hour, minute), self.campaign.zone)

    def workday(self, day: date, after: int = 0) -> date:
        """The first working day not before the day, or one that is so many later."""
        found = day
        while True:
            if is_workday(found, self.campaign.reminders.workdays):
                if after == 0:
                    return found
                after -= 1
            found += timedelta(days=1)

    def _next(self) -> datetime:
        local = self.now.astimezone(self.campaign.zone)
        today = [datetime.combine(local.date(), minute, self.campaign.zone) for minute in _MINUTES]
        later = next((one for one in today if one > local), None)
        return later or datetime.combine(local.date() + timedelta(days=1), _MINUTES[0], self.campaign.zone)

    # what goes out

    async def settle(self) -> None:
        """Lay out what was released, and record everything that is due as sent."""
        while await self._notices.look():
            pass
        for channel in (Channel.WECOM, Channel.MAIL):
            while rows := await self.scratch.writer.run(partial(self._take, channel)):
                self.lines += [self._sent(row) for row in rows]

    def _take(self, channel: Channel, store: Store) -> list[Claimed]:
        rows = list(store.claim_due(channel, _OWNER, self.now, 50))
        for row in rows:
            store.settle(row.id, _OWNER, Delivery(Outcome.SENT, remote_id=_OWNER), self.now)
        return rows

    def _sent(self, row: Claimed) -> Line:
        outgoing = row.outgoing
        known = self.names.get(row.person or 0, "")
        who = known or "、".join(outgoing.addresses)
        return Line(self.now, Spoken.SENT, who, outgoing.channel.value, shown(outgoing.body))

    async def application(self, number: str) -> Application | None:
        """An application as it stands."""
        return await self.scratch.writer.run(lambda store: store.find_application(number))


def shown(body: Body) -> str:
    """What somebody reads of a message; what is only made when it is sent is named."""
    match body:
        case Text(text):
            return text
        case Mail():
            return f"{body.subject}\n{body.text}"
        case Card():
            return f"{body.title}\n{body.text}\n［{'］［'.join(one.label for one in body.choices)}］"
        case File():
            return f"（文件：{body.name}）"
        case _:
            return "（表格、页面链接等附件，实际发送时生成）"


def _nothing() -> None:
    """Nobody waits to be woken."""
