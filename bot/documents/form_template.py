"""Builds the blank official form (a Word template with bookmarks) from its layout.

A4; everything but the cover's title and the headings is 仿宋 小四 (12 pt), as the notice asks (a1.note.1),
in all four font slots of each run, so that digits and Latin letters are set in it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from bot.documents.form_layout import Box, CoverLine, Layout, Row
from bot.documents.word_marks import PRINT_CODE_MARK, field_mark
from bot.documents.word_package import package_bytes
from bot.documents.word_style import BODY, SIZE, mark, say, set_font, set_size, space_lines

TITLE = "宋体"
HEADING = "黑体"

TEXT_WIDTH = Mm(156)
LABEL_WIDTH = Mm(39)
COVER_INDENT = Mm(21)
COVER_LABEL = Mm(29)
SEAL_INDENT = Mm(50)

_UNUSED_PARTS = {"thumbnail", "stylesWithEffects", "customXml", "numbering", "webSettings"}
_USED_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "header", "footer"}


def build_template(layout: Layout) -> bytes:
    """The blank form as .docx, with a bookmark for every field of the layout and for the print code."""
    document = docx.Document()
    _strip(document)
    marks = count(1)
    _set_base_font(document)
    _set_page(document.sections[0])
    _cover(document, layout, marks)
    _notes(document, layout)
    _next_section(document)
    _table(document, layout.rows, marks)
    _tail(document)
    _footer(document, marks)
    document.core_properties.title = "".join(layout.title)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return package_bytes(document)


def _strip(document: Any) -> None:
    """Leave out what an empty python-docx document brings along and this form does not use."""
    for part in (document.part.package, document.part):
        for key, relation in list(part.rels.items()):
            if relation.reltype.rpartition("/")[2] in _UNUSED_PARTS:
                del part.rels[key]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in _USED_STYLES:
            styles.remove(style)
    for link in list(styles.iter(qn("w:link"))):
        link.getparent().remove(link)


def _set_base_font(document: Any) -> None:
    document.styles["Normal"].font.size = Pt(SIZE)
    for properties in document.styles.element.iter(qn("w:rPr")):
        fonts = properties.find(qn("w:rFonts"))
        if fonts is not None:
            properties.remove(fonts)
    set_font(document.styles["Normal"].element.get_or_add_rPr(), BODY)
    for spacing in list(document.styles.element.iter(qn("w:spacing"))):
        spacing.getparent().remove(spacing)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.left_margin = section.right_margin = Mm(27)
    section.header_distance, section.footer_distance = Mm(15), Mm(14)


def _cover(document: Any, layout: Layout, marks: Iterator[int]) -> None:
    say(document.add_paragraph(), layout.heading, HEADING, 16)
    for number, line in enumerate(layout.title):
        last = number == len(layout.title) - 1
        title = document.add_paragraph()
        title.alignment = ALIGN.CENTER
        title.paragraph_format.space_before = Pt(36 if last else 130 if number == 0 else 12)
        say(title, line, TITLE, 36 if last else 24, bold=True)
    for number, cover_line in enumerate(layout.cover):
        _cover_line(document.add_paragraph(), cover_line, Pt(190 if number == 0 else 22), marks)


def _cover_line(paragraph: Paragraph, line: CoverLine, above: Length, marks: Iterator[int]) -> None:
    form = paragraph.paragraph_format
    form.space_before = above
    form.left_indent, form.first_line_indent = COVER_INDENT + COVER_LABEL, -COVER_LABEL
    form.right_indent = COVER_INDENT
    space_lines(paragraph, 22)
    form.tab_stops.add_tab_stop(COVER_INDENT + COVER_LABEL)
    form.tab_stops.add_tab_stop(Length(TEXT_WIDTH - COVER_INDENT - Pt(1)), WD_TAB_ALIGNMENT.RIGHT)
    say(paragraph, f"{line.label}\t")
    if line.blank:
        mark(paragraph, field_mark(line.field), marks, say(paragraph, line.blank))
        return
    mark(paragraph, field_mark(line.field), marks, say(paragraph, " ", rule=True))
    say(paragraph, "\t", rule=True)


def _notes(document: Any, layout: Layout) -> None:
    title = document.add_paragraph()
    title.paragraph_format.page_break_before = True
    title.alignment = ALIGN.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(24), Pt(30)
    say(title, layout.notes_title, HEADING, 18)
    for note in layout.notes:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(2 * SIZE)
        space_lines(paragraph, 30)
        say(paragraph, note)


def _next_section(document: Any) -> None:
    """Begin a page without an empty line before the table: the break hangs on the last note."""
    document.add_section(WD_SECTION.NEW_PAGE)
    holder = document.paragraphs[-1]
    document.paragraphs[-2]._p.get_or_add_pPr().append(holder._p.pPr.find(qn("w:sectPr")))
    holder._p.getparent().remove(holder._p)


def _table(document: Any, rows: tuple[Row, ...], marks: Iterator[int]) -> None:
    half = Length((TEXT_WIDTH - 2 * LABEL_WIDTH) // 2)
    widths = (LABEL_WIDTH, half, LABEL_WIDTH, half)
    table = document.add_table(rows=len(rows), cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_borders(table)
    _set_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, row in zip(table.rows, rows, strict=True):
        line.height, line.height_rule = Mm(row.height), WD_ROW_HEIGHT_RULE.AT_LEAST
        cells = list(line.cells)
        if not row.flows:
            line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if len(row.boxes) == 1:
            cells = [cells[0], cells[1].merge(cells[3])]
            cells[1].width = Length(sum(widths[1:]))
        for cell, width in zip(cells, widths, strict=False):
            if len(cells) == len(widths):
                cell.width = width
        cells[0].width = LABEL_WIDTH
        for number, box in enumerate(row.boxes):
            _label(cells[2 * number], box.label)
            _box(cells[2 * number + 1], box, row, marks)


def _label(cell: _Cell, lines: tuple[str, ...]) -> None:
    cell.vertical_alignment = VERTICAL.CENTER
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        space_lines(paragraph, 24)
        say(paragraph, line)


def _box(cell: _Cell, box: Box, row: Row, marks: Iterator[int]) -> None:
    cell.vertical_alignment = VERTICAL.TOP if row.flows or box.seal else VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    _set_value_paragraph(paragraph, indented=row.flows or bool(box.seal))
    if len(row.boxes) > 1:
        paragraph.alignment = ALIGN.CENTER
    if box.hint:
        paragraph.paragraph_format.first_line_indent = None
        say(paragraph, box.hint)
    if box.field:
        mark(paragraph, field_mark(box.field), marks)
    for number, line in enumerate(box.seal):
        seal = cell.add_paragraph()
        seal.alignment = ALIGN.CENTER
        seal.paragraph_format.left_indent = SEAL_INDENT
        seal.paragraph_format.space_before = Pt(54 if number == 0 else 4)
        seal.paragraph_format.keep_together = True
        space_lines(seal, 24)
        say(seal, line)


def _set_value_paragraph(paragraph: Paragraph, indented: bool) -> None:
    """The look of a value: also of the empty paragraph, so that what is typed by hand gets it."""
    paragraph.alignment = ALIGN.JUSTIFY if indented else ALIGN.LEFT
    paragraph.paragraph_format.widow_control = True
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(2 * SIZE)
    space_lines(paragraph, 24)
    properties = OxmlElement("w:rPr")
    paragraph._p.get_or_add_pPr().append(properties)
    set_font(properties, BODY)
    set_size(properties, SIZE)


def _tail(document: Any) -> None:
    """Word wants a paragraph after a table; this one takes no room."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(1)
    properties = OxmlElement("w:rPr")
    paragraph._p.get_or_add_pPr().append(properties)
    set_size(properties, 1)


def _footer(document: Any, marks: Iterator[int]) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    mark(paragraph, PRINT_CODE_MARK, marks, say(paragraph, "", size=9))
    say(paragraph, "\t第", size=9)
    _page_field(paragraph, "PAGE")
    say(paragraph, "页/共", size=9)
    _page_field(paragraph, "NUMPAGES")
    say(paragraph, "页", size=9)


def _page_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)
    field.append(say(paragraph, "1", size=9)._r)


def _set_borders(table: Table) -> None:
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{edge}")
        inner = edge.startswith("inside")
        for key, value in (
            ("val", "single"),
            ("sz", "4" if inner else "8"),
            ("space", "0"),
            ("color", "000000"),
        ):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)


def _set_margins(table: Table) -> None:
    """Room below the text of each cell: lines taller than the type leave theirs above it."""
    margins = OxmlElement("w:tblCellMar")
    for edge, twips in (("top", 30), ("left", 108), ("bottom", 120), ("right", 108)):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)
