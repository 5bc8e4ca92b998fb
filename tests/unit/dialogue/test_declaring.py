"""The two declarations: asked after submission, taken by explicit words, blocking nothing."""

from __future__ import annotations

import pytest

from bot.dialogue.declaring import read_declarations
from bot.dialogue.effects import Declare
from config.campaign import Campaign
from tests.fakes.conversation import Chat, said

ACCEPTED, LAWFUL = "declared_accepted", "declared_lawful"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("声明 已验收合格", {ACCEPTED: "yes"}),
        ("声明：尚未验收合格。", {ACCEPTED: "no"}),
        ("聲明 無嚴重違法", {LAWFUL: "yes"}),
        ("我单位声明：已经验收合格，近三年无严重违法", {ACCEPTED: "yes", LAWFUL: "yes"}),
        ("声明，有严重违法；不清楚是否验收合格", {LAWFUL: "no", ACCEPTED: "unsure"}),
        ("声明", None),
        ("已验收合格", None),
        ("声明 我们单位很好", None),
        ("声明 已验收合格，其他情况见附件", None),
        ("声明已验收合格", None),
    ],
)
def test_declaration_is_read_from_explicit_words_only(
    campaign: Campaign, text: str, expected: dict[str, str] | None
) -> None:
    assert read_declarations(campaign, text) == expected


def test_declarations_are_hinted_at_after_submission_and_recorded() -> None:
    chat = Chat()
    assert "“声明”" in said(chat.submit())
    asked = chat.say("声明")
    assert [choice.says for choice in asked.replies[-1].choices] == [
        "声明 已验收合格",
        "声明 尚未验收合格",
        "声明 不清楚是否验收合格",
    ]
    assert asked.status == "submitted"
    second = chat.say("声明 已验收合格")
    assert chat.done == [Declare("0000000000000001", {ACCEPTED: "yes"})]
    assert second.replies[-1].choices[0].says == "声明 无严重违法"
    last = said(chat.say("声明 无严重违法"))
    assert "均已记录" in last
    assert "两项声明" not in said(chat.say("进度"))


def test_no_is_explained_and_blocks_nothing() -> None:
    chat = Chat()
    chat.fill()
    refused = said(chat.say("声明：尚未验收合格，有严重违法"))
    assert "〔一（一）〕" in refused
    assert "一票否决" in refused
    assert "0375-2663225" in refused
    assert chat.say("确认").status == "submitted"


def test_declaration_changes_neither_question_nor_form() -> None:
    chat = Chat()
    before = chat.say("我要申报")
    after = chat.say("声明 不清楚有无严重违法")
    assert (after.asking, after.form, after.errors) == (before.asking, {}, ())


def test_declaration_without_an_application_is_not_recorded() -> None:
    chat = Chat()
    assert "我要申报" in said(chat.say("声明 已验收合格"))
    assert chat.done == []
