"""Template cards (模板卡片, path/90236 and path/94888), within the documented limits. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from bot.model.message import Card, CardUpdate, Choice
from handlers.wecom.parse import SAYS
from handlers.wecom.text import sendable

TITLE = 36  # characters
SUBTITLE = 160
BUTTONS = 6
LABEL = 10
KEY = 1024  # bytes
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


def button_card(card: Card) -> dict[str, Any] | None:
    """The card as `template_card`; None if no button is left that could say its words.

    Labels, title and text are cut to their limits; a choice whose words do not fit into
    a button's key is left out, as is everything after the sixth.
    """
    buttons = [_button(choice, first=position == 0) for position, choice in enumerate(_usable(card.choices))]
    if not buttons:
        return None
    return {
        "card_type": "button_interaction",
        "main_title": {"title": _cut(card.title, TITLE) or "请选择"},
        "sub_title_text": _cut(card.text, SUBTITLE),
        "task_id": task_id(card.task),
        "button_list": buttons,
    }


def task_id(task: str) -> str:
    """The task as WeCom allows it: itself, or a digest of it if it is too long or has other characters."""
    return task if _TASK_ID.fullmatch(task) else hashlib.sha256(task.encode("utf-8", "replace")).hexdigest()


def card_text(card: Card) -> str:
    """The card in words, where cards are not available."""
    says = "、".join(f"“{choice.says}”" for choice in card.choices)
    return "\n".join(line for line in (card.title, card.text, f"可回复：{says}" if says else "") if line)


def button_update(update: CardUpdate) -> dict[str, Any]:
    """What update_template_card is told: the button is grey and reads `label`."""
    return {"response_code": update.response_code, "button": {"replace_name": _cut(update.label, LABEL)}}


def _usable(choices: tuple[Choice, ...]) -> list[Choice]:
    """At most six that show something, no two with the same key."""
    by_key: dict[str, Choice] = {}
    for choice in choices:
        if _key(choice) and _cut(choice.label, LABEL):
            by_key.setdefault(_key(choice), choice)
    return list(by_key.values())[:BUTTONS]


def _key(choice: Choice) -> str:
    key = f"{SAYS}{sendable(choice.says)}"
    return key if choice.says and len(key.encode()) <= KEY else ""


def _button(choice: Choice, *, first: bool) -> dict[str, Any]:
    return {"text": _cut(choice.label, LABEL), "style": 1 if first else 2, "key": _key(choice)}


def _cut(text: str, limit: int) -> str:
    text = sendable(text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
