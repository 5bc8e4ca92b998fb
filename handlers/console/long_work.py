"""What takes long: a bar that says how far it is, and then the file. Any process shows it, also after a reload."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

from aiohttp import web

from bot.model.long_work import LongWork
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from bot.work.long_work import Brought, Progress, WorkFailed
from handlers.console.site import Site

HOME = "/console/work"
AT_ONCE = 1.0  # seconds somebody waits for a file before a bar is shown
EXPORT, IMPORT = "export", "import"
PORTION = 20  # rows of an import in one transaction, for which everybody else waits
_ENTERING = "正在登记（行）"
_STOPPED = "{why}\n前{done}行已登记，其余没有登记。请改正后把同一个表格再上传一次，已登记的不会重复。"

T = TypeVar("T")


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
    making: Coroutine[Any, Any, Brought],
    kind: str = EXPORT,
) -> web.Response:
    """What comes of a work where it is done in a moment; else the page on which it is waited for.

    A file is sent; a sentence is told on `back`, the page it was asked for on, and so is why it cannot be done.
    """
    task = asyncio.create_task(making)
    done, _ = await asyncio.wait([task], timeout=AT_ONCE)
    if done:
        try:
            made = task.result()
        except WorkFailed as why:
            return site.done(back, str(why), "danger")
        if isinstance(made, str):
            return site.done(back, made)
        return site.download(made.content, made.name, made.content_type)
    work = site.works.work(secrets.token_hex(16), kind, site.viewer(request).person.id, title, back)
    work = replace(work, step=progress.step, done=progress.counted(), total=progress.total)
    await site.run(lambda store: store.add_work(work))
    site.works.watch(work, progress, task)
    return site.done(f"{HOME}/{quote(work.id)}")


async def in_portions(
    site: Site,
    request: web.Request,
    rows: Sequence[T],
    enter: Callable[[StaffAsk, Sequence[T]], int],
    once: str,
    progress: Progress,
) -> int:
    """Enter rows that were checked, some in each transaction; the sum of what `enter` counts.

    `WorkFailed` where some are refused after all, because things have changed: those before them stay entered.
    """
    entered = 0
    for at in range(0, len(rows), PORTION):
        progress.at(_ENTERING, at, len(rows))

        def portion(ask: StaffAsk, some: Sequence[T] = rows[at : at + PORTION]) -> int:
            return enter(ask, some)

        try:
            entered += await site.act(request, portion, once and f"{once}:{at}")
        except (Refused, MoveRefused) as why:
            raise WorkFailed(_STOPPED.format(done=at, why=why)) from None
    return entered
