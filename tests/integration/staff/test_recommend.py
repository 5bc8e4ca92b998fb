"""A recommending body at work in chat: what waits, accepting, returning, ranking, and what is nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot.dialogue.state import parse
from bot.model.message import OpinionOrder
from config.campaign import Campaign
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER, County


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


def places(said: str) -> list[str]:
    """The numbers in an order that was shown."""
    return re.findall(r"^\d+\. (\d{4}-\d{3})", said, re.MULTILINE)


def test_waiting_names_what_is_new_and_the_days_left(county: County) -> None:
    new = county.apply("宝丰县公安局")
    county.apply("宝丰县水利局", stage="draft")
    county.apply("叶县公安局", body="yexian")
    assert county.say(BODY, "内部截止 7月18日") == "宝丰县人民政府的内部截止为7月18日。"
    assert county.say(BODY, "待办").splitlines() == [
        "宝丰县人民政府待办",
        "新报1件",
        f"·{new.number} 宝丰县公安局",
        "候选0件；草稿1件（尚未报送）",
        "内部截止7月18日，还有6天。报市办公室：2019年7月25日之前〔三（二）〕，还有13天。",
    ]


def test_cutoff_is_not_after_the_citys_date_nor_in_the_past(county: County) -> None:
    assert "晚于通知规定" in county.say(BODY, "内部截止 7月26日")
    assert "已经过去" in county.say(BODY, "内部截止 7月11日")
    assert "不是日期" in county.say(BODY, "内部截止 下周")
    assert county.run(lambda store: store.cutoffs()) == {}
    county.say(BODY, "内部截止 7月25日")
    assert county.run(lambda store: store.cutoffs()) == {"baofeng": date(2019, 7, 25)}
    assert "周末" in county.say(BODY, "内部截止 7月20日")


def test_opening_shows_the_form_without_the_private_self_check(county: County) -> None:
    known = county.apply("宝丰县公安局")
    self_check = json.dumps({"selfchecks": {known.id: {"a2.1.1.missing": 2}}})
    assert parse(self_check).selfchecks != {}
    county.run(lambda store: store.save_dialogue(known.holder, self_check, county.now))
    said = county.say(BODY, f"打开 {known.number}")
    assert [label for label in ("宝丰县公安局", "正科级", "王建军", "13800001111") if label not in said] == []
    assert "申报报告PPT：未收到" in said
    assert [word for word in ("自查", "扣") if word in said] == []
    assert len(county.audited("view")) == 1
    assert "已报推荐单位" in county.say(BODY, "打开宝丰县公安局")


def test_draft_is_not_shown_before_it_is_handed_in(county: County) -> None:
    county.apply("宝丰县公安局", stage="draft")
    said = county.say(BODY, "打开 宝丰县公安局")
    assert "草稿，尚未报送" in said
    assert "王建军" not in said


@pytest.mark.parametrize(
    "order", ["打开 {}", "列为候选 {}", "退回 {}，理由缺章，期限7月16日", "同意撤回 {}，理由改制"]
)
def test_application_of_another_body_is_refused_like_one_that_does_not_exist(
    county: County, order: str
) -> None:
    foreign = county.apply("叶县公安局", body="yexian")
    refused = county.say(BODY, order.format(foreign.number))
    unknown = county.say(BODY, order.format("2019-999"))
    assert refused.replace(foreign.number, "N") == unknown.replace("2019-999", "N")
    assert "0375-2663225" in refused
    assert "叶县" not in refused
    assert county.application(foreign.id).stage == "submitted"
    assert "叶县公安局" not in county.say(BODY, "打开 叶县公安局").replace("“叶县公安局”", "")


def test_accepted_candidates_are_ranked_behind_one_another(county: County) -> None:
    found = county.three()
    assert county.stages(found) == ["candidate"] * 3
    assert county.order() == [known.number for known in found]
    assert any("推荐单位已受理" in said for said in county.told("holder-宝丰县公安局"))


def test_accepting_several_accepts_all_or_none(county: County) -> None:
    known, foreign = county.apply("宝丰县公安局"), county.apply("叶县公安局", body="yexian")
    assert "没有找到" in county.say(BODY, f"列为候选 {known.number}、{foreign.number}")
    assert county.stages([known, foreign]) == ["submitted", "submitted"]


def test_return_asks_for_what_is_missing_and_takes_it_from_the_next_message(county: County) -> None:
    known = county.apply("宝丰县公安局")
    assert "补正事项和期限" in county.say(BODY, f"退回 {known.number}")
    assert "补正期限" in county.say(BODY, "理由：缺盖章")
    assert county.application(known.id).stage == "submitted"
    assert "已退回补正" in county.say(BODY, "7月16日")
    returned = county.application(known.id)
    assert (returned.stage, returned.dossier["return_due"]) == ("returned", "2019-07-16")
    assert [
        said for said in county.told("holder-宝丰县公安局") if "缺盖章" in said and "7月16日" in said
    ] != []
    assert "期限7月16日" in county.say(BODY, "待办")


def test_what_was_asked_for_a_return_is_not_taken_from_another_matter(county: County) -> None:
    known = county.apply("宝丰县公安局")
    county.say(BODY, f"退回 {known.number}")
    county.say(BODY, "创新加分最多加几分？")
    county.say(BODY, "7月16日")
    assert county.application(known.id).stage == "submitted"


def test_return_is_due_before_the_bodys_own_date(county: County) -> None:
    known = county.apply("宝丰县公安局")
    county.say(BODY, "内部截止 7月18日")
    county.say(BODY, f"退回 {known.number}，理由缺盖章，期限7月19日")
    assert county.application(known.id).stage == "submitted"
    county.say(BODY, f"退回 {known.number}，理由缺盖章，期限7月18日")
    assert county.application(known.id).stage == "returned"


def test_returned_candidate_leaves_the_order(county: County) -> None:
    first, second, third = county.three()
    county.say(BODY, f"退回 {first.number}，理由缺盖章，期限7月16日")
    assert places(county.say(BODY, "排序")) == [second.number, third.number]


def test_candidate_withdraws_only_with_consent_and_a_reason(county: County) -> None:
    first, second, third = county.three()
    assert "理由" in county.say(BODY, f"同意撤回 {second.number}")
    county.say(BODY, "理由：单位申请撤回")
    assert county.application(second.id).stage == "withdrawn"
    assert county.order() == [first.number, third.number]


def test_order_is_changed_in_words_and_every_change_is_on_record(county: County) -> None:
    a, b, c = county.three()
    county.say(BODY, "排序")
    assert places(county.say(BODY, "把3放第一")) == [c.number, a.number, b.number]
    assert places(county.say(BODY, "第2和第3对调")) == [c.number, b.number, a.number]
    assert places(county.say(BODY, "宝丰县城管局排第1")) == [b.number, c.number, a.number]
    assert places(county.say(BODY, "3 1 2")) == [a.number, b.number, c.number]
    names = "宝丰县交通局\n宝丰县公安局\n宝丰县城管局"
    assert places(county.say(BODY, names)) == [c.number, a.number, b.number]
    assert county.order() == [c.number, a.number, b.number]
    changes = county.audited("rank")
    assert len(changes) == 5
    assert f"{a.id} {b.id} {c.id}" in changes[0]
    assert f"{c.id} {a.id} {b.id}" in changes[0]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ("宝丰县公安局排第2，宝丰县城市管理局排第2", "第2位写了不止1家"),
        ("1 1 2", "写了不止一次"),
        ("1 2", "没有写到"),
        ("把1放第5", "没有第5位"),
        ("1排第1，2排第1，3排第3", "第2位空缺"),
        ("把4放第一", "没有第4位"),
    ],
)
def test_ties_and_gaps_are_refused_and_shown(county: County, wish: str, why: str) -> None:
    found = county.three()
    county.say(BODY, "排序")
    assert why in county.say(BODY, wish)
    assert county.order() == [known.number for known in found]
    assert county.audited("rank") == []


def test_second_officer_sees_what_the_first_changed(county: County) -> None:
    a, b, c = county.three()
    county.say(DEPUTY, "排序")
    county.say(BODY, "排序", "把3放第一")
    said = county.say(DEPUTY, "把3放第一")
    assert "没有保存" in said
    assert places(said) == [a.number, b.number, c.number, c.number, a.number, b.number]
    assert county.order() == [c.number, a.number, b.number]
    assert places(county.say(DEPUTY, "把3放第一")) == [b.number, c.number, a.number]


def test_places_mean_nothing_to_somebody_who_never_saw_the_order(county: County) -> None:
    found = county.three()
    assert "再发一次" in county.say(DEPUTY, "把3放第一")
    assert county.order() == [known.number for known in found]


def test_order_hints_at_balance_without_blocking(county: County) -> None:
    for unit in ("宝丰县公安局", "宝丰县公安局交通警察大队"):
        county.apply(unit)
    county.say(BODY, "列为候选 宝丰县公安局", "列为候选 宝丰县公安局交通警察大队")
    said = county.say(BODY, "排序")
    assert "共2家，其中基层单位1家；领域：公安2；地区：宝丰县2。均为公安领域。" in said
    assert "〔三（二）〕" in said


def test_opinion_pages_are_ordered_with_rank_and_count(county: County) -> None:
    a, b, c = county.three()
    county.say(BODY, f"打印意见 {b.number}")
    orders = [body for body in county.bodies(BODY) if isinstance(body, OpinionOrder)]
    assert orders == [OpinionOrder(b.id, 2, 3)]
    county.say(BODY, "打印意见")
    orders = [body for body in county.bodies(BODY) if isinstance(body, OpinionOrder)]
    assert orders[1:] == [OpinionOrder(a.id, 1, 3), OpinionOrder(b.id, 2, 3), OpinionOrder(c.id, 3, 3)]


def test_same_unit_by_two_routes_is_seen_by_name_and_stage_only(county: County) -> None:
    ours = county.apply("宝丰县市场监督管理局")
    theirs = county.apply("市场监管局宝丰县局", body="market", leader="秘密人", contact_phone="13911112222")
    said = county.say(BODY, "待办")
    assert "平顶山市市场监督管理局的“市场监管局宝丰县局”（已报推荐单位）可能是同一单位" in said
    assert f"由我单位推荐 {ours.number}" in said
    seen = [*county.told(OTHER), *county.told(OFFICE)]
    assert len([text for text in county.told(OTHER) if "宝丰县市场监督管理局" in text]) == 1
    assert len([text for text in county.told(OFFICE) if "两条渠道" in text]) == 1
    assert [secret for secret in ("秘密人", "13911112222") if secret in said] == []
    assert not any("王建军" in text for text in seen)
    county.say(BODY, "待办")
    assert len([text for text in county.told(OFFICE) if "两条渠道" in text]) == 1
    assert theirs.number not in said


def test_first_body_to_choose_has_the_route_and_the_other_cannot_accept(county: County) -> None:
    ours, theirs = county.apply("宝丰县市场监督管理局"), county.apply("市场监管局宝丰县局", body="market")
    assert "已登记由本渠道推荐" in county.say(BODY, f"由我单位推荐 {ours.number}")
    assert "已先登记" in county.say(OTHER, f"由我单位推荐 {theirs.number}")
    assert "另一条渠道" in county.say(OTHER, f"列为候选 {theirs.number}")
    assert county.stages([ours, theirs]) == ["submitted", "submitted"]
    assert len(county.audited("choose_route")) == 1
    county.say(OFFICE, f"{theirs.number}由市市场监管局推荐")
    county.say(OTHER, f"列为候选 {theirs.number}")
    assert county.stages([ours, theirs]) == ["submitted", "candidate"]


def test_twin_without_a_route_is_told_to_no_other_body(county: County) -> None:
    county.apply("宝丰县市场监督管理局")
    county.apply("市场监管局宝丰县局", body="")
    assert "推荐单位未定的申报的“市场监管局宝丰县局”" in county.say(BODY, "待办")
    assert county.told(OTHER) == []
    assert len([text for text in county.told(OFFICE) if "两条渠道" in text]) == 1


def test_only_candidates_are_placed(county: County) -> None:
    found = county.three()
    new = county.apply("宝丰县水利局")
    county.say(BODY, "排序")
    assert "不是候选单位" in county.say(BODY, f"把{new.number}放第一")
    assert county.order() == [known.number for known in found]


def test_office_gives_an_application_without_a_route_to_a_body(county: County) -> None:
    lost = county.apply("宝丰县公安局", body="")
    assert "没有找到" in county.say(BODY, f"由我单位推荐 {lost.number}")
    assert "已确定由宝丰县人民政府推荐" in county.say(OFFICE, f"{lost.number}由宝丰县推荐")
    changed = county.application(lost.id)
    assert (changed.body, changed.values) == ("baofeng", lost.values)
    assert "宝丰县公安局" in county.say(BODY, "待办")
    assert "联系市办公室" in county.say(BODY, f"{lost.number}由叶县推荐")


def test_applicant_without_a_role_moves_nothing(county: County) -> None:
    known = county.apply("宝丰县公安局")
    for text in (
        f"列为候选 {known.number}",
        "确认上报",
        "零报告",
        f"退回 {known.number}，理由缺章，期限7月16日",
    ):
        county.say("holder-宝丰县公安局", text)
    assert county.application(known.id).stage == "submitted"
    assert county.packages() == []
