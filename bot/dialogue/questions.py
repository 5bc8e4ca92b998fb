"""Whether a message asks something (dialogue page §6.3). Pure; takes text as typed."""

from __future__ import annotations

import re

from bot.dialogue.asides import names_place
from bot.dialogue.fields import can_be
from bot.dialogue.script import simplify
from config.campaign import FieldKind

_CLOSING = '！!。．.…~～”"』」)） \t\r\n\u3000'
_POLITE = re.compile(r"(?:您好|你好|老师|领导|麻烦|不好意思|打扰了|[，,。！!、\s])*+请问")
_WORD = re.compile(
    r"多少|几分|怎么|咋|什么|啥|哪|谁|能不能|要不要|行不行|可不可以|是不是|有没有|几份|几个|几天|几号|何时|如何|为何"
)
_TAIL = re.compile(r"[吗呢么嘛吧不]$")
_ONLY = re.compile(
    r"(?:要|应该?|需要|可以)?(?:填|写|报|用)?(?:的是)?(?:谁|什么|啥|哪里|哪儿|哪个|哪位|哪家|哪一天|几号|多少|几级|怎么[填写弄办]|咋[填写弄办])"
    r"(?:啊|呀|呢|的)?"
)
_HOW = re.compile(
    r"(?:这个|这项|这里|这一项|该项|本项|这)?(?:应该|应当|要|需要|该|必须|一定要|得|可以|能)?不?(?:怎么|如何|咋|怎样)?(?:填|写|填写)"
    r"(?:什么|啥|哪个|谁|多少)?(?:格式|内容)?(?:呢|啊|呀|吗|么|才对|好)?"
)
_LONGEST = 100  # characters of a question without its mark
_SHORTEST = 4  # a word of two or three characters is a name rather than a question: 何不, 么振华


def asks(text: str) -> bool:
    """Whether a message is plainly a question: it ends in a question mark or starts with 请问."""
    plain = simplify(text)
    return plain.rstrip(_CLOSING).endswith(("？", "?")) or _POLITE.match(plain) is not None


def may_ask(text: str, kind: FieldKind | None) -> bool:
    """Whether a message without its mark may be a question while a field of `kind` is asked (None: no field).

    It sounds like one, and does not read like a value of that field.
    """
    plain = simplify(text).rstrip(_CLOSING)
    if not _SHORTEST <= len(plain) <= _LONGEST or not (_TAIL.search(plain) or _WORD.search(plain)):
        return False
    if kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL):
        return not can_be(kind, plain)
    return not names_place(plain)


def only_asks(text: str) -> bool:
    """Whether a value is nothing but a question word: 负责人是谁."""
    return _ONLY.fullmatch(simplify(text).rstrip(_CLOSING)) is not None


def asks_how(text: str) -> bool:
    """Whether a message asks how the field in question is filled: 这个怎么填, 写什么."""
    plain = simplify(text).rstrip(_CLOSING + "？?")
    return (
        len(plain) <= 16
        and _HOW.fullmatch(plain) is not None
        and bool(_WORD.search(plain) or _TAIL.search(plain))
    )
