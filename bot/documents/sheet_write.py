"""Writes tables as an .xlsx workbook in an office's layout: title, heading, borders, ready to be printed.

Policy:
1. A text is written as a text, whatever it begins with: `=`, `+`, `-`, `@` and tabs start no formula, and
   addresses become no links.
2. Rows are written as they come (constant memory), so a note stands below them.
3. Printed on A4 across: as wide as the sheet, the heading on every page, and the number of the page below.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

Value = str | int | float | date | datetime | time | None
"""What stands in a cell. Moments without a zone, as they are to be read."""

_LONGEST = 32_767  # characters a cell holds
_HEAD_FONT, _TEXT_FONT = "黑体", "仿宋"
_BAD_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_NAME_LENGTH = 31


class Kind(StrEnum):
    """How a column's values are shown."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # 2019-07-30, or 2019-07-30 09:30 where the value has a time
    TIME = "time"  # 09:30


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    width: float  # in half-width characters
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. A value that does not fit its column's kind is written as text."""

    name: str  # of the sheet
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]  # each as long as the columns; read once
    note: str = ""  # below the rows


def workbook(tables: Sequence[Table]) -> bytes:
    """The file. Sheets whose names are the same, or that Excel would refuse, get other names."""
    kept = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    import xlsxwriter  # loaded with the first table that is written

    with xlsxwriter.Workbook(kept, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        formats = _formats(book)
        taken: set[str] = set()
        for table in tables:
            _write(book.add_worksheet(_sheet_name(table.name, taken)), table, formats)
    return kept.getvalue()


_Formats = dict[str, Any]


def _formats(book: Any) -> _Formats:
    cell = {"font_name": _TEXT_FONT, "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    centred = cell | {"align": "center"}
    shown = {
        "title": {"font_name": _HEAD_FONT, "font_size": 18, "align": "center", "valign": "vcenter"},
        "head": centred | {"font_name": _HEAD_FONT, "bg_color": "#E7EEF7"},
        "text": cell | {"num_format": "@"},
        "number": centred,
        "date": centred | {"num_format": "yyyy-mm-dd"},
        "moment": centred | {"num_format": "yyyy-mm-dd hh:mm"},
        "time": centred | {"num_format": "hh:mm"},
        "note": {"font_name": _TEXT_FONT, "font_size": 11, "text_wrap": True, "valign": "top"},
    }
    return {name: book.add_format(options) for name, options in shown.items()}


def _write(sheet: Any, table: Table, formats: _Formats) -> None:
    last = len(table.columns) - 1
    _set_page(sheet, table)
    sheet.set_row(0, 36)
    _spanning(sheet, 0, last, table.title, formats["title"])
    sheet.set_row(1, 24)
    for position, column in enumerate(table.columns):
        sheet.write_string(1, position, column.label, formats["head"])
    number = 1
    for number, row in enumerate(table.rows, start=2):
        for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, number, position, value, column.kind, formats)
    sheet.autofilter(1, 0, number, last)
    end = number
    if table.note:
        end += 1
        width = sum(column.width for column in table.columns)
        sheet.set_row(end, 18 * sum(1 + int(_width(line) // width) for line in table.note.split("\n")))
        _spanning(sheet, end, last, _clean(table.note), formats["note"])
    sheet.print_area(0, 0, end, last)


def _set_page(sheet: Any, table: Table) -> None:
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width)
    sheet.freeze_panes(2, 0)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _spanning(sheet: Any, row: int, last: int, text: str, style: Any) -> None:
    if last > 0:
        sheet.merge_range(row, 0, row, last, "", style)
    sheet.write_string(row, 0, text, style)


def _cell(sheet: Any, row: int, position: int, value: Value, kind: Kind, formats: _Formats) -> None:
    match value, kind:
        case None | "", _:
            sheet.write_blank(row, position, None, formats["text"])
        case int() | float(), Kind.NUMBER if not isinstance(value, bool):
            sheet.write_number(row, position, value, formats["number"])
        case datetime(), Kind.DATE:
            sheet.write_datetime(row, position, value.replace(tzinfo=None), formats["moment"])
        case date(), Kind.DATE:
            sheet.write_datetime(row, position, value, formats["date"])
        case time(), Kind.TIME:
            sheet.write_datetime(row, position, value.replace(tzinfo=None), formats["time"])
        case _:
            style = formats["text"] if kind is Kind.TEXT else formats["number"]
            sheet.write_string(row, position, _clean(str(value)), style)


def _clean(text: str) -> str:
    """As XML can hold it, and no longer than a cell takes."""
    return _UNSEEN.sub("", text)[:_LONGEST]


def _width(text: str) -> int:
    """In half-width characters."""
    return sum(1 if char.isascii() else 2 for char in text)


def _sheet_name(name: str, taken: set[str]) -> str:
    plain = _BAD_NAME.sub("", _clean(name)).strip()[:_NAME_LENGTH] or "表"
    chosen, count = plain, 1
    while chosen.lower() in taken:
        count += 1
        chosen = f"{plain[: _NAME_LENGTH - 4]}({count})"
    taken.add(chosen.lower())
    return chosen
