"""Reads a table that staff send as a file: an .xlsx workbook, or a .csv as Excel and WPS save it.

Policy:
1. What a file is, its content says, never its name.
2. Limits come before the reader: bytes of the file, bytes it unpacks to, then rows and columns with content.
3. Every value becomes text as somebody reading the sheet would type it; formulas count as what they last gave.
4. A merged cell stands in each of the cells it covers.

`read_sheet` is the task for a process of its own, which brings no exceptions home.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import olefile

from bot.documents.zip_types import DAMAGE

MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_BYTES = 10 << 20
_MOST_UNPACKED = 100 << 20
_MOST_PARTS = 2_000
_EMPTY_ROWS = 10_000  # on end, and the sheet is over: formats often go on to its very last row

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|table|meta|\?xml|\?mso)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold, or `_` before such a name

_SAVE_AS = "请用 Excel 或 WPS 打开后“另存为”.xlsx 格式，再重新上传。"
_OLD = f"这是旧版表格（.xls、.et 等），系统读不了。{_SAVE_AS}"
_LOCKED = "表格设有打开密码，系统读不了。请取消密码、保存后重新上传。"
_FOREIGN = f"这不是 .xlsx 表格。{_SAVE_AS}"
_BROKEN = f"表格文件已损坏或不完整，读不出来。{_SAVE_AS}"
_EMPTY = "文件里没有内容。请确认表格已填写并保存，再重新上传。"
_HEAVY = f"文件太大（最大 {MOST_BYTES >> 20} MB）。请删去图片等无关内容，或分成几个文件，再重新上传。"
_LONG = f"表格太长（最多 {MOST_ROWS} 行）。请删去无关的行，或分成几个文件，再重新上传。"
_WIDE = f"表格太宽（最多 {MOST_COLUMNS} 列）。请删去无关的列，再重新上传。"


class SheetError(Exception):
    """The file is not read; the message says why and what to do, fit for who sent it."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with content. Its cells as text, trimmed: dates 2019-07-30, 2019-07-30 09:30, times 09:30, empty ""."""

    number: int  # as Excel counts it, from 1
    cells: tuple[str, ...]  # from column A, as many as the widest row has


def read_rows(path: str) -> tuple[SheetRow, ...]:
    """The rows with content of the first visible sheet that has any. `SheetError` if there are none."""
    file = Path(path)
    if file.stat().st_size > MOST_BYTES:
        raise SheetError(_HEAVY)
    content = file.read_bytes()
    if content.startswith(_OLE):
        raise SheetError(_LOCKED if _is_encrypted(content) else _OLD)
    sheets = _workbook_sheets(content) if content.startswith(_ZIP) else iter([_text_cells(content)])
    for cells in sheets:
        if cells:
            return _rows(cells)
    raise SheetError(_EMPTY)


def read_sheet(path: str) -> tuple[SheetRow, ...] | str:
    """`read_rows`, with the sentence of its `SheetError` as the result where there is one."""
    try:
        return read_rows(path)
    except SheetError as error:
        return str(error)


Cells = dict[int, dict[int, str]]
"""Row → column → text, both from 1; only what is not empty."""


def _rows(cells: Cells) -> tuple[SheetRow, ...]:
    width = max(max(row) for row in cells.values())
    return tuple(
        SheetRow(number, tuple(cells[number].get(column, "") for column in range(1, width + 1)))
        for number in sorted(cells)
    )


def _is_encrypted(content: bytes) -> bool:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            return bool(ole.exists("EncryptedPackage"))
    except Exception:  # whatever is broken in it, it is no workbook of today
        return False


def _workbook_sheets(content: bytes) -> Iterator[Cells]:
    """The visible sheets, one after the other."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            yield from _open_sheets(content, archive)
    except SheetError:
        raise
    except (*DAMAGE, RuntimeError) as error:  # a part that is encrypted: RuntimeError
        raise SheetError(_BROKEN) from error
    except Exception as error:  # the reader raises many kinds, most of them undocumented
        raise SheetError(_BROKEN) from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise SheetError(_HEAVY)
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names and not any(name.endswith("workbook.xml") for name in names):
        raise SheetError(_FOREIGN)


def _open_sheets(content: bytes, archive: zipfile.ZipFile) -> Iterator[Cells]:
    import openpyxl  # only where a table is read, which a child process does: the service never needs its 12 MB

    from bot.documents.sheet_merges import merged_ranges

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # some programs write a wrong one, and cells beyond it would be lost
            cells = _sheet_cells(sheet.iter_rows())
            _spread(cells, merged_ranges(archive, sheet.title))
            yield cells
    finally:
        book.close()


def _sheet_cells(rows: Iterable[Iterable[Any]]) -> Cells:
    found: Cells = {}
    last = 0
    for number, row in enumerate(rows, start=1):
        if number - last > _EMPTY_ROWS:
            break
        texts = {column: text for column, cell in enumerate(row, start=1) if (text := cell_text(cell.value))}
        if texts:
            _add(found, number, texts)
            last = number
    return found


def _add(cells: Cells, number: int, texts: dict[int, str]) -> None:
    if len(cells) == MOST_ROWS:
        raise SheetError(_LONG)
    if max(texts) > MOST_COLUMNS:
        raise SheetError(_WIDE)
    cells[number] = texts


def _spread(cells: Cells, ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Write what a merged cell holds into every cell it covers, as far as the sheet has content."""
    if not cells:
        return
    last_row, width = max(cells), max(max(row) for row in cells.values())
    left = MOST_ROWS * MOST_COLUMNS
    for top, start, bottom, end in ranges:
        text = cells.get(top, {}).get(start, "")
        if not text:
            continue
        for number in range(top, min(bottom, last_row) + 1):
            row = cells.get(number)
            if row is None:  # nothing else stands in it
                continue
            for column in range(start, min(end, width) + 1):
                row[column] = text
            left -= end - start + 1
            if left < 0:
                raise SheetError(_BROKEN)


def _text_cells(content: bytes) -> Cells:
    """The cells of text with commas, semicolons or tabs between them."""
    if not content.strip():
        raise SheetError(_EMPTY)
    if _MARKUP.match(content[:200].removeprefix(b"\xef\xbb\xbf")):
        raise SheetError(_FOREIGN)
    text = _decoded(content)
    if text is None or _CONTROL.search(text):
        raise SheetError(_FOREIGN)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    found: Cells = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            texts = {column: kept for column, cell in enumerate(row, start=1) if (kept := cell_text(cell))}
            if texts:
                _add(found, number, texts)
    except csv.Error as error:
        raise SheetError(_BROKEN) from error
    return found


def _decoded(content: bytes) -> str | None:
    """As Excel and WPS save text: UTF-16 and UTF-8 with a mark, UTF-8, or the system's GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def cell_text(value: object) -> str:
    """A cell's value as text."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case str():
            return _ESCAPED.sub(_unescaped, value).replace("\r\n", "\n").strip(" \t\r\n\u3000\u00a0\ufeff")
        case int():
            return str(value)
        case float() | Decimal():
            return _number_text(value)
        case datetime():
            return _moment_text(value)
        case date():
            return value.isoformat()
        case time():
            return _time_text(value.hour, value.minute, value.second)
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return _time_text(*divmod(minutes, 60), seconds)
    return str(value)


def _number_text(value: float | Decimal) -> str:
    """15 significant digits, as Excel shows at most; never with an exponent."""
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment_text(value: datetime) -> str:
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)  # 09:29:59.999 was typed as 09:30
    if rounded.time() == time():
        return rounded.date().isoformat()
    return f"{rounded.date().isoformat()} {_time_text(rounded.hour, rounded.minute, rounded.second)}"


def _time_text(hours: int, minutes: int, seconds: int) -> str:
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def _unescaped(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return "" if code < 0x20 and code not in (0x09, 0x0A) else chr(code)
