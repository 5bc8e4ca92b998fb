"""The demo's mail servers and its page with the mail pane, without the service behind them."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from imapclient import IMAPClient

from handlers.demo.mail_api import MailApi, MailPane
from handlers.demo.mail_kept import KeptMails
from handlers.demo.mail_servers import MailLogin, MailServers, listening_socket
from handlers.demo.pages import DemoPage, Tell, add_demo_pages
from handlers.demo.platform import Platform
from handlers.demo.sample_deck import Slide
from tests.e2e.echo_demo import CLOSES, MEMBERS, SteppedClock

T = TypeVar("T")
LOGIN = MailLogin("office@demo.test", "office", "a/b c")
CAMPAIGN_NOW = datetime(2019, 7, 16, 10, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
SIMPLE = b"From: wang@example.com\r\nTo: office@demo.test\r\nSubject: hi\r\n\r\nbody\r\n"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class MailDemo:
    """A running one, and what its neighbours do to it."""

    servers: MailServers
    kept: KeptMails
    platform: Platform
    http: TestClient[web.Request, web.Application]

    async def says(self, **fields: Any) -> tuple[int, Any]:
        async with self.http.post("/demo/api/mail", json=fields) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> Any:
        async with self.http.get(f"/demo/api/{path}") as answer:
            return await answer.json()

    async def upload(self, name: str, content: bytes) -> str:
        headers = {"Content-Type": "application/octet-stream"}
        async with self.http.post(
            "/demo/api/mail/files", params={"name": name}, data=BytesIO(content), headers=headers
        ) as answer:
            told = await answer.json()
        assert (told["name"], told["size"]) == (name, len(content))
        return str(told["id"])

    async def inbox(self) -> dict[int, Any]:
        """The office's mailbox as an IMAP client sees it."""

        def fetch(line: IMAPClient) -> dict[int, Any]:
            uids = line.search(["UID", "1:*"])
            return dict(line.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"]))

        return await self.as_office(fetch)

    async def as_office(self, act: Callable[[IMAPClient], T]) -> T:
        def run() -> T:
            with IMAPClient("127.0.0.1", self.servers.imap_port, ssl=False) as line:
                line.login(LOGIN.user, LOGIN.code)
                line.id_({"name": "test"})
                line.select_folder("INBOX")
                return act(line)

        return await asyncio.to_thread(run)

    async def smtp(self, act: Callable[[smtplib.SMTP], T], greeting: str = "mail.example.com") -> T:
        def run() -> T:
            with smtplib.SMTP("127.0.0.1", self.servers.smtp_port, local_hostname=greeting) as line:
                return act(line)

        return await asyncio.to_thread(run)

    async def from_office(self, receiver: str, raw: bytes) -> None:
        def act(line: smtplib.SMTP) -> None:
            line.ehlo()
            line.login(LOGIN.user, LOGIN.code)
            line.sendmail(LOGIN.address, [receiver], raw)

        await self.smtp(act)


async def start(folder: Path) -> MailDemo:
    """A demo whose mails lie in the folder."""
    kept = KeptMails(folder, now, lambda: CAMPAIGN_NOW)
    servers = MailServers(LOGIN, kept)
    await servers.start(listening_socket(), listening_socket())
    people = [("张敏", "zhang@example.com")]
    pane = MailPane(LOGIN.address, people, [Slide("一、服务意识强", ("上门服务37件", "好"))], servers, kept)

    def mail(tell: Tell) -> MailApi:
        api = MailApi(pane, tell)
        servers.follow(api.arrived)
        return api

    app = web.Application()
    platform = Platform(members=MEMBERS)
    page = DemoPage("2019年度", CLOSES, [], office=LOGIN.address)
    add_demo_pages(app, platform, SteppedClock(), page, mail)
    http: TestClient[web.Request, web.Application] = TestClient(TestServer(app))
    await http.start_server()
    return MailDemo(servers, kept, platform, http)


async def stop(demo: MailDemo) -> None:
    await demo.http.close()
    await demo.platform.close()
    await demo.servers.stop()
