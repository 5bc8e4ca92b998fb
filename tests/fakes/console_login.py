"""A console that one can come in to: the login pages, one page behind them, and browsers without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select

from bot.console.viewer import Viewer
from bot.ports import Store
from bot.work.console_login import Door, make_link
from handlers.console.assets import STATIC, asset, serve_asset
from handlers.console.login import LoginDesk, login_routes
from handlers.console.session import COOKIE, CSRF, VIEWER, sessions
from handlers.demo.console import console_routes
from handlers.wecom.oauth import Login
from storage.shared_cache import DatabaseCache
from storage.tables import Base
from tests.fakes.recommending import MACHINE, OFFICE, County

KEY = b"a key for tests"
WXWORK = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120 wxwork/4.1.20 MicroMessenger/7.0.1"}
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Desk:
    """A county whose console has one page, its browsers, and both clocks."""

    county: County
    machine: datetime = MACHINE
    seconds: float = 0.0
    login: Login | None = None
    browsers: list[ClientSession] = field(default_factory=list)
    server: TestServer = field(init=False)
    desk: LoginDesk = field(init=False)

    async def start(self, public_url: str = "") -> None:
        county = self.county

        async def read(look: Callable[[Store], Any]) -> Any:
            return county.database.read(look)

        app = web.Application()
        self.server = TestServer(app, port=unused_port())
        url = public_url or f"http://127.0.0.1:{self.server.port}"
        door = Door(county.writer.run, read, lambda: county.now, lambda: self.machine)
        self.desk = LoginDesk(
            door,
            county.campaign,
            _templates(),
            url,
            DatabaseCache(county.database).acquire,
            lambda: self.login,
            lambda: self.seconds,
        )
        app.middlewares.append(sessions(door, KEY, url))
        app.add_routes(login_routes(self.desk))
        app.add_routes(console_routes(self.desk, {OFFICE: "李四（市办公室）"}))
        app.add_routes([web.get("/console/", _whoami), web.get("/console/part", _whoami)])
        app.add_routes([web.get("/console/static/{name:.+}", serve_asset)])
        app.add_routes([web.post("/console/act", _whoami), web.get("/elsewhere", _elsewhere)])
        await self.server.start_server()

    async def stop(self) -> None:
        for browser in self.browsers:
            await browser.close()
        await self.server.close()
        self.county.close()

    def browser(self) -> Browser:
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.browsers.append(session)
        return Browser(session, str(self.server.make_url("")).rstrip("/"))

    def link(self, userid: str = OFFICE) -> str:
        """The path of a one-time link."""
        person = self.county.people[userid]
        path = self.county.run(lambda store: make_link(store, person, self.machine))
        assert path is not None
        return path

    async def signed_in(self, userid: str = OFFICE) -> Browser:
        browser = self.browser()
        response = await browser.post(self.link(userid))
        assert response.status == 303
        return browser

    def audited(self, action: str) -> list[dict[str, str]]:
        return [json.loads(details) for details in self.county.audited(action)]

    def rows(self) -> list[Any]:
        """Every row of every table."""
        with self.county.database.engine.connect() as connection:
            return [
                row for table in Base.metadata.tables.values() for row in connection.execute(select(table))
            ]

    def take_back(self, userid: str) -> None:
        def end(store: Store) -> None:
            for role in store.memberships(self.county.people[userid]):
                store.end_member(role.id, self.county.now)

        self.county.run(end)


@dataclass
class Browser:
    session: ClientSession
    base: str

    async def get(self, path: str, **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.session.get(f"{self.base}{path}", headers=named, allow_redirects=False)

    async def post(
        self, path: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        return await self.session.post(
            f"{self.base}{path}", data=data or {}, headers=headers or OWN, allow_redirects=False
        )

    async def who(self) -> str:
        """The name the console greets with; where it leads to for somebody who is not signed in."""
        response = await self.get("/console/")
        return response.headers.get("Location") or (await response.json())["name"]

    async def secret(self) -> str:
        """The token the forms carry."""
        return str((await (await self.get("/console/")).json())["csrf"])

    @property
    def token(self) -> str:
        return next((one.value for one in self.session.cookie_jar if one.key == COOKIE), "")


def _templates() -> Environment:
    loader = FileSystemLoader(STATIC.parent / "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals["asset"] = asset
    return environment


async def _whoami(request: web.Request) -> web.Response:
    viewer: Viewer = request[VIEWER]
    return web.json_response(
        {"name": viewer.person.name, "label": viewer.person.label, "csrf": request[CSRF]}
    )


async def _elsewhere(request: web.Request) -> web.Response:
    return web.Response(text=f"{VIEWER in request}")
