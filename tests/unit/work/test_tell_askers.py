"""Who is told what, worked out from what is on record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.answer import Knowledge
from bot.knowledge.approved import ApprovedKnowledge, cited
from bot.model.answers import Asked
from bot.work.tell_askers import answered, due
from config.campaign import Campaign
from tests.unit.knowledge.test_approved import DAY, NOW, PARKING

CORRECTED = replace(DAY, version=2, text="7月25日18时前收到的才算。")
REWORDED = replace(DAY, version=2, wordings=(*DAY.wordings, "最后一天行吗"))
WITHDRAWN = replace(DAY, version=2, active=False, reason="重新研究")


@pytest.fixture(scope="module")
def knowledge(campaign: Campaign) -> ApprovedKnowledge:
    return ApprovedKnowledge(campaign, Knowledge(campaign), (DAY, PARKING))


def test_answered_names_the_latest_question_of_each_person(knowledge: ApprovedKnowledge) -> None:
    texts = ((1, "25号当天算吗"), (2, "停车怎么安排"), (1, "25日几点截止"), (1, "公示几天"), (2, "你好"))
    asked = [Asked(n, person, text, NOW) for n, (person, text) in enumerate(texts)]
    assert answered(knowledge, asked) == {(1, 1): "25日几点截止", (2, 2): "停车怎么安排"}


def test_due_are_those_who_do_not_know_this_version(campaign: Campaign, knowledge: ApprovedKnowledge) -> None:
    waiting = {(1, 5): "25号当天算吗", (1, 6): "25日几点截止", (2, 7): "停车"}
    first = due(campaign, knowledge, [DAY], waiting, {6: 1})
    assert [(message.person, message.answer) for message in first] == [(5, DAY)]
    head, said, _ = first[0].text.split("\n")
    assert (head, said) == ("您之前问的“25号当天算吗”，市办公室已有答复：", DAY.text + cited(DAY))
    second = due(campaign, knowledge, [DAY, CORRECTED], waiting, {6: 1, 8: 1, 9: 2})
    assert [message.person for message in second] == [5, 6, 8]
    assert ["更正" in message.text for message in second] == [False, True, True]


def test_due_after_better_wordings_are_only_those_who_were_not_told(
    campaign: Campaign, knowledge: ApprovedKnowledge
) -> None:
    found = due(campaign, knowledge, [DAY, REWORDED], {(1, 5): "最后一天行吗"}, {6: 1})
    assert [message.person for message in found] == [5]


def test_due_after_a_withdrawal_are_those_who_were_told(
    campaign: Campaign, knowledge: ApprovedKnowledge
) -> None:
    found = due(campaign, knowledge, [DAY, WITHDRAWN], {}, {6: 1, 7: 2})
    assert [(message.person, message.answer.active) for message in found] == [(6, False)]
    assert DAY.text not in found[0].text


def test_long_question_is_shortened_and_kept_on_one_line(
    campaign: Campaign, knowledge: ApprovedKnowledge
) -> None:
    found = due(campaign, knowledge, [DAY], {(1, 5): "25号\n当天" + "算" * 400}, {})
    assert found[0].text.startswith("您之前问的“25号 当天" + "算" * 52 + "……”，市办公室已有答复：\n")
    assert len(found[0].text.encode()) <= 2048
