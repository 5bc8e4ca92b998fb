"""The self-check as a conversation: one question after the other, back, out, and on again."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot.dialogue.selfcheck import SelfCheck, Step, ask_again, begin, pending, take
from config.load import campaign_folder, load_campaign

NOTICE = load_campaign(campaign_folder("pingdingshan-2019"))
ANSWERS = [
    *("缺1项", "都有", "是", "是", "2次", "没有", "有", "没有", "都有", "是", "没有", "都有", "没有"),
    *("是", "是", "否", "没有"),
]


def said(*texts: str, known: SelfCheck | None = None) -> Step:
    """The last step of a self-check in which all this was said."""
    step = begin(NOTICE, known)
    for text in texts:
        after = take(step.state, text, NOTICE)
        assert after is not None, text
        step = after
    return step


def told(step: Step) -> str:
    return "\n".join(reply.text for reply in step.replies)


def asked(step: Step) -> str:
    question = pending(step.state, NOTICE)
    return question.key if question else ""


def test_self_check_begins_with_what_it_is_and_the_first_question() -> None:
    step = begin(NOTICE)

    assert told(step) == (
        "自查对照验收标准逐项进行，共17题，只问本单位自己能掌握的情况（基础分90分中的51分）。"
        "拿不准的回“不清楚”，改上一题回“上一题”，停下回“退出自查”。自查内容只有本单位可见，不报送、不影响评审。\n"
        "自查第1/17题　1.1 领导机制：年初安排部署、年中督促检查、年底考核验收这3项，已做到几项？"
    )
    assert (step.state, step.finished) == (SelfCheck(), False)


def test_answers_lead_to_the_range() -> None:
    step = said(*ANSWERS)

    assert step.finished
    assert step.replies[0].text == "已记下，5.1 严重行政违法：没有此类情形。"
    assert step.replies[1].text.startswith(
        "按自查情况，基础分区间 44–83（90分制），另有创新加分0–10分。仅供本单位自查，不作为评审依据。\n"
    )
    assert max(len(reply.text.encode()) for reply in step.replies) <= 2048


def test_answer_is_acknowledged_with_what_it_means() -> None:
    assert told(said("缺1项")).splitlines()[0] == "已记下，1.1 领导机制：缺1项，扣2分。"
    assert told(said("都有")).splitlines()[0] == "已记下，1.1 领导机制：符合要求。"
    assert told(said("都有", "都有", "是", "是")).splitlines()[0] == "已记下。"


def test_yes_or_no_questions_offer_buttons_that_are_understood() -> None:
    step = said("都有", "都有")
    (reply,) = step.replies

    assert [choice.says for choice in reply.choices] == ["是", "否", "不清楚"]
    assert all(take(step.state, choice.says, NOTICE) for choice in reply.choices)
    assert begin(NOTICE).replies[0].choices == ()


def test_item_already_at_zero_is_asked_no_further() -> None:
    assert asked(said("都有", "都有", "是", "否")) == "a2.2.2/unmet"
    assert asked(said("都有", "都有", "是", "是")) == "a2.1.4/guidance_short"


def test_unclear_leaves_the_item_open_and_goes_on() -> None:
    step = said("不清楚")

    assert step.state.answers == {"a2.1.1/missing": None}
    assert told(step).splitlines()[0] == "好的，这一题先留着，1.1 领导机制按未答计。"
    assert asked(step) == "a2.1.2/missing"


def test_going_back_drops_the_latest_answer_and_asks_it_again() -> None:
    step = said("缺1项", "都有", "上一题")

    assert step.state.answers == {"a2.1.1/missing": 1}
    assert asked(step) == "a2.1.2/missing"
    assert asked(said("都有", "都有", "是", "否", "上一题")) == "a2.1.4/none"
    assert told(said("上一题")).splitlines()[0] == "这已是自查的第一题。"


@pytest.mark.parametrize("word", ["退出自查", "结束自查", "退出", "暂停", "先到这里。", "退出自查！"])
def test_self_check_can_be_left_at_any_question(word: str) -> None:
    for count in range(len(ANSWERS)):
        step = said(*ANSWERS[:count], word)

        assert step.finished
        assert len(step.state.answers) == count
        assert told(step) == "已退出自查，已答的内容都为您保留。回“自查”可接着答。"


def test_self_check_goes_on_where_it_was_left() -> None:
    left = said("缺1项", "都有", "退出自查").state
    step = begin(NOTICE, left)

    assert told(step).splitlines()[0] == "接着自查，还有15题。"
    assert (asked(step), step.state) == ("a2.1.3/late_or_poor", left)


def test_what_was_left_open_is_asked_again_the_next_time() -> None:
    first = said(*["不清楚" if place == 8 else text for place, text in enumerate(ANSWERS)])
    again = begin(NOTICE, first.state)

    assert first.finished
    assert "还有1题未答，区间因此较宽；回“自查”可接着答。" in told(first)
    assert told(again).splitlines()[0] == "接着自查，还有1题。"
    assert asked(again) == "a2.3.2/missing"
    assert asked(said("上一题", known=first.state)) == "a2.3.1/defect"
    assert said("都有", known=first.state).finished


def test_finished_self_check_shows_its_result_again() -> None:
    first = said(*ANSWERS)
    again = begin(NOTICE, first.state)

    assert again.finished
    assert again.replies == first.replies[1:]
    assert take(first.state, "你好", NOTICE) == again
    assert ask_again(first.state, NOTICE) is None


@pytest.mark.parametrize("text", ["现场指导几次算合格？", "申报表用什么字体", "你好", "有", "", "我要申报"])
def test_what_is_no_answer_is_left_to_the_caller(text: str) -> None:
    state = begin(NOTICE).state
    reply = ask_again(state, NOTICE)

    assert take(state, text, NOTICE) is None
    assert reply is not None
    assert reply.text == (
        "——自查第1/17题：年初安排部署、年中督促检查、年底考核验收这3项，已做到几项？"
        "建议以有文件、通报或记录可查为准。例如回“2项”或“缺1项”。"
    )


def test_state_survives_json() -> None:
    state = said("缺1项", "不清楚", "是").state

    assert SelfCheck(**json.loads(json.dumps(asdict(state)))) == state


def test_declared_veto_is_told_with_the_range() -> None:
    text = told(said(*ANSWERS[:-1], "有"))

    assert "基础分区间 44–83（90分制）" in text
    assert "一票否决”〔附件2·5.执法效果好·第1项〕" in text


def test_campaign_that_asks_nothing_has_its_range_at_once() -> None:
    second = load_campaign(Path(__file__).parents[2] / "data" / "campaigns" / "second")
    step = begin(replace(second, phrases=NOTICE.phrases))

    assert step.finished
    assert step.replies[0].text.startswith("按自查情况，基础分区间 0–100（100分制）。")
