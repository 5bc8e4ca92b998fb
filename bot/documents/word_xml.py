"""WordprocessingML → what a reader of the paper sees.

1. Kept: text, also in content controls, text boxes, hyperlinks, field results; tracked insertions.
2. Dropped: tracked deletions (runs, paragraph marks, rows, cells), hidden text, placeholders of content
   controls, field codes, phonetic guides.
3. Automatic list numbers are written out.
4. The text of a text box follows the paragraph it is anchored in.
Names are compared without their namespace, which differs between transitional and strict files; text is
only what the word processing namespaces call text.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.documents.paper import Block, Cell, Row, Table
from bot.documents.word_numbering import Numbering

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_SKIPPED = {
    "del", "moveFrom", "instrText", "delText", "delInstrText", "rt",
    "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr",
}  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_blocks(root: Element, numbering: Numbering) -> tuple[Block, ...]:
    """Paragraphs and tables of a document, header or footer part, in reading order."""
    return tuple(_Reader(numbering).blocks(root))


class _Reader:
    """Walks one part. `numbering` counts on from paragraph to paragraph."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    def blocks(self, parent: Element) -> Iterator[Block]:
        joined = ""  # text of paragraphs whose mark is deleted
        for element in _children(parent):
            name = _name(element)
            if name == "p":
                boxes: list[Block] = []
                joined += self._list_number(element) + "".join(self._inline(element, boxes))
                if not _flag(element, "pPr", "rPr", "del"):
                    yield joined
                    joined = ""
                yield from boxes
            elif name == "tbl":
                yield Table(tuple(self._rows(element)))
            elif name not in _SKIPPED:
                yield from self.blocks(element)
        if joined:
            yield joined

    def _rows(self, parent: Element) -> Iterator[Row]:
        for element in _children(parent):
            name = _name(element)
            if name == "tr":
                if not _flag(element, "trPr", "del"):
                    yield tuple(self._cells(element))
            elif name not in _SKIPPED:
                yield from self._rows(element)

    def _cells(self, row: Element) -> Iterator[Cell]:
        column = _number(row, "trPr", "gridBefore", default=0)
        for element in _cell_elements(row):
            span = _number(element, "tcPr", "gridSpan", default=1)
            if not _flag(element, "tcPr", "cellDel") and _merge(element, "hMerge") != "continue":
                continued = _merge(element, "vMerge") == "continue"
                yield Cell(tuple(self.blocks(element)), column, span, continued)
            column += span

    def _inline(self, parent: Element, boxes: list[Block]) -> Iterator[str]:
        for element in _children(parent):
            name = _name(element)
            if name == "t" and element.tag.startswith(_WORD):
                yield element.text or ""
            elif name in _SIGNS and element.tag.startswith(_WORD):
                yield _SIGNS[name]
            elif name == "txbxContent":
                boxes.extend(self.blocks(element))
            elif name == "r" and _flag(element, "rPr", "vanish"):
                continue
            elif name not in _SKIPPED:
                yield from self._inline(element, boxes)

    def _list_number(self, paragraph: Element) -> str:
        list_id = _find(paragraph, "pPr", "numPr", "numId")
        if list_id is None:
            return ""
        return self._numbering.number(_value(list_id), _number(paragraph, "pPr", "numPr", "ilvl", default=0))


def _children(parent: Element) -> Iterator[Element]:
    """The children that count: the first alternative that says anything, no placeholder."""
    if _name(parent) == "AlternateContent":
        choices = [child for child in parent if _name(child) in ("Choice", "Fallback")]
        yield from next((choice for choice in choices if len(choice)), ())
    elif not (_name(parent) == "sdt" and _flag(parent, "sdtPr", "showingPlcHdr")):
        yield from parent


def _cell_elements(parent: Element) -> Iterator[Element]:
    for element in _children(parent):
        if _name(element) == "tc":
            yield element
        elif _name(element) not in _SKIPPED:
            yield from _cell_elements(element)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: Element) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == "val"), "")


def _find(element: Element, *path: str) -> Element | None:
    found: Element | None = element
    for name in path:
        found = next((child for child in found if _name(child) == name), None) if found is not None else None
    return found


def _flag(element: Element, *path: str) -> bool:
    """Whether an on/off property is there and on."""
    found = _find(element, *path)
    return found is not None and _value(found) not in ("0", "false", "off")


def _number(element: Element, *path: str, default: int) -> int:
    found = _find(element, *path)
    value = "" if found is None else _value(found)
    return int(value) if value.isdecimal() else default


def _merge(cell: Element, name: str) -> str:
    """`restart`, `continue`, or "" for a cell that is not merged that way."""
    found = _find(cell, "tcPr", name)
    return "" if found is None else _value(found) or "continue"
