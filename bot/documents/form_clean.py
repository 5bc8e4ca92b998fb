"""Takes off a filled box what the paper itself prints there: rules, seals, dates of seals, hints."""

from __future__ import annotations

import re

from config.campaign import FieldKind

_RULES = " \t\r\n\u3000\xa0_＿"
_NEAR_END = 200
_FIGURES = re.compile("[0-9０-９〇零一二三四五六七八九十]")
_HINT = re.compile(r"[（(]\s*推荐多个单位的\s*[，,]?\s*注明推荐顺序\s*[)）]")
_SIGNED = re.compile(r"[（(]\s*(?:盖\s*章|公\s*章|签\s*字|签\s*名|签\s*章)\s*[)）]\s*$")
_SEAL = re.compile(
    r"(?:^|(?<=[\s。；！）)]))[（(]?\s*(?:单\s*位)?\s*[（(]?\s*(?:盖|公|签)\s*章\s*[)）]?\s*[:：]?\s*[)）]?$"
)
_SIGNATURE = re.compile(r"(?:^|\n)[^\n。]{0,12}(?:签\s*字|签\s*名)\s*[)）]?\s*[:：]?[ \t\u3000_＿]*$")
_SEAL_DATE = re.compile(
    r"(?:^|(?<=[\s章）)]))[0-9０-９〇零一二三四五六七八九十]{0,4}\s*年"
    r"\s*[0-9０-９一二三四五六七八九十]{0,3}\s*月\s*[0-9０-９一二三四五六七八九十]{0,3}\s*日$"
)


def clean(kind: FieldKind, text: str) -> str:
    """What a person wrote into the box of a field of this kind; "" for an empty one."""
    text = text.strip(_RULES)
    if kind in (FieldKind.TEXT, FieldKind.COLLECTED):
        return clean_opinion(text)
    text = _SIGNED.sub("", text).strip(_RULES)
    if kind is FieldKind.DATE and not _FIGURES.search(text) and re.fullmatch(r"[\s年月日号/.\-]*", text):
        return ""
    return text


def clean_opinion(text: str) -> str:
    """A long text without the hint on the ranking order, and without seal, signature and date at its end."""
    text = _HINT.sub("", text).strip(_RULES)
    while found := _ending(text):
        text = text[: found.start()].rstrip(_RULES)
    return text


def _ending(text: str) -> re.Match[str] | None:
    """The seal, signature or date that ends the text; looked for near its end only."""
    near = max(0, len(text) - _NEAR_END)
    found = (pattern.search(text, near) for pattern in (_SEAL_DATE, _SEAL, _SIGNATURE))
    return next((match for match in found if match), None)
