"""Finds what was written into each box of a form, whatever was done to its table.

Understood: the value in the next cell, or in several up to the next label; after a colon or on a new line
in the label's own cell; below a row that holds labels only; in a row added below a long text; in the lower
part of a merged cell; labels and values without a table (the cover, text boxes); tables in cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.documents.form_labels import Labels, is_beside
from bot.documents.paper import Cell, Paper, Row, Table, text_of

_SET_OFF = " \t\u3000:：_＿"


@dataclass(slots=True)
class Box:
    """One box that was found: its key and the texts that stand in it, piece by piece."""

    key: str
    texts: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether nothing but the paper's own rules stands in it."""
        return not any(text.strip(" \t\n\u3000\xa0_＿") for text in self.texts)


class BoxReader:
    """Reads one paper. `long` are the keys that may hold more than a line."""

    def __init__(self, labels: Labels, long: frozenset[str], known: Mapping[str, str]) -> None:
        """`known` are squeezed texts that are the value of their box, even where they look like a label."""
        self._labels = labels
        self._long = long
        self._known = known
        self.boxes: list[Box] = []

    def read(self, paper: Paper) -> list[Box]:
        """Every box in reading order; headers and footers last."""
        current: Box | None = None
        for block in paper.body:
            if isinstance(block, Table):
                self._table(block)
                current = None
            else:
                current = self._paragraph(block, current)
        for line in paper.margins:
            self._paragraph(line, None)
        return self.boxes

    def _paragraph(self, text: str, current: Box | None) -> Box | None:
        """The box that the next paragraph may go on filling."""
        for line in text.split("\n"):
            labelled = self._segments(line)
            if labelled:
                current = labelled
            elif (key := self._labels.whole(line, exactly=True)) is not None:
                current = self._open(key)
            elif line.strip() and current is not None:
                current = self._continue(current, line)
        return current

    def _continue(self, box: Box, line: str) -> Box | None:
        """A long text goes on; a value of one line may stand below its label."""
        if box.key in self._long:
            box.texts.append(line)
            return box
        if box.is_empty() and not _is_sentence(line):
            box.texts.append(line)
        return None

    def _segments(self, text: str) -> Box | None:
        """The last box of a text that begins with a label and a value; None if it does not."""
        first = self._labels.leading(text)
        if first is None:
            return None
        if self._is_known(first.key, first.tail):
            return self._open(first.key, first.tail.strip(_SET_OFF))
        if first.key in self._long:
            return self._open(first.key, first.rest)
        box = None
        for segment in self._labels.split(text):
            labelled = self._labels.leading(segment)
            if labelled is not None:
                box = self._open(labelled.key, labelled.rest)
        return box

    def _table(self, table: Table) -> None:
        above: dict[int, str] = {}  # column → label in a row of labels only
        unplaced: dict[int, str] = {}  # column → text above that stands beside no label
        last: Box | None = None
        for row in table.rows:
            if above and self._fill_below(row, above):
                above = {}
                continue
            count = len(self.boxes)
            only_labels = self._row(row, unplaced, last)
            above = self._labels_by_column(row) if only_labels else {}
            if len(self.boxes) > count:
                last = self.boxes[-1]
            elif len(_filled(row)) > 1:
                last = None  # a row of somebody else's, with a label we do not know

    def _labels_by_column(self, row: Row) -> dict[int, str]:
        return {cell.column: key for cell in row if (key := self._labels.whole(text_of(cell)))}

    def _fill_below(self, row: Row, above: Mapping[int, str]) -> bool:
        """Values under a row of labels, column by column. False if the row has labels of its own."""
        texts = {cell.column: text_of(cell) for cell in row}
        if any(self._labels.whole(text) or self._labels.leading(text) for text in texts.values()):
            return False
        for column, key in above.items():
            self._open(key, texts.get(column, ""))
        return True

    def _row(self, row: Row, unplaced: dict[int, str], last: Box | None) -> bool:
        """Read one row; whether it holds labels only."""
        box: Box | None = None
        loose: list[str] = []
        values = 0
        for cell in row:
            text = text_of(cell)
            values += 1
            if cell.continued:
                if box is not None and box.is_empty():
                    box.texts.append(text if text.strip() else unplaced.get(cell.column, ""))
                continue
            unplaced.pop(cell.column, None)
            if not self._is_long(box) and self._nested(cell):
                continue
            opened = self._opened(box, text)
            if opened is not None:
                box = opened
                values -= opened.is_empty()
            elif box is not None:
                box.texts.append(text)
            elif text.strip():
                unplaced[cell.column] = text
                loose.append(text)
        if box is None and len(loose) == 1 and last is not None:
            self._append(last, loose[0])
        return values == 0 and box is not None

    def _opened(self, box: Box | None, text: str) -> Box | None:
        """The box that a cell opens, holding a label or labels with their values; None for a mere value."""
        if box is not None and self._is_known(box.key, text):
            return None
        awaited = box is not None and box.is_empty()
        key = self._labels.whole(text, exactly=awaited)
        if key is not None:
            return self._open(key)
        return None if self._is_long(box) else self._segments(text)

    def _append(self, box: Box, text: str) -> None:
        if text.lstrip().startswith(("注：", "注:", "备注", "说明")):
            return
        if box.key in self._long or box.is_empty():
            box.texts.append(text)

    def _nested(self, cell: Cell) -> bool:
        """Read the tables in a cell, if they hold labels: then the cell is only their frame."""
        tables = [block for block in cell.blocks if isinstance(block, Table)]
        if not any(self._has_label(table) for table in tables):
            return False
        for block in cell.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block, None)
        return True

    def _has_label(self, table: Table) -> bool:
        return any(
            self._labels.whole(text_of(cell)) is not None or self._nested_label(cell)
            for row in table.rows
            for cell in row
        )

    def _nested_label(self, cell: Cell) -> bool:
        return any(self._has_label(block) for block in cell.blocks if isinstance(block, Table))

    def _is_long(self, box: Box | None) -> bool:
        return box is not None and box.key in self._long

    def _is_known(self, key: str, text: str) -> bool:
        known = self._known.get(key, "").strip(_SET_OFF)
        return known != "" and "".join(text.split()).strip(_SET_OFF) == known

    def _open(self, key: str, text: str = "") -> Box:
        box = Box(key, [text])
        self.boxes.append(box)
        return box


def pieces(box: Box) -> Iterator[str]:
    """The texts of a box up to a label we do not know (职务, 邮编), empty ones left out."""
    for text in box.texts:
        if is_beside(text):
            return
        if text.strip():
            yield text


def _filled(row: Row) -> list[str]:
    return [text for cell in row if (text := text_of(cell).strip())]


def _is_sentence(line: str) -> bool:
    plain = "".join(line.split())
    return len(plain) > 60 or plain.endswith("说明") or "。" in plain or "；" in plain
