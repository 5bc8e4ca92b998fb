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
    names = ("application", "membership", "invitation", "ranking", "package", "setting", "notice", "paper")
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
        return
    if role not in ("own", "office"):  # these two may see it, but not do everything with it
        assert [secret for secret in SECRETS if secret in reply and secret not in order] == []
    assert kept(county) == before
    assert reply


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
