"""How the office moves the deadline in a chat: 截止改为7月31日. Pure."""

from __future__ import annotations

import re

_MOVE = re.compile(
    r"(?:请)?(?:把|将)?(?:市里|全市)?(?:的)?(?:申报|报送)?截[止至](?:日期|时间|日)?"
    r"(?:统一)?(?:修改|更改|调整|推迟|延期|延后|延长|顺延|提前|改|延)(?:到|至|为|成)?(?P<day>.+?)[。！!]?"
)
_CONFIRM = re.compile(
    r"确认改期[，,：:\s]*(?P<bodies>.*?)(?:的?(?:内部截止)?(?:一并|也|一起)?(?:顺延|改期)?)[。！!]?"
)
_BETWEEN = re.compile(r"[、，,；;\s和及]+")
ALL = ("全部", "所有", "都")
CANCEL = ("取消", "不改", "不改了", "算了")


def asked_day(text: str) -> str | None:
    """What is said in place of the new date; None if no move of the deadline is asked for."""
    found = _MOVE.fullmatch(text)
    return found["day"].strip() if found else None


def confirmed_bodies(text: str) -> tuple[str, ...] | None:
    """The bodies whose own dates are to move too, as named, after 确认改期; None if that is not said."""
    found = _CONFIRM.fullmatch(text)
    if found is None:
        return None
    return tuple(name for name in _BETWEEN.split(found["bodies"]) if name)
