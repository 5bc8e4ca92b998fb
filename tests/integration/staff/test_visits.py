"""Inspections by chat: arranged, released by a second person, told, confirmed, changed, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.visit import VisitState
from config.campaign import Campaign
from tests.fakes.recommending import BODY, OFFICE, OTHER, County
from tests.integration.staff.visit_office import (
    HOLDER,
    LEADER,
    MEMBER,
    SECOND,
    accepted,
    announced,
    open_office,
    read,
    shown,
    state,
)


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = open_office(County(campaign, new_sqlite()))
    yield opened
    opened.close()


def test_visit_is_told_once_a_second_person_releases_it(county: County) -> None:
    known = accepted(county)
    assert county.say(OFFICE, f"安排验收 {known.number} 7月30日上午9:30 组长王五 成员赵六") == (
        "已登记，尚未通知任何人：\n"
        "验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，组长王五，成员赵六\n"
        "须由办公室另一位同志发布后才会通知单位和验收组：“发布验收安排”。"
    )
    assert [read(county, one) for one in (HOLDER, LEADER, MEMBER)] == [[], [], []]
    assert county.say(OFFICE, "发布验收安排") == (
        "验收1由您登记，涉及日期，须由另一位同志发布，登记人不能自行发布。"
    )
    assert county.say(SECOND, "发布验收安排") == (
        "已发布1项验收安排，正在通知单位和验收组：\n"
        "验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，组长王五，成员赵六"
    )
    (card,) = [text for text in read(county, HOLDER) if "[" in text]
    assert card == (
        "市办公室：验收安排1（第1版）\n"
        "宝丰县公安局：实地验收定于7月30日（周二）上午9:30—11:30。\n"
        "组长王五，成员赵六；联系人：张晓培 0375-2663225。\n"
        "地点：人民路1号。\n"
        "请准备：参加座谈的负责人和执法人员、在线法律知识测试所需的网络和设备、执法案卷、回访记录等供查阅的原件，"
        "以及附件2所列佐证材料25项。\n"
        "[确认 验收1-1|需改期 验收1-1]"
    )
    assert read(county, LEADER) == [
        "市办公室：验收安排1（第1版）\n"
        f"验收任务：7月30日（周二）上午9:30—11:30 宝丰县公安局（{known.number}），"
        "组长王五，成员赵六，地点：人民路1号，清单28项。\n"
        "[确认 验收1-1]"
    ]
    assert county.say(SECOND, "发布验收安排") == "没有等待发布的验收安排。"


def test_unit_confirms_by_button_and_by_words(county: County) -> None:
    announced(county)
    line = "验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，组长王五，成员赵六"
    assert county.say(HOLDER, "确认 验收1-1") == f"好的，已登记您确认：\n{line}"
    assert county.say(HOLDER, "确认 验收1-1") == "没有等待您确认的验收安排，或您此前已经确认。"
    assert county.say(MEMBER, "收到，届时参加") == f"好的，已登记您确认：\n{line}"
    assert county.say(OFFICE, "未确认的验收") == "已通知的验收单位都已确认。"
    assert len(county.audited("visit_confirmed")) == 2


@pytest.mark.parametrize("words", ["确认", "收到，届时接待", "好的，我单位届时做好接待", "收到", "时间可以"])
def test_unit_confirms_in_everyday_words(county: County, words: str) -> None:
    announced(county)
    assert county.say(HOLDER, words).startswith("好的，已登记您确认：\n验收1：")


def test_bare_words_mean_a_visit_only_where_one_waits(county: County) -> None:
    accepted(county)
    before = county.say(HOLDER, "确认")
    assert "验收" not in before
    assert county.say(OTHER, "确认 验收1-1") == "没有这项验收安排，或者它与您无关。"


def test_change_is_a_new_version_and_voids_the_confirmation(county: County) -> None:
    announced(county)
    county.say(HOLDER, "确认 验收1-1")
    assert county.say(OFFICE, "改期 验收1 8月1日下午3点") == (
        "请写明理由，例如：改期 验收3 8月1日上午9:30 理由：防汛值守。"
    )
    assert county.say(OFFICE, "改期 验收1 8月1日下午3点 理由：防汛值守") == (
        "验收1的变更已登记，发布前仍以原安排为准：\n"
        "原：验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，组长王五，成员赵六（发布后作废）\n"
        "验收1：8月1日（周四）下午15:00—17:00 宝丰县公安局，组长王五，成员赵六\n"
        "须由办公室另一位同志发布后才会通知单位和验收组：“发布验收安排”。"
    )
    assert state(county) is VisitState.CHANGING
    assert shown(county, BODY) == [("7月30日（周二）上午9:30—11:30", False)]
    county.say(SECOND, "发布验收安排")
    told = read(county, HOLDER)[-2]
    assert "【时间变更】原定7月30日（周二）上午9:30—11:30作废，理由：防汛值守。" in told
    assert "实地验收定于8月1日（周四）下午15:00—17:00" in told
    assert county.say(HOLDER, "确认 验收1-1") == (
        "您看到的是旧安排，已经作废。验收1现为8月1日（周四）下午15:00—17:00，请按最新的通知确认。"
    )
    assert "单位未确认［原定7月30日（周二）上午9:30—11:30已作废］" in county.say(OFFICE, "验收安排")
    expected = [("7月30日（周二）上午9:30—11:30", True), ("8月1日（周四）下午15:00—17:00", False)]
    assert [shown(county, one) for one in (OFFICE, LEADER, BODY, OTHER)] == [expected] * 3 + [None]
    assert county.say(HOLDER, "确认 验收1-2").startswith("好的")


def test_unit_asks_for_another_day_and_the_office_decides(county: County) -> None:
    announced(county)
    assert county.say(HOLDER, "需改期 验收1-1") == (
        "请写明原因和希望的时间，例如：需改期 验收1 当天有上级检查，希望8月1日上午。"
    )
    assert county.say(HOLDER, "需改期 当天有省里检查，希望8月1日上午") == (
        "已转告市办公室：验收1申请改期。在收到新的通知之前，仍按原定时间准备。如有急事请致电0375-2663225。"
    )
    task = (
        "宝丰县公安局申请更改验收1（7月30日（周二）上午9:30—11:30）：当天有省里检查，希望8月1日上午\n"
        "改期请回复“改期 验收1 新的日期和时间 理由：……”；不改请回复“不改期 验收1 理由：……”。"
    )
    assert county.told(OFFICE)[-1] == task
    assert county.told(SECOND)[-1] == task
    assert "当天有省里检查" not in "".join(read(county, LEADER))
    assert county.say(OFFICE, "不改期 验收1 理由：行程已定") == "已告知单位和验收组：验收1时间不变。"
    kept = "宝丰县公安局的实地验收时间不变，仍为7月30日（周二）上午9:30—11:30，理由：行程已定。请回复“确认 验收1”。"
    assert [county.told(one)[-1] for one in (HOLDER, LEADER, MEMBER)] == [kept] * 3
    assert county.say(HOLDER, "确认 验收1").startswith("好的")


def test_cancelled_visit_is_told_to_those_who_were_told(county: County) -> None:
    announced(county)
    county.say(OFFICE, "取消验收 1 理由：单位合并")
    assert state(county) is VisitState.CHANGING
    county.say(SECOND, "发布验收 1")
    assert state(county) is VisitState.CANCELLED
    assert (
        "【取消】宝丰县公安局：原定7月30日（周二）上午9:30—11:30的实地验收取消，理由：单位合并。"
        in read(county, HOLDER)[-1]
    )
    assert "【取消】" in read(county, MEMBER)[-1]
    assert county.say(HOLDER, "确认 验收1-1") == "验收1已经取消，不用再确认。"
    assert county.say(OFFICE, "改期 验收1 8月1日上午 理由：恢复") == (
        "验收1已取消或作废，不能再改动；如需验收，请重新安排。"
    )


def test_planned_visit_is_dropped_without_a_word_to_anybody(county: County) -> None:
    known = accepted(county)
    county.say(OFFICE, f"安排验收 {known.number} 7月30日上午 组长王五")
    assert county.say(OFFICE, f"取消验收 {known.number}") == "验收1未发布的内容已作废，没有通知任何人。"
    assert [read(county, one) for one in (HOLDER, LEADER)] == [[], []]


def test_somebody_who_leaves_the_team_is_told(county: County) -> None:
    announced(county)
    county.say(OFFICE, "验收1换成员周八 理由：调整分工", "更换验收1 成员周八 理由：调整分工")
    county.say(SECOND, "发布验收安排")
    assert county.told(MEMBER)[-1].startswith("您不再参加对宝丰县公安局（")
    assert "【安排变更】" in read(county, LEADER)[-1] + read(county, LEADER)[-2]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("7月28日上午9:30 组长王五", "7月28日（周日）是休息日或节假日，请改选工作日（调休上班日可以）。"),
        ("7月1日上午9:30 组长王五", "7月1日（周一）已经过去，请另选日期。"),
        ("2020-01-06 上午9:30 组长王五", "1月6日（周一）晚于活动结束时间（12月31日（周二）），请另选日期。"),
        (
            "7月30日晚上8点 组长王五",
            "下午20:00—22:00不在可以安排验收的时间内（上午8:00—12:30、下午14:00—18:30），请另选时间。",
        ),
        ("7月32日上午 组长王五", "日期或时间“7月32日”无法识别。请这样写：7月30日上午9:30。"),
        (
            "7月30日上午9:30 组长冯九",
            "没有名为“冯九”的评审验收人员。请核对姓名，或先发送“邀请 冯九 验收组”。",
        ),
        (
            "7月30日上午10点 组长赵六 成员周八",
            "赵六在7月30日（周二）上午9:30—11:30已安排到宝丰县公安局（2019-001），时间冲突。",
        ),
    ],
)
def test_conflict_is_refused_with_what_stands_in_the_way(county: County, said: str, refused: str) -> None:
    announced(county)
    other = accepted(county, "宝丰县城市管理局")
    assert county.say(OFFICE, f"安排验收 {other.number} {said}") == refused
    assert len(county.run(lambda store: store.visits())) == 1


def test_unit_that_has_a_visit_gets_no_second(county: County) -> None:
    known = announced(county)
    assert county.say(OFFICE, f"安排验收 {known.number} 8月2日上午 组长王五") == (
        f"宝丰县公安局（{known.number}）已有验收1：7月30日（周二）上午9:30—11:30。"
        "如需改动，请修改那项安排（企业微信：“改期 验收1”）。"
    )


def test_two_counties_need_time_to_travel(county: County) -> None:
    announced(county)
    far = accepted(county, "叶县城市管理局", "yexian")
    assert county.say(OFFICE, f"安排验收 {far.number} 7月30日 11:45-12:30 组长王五") == (
        "王五在7月30日（周二）上午9:30—11:30安排在宝丰县公安局（2019-001），两地不在同一县（市、区），间隔不足60分钟。"
    )
    assert county.say(OFFICE, f"安排验收 {far.number} 7月30日下午 组长王五").startswith("已登记")


def test_only_the_office_arranges(county: County) -> None:
    known = accepted(county)
    order = f"安排验收 {known.number} 7月30日上午9:30 组长王五"
    said = "这项操作不在您的工作范围内。如需办理，请联系市办公室（0375-2663225）。"
    assert [county.say(one, order) for one in (BODY, LEADER)] == [said] * 2
    county.say(HOLDER, order)
    assert list(county.run(lambda store: store.visits())) == []


def test_application_that_was_not_accepted_is_not_visited(county: County) -> None:
    known = county.apply("宝丰县公安局")
    assert county.say(OFFICE, f"安排验收 {known.number} 7月30日上午9:30 组长王五") == (
        f"{known.number} 宝丰县公安局目前为“已报推荐单位”，不能安排实地验收（须已受理，且尚未拟定名单）。"
    )


def test_everybody_sees_their_own(county: County) -> None:
    announced(county)
    accepted(county, "宝丰县城市管理局")
    county.say(OFFICE, "安排验收 宝丰县城市管理局 7月31日下午 组长赵六")
    line = "·验收1 上午9:30—11:30 宝丰县公安局，组长王五，成员赵六（已通知），单位未确认"
    assert county.say(OFFICE, "验收安排") == (
        f"7月30日（周二），1家：\n{line}\n7月31日（周三），1家：\n"
        "·验收2 下午15:00—17:00 宝丰县城市管理局，组长赵六（待发布）\n有1项等待发布。"
    )
    assert county.say(BODY, "验收安排") == f"7月30日（周二），1家：\n{line}"
    ordinary = "实地验收的时间由市办公室另行通知，请以收到的通知为准。如有疑问请致电0375-2663225。"
    assert county.say(OTHER, "验收安排") == ordinary
    assert county.say(LEADER, "我的验收") == (
        "您参加的验收1项：\n验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，"
        "组长王五，成员赵六，地点：人民路1号，清单28项。"
    )
    assert county.say(HOLDER, "什么时候来验收") == (
        "验收1：7月30日（周二）上午9:30—11:30 宝丰县公安局，组长王五，成员赵六\n"
        "请回复“收到，届时接待”；时间不便请回复“需改期 原因和希望的时间”。"
    )
