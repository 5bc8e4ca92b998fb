"""What stands on a paper, whatever file it came in: paragraphs and tables in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.documents.form_properties import FormProperties


@dataclass(frozen=True, slots=True)
class Cell:
    blocks: tuple[Block, ...]
    column: int  # where it begins in the table's grid, from 0
    span: int = 1  # how many columns of the grid it takes
    continued: bool = False  # the lower part of a cell that began in a row above


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]


Block = str | Table
"""A paragraph's text (line breaks within it as \\n, tabs as \\t) or a table."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. `margins` are the lines of headers and footers."""

    body: tuple[Block, ...]
    margins: tuple[str, ...] = ()
    properties: FormProperties | None = None


def lines_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    """All text in reading order, a line for a paragraph, tables row by row."""
    for block in blocks:
        if isinstance(block, str):
            yield from block.split("\n")
        else:
            for row in block.rows:
                for cell in row:
                    yield from lines_of(cell.blocks)


def text_of(cell: Cell) -> str:
    """The text of a cell; the cells of a table inside it stand beside each other."""
    return "\n".join(_texts(cell.blocks)).strip("\n")


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            for row in block.rows:
                yield "\t".join(text_of(cell) for cell in row)
