"""Forms that units filled in Word, from the notice's own table, in all the ways people do."""

from __future__ import annotations

import pytest

from bot.documents.form_read import FormReading, Origin, read_form
from config.campaign import Campaign
from tests.unit.documents.word_xml_forms import (
    ADDRESS,
    COVER,
    LEVEL,
    NAME,
    SUMMARY,
    TABLE,
    VALUES,
    WORK,
    docx_of,
    p,
    run,
    table_with,
    tbl,
    tc,
    tr,
)


def values_of(campaign: Campaign, *body: str, **parts: str) -> dict[str, str | None]:
    return dict(read_form(campaign, docx_of(*body, **parts)).values)


def with_cover(*lines: str) -> tuple[str, ...]:
    """A document whose cover has these lines, with an untouched table."""
    return (*lines, tbl(*TABLE))


def test_notice_form_filled_in_word_gives_its_values(campaign: Campaign) -> None:
    assert read_form(campaign, docx_of(*COVER, tbl(*TABLE))) == FormReading(
        values=VALUES, recommender_opinion=None, print_code=None, origin=Origin.HAND
    )


def test_blank_notice_form_gives_no_values_and_no_problems(campaign: Campaign) -> None:
    blank = docx_of(
        p("     申 报 单 位                                             "),
        p("     推 荐 单 位                     "),
        p("填报日期：     年    月    日"),
        table_with(
            name=tr("单位名称", tc("", span=3)),
            address=tr("单位地址", tc("", span=3)),
            level=tr("单位级别", "", "负责人姓名", ""),
            work=tr(tc("申报单位", "服务型行政执法", "工作基本情况"), tc("", span=3)),
            opinion=tr(tc("申报单位", "意见"), tc("      盖  章    ", "    年    月   日", span=3)),
        ),
    )
    assert read_form(campaign, blank) == FormReading(
        values=dict.fromkeys(VALUES), recommender_opinion=None, print_code=None, origin=Origin.HAND
    )


@pytest.mark.parametrize(
    "line",
    [
        "申 报 单 位：___宝丰县市场监督管理局___",
        "申报单位\t\t宝丰县市场监督管理局\t",
        "申 报 单 位宝丰县市场监督管理局",
        "申　报　单　位　宝丰县市场监督管理局",
        "申报单位（盖章）：宝丰县市场监督管理局",
        "申报单位：宝丰县市场监督管理局（盖章）",
        "申报单位＿＿＿宝丰县市场监督管理局＿＿＿",
        "申 报 单 位\n宝丰县市场监督管理局",
        "申报单位 宝丰县　市场监督管理局",
    ],
)
def test_cover_line_gives_the_unit(campaign: Campaign, line: str) -> None:
    values = values_of(campaign, *with_cover(p(line), p("推荐单位："), p("填报日期：2019年7月10日")))
    assert values == VALUES | {"recommender": None}


@pytest.mark.parametrize(
    "line",
    ["填报日期：2019.7.10", "填报日期2019年7月10日", "填 报 日 期  二〇一九年七月十日", "填报日期：7月10日"],
)
def test_cover_date_is_read_however_it_is_written(campaign: Campaign, line: str) -> None:
    assert values_of(campaign, *with_cover(p(line)))["fill_date"] == "2019-07-10"


def test_value_on_the_line_below_its_label_is_taken_but_no_heading(campaign: Campaign) -> None:
    values = values_of(
        campaign,
        *with_cover(p("申 报 单 位"), p(""), p("宝丰县市场监督管理局"), p("推荐单位："), p("填 表 说 明")),
    )
    assert values == VALUES | {"recommender": None, "fill_date": None}


def test_cover_in_a_table_without_lines_is_read(campaign: Campaign) -> None:
    cover = tbl(
        tr("申 报 单 位", "宝丰县市场监督管理局"),
        tr("推 荐 单 位", "宝丰县法治政府建设领导小组办公室"),
        tr("填报日期：", "2019年7月10日"),
    )
    assert values_of(campaign, cover, tbl(*TABLE)) == VALUES


def text_box(*paragraphs: str) -> str:
    content = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )


def test_cover_in_a_text_box_is_read_once(campaign: Campaign) -> None:
    box = f"<w:r>{text_box(*COVER[3:6])}</w:r>"
    assert values_of(campaign, p("封面", box), tbl(*TABLE)) == VALUES


def test_header_lines_are_read_last(campaign: Campaign) -> None:
    header = p("填报日期：2019年7月10日") + p("推荐单位：宝丰县某办公室")
    values = values_of(campaign, *with_cover(*COVER[3:5]), header=header)
    assert values == VALUES


def test_content_controls_are_read_and_their_placeholders_are_not(campaign: Campaign) -> None:
    name = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('宝丰县市场监督管理局')}</w:sdtContent></w:sdt>"
    prompt = f"<w:sdtContent>{run('单击此处输入文字')}</w:sdtContent>"
    placeholder = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>{prompt}</w:sdt>"
    table = table_with(
        name=tr("单位名称", tc(name, span=3)), address=tr("单位地址", tc(p(placeholder), span=3))
    )
    assert values_of(campaign, *COVER, table) == VALUES | {"unit_address": None}


def test_tracked_changes_are_read_as_accepted_and_hidden_text_is_left_out(campaign: Campaign) -> None:
    name = p(
        f"<w:del>{run('宝丰县工商局').replace('w:t', 'w:delText')}</w:del>",
        f"<w:ins>{run('宝丰县市场监督')}</w:ins>",
        run("（秘密）", "<w:vanish/>"),
        "管理局",
    )
    gone = tr("单位地址", tc("旧址1号", span=3), properties="<w:del/>")
    joined = (
        p("我局2018年办理行政", properties="<w:rPr><w:del/></w:rPr>"),
        p("指导案件126件。"),
        p("一是建立台账；"),
        p("二是开展培训12期。"),
    )
    table = table_with(
        name=gone + tr("单位名称", tc(name, span=3)), work=tr("工作基本情况", tc(*joined, span=3))
    )
    assert values_of(campaign, *COVER, table) == VALUES


@pytest.mark.parametrize(
    "row",
    [
        tr(tc("单位级别：正科级"), tc("负责人姓名：张三")),
        tr(tc("单位级别：正科级    负责人姓名：张三", span=4)),
        tr(tc("单位级别", "正科级"), tc("负责人姓名", "张三")),
        tr(tc("单位级别\n正科级"), tc("负责人姓名 张三")),
        tr("单位级别", "正科级") + tr("负责人 姓 名", "张　三"),
        tr("单位级别", "负责人姓名") + tr("正科级", "张三"),
        tr("单位级别", "正科级", "负责人姓名", "张三", "职务", "局长"),
        tr("单位级别", "正科级", "职务", "局长") + tr("负责人姓名（签字）", "张三"),
        tr("联系人", "李四", "联系电话", "13800000000") + LEVEL,
        LEVEL + tr("其他事项", "无"),
    ],
)
def test_row_put_together_differently_gives_the_same(campaign: Campaign, row: str) -> None:
    assert values_of(campaign, *COVER, table_with(level=row)) == VALUES


def test_text_box_in_a_cell_is_read_once(campaign: Campaign) -> None:
    box = f"<w:r>{text_box(p('宝丰县中兴路东段28号'))}</w:r>"
    table = table_with(address=tr("单位地址", tc(p(box), span=3)))
    assert values_of(campaign, *COVER, table) == VALUES


@pytest.mark.parametrize("address", ["市政大厦办公地址", "详见附件，另有办公地址", "一楼：单位负责人姓名"])
def test_value_that_ends_like_a_label_is_a_value(campaign: Campaign, address: str) -> None:
    table = table_with(address=tr("单位地址", tc(address, span=3)))
    assert values_of(campaign, *COVER, table) == VALUES | {"unit_address": address}


def test_table_in_the_summary_is_part_of_it_whatever_its_heads(campaign: Campaign) -> None:
    figures = tbl(tr("日期", "意见"), tr("5月", "12件"))
    work = tr("工作基本情况", tc("我局办理如下：", figures, p("完毕。"), span=3))
    assert values_of(campaign, *COVER, table_with(work=work)) == VALUES | {
        "summary": "我局办理如下：\n日期\t意见\n5月\t12件\n完毕。"
    }


def test_rows_that_are_nobodys_add_nothing(campaign: Campaign) -> None:
    strange = (
        tr(tc("注：此表一式三份", span=4)) + tr("其他事项", tc("无", span=3)) + tr(tc("另附照片", span=4))
    )
    table = table_with(work=WORK + strange)
    assert values_of(campaign, *COVER, table) == VALUES


def test_value_merged_over_two_labels_belongs_to_the_first(campaign: Campaign) -> None:
    others = tr("其他事项", tc("无", span=3))
    name = tr("单位名称", tc("宝丰县市场监督管理局", span=3, merge="restart"))
    table = table_with(name=others + name, address=tr("单位地址", tc("", span=3, merge="continue")))
    assert values_of(campaign, *COVER, table) == VALUES | {"unit_address": None}


def test_value_in_several_cells_is_joined(campaign: Campaign) -> None:
    table = table_with(address=tr("单位地址", "宝丰县", "中兴路", "28号，无其他办公地址"))
    assert values_of(campaign, *COVER, table) == VALUES | {
        "unit_address": "宝丰县中兴路 28号，无其他办公地址"
    }


def test_empty_box_before_an_added_one_stays_empty(campaign: Campaign) -> None:
    table = table_with(level=tr("单位级别", "", "职务", "局长") + tr("负责人姓名", "张三"))
    assert values_of(campaign, *COVER, table) == VALUES | {"unit_level": None}


@pytest.mark.parametrize(
    "work",
    [
        tr("申报单位服务型\n行政执法工作基本情况", tc(*SUMMARY.split("\n"), span=3)),
        tr("工作基本情况（1000字以内）", tc(SUMMARY, span=3)),
        tr(tc("申报单位服务型行政执法工作基本情况：", *SUMMARY.split("\n"), span=4)),
        tr(tc("申报单位服务型行政执法工作基本情况", span=4)) + tr(tc(*SUMMARY.split("\n"), span=4)),
        tr("工作基本情况", tc("我局2018年办理行政指导案件126件。", span=3))
        + tr("", tc("一是建立台账；", span=3))
        + tr("", tc("二是开展培训12期。", span=3)),
        tr(tc("工作基本情况", merge="restart"), tc("我局2018年办理行政指导案件126件。", span=3))
        + tr(tc("", merge="continue"), tc("一是建立台账；\n二是开展培训12期。", span=3)),
        tr(tc("申报单位服务型行政执法"), tc(SUMMARY, span=3, merge="restart"))
        + tr(tc("工作基本情况"), tc("", span=3, merge="continue")),
        tr("工作基本情况", tc(tbl(tr(tc(*SUMMARY.split("\n")))), p(""), span=3)),
    ],
)
def test_summary_is_whole_however_its_box_was_cut(campaign: Campaign, work: str) -> None:
    assert values_of(campaign, *COVER, table_with(work=work)) == VALUES


def test_form_inside_the_cell_of_another_table_is_read(campaign: Campaign) -> None:
    assert values_of(campaign, *COVER, tbl(tr(tc(tbl(*TABLE), p(""))))) == VALUES


def test_form_in_two_tables_with_rows_missing_is_read(campaign: Campaign) -> None:
    assert values_of(campaign, tbl(NAME, ADDRESS), p("接上表"), tbl(WORK)) == {
        **dict.fromkeys(VALUES),
        "unit_name": "宝丰县市场监督管理局",
        "unit_address": "宝丰县中兴路东段28号",
        "summary": SUMMARY,
    }


def test_notice_before_the_form_is_not_taken_for_it(campaign: Campaign) -> None:
    notice = (
        p(
            "（二）精心准备。申报单位要对照《平顶山市服务型行政执法示范点验收标准》（见附件2），精心准备申报报告。"
        ),
        p("推荐单位要严格标准。"),
        p("全市服务型行政执法工作基本情况"),
        p("今年以来，各单位扎实工作。"),
        p("联系人：张晓培"),
        p("联系地址：市政大厦1130办公室"),
    )
    assert values_of(campaign, *notice, *COVER, tbl(*TABLE)) == VALUES


def test_blank_copy_before_the_filled_one_does_not_hide_it(campaign: Campaign) -> None:
    blank = tbl(tr("单位名称", ""), tr("单位地址", ""))
    assert values_of(campaign, blank, *COVER, tbl(*TABLE)) == VALUES


@pytest.mark.parametrize(
    "ending",
    [
        ("情况属实，同意申报。", "盖 章", "2019年7月12日"),
        ("情况属实，同意申报。        （盖章）    2019 年 7 月 12 日",),
        ("情况属实，同意申报。", "负责人签字：", "单位（盖章）", "年  月  日"),
        ("情况属实，同意申报。盖章", "二〇一九年七月十二日"),
        ("情况属实，同意申报。\n\n\t\t单位盖章：\n\t\t年    月    日",),
    ],
)
def test_seal_signature_and_date_are_not_part_of_the_opinion(
    campaign: Campaign, ending: tuple[str, ...]
) -> None:
    table = table_with(opinion=tr(tc("申报单位", "意见"), tc(*ending, span=3)))
    assert values_of(campaign, *COVER, table) == VALUES


def test_opinion_that_speaks_of_seal_and_date_keeps_them(campaign: Campaign) -> None:
    opinion = "材料已盖章，定于2019年7月12日"
    table = table_with(opinion=tr("申报单位意见", tc(opinion, span=3)))
    assert values_of(campaign, *COVER, table)["applicant_opinion"] == opinion


def test_recommending_bodys_opinion_is_kept_apart(campaign: Campaign) -> None:
    body = (
        "（推荐多个单位的，注明推荐顺序）",
        "同意推荐，推荐顺序第2位。         盖  章",
        "2019年7月20日",
    )
    table = table_with(recommendation=tr("县（市、区）法治机构（市级主管部门）推荐意见", tc(*body, span=3)))
    reading = read_form(campaign, docx_of(*COVER, table))
    assert (reading.recommender_opinion, reading.values) == ("同意推荐，推荐顺序第2位。", VALUES)


def test_automatic_list_numbers_are_part_of_the_summary(campaign: Campaign) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )

    def item(text: str, level: int) -> str:
        return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')

    work = tr(
        "工作基本情况",
        tc(
            item("建立台账", 0),
            item("登记", 1),
            item("核对", 1),
            item("开展培训", 0),
            item("备课", 1),
            span=3,
        ),
    )
    values = values_of(campaign, *COVER, table_with(work=work), numbering=numbering)
    assert values["summary"] == "一、建立台账\n1.登记\n2.核对\n二、开展培训\n1.备课"


def test_values_are_normalised_like_messages(campaign: Campaign) -> None:
    table = table_with(
        address=tr("单位地址", tc("宝丰县 中兴路东段２８号。", span=3)),
        level=tr("单位级别", "正 科 级", "负责人姓名", "张　三、"),
    )
    assert values_of(campaign, *COVER, table) == VALUES


def test_values_that_cannot_be_taken_are_named_and_left_out(campaign: Campaign) -> None:
    table = table_with(
        level=tr("单位级别", "级" * 21, "负责人姓名", "张三"),
        work=tr("工作基本情况", tc("字" * 1001, span=3)),
    )
    reading = read_form(campaign, docx_of(p("填报日期：2019年2月30日"), table))
    assert [(problem.field, problem.code) for problem in reading.problems] == [
        ("fill_date", "bad_date"),
        ("unit_level", "too_long"),
        ("summary", "too_long"),
    ]
    assert "1001" in reading.problems[2].message
    assert "1000" in reading.problems[2].message
    taken = {
        "unit_level": None,
        "summary": None,
        "fill_date": None,
        "applicant_unit": None,
        "recommender": None,
    }
    assert reading.values == VALUES | taken


@pytest.mark.parametrize("text", ["今天", "下周", "年月日上午"])
def test_date_without_a_figure_is_a_problem(campaign: Campaign, text: str) -> None:
    reading = read_form(campaign, docx_of(p(f"填报日期：{text}"), tbl(*TABLE)))
    assert [(problem.field, problem.code) for problem in reading.problems] == [("fill_date", "bad_date")]


def test_figures_spelled_in_chinese_are_kept_and_named(campaign: Campaign) -> None:
    work = tr("工作基本情况", tc("开展培训十二次。", span=3))
    reading = read_form(campaign, docx_of(*COVER, table_with(work=work)))
    assert [(problem.field, problem.code) for problem in reading.problems] == [("summary", "arabic_digits")]
    assert reading.values == VALUES | {"summary": "开展培训十二次。"}


def test_hostile_text_is_only_text(campaign: Campaign) -> None:
    table = table_with(
        name=tr("单位名称", tc("{{1+1}}<A&B>", span=3)), address=tr("单位地址", tc("=1+1", span=3))
    )
    assert values_of(campaign, *COVER, table) == VALUES | {
        "unit_name": "{{1+1}}<A&B>",
        "unit_address": "=1+1",
    }
