"""A schedule of inspections out of a sheet: chosen, read in a process of its own, shown, then entered as a whole."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import closing
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

from bot.console.visit_sheet import template_tables
from bot.documents.sheet_read import SheetRow, read_sheet
from bot.documents.sheet_write import workbook
from bot.staff.finding import Refused
from bot.staff.visit_forms import unvisited
from bot.staff.visit_import import SchedulePreview, import_schedule, preview_schedule
from bot.work.workers import WorkerFailed
from handlers.console.site import ONCE, Site, link, office_only, refusable

HOME = "/console/visits"
IMPORT = f"{HOME}/import"
_UNREADABLE = "表格读不出来。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"


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
        chosen = form.get("file")
        if not isinstance(chosen, FileField):
            return self._page(request, trouble="请先选择要导入的表格。")
        with closing(chosen.file):
            read = await self._read(chosen)
        if isinstance(read, str):
            return self._page(request, trouble=read, name=chosen.filename)
        return await self._previewed(request, read, chosen.filename)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Enter what was shown. Where something stands in the way by now, it is shown again."""
        form = await request.post()
        rows = _rows_of(form)
        try:
            made = await self._site.act(
                request, lambda ask: import_schedule(ask, rows), str(form.get(ONCE, ""))
            )
        except Refused:
            return await self._previewed(request, rows, str(form.get("name", "")))
        first = min(one.latest.plan.day for one in made)
        said = f"已登记{len(made)}项验收安排，尚未通知任何人。须由办公室另一位同志发布。"
        return self._site.done(link(HOME, week=first.isoformat()), said)

    async def _read(self, chosen: FileField) -> tuple[SheetRow, ...] | str:
        folder = await asyncio.to_thread(self._site.files.folder)
        try:
            path = folder / "schedule"
            await asyncio.to_thread(lambda: path.write_bytes(chosen.file.read()))
            return await self._site.workers.run(read_sheet, str(path))
        except WorkerFailed:
            return _UNREADABLE
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, True)

    async def _previewed(
        self, request: web.Request, rows: tuple[SheetRow, ...], name: str
    ) -> web.StreamResponse:
        found = await self._site.look(request, partial(preview_schedule, rows=rows))
        kept = json.dumps([[row.number, *row.cells] for row in rows], ensure_ascii=False)
        return self._page(request, found, kept, name)

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


def _rows_of(form: MultiDictProxy[Any]) -> tuple[SheetRow, ...]:
    """The rows that were shown; `Refused` if that is no such thing."""
    try:
        read = json.loads(str(form.get("rows", "")))
        return tuple(SheetRow(int(number), tuple(str(cell) for cell in cells)) for number, *cells in read)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused("页面已过期，请重新选择表格。") from error
