"""From the decision to the plaque by chat: held until released, released by a second person, told together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.results import ReleaseKind
from bot.results.course import released
from bot.results.plaques import plaques
from config.campaign import Campaign
from tests.fakes.deciding import AUGUST, LINK, SECOND, TERMS, Jury, names
from tests.fakes.recommending import BODY, OFFICE

HELD = "结果以公示为准。名单拟定后将在平顶山市普法网公示，公示前不对外答复。"


@pytest.fixture
def jury(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Jury]:
    opened = Jury(campaign, new_sqlite())
    yield opened
    opened.close()


def holder(unit: str) -> str:
    return f"holder-{unit}"


def test_whole_course_from_decision_to_plaque(jury: Jury) -> None:
    found = jury.after_window()
    assert jury.stages(found) == ["in_public_notice", "in_public_notice", "inspected"]
    said = jury.say(OFFICE, "公布 平法政〔2019〕9号")
    assert "公布稿已起草" in said
    assert "1. 宝丰县公安局\n2. 宝丰县城市管理局\n希望上述单位" in said
    assert jury.say(OFFICE, "签发公布") == "这是您起草的，请由另一位同志签发。"
    assert jury.say(SECOND, "签发公布").startswith("名单已公布：2家。")
    assert jury.stages(found) == ["announced", "announced", "not_selected"]
    letters = [
        str(jury.bodies(holder(unit))) for unit in ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
    ]
    assert ["被确定为" in letter for letter in letters] == [True, True, False]
    assert ["未入选“平顶山市服务型行政执法示范点”" in letter for letter in letters] == [False, False, True]
    assert "验收得分低" not in letters[2]
    assert r"宝丰县公安局\n宝丰县城市管理局" in str(jury.bodies(BODY))
    lines = jury.run(plaques)
    announced = jury.run(lambda store: released(store, ReleaseKind.ANNOUNCEMENT))
    assert announced is not None
    assert names(tuple(line.listed for line in lines)) == names(announced.listed)
    assert "匾牌由张三于8月22日领取" in jury.say(OFFICE, f"匾牌 {found[0].number} 领取人 张三")
    assert jury.stages(found) == ["awarded", "announced", "not_selected"]
    assert "已于2019年8月22日由张三领取" in jury.say(OFFICE, f"匾牌 {found[0].number} 领取人 李三")
    assert "不在已公布的名单中" in jury.say(OFFICE, f"匾牌 {found[2].number} 领取人 张三")


def test_nobody_is_told_before_the_release(jury: Jury) -> None:
    found = jury.decided()
    assert jury.stages(found) == ["shortlisted", "shortlisted", "inspected"]
    jury.say(OFFICE, TERMS, f"开始公示 8月15日 {LINK}")
    assert [address for address in jury.queued() if address not in (OFFICE, SECOND)] == []
    for userid in (BODY, holder("宝丰县公安局"), "secretary"):
        assert jury.say(userid, "宝丰县公安局入选了吗") == HELD
    within = jury.say(OFFICE, "名单发一下")
    assert within.startswith(f"{HELD}\n以上是对外的统一答复。")
    assert "拟定名单" in within
    assert jury.say(BODY, "结果") == HELD
    assert "结果办理情况" in jury.say(OFFICE, "结果")


def test_asked_after_the_release_points_to_where_it_is_public(jury: Jury) -> None:
    jury.in_notice()
    assert (
        jury.say("secretary", "评上了吗") == f"结果以公示为准。名单公示期为8月15日至8月21日，请查看：{LINK}"
    )
    jury.now = AUGUST + timedelta(days=7)
    assert "尚未公布" in jury.say("secretary", "名单出来了吗")
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    assert "名单已公布" in jury.say("secretary", "结果怎么样")


def test_public_notice_waits_for_the_open_point_and_the_leader(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局")
    assert jury.say(OFFICE, f"开始公示 8月15日 {LINK}").startswith(f"还有1家没有作出决定：{known.number}")
    jury.say(OFFICE, f"拟定 {known.number} 理由：评审居前")
    assert "还没有录入领导审定意见" in jury.say(OFFICE, f"开始公示 8月15日 {LINK}")
    jury.say(OFFICE, "审定：文号平法政办〔2019〕8号，领导王某某，日期2019年8月15日")
    assert "待明确事项Q8" in jury.say(OFFICE, f"开始公示 8月15日 {LINK}")
    assert jury.say(OFFICE, TERMS) == "已确定：公示期5个工作日，异议渠道：实名书面或电话0375-2663225。"
    assert "完整网址" in jury.say(OFFICE, "开始公示 8月15日")
    said = jury.say(OFFICE, f"开始公示 8月16日 {LINK}")
    assert "公示时间：2019年8月16日至2019年8月22日（5个工作日）。" in said
    assert jury.say(OFFICE, "签发公示") == "这是您起草的，请由另一位同志签发。"
    assert jury.say(SECOND, "签发公示") == "公示从8月16日开始，请在当天或之后签发。"
    assert jury.application(known.id).stage == "shortlisted"


def test_eleventh_is_refused_and_fewer_are_allowed(jury: Jury) -> None:
    found = jury.inspected(*(f"宝丰县第{number}执法大队" for number in range(1, 12)))
    for known in found[:10]:
        assert "列入拟定名单" in jury.say(OFFICE, f"拟定 {known.number} 理由：三项居前")
    said = jury.say(OFFICE, f"拟定 {found[10].number} 理由：也很好")
    assert said.startswith("拟定名单最多10个，这将是第11个，不能列入。")
    assert jury.application(found[10].id).stage == "inspected"
    jury.say(OFFICE, f"不入选 {found[0].number} 理由：复核后调整")
    assert "（10/10）" in jury.say(OFFICE, f"拟定 {found[10].number} 理由：补入")


def test_cap_holds_again_when_the_list_is_made_public_and_announced(jury: Jury) -> None:
    found = jury.decided()
    whole, one_place = jury.clerk, replace(jury.clerk, campaign=replace(jury.campaign, quota=1))
    refused = "拟定名单最多1个，这将是第2个，不能列入。"
    jury.say(OFFICE, TERMS)
    jury.clerk = one_place
    assert jury.say(OFFICE, f"开始公示 8月15日 {LINK}").startswith(refused)
    jury.clerk = whole
    jury.say(OFFICE, f"开始公示 8月15日 {LINK}")
    jury.clerk = one_place
    assert jury.say(SECOND, "签发公示").startswith(refused)
    assert jury.stages(found) == ["shortlisted", "shortlisted", "inspected"]
    jury.clerk = whole
    jury.say(SECOND, "签发公示")
    jury.now, jury.clerk = AUGUST + timedelta(days=7), one_place
    assert jury.say(OFFICE, "公布").startswith(refused)


def test_withdrawn_draft_cannot_be_signed(jury: Jury) -> None:
    jury.decided()
    jury.say(OFFICE, TERMS, f"开始公示 8月15日 {LINK}")
    assert jury.say(OFFICE, "作废公示稿") == "草稿已作废，没有告知任何单位。"
    assert jury.say(SECOND, "签发公示").startswith("没有待签发的公示。")


def test_each_decision_needs_its_own_reason(jury: Jury) -> None:
    (known,) = jury.inspected("宝丰县公安局")
    assert jury.say(OFFICE, f"拟定 {known.number}").startswith("请写明理由")
    assert jury.run(lambda store: list(store.decisions())) == []


def test_changed_list_voids_approval_and_draft(jury: Jury) -> None:
    found = jury.decided()
    jury.say(OFFICE, TERMS, f"开始公示 8月15日 {LINK}")
    jury.say(SECOND, f"拟定 {found[2].number} 理由：复议后补入")
    assert "还没有录入领导审定意见" in jury.say(SECOND, "签发公示")
    jury.say(SECOND, "审定 平法政办〔2019〕10号 王某某 8月15日")
    assert jury.say(SECOND, "签发公示") == "起草之后名单有变动，请重新起草后再签发。"


def test_objection_suspends_until_it_is_concluded(jury: Jury) -> None:
    found = jury.in_notice()
    said = jury.say(OFFICE, f"异议 {found[0].number} 电话 实名：案卷不实")
    assert said.startswith("已登记异议1（电话，实名），宝丰县公安局")
    jury.now = AUGUST + timedelta(days=7)
    assert jury.say(OFFICE, "公布") == "异议1尚未办结，不能公布。"
    assert "［暂缓］" in jury.say(OFFICE, "名单")
    jury.say(OFFICE, "异议1 办理：已调阅案卷10份")
    jury.say(OFFICE, "异议1 结论 不成立：案卷属实")
    assert "［暂缓］" not in jury.say(OFFICE, "名单")
    assert jury.say(OFFICE, "异议") == (
        f"异议1件，未办结0件：\n1. 8月15日收到，电话，实名，涉及{found[0].number}：已办结，尚未答复"
    )
    jury.say(OFFICE, "异议1 答复：已电话答复")
    assert "8月22日09:32 答复：已电话答复" in jury.say(OFFICE, "异议1")
    assert "公布稿已起草" in jury.say(OFFICE, "公布")


def test_late_objection_is_kept_as_late_and_still_in_the_way(jury: Jury) -> None:
    found = jury.after_window()
    assert "按逾期登记" in jury.say(OFFICE, f"异议 {found[1].number} 来信 匿名：数据有误")
    assert "异议1尚未办结" in jury.say(OFFICE, "公布")


def test_upheld_veto_evidence_leads_to_a_corrected_notice(jury: Jury) -> None:
    found = jury.in_notice()
    jury.say(OFFICE, f"核查 {found[1].number}：近三年有严重行政违法行为")
    jury.say(OFFICE, "异议1 成立：法院判决书在案")
    jury.now = AUGUST + timedelta(days=7)
    assert "还没有对有关单位重新作出决定" in jury.say(OFFICE, "公布")
    jury.say(OFFICE, f"一票否决 {found[1].number} 理由：近三年有严重行政违法行为")
    assert "还没有录入领导审定意见" in jury.say(OFFICE, "公布")
    jury.say(OFFICE, "审定 平法政办〔2019〕11号 王某某 8月22日")
    assert "更正公示，或发送：开始公示 日期 网址" in jury.say(OFFICE, "公布")
    jury.say(OFFICE, f"更正公示 8月15日 {LINK}")
    assert "公示已签发：1家，8月15日至8月21日" in jury.say(SECOND, "签发公示")
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    assert jury.stages(found) == ["announced", "vetoed", "not_selected"]
    assert "按照验收标准的一票否决规定" in str(jury.bodies(holder("宝丰县城市管理局")))


def test_unit_added_during_the_notice_begins_a_new_window(jury: Jury) -> None:
    found = jury.in_notice()
    jury.say(OFFICE, f"拟定 {found[2].number} 理由：补入", "审定 平法政办〔2019〕11号 王某某 8月15日")
    assert "公示应重新起算" in jury.say(OFFICE, f"更正公示 8月15日 {LINK}")
    jury.now = AUGUST + timedelta(days=1)
    assert "8月16日至2019年8月22日" in jury.say(OFFICE, f"更正公示 8月16日 {LINK}")


def test_others_than_the_office_decide_nothing_and_see_nothing(jury: Jury) -> None:
    found = jury.decided()
    for text in (
        f"拟定 {found[2].number} 理由：好",
        "签发公示",
        f"核查 {found[0].number}：x",
        "审定 1号 王 8月15日",
    ):
        assert "拟定名单" not in jury.say(BODY, text)
    assert "三项均居前" not in jury.say(BODY, "名单")
    assert "三项并列" not in jury.say(BODY, "三项对照")
    assert jury.stages(found) == ["shortlisted", "shortlisted", "inspected"]
    assert len(jury.run(lambda store: store.decisions())) == 3


def test_audit_holds_hashes_and_no_words(jury: Jury) -> None:
    jury.after_window()
    assert len(jury.audited("decide_result")) == 3
    every = "".join(
        jury.audited(action)[0] for action in ("decide_result", "approve_list", "set_notice_terms")
    )
    assert [word for word in ("三项均居前", "验收得分低", "王某某", "实名书面") if word in every] == []


def test_every_letter_has_a_delivery_and_two_people_behind_it(jury: Jury) -> None:
    found = jury.after_window()
    jury.say(OFFICE, "公布")
    jury.say(SECOND, "签发公布")
    notices = jury.run(lambda store: store.notices())
    office = (jury.people[OFFICE], jury.people[SECOND])
    assert [(one.title, one.drafted_by, one.released_by) for one in notices] == [
        (title, *office) for title in ("入选通知", "未入选通知", "评选结果公布")
    ]
    by_both = [
        [(known.holder, channel) for known in group for channel in ("wecom", "mail")]
        for group in (found[:2], found[2:])
    ]
    reached = [
        [(copy.person, copy.channel) for copy in jury.run(lambda store, n=one.id: store.deliveries(n))]  # type: ignore[misc]
        for one in notices
    ]
    assert reached == [*by_both, [(jury.people[BODY], "wecom")]]
    assert jury.say(SECOND, "签发公布").startswith("没有待签发的公布。")
