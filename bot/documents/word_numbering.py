"""Automatic list numbers (一、 1. （1）) of a Word document: seen on the paper, but not in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital",
            "taiwaneseCounting", "taiwaneseCountingThousand"}  # fmt: skip
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str
    text: str  # "%1、"


class Numbering:
    """Counts the lists of one document, paragraph by paragraph in order."""

    def __init__(self, root: ElementTree.Element | None) -> None:
        """`root` is the parsed numbering.xml, None where the document has none."""
        self._levels = {} if root is None else _lists(root)
        self._counts: dict[tuple[str, int], int] = {}

    def number(self, list_id: str, level: int) -> str:
        """The number the next paragraph of that list and level carries; "" for bullets and unknown lists."""
        levels = self._levels.get(list_id, {})
        if level not in levels:
            return ""
        key = (list_id, level)
        self._counts[key] = self._counts.get(key, levels[level].start - 1) + 1
        for deeper in [k for k in self._counts if k[0] == list_id and k[1] > level]:
            del self._counts[deeper]
        if levels[level].kind in ("bullet", "none"):
            return ""
        parts = re.split(r"%([1-9])", levels[level].text)  # text, level, text, level, …
        parts[1::2] = [self._count(list_id, levels, int(number) - 1) for number in parts[1::2]]
        return "".join(parts)

    def _count(self, list_id: str, levels: Mapping[int, _Level], level: int) -> str:
        if level not in levels:
            return ""
        return _numeral(self._counts.get((list_id, level), levels[level].start), levels[level].kind)


def _lists(root: ElementTree.Element) -> dict[str, dict[int, _Level]]:
    abstract: dict[str, dict[int, _Level]] = {}
    lists: dict[str, dict[int, _Level]] = {}
    for element in root:
        name = _local(element)
        if name == "abstractNum":
            abstract[_value(element, "abstractNumId")] = _read_levels(element)
        elif name == "num":
            link = next((child for child in element if _local(child) == "abstractNumId"), None)
            if link is not None:
                lists[_value(element, "numId")] = abstract.get(_value(link, "val"), {})
    return lists


def _read_levels(abstract: ElementTree.Element) -> dict[int, _Level]:
    levels = {}
    for element in abstract:
        if _local(element) == "lvl":
            parts = {_local(child): _value(child, "val") for child in element}
            start, kind = parts.get("start", "1"), parts.get("numFmt", "decimal")
            level = _Level(int(start) if start.isdecimal() else 1, kind, parts.get("lvlText", ""))
            levels[int(_value(element, "ilvl") or 0)] = level
    return levels


def _numeral(number: int, kind: str) -> str:
    if kind in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    if kind == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((97 if kind == "lowerLetter" else 65) + number - 1)
    return str(number)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: ElementTree.Element, name: str) -> str:
    """A w: attribute, in whichever of the two namespaces the document uses."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
