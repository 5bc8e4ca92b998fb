"""Reading one field's value: normalise, check, measure (dialogue page §5). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.dialogue.script import simplify
from config.campaign import Field, FieldKind, Measure

NARROW: dict[int, int | None] = {
    **dict.fromkeys((0x200B, 0x2060, 0xFEFF)),
    **{
        code: code - 0xFEE0
        for first, last in ("０９", "ＡＺ", "ａｚ")
        for code in range(ord(first), ord(last) + 1)
    },
}
"""Full-width digits and letters, as phones write them, become narrow; what cannot be seen goes."""

_TRAILING = "。．，,；;、" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_SPACE_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_WORD = re.compile(r"[!-~]+|[^\x00-\x7f\s]")
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
_SPELLED = re.compile(
    f"(?<![{_NUMERALS}])[{_NUMERALS}]{{2,}}+[余多]?"  # a whole run of numerals at once: no second look
    f"(?:次|件|人|个|项|户|家|起|名|期|场|年|月|日|元|份|条|类|所|批|小时)|百分之[{_NUMERALS}]"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"\(?(010|02[0-9]|0[0-9]{3})\)?-?([0-9]{7,8})")
_REST_SHOWN = 20
_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_DATE_MARKS = str.maketrans("／－．—–", "/-.--")
_DATE = re.compile(
    r"(?:(?P<year>[0-9]{4}|[〇○零一二三四五六七八九]{4})年)?"
    r"(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]?"
)
_DATE_SEPARATED = re.compile(
    r"(?:(?P<year>[0-9]{4})(?P<mark>[-/.]))?(?P<month>[0-9]{1,2})(?(mark)(?P=mark)|[-/.])(?P<day>[0-9]{1,2})"
)
_DATE_PACKED = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is stored. `warnings` are codes, `hints` sentences for the person."""

    text: str
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value is not stored: empty, too_long, bad_date, bad_phone or bad_email.

    `count` is what a limit counted, `rest` the beginning of what goes beyond it.
    """

    code: str
    count: int = 0
    rest: str = ""


def normalise(text: str) -> str:
    """§5.1: invisible characters dropped, full-width digits and letters narrowed, ends trimmed."""
    return text.translate(NARROW).strip()


def normalise_line(text: str) -> str:
    """§5.2: as `normalise`, no white space between two Chinese characters, no trailing punctuation."""
    return _HAN_SPACE_HAN.sub("", normalise(text)).rstrip(_TRAILING)


def count_words(text: str) -> int:
    """§5.5: 字数 as a word processor counts it."""
    return len(_WORD.findall(text))


def spells_numbers(text: str) -> bool:
    """§5.6: whether figures are spelled in Chinese where the form asks for Arabic digits."""
    return _SPELLED.search(text) is not None


def says_something(text: str) -> bool:
    """Whether there is any letter, digit or Chinese character."""
    return any(char.isalnum() for char in text)


def measure(field: Field, text: str) -> int:
    """How much of the field's limit a normalised text takes."""
    return count_words(text) if field.measure is Measure.WORDS else len(text)


def read_value(field: Field, text: str, today: date) -> Value | Refusal:
    """The value of a field out of what somebody wrote (its label already removed).

    `today` is the day of the message in the campaign's zone: it stands for 今天 and lends the year.
    """
    one_line = field.kind not in (FieldKind.TEXT, FieldKind.COLLECTED)
    value = normalise_line(text) if one_line else normalise(text)
    if not says_something(value):
        return Refusal("empty")
    if field.kind is FieldKind.DATE:
        day = read_date(value, today)
        return Value(day.isoformat()) if day else Refusal("bad_date")
    if field.kind is FieldKind.PHONE:
        phone = read_phone(value)
        return Value(phone) if phone else Refusal("bad_phone")
    if field.kind is FieldKind.EMAIL:
        email = read_email(value)
        return Value(email) if email else Refusal("bad_email")
    size = measure(field, value)
    if field.limit and size > field.limit:
        return Refusal("too_long", size, _beyond(field, value))
    warnings = ("arabic_digits",) if field.arabic_digits and spells_numbers(value) else ()
    return Value(value, warnings, tuple(hint for pattern, hint in field.doubts if re.search(pattern, value)))


def _beyond(field: Field, value: str) -> str:
    """Where the limit is passed: a few characters from the first one too many."""
    start = field.limit
    if field.measure is Measure.WORDS:
        start = next(islice(_WORD.finditer(value), field.limit, None)).start()
    return value[start : start + _REST_SHOWN]


def can_be(kind: FieldKind, text: str) -> bool:
    """Whether a text can be read as a date, a telephone number or a mail address."""
    match kind:
        case FieldKind.DATE:
            return read_date(text, date(2020, 1, 1)) is not None
        case FieldKind.PHONE:
            return read_phone(text) is not None
        case FieldKind.EMAIL:
            return read_email(text) is not None
    return False


def read_date(text: str, today: date) -> date | None:
    """§5.4: a day written in any of the usual ways; None if it is not one or does not exist."""
    plain = simplify(re.sub(r"\s+", "", text)).translate(_DATE_MARKS)
    if plain in ("今天", "今日"):
        return today
    match = _DATE.fullmatch(plain) or _DATE_SEPARATED.fullmatch(plain) or _DATE_PACKED.fullmatch(plain)
    if match is None:
        return None
    year = _number(match["year"]) if match["year"] else today.year
    month, day = _number(match["month"]), _number(match["day"])
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    """2019, 二〇一九, 七, 十, 二十一; None if it is not a number."""
    if text.isdigit():
        return int(text)
    if "十" not in text:
        digits = [_DIGIT[char] for char in text]
        # 二七 is no day; only a year is written digit by digit
        return int("".join(map(str, digits))) if len(digits) in (1, 4) else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[ones] if ones else 0)


def read_phone(text: str) -> str | None:
    """§5.4: 13800000000 or 0375-2663225; None if it is neither."""
    plain = re.sub(r"\s+", "", text).translate(str.maketrans("（）＋－—–", "()+---"))
    mobile = _MOBILE.fullmatch(re.sub(r"[-()]", "", plain))
    if mobile:
        return mobile[1]
    landline = _LANDLINE.fullmatch(plain)
    return f"{landline[1]}-{landline[2]}" if landline and plain.count("(") == plain.count(")") else None


def read_email(text: str) -> str | None:
    """§5.4: an address with its case kept; None if it is not one."""
    plain = re.sub(r"\s+", "", text).translate(str.maketrans("＠．－＿", "@.-_"))
    return plain if _EMAIL.fullmatch(plain) else None
