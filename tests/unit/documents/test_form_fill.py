"""The official form, filled: what stands where, in which type, and what text can never do to it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell

from bot.documents.form_fill import fill_form, missing_marks, version_of
from bot.documents.form_layout import read_layout
from bot.documents.form_read import Origin, read_form
from bot.documents.form_template import build_template
from bot.documents.print_code import print_code
from bot.documents.word_marks import fill_mark, marks_in
from config.campaign import Campaign

TYPICAL = {
    "applicant_unit": "宝丰县市场监督管理局",
    "recommender": "宝丰县法治政府建设领导小组办公室",
    "fill_date": "2019-07-10",
    "unit_name": "宝丰县市场监督管理局",
    "unit_address": "宝丰县中兴路东段28号",
    "unit_level": "正科级",
    "leader": "张三",
    "summary": "我局受理案件126件。\n\n　　一是建立台账；\r\n二是培训12期，满意度96.2%。",
    "applicant_opinion": "情况属实，同意申报。",
    "contact_name": "李四",
    "contact_phone": "0375-2663225",
    "contact_email": "lisi@126.com",
}
CODE = print_code("0" * 64)
LONG = "".join(f"第{number}项服务举措；" for number in range(1, 112))

HOSTILE = [
    "<A&B> \"quoted\" 'text'",
    "{{1+1}} {% for %} {%p x %}",
    '=HYPERLINK("http://x")',
    "&amp; </w:t></w:r> <w:br/> <!-- x --> ]]>",
    "响铃\x07与竖排x\x0by及空字符\x00a\x1fb结束",
    "半个\ud83d字符\udc00与\uffff\ufffe非字符",
    "从右到左\u202e文字\u202c与\u200f标记",
    "家庭👨‍👩‍👧与🏠及生僻字𠮷",
    "a" * 60,
    "单位地址",
    "单位级别：副科级",
    "盖章 2019年7月10日",
    "（推荐多个单位的，注明推荐顺序）",
    "__下划线__",
    "\\n\\t${x}%s",
]


def paragraphs(content: bytes) -> list[str]:
    """Every paragraph of the body, outside and inside the table, in order."""
    body = docx.Document(io.BytesIO(content)).element.body
    return ["".join(node.text or "" for node in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


def cells(content: bytes) -> list[list[str]]:
    """The table, merged cells once."""
    rows = docx.Document(io.BytesIO(content)).tables[0].rows
    return [[cell.text for cell in _once(row.cells)] for row in rows]


def _once(row: tuple[_Cell, ...]) -> Iterator[_Cell]:
    seen: list[object] = []
    for cell in row:
        if cell._tc not in seen:
            seen.append(cell._tc)
            yield cell


def faces(run: object) -> tuple[str | None, ...]:
    """Hint, the four font slots, both sizes in half points: each as the run itself says."""
    properties = run.find(qn("w:rPr"))  # type: ignore[attr-defined]
    fonts = properties.find(qn("w:rFonts"))
    slots = [fonts.get(qn(f"w:{slot}")) for slot in ("hint", "ascii", "hAnsi", "eastAsia", "cs")]
    return (*slots, *(properties.find(qn(f"w:{size}")).get(qn("w:val")) for size in ("sz", "szCs")))


FANGSONG_12 = ("eastAsia", "仿宋", "仿宋", "仿宋", "仿宋", "24", "24")


def test_shipped_form_is_what_its_layout_builds(campaign: Campaign) -> None:
    shipped = Path(campaign.folder) / campaign.form.template
    layout = read_layout(shipped.with_suffix(".toml").read_text(encoding="utf-8"))
    assert _parts(shipped.read_bytes()) == _parts(build_template(layout))


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def test_layout_says_what_the_notice_prints(campaign: Campaign) -> None:
    shipped = Path(campaign.folder) / campaign.form.template
    layout = read_layout(shipped.with_suffix(".toml").read_text(encoding="utf-8"))
    words = "".join([*layout.title, *(line.label + line.blank for line in layout.cover)])
    cover, notes = campaign.clause("a1.cover").text, [campaign.clause(f"a1.note.{n}").text for n in (1, 2, 3)]
    assert _squeeze(words) == _squeeze(cover)
    assert [_squeeze(note)[2:] for note in layout.notes] == [
        _squeeze(note)[-len(_squeeze(n)) + 2 :] for note, n in zip(notes, layout.notes, strict=True)
    ]
    labels = ["".join(box.label) for row in layout.rows for box in row.boxes]
    assert labels == [
        "单位名称",
        "单位地址",
        "单位级别",
        "负责人姓名",
        "申报单位服务型行政执法工作基本情况",
        "申报单位意见",
        "县（市、区）法治机构（市级主管部门）推荐意见",
    ]


def _squeeze(text: str) -> str:
    return "".join(text.split())


def test_blank_form_says_what_the_notice_prints_and_no_more(campaign: Campaign) -> None:
    content = fill_form(campaign, {}, None)
    assert paragraphs(content)[:10] == [
        "附件1",
        "平顶山市服务型行政执法示范点",
        "申 报 表",
        "申 报 单 位 ",
        "推 荐 单 位 ",
        "填报日期：     年    月    日",
        "填 表 说 明",
        "一、此表须打印填写，使用仿宋小四号字体，数字统一用阿拉伯数字。",
        "二、服务型行政执法工作基本情况力求简明扼要，重点突出，字数在1000字以内。",
        "三、此表上报一份，规格为A4纸。",
    ]
    assert cells(content) == [
        ["单位名称", ""],
        ["单位地址", ""],
        ["单位级别", "", "负责人姓名", ""],
        ["申报单位\n服务型行政执法\n工作基本情况", ""],
        ["申报单位\n意见", "\n盖  章\n年    月    日"],
        [
            "县（市、区）\n法治机构\n（市级主管部门）\n推荐意见",
            "（推荐多个单位的，注明推荐顺序）\n盖  章\n年    月    日",
        ],
    ]
    assert footers(content) == ["\t第1页/共1页"]


def footers(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    lines = []
    for section in document.sections:
        if not section.footer.is_linked_to_previous:
            nodes = section.footer._element.iter(qn("w:t"), qn("w:tab"))
            lines.append(
                "".join(
                    "\t" if n.tag == qn("w:tab") and n.getparent().tag == qn("w:r") else n.text or ""
                    for n in nodes
                )
            )
    return lines


def test_values_stand_in_their_places_and_the_seal_boxes_stay_free(campaign: Campaign) -> None:
    content = fill_form(campaign, TYPICAL, CODE)
    assert paragraphs(content)[3:6] == [
        "申 报 单 位宝丰县市场监督管理局",
        "推 荐 单 位宝丰县法治政府建设领导小组办公室",
        "填报日期：2019年7月10日",
    ]
    assert cells(content) == [
        ["单位名称", "宝丰县市场监督管理局"],
        ["单位地址", "宝丰县中兴路东段28号"],
        ["单位级别", "正科级", "负责人姓名", "张三"],
        [
            "申报单位\n服务型行政执法\n工作基本情况",
            "我局受理案件126件。\n一是建立台账；\n二是培训12期，满意度96.2%。",
        ],
        ["申报单位\n意见", "情况属实，同意申报。\n盖  章\n年    月    日"],
        [
            "县（市、区）\n法治机构\n（市级主管部门）\n推荐意见",
            "（推荐多个单位的，注明推荐顺序）\n盖  章\n年    月    日",
        ],
    ]
    assert footers(content) == [f"打印码 {CODE}\t第1页/共1页"]


def test_contact_is_nowhere_on_the_paper(campaign: Campaign) -> None:
    parts = _parts(fill_form(campaign, TYPICAL, CODE))
    holding = sorted(name for name, part in parts.items() if "李四".encode() in part or b"lisi@" in part)
    assert holding == ["docProps/custom.xml"]


@pytest.mark.parametrize("values", [{}, TYPICAL, TYPICAL | {"summary": LONG}])
def test_table_and_filled_values_are_fangsong_12_in_every_slot(
    campaign: Campaign, values: dict[str, str]
) -> None:
    document = docx.Document(io.BytesIO(fill_form(campaign, values, CODE)))
    table = document.tables[0]._tbl
    runs = list(table.iter(qn("w:r")))
    assert len(runs) > 15
    cover = [run for line in document.paragraphs[3:6] for run in line._p.iter(qn("w:r"))]
    assert {faces(run) for run in runs + cover} == {FANGSONG_12}


def test_empty_boxes_are_typed_in_fangsong_12_too(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(fill_form(campaign, {}, None)))
    empty = [p for p in document.tables[0]._tbl.iter(qn("w:p")) if p.find(qn("w:r")) is None]
    assert len(empty) == 6
    assert {faces(p.pPr) for p in empty} == {FANGSONG_12}


def test_paper_is_a4_and_only_the_summary_row_may_break_over_pages(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(fill_form(campaign, TYPICAL, CODE)))
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]  # type: ignore[union-attr]
    assert sizes == [(210, 297), (210, 297)]
    whole = [
        row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in document.tables[0].rows
    ]
    assert whole == [True, True, True, False, True, True]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "field", ["applicant_unit", "unit_name", "unit_address", "summary", "applicant_opinion"]
)
def test_hostile_text_is_printed_as_text_and_read_back_exactly(
    campaign: Campaign, field: str, text: str
) -> None:
    values = TYPICAL | {field: text}
    content = fill_form(campaign, values, CODE)
    for name, part in _parts(content).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(part)
    visible = re.sub("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text).replace("\x0b", "")
    assert _squeeze(visible) in _squeeze("".join(paragraphs(content)))
    reading = read_form(campaign, content)
    assert reading.values == values
    assert (reading.problems, reading.edited) == ((), ())


@pytest.mark.parametrize("values", [{}, TYPICAL, {"contact_name": "李四"}, TYPICAL | {"summary": LONG}])
def test_own_form_is_read_back_exactly(campaign: Campaign, values: dict[str, str]) -> None:
    code = print_code(version_of(campaign, values))
    reading = read_form(campaign, fill_form(campaign, values, code))
    assert reading.values == dict.fromkeys(TYPICAL) | values
    assert (reading.print_code, reading.origin, reading.version) == (
        code,
        Origin.OURS,
        version_of(campaign, values),
    )
    assert (reading.problems, reading.edited, reading.recommender_opinion) == ((), (), None)


def edited(content: bytes, old: str, new: str) -> bytes:
    """The file after somebody replaced a text in Word."""
    document = docx.Document(io.BytesIO(content))
    for node in document.element.body.iter(qn("w:t")):
        if node.text == old:
            node.text = new
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_text_changed_in_word_counts_and_is_named(campaign: Campaign) -> None:
    content = edited(fill_form(campaign, TYPICAL, CODE), "宝丰县中兴路东段28号", "宝丰县人民路1号")
    reading = read_form(campaign, content)
    assert reading.values == TYPICAL | {"unit_address": "宝丰县人民路1号"}
    assert (reading.edited, reading.print_code) == (("unit_address",), CODE)


def test_text_deleted_in_word_is_gone(campaign: Campaign) -> None:
    reading = read_form(campaign, edited(fill_form(campaign, TYPICAL, CODE), "张三", ""))
    assert reading.values == TYPICAL | {"leader": None}
    assert reading.edited == ("leader",)


def test_row_taken_out_of_our_form_keeps_what_the_file_remembers(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(fill_form(campaign, TYPICAL, CODE)))
    row = document.tables[0].rows[1]._tr
    row.getparent().remove(row)
    written = io.BytesIO()
    document.save(written)
    reading = read_form(campaign, written.getvalue())
    assert (reading.values, reading.edited) == (TYPICAL, ())


def test_form_of_another_campaign_is_read_like_any_other(campaign: Campaign) -> None:
    content = fill_form(replace(campaign, id="another"), TYPICAL, None)
    reading = read_form(campaign, content)
    assert reading.origin is Origin.HAND
    contact = {"contact_name": None, "contact_phone": None, "contact_email": None}
    summary = "我局受理案件126件。\n一是建立台账；\n二是培训12期，满意度96.2%。"
    assert reading.values == TYPICAL | contact | {"summary": summary}


def test_form_whose_properties_were_stripped_is_known_by_its_print_code(campaign: Campaign) -> None:
    code = print_code(version_of(campaign, TYPICAL))
    parts = _parts(fill_form(campaign, TYPICAL, code))
    del parts["docProps/custom.xml"]
    reading = read_form(campaign, _packed(parts))
    assert (reading.print_code, reading.origin) == (code, Origin.OURS)
    assert reading.values["contact_name"] is None


def test_forged_properties_cannot_bring_in_what_would_be_refused(campaign: Campaign) -> None:
    kept = {"summary": "字" * 1001, "contact_phone": "123", "contact_name": "李四"}
    content = fill_form(campaign, {"leader": "张三"} | kept, "AAAAAAA")
    reading = read_form(campaign, edited(content, "字" * 1001, ""))
    assert reading.values == dict.fromkeys(TYPICAL) | {"leader": "张三", "contact_name": "李四"}
    assert reading.print_code is None
    parts = _parts(content)
    parts["docProps/custom.xml"] = parts["docProps/custom.xml"].replace(b"leader", b"fill_date")
    assert read_form(campaign, _packed(parts)).values["leader"] == "张三"


def test_same_values_give_the_same_file(campaign: Campaign) -> None:
    assert fill_form(campaign, TYPICAL, CODE) == fill_form(campaign, dict(reversed(TYPICAL.items())), CODE)


def test_version_covers_the_printed_values_only(campaign: Campaign) -> None:
    version = version_of(campaign, TYPICAL)
    assert re.fullmatch("[0-9a-f]{64}", version)
    assert version_of(campaign, TYPICAL | {"contact_name": "王五"}) == version
    assert version_of(campaign, {key: TYPICAL[key] for key in list(TYPICAL)[:9]}) == version
    assert version_of(campaign, TYPICAL | {"leader": ""}) == version_of(
        campaign, {key: value for key, value in TYPICAL.items() if key != "leader"}
    )
    others = [version_of(campaign, TYPICAL | {key: "别的"}) for key in list(TYPICAL)[:9]]
    assert len({version, *others}) == 10


def test_values_cannot_move_between_fields_without_a_new_version(campaign: Campaign) -> None:
    one, other = {"unit_level": "甲", "leader": "乙"}, {"unit_level": '甲"],["leader","乙', "leader": ""}
    assert version_of(campaign, one) != version_of(campaign, other)


def test_unknown_field_is_refused(campaign: Campaign) -> None:
    with pytest.raises(ValueError, match="recommender_opinion"):
        fill_form(campaign, {"recommender_opinion": "同意"}, None)


def test_shipped_template_has_a_place_for_every_printed_field(campaign: Campaign) -> None:
    assert missing_marks(campaign) == []


def test_template_without_a_place_is_refused_by_name(campaign: Campaign, tmp_path: Path) -> None:
    document = docx.Document(str(Path(campaign.folder) / campaign.form.template))
    mark = marks_in(document.element)["field_leader"]
    mark.getparent().remove(mark)
    document.save(str(tmp_path / campaign.form.template))
    lacking = replace(campaign, folder=str(tmp_path))
    assert missing_marks(lacking) == ["field_leader"]
    with pytest.raises(ValueError, match="field_leader"):
        fill_form(lacking, TYPICAL, None)


def test_lines_keep_what_stands_after_their_mark() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("前")
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    paragraph._p.extend([start, end])
    paragraph.add_run("后")
    fill_mark(start, ["一", "二", "三"])
    assert [line.text for line in document.paragraphs] == ["前一", "二", "三后"]
    assert end.getparent() is document.paragraphs[2]._p


def test_mark_over_two_paragraphs_is_refused_by_name() -> None:
    document = docx.Document()
    start = OxmlElement("w:bookmarkStart")
    start.set(qn("w:name"), "field_x")
    document.add_paragraph("a")._p.append(start)
    with pytest.raises(ValueError, match="field_x"):
        fill_mark(start, ["b"])
