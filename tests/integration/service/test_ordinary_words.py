"""Applicants use the words of inspections, notices and results in the middle of a form, and are not disturbed.

A person who is told of an inspection may fill another unit's form as well; what belongs to the form stays there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.application import Application
from bot.model.message import Channel
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.recommending import OFFICE, County
from tests.integration.staff.visit_office import LEADER, MEMBER, SECOND, announced, open_office

HOLDER = "holder-宝丰县公安局"
OTHER_UNIT = "宝丰县司法局"
SUMMARY = "我单位收到群众来信36件，及时确认并公布验收结果；优化办事时间，将窗口时间改到8点，评上市级先进。"


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = open_office(County(campaign, new_sqlite()))
    yield opened
    opened.close()


def latest(county: County, userid: str) -> Application:
    """The application somebody began last."""
    visitor = county.run(lambda store: store.visitor(Channel.WECOM, userid, "", county.now))
    return visitor.applications[-1]


def answers(unit: str) -> list[str]:
    """Everything that is asked, with words of staff wherever they can stand."""
    return [
        "我要申报",
        unit,
        FORM["recommender"],
        "2019-07-10",
        "平顶山市卫东区验收路8号时间大厦",
        "正科级",
        "成绩",
        SUMMARY,
        "完",
        "情况属实，确认无误，同意参加评选。",
        "李确认",
        "13800001111",
        "wdsl@126.com",
    ]


def wishes(county: County) -> list[str]:
    """The open tasks of the office to answer a wish for another day."""
    alarms = county.run(lambda store: store.open_alarms())
    return [kind for kind, _, _ in alarms if kind.startswith("visit_wish:")]


def test_values_with_words_of_staff_are_values(county: County) -> None:
    for text in answers(OTHER_UNIT):
        county.say("newcomer", text)
    filled = latest(county, "newcomer").values
    assert [
        filled[name] for name in ("unit_address", "leader", "summary", "applicant_opinion", "contact_name")
    ] == [
        "平顶山市卫东区验收路8号时间大厦",
        "成绩",
        SUMMARY,
        "情况属实，确认无误，同意参加评选。",
        "李确认",
    ]
    assert county.say("newcomer", "确认").startswith("已提交")


@pytest.mark.parametrize("text", ["收到", "好的，收到", "确认", "时间", "名单", "改到", "结果"])
def test_bare_words_of_staff_leave_the_same_field_asked(county: County, text: str) -> None:
    for said in answers(OTHER_UNIT)[:3]:
        county.say("newcomer", said)
    assert "填报日期" in county.say("newcomer", text)
    assert "单位地址" in county.say("newcomer", "2019-07-10")


def test_question_for_the_result_is_answered_and_the_form_goes_on(county: County) -> None:
    for said in answers(OTHER_UNIT)[:4]:
        county.say("newcomer", said)
    assert county.say("newcomer", "结果出来了吗").split("\n") == [
        "结果以公示为准。名单拟定后将在平顶山市普法网公示，公示前不对外答复。",
        "——请继续填写第5项：单位地址是哪里？",
    ]
    assert "已记下单位地址：人民路1号" in county.say("newcomer", "人民路1号")


def test_received_notice_is_noted_and_the_form_goes_on(county: County) -> None:
    for said in answers(OTHER_UNIT)[:4]:
        county.say("newcomer", said)
    county.say(OFFICE, "通知 全体申报单位：请核对联系方式", "发送 通知1")
    assert county.run(lambda store: store.notice(1)) is not None
    first, *rest = county.say("newcomer", "收到").split("\n")
    assert rest == ["——请继续填写第5项：单位地址是哪里？"]
    assert first.startswith("好的")


def test_second_form_of_a_visited_unit_s_contact_is_confirmed_by_its_own_word(county: County) -> None:
    announced(county)
    for text in answers(OTHER_UNIT):
        county.say(HOLDER, text)
    assert county.say(HOLDER, "确认").startswith("已提交")
    assert county.say(HOLDER, "确认 验收1").startswith("好的，已登记您确认")


def test_what_is_said_of_the_form_is_no_wish_for_another_day(county: County) -> None:
    announced(county)
    for text in ("联系人想改为李四", "申请延期报送材料", "填报日期改到7月11日", "请提前告知要准备什么材料"):
        county.say(HOLDER, text)
    for text in answers(OTHER_UNIT)[:-1]:
        county.say(HOLDER, text)
    county.say(HOLDER, "能不能改到8月1日")
    assert wishes(county) == []
    assert "已转告市办公室" in county.say(HOLDER, "验收那天不方便，能否改到8月1日")
    assert len(wishes(county)) == 1


def test_confirmation_takes_the_wish_for_another_day_back(county: County) -> None:
    announced(county)
    county.say(HOLDER, "需改期 验收1 当天防汛，希望8月1日")
    assert len(wishes(county)) == 1
    county.say(LEADER, "确认 验收1")
    assert len(wishes(county)) == 1
    county.say(HOLDER, "收到，届时接待")
    assert wishes(county) == []


@pytest.mark.parametrize("userid", [LEADER, MEMBER, SECOND])
def test_somebody_with_a_role_is_not_asked_to_apply(county: County, userid: str) -> None:
    assert county.say(userid, "确认").startswith("这句话没有看懂，或者目前没有需要您回复的事项。")
    assert "我要申报" not in county.say(userid, "随便说说")
