"""Questions as they are compared: one width, one case, simplified characters, figures in digits."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_NUMERAL = "零〇一二三四五六七八九十百千万两"
_MEASURES = "人次|人|次|处|个|项|份|字|页|号|家|条|名|天|件|块|期|月|年|分|点|张|遍|款|档|篇|倍|起|户"
_COUNTED = re.compile(rf"(第?)([{_NUMERAL}]+)(?={_MEASURES})")
_LARGE = re.compile("[一二三四五六七八九两][百千][零〇一二三四五六七八九十百千两]*")
_FUSED = re.compile("[俩仨]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LONGEST = 400  # characters of a message that are read; questions are far shorter
_SPACES = re.compile(r"[^\S\n]+")
_BARE = re.compile(rf"第([{_NUMERAL}]+)(?![{_NUMERAL}])")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    # Loading the tables takes 20 ms, and few questions need them.
    import opencc

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def _is_simplified(text: str) -> bool:
    # GB 2312 holds the simplified forms only, so text that fits in it needs no conversion.
    try:
        text.replace("—", "").encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def simplified(text: str) -> str:
    """`text` with traditional characters replaced by simplified ones."""
    return text if _is_simplified(text) else _simplifier().convert(text)


def value_of(numeral: str) -> int:
    """The number a Chinese numeral spells (一千五 is 1500, 二〇一九 is 2019)."""
    if not any(c in _UNITS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    last_unit = 1
    for char in numeral:
        if char not in _UNITS:
            digit = _DIGITS[char]
            last_unit = 1 if digit == 0 else last_unit
            continue
        unit = _UNITS[char]
        if unit == 10000:
            total += (section + digit) * unit
            section = digit = 0
        else:
            section += (digit or 1) * unit
            digit = 0
        last_unit = unit
    return total + section + digit * (last_unit // 10 if last_unit >= 100 else 1)


def _digits(text: str) -> str:
    text = _FUSED.sub(lambda m: f"{_DIGITS[m[0]]}个", text)
    text = _COUNTED.sub(lambda m: m[1] + str(value_of(m[2])), text)
    text = _LARGE.sub(lambda m: str(value_of(m[0])), text)
    return _BARE.sub(lambda m: f"第{value_of(m[1])}", text)


def plain(text: str, longest: int | None = _LONGEST) -> str:
    """`text` in NFKC, lower case, simplified characters, counted numerals as digits, single spaces.

    At most `longest` characters are read.
    """
    text = text[:longest].encode(errors="ignore").decode()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _SPACES.sub(" ", _digits(simplified(text))).strip()
