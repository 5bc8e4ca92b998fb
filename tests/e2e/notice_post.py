"""What brings notices to people in the tests: the real courier, with channels that answer as they are told."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from bot.model.message import Card, Channel, Delivery, Mail, Outcome, Outgoing, Recall
from bot.ports import Sender
from bot.work.alarms import Alarms
from bot.work.broadcast import Broadcaster
from bot.work.deliver import Courier
from storage.bodies import from_json
from tests.fakes.console import Console
from tests.fakes.recommending import MACHINE

GONE = Delivery(Outcome.FAILED, 81013, "收件人不在应用的可见范围内，或已离开企业")
DOWN = Delivery(
    Outcome.RETRY,
    60020,
    "服务器地址未列入企业微信可信IP",
    60.0,
    alarm="企业微信拒绝了本服务器的地址（60020），请检查可信IP。",
)


@dataclass
class _Line:
    """A channel. What `failing` is sent fails; where it is `down`, nothing goes through."""

    failing: Collection[str] = ()
    down: bool = False

    async def send(self, outgoing: Outgoing) -> Delivery:
        if self.down:
            return DOWN
        if set(outgoing.addresses) & set(self.failing):
            return GONE
        return Delivery(Outcome.SENT, remote_id=f"m-{outgoing.key}")


@dataclass
class Post:
    """The outbox of a console, and what stands in it. `machine` is the clock of sending."""

    console: Console
    machine: datetime = MACHINE

    async def lay_out(self, portions: int = 1_000) -> None:
        """Write copies of what was released, so many portions of them; or wind up what was stopped."""
        console = self.console
        broadcaster = Broadcaster(console.writer, console.clerk, lambda: console.now, lambda: None)
        for _ in range(portions):
            if not await broadcaster.look():
                return

    async def deliver(
        self, failing: Collection[str] = (), *, down: bool = False, mail: Sender | None = None
    ) -> None:
        """Lay everything out and send it. `down`: WeCom refuses every call; `mail`: sends what goes by mail."""
        await self.lay_out()
        await self.send(failing, down=down, mail=mail)

    async def send(
        self, failing: Collection[str] = (), *, down: bool = False, mail: Sender | None = None
    ) -> None:
        """Send what is due."""
        console = self.console
        lines: dict[Channel, Sender] = {
            Channel.WECOM: _Line(failing, down),
            Channel.MAIL: mail or _Line(failing),
        }
        alarms = Alarms(console.writer, "", lambda: self.machine)
        courier = Courier(console.writer, lines, console.site().shop, alarms, "me", lambda: self.machine)
        while await courier.look():
            pass

    # what people have before them

    def _sent(self, address: str) -> list[Any]:
        with self.console.database.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT body FROM outbox WHERE address = :address AND state = 'sent' ORDER BY id"),
                {"address": address},
            )
            return [from_json(row.body) for row in rows]

    def chat(self, userid: str) -> list[str]:
        """What stands in somebody's WeCom, as JSON."""
        return [json.dumps(str(body), ensure_ascii=False) for body in self._sent(userid)]

    def buttons(self, userid: str) -> list[str]:
        """What the buttons of somebody's cards say."""
        return [
            choice.says for body in self._sent(userid) if isinstance(body, Card) for choice in body.choices
        ]

    def mails(self, address: str) -> list[str]:
        """Subjects of the mails that somebody got."""
        return [body.subject for body in self._sent(address) if isinstance(body, Mail)]

    def recalls(self) -> list[Recall]:
        """What was taken back."""
        with self.console.database.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT body FROM outbox WHERE key LIKE 'recall:%' AND state = 'sent'")
            )
            return [body for row in rows if isinstance(body := from_json(row.body), Recall)]
