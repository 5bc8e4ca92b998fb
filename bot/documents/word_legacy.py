"""The old binary .doc, read by office_oxide (a .wps of WPS Office is one too)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import office_oxide

from bot.documents.paper import Block, Cell, Paper, Row, Table, lines_of
from bot.documents.unreadable import UnreadableForm

_BLOCKS = {"paragraph", "heading", "table", "list", "text_box"}


def read_doc(content: bytes) -> Paper:
    """The document in a .doc; UnreadableForm if the parser finds none."""
    try:
        with office_oxide.Document.from_bytes(content, "doc") as document:
            sections = document.to_ir().get("sections", ())
    except office_oxide.OfficeOxideError as error:
        raise UnreadableForm("damaged") from error
    body = tuple(block for section in sections for block in _blocks(section.get("elements", ())))
    margins = tuple(line for section in sections for line in _margin_lines(section))
    return Paper(body, margins)


def _margin_lines(section: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a section's headers and footers, whichever kinds it has."""
    for name, part in section.items():
        if ("header" in name or "footer" in name) and isinstance(part, dict):
            yield from lines_of(tuple(_blocks(part.get("content", ()))))


def _blocks(elements: Any) -> Iterator[Block]:
    for element in elements:
        kind = element.get("type")
        if kind == "table":
            yield Table(tuple(_rows(element.get("rows", ()))))
        elif kind == "list":
            for item in element.get("items", ()):
                yield from _blocks(item.get("content", ()))
                yield from _blocks([item["nested"]] if item.get("nested") else ())
        elif isinstance(element.get("content"), list):
            yield from _content(element["content"])


def _content(parts: list[Any]) -> Iterator[Block]:
    """A paragraph holds runs of text; a text box and the like hold paragraphs."""
    if any(part.get("type") in _BLOCKS for part in parts):
        yield from _blocks(parts)
    else:
        yield "".join(_text(part) for part in parts)


def _text(part: Mapping[str, Any]) -> str:
    if part.get("type") == "line_break":
        return "\n"
    return str(part.get("text", ""))


def _rows(rows: Any) -> Iterator[Row]:
    """Cells with their columns; a cell that spans rows leaves an empty lower part in each."""
    spanning: dict[int, tuple[int, int]] = {}  # column → rows still to cover, columns
    for row in rows:
        cells: list[Cell] = []
        column = 0
        for cell in [*row.get("cells", ()), None]:
            while column in spanning:
                left, span = spanning.pop(column)
                cells.append(Cell((), column, span, continued=True))
                if left > 1:
                    spanning[column] = (left - 1, span)
                column += span
            if cell is None:
                break
            span = int(cell.get("col_span") or 1)
            cells.append(Cell(tuple(_blocks(cell.get("content", ()))), column, span))
            if int(cell.get("row_span") or 1) > 1:
                spanning[column] = (int(cell["row_span"]) - 1, span)
            column += span
        yield tuple(cells)
