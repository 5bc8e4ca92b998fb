"""The demo's page over the real platform and the real callback, with an app that merely echoes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.model.message import Inbound, Kind
from handlers.demo.pages import DemoPage, add_demo_pages
from handlers.demo.platform import Member, Platform
from handlers.wecom.callback import Accepted, routes
from handlers.wecom.crypto import Envelope

BEIJING = ZoneInfo("Asia/Shanghai")
START = datetime(2019, 7, 10, 9, 0, tzinfo=BEIJING)
CLOSES = datetime(2019, 7, 26, tzinfo=BEIJING)
MEMBERS = (Member("zhangsan", "张建国"), Member("lisi", "李晓红", "#2f7d62"))
HINTS = ("我要申报", "还差什么", "25号当天算吗？")
UNITS = {"zhangsan": "宝丰县市场监督管理局"}


class SteppedClock:
    """A campaign clock that starts at START, runs, and remembers where it was put."""

    def __init__(self) -> None:
        self.ahead = START - datetime.now(UTC)
        self.moves: list[datetime] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def move(self, to: datetime) -> None:
        if to < self.now():
            raise ValueError("backwards")
        self.ahead = to - datetime.now(UTC)
        self.moves.append(to)


@dataclass
class EchoApp:
    """What the app got, and what it says."""

    platform: Platform
    received: list[Inbound] = field(default_factory=list)

    async def receive(self, inbound: Inbound) -> Accepted:
        self.received.append(inbound)
        if inbound.event == "enter_agent":
            return Accepted("您好，我是评选助手。")
        if inbound.event == "template_card_event":
            cards = [one for one in self.platform.messages(inbound.sender) if one["type"] == "card"]
            self.platform.change_card(cards[-1], replaced="已选择")
            return Accepted()
        if inbound.text == "卡片":
            self.platform.show(inbound.sender, card(inbound.sender))
            return Accepted()
        return Accepted(f"收到：{inbound.text[:200]}" if inbound.kind is Kind.TEXT else "请发送文字。")

    def texts(self, sender: str) -> list[str]:
        """The texts a member has sent, in the order of arrival."""
        return [one.text for one in self.received if one.sender == sender and one.kind is Kind.TEXT]


def card(userid: str) -> dict[str, Any]:
    """A card as the app would push it."""
    buttons = [{"text": "确认报送", "key": "确认"}, {"text": "再看一遍", "key": "预览"}]
    return {
        "from": "app",
        "to": userid,
        "type": "card",
        "card": {
            "card_type": "button_interaction",
            "task_id": "confirm-1",
            "main_title": {"title": "各项均已填写"},
            "sub_title_text": "确认无误后报送推荐单位。",
            "button_list": buttons,
        },
    }


class EchoDemo:
    """A demo on a free port of this machine, with a platform and a clock that outlive its server."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.platform = Platform(members=MEMBERS, retry_pause=0.05)
        self.platform.menu = [
            {"type": "click", "name": "我要申报", "key": "我要申报"},
            {"name": "查询", "sub_button": [{"type": "click", "name": "还差什么", "key": "还差什么"}]},
        ]
        self.app = EchoApp(self.platform)
        self.url = ""  # the origin, without a slash at the end
        self._port = 0
        self._runner: web.AppRunner | None = None

    async def up(self) -> None:
        """Start the server; a second time, on the port it had."""
        server = web.Application()
        envelope = Envelope(self.platform.token, self.platform.aes_key, self.platform.corp_id)
        server.add_routes(routes(envelope, self.app.receive, self.clock.now))
        page = DemoPage("2019年度平顶山市服务型行政执法示范点", CLOSES, HINTS, UNITS)
        add_demo_pages(server, self.platform, self.clock, page)
        self._runner = web.AppRunner(server, shutdown_timeout=5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.platform.callback_url = f"{self.url}/wecom/callback"

    async def down(self) -> None:
        """Stop the server."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self.platform.close()


@asynccontextmanager
async def echo_demo() -> AsyncIterator[EchoDemo]:
    """A running demo."""
    demo = EchoDemo()
    await demo.up()
    try:
        yield demo
    finally:
        await demo.down()
