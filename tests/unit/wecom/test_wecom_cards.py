"""Cards and the menu stay within WeCom's limits, and say what they were given to say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.message import Card, CardUpdate, Choice
from handlers.wecom.cards import button_card, button_update, card_text, task_id
from handlers.wecom.menu import MenuItem, menu_json

CARD = Card(
    "2019-017:submit",
    "是否提交？",
    "提交后市办即可看到。",
    (Choice("提交", "提交"), Choice("再看看", "预览")),
)
LABELS = st.text(st.characters(codec="utf-8"), max_size=30)
CARDS = st.builds(
    Card,
    task=st.text(max_size=200),
    title=st.text(max_size=80),
    text=st.text(max_size=400),
    choices=st.lists(
        st.builds(Choice, label=LABELS, says=st.text(st.sampled_from("一a\x01"), max_size=500)), max_size=9
    ).map(tuple),
)


def test_card_is_a_button_interaction() -> None:
    card = Card("t-1", "是否提交？", "提交后市办即可看到。", CARD.choices)
    assert button_card(card) == {
        "card_type": "button_interaction",
        "main_title": {"title": "是否提交？"},
        "sub_title_text": "提交后市办即可看到。",
        "task_id": "t-1",
        "button_list": [
            {"text": "提交", "style": 1, "key": "say:提交"},
            {"text": "再看看", "style": 2, "key": "say:预览"},
        ],
    }


@given(CARDS)
def test_any_card_is_within_the_limits(card: Card) -> None:
    made = button_card(card)
    if made is None:
        return
    keys = [button["key"] for button in made["button_list"]]
    assert 1 <= len(made["main_title"]["title"]) <= 36
    assert len(made["sub_title_text"]) <= 160
    assert re.fullmatch(r"[0-9A-Za-z_\-@]{1,128}", made["task_id"])
    assert 1 <= len(keys) <= 6
    assert len(set(keys)) == len(keys)
    assert all(1 <= len(button["text"]) <= 10 for button in made["button_list"])
    assert all(len(key.encode()) <= 1024 for key in keys)


@pytest.mark.parametrize(
    "choices", [(), (Choice("", "提交"),), (Choice("提交", ""),), (Choice("长", "长" * 400),)]
)
def test_card_without_a_usable_button_is_none(choices: tuple[Choice, ...]) -> None:
    assert button_card(Card("t", "标题", "说明", choices)) is None


def test_card_title_is_cut_with_an_ellipsis() -> None:
    made = button_card(Card("t", "题" * 37, "文" * 161, (Choice("按" * 11, "说"),)))
    assert made is not None
    assert (made["main_title"]["title"], made["sub_title_text"]) == ("题" * 35 + "…", "文" * 159 + "…")
    assert made["button_list"][0]["text"] == "按" * 9 + "…"


def test_task_id_of_other_characters_is_a_digest_of_its_own() -> None:
    assert task_id("step_1-a@b") == "step_1-a@b"
    assert len({task_id("甲"), task_id("乙"), task_id("a" * 129), task_id("a" * 130), task_id("")}) == 5


def test_card_in_words_says_what_the_buttons_say() -> None:
    assert card_text(CARD) == "是否提交？\n提交后市办即可看到。\n可回复：“提交”、“预览”"


def test_card_update_names_the_grey_button() -> None:
    assert button_update(CardUpdate("rc", "已提交")) == {
        "response_code": "rc",
        "button": {"replace_name": "已提交"},
    }


def test_menu_says_words_and_opens_pages() -> None:
    items = [
        MenuItem(
            "填报", items=(MenuItem("继续填报", says="继续"), MenuItem("我的页面", url="https://a.example/u"))
        ),
        MenuItem("进度", says="进度"),
    ]
    assert menu_json(items) == {
        "button": [
            {
                "name": "填报",
                "sub_button": [
                    {"name": "继续填报", "type": "click", "key": "say:继续"},
                    {"name": "我的页面", "type": "view", "url": "https://a.example/u"},
                ],
            },
            {"name": "进度", "type": "click", "key": "say:进度"},
        ]
    }


LEAF: dict[str, Any] = {"says": "进度"}


@pytest.mark.parametrize(
    "items",
    [
        [],
        [MenuItem("一", **LEAF)] * 4,
        [MenuItem("", **LEAF)],
        [MenuItem("一二三四五六", **LEAF)],
        [MenuItem("一")],
        [MenuItem("一", says="字" * 42)],
        [MenuItem("一", items=(MenuItem("二", **LEAF),) * 6)],
        [MenuItem("一", items=(MenuItem("二", items=(MenuItem("三", **LEAF),)),))],
    ],
)
def test_menu_beyond_the_limits_is_refused(items: list[MenuItem]) -> None:
    with pytest.raises(ValueError, match="menu"):
        menu_json(items)
