"""The dialogue of a campaign that is sealed: it answers, asks for nothing and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.effects import CHANGES, RecordLate
from bot.model.message import Kind
from tests.fakes.conversation import Chat, campaign, said

CLOSED = "已经结束并归档"


@pytest.fixture
def chat() -> Chat:
    return Chat(replace(campaign()))


def seal(chat: Chat) -> None:
    chat.campaign = replace(chat.campaign, keep_until=date(2029, 12, 31))


def nothing_done(chat: Chat) -> bool:
    return not any(isinstance(effect, (*CHANGES, RecordLate)) for effect in chat.done)


@pytest.mark.parametrize(
    "words", ["我要申报", "撤回", "负责人改为李四", "声明", "确认", "重新开始", "电话：13800002222"]
)
@pytest.mark.parametrize("is_filed", [False, True])
def test_nothing_is_changed_whatever_is_said(chat: Chat, words: str, is_filed: bool) -> None:
    (chat.submit if is_filed else chat.fill)()
    before = dict(chat.applications)
    seal(chat)
    for one in (words, "是", "有"):
        chat.say(one)
        assert nothing_done(chat), one
    assert chat.applications == before


@pytest.mark.parametrize("words", ["负责人改为李四", "修改负责人", "撤回", "电话：12"])
def test_change_of_what_is_filed_is_not_even_begun(chat: Chat, words: str) -> None:
    chat.submit()
    seal(chat)
    before = chat.state()
    assert CLOSED in said(chat.say(words))
    assert chat.state() == before


def test_change_is_refused_with_the_offices_telephone(chat: Chat) -> None:
    chat.fill("leader")
    seal(chat)
    heard = said(chat.say("王强"))
    assert CLOSED in heard
    assert chat.campaign.contact.phone in heard


def test_question_is_answered_and_no_field_asked_again(chat: Chat) -> None:
    chat.fill("leader")
    seal(chat)
    outcome = chat.say("创新加分最多多少？")
    assert [reply.text for reply in outcome.replies] == ["创新加分最多加10分。"]


def test_greeting_says_that_it_is_over_and_offers_no_start(chat: Chat) -> None:
    seal(chat)
    outcome = chat.say("", kind=Kind.EVENT)
    assert CLOSED in said(outcome)
    assert [choice for reply in outcome.replies for choice in reply.choices] == []


def test_form_of_what_was_filed_is_still_handed_out(chat: Chat) -> None:
    chat.submit()
    seal(chat)
    assert CLOSED not in said(chat.say("打印"))
