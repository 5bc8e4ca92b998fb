"""The tables that the office prints, as Excel files: the same rows as the pages, made off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.console.application_list import whole_list
from bot.console.first_page import office_board
from bot.console.office_sheets import progress_table, summary_table
from bot.console.query import ApplicationQuery
from bot.documents.sheet_write import Table, Value, workbook
from bot.model.long_work import Made
from bot.staff.desk import StaffAsk
from bot.work.long_work import Progress, WorkFailed
from bot.work.workers import WorkerFailed, Workers
from handlers.console.long_work import handed
from handlers.console.site import XLSX, Site, office_only

_MANY = 500  # rows from which on a table is made in a process of its own
_SECONDS = 300.0
_TOLD = 100  # rows between two notes of how far it is
_TOO_LARGE = "表格没有生成，请缩小范围后再导出。"


def routes(site: Site) -> list[web.RouteDef]:
    async def progress(request: web.Request) -> web.StreamResponse:
        """Bodies by stages, with the sums of the first page."""
        return await table_file(
            site,
            request,
            lambda ask: progress_table(ask.clerk.campaign, office_board(ask), ask.now),
            "/console/",
        )

    return [web.get("/console/progress.xlsx", office_only(progress))]


async def summary_file(
    site: Site, request: web.Request, query: ApplicationQuery, numbers: frozenset[str] | None = None
) -> web.Response:
    """The list of applications as a file, all of it or these numbers."""

    def made(ask: StaffAsk) -> Table:
        rows = whole_list(ask, query, numbers).rows
        return summary_table(ask.clerk.campaign, rows, ask.now, ask.is_office)

    return await table_file(site, request, made, "/console/applications")


async def table_file(
    site: Site,
    request: web.Request,
    table: Callable[[StaffAsk], Table],
    back: str,
    named: Callable[[Table], str] | None = None,
) -> web.Response:
    """One table as a file, named after it and the day; on a page with a bar where it takes longer.

    `table` is a view; `back` the page it belongs to; `named` gives the file another name.
    """
    progress = Progress("正在读取数据")

    async def making() -> Made:
        found = await site.look(request, lambda ask: _read(table(ask)))
        made_on = site.now().astimezone(site.campaign.zone)
        name = named(found) if named else file_name(found, made_on)
        return Made(name, XLSX, await _written(site.workers, found, progress))

    return await handed(site, request, "导出Excel", back, progress, making())


def by_title(table: Table) -> str:
    """操作记录….xlsx."""
    return f"{table.title}.xlsx"


def file_name(table: Table, made: datetime) -> str:
    """汇总表20190712.xlsx."""
    return f"{table.name}{made:%Y%m%d}.xlsx"


def _read(table: Table) -> Table:
    """The table with its rows at hand, while the database may still be asked for them."""
    return replace(table, rows=list(table.rows))


async def _written(workers: Workers, table: Table, progress: Progress) -> bytes:
    assert isinstance(table.rows, Sequence)
    if len(table.rows) <= _MANY:
        return await asyncio.to_thread(workbook, [table])
    with TemporaryDirectory(prefix="table-") as folder:
        note = Path(folder) / "rows"
        progress.step, progress.total = "正在生成表格（行）", len(table.rows)
        progress.counted = lambda: _noted(note)
        try:
            return await workers.run(_write_noting, table, str(note), seconds=_SECONDS)
        except WorkerFailed:
            raise WorkFailed(_TOO_LARGE) from None


def _write_noting(table: Table, note: str) -> bytes:
    """The workbook, with a note of how many rows are written: for a process of its own."""
    return workbook([replace(table, rows=_counting(table.rows, Path(note)))])


def _counting(rows: Iterable[Sequence[Value]], note: Path) -> Iterator[Sequence[Value]]:
    for number, row in enumerate(rows):
        if number % _TOLD == 0:
            note.write_text(str(number))
        yield row


def _noted(note: Path) -> int:
    try:
        return int(note.read_text() or 0)
    except FileNotFoundError:  # it has not begun
        return 0
