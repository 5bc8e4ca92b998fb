"""The console over a real database, with people of every role signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app_console import open_site
from bot.app_mail import link_desk, mail_desk, mail_pages, new_workers
from bot.model.console import Device
from bot.model.staff import Role
from bot.work.alarms import Alarms
from bot.work.console_login import Moments, Road, enter
from bot.work.hand_out import PrintShop
from bot.work.workers import Workers
from config.settings import Settings, load_settings
from handlers.console.console import console_routes
from handlers.console.csrf import csrf_token
from handlers.console.long_work import HOME as WORK
from handlers.console.problems import problem_pages
from handlers.console.session import COOKIE, sessions
from handlers.console.site import MailPages, Site
from handlers.web import manners
from storage.files import DiskFiles
from tests.deployment import free_port
from tests.fakes.recommending import MACHINE, County

OFFICE_TWO, INSPECTOR, INSPECTOR_TWO = "office-second", "inspector-one", "inspector-two"
KEY = b"a key for tests"


class Reader:
    """Somebody's browser without scripts: keeps the session, sends the forms' secret along."""

    def __init__(self, client: TestClient[Any, Any], csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    async def get(self, path: str, status: int = 200, **more: Any) -> str:
        """A page's HTML."""
        response = await self.client.get(path, allow_redirects=False, **more)
        text = await response.text()
        assert response.status == status, f"{path}: {response.status} {text[:500]}"
        return text

    async def file(self, path: str, status: int = 200) -> tuple[bytes, str]:
        """A download and its type."""
        response = await self.client.get(path, allow_redirects=False)
        waits = response.headers.get("Location", "")
        while waits.startswith(f"{WORK}/"):  # it takes longer
            await asyncio.sleep(0.1)
            assert "没有完成" not in await self.get(waits)
            response = await self.client.get(f"{waits}/file", allow_redirects=False)
            waits = waits if response.status == 404 else ""
        assert response.status == status, f"{path}: {response.status}"
        return await response.read(), response.content_type

    async def send(self, path: str, form: Mapping[str, Any] | None = None) -> ClientResponse:
        """Send a form with the secret; the answer as it is (mostly 303)."""
        data = {"csrf": self.csrf, **(form or {})}
        return await self.client.post(path, data=data, allow_redirects=False)

    async def post(self, path: str, form: Mapping[str, Any] | None = None) -> str:
        """Send a form and follow the redirect; the page that then shows, with its sentence."""
        response = await self.send(path, form)
        assert response.status == 303, f"{path}: {response.status} {(await response.text())[:500]}"
        return await self.get(response.headers["Location"])


@dataclass
class Console(County):
    """A county at work, and the console in front of it. `reader(userid)` is somebody signed in."""

    folder: Path = field(default_factory=Path)
    _clients: list[TestClient[Any, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        County.__post_init__(self)
        self.people |= {
            OFFICE_TWO: self.member(OFFICE_TWO, "吴六", Role.OFFICE, ""),
            INSPECTOR: self.member(INSPECTOR, "郑七", Role.INSPECTOR, ""),
            INSPECTOR_TWO: self.member(INSPECTOR_TWO, "冯八", Role.INSPECTOR, ""),
        }
        self.files = DiskFiles(self.folder / "files")
        self.workers: Workers = new_workers()
        self.server: TestServer | None = None
        self.port = free_port()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def site(self) -> Site:
        settings = load_settings({"BOT_SECRET_KEY": KEY.decode(), "BOT_PUBLIC_URL": self.base}, env_file=None)
        machine, today = lambda: MACHINE, lambda: self.now.astimezone(self.campaign.zone).date()
        shop = PrintShop(self.campaign, self.writer, self.files, self.base, machine, today)
        parts = (self.clerk, self.database, self.writer, self.files, self.workers, shop)
        moments = (lambda: self.now, lambda: MACHINE)
        return open_site(settings, *parts, *moments, lambda: None, self._follow, self._mail(settings))

    def _mail(self, settings: Settings) -> MailPages:
        alarms = Alarms(self.writer, "", lambda: MACHINE)
        parts = (self.clerk, self.writer, self.files, self.workers, alarms, lambda: self.now, lambda: None)
        self.mails = mail_desk(settings, *parts)
        return mail_pages(settings, self.clerk, self.mails, link_desk(settings, *parts))

    async def _follow(self) -> None:
        self.clerk.staff.take(self.run(self.clerk.staff.load))

    async def start(self) -> None:
        """Serve the console on a port of its own."""
        site = self.site()
        guard = sessions(site.door, KEY, self.base)
        app = web.Application(middlewares=[manners, problem_pages(site), guard])
        app.add_routes(console_routes(site))
        self.server = TestServer(app, port=self.port)
        await self.server.start_server()

    def token(self, userid: str) -> str:
        """A new session of somebody."""
        person, moments = self.people[userid], Moments(self.now, MACHINE)
        return self.run(lambda store: enter(store, person, Road.LINK, Device.DESKTOP, "", moments)).token

    async def reader(self, userid: str = "") -> Reader:
        """Somebody's browser; nobody's where no `userid` is given."""
        assert self.server is not None, "start first"
        client: TestClient[Any, Any] = TestClient(self.server)
        self._clients.append(client)
        token = self.token(userid) if userid else ""
        if token:
            client.session.cookie_jar.update_cookies({COOKIE: token}, client.make_url("/console"))
        return Reader(client, csrf_token(KEY, token))

    async def stop(self) -> None:
        for client in self._clients:
            await client.close()
        if self.server is not None:
            await self.server.close()
        await asyncio.to_thread(self.workers.close)
        self.close()
