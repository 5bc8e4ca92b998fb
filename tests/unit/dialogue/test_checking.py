"""The self-check inside the conversation: it takes answers, leaves the form alone, and lets everything else through."""

from __future__ import annotations

from tests.fakes.conversation import Chat, campaign, said


def test_selfcheck_takes_answers_and_leaves_the_form_alone() -> None:
    chat = Chat()
    asked = chat.say("我要申报").asking
    assert chat.say("自查").asking is None
    outcome = chat.say("缺1项")
    assert (outcome.asking, outcome.form, outcome.errors) == (None, {}, ())
    assert chat.state().checking
    assert chat.say("退出自查").asking == asked


def test_selfcheck_answers_a_question_and_asks_again() -> None:
    chat = Chat()
    chat.say("自查")
    first = said(chat.say("都有"))
    again = said(chat.say("申报表用什么字体？"))
    assert "自查第2/17题" in first
    assert "——自查第2/17题" in again
    assert chat.state().checking


def test_selfcheck_lets_commands_that_show_something_through() -> None:
    chat = Chat()
    chat.say("我要申报")
    chat.say("自查")
    shown = said(chat.say("进度"))
    assert "还缺" in shown
    assert "——自查第1/17题" in shown


def test_selfcheck_ends_when_the_form_is_spoken_of() -> None:
    chat = Chat()
    chat.say("我要申报")
    chat.say("自查")
    outcome = chat.say("地址：人民路1号")
    assert outcome.form == {"unit_address": "人民路1号"}
    assert not chat.state().checking
    chat.say("自查")
    assert chat.say("我要申报").asking is not None


def test_selfcheck_resumes_where_it_was_left_and_begins_anew_on_request() -> None:
    chat = Chat()
    chat.say("自查")
    chat.say("都有")
    chat.say("退出自查")
    assert "还有16题" in said(chat.say("自查"))
    chat.say("退出自查")
    assert "自查第1/17题" in said(chat.say("重新自查"))


def test_selfcheck_made_before_an_application_goes_with_it() -> None:
    chat = Chat()
    chat.say("自查")
    chat.say("都有")
    chat.say("我要申报")
    assert "还有16题" in said(chat.say("自查"))


def test_selfcheck_to_the_end_gives_a_range_and_offers_the_sheet() -> None:
    chat = Chat()
    chat.say("自查")
    replies = ""
    for _ in range(20):
        replies = said(chat.say("不清楚"))
        if not chat.state().checking:
            break
    assert "基础分区间 0–90" in replies
    assert "自查表" in replies
    assert "随后以文件发给您" in said(chat.say("自查表"))


def test_sheet_without_a_selfcheck_says_how_to_begin() -> None:
    assert "回复“自查”开始" in said(Chat().say("自查表"))


def test_selfcheck_is_refused_where_the_standard_asks_nothing() -> None:
    chat = Chat(campaign("second"))
    assert "没有可以自查的项目" in said(chat.say("自查"))
    assert not chat.state().checking
