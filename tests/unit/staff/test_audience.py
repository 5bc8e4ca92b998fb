"""Who a notice goes to, and what its variables say to each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from bot.model.application import Application
from bot.model.staff import Membership, Role
from bot.staff.audience import (
    Recipient,
    fill,
    resolve,
    values_of,
    variables_for,
    variables_in,
)
from bot.staff.audience_words import audience_words, read_audience
from config.campaign import Campaign

MEMBERS = (
    Membership(1, 11, Role.BODY, "yexian", False, "叶联"),
    Membership(2, 12, Role.BODY, "baofeng", False, "宝联"),
    Membership(3, 13, Role.BODY, "baofeng", True, "宝副"),
    Membership(4, 14, Role.BODY, "lushan", True, "鲁副"),
    Membership(5, 21, Role.OFFICE, "", False, "办一"),
    Membership(6, 31, Role.INSPECTOR, "", False, "评一"),
)


def application(number: int, holder: int, stage: str, body: str = "", **values: str) -> Application:
    return Application(f"{number:016x}", f"2019-{number:03}", holder, stage, values, body=body)


APPLICATIONS = (
    application(1, 41, "draft", "baofeng", unit_name="宝丰县林业局"),
    application(2, 42, "submitted", "yexian", unit_name="叶县城管局"),
    application(3, 43, "withdrawn", "baofeng"),
    application(4, 44, "not_selected", "baofeng"),
    application(5, 41, "draft", ""),
    application(6, 11, "recommended", "baofeng"),
)


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("全体", {}),
        ("所有人", {}),
        ("全体推荐单位", {"role": "body"}),
        ("各推荐单位", {"role": "body"}),
        ("推荐单位和验收组", {"role": "body inspector"}),
        ("全体申报单位", {"role": "holder"}),
        ("市办公室", {"role": "office"}),
        ("草稿的填报人", {"stage": "draft"}),
        ("已推荐的单位", {"stage": "recommended"}),
        ("已报推荐单位的填报人", {"stage": "submitted"}),
        ("草稿、退回补正的单位", {"stage": "draft returned"}),
        ("还没报送的单位", {"stage": "draft returned"}),
        ("市办公室评审中的单位", {"stage": "reviewed inspected shortlisted"}),
        ("宝丰县", {"body": "baofeng"}),
        ("宝丰县推荐单位", {"body": "baofeng"}),
        ("叶县司法局、市工信局", {"body": "yexian industry"}),
        ("平顶山市住房和城乡建设局", {"body": "housing"}),
        ("宝丰县的填报人", {"role": "holder", "body": "baofeng"}),
        ("宝丰县草稿的填报人", {"stage": "draft", "body": "baofeng"}),
        ("2019-17", {"application": "2019-017"}),
        ("2019-017、2019-018的填报人", {"application": "2019-017 2019-018"}),
    ],
)
def test_audience_is_read_from_words(campaign: Campaign, words: str, audience: Mapping[str, str]) -> None:
    assert read_audience(campaign, words) == audience


@pytest.mark.parametrize("words", ["", "老王", "宝丰县老王", "草稿的推荐单位", "2019-017的推荐单位", "里"])
def test_audience_that_is_not_understood_is_none(campaign: Campaign, words: str) -> None:
    assert read_audience(campaign, words) is None


def test_kinds_of_bodies_are_all_of_them(campaign: Campaign, second_campaign: Campaign) -> None:
    assert read_audience(second_campaign, "市直部门") == {"body": "water"}
    assert read_audience(second_campaign, "东城街道、西城街道") == {"body": "east west"}
    counties = read_audience(campaign, "各县区")
    assert counties is not None
    assert len(counties["body"].split()) == 12


def people(campaign: Campaign, audience: Mapping[str, str]) -> list[int]:
    return [one.person for one in resolve(campaign, audience, MEMBERS, APPLICATIONS)]


def test_bodies_are_reached_through_contacts_and_deputies_only_where_there_is_none(
    campaign: Campaign,
) -> None:
    assert people(campaign, {"role": "body"}) == [12, 11, 14]
    assert people(campaign, {"body": "baofeng"}) == [12]
    assert people(campaign, {"body": "lushan yexian"}) == [11, 14]


def test_holders_are_told_once_with_all_that_is_meant(campaign: Campaign) -> None:
    found = resolve(campaign, {"stage": "draft"}, MEMBERS, APPLICATIONS)
    assert found == [Recipient(41, "", "", (APPLICATIONS[0], APPLICATIONS[4]))]
    assert people(campaign, {"stage": "draft submitted", "body": "yexian"}) == [42]


def test_what_is_over_has_no_holder_to_be_told_unless_its_stage_is_named(campaign: Campaign) -> None:
    assert people(campaign, {"role": "holder"}) == [41, 42, 11]
    assert people(campaign, {"stage": "not_selected"}) == [44]
    assert people(campaign, {"application": "2019-003"}) == [43]


def test_everybody_is_each_person_once_in_every_part(campaign: Campaign) -> None:
    found = resolve(campaign, {}, MEMBERS, APPLICATIONS)
    assert [one.person for one in found] == [12, 11, 14, 21, 31, 41, 42]
    assert found[1] == Recipient(11, "叶联", "yexian", (APPLICATIONS[5],))


def test_variables_say_what_the_unit_may_read(campaign: Campaign) -> None:
    one = application(8, 41, "reviewed", "baofeng", unit_name="宝丰县林业局")
    values = values_of(campaign, Recipient(41, "", "", (one,)), {"baofeng": date(2019, 7, 18)})
    assert values == {
        "单位": "宝丰县林业局",
        "编号": "2019-008",
        "状态": "市办公室评审中",
        "还需": "申报报告PPT、盖章扫描件、纸质申报表一份、两项声明",
        "截止": "7月18日",
    }


def test_variables_of_several_applications_name_each(campaign: Campaign) -> None:
    pair = (
        application(8, 41, "draft", unit_name="甲局"),
        application(9, 41, "submitted", unit_name="乙局"),
    )
    values = values_of(campaign, Recipient(41, "", "", pair), {})
    assert (values["单位"], values["编号"]) == ("甲局、乙局", "2019-008、2019-009")
    assert values["状态"] == "2019-008 草稿，尚未报送；2019-009 已报推荐单位"
    assert values["截止"] == "7月25日"


def test_body_reads_its_own_name(campaign: Campaign) -> None:
    assert values_of(campaign, Recipient(12, "宝联", "baofeng"), {})["单位"] == "宝丰县人民政府"


def test_filled_in_values_are_not_read_again() -> None:
    assert variables_in("{单位}、｛ 截止 ｝、{单位}") == ("单位", "截止")
    assert (
        fill("致{单位}：｛截止｝前，{别的}", {"单位": "{截止}局", "截止": "7月1日"})
        == "致{截止}局：7月1日前，{别的}"
    )


def test_variables_fit_the_audience() -> None:
    assert variables_for({"stage": "draft"}) == ("单位", "编号", "状态", "还需", "截止")
    assert variables_for({"role": "body"}) == ("单位", "截止")
    assert variables_for({}) == ("截止",)
    assert variables_for({"role": "office inspector"}) == ("截止",)


def test_audience_is_named_in_words(campaign: Campaign) -> None:
    assert audience_words(campaign, {}) == "全体人员"
    assert audience_words(campaign, {"role": "body inspector"}) == "推荐单位联系人，评审验收人员"
    assert audience_words(campaign, {"stage": "draft", "body": "baofeng"}) == "宝丰县人民政府，“草稿”的填报人"
