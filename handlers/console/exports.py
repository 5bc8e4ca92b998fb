"""The tables that the office prints, as Excel files: the same rows as the pages, made off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sized
from datetime import datetime

from aiohttp import web

from bot.console.application_list import whole_list
from bot.console.first_page import office_board
from bot.console.office_sheets import progress_table, summary_table
from bot.console.query import ApplicationQuery
from bot.documents.sheet_write import Table, workbook
from bot.staff.desk import StaffAsk
from bot.work.workers import WorkerFailed
from handlers.console.site import Site, office_only


def routes(site: Site) -> list[web.RouteDef]:
    async def progress(request: web.Request) -> web.StreamResponse:
        """Bodies by stages, with the sums of the first page."""
        table = await site.look(
            request, lambda ask: progress_table(ask.clerk.campaign, office_board(ask), ask.now)
        )
        return await table_file(site, table)

    return [web.get("/console/progress.xlsx", office_only(progress))]


async def summary_file(
    site: Site, request: web.Request, query: ApplicationQuery, numbers: frozenset[str] | None = None
) -> web.Response:
    """The list of applications as a file, all of it or these numbers."""

    def made(ask: StaffAsk) -> Table:
        rows = whole_list(ask, query, numbers).rows
        return summary_table(ask.clerk.campaign, rows, ask.now, ask.is_office)

    return await table_file(site, await site.look(request, made))


async def table_file(site: Site, table: Table) -> web.Response:
    """One table as a file, named after it and the day; long ones are made in a process of their own."""
    many = isinstance(table.rows, Sized) and len(table.rows) > _MANY
    if many:
        try:
            content = await site.workers.run(workbook, [table], seconds=_SECONDS)
        except WorkerFailed:
            return site.done("/console/applications", "表格没有生成，请缩小范围后再导出。", "danger")
    else:
        content = await asyncio.to_thread(workbook, [table])
    return site.download(content, file_name(table, site.now().astimezone(site.campaign.zone)))


_MANY = 500  # rows
_SECONDS = 120.0


def file_name(table: Table, made: datetime) -> str:
    """汇总表20190712.xlsx."""
    return f"{table.name}{made:%Y%m%d}.xlsx"
