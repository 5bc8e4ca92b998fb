"""The keys of each file of a campaign folder, and what each must hold."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from config.campaign import AnswerKind, Audience, BaseDate, FieldKind, Measure, Spans
from config.reading import Key, Part, Rows, Strings, Table


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _is_pairs(value: object) -> bool:
    return isinstance(value, list) and all(_is_texts(pair) and len(pair) == 2 for pair in value)


def _is_doubts(value: object) -> bool:
    return _is_pairs(value) and isinstance(value, list) and all(_is_pattern(pair[0]) for pair in value)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _as_pairs(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1_000_000


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_zone(value: object) -> bool:
    return isinstance(value, str) and value in available_timezones()


def _is_days(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_whole(day) and day > 0 for day in value)


def _is_spans(value: object) -> bool:
    """Pairs of times of day, each pair after the one before."""
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return False
    ends = [end for pair in value for end in pair]
    if not all(isinstance(end, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", end) for end in ends):
        return False
    return all(earlier < later for earlier, later in pairwise(ends))


def _is_minute(value: object) -> bool:
    """A time of day at which not everybody's systems send."""
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):(?!00|30)[0-5]\d", value) is not None


def _as_minute(value: str) -> time:
    return time.fromisoformat(value)


def _as_spans(pairs: list[list[str]]) -> Spans:
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _one_of(*choices: str) -> Key:
    return Key("、".join(choices) + " 之一", lambda value: value in choices)


def _member_of(members: type[StrEnum]) -> Key:
    choices = [member.value for member in members]
    return Key("、".join(choices) + " 之一", lambda value: value in choices, members)


TEXT = Key("不为空的文字", lambda value: isinstance(value, str) and bool(value.strip()))
ANY_TEXT = Key("文字", lambda value: isinstance(value, str))
FLAG = Key("true 或 false", lambda value: isinstance(value, bool))
WHOLE = Key("不小于0的整数", _is_whole)
POSITIVE = Key("大于0的整数", lambda value: _is_whole(value) and value > 0)
POINTS = Key("不小于0的数", _is_number, float)
DAY = Key("日期，如 2019-07-25", lambda value: isinstance(value, date) and not isinstance(value, datetime))
TEXTS = Key("由不为空的文字组成的数组", _is_texts, tuple)
PAIRS = Key("由 [原词, 替换词] 组成的数组", _is_pairs, _as_pairs)
DOUBTS = Key("由 [正则表达式, 提示] 组成的数组", _is_doubts, _as_pairs)
DAYS = Key("由大于0的整数组成的数组", _is_days, tuple)
MINUTE = Key('不在整点和半点的时刻，如 "08:47"', _is_minute, _as_minute)
SPANS = Key('由 ["09:05", "10:55"] 组成、先后相接的数组', _is_spans, _as_spans)
ZONE = Key("时区名，如 Asia/Shanghai", _is_zone, ZoneInfo)

BODY: Table = {
    "id": TEXT,
    "name": TEXT,
    "kind": _one_of("county", "department"),
    "aliases": TEXTS.otherwise(()),
    "cutoff": DAY.otherwise(None),
}

CAMPAIGN: Table = {
    "id": TEXT,
    "title": TEXT,
    "award": TEXT,
    "document_number": TEXT,
    "zone": ZONE,
    "opens": DAY,
    "deadline": DAY,
    "deadline_words": TEXT,
    "deadline_clause": TEXT,
    "lateness_words": TEXT,
    "ends": DAY,
    "keep_until": DAY.otherwise(None),
    "quota": POSITIVE,
    "contact": Part(dict.fromkeys(("person", "phone", "email", "address", "office", "office_short"), TEXT)),
    "units": Part({"prefixes": TEXTS.otherwise(()), "replacements": PAIRS.otherwise(())}),
    "body": Rows(BODY),
    "open_point": Rows({"id": TEXT, "question": TEXT, "default": TEXT, "blocking": FLAG}, least=0),
}

NOTICE: Table = {"clause": Rows({"id": TEXT, "label": TEXT, "title": TEXT, "text": TEXT})}

FIELD: Table = {
    "id": TEXT,
    "number": POSITIVE,
    "label": TEXT,
    "kind": _member_of(FieldKind),
    "limit": WHOLE,
    "measure": _member_of(Measure),
    "aliases": TEXTS,
    "question": TEXT,
    "help": TEXT,
    "example": TEXT,
    "mirrors": TEXT.otherwise(None),
    "printed": FLAG,
    "arabic_digits": FLAG.otherwise(False),
    "doubts": DOUBTS.otherwise(()),
}

FORM: Table = {
    "title": TEXT,
    "unit_field": TEXT,
    "template": TEXT,
    "reserved": Strings(),
    "field": Rows(FIELD),
}

RULE: Table = {
    "id": TEXT,
    "points": POINTS,
    "whole": FLAG.otherwise(False),
    "verified": FLAG.otherwise(False),
    "veto": FLAG.otherwise(False),
    "reason": TEXT,
    "words": TEXT,
    "question": TEXT.otherwise(""),
    "answer": _member_of(AnswerKind).otherwise(None),
    "required": POSITIVE.otherwise(0),
    "help": TEXT.otherwise(""),
    "evidence": TEXTS.otherwise(()),
}

ITEM: Table = {
    "id": TEXT,
    "number": TEXT,
    "title": TEXT,
    "maximum": POINTS,
    "known_by": _one_of("unit", "inspector", "judgement"),
    "averaged": FLAG.otherwise(False),
    "method": TEXT,
    "criteria": TEXT,
    "evidence": TEXTS.otherwise(()),
    "rule": Rows(RULE, least=0),
}

SECTION: Table = {
    "id": TEXT,
    "title": TEXT,
    "points": POINTS,
    "standard": TEXT,
    "bonus": FLAG.otherwise(False),
    "item": Rows(ITEM),
}

STANDARD: Table = {
    "title": TEXT,
    "note": ANY_TEXT,
    "average_formula": Key('""（尚未明确）或 "proportional"', lambda value: value in ("", "proportional")),
    "section": Rows(SECTION),
}

STAGE: Table = {
    "id": TEXT,
    "label": TEXT,
    "public_label": TEXT,
    "replay": _one_of("draft", "submitted", "withdrawn"),
    "editable": FLAG.otherwise(False),
    "final": FLAG.otherwise(False),
}

ARROW: Table = {
    "source": TEXT,
    "target": TEXT,
    "role": _one_of("holder", "body", "office", "system"),
    "action": TEXT,
    "needs_reason": FLAG.otherwise(False),
    "label": TEXT,
    "public_label": TEXT,
}

STAGES: Table = {"stage": Rows(STAGE), "arrow": Rows(ARROW)}

CONDITION: Table = {
    "clause": TEXT,
    "headings": TEXTS,
    "strong": TEXTS,
    "fair": TEXTS.otherwise(()),
    "weak": TEXTS.otherwise(()),
}

DECK: Table = {
    "condition": Rows(CONDITION),
    "aspect": Rows({"name": TEXT, "headings": TEXTS}, least=0),
}

REMINDER_RULE: Table = {
    "id": TEXT,
    "audience": _member_of(Audience),
    "base": _member_of(BaseDate),
    "days": DAYS,
    "stages": TEXTS,
}

REMINDERS: Table = {
    "windows": SPANS,
    "hours": SPANS,
    "contact_name": TEXT.otherwise(""),
    "contact_phone": TEXT.otherwise(""),
    "digest": MINUTE.otherwise(None),
    "rule": Rows(REMINDER_RULE),
    "workday": Rows({"date": DAY, "works": FLAG}, least=0),
}

VISITS: Table = {
    "stages": TEXTS,
    "slots": SPANS,
    "hours": SPANS,
    "minutes": POSITIVE,
    "travel_minutes": WHOLE,
    "patience": POSITIVE,
    "least_team": POSITIVE,
    "bodies_see": FLAG,
    "address_field": TEXT.otherwise(""),
    "prepare": TEXTS.otherwise(()),
}

RESULTS: Table = {
    "conditions": TEXTS,
    "maximum": WHOLE.otherwise(0),
    "total": FLAG.otherwise(False),
    "place": TEXT,
    "workdays": WHOLE.otherwise(0),
    "channel": TEXT.otherwise(""),
    "open_point": TEXT.otherwise(""),
}
