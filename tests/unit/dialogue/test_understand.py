"""Dialogue page §5.3, §6.1, §6.2: labels, their values, corrections."""

from __future__ import annotations

import pytest

from bot.dialogue.corrections import Correction
from bot.dialogue.understand import Labels
from tests.fakes.conversation import campaign

LABELS = Labels(campaign().form)
FIELDS = {
    "地址": "unit_address",
    "负责人": "leader",
    "邮箱": "contact_email",
    "申报单位意见": "applicant_opinion",
}


def values(text: str) -> dict[str, str]:
    return {part.field: part.value for part in LABELS.values(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "您好，我们是新华区甲局，地址在中兴路6号，院内3楼，负责人张三",
            {"": "您好", "unit_name": "新华区甲局", "unit_address": "中兴路6号，院内3楼", "leader": "张三"},
        ),
        ("您好我们是新华区甲局", {"unit_name": "新华区甲局"}),
        (
            "级别：正科级\n邮箱 a@b.cn。负责人:张三、电话138",
            {"unit_level": "正科级", "contact_email": "a@b.cn", "leader": "张三", "contact_phone": "138"},
        ),
        (
            "负责人张三，电话12345，邮箱pdsjt.126.com，日期2月30日",
            {
                "leader": "张三",
                "contact_phone": "12345",
                "contact_email": "pdsjt.126.com",
                "fill_date": "2月30日",
            },
        ),
        (
            "负责人叫张 三 电话０３７５５０５０１０１ 邮箱ａ＠１２６．ｃｏｍ",
            {
                "leader": "张 三",
                "contact_phone": "０３７５５０５０１０１",
                "contact_email": "ａ＠１２６．ｃｏｍ",
            },
        ),
        ("1. 单位名称：甲局\n2. 单位级别：正科级", {"unit_name": "甲局", "unit_level": "正科级"}),
        ("1.单位名称：甲局\n2.单位级别：正科级", {"unit_name": "甲局", "unit_level": "正科级"}),
        ("負責人：張三", {"leader": "張三"}),
        ("推荐意见：同意；级别 3 地址 X", {"!推荐意见": "同意", "unit_level": "3", "unit_address": "X"}),
        ("意见：属实，同意。；联系人：李四。", {"applicant_opinion": "属实，同意。", "contact_name": "李四"}),
        ("光明路5号 电话局院内", {}),
        ("建设路1号，单位家属院", {}),
        ("意见箱旁", {}),
        ("王强", {}),
    ],
)
def test_labelled_values_are_found(text: str, found: dict[str, str]) -> None:
    assert values(text) == found


@pytest.mark.parametrize(
    ("field", "text", "rest"),
    [
        ("leader", "负责人是王强", "王强"),
        ("leader", "负责人是：王强", "王强"),
        ("leader", "负责人的话，王强", "王强"),
        ("leader", "主要负责人王强", "王强"),
        ("leader", "负责人：是永红", "是永红"),
        ("leader", "联系人王强", "联系人王强"),
        ("unit_address", "地址在：在建路", "在建路"),
        ("contact_email", "邮箱 a@b.cn", "a@b.cn"),
        ("summary", "基本情况：好", "好"),
        ("summary", "基本情况良好", "基本情况良好"),
        ("applicant_opinion", "意见一致，同意", "意见一致，同意"),
    ],
)
def test_own_label_is_no_part_of_the_value(field: str, text: str, rest: str) -> None:
    assert LABELS.strip_own(campaign().form.field(field), text) == rest


@pytest.mark.parametrize("label", FIELDS)
@pytest.mark.parametrize(
    "phrase",
    [
        *[
            "{}写错了，应该是V",
            "{}填错了，改成V",
            "{}不对，应为V",
            "{}有误，改为V",
            "把{}改成V",
            "{}改为V",
            "{}应该是V",
        ],
        *[
            "不好意思，{}写错了,应该是V",
            "请把{}改为：V",
            "刚才的{}填错了，应改为V",
            "{}寫錯了，應該是V",
            "修改{}为V",
        ],
        *["{}打错了 应该是V", "将{}修改为V", "{}更正为V", "不对，{}应该是V"],
    ],
)
def test_correction_gives_field_and_value(phrase: str, label: str) -> None:
    assert LABELS.correction(phrase.format(label)) == Correction(FIELDS[label], "V")


@pytest.mark.parametrize("label", FIELDS)
@pytest.mark.parametrize(
    "phrase", ["把{}由A改成V", "将{}从A B改为V", "{}A写错了，应该是V", "{}是A 填错了，改成V"]
)
def test_correction_may_name_the_wrong_value(phrase: str, label: str) -> None:
    assert LABELS.correction(phrase.format(label)) == Correction(FIELDS[label], "V", plain=False)


@pytest.mark.parametrize("label", FIELDS)
@pytest.mark.parametrize(
    "phrase",
    [
        "改一下{}",
        "修改{}",
        "更改{}",
        "改{}",
        "我要改{}",
        "修改 {}。",
        "请修改一下{}",
        "{}写错了",
        "{}要改一下",
        "重填{}",
    ],
)
def test_wish_to_change_names_the_field(phrase: str, label: str) -> None:
    assert LABELS.correction(phrase.format(label)) == Correction(FIELDS[label], None)


@pytest.mark.parametrize(
    "text",
    [
        "修改第7项",
        "修改 第七项",
        "改第7项",
        "修改7",
        "改7",
        "修改第 7 项",
        "更改第七条",
        "我要修改第7项。",
        "修改七",
    ],
)
def test_wish_by_number(text: str) -> None:
    assert LABELS.correction(text) == Correction("leader", None)


@pytest.mark.parametrize("text", ["修改第13项", "修改第0项", "修改第二十项", "修改", "我要修改", "修改信息"])
def test_wish_for_no_item_of_the_form(text: str) -> None:
    assert LABELS.correction(text) == Correction("", None)


def test_correction_by_number_and_of_a_reserved_label() -> None:
    assert LABELS.correction("把第7项改成王强") == Correction("leader", "王强")
    assert LABELS.correction("推荐意见改成同意") == Correction("", "同意", "推荐意见")
    assert LABELS.correction("修改推荐意见") == Correction("", None, "推荐意见")


@pytest.mark.parametrize(
    "text", ["改革路12号", "修改路5号", "错埠岭路1号", "变更登记科", "王改", "更新机制，改进服务"]
)
def test_value_is_no_correction(text: str) -> None:
    assert LABELS.correction(text) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("联系人：李四", True),
        ("推荐意见：同意", True),
        ("联系人 李四", False),
        ("基本情况：好", False),
        ("我局，联系人：李四", False),
    ],
)
def test_long_text_gives_way_only_to_a_label_with_colon_in_front(text: str, other: bool) -> None:
    assert LABELS.starts_other(campaign().form.field("summary"), text) is other


def test_label_alone_names_its_field() -> None:
    assert [LABELS.alone(text) for text in ["负责人", "單位地址：", "推荐意见", "单位", "我们", "王强"]] == [
        *["leader", "unit_address", "!推荐意见"],
        *[None, None, None],
    ]
