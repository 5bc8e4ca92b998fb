"""A table that somebody hands in: read in a process of its own, shown, and carried along by the form meanwhile."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from aiohttp.web_request import FileField

from bot.documents.sheet_read import MOST_ROWS, SheetRow, read_sheet
from bot.work.workers import WorkerFailed
from handlers.console.site import Site

_NO_FILE = "请先选择要导入的表格文件。"
_UNREADABLE = "表格没有读出来，可能已损坏。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。"


async def read_table(site: Site, form: Mapping[str, Any]) -> tuple[SheetRow, ...] | str:
    """The rows of the form's `file`, or why there are none and what to do."""
    chosen = form.get("file")
    if not isinstance(chosen, FileField) or not chosen.filename:
        return _NO_FILE
    folder = await asyncio.to_thread(site.files.folder)
    try:
        path = folder / "table"
        with closing(chosen.file):
            await asyncio.to_thread(lambda: path.write_bytes(chosen.file.read()))
        return await site.workers.run(read_sheet, str(path))
    except WorkerFailed:
        return _UNREADABLE
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)


def hidden_rows(rows: Sequence[SheetRow]) -> str:
    """The rows as they go along with a form, to be entered once they were looked at."""
    return json.dumps([[row.number, *row.cells] for row in rows], ensure_ascii=False)


def read_hidden_rows(form: Mapping[str, Any]) -> tuple[SheetRow, ...]:
    """The same rows; none for anything else. What they say is checked where they are entered."""
    try:
        rows = json.loads(str(form.get("rows", "")))
        found = [SheetRow(int(number), tuple(str(cell) for cell in cells)) for number, *cells in rows]
    except (ValueError, TypeError, OverflowError):
        return ()
    return tuple(found[:MOST_ROWS])
