"""Questions alike are put together."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.knowledge.likeness import grouped
from bot.model.answers import Asked
from config.campaign import Campaign

NOW = datetime(2019, 7, 10, tzinfo=UTC)


def groups(campaign: Campaign, *texts: str) -> list[list[str]]:
    asked = [(Asked(n, 1, text, NOW), "") for n, text in enumerate(texts)]
    return [[question.text for question in group.questions] for group in grouped(campaign, asked)]


def test_questions_alike_are_one_group_and_the_largest_comes_first(campaign: Campaign) -> None:
    texts = ("食堂在哪", "停车怎么安排", "验收组停车怎么安排？", "停車怎麼安排", "食堂在哪里")
    assert groups(campaign, *texts) == [
        ["停车怎么安排", "验收组停车怎么安排？", "停車怎麼安排"],
        ["食堂在哪", "食堂在哪里"],
    ]


def test_questions_on_one_topic_need_less_likeness(campaign: Campaign) -> None:
    asked = [Asked(n, 1, text, NOW) for n, text in enumerate(("ppt最多几页", "幻灯片能做几页啊", "视频多长"))]
    apart = grouped(campaign, [(question, "") for question in asked])
    together = grouped(campaign, [(question, "页数和时长") for question in asked])
    assert [[question.id for question in group.questions] for group in apart] == [[0], [1], [2]]
    assert [[question.id for question in group.questions] for group in together] == [[0, 1], [2]]


def test_every_question_is_in_one_group_even_if_it_says_nothing(campaign: Campaign) -> None:
    assert groups(campaign) == []
    assert groups(campaign, "？", "停车", "。。") == [["？", "。。"], ["停车"]]
