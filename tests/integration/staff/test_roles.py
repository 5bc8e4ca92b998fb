"""Every staff order with every role: who may, and that everybody else learns and changes nothing (I14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.model.application import Application
from bot.model.staff import Role
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.recommending import BODY, OFFICE, OTHER, County

UNIT = "宝丰县卫生健康委员会"
APPLICANT, INSPECTOR = f"holder-{UNIT}", "inspector"
WHO = {"applicant": APPLICANT, "own": BODY, "other": OTHER, "office": OFFICE, "inspector": INSPECTOR}

# (order, stage of the application, who may, what is said to them). The application is 2019-001.
DOORS = [
    ("查 2019-001", "submitted", "own office", UNIT),
    ("查 2019-001-1", "submitted", "own office", UNIT),
    (f"查 {UNIT}", "submitted", "own office", "2019-001"),
    ("进度", "submitted", "own office", "宝丰县人民政府"),
    ("谁还没报", "draft", "own office", UNIT),
    ("缺材料的", "submitted", "own office", UNIT),
    ("逾期的", "late_pending", "own office", UNIT),
    ("收件 2019-001", "recommended", "office", "2019-001"),
    ("受理 2019-001", "recommended", "office", "已受理"),
    ("受理 2019-001", "received", "office", "已受理"),
    ("退回 2019-001 理由：缺数据 期限7月20日", "submitted", "own", "退回"),
    ("退回 2019-001 理由：缺数据 期限7月20日", "recommended", "office", "退回"),
    ("列为候选 2019-001", "submitted", "own", "候选"),
    ("同意撤回 2019-001 理由：单位合并", "candidate", "own", "撤回"),
    ("准予 2019-001 继续填报 理由：系统故障", "late_pending", "office", "草稿"),
    ("准予 2019-001 报送 理由：系统故障", "late_pending", "office", "已报推荐单位"),
    ("视为放弃 2019-001 理由：逾期未报", "late_pending", "office", "视为自动放弃"),
    ("邀请 王五 推荐单位 宝丰县", "submitted", "office", "邀请码"),
    ("邀请 王五 市办公室", "submitted", "office", "邀请码"),
    ("邀请 王五 验收组", "submitted", "office", "邀请码"),
    ("邀请副手 王五", "submitted", "own other", "邀请码"),
    ("移交给 王五", "submitted", "own other", "邀请码"),
    ("收回 赵一 的权限", "submitted", "office", "已收回"),
    ("人员", "submitted", "own office", "赵一"),
    ("安排验收 2019-001 7月30日上午9:30 组长周六", "accepted", "office", UNIT),
    ("暗访 2019-001 7月30日上午9:30 组长周六", "accepted", "office", UNIT),
    ("发布验收安排", "accepted", "office", "没有等待发布的"),
    ("验收安排", "accepted", "office", "没有验收安排"),
    ("取消验收1 理由：停办", "accepted", "office", "没有这项"),
    ("改期 验收1 8月1日上午9:30 理由：防汛", "accepted", "office", "没有这项"),
    ("电话确认 验收1", "accepted", "office", "没有这项"),
    ("评审结束 2019-001", "accepted", "office", UNIT),
    ("结果", "inspected", "office", "在办1家"),
    ("名单", "inspected", "office", UNIT),
    ("三项对照", "inspected", "office", UNIT),
    ("拟定 2019-001 理由：三项均居前", "inspected", "office", UNIT),
    ("不入选 2019-001 理由：验收得分低", "inspected", "office", UNIT),
    ("否决 2019-001 理由：复议被撤销", "inspected", "office", UNIT),
    ("审定 平法政办〔2019〕8号 王某某 7月12日", "inspected", "office", UNIT),
    ("公示期 5个工作日 异议渠道：电话", "inspected", "office", "已确定"),
    ("开始公示 7月15日 https://a.example/1", "inspected", "office", UNIT),
    ("签发公示", "inspected", "office", "没有待签发的公示"),
    ("作废公示稿", "inspected", "office", "没有待签发的草稿"),
    ("公示稿", "inspected", "office", "还没有公示稿"),
    ("公布 平法政〔2019〕9号", "in_public_notice", "office", "不能公布"),
    ("签发公布", "in_public_notice", "office", "没有待签发的公布"),
    ("异议", "in_public_notice", "office", "没有异议"),
    ("核查 2019-001：复议决定撤销", "in_public_notice", "office", "异议1"),
    ("异议 2019-001 电话 实名：案卷不实", "in_public_notice", "office", "还没有开始公示"),
    ("异议1 办理：已核", "in_public_notice", "office", "异议"),
    ("匾牌", "announced", "office", "匾牌"),
    ("匾牌 2019-001 领取人 张三", "announced", "office", UNIT),
    ("通知 全体推荐单位：请核对。", "submitted", "office", "草稿"),
    ("发送 通知1", "submitted", "office", "没有通知1"),
    ("登录", "submitted", "own other office inspector", "另发一条"),
]
SECRETS = (UNIT, "2019-001-1", FORM["contact_name"], FORM["contact_phone"], "赵一", "钱二", "宝丰县")


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    made = County(campaign, new_sqlite())
    made.member(INSPECTOR, "周六", Role.INSPECTOR, "")
    yield made
    made.close()


def kept(county: County) -> dict[str, Any]:
    """All that an order could change, but for the record of the message itself."""
    names = (
        "application", "membership", "invitation", "ranking", "package", "setting", "notice", "paper", "visit",
        "visit_version", "visit_answer", "covert_visit", "sheet", "review_outcome", "final_decision",
        "list_approval", "release", "objection", "objection_entry", "plaque",
    )  # fmt: skip
    with county.database.engine.connect() as connection:
        rows = {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in names}
        rows["audit"] = connection.execute(
            text("SELECT * FROM audit WHERE action NOT IN ('late_attempt', 'start', 'revise')")
        ).all()
    return rows


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize(("order", "stage", "may", "said"), DOORS)
def test_order_is_carried_out_for_whoever_may_and_shows_nobody_else_anything(
    county: County, order: str, stage: str, may: str, said: str, role: str
) -> None:
    application = county.apply(UNIT, stage=stage)
    assert application.number == "2019-001"
    before = kept(county)
    reply = county.say(WHO[role], order)
    if role in may.split():
        assert said in reply
        return
    if role == "applicant":  # their own dialogue; it may show them their own form
        assert_unmoved(county, application)
        assert result_rows(kept(county)) == result_rows(before)
        return
    if role not in ("own", "office"):  # these two may see it, but not do everything with it
        assert [secret for secret in SECRETS if secret in reply and secret not in order] == []
    assert kept(county) == before
    assert reply


def result_rows(rows: dict[str, Any]) -> dict[str, Any]:
    """What is the office's alone: an applicant's message may well change what is the applicant's."""
    return {name: found for name, found in rows.items() if name not in ("application", "audit")}


def assert_unmoved(county: County, application: Application) -> None:
    assert county.application(application.id).stage == application.stage
    assert [known.name for known in county.run(lambda store: store.members())] == [
        "赵一",
        "孙三",
        "李四",
        "周六",
        "钱二",
    ]


def test_order_about_another_body_reads_like_one_about_nothing(county: County) -> None:
    county.apply(UNIT)
    for order in ("查 {}", "退回 {} 理由：缺数据 期限7月20日", "列为候选 {}", "打开 {}"):
        foreign = county.say(OTHER, order.format("2019-001"))
        absent = county.say(OTHER, order.format("2019-999"))
        assert foreign.replace("2019-001", "#") == absent.replace("2019-999", "#")


def test_body_of_two_counties_sees_both_and_no_third(county: County) -> None:
    county.member(BODY, "赵一", Role.BODY, "yexian")
    county.apply("宝丰县公安局")
    county.apply("叶县公安局", body="yexian")
    county.apply("郏县公安局", body="jiaxian")
    reply = county.say(BODY, "进度")
    assert ("宝丰县公安局" in reply, "叶县公安局" in reply, "郏县" in reply) == (True, True, False)


def test_role_taken_back_is_lost_with_the_next_message_even_where_the_cache_is_old(county: County) -> None:
    county.apply(UNIT)
    stale = dict(county.run(county.clerk.staff.load))
    assert "已收回" in county.say(OFFICE, "收回 赵一 的权限")
    county.clerk.staff.take(stale)  # a process that has not looked since
    reply = county.say(BODY, "查 2019-001")
    assert [secret for secret in SECRETS if secret in reply] == []
