"""Values of a campaign's files as somebody types and reads them. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Any

from bot.campaign_edits.wording import kept, spoken
from bot.dialogue.fields import read_email

_BETWEEN = re.compile(r"[、，,；;\s]+")
_LINES = re.compile(r"[；;\n]+")
_SPAN = re.compile(r"(\d{1,2})[:点时](\d{2})分?\s*(?:-|—|–|~|至|到)+\s*(\d{1,2})[:点时](\d{2})分?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_PHONE = re.compile(r"[0-9][0-9 ()\-]{5,24}(?:(?:转|-)[0-9]{1,6})?")
_FLAGS = {"是": True, "否": False, "true": True, "false": False, "on": True, "": False}


class Kind(StrEnum):
    """How a value is typed."""

    LINE = "line"
    LINES = "lines"  # one a line
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    NUMBERS = "numbers"  # 14、7、3、1
    FLAG = "flag"
    DATE = "date"
    SPANS = "spans"  # 09:05-10:55、14:35-16:55
    WORDING = "wording"  # a phrase with its {variables}, which are read and typed by other names
    ROW = "row"  # a whole row: put there or taken away, never typed


class ValueProblem(Exception):
    """What was typed is no such value; the message is the kind."""


def read_text(kind: Kind, text: str) -> Any:
    """The value that a text stands for. `ValueProblem` if it stands for none."""
    if kind is Kind.WORDING:
        return kept(text.replace("\r\n", "\n").strip())
    plain = unicodedata.normalize("NFKC", text).strip()
    match kind:
        case Kind.LINES:
            found: Any = [line for part in _LINES.split(text) if (line := part.strip())]
        case Kind.NUMBER:
            found = _number(kind, plain)
        case Kind.NUMBERS:
            found = [_number(kind, part) for part in _BETWEEN.split(plain) if part]
        case Kind.FLAG:
            found = _FLAGS.get(plain.lower())
        case Kind.DATE:
            found = _day(plain)
        case Kind.SPANS:
            found = _spans(plain)
        case Kind.ROW:
            found = None
        case _:
            found = " ".join(text.split()) if kind is Kind.LINE else "".join(plain.split())
    if found is None or not fits(kind, found):
        raise ValueProblem(kind)
    return found


def fits(kind: Kind, value: Any) -> bool:
    """What the campaign's own check does not ask of a value: that people can use it."""
    match kind:
        case Kind.PHONE:
            return isinstance(value, str) and _PHONE.fullmatch(value) is not None
        case Kind.EMAIL:
            return isinstance(value, str) and read_email(value) is not None
        case Kind.LINE:
            return isinstance(value, str) and bool(value.strip()) and "\n" not in value
        case _:
            return True


def shown(kind: Kind, value: Any) -> str:
    """A value as it is read and typed; "" for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case list() if kind is Kind.SPANS:
            return "、".join(f"{start}-{end}" for start, end in value)
        case list():
            return ("\n" if kind is Kind.LINES else "、").join(str(item) for item in value)
        case _:
            return spoken(str(value)) if kind is Kind.WORDING else str(value)


def _number(kind: Kind, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueProblem(kind)
    return int(text)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _spans(text: str) -> list[list[str]] | None:
    """Pairs of times; None where something else stands between them."""
    spans = [
        [f"{int(hour):02}:{minute}", f"{int(last):02}:{end}"]
        for hour, minute, last, end in _SPAN.findall(text)
    ]
    rest = _BETWEEN.sub("", _SPAN.sub("", text))
    return spans if spans and not rest else None
