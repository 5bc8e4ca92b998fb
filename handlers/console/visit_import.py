"""A schedule of inspections out of a sheet: chosen, read in a process of its own, shown, then entered as a whole."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web

from bot.console.visit_sheet import template_tables
from bot.documents.sheet_read import SheetRow
from bot.documents.sheet_write import workbook
from bot.staff.finding import Refused
from bot.staff.visit_forms import unvisited
from bot.staff.visit_import import SchedulePreview, checked_schedule, import_schedule, preview_schedule
from bot.work.long_work import Progress
from handlers.console.long_work import IMPORT as IMPORTING
from handlers.console.long_work import handed, in_portions
from handlers.console.site import ONCE, Site, link, office_only, refusable
from handlers.console.table_upload import hidden_rows, read_hidden_rows, read_table

HOME = "/console/visits"
IMPORT = f"{HOME}/import"


def routes(site: Site) -> list[web.RouteDef]:
    pages = ImportPages(site)
    told = refusable(site, lambda request: IMPORT)
    return [
        web.get(IMPORT, office_only(pages.show)),
        web.get(f"{IMPORT}/template.xlsx", office_only(pages.template)),
        web.post(IMPORT, office_only(pages.preview)),
        web.post(f"{IMPORT}/enter", office_only(told(pages.enter))),
    ]


class ImportPages:
    """The handlers; use `routes`. Between preview and entering the rows are kept in the form, nowhere else."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Choose a file."""
        return self._page(request)

    async def template(self, request: web.Request) -> web.StreamResponse:
        """The sheet to fill, with the units that may be visited."""
        units = await self._site.look(request, unvisited)
        content = await asyncio.to_thread(workbook, template_tables(self._site.campaign, units))
        return self._site.download(content, "实地验收安排（导入表）.xlsx")

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """What is in the file: the visits, or what is to be put right."""
        form = await request.post()
        read = await read_table(self._site, form)
        name = getattr(form.get("file"), "filename", "")
        if isinstance(read, str):
            return self._page(request, trouble=read, name=name)
        return await self._previewed(request, read, name)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Enter what was shown. Where something stands in the way by now, it is shown again."""
        form, progress = await request.post(), Progress()
        rows, once = read_hidden_rows(form), str(form.get(ONCE, ""))
        try:
            visits = await self._site.look(request, lambda ask: checked_schedule(ask, rows))
        except Refused:
            return await self._previewed(request, rows, str(form.get("name", "")))
        if not visits:
            return self._site.done(HOME, "表格中的安排都已登记过，没有新的。", "warning")
        week = link(HOME, week=min(one.plan.day for one in visits).isoformat())

        async def entering() -> str:
            made = await in_portions(self._site, request, visits, import_schedule, once, progress)
            return f"已登记{made}项验收安排，尚未通知任何人。须由办公室另一位同志发布。"

        return await handed(self._site, request, "导入验收安排", week, progress, entering(), IMPORTING)

    async def _previewed(
        self, request: web.Request, rows: tuple[SheetRow, ...], name: str
    ) -> web.StreamResponse:
        found = await self._site.look(request, partial(preview_schedule, rows=rows))
        return self._page(request, found, hidden_rows(rows), name)

    def _page(
        self,
        request: web.Request,
        preview: SchedulePreview | None = None,
        rows: str = "",
        name: str = "",
        trouble: str = "",
    ) -> web.StreamResponse:
        return self._site.page(
            request, "visit_import.html", preview=preview, rows=rows, name=name, trouble=trouble
        )
