"""Judges answers to a set of questions; a line of a set is one JSON object.

`gold`: clauses any of which may come first (none: the notice does not say it) · `must`: all of these are
in the answer · `must_any`: of each list one is · `must_not`: none is said, unless denied in the same breath.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.answer import Answer, Knowledge

SETS = Path(__file__).parents[2] / "data/questions"
_DENIAL = re.compile("[不没未无非勿别否]")
_BREATH = re.compile("[，。；！？：、,.;!?:\n]")


@dataclass(frozen=True, slots=True)
class Score:
    """How a set went: shares of right answers, and the ids of the wrong ones."""

    right: float
    failed: tuple[str, ...]
    bold: tuple[str, ...]  # answered though the notice does not say it, or said what must not be said


def read(name: str) -> list[dict[str, Any]]:
    """The questions of a set."""
    text = (SETS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def score(knowledge: Knowledge, items: list[dict[str, Any]]) -> Score:
    """Ask everything, judge everything."""
    failed, bold = [], []
    for item in items:
        answer = knowledge.answer(item["q"], item.get("context", ()))
        too_bold = _says_forbidden(item, answer) or (not item["gold"] and not answer.refused)
        if too_bold:
            bold.append(item["id"])
        if too_bold or not _is_right(item, answer):
            failed.append(item["id"])
    return Score(1 - len(failed) / len(items), tuple(failed), tuple(bold))


def _is_right(item: Mapping[str, Any], answer: Answer) -> bool:
    if item["gold"]:
        fits = not answer.refused and answer.clauses[:1] != () and answer.clauses[0] in item["gold"]
    else:
        fits = answer.refused
    said = _plain(answer.text)
    return (
        fits
        and all(_holds(said, words) for words in item["must"])
        and all(any(_holds(said, words) for words in group) for group in item.get("must_any", ()))
    )


def _says_forbidden(item: Mapping[str, Any], answer: Answer) -> bool:
    breaths = [_plain(breath) for breath in _BREATH.split(answer.text)]
    return any(
        _holds(breath, words) and not _DENIAL.search(breath.split(_plain(words))[0])
        for words in item["must_not"]
        for breath in breaths
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’]", "", unicodedata.normalize("NFKC", text)).lower()


def _holds(text: str, words: str) -> bool:
    pattern = re.escape(_plain(words))
    return re.search(rf"(?<!\d){pattern}" if words[0].isdigit() else pattern, text) is not None
