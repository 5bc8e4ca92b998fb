"""Reads a filled form back: one of ours exactly, one filled by hand as far as it can be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue.fields import Refusal, Value, read_value
from bot.documents.form_boxes import Box, BoxReader, pieces
from bot.documents.form_clean import clean, clean_opinion
from bot.documents.form_fill import LONG_KINDS, printed_lines
from bot.documents.form_labels import OPINION, Labels
from bot.documents.form_properties import FormProperties
from bot.documents.paper import Paper, lines_of
from bot.documents.print_code import check_print_code
from bot.documents.unreadable import UnreadableForm
from bot.documents.word_file import open_paper
from config.campaign import Campaign, Field, FieldKind, Measure

_PRINTED_CODE = re.compile(r"打\s*印\s*码\s*[:：]?\s*([0-9A-Za-z０-９Ａ-Ｚａ-ｚ\-]{7,9})")
_LEAST_LABELS = 2


class Origin(StrEnum):
    OURS = "ours"  # printed here: it carries our properties, or a valid print code
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that was not taken, or taken with a doubt (arabic_digits). Codes as on the dialogue page §3."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FormReading:
    """What a form says.

    `values` has every field of the form, as it would be stored, or None. `edited` are the printed fields of
    a form of ours whose text was changed after it was made: what stands on the paper counts, and the print
    code no longer belongs to it.
    """

    values: Mapping[str, str | None]
    recommender_opinion: str | None
    print_code: str | None
    origin: Origin
    problems: tuple[Problem, ...] = ()
    edited: tuple[str, ...] = ()
    version: str | None = None  # the version our properties name
    refused: Mapping[str, str] = field(default_factory=dict)  # as it stands there, what was not taken


def read_form(campaign: Campaign, content: bytes) -> FormReading:
    """The form in a .docx, .doc or .wps; UnreadableForm where there is none.

    A day without its year is in the year in which the campaign opens.
    """
    paper = open_paper(content)
    ours = paper.properties if paper.properties and paper.properties.campaign == campaign.id else None
    kept = _kept(campaign, ours)
    printed = {item.id: printed_lines(item, kept.get(item.id, "")) for item in campaign.form.fields}
    known = {key: _squeeze("".join(lines)) for key, lines in printed.items() if lines}
    long = frozenset({item.id for item in campaign.form.fields if item.kind in LONG_KINDS} | {OPINION})
    boxes = BoxReader(Labels(campaign.form), long, known).read(paper)
    if ours is None and len({box.key for box in boxes}) < _LEAST_LABELS:
        raise UnreadableForm("not_a_form")
    code = check_print_code(ours.code or "") if ours else _visible_code(paper)
    values: dict[str, str | None] = {}
    problems: list[Problem] = []
    edited: list[str] = []
    refused: dict[str, str] = {}
    for item in campaign.form.fields:
        seen = _seen(item, boxes)
        if ours and (not item.printed or seen is None or _same(item, seen, printed[item.id])):
            values[item.id] = kept.get(item.id)
        else:
            values[item.id] = _value(campaign, item, seen or "", problems) if item.printed else None
            if item.printed and seen and values[item.id] is None:
                refused[item.id] = seen
            edited += [item.id] if ours else []
    return FormReading(
        values=values,
        recommender_opinion=_opinion(boxes),
        print_code=code,
        origin=Origin.OURS if ours or code else Origin.HAND,
        problems=tuple(problems),
        edited=tuple(edited),
        version=ours.version if ours else None,
        refused=refused,
    )


def message_for(item: Field, code: str, count: int = 0) -> str:
    """What is wrong with a value, for the person who wrote it."""
    unit = "字" if item.measure is Measure.WORDS else "个字符"
    messages = {
        "empty": f"“{item.label}”没有可用的内容。",
        "too_long": f"“{item.label}”现有{count}{unit}，超过{item.limit}{unit}的上限。",
        "bad_date": f"“{item.label}”不是能识别的日期，请写成2019年7月10日这样的格式。",
        "bad_phone": f"“{item.label}”不是能识别的电话号码，请写手机号码或带区号的座机号码。",
        "bad_email": f"“{item.label}”不是能识别的电子邮箱地址。",
        "arabic_digits": f"“{item.label}”中有用汉字写的数字，请统一用阿拉伯数字。",
    }
    return messages.get(code, f"“{item.label}”无法采用，请核对。")


def _kept(campaign: Campaign, ours: FormProperties | None) -> dict[str, str]:
    """The values our properties hold. Anybody can write properties: what would be refused is left out."""
    kept = {}
    for item in campaign.form.fields:
        text = ours.values.get(item.id) if ours else None
        read = read_value(item, text, campaign.opens) if text else None
        if isinstance(read, Value):
            kept[item.id] = read.text
    return kept


def _seen(item: Field, boxes: list[Box]) -> str | None:
    """What stands in the field's box, the first filled one of several; None if there is no such box."""
    found: str | None = None
    for box in boxes:
        if box.key == item.id:
            found = clean(item.kind, ("\n" if item.kind in LONG_KINDS else " ").join(pieces(box)))
            if found:
                return found
    return found


def _same(item: Field, seen: str, printed: list[str]) -> bool:
    return _squeeze(seen) == _squeeze(clean(item.kind, "\n".join(printed)))


def _value(campaign: Campaign, item: Field, text: str, problems: list[Problem]) -> str | None:
    """The value as it would be stored; what is wrong with it goes to `problems`."""
    if not text:
        return None
    if item.kind is FieldKind.DATE and not any(character.isnumeric() for character in text):
        read: Value | Refusal = Refusal("bad_date")
    else:
        read = read_value(item, text, campaign.opens)
    if isinstance(read, Refusal):
        problems.append(Problem(item.id, read.code, message_for(item, read.code, read.count)))
        return None
    problems.extend(Problem(item.id, code, message_for(item, code)) for code in read.warnings)
    return read.text


def _opinion(boxes: list[Box]) -> str | None:
    texts = (clean_opinion("\n".join(pieces(box))) for box in boxes if box.key == OPINION)
    return "\n".join(text for text in texts if text) or None


def _visible_code(paper: Paper) -> str | None:
    codes: Iterator[str | None] = (
        check_print_code(found[1])
        for line in (*paper.margins, *lines_of(paper.body))
        for found in _PRINTED_CODE.finditer(line)
    )
    return next((code for code in codes if code), None)


def _squeeze(text: str) -> str:
    return "".join(text.split())
