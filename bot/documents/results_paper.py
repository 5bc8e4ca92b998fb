"""Public notice, announcement and plaque list as .docx, laid out as an official document: 仿宋 三号, A4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bot.documents.results_text import PaperText, PlaqueRow
from bot.documents.word_package import package_bytes
from bot.documents.word_style import BODY, say, set_font, space_lines
from config.campaign import Campaign

TITLE_FONT = "方正小标宋简体"
TITLE_SIZE, TEXT_SIZE, TABLE_SIZE = 22.0, 16.0, 12.0  # 二号, 三号, 小四
LINE = 28.0
_WIDTHS = (Mm(13), Mm(48), Mm(34), Mm(18), Mm(26), Mm(17))  # as wide as the page leaves room


def results_paper(text: PaperText) -> bytes:
    """The public notice or the announcement; every unit is a paragraph, its name unbroken and unchanged."""
    document = _document(text.heading[0])
    for place, line in enumerate(text.heading):
        _centred(document, line, TITLE_FONT if place == 0 else BODY, TITLE_SIZE if place == 0 else TEXT_SIZE)
    document.add_paragraph()
    for line in text.before:
        _body(document, line)
    for place, unit in enumerate(text.units, start=1):
        paragraph = _body(document, f"{place}. ")
        say(paragraph, unit, size=TEXT_SIZE)
    for line in text.after:
        _body(document, line)
    document.add_paragraph()
    for line in (text.signature, text.day):
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN.RIGHT
        paragraph.paragraph_format.right_indent = Pt(2 * TEXT_SIZE)
        paragraph.paragraph_format.keep_together = True
        space_lines(paragraph, LINE)
        say(paragraph, line, size=TEXT_SIZE)
    return package_bytes(document)


def plaque_paper(campaign: Campaign, rows: Sequence[PlaqueRow]) -> bytes:
    """The plaque list with room to sign; units as announced."""
    heading = campaign.phrases["result_paper_plaques_heading"].format(award=campaign.award)
    document = _document(heading)
    _centred(document, heading, TITLE_FONT, TITLE_SIZE)
    heads = campaign.phrases["result_paper_plaques_columns"].split("|")
    table = document.add_table(rows=1, cols=len(_WIDTHS), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _row(table.rows[0], heads)
    for place, row in enumerate(rows, start=1):
        _row(table.add_row(), (str(place), row.unit, row.inscription, row.taken_by, row.handed_on, ""))
    return package_bytes(document)


def _document(title: str) -> Any:
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(TEXT_SIZE)
    set_font(document.styles["Normal"].element.get_or_add_rPr(), BODY)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.core_properties.title = title
    document.core_properties.author = document.core_properties.comments = ""
    return document


def _centred(document: Any, text: str, font: str, size: float) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    space_lines(paragraph, size + 12)
    say(paragraph, text, font, size)


def _body(document: Any, text: str) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(2 * TEXT_SIZE)
    paragraph.paragraph_format.space_after = Pt(0)
    space_lines(paragraph, LINE)
    say(paragraph, text, size=TEXT_SIZE)
    return paragraph


def _row(row: Any, texts: Sequence[str]) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.alignment = ALIGN.CENTER
        say(paragraph, text, size=TABLE_SIZE)
