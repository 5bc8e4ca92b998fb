"""A schedule out of a sheet: columns in any order, an error per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.model.application import Application
from bot.model.visit import Inspector, VisitPlan
from bot.visits.conflicts import Calendar, booked
from bot.visits.schedule_rows import SheetWorld, read_schedule
from config.campaign import Campaign

WANG, ZHAO = Inspector(1, "王五"), Inspector(2, "赵六")


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: tuple[str, ...]


def application(number: int, unit: str, body: str) -> Application:
    values = {"applicant_unit": unit, "unit_name": unit, "unit_address": "人民路1号"}
    return Application(f"{number:016x}", f"2019-{number:03}", number, "accepted", values, body=body)


ONE, TWO = application(1, "宝丰县公安局", "baofeng"), application(2, "叶县城市管理局", "yexian")


def world(campaign: Campaign) -> SheetWorld:
    return SheetWorld(Calendar(campaign, date(2019, 7, 12), {}), (ONE, TWO), (WANG, ZHAO), ())


def rows(*lines: str) -> list[Row]:
    return [Row(place, tuple(line.split("|"))) for place, line in enumerate(lines, start=1)]


def test_columns_are_known_by_name_in_any_order(campaign: Campaign) -> None:
    sheet = rows(
        "2019年实地验收安排表",
        "序号|组长|成员|验收日期|时间|申报单位|联系人|联系电话|备注",
        "1|王五|赵六|2019-07-30|上午9:30|宝丰县公安局|李四|0375-1234567|会议室",
        "||||||||",
        "2|赵六||2019-07-31 00:00:00|14:30-16:00|叶县城市管理局|||",
    )
    planned, problems = read_schedule(sheet, world(campaign))
    assert problems == ()
    assert [(one.row, one.application.number) for one in planned] == [(3, "2019-001"), (5, "2019-002")]
    assert [one.plan for one in planned] == [
        VisitPlan(
            date(2019, 7, 30),
            time(9, 30),
            time(11, 30),
            WANG,
            (ZHAO,),
            "李四",
            "0375-1234567",
            "人民路1号",
            "会议室",
        ),
        VisitPlan(date(2019, 7, 31), time(14, 30), time(16), ZHAO, (), "张晓培", "0375-2663225", "人民路1号"),
    ]


def said(sheet: Sequence[Row], of: SheetWorld) -> tuple[str, ...]:
    """The problems, a line each."""
    return tuple(one.text for one in read_schedule(sheet, of)[1])


def test_problem_names_its_cell_what_stands_there_and_what_to_write(campaign: Campaign) -> None:
    sheet = rows(
        "序号|单位|日期|时间|组长", "1|宝丰县公安局|7月32日|上午|王五", "2|宝丰县公安局|7月28日|上午|王五"
    )
    _, problems = read_schedule(sheet, world(campaign))
    assert [(one.row, one.cell, one.written, one.wrong, one.advice) for one in problems] == [
        (2, "C2", "7月32日", "日期“7月32日”无法识别。", "请写成2019-07-30。"),
        (
            3,
            "C3",
            "7月28日（周日）上午9:30—11:30",
            "7月28日（周日）是休息日或节假日。",
            "请改选工作日（调休上班日可以）。",
        ),
    ]


def test_row_that_names_a_unit_alone_arranges_nothing(campaign: Campaign) -> None:
    sheet = rows("单位|日期|时间|组长", "叶县城市管理局|||", "宝丰县公安局|7月30日|9:30|王五")
    planned, problems = read_schedule(sheet, world(campaign))
    assert ([one.application for one in planned], problems) == ([ONE], ())


def test_each_wrong_row_says_what_to_put_right(campaign: Campaign) -> None:
    sheet = rows(
        "申报编号|单位|日期|时间|组长|成员",
        "2019-001||7月32日|上午|王五|",
        "2019-009||7月30日|上午|王五|",
        "2019-001|叶县城市管理局|7月30日|上午|王五|",
        "2019-001||7月30日|随时|冯九|",
        "||7月30日|上午||",
        "2019-001||7月28日|上午|王五|赵六",
    )
    problems = said(sheet, world(campaign))
    assert problems == (
        "第2行：日期“7月32日”无法识别，请写成2019-07-30",
        "第3行：没有找到“2019-009”的申报，请核对名称或编号",
        "第4行：编号2019-001是“宝丰县公安局”，与所写的“叶县城市管理局”不符，请核对",
        "第5行：没有名为“冯九”的评审验收人员。请核对姓名，或先发送“邀请 冯九 验收组”。",
        "第5行：时间“随时”无法识别，请写成9:30或9:30-11:30",
        "第6行：没有写单位或申报编号，请填写",
        "第6行：没有写组长，请填写一位验收人员的姓名",
        "第7行：7月28日（周日）是休息日或节假日，请改选工作日（调休上班日可以）。",
    )


def test_rows_are_checked_against_each_other_and_what_there_is(campaign: Campaign) -> None:
    sheet = rows(
        "单位|日期|时间|组长", "宝丰县公安局|7月30日|9:30|王五", "叶县城市管理局|7月30日|12:00-12:30|王五"
    )
    problems = said(sheet, world(campaign))
    assert problems == (
        "第3行：王五在7月30日（周二）上午9:30—11:30安排在宝丰县公安局（2019-001），两地不在同一县（市、区），间隔不足60分钟。",
    )
    plan = VisitPlan(date(2019, 8, 1), time(9, 30), time(11, 30), ZHAO)
    there = booked(campaign, 7, ONE, plan)
    taken = SheetWorld(Calendar(campaign, date(2019, 7, 12), {}), (ONE, TWO), (WANG, ZHAO), (there,))
    problems = said(sheet[:2], taken)
    assert problems == (
        "第2行：宝丰县公安局（2019-001）已有验收7：8月1日（周四）上午9:30—11:30。"
        "如需改动，请修改那项安排（企业微信：“改期 验收7”）。",
    )


def test_sheet_without_names_or_rows_is_refused(campaign: Campaign) -> None:
    header = campaign.phrases["visit_sheet_header"]
    assert said(rows("甲|乙", "1|2"), world(campaign)) == (header,)
    empty = campaign.phrases["visit_sheet_empty"]
    assert said(rows("单位|日期|时间|组长"), world(campaign)) == (empty,)
