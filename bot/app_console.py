"""The console as the service has it: part of the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from tempfile import TemporaryDirectory
from typing import TypeVar

from aiohttp import web

from bot.commands.doctor import checks
from bot.ports import Store
from bot.work.clerk import Clerk
from bot.work.hand_out import PrintShop
from bot.work.long_work import LongWorks
from bot.work.rehearsal import Progress, Report, run
from bot.work.rehearsal_stage import Scratch
from bot.work.workers import Workers
from config.settings import Settings
from handlers.console.console import console_routes
from handlers.console.login import LoginDesk, login_routes
from handlers.console.problems import problem_pages
from handlers.console.session import sessions
from handlers.console.site import MailPages, Site
from handlers.wecom.client import WeComClient
from handlers.wecom.oauth import Login
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.schema import migrate
from storage.shared_cache import DatabaseCache
from storage.writer import ThreadWriter

T = TypeVar("T")
Clock = Callable[[], datetime]


def open_site(
    settings: Settings,
    clerk: Clerk,
    database: Database,
    writer: ThreadWriter,
    files: DiskFiles,
    workers: Workers,
    shop: PrintShop,
    now: Clock,
    machine_now: Clock,
    wake: Callable[[], None],
    follow: Callable[[], Awaitable[None]],
    mail: MailPages,
) -> Site:
    """What the pages ask of the service; reads run on connections of their own, off the event loop."""

    def read(look: Callable[[Store], T]) -> Awaitable[T]:
        return asyncio.to_thread(database.read, look)

    return Site(
        clerk=clerk,
        read=read,
        run=writer.run,
        files=files,
        workers=workers,
        shop=shop,
        now=now,
        machine_now=machine_now,
        wake=wake,
        follow=follow,
        secure=settings.public_url.startswith("https:"),
        mail=mail,
        doctor=partial(checks, settings),
        rehearse=partial(_rehearse, clerk),
        works=LongWorks(writer.run, machine_now),
    )


async def _rehearse(clerk: Clerk, progress: Progress) -> Report:
    """Play the campaign as it is at this moment in a database of its own, which is deleted afterwards."""
    # what is edited meanwhile is for the next rehearsal, and what is sealed can be gone through, too
    campaign = replace(clerk.campaign, keep_until=None)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/rehearsal.db"
        await asyncio.to_thread(migrate, url)
        database = open_database(url, campaign.id)
        writer = ThreadWriter(database)
        writer.start()
        try:
            return await run(campaign, clerk.knowledge, Scratch(database, writer), progress)
        finally:
            await asyncio.to_thread(writer.stop)
            database.close()


def add_console(
    app: web.Application,
    site: Site,
    settings: Settings,
    database: Database,
    client: Callable[[], WeComClient | None],
) -> LoginDesk:
    """Add everything under /console/. The desk is what signs people in; only the demo adds guests to it."""

    def wecom() -> Login | None:
        found, hosts = client(), settings.wecom
        return Login(found, hosts.oauth_base, hosts.login_base) if found else None

    key = settings.secret_key.get_secret_value().encode() if settings.secret_key else b""
    once = DatabaseCache(database).acquire
    desk = LoginDesk(site.door, site.campaign, site.templates, settings.public_url, once, wecom)

    async def break_off(app: web.Application) -> None:
        await site.works.close()

    app.on_shutdown.append(break_off)
    app.middlewares.extend((problem_pages(site), sessions(site.door, key, settings.public_url)))
    app.add_routes([*login_routes(desk), *console_routes(site)])
    return desk
