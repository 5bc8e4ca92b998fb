"""The self-check as a sheet to print (自查表): A4, 仿宋 小四, a box to tick for every paper to prepare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from bot.documents.word_marks import printable_lines
from bot.documents.word_package import package_bytes
from bot.documents.word_style import BODY, SIZE, say, set_font, space_lines
from bot.model.spoken import full_date
from bot.review.selfcheck import Assessment
from bot.review.selfcheck_view import ItemLine, SectionLines, SelfCheckView, gap_lines, view
from config.campaign import Campaign

HEADING = "黑体"
BOX = "□"
SHADE = "E7E6E6"
WIDTHS = (Mm(38), Mm(13), Mm(40), Mm(16), Mm(67))
"""Of the columns: item, maximum, own finding, points, papers. Together the width between the margins."""


def selfcheck_sheet(campaign: Campaign, assessment: Assessment, unit: str, on: date) -> bytes:
    """The sheet as .docx, for the unit itself: its name ("" leaves a blank), and the day it is made."""
    shown = view(assessment, campaign)
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(SIZE)
    set_font(document.styles["Normal"].element.get_or_add_rPr(), BODY)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _set_page(document.sections[0])
    _head(document, campaign, unit, on)
    _summary(document, campaign, shown)
    _table(document, campaign, shown)
    _note(document, campaign)
    _footer(document.sections[0])
    document.core_properties.title = campaign.title + campaign.phrases["selfcheck_sheet_title"]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return package_bytes(document)


def _set_page(section: Any) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin = section.right_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(11)


def _head(document: Any, campaign: Campaign, unit: str, on: date) -> None:
    for line, size in ((campaign.title, 16.0), (campaign.phrases["selfcheck_sheet_title"], 22.0)):
        title = document.add_paragraph()
        title.alignment = ALIGN.CENTER
        title.paragraph_format.space_after = Pt(4)
        say(title, line, HEADING, size)
    name = " ".join(printable_lines(unit)) or "＿" * 14
    day = full_date(on)
    for key, facts in (("selfcheck_sheet_unit", {"unit": name}), ("selfcheck_sheet_date", {"date": day})):
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(8 if key == "selfcheck_sheet_unit" else 0)
        line.paragraph_format.space_after = Pt(2)
        say(line, campaign.phrases[key].format(**facts))


def _summary(document: Any, campaign: Campaign, shown: SelfCheckView) -> None:
    for text in (shown.range, shown.veto, shown.scope, shown.unanswered, *gap_lines(shown, campaign)):
        if text:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_before = Pt(2)
            paragraph.paragraph_format.space_after = Pt(2)
            space_lines(paragraph, 20)
            say(paragraph, text, bold=text in (shown.range, shown.veto))
    document.paragraphs[-1].paragraph_format.space_after = Pt(8)


def _table(document: Any, campaign: Campaign, shown: SelfCheckView) -> None:
    table = document.add_table(rows=1, cols=len(WIDTHS), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_margins(table)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    _heads(table.rows[0], campaign.phrases["selfcheck_sheet_columns"].split("|"))
    for section in shown.sections:
        _section_row(table, section, campaign)
        for item in section.items:
            _item_row(table, item)
    base = campaign.phrases["selfcheck_sheet_base"]
    _total_row(table, base, shown.maximum, f"{shown.low}–{shown.high}")
    if shown.bonus != "0":
        _total_row(table, campaign.phrases["selfcheck_sheet_bonus"], shown.bonus, f"0–{shown.bonus}")


def _heads(row: _Row, names: Sequence[str]) -> None:
    """The head is repeated on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, name in zip(row.cells, names, strict=True):
        _shade(cell)
        _write(cell, name, ALIGN.CENTER, font=HEADING)
    _set_widths(row)


def _section_row(table: Table, section: SectionLines, campaign: Campaign) -> None:
    row = _new_row(table)
    text = campaign.phrases["selfcheck_sheet_section"].format(
        number=section.number, title=section.title, points=section.points
    )
    paragraph = _write(row.cells[0].merge(row.cells[-1]), text, ALIGN.LEFT, bold=True)
    paragraph.paragraph_format.keep_with_next = True


def _item_row(table: Table, item: ItemLine) -> None:
    row = _new_row(table)
    _write(row.cells[0], f"{item.number} {item.title}", ALIGN.LEFT)
    _write(row.cells[1], item.maximum or "—", ALIGN.CENTER)
    _write(row.cells[2], item.finding, ALIGN.LEFT)
    _write(row.cells[3], item.points or "—", ALIGN.CENTER)
    _write_papers(row.cells[4], item.evidence if item.own else ())
    _set_widths(row)


def _write_papers(cell: _Cell, papers: Sequence[str]) -> None:
    if not papers:
        _write(cell, "—", ALIGN.CENTER)
    for place, paper in enumerate(papers):
        line = None if place == 0 else cell.add_paragraph()
        written = _write(cell, f"{BOX} {paper}", ALIGN.LEFT, paragraph=line)
        # lines after the first stand under the words, not under the box
        written.paragraph_format.left_indent = Pt(1.5 * SIZE)
        written.paragraph_format.first_line_indent = Pt(-1.5 * SIZE)


def _total_row(table: Table, label: str, maximum: str, points: str) -> None:
    row = _new_row(table)
    _write(row.cells[0], label, ALIGN.LEFT, bold=True)
    _write(row.cells[1], maximum, ALIGN.CENTER, bold=True)
    _write(row.cells[2].merge(row.cells[4]), points, ALIGN.CENTER, bold=True)


def _note(document: Any, campaign: Campaign) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    space_lines(paragraph, 20)
    text = campaign.phrases["selfcheck_sheet_note"].format(office=campaign.contact.office)
    say(paragraph, text)


def _write(
    cell: _Cell,
    text: str,
    alignment: ALIGN,
    *,
    font: str = BODY,
    bold: bool = False,
    paragraph: Paragraph | None = None,
) -> Paragraph:
    cell.vertical_alignment = VERTICAL.CENTER
    paragraph = paragraph or cell.paragraphs[0]
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    space_lines(paragraph, 18)
    say(paragraph, text, font, bold=bold)
    return paragraph


def _new_row(table: Table) -> _Row:
    """A row that no page break splits."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _set_widths(row: _Row) -> None:
    for cell, width in zip(row.cells, WIDTHS, strict=True):
        cell.width = Length(width)


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def _set_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for edge, twips in (("top", 40), ("left", 90), ("bottom", 60), ("right", 90)):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)


def _footer(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    for text, instruction in (("第", "PAGE"), ("页/共", "NUMPAGES"), ("页", "")):
        say(paragraph, text, size=9)
        if instruction:
            number = OxmlElement("w:fldSimple")
            number.set(qn("w:instr"), instruction)
            paragraph._p.append(number)
            number.append(say(paragraph, "1", size=9)._r)
