"""Turns of people with a role over a real database: what is said, done, told, remembered and put on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.dialogue import state as memory
from bot.model.message import Channel, Inbound, Kind, Mail
from bot.model.staff import Invitation, Role
from bot.ports import Store
from bot.staff.people_words import code_hash
from bot.staff.tell import tell
from bot.work.turn import receive
from config.campaign import Campaign
from tests.fakes.recommending import BODY, DEPUTY, MACHINE, OFFICE, OTHER, County

NEW = "wangwu"  # in WeCom, without a role
UNIT = "宝丰县卫生健康委员会"
HOLDER = f"holder-{UNIT}"
LATE = datetime(2019, 7, 26, 1, 30, tzinfo=UTC)


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    made = County(campaign, new_sqlite())
    yield made
    made.close()


def code_in(reply: str) -> str:
    return reply.rpartition("邀请码 ")[2].strip()


def _invite(invitation: Invitation, store: Store) -> None:
    store.invite(code_hash("22222222"), invitation)


def roles(county: County, userid: str) -> list[tuple[Role, str, bool]]:
    person = county.run(lambda store: store.visitor(Channel.WECOM, userid, "", county.now)).person.id
    return [(one.role, one.body, one.deputy) for one in county.run(lambda store: store.memberships(person))]


# invitations


def test_invitation_goes_from_the_office_to_a_person_who_then_has_the_role(county: County) -> None:
    reply = county.say(OFFICE, "邀请 王五 推荐单位 叶县")
    assert "叶县人民政府推荐工作联系人" in reply
    welcome = county.say(NEW, f"邀请码 {code_in(reply)}")
    assert welcome.startswith(
        "王五，您好！您已成为“2019年度平顶山市服务型行政执法示范点”的叶县人民政府推荐工作联系人。"
    )
    assert "进度｜谁还没报" in welcome
    assert roles(county, NEW) == [(Role.BODY, "yexian", False)]
    assert county.told(OFFICE)[-1].startswith("王五已使用邀请码（受邀人：王五，企业微信账号：wangwu）")
    assert county.say(NEW, "进度").startswith("叶县人民政府：共0件申报")


def test_invitation_code_is_good_once_and_for_thirty_days(county: County) -> None:
    code = code_in(county.say(OFFICE, "邀请 王五 验收组"))
    county.say(NEW, f"邀请码 {code}")
    assert "不正确、已使用或已过期" in county.say("someone", f"邀请码 {code}")
    assert roles(county, "someone") == []
    for days, expected in ((0, []), (1, [(Role.INSPECTOR, "", False)])):
        invitation = Invitation(Role.INSPECTOR, "", False, "钱六", MACHINE + timedelta(days=days))
        county.run(partial(_invite, invitation))
        county.say(f"old{days}", "邀请码 22222222")
        assert roles(county, f"old{days}") == expected
        county.run(lambda store: store.take_invitation(code_hash("22222222"), MACHINE - timedelta(days=1)))


def test_invitation_is_kept_as_a_hash(county: County) -> None:
    code = code_in(county.say(OFFICE, "邀请 王五 验收组"))
    with county.database.engine.connect() as connection:
        kept = [row.code_hash for row in connection.execute(text("SELECT code_hash FROM invitation"))]
        audited = [str(row) for row in connection.execute(text("SELECT * FROM audit"))]
    assert kept == [code_hash(code)]
    assert [line for line in audited if code in line] == []


def test_wrong_codes_are_refused_after_five_even_if_the_sixth_is_right(county: County) -> None:
    code = code_in(county.say(OFFICE, "邀请 王五 市办公室"))
    for guess in ("22222222", "33333333", "44444444", "55555555", "abc"):
        assert "不正确" in county.say(NEW, f"邀请码 {guess}")
    assert "一小时后再试" in county.say(NEW, f"邀请码 {code}")
    assert roles(county, NEW) == []
    assert county.say("another", f"邀请码 {code}").startswith("王五，您好！")


def test_contact_invites_a_deputy_for_the_own_body_and_a_deputy_may_not(county: County) -> None:
    code = code_in(county.say(BODY, "邀请副手 王五"))
    county.say(NEW, f"邀请码 {code}")
    assert roles(county, NEW) == [(Role.BODY, "baofeng", True)]
    assert county.told(BODY)[-1].startswith("王五已使用邀请码")
    assert "不在您的工作范围内" in county.say(DEPUTY, "邀请副手 王五")
    assert "不在您的工作范围内" in county.say(BODY, "邀请 王五 推荐单位 叶县")


def test_office_may_invite_only_to_bodies_of_the_list(county: County) -> None:
    assert "没有看懂“推荐单位 某某县”" in county.say(OFFICE, "邀请 王五 推荐单位 某某县")
    with county.database.engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM invitation")).all() == []


# handing over, taking back


def test_hand_over_to_a_newcomer_ends_the_old_contact_when_the_code_is_used(county: County) -> None:
    county.apply(UNIT)
    code = code_in(county.say(BODY, "移交给 王五"))
    assert roles(county, BODY) == [(Role.BODY, "baofeng", False)]
    county.say(NEW, f"邀请码 {code}")
    assert (roles(county, BODY), roles(county, NEW)) == ([], [(Role.BODY, "baofeng", False)])
    assert county.told(BODY)[-1] == "工作已移交给王五，您的权限已终止。感谢您的工作。"
    assert UNIT not in county.say(BODY, "查 2019-001")
    assert UNIT in county.say(NEW, "查 2019-001")


def test_hand_over_to_the_deputy_is_done_at_once(county: County) -> None:
    assert county.say(BODY, "移交给 钱二") == "工作已移交给钱二，您的权限已终止。感谢您的工作。"
    assert (roles(county, BODY), roles(county, DEPUTY)) == ([], [(Role.BODY, "baofeng", False)])
    assert county.told(DEPUTY) == [
        "赵一已把工作移交给您，您现在是宝丰县人民政府推荐工作联系人。发送“指令”可查看能办理的事项。"
    ]


def test_last_person_of_the_office_cannot_be_taken_out(county: County) -> None:
    assert "唯一" in county.say(OFFICE, "收回 李四 的权限")
    assert roles(county, OFFICE) == [(Role.OFFICE, "", False)]
    county.say(NEW, f"邀请码 {code_in(county.say(OFFICE, '邀请 王五 市办公室'))}")
    assert "已收回" in county.say(NEW, "收回 李四 的权限")
    assert roles(county, OFFICE) == []


def test_two_of_one_name_are_told_apart_by_their_post(county: County) -> None:
    county.member("other-zhao", "赵一", Role.BODY, "yexian")
    assert "叶县人民政府推荐工作联系人" in county.say(OFFICE, "收回 赵一 的权限")
    assert len(roles(county, BODY)) == 1
    assert "已收回" in county.say(OFFICE, "收回 赵一 宝丰县 的权限")
    assert (roles(county, BODY), len(roles(county, "other-zhao"))) == ([], 1)


# moves


def test_return_locks_nothing_away_and_tells_the_holder_and_the_body(county: County) -> None:
    application = county.apply(UNIT, stage="recommended")
    county.say(OFFICE, "退回 2019-001 理由：缺少2018年数据 期限7月20日")
    returned = county.application(application.id)
    assert returned.stage == "returned"
    assert returned.dossier["return_due"] == "2019-07-20"
    assert returned.dossier["return_reason"] == "缺少2018年数据"
    told = f"{UNIT}（2019-001）：市办公室退回补正。\n理由：缺少2018年数据\n请在7月20日前补正后重新提交。"
    assert told in (county.told(HOLDER)[-1], county.told(BODY)[-1])
    assert county.told(HOLDER)[-1] == county.told(BODY)[-1] == told
    audited = json.loads(county.audited("return")[-1])
    assert (audited["from"], audited["to"], audited["due"]) == ("recommended", "returned", "2019-07-20")
    assert "缺少" not in str(audited)
    county.say(HOLDER, "提交")
    again = county.application(application.id)
    assert (again.stage, "return_due" in again.dossier) == ("submitted", False)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("退回 2019-001 期限7月20日", "理由"),
        ("退回 2019-001 理由：缺数据", "期限"),
        ("退回 2019-001 理由：缺数据 期限7月1日", "已经过去"),
        ("视为放弃 2019-001 理由：逾期", "不能办理"),
        ("准予 2019-001 报送 理由：故障", "不能办理"),
    ],
)
def test_move_without_reason_date_or_arrow_is_refused(county: County, order: str, said: str) -> None:
    application = county.apply(UNIT, stage="recommended")
    assert said in county.say(OFFICE, order)
    assert county.application(application.id) == application
    assert county.told(HOLDER) == []


def test_move_that_was_made_is_not_needed_again(county: County) -> None:
    county.apply(UNIT, stage="received")
    county.say(OFFICE, "受理 2019-001")
    assert f"{UNIT}（2019-001）已经是“已受理”，不用再办。" in county.say(OFFICE, "受理 2019-001")


def test_receive_and_accept_several_at_once(county: County) -> None:
    first = county.apply(UNIT, stage="recommended")
    second = county.apply("宝丰县公安局", stage="received")
    third = county.apply("宝丰县水利局", stage="candidate")
    reply = county.say(OFFICE, "受理 2019-001、2019-002、2019-003、2019-009")
    assert county.stages([first, second, third]) == ["accepted", "accepted", "candidate"]
    assert [("已办理" in line, "不能办理" in line) for line in reply.splitlines()[:3]] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip
    assert county.told(HOLDER) == [
        f"{UNIT}（2019-001）：市办公室已收到。",
        f"{UNIT}（2019-001）：市办公室已受理。",
    ]


def test_second_of_two_who_decide_a_late_case_sees_the_first(county: County) -> None:
    county.member(NEW, "王五", Role.OFFICE, "")
    county.apply(UNIT, stage="late_pending")
    county.say(OFFICE, "准予 2019-001 收件 理由：纸质件按时送达")
    reply = county.say(NEW, "视为放弃 2019-001 理由：逾期未报")
    assert "现在是“市办已收”" in reply
    assert "此前的处理：李四 7月12日09:30 准予收件：纸质件按时送达" in reply


def test_deemed_abandoned_unit_is_free_again(county: County) -> None:
    county.apply(UNIT, stage="late_pending")
    county.say(OFFICE, "视为放弃 2019-001 理由：逾期未报")
    assert county.apply(UNIT).number == "2019-002"


@pytest.mark.parametrize(
    ("stage", "order"),
    [
        ("late_pending", "准予 2019-001 继续填报 理由：系统故障 期限7月28日"),
        ("recommended", "退回 2019-001 理由：缺数据 期限7月28日"),
    ],
)
def test_time_given_by_a_person_counts_after_the_deadline_and_no_longer(
    county: County, stage: str, order: str
) -> None:
    application = county.apply(UNIT, stage=stage)
    county.now = LATE
    assert "已办理" in county.say(OFFICE, order) or stage == "recommended"
    assert "7月28日前" in county.told(HOLDER)[-1]
    county.say(HOLDER, "负责人：赵大海")
    assert county.application(application.id).values["leader"] == "赵大海"
    county.now = LATE + timedelta(days=4)
    county.say(HOLDER, "提交")
    assert county.application(application.id).stage == "late_pending"
    county.say(OFFICE, "准予 2019-001 继续填报 理由：仍未恢复 期限7月31日")
    county.say(HOLDER, "提交")
    assert county.application(application.id).stage == "submitted"
    county.say(HOLDER, "负责人：王建军", "确认")
    assert county.application(application.id).values["leader"] == "赵大海"


def test_due_date_of_a_body_is_not_after_its_own_date(county: County) -> None:
    application = county.apply(UNIT)
    county.run(lambda store: store.set_cutoff("baofeng", date(2019, 7, 18)))
    assert "不能晚于7月18日" in county.say(BODY, "退回 2019-001 理由：缺数据 期限7月20日")
    county.say(BODY, "退回 2019-001 理由：缺数据 期限7月18日")
    assert county.application(application.id).dossier["return_due"] == "2019-07-18"


# progress


def test_receive_and_accept_by_name(county: County) -> None:
    one, two = (county.apply(unit, stage="recommended") for unit in ("宝丰县公安局", "宝丰县水利局"))
    county.say(OFFICE, "受理宝丰县公安局、宝丰县水利局")
    assert county.stages([one, two]) == ["accepted", "accepted"]
    assert "权限" not in county.say(BODY, "受理条件是什么")


def test_board_adds_up_and_names_what_has_no_route(county: County) -> None:
    county.apply(UNIT)
    county.apply("宝丰县公安局", stage="draft")
    county.apply("叶县公安局", body="yexian")
    county.apply("某某单位", body="")
    lines = county.say(OFFICE, "进度").splitlines()
    assert lines == [
        "截至7月12日09:30，共4件申报。",
        "合计：草稿1、已报推荐单位3",
        "宝丰县人民政府（2件）：草稿1、已报推荐单位1",
        "叶县人民政府（1件）：已报推荐单位1",
        "推荐单位待核对（1件）：2019-004",
        "还没有申报的推荐单位：34个。",
    ]


def test_unsent_lists_drafts_with_what_they_owe_and_silent_bodies(county: County) -> None:
    county.apply(UNIT, stage="draft", leader="", contact_email="")
    county.apply("叶县公安局", body="yexian")
    reply = county.say(OFFICE, "谁还没报")
    assert f"1. 2019-001 {UNIT}：草稿，未填：负责人姓名、电子邮箱；还缺：申报报告PPT、" in reply
    assert "叶县公安局" not in reply
    assert "还没有上报的推荐单位（36个）" in reply
    own = county.say(BODY, "还有谁没交？")
    assert (UNIT in own, own.endswith("贵单位还没有向市办公室上报。")) == (True, True)
    assert county.say(OTHER, "谁还没报").startswith("没有尚未报送的申报。")


def test_one_application_is_shown_with_values_debts_and_contact_and_the_look_is_on_record(
    county: County,
) -> None:
    county.apply(UNIT, summary="甲" * 500)
    reply = county.say(BODY, "查 宝丰县卫健委")
    for line in (
        f"{UNIT}（2019-001）",
        "状态：已报推荐单位；回执：2019-001-1",
        f"申报单位服务型行政执法工作基本情况：{'甲' * 40}……（共500字）",
        "联系人：李晓明",
        "联系电话：13800001111",
    ):
        assert line in reply.splitlines()
    assert "还缺：申报报告PPT、盖章扫描件" in reply
    assert len(county.audited("view")) == 1


def test_late_attempts_are_listed_with_their_times(county: County) -> None:
    county.apply(UNIT, stage="draft")
    assert county.say(OFFICE, "逾期的") == "没有逾期的申报。"
    county.now = LATE
    county.say(HOLDER, "提交")
    reply = county.say(OFFICE, "逾期的")
    assert f"2019-001 {UNIT}：逾期待认定" in reply
    assert "（7月26日09:30提交）" in reply


# the turn


def test_open_question_of_a_desk_is_kept_for_the_next_message_only(county: County) -> None:
    application = county.apply(UNIT)
    county.say(BODY, "退回 2019-001")
    person = county.people[BODY]
    assert memory.parse(county.run(lambda store: store.dialogue(person))).staff.startswith("recommend|")
    county.say(BODY, "创新加分最多多少")
    assert memory.parse(county.run(lambda store: store.dialogue(person))).staff == ""
    county.say(BODY, "理由：缺数据 期限7月15日")
    assert county.application(application.id).stage == "submitted"


def test_staff_may_ask_and_fill_like_everybody(county: County) -> None:
    assert "加10分" in county.say(BODY, "创新加分最多多少")
    assert "申报单位" in county.say(BODY, "我要申报")
    county.say(BODY, "郏县公安局")
    assert "共0件申报" in county.say(BODY, "进度")
    [held] = county.run(lambda store: store.applications())
    assert held.values["applicant_unit"] == "郏县公安局"


def test_message_delivered_twice_is_carried_out_once(county: County) -> None:
    inbound = Inbound(Channel.WECOM, OFFICE, Kind.TEXT, "邀请 王五 验收组", county.now, "wecom:msg:1")
    first = county.run(lambda store: receive(county.clerk, store, inbound))
    again = county.run(lambda store: receive(county.clerk, store, inbound))
    assert (first.repeated, again.repeated, first.texts) == (False, True, again.texts)
    with county.database.engine.connect() as connection:
        assert len(connection.execute(text("SELECT * FROM invitation")).all()) == 1


def test_roles_are_looked_up_only_for_addresses_known_in_memory(county: County) -> None:
    """What applicants' turns cost does not depend on there being staff."""
    assert "宝丰县人民政府：共0件申报" in county.say(BODY, "进度")
    county.clerk.staff.take({})
    assert "宝丰县人民政府" not in county.say(BODY, "进度")


# telling


def test_somebody_with_mail_only_is_told_by_mail_and_with_nothing_not_at_all(county: County) -> None:
    def told_by(address: str) -> Channel | None:
        def act(store: Store) -> Channel | None:
            person = store.new_person("周七", county.now)
            if address:
                store.bind(person, Channel.MAIL, address)
            roads = [tell(store, county.clerk, person, f"k{address}", "内容") for _ in range(2)]
            assert roads[0] == roads[1]
            return roads[0]

        return county.run(act)

    assert told_by("zhou@example.com") is Channel.MAIL
    [letter] = county.bodies("zhou@example.com")
    assert isinstance(letter, Mail)
    assert (letter.subject, letter.text) == ("2019年度平顶山市服务型行政执法示范点：通知", "内容")
    assert told_by("") is None


def test_without_mail_nobody_is_told_by_mail(county: County) -> None:
    person = county.run(lambda store: store.new_person("周七", county.now))
    county.run(lambda store: store.bind(person, Channel.MAIL, "zhou@example.com"))
    clerk = replace(county.clerk, message_id=None)
    assert county.run(lambda store: tell(store, clerk, person, "k", "内容")) is None
