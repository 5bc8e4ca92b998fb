"""What is said about inspections, in everyday words."""

from __future__ import annotations

import pytest

from bot.staff.visit_words import (
    Act,
    Arrangement,
    Confirm,
    OtherDay,
    VisitOrder,
    VisitReply,
    asks_when,
    read_visit_order,
    read_visit_reply,
)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("验收安排", Act.LIST),
        ("查看本周验收安排", Act.LIST),
        ("实地验收日程表", Act.LIST),
        ("我的验收", Act.MINE),
        ("我明天去哪验收", Act.MINE),
        ("我们组的验收任务有哪些？", Act.MINE),
        ("未确认的验收", Act.OPEN),
        ("哪些单位还没确认验收时间", Act.OPEN),
        ("我的暗访", Act.COVERT_MINE),
    ],
)
def test_look_is_understood(text: str, act: Act) -> None:
    order = read_visit_order(text)
    assert order is not None
    assert order.act is act


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("发布验收安排", VisitOrder(Act.RELEASE)),
        ("签发验收 3、5", VisitOrder(Act.RELEASE, (3, 5))),
        ("发布验收3，验收5", VisitOrder(Act.RELEASE, (3, 5))),
        ("作废验收3", VisitOrder(Act.DROP, (3,))),
        ("取消验收 3 理由：单位合并", VisitOrder(Act.CANCEL, (3,), Arrangement(reason="单位合并"))),
        ("取消 验收3 单位合并", VisitOrder(Act.CANCEL, (3,), Arrangement(reason="单位合并"))),
        ("验收3取消，因为防汛", VisitOrder(Act.CANCEL, (3,), Arrangement(reason="防汛"))),
        ("取消验收 2019-017", VisitOrder(Act.CANCEL, (), Arrangement(about="2019-017"))),
        ("不改期 验收3 理由：行程已定", VisitOrder(Act.KEEP, (3,), Arrangement(reason="行程已定"))),
        ("验收3 维持原定时间 行程已定", VisitOrder(Act.KEEP, (3,), Arrangement(reason="行程已定"))),
        ("验收3 电话已确认 张三同意", VisitOrder(Act.TOLD, (3,), Arrangement(reason="张三同意"))),
        ("取消暗访 2", VisitOrder(Act.COVERT_CANCEL, (2,))),
        (
            "改期 2019-017 8月1日下午3点 理由：防汛，人手不足",
            VisitOrder(Act.CHANGE, (), Arrangement(about="2019-017 8月1日下午3点", reason="防汛，人手不足")),
        ),
        (
            "验收3改到8月1日下午 理由 防汛",
            VisitOrder(Act.CHANGE, (3,), Arrangement(about="8月1日下午", reason="防汛")),
        ),
        (
            "更换 验收3 组长 李四 理由 生病",
            VisitOrder(Act.CHANGE, (3,), Arrangement(leader="李四", reason="生病")),
        ),
        (
            "安排验收：宝丰县公安局，30号下午3点，组长：王五，成员：赵六、钱七，"
            "联系人 李四 电话 13800000000 地点 三楼 备好投影",
            VisitOrder(
                Act.PLAN,
                (),
                Arrangement(
                    about="宝丰县公安局,30号下午3点",
                    leader="王五",
                    members=("赵六", "钱七"),
                    contact="李四",
                    phone="13800000000",
                    place="三楼 备好投影",
                ),
            ),
        ),
        (
            "暗访 2019-017 7月30日上午 组长王五 成员赵六",
            VisitOrder(
                Act.COVERT, (), Arrangement(about="2019-017 7月30日上午", leader="王五", members=("赵六",))
            ),
        ),
    ],
)
def test_order_is_read_with_all_it_says(text: str, order: VisitOrder) -> None:
    assert read_visit_order(text) == order


@pytest.mark.parametrize(
    "text",
    [
        "什么时候验收",
        "验收标准是什么",
        "修改第3项",
        "截止改为7月31日",
        "有没有暗访",
        "验收合格",
        "改期",
        "取消",
        "验收要准备什么",
        "把3放第一",
    ],
)
def test_what_is_no_order_is_left_to_others(text: str) -> None:
    assert read_visit_order(text) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("确认 验收3-1", Confirm(3, 1)),
        ("确认验收", Confirm()),
        ("收到，届时接待。", Confirm()),
        ("好的，我单位届时做好接待，谢谢", Confirm()),
        ("时间没问题", Confirm()),
        ("确认", Confirm(surely=False)),
        ("已收到，谢谢领导", Confirm(surely=False)),
        ("需改期 验收3-1", OtherDay(3, "")),
        ("需改期", OtherDay(0, "")),
        ("需改期 当天有省里检查，希望8月1日上午", OtherDay(0, "当天有省里检查，希望8月1日上午")),
        ("申请改期，理由：防汛", OtherDay(0, "防汛")),
        ("我们那天不行，换个时间吧", OtherDay(0, "我们那天不行，换个时间吧")),
        ("能不能改到8月1日？", OtherDay(0, "能不能改到8月1日?", surely=False)),
        ("30日不方便，有会", OtherDay(0, "30日不方便，有会")),
        ("会改期吗？", None),
        ("修改第3项", None),
        ("确认提交", None),
        ("收到回执了吗", None),
    ],
)
def test_answer_of_a_unit_is_understood(text: str, reply: VisitReply | None) -> None:
    assert read_visit_reply(text) == reply


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("什么时候来验收？", True),
        ("请问验收组几号来我们单位验收", True),
        ("验收时间是什么时候", True),
        ("验收安排在哪天", True),
        ("验收标准是什么", False),
        ("什么时候公示", False),
    ],
)
def test_question_for_the_time_is_understood(text: str, asked: bool) -> None:
    assert asks_when(text) is asked
