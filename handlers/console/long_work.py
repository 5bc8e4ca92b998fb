"""What takes long: a bar that says how far it is, and then the file. Any process shows it, also after a reload."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.model.long_work import LongWork, Made
from bot.work.long_work import Progress, WorkFailed
from handlers.console.site import Site

HOME = "/console/work"
AT_ONCE = 1.0  # seconds somebody waits for a file before a bar is shown
EXPORT = "export"


def routes(site: Site) -> list[web.RouteDef]:
    pages = WorkPages(site)
    return [web.get(f"{HOME}/{{work}}", pages.show), web.get(f"{HOME}/{{work}}/file", pages.file)]


class WorkPages:
    """The handlers; use `routes`. A work is shown to whoever asked for it and to nobody else."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """How far it is; with `part`, that alone."""
        work = await self._work(request)
        template = "work_part.html" if "part" in request.query else "work.html"
        return self._site.page(request, template, work=work, state=work.seen(self._site.machine_now()))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """What it brought forth."""
        work, now = await self._work(request), self._site.machine_now()
        made = await self._site.read(lambda store: store.work_made(work.id, now))
        if made is None:
            raise web.HTTPNotFound
        return self._site.download(made.content, made.name, made.content_type)

    async def _work(self, request: web.Request) -> LongWork:
        asked, now = request.match_info["work"], self._site.machine_now()
        found = await self._site.read(lambda store: store.long_work(asked, now))
        if found is None or found.person != self._site.viewer(request).person.id:
            raise web.HTTPNotFound
        return found


async def handed(
    site: Site,
    request: web.Request,
    title: str,
    back: str,
    progress: Progress,
    making: Coroutine[Any, Any, Made],
) -> web.Response:
    """The file where it is made in a moment; else the page on which it is waited for.

    `back` is the page it was asked for on, where it is said if it cannot be made.
    """
    task = asyncio.create_task(making)
    done, _ = await asyncio.wait([task], timeout=AT_ONCE)
    if done:
        try:
            made = task.result()
        except WorkFailed as why:
            return site.done(back, str(why), "danger")
        return site.download(made.content, made.name, made.content_type)
    work = site.works.work(secrets.token_hex(16), EXPORT, site.viewer(request).person.id, title, back)
    await site.run(lambda store: store.add_work(work))
    site.works.watch(work, progress, task)
    return site.done(f"{HOME}/{quote(work.id)}")
