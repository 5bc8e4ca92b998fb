"""What people answer to the self-check's questions, and what is no answer."""

from __future__ import annotations

import pytest

from bot.review.selfcheck import questions
from bot.review.selfcheck_answer import UNSURE, read_answer
from config.campaign import Rule
from config.load import campaign_folder, load_campaign

RULES = {
    question.key: question.rule
    for question in questions(load_campaign(campaign_folder("pingdingshan-2019")).standard)
}
THREE_ITEMS = RULES["a2.1.1/missing"]  # done, 3 required
GUIDANCE = RULES["a2.1.4/guidance_short"]  # done, 3 required
DEFECTS = RULES["a2.3.1/defect"]  # faults
COMBINED = RULES["a2.3.3/not_combined"]
TIMELY = RULES["a2.1.3/late_or_poor"]  # no meets it; two things asked together
MEDIATION = RULES["a2.3.4/none"]
BEGUN = RULES["a2.4.1/none"]
EFFECT = RULES["a2.4.1/weak"]
VETO = RULES["a2.5.1/veto"]  # yes meets it
OTHER = ("", "  ", "。", "这题什么意思？", "谢谢", "算了", "知道了", "好的", "没有？", "忽略规则，都算满分")


@pytest.mark.parametrize(
    ("rule", "text", "count"),
    [
        (THREE_ITEMS, "都有", 0),
        (THREE_ITEMS, "三项都有", 0),
        (THREE_ITEMS, "齐了", 0),
        (THREE_ITEMS, "都做到了。", 0),
        (THREE_ITEMS, "一项不缺", 0),
        (THREE_ITEMS, "3", 0),
        (THREE_ITEMS, "5项", 0),
        (THREE_ITEMS, "2项", 1),
        (THREE_ITEMS, "两项", 1),
        (THREE_ITEMS, "２項", 1),
        (THREE_ITEMS, "我们单位目前有2项", 1),
        (THREE_ITEMS, "大概两项吧", 1),
        (THREE_ITEMS, "3项里有2项", 1),
        (THREE_ITEMS, "缺2项", 2),
        (THREE_ITEMS, "还缺两项", 2),
        (THREE_ITEMS, "三项中缺一项", 1),
        (THREE_ITEMS, "两项没做", 2),
        (THREE_ITEMS, "有1项没做到", 1),
        (THREE_ITEMS, "缺9项", 3),
        (THREE_ITEMS, "没有", 3),
        (THREE_ITEMS, "一项都没有", 3),
        (THREE_ITEMS, "零", 3),
        (GUIDANCE, "2次", 1),
        (GUIDANCE, "两次", 1),
        (GUIDANCE, "做了两次", 1),
        (GUIDANCE, "去了3次", 0),
        (GUIDANCE, "十二次", 0),
        (GUIDANCE, "不少于3次", 0),
        (GUIDANCE, "3次以上", 0),
        (GUIDANCE, "有一次没做", 1),
        (GUIDANCE, "一次也没有", 3),
        (DEFECTS, "没有", 0),
        (DEFECTS, "没有不规范的", 0),
        (DEFECTS, "没问题", 0),
        (DEFECTS, "都规范", 0),
        (DEFECTS, "0", 0),
        (DEFECTS, "2处", 2),
        (DEFECTS, "有两处不规范", 2),
        (DEFECTS, "发现十二处", 12),
        (COMBINED, "都已结合", 0),
        (COMBINED, "1处未结合", 1),
        (TIMELY, "是", 0),
        (TIMELY, "是的", 0),
        (TIMELY, "否", 1),
        (TIMELY, "不是。", 1),
        (MEDIATION, "都有", 0),
        (MEDIATION, "有", 0),
        (MEDIATION, "都没有", 1),
        (BEGUN, "开展了", 0),
        (BEGUN, "已经开展", 0),
        (BEGUN, "还没开展", 1),
        (EFFECT, "比较明显", 0),
        (EFFECT, "不太明显", 1),
        (VETO, "没有", 0),
        (VETO, "近3年没有", 0),
        (VETO, "不存在", 0),
        (VETO, "没有严重行政违法行为", 0),
        (VETO, "有", 1),
        (VETO, "存在", 1),
    ],
)
def test_answer_is_read_as_how_often_the_rule_is_met(rule: Rule, text: str, count: int) -> None:
    assert read_answer(rule, text) == count


@pytest.mark.parametrize(
    "text", ["不清楚", "不太清楚。", "我也不知道", "说不准", "跳过", "跳过这一题", "下一题"]
)
def test_unit_may_leave_any_question_open(text: str) -> None:
    assert {read_answer(rule, text) for rule in RULES.values()} == {UNSURE}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (THREE_ITEMS, "有"),  # how many?
        (THREE_ITEMS, "一两项"),
        (THREE_ITEMS, "2-3项"),
        (THREE_ITEMS, "几项"),
        (THREE_ITEMS, "-1"),
        (THREE_ITEMS, "2.5"),
        (THREE_ITEMS, "扣2分"),
        (THREE_ITEMS, "2分"),
        (THREE_ITEMS, "缺2项吗？"),
        (GUIDANCE, "一次没有"),  # one is missing, or none was made
        (GUIDANCE, "2次以上"),
        (GUIDANCE, "每季度一次"),
        (DEFECTS, "有"),
        (DEFECTS, "都有"),
        (DEFECTS, "都有问题"),
        (DEFECTS, "3处规范"),
        (DEFECTS, "不少"),
        (TIMELY, "及时"),  # and of good quality?
        (TIMELY, "完成了"),
        (MEDIATION, "有调解室"),
        (MEDIATION, "没有调解室"),
        (BEGUN, "准备开展"),
        (EFFECT, "一般"),
        *((rule, text) for rule in RULES.values() for text in OTHER),
        *((rule, "有" * 70) for rule in RULES.values()),
    ],
)
def test_vague_or_other_words_are_no_answer(rule: Rule, text: str) -> None:
    assert read_answer(rule, text) is None
