"""Another form, other limits, another zone and deadline: the same engine without a line of code."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.fakes.conversation import Chat, campaign, said

VALUES = {
    "organisation": "清河市水务局",
    "backer": "东城街道办事处",
    "start_day": "2027-03-01",
    "duty_phone": "0990-6880123",
    "plan": "一是更换节水器具。",
    "pledge": "我单位承诺所填内容真实。",
}
IN_TIME = datetime(2027, 3, 31, 17, 59, 40, tzinfo=UTC)  # 23:59:40 in the campaign's zone
LATE = datetime(2027, 3, 31, 18, 0, tzinfo=UTC)


def _chat(now: datetime = datetime(2027, 3, 1, tzinfo=UTC)) -> Chat:
    return Chat(campaign("second"), now)


def test_form_is_filled_corrected_submitted_and_amended() -> None:
    chat = _chat()
    assert chat.say("我们是清河市水务局").form == {"organisation": "清河市水务局"}
    assert chat.say("东城街道办事处").asking == "start_day"
    assert chat.say("今天").form["start_day"] == "2027-03-01"
    assert chat.say("12").errors == ("bad_phone",)
    assert chat.say("0990 6880123").asking == "plan"
    chat.say("一是更换")
    assert chat.say("审核意见：同意").errors == ("not_applicant_field",)
    chat.say("节水器具。")
    assert chat.say("完").asking == "pledge"
    assert chat.say("修改第2项").asking == "backer"
    assert chat.say("西城街道办事处").asking == "pledge"
    assert chat.say("我单位承诺所填内容真实。").status == "complete"
    assert chat.say("街道改成东城街道办事处").form == VALUES
    assert chat.say("确认").status == "submitted"
    chat.say("方案改成二是回收雨水。")
    assert chat.say("确认").form["plan"] == "二是回收雨水。"


def test_limits_count_as_the_form_says() -> None:
    chat = _chat()
    chat.say("我们是清河市水务局")
    assert "601" in said(chat.say("节水方案：" + "水" * 601))
    assert chat.say("节水方案：" + "水" * 600).errors == ()
    assert chat.say("承诺：" + "诺 abc " * 100 + "诺").errors == ("too_long",)
    assert chat.say("承诺：" + "诺 abc " * 100).errors == ()
    assert chat.say("承诺：完成三十次").errors == ("arabic_digits",)


def test_deadline_and_unit_names_are_the_campaigns() -> None:
    chat = _chat(IN_TIME)
    assert chat.say("我们是水务局").errors == ()
    assert chat.say("我们是清河市水利局", "u2").errors == ("late",)
    early = _chat()
    early.say("我们是水务局")
    assert early.say("我们是清河市水利局", "u2").errors == ("duplicate_unit",)
    late = _chat(LATE)
    outcome = late.say("我要申报")
    assert (outcome.errors, outcome.status) == (("late",), "none")
    assert "逾期不再受理" in said(outcome)
    assert "0990-6880123" in said(outcome)
