"""Orders about notices, and what the words of a notice give away."""

from __future__ import annotations

import pytest

from bot.staff.notice_words import (
    Act,
    Order,
    announces_covert_visit,
    decides,
    read_confirmation,
    read_order,
    title_of,
)


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("通知 全体推荐单位：请核对联系人。", Order(Act.DRAFT, to="全体推荐单位", text="请核对联系人。")),
        ("通知宝丰县:您好：请看", Order(Act.DRAFT, to="宝丰县", text="您好：请看")),
        (
            "给草稿的填报人发通知：\n第一行\n第二行 ",
            Order(Act.DRAFT, to="草稿的填报人", text="第一行\n第二行"),
        ),
        ("起草通知 全体：好", Order(Act.DRAFT, to="全体", text="好")),
        ("通知：请注意", Order(Act.DRAFT, to="", text="请注意")),
        ("通知（须签发）宝丰县：请来", Order(Act.DRAFT, to="宝丰县", text="请来", signed=True)),
        ("通知 宝丰县：请来（须签发）", Order(Act.DRAFT, to="宝丰县", text="请来", signed=True)),
        ("通知 宝丰县：材料不须签发就可以报", Order(Act.DRAFT, to="宝丰县", text="材料不须签发就可以报")),
        ("更正 通知3：改到{截止}：请看", Order(Act.CORRECT, 3, text="改到{截止}：请看")),
        ("更正通知１２: ABC", Order(Act.CORRECT, 12, text="ABC")),
        ("发送 通知3", Order(Act.SEND, 3)),
        ("发送", Order(Act.SEND)),
        ("签发通知 3。", Order(Act.SIGN, 3)),
        ("通知3", Order(Act.STATUS, 3)),
        ("通知3 情况", Order(Act.STATUS, 3)),
        ("第3号通知怎么样了？", Order(Act.STATUS, 3)),
        ("重发 通知3", Order(Act.RESEND, 3)),
        ("停止 通知3", Order(Act.STOP, 3)),
        ("作废通知3", Order(Act.STOP, 3)),
        ("撤回 通知3", Order(Act.RECALL, 3)),
        ("通知3 电话通知 张三", Order(Act.TOLD, 3, to="张三")),
        ("通知3已电话告知张三。", Order(Act.TOLD, 3, to="张三")),
        ("电话通知张三 通知3", Order(Act.TOLD, 3, to="张三")),
        ("通知", Order(Act.LIST)),
        ("通知列表", Order(Act.LIST)),
    ],
)
def test_order_is_read(said: str, order: Order) -> None:
    assert read_order(said, said) == order


@pytest.mark.parametrize(
    "said",
    [
        "撤回",
        "取消",
        "通知里说的截止时间是什么",
        "通知要求交几份？",
        "3",
        "重发",
        "停止",
        "通知没收到怎么办",
        "签发日期是哪天",
    ],
)
def test_other_words_are_no_order(said: str) -> None:
    assert read_order(said, said) is None


def test_notice_keeps_the_words_as_written() -> None:
    order = read_order("通知 全体：请贵单位核对", "通知 全體：請貴單位核對")
    assert order == Order(Act.DRAFT, to="全体", text="請貴單位核對")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("收到", 0),
        ("已收到，谢谢！", 0),
        ("好的，收到。", 0),
        ("收到 通知3", 3),
        ("我们已收到通知12，谢谢领导", 12),
    ],
)
def test_confirmation_is_read(said: str, number: int) -> None:
    assert read_confirmation(said) == number


@pytest.mark.parametrize(
    "said", ["收到了吗", "没收到", "收到，届时接待", "收到3份", "你收到我的邮件没有", "好的"]
)
def test_other_words_confirm_nothing(said: str) -> None:
    assert read_confirmation(said) is None


@pytest.mark.parametrize(
    "text",
    [
        "请于7月18日前报送。", "请于七月十八日前上报", "明天上午开会", "下周三", "９：３０集合", "2019-07-18",
        "三个工作日内反馈",
        "请在{截止}前补齐", "评审结果如下", "贵单位未入选", "按一票否决处理",
        "逾期不再接收", "名单见附件", "退回补正", "验收改到周五",
    ],
)  # fmt: skip
def test_dated_or_deciding_text_needs_a_second_person(text: str) -> None:
    assert decides(text)


@pytest.mark.parametrize(
    "text",
    [
        "请核对联系人和电话。",
        "请补齐盖章扫描件。",
        "注意一点：字体用仿宋小四。",
        "{单位}：您的申报还需{还需}。",
        "请日常留意系统消息",
    ],
)
def test_ordinary_text_does_not(text: str) -> None:
    assert not decides(text)


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("近期将开展暗访，请各单位做好准备", False),
        ("下周三暗访宝丰县", False),
        ("7月18日不打招呼到叶县林业局看现场", False),
        ("暗 访 组 明天到", False),
        ("暗·访安排在月底", False),
        ("明查暗访即将开始", False),
        ("{单位}列入四不两直检查对象", False),
        ("突击检查随时进行", False),
        ("叶县林业局暗访", False),
        ("暗访", True),
    ],
)
def test_covert_visit_is_never_announced(text: str, addressed: bool) -> None:
    assert announces_covert_visit(text, ("宝丰县", "叶县林业局"), addressed)


@pytest.mark.parametrize(
    "text", ["附件2第4.2项的方式方法：座谈、问卷、暗访", "请于7月18日前报送", "验收组7月18日到宝丰县"]
)
def test_other_text_may_be_sent(text: str) -> None:
    assert not announces_covert_visit(text, ("叶县",), False)


def test_title_is_the_head_or_the_first_words() -> None:
    assert title_of("【补正提醒】请补齐。") == "补正提醒"
    assert title_of("{单位}请于｛截止｝前报送。") == "…请于…前报送"
    assert title_of("请核对联系人。其他不变") == "请核对联系人"
    assert title_of("一二三四五六七八九十一二三四五六七八九十一") == "一二三四五六七八九十一二三四五六七八九…"
