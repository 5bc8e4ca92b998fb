"""A whole deployment in the test's own process: the service and the small WeCom it talks to, on loopback."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import Row, text

from bot.app import Role, Service, build
from config.settings import Settings, load_settings
from handlers.demo.platform import Called, Member, Platform
from storage.database import make_engine

START = "2019-07-10T09:00+08:00"
MEMBERS = (Member("zhangmin", "张敏"), Member("liqiang", "李强"), Member("wangfang", "王芳"))
SUMMARY = "我单位全年制作行政指导案卷86卷，受理行政调解案件132件，调解成功率96.2%。"
VALUES = {
    "applicant_unit": "汝州市农业农村局",
    "recommender": "汝州市法治政府建设领导小组办公室",
    "fill_date": "2019-07-10",
    "unit_name": "汝州市农业农村局",
    "unit_address": "汝州市风穴路41号",
    "unit_level": "正科级",
    "leader": "孔令军",
    "summary": SUMMARY,
    "applicant_opinion": "情况属实，同意申报。",
    "contact_name": "张敏",
    "contact_phone": "13800000012",
    "contact_email": "rzny@example.com",
}
ANSWERS = (
    "汝州市农业农村局", "汝州市法治政府建设领导小组办公室", "今天", "汝州市风穴路41号", "正科级", "孔令军",
    SUMMARY, "完", "情况属实，同意申报。", "张敏", "13800000012", "rzny@example.com",
)  # fmt: skip
"""What a member writes after 我要申报 so that the form holds VALUES and waits for 确认."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition, and say so if it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        await asyncio.sleep(0.01)


def environment(
    folder: Path, port: int, platform: Platform, api_base: str, database_url: str = ""
) -> dict[str, str]:
    """Settings, as variables, of a service that talks to the platform."""
    return {
        "BOT_DATABASE_URL": database_url or f"sqlite:///{folder / 'bot.db'}",
        "BOT_FILES_DIR": str(folder / "files"),
        "BOT_LISTEN": f"127.0.0.1:{port}",
        "BOT_SECRET_KEY": "a key for tests",
        "BOT_WECOM__CORP_ID": platform.corp_id,
        "BOT_WECOM__AGENT_ID": str(platform.agent_id),
        "BOT_WECOM__SECRET": platform.secret,
        "BOT_WECOM__TOKEN": platform.token,
        "BOT_WECOM__AES_KEY": platform.aes_key,
        "BOT_WECOM__API_BASE": api_base,
        "BOT_CLOCK": START,
    }


@dataclass
class Api:
    """The platform's server API on a port of its own, which outlives the service."""

    platform: Platform
    base: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        self._runner = web.AppRunner(self.platform.app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()


@dataclass
class Deployment:
    """The service of `settings`. `start` after `stop` or `crash` is a new process over the same data."""

    settings: Settings
    platform: Platform
    service: Service = field(init=False)
    _runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        return f"http://{self.settings.listen}"

    async def start(self, role: Role = "all") -> None:
        self.service = await asyncio.to_thread(build, self.settings, role)
        self._runner = web.AppRunner(self.service.web, access_log=None, shutdown_timeout=5)
        await self._runner.setup()
        await self.service.start()
        address = self.settings.listen_address
        await web.TCPSite(self._runner, address.host, address.port, reuse_address=True).start()
        self.service.work()
        self.platform.callback_url = f"{self.base}/wecom/callback"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            await self.service.stop()
            self._runner = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    # what people see

    def shown(self, userid: str) -> list[str]:
        """The texts the member has got from the app, oldest first."""
        return [
            message["text"]
            for message in self.platform.messages(userid)
            if message["from"] == "app" and message["type"] == "text"
        ]

    def last(self, userid: str, kind: str) -> dict[str, Any] | None:
        """The app's last message of this type to the member: card, file, text."""
        found = [m for m in self.platform.messages(userid) if m["from"] == "app" and m["type"] == kind]
        return found[-1] if found else None

    async def say(self, userid: str, *texts: str) -> Called:
        """Write, one message after the other; how the last one was taken."""
        for said in texts:
            called = await self.platform.say(userid, said)
            assert called.accepted, f"{said}: {called.statuses}"
        return called

    async def fill_and_submit(self, userid: str) -> None:
        await self.say(userid, "我要申报", *ANSWERS, "确认")

    async def settled(self) -> None:
        """Wait until nothing is left to send."""
        await self.settled_but(0)

    async def settled_but(self, waiting: int) -> None:
        """Wait until no more than this is left to send."""
        await until(lambda: len(self.rows("SELECT 1 FROM outbox WHERE done_at IS NULL")) == waiting)

    # what is kept

    def rows(self, sql: str, **parameters: object) -> list[Row[Any]]:
        """The result of a query, on a connection of its own."""
        engine = make_engine(self.settings.database_url.get_secret_value())
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(sql), parameters).fetchall())
        finally:
            engine.dispose()

    def change(self, sql: str, **parameters: object) -> None:
        """Change something behind the service's back."""
        engine = make_engine(self.settings.database_url.get_secret_value())
        try:
            with engine.connect() as connection:
                connection.execute(text(sql), parameters)
        finally:
            engine.dispose()

    def let_pass(self, seconds: float) -> None:
        """Let time pass for what waits in the outbox: leases, pauses and delays end that much earlier."""
        self.change("UPDATE outbox SET due_at = due_at - :spent", spent=round(seconds * 1_000_000))


def deployment_of(
    folder: Path, api: Api, database_url: str = "", more: Mapping[str, str] | None = None
) -> Deployment:
    given = environment(folder, free_port(), api.platform, api.base, database_url) | dict(more or {})
    return Deployment(load_settings(given, env_file=None), api.platform)
