"""`python -m bot demo`: the whole product on this machine, with a small WeCom of its own and no account."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.app import Service, build
from bot.commands.demo_people import (
    HINTS,
    PEOPLE,
    REPORTER,
    REPORTER_UNIT,
    SLIDES,
    STORY,
    STRANGER,
    slides_of,
)
from bot.commands.serve import prepare_database, serve
from bot.logs import configure
from bot.model.message import Channel
from bot.ports import Store
from config.load import campaign_folder, load_campaign
from config.settings import Settings, load_settings
from handlers.demo.console import console_routes
from handlers.demo.keep import dump, restore
from handlers.demo.mail_api import MailApi, MailPane
from handlers.demo.mail_kept import KeptMails
from handlers.demo.mail_servers import MailLogin, MailServers, listening_socket
from handlers.demo.mail_shown import Enclosed
from handlers.demo.mail_write import hand_in, written
from handlers.demo.pages import DemoPage, Tell, add_demo_pages
from handlers.demo.platform import Member, Platform
from handlers.demo.sample_deck import sample_deck
from handlers.demo.wecom_login import wecom_login_routes

FOLDER = Path("data/demo")
CHATS = FOLDER / "chats.json"
MAILS = FOLDER / "mail"
START = "2019-07-10T09:00+08:00"
AGENT = 1000002


def run(arguments: Sequence[str]) -> int:
    """Serve the demo on loopback until Ctrl-C. 2 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m bot demo")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--reset", action="store_true", help="begin anew, forgetting what was tried before")
    options = parser.parse_args(list(arguments))
    if not _is_free(options.port):
        advice = f"请换一个，例如：make demo PORT={options.port + 1}"
        print(f"端口 {options.port} 已被占用，{advice}", file=sys.stderr)
        return 2
    # without its chats an earlier run was interrupted before it had opened
    if FOLDER.exists() and (options.reset or not CHATS.exists()):
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = _known()
    with (
        listening_socket(known.get("imap_port", 0)) as imap,
        listening_socket(known.get("smtp_port", 0)) as smtp,
    ):
        secret = _secrets(known, options.port, imap, smtp)
        settings = _settings(secret)
        configure("warning")
        if not prepare_database(settings, migrates=("empty", "older")):
            return 2
        return 0 if asyncio.run(_Demo(build(settings), secret, imap, smtp).run()) else 2


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _known() -> dict[str, Any]:
    """The addresses and secrets of an earlier run."""
    path = FOLDER / "demo.json"
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return known


def _secrets(known: dict[str, Any], port: int, imap: socket.socket, smtp: socket.socket) -> dict[str, Any]:
    """The demo's addresses and secrets, kept in demo.json (readable by the owner only)."""
    base = f"http://127.0.0.1:{port}"
    fresh = Platform()
    known = {
        "corp_id": fresh.corp_id,
        "agent_id": AGENT,
        "secret": fresh.secret,
        "token": fresh.token,
        "aes_key": fresh.aes_key,
        "secret_key": secrets.token_hex(32),
        "mail_address": load_campaign(campaign_folder(load_settings({}, None).campaign)).contact.email,
        "mail_user": "office",
        "mail_code": secrets.token_hex(12),
    } | known
    known |= {"imap_port": imap.getsockname()[1], "smtp_port": smtp.getsockname()[1]}
    known |= {"url": f"{base}/demo/", "base": base, "callback": f"{base}/wecom/callback", "api_base": base}
    descriptor = os.open(FOLDER / "demo.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False, indent=1)
    return known


def _settings(secret: dict[str, Any]) -> Settings:
    base = secret["base"]
    login = f"{secret['mail_user']}:{secret['mail_code']}@127.0.0.1"
    given = {
        "BOT_DATABASE_URL": f"sqlite:///{FOLDER / 'bot.db'}",
        "BOT_FILES_DIR": str(FOLDER / "files"),
        "BOT_LISTEN": base.removeprefix("http://"),
        "BOT_SECRET_KEY": secret["secret_key"],
        "BOT_WECOM__CORP_ID": secret["corp_id"],
        "BOT_WECOM__AGENT_ID": str(secret["agent_id"]),
        "BOT_WECOM__SECRET": secret["secret"],
        "BOT_WECOM__TOKEN": secret["token"],
        "BOT_WECOM__AES_KEY": secret["aes_key"],
        "BOT_WECOM__API_BASE": base,
        "BOT_WECOM__OAUTH_BASE": base,
        "BOT_WECOM__LOGIN_BASE": base,
        "BOT_MAIL__ADDRESS": secret["mail_address"],
        "BOT_MAIL__IMAP_URL": f"imap://{login}:{secret['imap_port']}",
        "BOT_MAIL__SMTP_URL": f"smtp://{login}:{secret['smtp_port']}",
        "BOT_MAIL__POLL_SECONDS": "2",
        "BOT_MAIL__SECONDS_BETWEEN": "0",
        "BOT_CLOCK": START,
        "BOT_LOG_LEVEL": "warning",
    }
    return load_settings(given, env_file=None)


def _machine_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Clock:
    """The demo page's view of the campaign clock."""

    service: Service

    def now(self) -> datetime:
        return self.service.clock.now()

    async def move(self, to: datetime) -> None:
        await self.service.move_clock(to)


class _Demo:
    """One run of the demo: the service, the small WeCom, the mail servers, the page."""

    def __init__(
        self, service: Service, secret: dict[str, Any], imap: socket.socket, smtp: socket.socket
    ) -> None:
        self.service = service
        self.sockets = imap, smtp
        self.opened = False
        self.url = secret["url"]
        self.platform = Platform(
            callback_url=secret["callback"],
            members=[Member(person.userid, person.name, person.colour) for person in PEOPLE],
            corp_id=secret["corp_id"],
            agent_id=secret["agent_id"],
            secret=secret["secret"],
            token=secret["token"],
            aes_key=secret["aes_key"],
        )
        campaign = service.campaign
        closes = datetime.combine(campaign.deadline, time(), campaign.zone) + timedelta(days=1)
        units = {person.userid: person.unit for person in PEOPLE}
        service.web.add_routes([*self.platform.routes(), *wecom_login_routes(self.platform)])
        clock = _Clock(service)
        login = MailLogin(secret["mail_address"], secret["mail_user"], secret["mail_code"])
        kept = KeptMails(MAILS, _machine_now, lambda: clock.now().astimezone(campaign.zone))
        self.mail = MailServers(login, kept)
        people = [(f"{person.name}（{person.unit}）", person.mail) for person in PEOPLE]
        self.pane = MailPane(login.address, people, SLIDES, self.mail, kept)
        roles = {person.userid: f"{person.name}（{person.unit}）" for person in PEOPLE if person.role}
        service.web.add_routes(console_routes(service.login, roles))
        page = DemoPage(campaign.title, closes, HINTS, units, console=True, office=login.address)
        add_demo_pages(service.web, self.platform, clock, page, self._mail_api)

    def _mail_api(self, tell: Tell) -> MailApi:
        api = MailApi(self.pane, tell)
        self.mail.follow(api.arrived)
        return api

    async def run(self) -> bool:
        """Serve until told to stop; False if the port was taken meanwhile."""
        await self.mail.start(*self.sockets)
        opening = asyncio.create_task(self._open())
        try:
            return await serve(self.service, announce="演示正在准备……")
        finally:
            opening.cancel()
            await asyncio.wait([opening])
            if self.opened:
                self._save()
            await self.platform.close()
            await self.mail.stop()

    async def _open(self) -> None:
        await asyncio.sleep(0)
        earlier = CHATS.exists()
        if earlier:
            restore(self.platform, json.loads(CHATS.read_text("utf-8")))
        async with asyncio.timeout(30):
            while not await self._is_up():  # noqa: ASYNC110 - the server tells nobody when it listens
                await asyncio.sleep(0.05)
        if not earlier:
            await self._seed()
        self.opened = True
        self._save()
        print(f"打开 {self.url}\n", flush=True)
        print(
            "左侧切换成员：张敏是新用户，其余几位各在不同的阶段，高岩、吴敏是推荐单位，何平、林静在市办公室，郑凯、冯雪是验收人员。可以试试这样说：",
            flush=True,
        )
        for hint in HINTS[:6]:
            print(f"  {hint}", flush=True)
        print("点“邮箱”可以给办公室写信、附上示例报告、看回执。", flush=True)
        print("右侧可以拨动活动时间（从2019年7月10日开始，7月25日截止）。", flush=True)
        print("按 Ctrl-C 结束，内容会保留。", flush=True)
        while True:
            await asyncio.sleep(5)
            self._save()

    async def _seed(self) -> None:
        await self.service.writer.run(self._give_roles)
        await self.service.tick()
        for person in PEOPLE:
            for text in person.says:
                await self.platform.say(person.userid, text)
        for userid, text in STORY:
            await self.platform.say(userid, text)
        deck = await asyncio.to_thread(sample_deck, slides_of(REPORTER_UNIT))
        await self._write(*REPORTER, Enclosed("申报报告.pptx", deck))
        await self._write(
            *STRANGER, Enclosed("补充材料.pptx", await asyncio.to_thread(sample_deck, SLIDES[1:]))
        )

    async def _write(self, sender: str, subject: str, text: str, *files: Enclosed) -> None:
        """One mail to the office."""
        office, at = self.pane.office, self.pane.kept.campaign_now()
        raw = written(sender, office, subject, text, files, "", at)
        await asyncio.to_thread(hand_in, self.mail.smtp_port, sender, office, raw, False)

    def _give_roles(self, store: Store) -> None:
        now = self.service.clock.now()
        for person in PEOPLE:
            if person.role is not None:
                known = store.visitor(Channel.WECOM, person.userid, person.name, now).person.id
                store.bind(known, Channel.MAIL, person.mail)
                store.add_member(known, person.role, person.body, False, now)

    async def _is_up(self) -> bool:
        try:
            return await self.platform.verify_url()
        except OSError:
            return False

    def _save(self) -> None:
        kept = json.dumps(dump(self.platform), ensure_ascii=False)
        partial = CHATS.with_suffix(".part")
        partial.write_text(kept, "utf-8")
        partial.replace(CHATS)
