"""Recognises the labels of a campaign's form on a paper that people have typed in.

Labels are those of form.toml with their other names, and the reserved ones. White space inside them, a
number in front (一、 1.) and a note in brackets behind (（1000字以内）, （盖章）) do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config.campaign import Form

OPINION = "recommender_opinion"
"""The key of what belongs to the recommending body (the form's reserved labels)."""

BRACKETS = r"[（(〔【\[][^（）()〔〕【】\[\]]{0,30}[)）〕】\]]"

_ORDINAL = r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*)?"
_PARTED = re.compile(rf"(?:\s*{BRACKETS})?(?:\s*[:：]\s*|[_＿]+|\s+)")
_SENTENCE = re.compile("[。；，！？!?]")
_BESIDE = frozenset(
    [
        "职务",
        "职称",
        "职级",
        "邮编",
        "邮政编码",
        "传真",
        "性别",
        "年龄",
        "民族",
        "学历",
        "人数",
        "编制",
        "备注",
    ]
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label that begins a text, and what follows it."""

    key: str
    rest: str  # without the note in brackets and the colon, rule or space that set it off
    tail: str  # all that follows the label


class Labels:
    """The labels of one form. Keys are field ids, and OPINION."""

    def __init__(self, form: Form) -> None:
        names = [(name, field.id) for field in form.fields for name in (field.label, *field.aliases)]
        names += [(name, OPINION) for name in form.reserved]
        self._keys = {_squeeze(name): key for name, key in reversed(names) if "+" not in name}
        self._longest_first = sorted(self._keys, key=len, reverse=True)
        self._patterns = [
            (re.compile(_ORDINAL + _spaced(name)), self._keys[name]) for name in self._longest_first
        ]
        anyone = "|".join(_spaced(name) for name in self._longest_first)
        self._any = re.compile(f"{_ORDINAL}(?:{anyone})")
        self._next = re.compile(rf"(?<=[\s；;，,、。])(?:{anyone})\s*[:：]")

    def whole(self, text: str, *, exactly: bool = False) -> str | None:
        """The key whose label the whole text is; unless `exactly`, also one with other words before it."""
        if len(text) > 80:
            return None
        plain = re.sub(rf"^{_ORDINAL}", "", _squeeze(text)).strip("*＊:：_＿")
        bare = re.sub(BRACKETS, "", plain)
        for candidate in (plain, bare):
            if candidate in self._keys:
                return self._keys[candidate]
        if exactly or _SENTENCE.search(bare) or ":" in bare or "：" in bare:
            return None
        return next((self._keys[n] for n in self._longest_first if len(n) >= 4 and bare.endswith(n)), None)

    def leading(self, text: str) -> Labelled | None:
        """The label that begins the text and is set off from what follows; the longest that fits."""
        text = text.lstrip(" \t\u3000\xa0_＿")
        if self._any.match(text) is None:
            return None
        for pattern, key in self._patterns:
            label = pattern.match(text)
            if label:
                parted, tail = _PARTED.match(text, label.end()), text[label.end() :]
                if parted:
                    return Labelled(key, text[parted.end() :], tail)
                if _is_set_off(label[0], tail):
                    return Labelled(key, tail, tail)
        return None

    def split(self, text: str) -> Iterator[str]:
        """The text cut before every further label that has a colon: 单位级别：正科级 负责人姓名：王强."""
        start = 0
        for found in self._next.finditer(text):
            yield text[start : found.start()]
            start = found.start()
        yield text[start:]


def is_beside(text: str) -> bool:
    """Whether the text heads a box that no form of ours has, but many offices add."""
    return _squeeze(text).rstrip(":：") in _BESIDE


def _is_set_off(label: str, rest: str) -> bool:
    """申 报 单 位宝丰县…: a spaced label needs nothing between; nor does one before a figure."""
    if not rest or _SENTENCE.search(rest):
        return False
    return re.search(r"\S\s+\S", label) is not None or re.match(r"[0-9０-９]", rest) is not None


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060\ufeff]+", "", text)


def _spaced(name: str) -> str:
    return r"\s*".join(re.escape(character) for character in name)
