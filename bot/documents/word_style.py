"""Runs, fonts, spacing and bookmarks of a Word document, as an official form wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY = "仿宋"
SIZE = 12.0  # 小四, in points


def say(
    paragraph: Paragraph,
    text: str,
    font: str = BODY,
    size: float = SIZE,
    *,
    bold: bool = False,
    rule: bool = False,
) -> Run:
    run = paragraph.add_run(text)
    properties = run._r.get_or_add_rPr()
    set_font(properties, font)
    if bold:
        run.font.bold = True
    set_size(properties, size)
    if rule:
        run.font.underline = True
    return run


def set_font(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(slot), name)
    fonts.set(qn("w:hint"), "eastAsia")


def set_size(properties: Any, points: float) -> None:
    for tag in ("w:sz", "w:szCs"):
        element = OxmlElement(tag)
        element.set(qn("w:val"), str(round(points * 2)))
        properties.append(element)


def mark(paragraph: Paragraph, name: str, marks: Iterator[int], run: Run | None = None) -> None:
    """Set a bookmark around the run, or around nothing at the paragraph's end."""
    number = str(next(marks))
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), number)
    start.set(qn("w:name"), name)
    if run is None:
        paragraph._p.extend([start, end])
        return
    run._r.addprevious(start)
    run._r.addnext(end)


def space_lines(paragraph: Paragraph, points: float) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    paragraph.paragraph_format.line_spacing = Pt(points)
