"""Tables in and out: what offices really send, and files that Excel, WPS and printers take."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from bot.documents.sheet_read import MOST_ROWS, SheetError, SheetRow, cell_text, read_rows, read_sheet
from bot.documents.sheet_write import Column, Kind, Table, workbook
from bot.work.workers import Workers

at = datetime.fromisoformat  # sheets know no zones


def saved(folder: Path, book: openpyxl.Workbook) -> str:
    path = folder / "sheet"  # kept files have no extension
    book.save(path)
    book.close()
    return str(path)


def written(folder: Path, content: bytes) -> str:
    path = folder / "sheet"
    path.write_bytes(content)
    return str(path)


def test_rows_are_text_of_the_first_visible_sheet_with_content(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    hidden["A1"] = "隐藏"
    hidden.sheet_state = "hidden"
    book.create_sheet("空表")
    sheet = book.create_sheet("日程")
    sheet["A1"] = "  序号　"
    sheet["B3"] = at("2019-07-30T09:30")
    sheet["C3"] = date(2019, 7, 30)
    sheet["D3"] = time(9, 30)
    sheet["E3"] = 13803751234.0
    sheet["F3"] = 0.1 + 0.2
    sheet["G3"] = True
    sheet["H3"] = "第一行\n第二行"
    book.create_sheet("后面的")["A1"] = "不读"
    assert read_rows(saved(tmp_path, book)) == (
        SheetRow(1, ("序号", "", "", "", "", "", "", "")),
        SheetRow(
            3,
            (
                "",
                "2019-07-30 09:30",
                "2019-07-30",
                "09:30",
                "13803751234",
                "0.3",
                "是",
                "第一行\n第二行",
            ),
        ),
    )


def test_merged_cells_stand_in_every_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["B2"], sheet["B3"], sheet["C3"] = "标题", "宝丰县", "甲局", "乙局", "x"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A2:A900")
    assert [row.cells for row in read_rows(saved(tmp_path, book))] == [
        ("标题", "标题", "标题"),
        ("宝丰县", "甲局", ""),
        ("宝丰县", "乙局", "x"),
    ]


def test_formats_down_to_the_last_row_are_no_content(tmp_path: Path) -> None:
    """What somebody leaves behind who formats whole columns."""
    kept = io.BytesIO(workbook([Table("表", "标题", [Column("一", 8)], [["甲"]])]))
    path = tmp_path / "sheet"
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                empty = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (row, row) for row in range(4, 600_000))
                content = content.replace(b"</sheetData>", empty + b"</sheetData>")
            new.writestr(name, content)
    assert [row.cells for row in read_rows(str(path))] == [("标题",), ("一",), ("甲",)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_as_excel_and_wps_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f'序号{delimiter}单位\r\n\r\n1{delimiter}"甲局\r\n“镕”基"\r\n'
    assert read_rows(written(tmp_path, text.encode(encoding))) == (
        SheetRow(1, ("序号", "单位")),
        SheetRow(3, ("1", "甲局\n“镕”基")),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3.0, "3"),
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (-0.5, "-0.5"),
        (float("nan"), ""),
        (at("2019-07-30T09:29:59.999700"), "2019-07-30 09:30"),
        (at("2019-07-30"), "2019-07-30"),
        (time(9, 30, 5), "09:30:05"),
        ("\u3000甲\u00a0_x000D_\r\n", "甲"),
    ],
)
def test_cell_is_what_somebody_would_type(value: object, text: str) -> None:
    assert cell_text(value) == text


def empty_book() -> bytes:
    kept = io.BytesIO()
    openpyxl.Workbook().save(kept)
    return kept.getvalue()


def bomb() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (101 << 20))
    return kept.getvalue()


def other_zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有内容"),
        (b" \r\n", "没有内容"),
        (empty_book(), "没有内容"),
        (b",,,\r\n,,\r\n", "没有内容"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版表格"),
        (other_zip(), "另存为"),
        (b"%PDF-1.4\x00\x01", "不是 .xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "不是 .xlsx"),
        (empty_book()[:800], "损坏"),
        (b"PK\x03\x04rest", "损坏"),
        (bomb(), "太大"),
        (bytes((10 << 20) + 1), "太大"),
        (b"1\n" * (MOST_ROWS + 1), "太长"),
        (b"," * 200 + b"x\n", "太宽"),
    ],
)
def test_files_that_are_no_table_are_refused_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(SheetError, match=said):
        read_rows(path)
    refused = read_sheet(path)
    assert isinstance(refused, str)
    assert said in refused


def test_encrypted_workbook_is_told_from_an_old_one(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain, locked = io.BytesIO(empty_book()), io.BytesIO()
    OOXMLFile(plain).encrypt("secret", locked)
    with pytest.raises(SheetError, match="打开密码"):
        read_rows(written(tmp_path, locked.getvalue()))


def test_long_and_wide_workbooks_are_refused(tmp_path: Path) -> None:
    rows = [[str(number)] for number in range(MOST_ROWS + 1)]
    table = Table("长", "长表", [Column("一", 8)], rows)
    with pytest.raises(SheetError, match="太长"):
        read_rows(written(tmp_path, workbook([table])))
    book = openpyxl.Workbook()
    book.active.cell(1, 201, "远")
    with pytest.raises(SheetError, match="太宽"):
        read_rows(saved(tmp_path, book))


async def test_sheet_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    workers = Workers()
    try:
        assert await workers.run(read_sheet, written(tmp_path, "单位\n甲局".encode())) == (
            SheetRow(1, ("单位",)),
            SheetRow(2, ("甲局",)),
        )
        assert "没有内容" in str(await workers.run(read_sheet, written(tmp_path, b"")))
    finally:
        workers.close()


TABLE = Table(
    "汇总表",
    "2019年度汇总表",
    [
        Column("序号", 6, Kind.NUMBER),
        Column("单位", 20),
        Column("日期", 12, Kind.DATE),
        Column("时间", 8, Kind.TIME),
    ],
    [
        [1, '=HYPERLINK("http://a.b","x")', date(2019, 7, 30), time(9, 30)],
        [2, "+8613803751234", at("2019-07-30T09:30"), None],
        ["待定", "https://a.b/c", "不详", "上午"],
        [None, "\t@SUM(1)\x07", None, ""],
    ],
    "共4家。",
)


def test_workbook_writes_texts_as_texts(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([TABLE])))
    sheet = book["汇总表"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=6)] == [
        ["序号", "单位", "日期", "时间"],
        [1, '=HYPERLINK("http://a.b","x")', at("2019-07-30"), time(9, 30)],
        [2, "+8613803751234", at("2019-07-30T09:30"), None],
        ["待定", "https://a.b/c", "不详", "上午"],
        [None, "\t@SUM(1)", None, None],
    ]
    assert {cell.data_type for (cell,) in sheet["B3:B6"]} == {"s"}
    with zipfile.ZipFile(io.BytesIO(workbook([TABLE]))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert [name for name in archive.namelist() if "_rels/sheet" in name] == []


def test_workbook_is_laid_out_for_printing() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([TABLE])))["汇总表"]
    assert sheet["A1"].value == "2019年度汇总表"
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:D1", "A7:D7"}
    assert (sheet["A1"].font.name, sheet["B3"].font.name) == ("黑体", "仿宋")
    assert sheet["B3"].border.left.style == "thin"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:D6")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    # as wide as the sheet (the width's own default is one page), as long as it takes
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet["A7"].value == "共4家。"


def test_workbook_gives_every_sheet_a_name_that_excel_takes() -> None:
    def named(name: str) -> Table:
        return Table(name, "标题", [Column("一", 8)], [])

    names = ["评审/验收:[1]", "评审验收1", "长" * 40, "长" * 40, "", "'甲'"]
    book = openpyxl.load_workbook(io.BytesIO(workbook([named(name) for name in names])))
    assert book.sheetnames == [
        "评审验收1",
        "评审验收1(2)",
        "长" * 31,
        f"{'长' * 27}(2)",
        "表",
        "甲",
    ]


def test_workbook_that_was_written_is_read_back(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, workbook([TABLE])))
    assert [row.cells for row in rows[2:4]] == [
        ("1", '=HYPERLINK("http://a.b","x")', "2019-07-30", "09:30"),
        ("2", "+8613803751234", "2019-07-30 09:30", ""),
    ]
