"""The self-check sheet as a Word file, and as LibreOffice prints it."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Length

from bot.documents.selfcheck_sheet import selfcheck_sheet
from bot.review.selfcheck import assess, questions
from config.load import load_campaign

ROOT = Path(__file__).parents[3]
NOTICE = load_campaign(ROOT / "config/campaigns/pingdingshan-2019")
FLAWLESS: dict[str, int | None] = {question.key: 0 for question in questions(NOTICE.standard)}
LOSSES: dict[str, int | None] = {"a2.1.1/missing": 1, "a2.1.4/guidance_short": 1, "a2.4.1/weak": 1}
UNIT = "宝丰县市场监督管理局"
DAY = date(2019, 7, 10)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def sheet(answers: dict[str, int | None], unit: str = UNIT) -> bytes:
    return selfcheck_sheet(NOTICE, assess(NOTICE.standard, answers), unit, DAY)


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def rows(content: bytes) -> list[list[str]]:
    """The table's rows, each merged cell once."""
    (table,) = opened(content).tables
    return [[cell.text for cell in dict.fromkeys(row.cells)] for row in table.rows]


def test_sheet_is_headed_by_campaign_unit_date_and_range() -> None:
    texts = [paragraph.text for paragraph in opened(sheet(FLAWLESS | LOSSES)).paragraphs]

    assert texts == [
        "2019年度平顶山市服务型行政执法示范点",
        "自查表",
        "单位名称：宝丰县市场监督管理局",
        "自查日期：2019年7月10日",
        "按自查情况，基础分区间 44–83（90分制），另有创新加分0–10分。",
        "90分中，51分由本单位自查，其余39分要到现场验收时才能看到：区间低端按0分计，高端按满分计。",
        "建议先补这些：",
        "1. 4.1 互联网+行政执法：成效不明显，扣4分；改进到位可挽回4分。",
        "2. 1.1 领导机制：缺1项，扣2分；改进到位可挽回2分。",
        "3. 1.4 培育下属示范点：缺1次，扣1分；改进到位可挽回1分。",
        "本表由申报单位自行填写、自行保存，仅供本单位自查，不报送，"
        "不代表平顶山市法治政府建设领导小组办公室的意见，不作为评审依据。",
    ]


def test_table_has_a_row_per_item_and_boxes_to_tick() -> None:
    table = rows(sheet(FLAWLESS | LOSSES))

    assert table[0] == ["项目", "满分", "自查情况", "得分", "需备佐证材料"]
    assert table[1] == ["1. 组织领导强（20分）"]
    assert table[2] == [
        "1.1 领导机制",
        "6",
        "缺1项，扣2分",
        "4",
        "□ 年初安排部署的文件或会议记录\n□ 年中督促检查的通报或记录\n□ 年底考核验收的方案和结果",
    ]
    assert table[7] == ["2.1 服务理念", "8", "现场验收时查看", "0–8", "—"]
    assert table[-3] == ["5.2 案卷和回访", "10", "现场验收时查看", "0–10", "—"]
    assert table[-2:] == [["基础分区间", "90", "44–83"], ["创新加分", "10", "0–10"]]
    assert len(table) == 1 + 5 + 17 + 2
    papers = sum(len(item.evidence) for section in NOTICE.standard.sections[:-1] for item in section.items)
    assert sum(cells[-1].count("□") for cells in table) == papers


def test_sheet_is_a4_in_fangsong_12_throughout_the_table() -> None:
    document = opened(sheet({}))
    (section,) = document.sections
    body = document.tables[0]._tbl

    paper = [round(Length(size or 0).mm, 1) for size in (section.page_width, section.page_height)]
    assert paper == [210, 297]
    assert {run.find(f"{WORD}rPr/{WORD}sz").get(qn("w:val")) for run in body.iter(f"{WORD}r")} == {"24"}
    fonts = {
        run.find(f"{WORD}rPr/{WORD}rFonts").get(qn(f"w:{slot}"))
        for row in body.findall(f"{WORD}tr")[1:]
        for run in row.iter(f"{WORD}r")
        for slot in ("ascii", "hAnsi", "eastAsia", "cs")
    }
    assert fonts == {"仿宋"}


def test_same_answers_give_the_same_bytes() -> None:
    assert sheet(FLAWLESS) == sheet(dict(reversed(FLAWLESS.items())))
    assert sheet(FLAWLESS) != sheet(FLAWLESS | LOSSES)


@pytest.mark.parametrize(
    ("unit", "line"),
    [
        ("", "单位名称：" + "＿" * 14),
        ("宝丰县\x00市场\n监管局", "单位名称：宝丰县市场 监管局"),
        ("{office}局", "单位名称：{office}局"),
    ],
)
def test_any_name_of_a_unit_is_printed_as_text(unit: str, line: str) -> None:
    assert opened(sheet({}, unit)).paragraphs[2].text == line


def test_declared_veto_is_printed_beside_the_range() -> None:
    content = sheet(FLAWLESS | {"a2.5.1/veto": 1})
    texts = [paragraph.text for paragraph in opened(content).paragraphs]

    assert texts[4] == "按自查情况，基础分区间 51–90（90分制），另有创新加分0–10分。"
    assert "存在严重行政违法行为的一票否决" in texts[5]
    assert ["5.1 严重行政违法", "—", "存在严重行政违法行为，一票否决", "—", "—"] in [
        [cell.text for cell in row.cells] for row in opened(content).tables[0].rows
    ]


@pytest.mark.needs("libreoffice-writer-nogui", "poppler-utils", "fonts-noto-cjk")
@pytest.mark.parametrize("answers", [{}, FLAWLESS | LOSSES])
def test_sheet_prints_on_numbered_a4_pages_with_the_head_on_each(
    answers: dict[str, int | None], tmp_path: Path
) -> None:
    source = tmp_path / "sheet.docx"
    source.write_bytes(sheet(answers))
    profile = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pdf = tmp_path / "sheet.pdf"
    told = subprocess.run(["pdfinfo", "-l", "9", pdf], check=True, capture_output=True, text=True, timeout=60)
    raw = subprocess.run(
        ["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, text=True, timeout=60
    )
    pages = ["".join(page.split()) for page in raw.stdout.split("\f")[:-1]]

    assert set(re.findall(r"Page +\d+ size: +(.*)", told.stdout)) == {"595.304 x 841.89 pts (A4)"}
    assert [page.count("项目满分自查情况得分需备佐证材料") for page in pages] == [1, 1]
    assert [f"第{number}页/共2页" in page for number, page in enumerate(pages, start=1)] == [True, True]
    assert "不作为评审依据。" in pages[1]
