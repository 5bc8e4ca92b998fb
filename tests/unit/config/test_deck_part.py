"""The part of a campaign that says what a deck is to cover: read as it is, every mistake named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.campaign import Campaign, DeckAspect, DeckCondition, DeckRules
from config.load import check_campaign, load_campaign

SECOND = Path(__file__).parents[2] / "data" / "campaigns" / "second"

# what stands in deck.toml, what is written instead, the one mistake reported
MISTAKES = {
    "no clause of the notice": (
        'clause = "s1"',
        'clause = "s9"',
        "deck.toml: condition[1].clause: 应为notice.toml 中的条款编号，没有 's9'",
    ),
    "a clause twice": (
        'clause = "s2"',
        'clause = "s1"',
        "deck.toml: condition[2].clause: 应与其他各项不同，'s1' 已用于 condition[1].clause",
    ),
    "a heading of two conditions": (
        '"节水教育"',
        '"用水记录"',
        "deck.toml: condition[2].headings: 应与其他各项不同，'用水记录' 已用于 condition[1].headings",
    ),
    "a strong word of two conditions": (
        '"世界水日"',
        '"用水台账"',
        "deck.toml: condition[2].strong: 应与其他各项不同，'用水台账' 已用于 condition[1].strong",
    ),
    "a word of two weights": (
        'fair = ["台账", "抄表"]',
        'fair = ["台账", "用水台账"]',
        "deck.toml: condition[1].fair: 应与其他各项不同，'用水台账' 已用于 condition[1].strong",
    ),
    "a missing list": (
        'strong = ["节水器具", "中水回用", "管网改造"]\n',
        "",
        "deck.toml: condition[3].strong: 缺少此项，应为由不为空的文字组成的数组",
    ),
    "an aspect twice": (
        'name = "节水成果"',
        'name = "节水做法"',
        "deck.toml: aspect[2].name: 应与其他各项不同，'节水做法' 已用于 aspect[1].name",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SECOND, tmp_path / "campaign"))


@pytest.mark.parametrize(("old", "new", "problem"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_named_by_key_and_expectation(folder: Path, old: str, new: str, problem: str) -> None:
    path = folder / "deck.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert check_campaign(folder) == [problem]


def test_rules_are_read_in_their_order(second_campaign: Campaign) -> None:
    assert second_campaign.deck.conditions[2] == DeckCondition(
        clause="s3",
        headings=("器具改造", "设施改造"),
        strong=("节水器具", "中水回用", "管网改造"),
        fair=("漏水", "水龙头"),
        weak=(),
    )
    assert second_campaign.deck.aspects == (
        DeckAspect("节水做法", ("做法", "措施")),
        DeckAspect("节水成果", ("成果", "成效")),
    )


def test_campaign_without_the_file_asks_nothing_of_a_deck(folder: Path) -> None:
    (folder / "deck.toml").unlink()

    assert load_campaign(folder).deck == DeckRules()


def test_notices_conditions_and_triad_are_all_there(campaign: Campaign) -> None:
    assert [row.clause for row in campaign.deck.conditions] == ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"]
    assert [row.name for row in campaign.deck.aspects] == ["工作举措", "亮点经验", "工作实效"]


def test_words_of_every_deck_tell_of_no_condition(campaign: Campaign) -> None:
    generic = {"服务", "执法", "行政执法", "服务型行政执法", "工作", "单位", "开展", "加强"}
    words = {
        word
        for row in campaign.deck.conditions
        for word in (*row.headings, *row.strong, *row.fair, *row.weak)
    }
    assert words & generic == set()
