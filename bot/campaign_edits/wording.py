"""Other words for a phrase: what must stay as it is, and how it will read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from bot.campaign_edits.variable_names import NAMES
from config.campaign import Campaign

LONGEST = 2047  # bytes of UTF-8 of one message over WeCom
_SUBJECT = "subject"  # a word in the keys of subjects of mails, which have one line

_BRACED = re.compile(r"\{\{|\}\}|[{｛]([^{}｛｝]*)[}｝]")  # doubled braces are text
_KNOWN_AS = {spoken: name for name, spoken in NAMES.items()}

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class WordingProblem:
    """Why a wording cannot be used: the phrase that says it, with its facts."""

    phrase: str
    facts: Facts


def variables(text: str) -> tuple[str, ...]:
    """What is filled in, as it is written in the text: {unit}. ValueError if braces are malformed."""
    found = []
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            found.append(
                "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
            )
    return tuple(dict.fromkeys(found))


def spoken(text: str) -> str:
    """A sentence as the office reads it: {unit} is {单位名称}. What has no such name stays."""

    def named(found: re.Match[str]) -> str:
        name, colon, form = (found[1] or "").partition(":")
        return f"{{{NAMES[name]}{colon}{form}}}" if name in NAMES else found[0]

    return _BRACED.sub(named, text)


def kept(text: str) -> str:
    """A sentence as the office types it, as it is kept: {单位名称}, also in wide braces, is {unit}."""

    def named(found: re.Match[str]) -> str:
        name, colon, form = (found[1] or "").strip().partition(":")
        known = name if name in NAMES else _KNOWN_AS.get(name)
        return f"{{{known}{colon}{form}}}" if known else found[0]

    return _BRACED.sub(named, text)


def wording_problem(key: str, original: str, text: str) -> WordingProblem | None:
    """Why a text cannot stand for the original phrase, both as they are kept; None if it can."""
    if not text.strip():
        return WordingProblem("wording_empty", {})
    needed = variables(original)
    try:
        used = variables(text)
    except ValueError:
        return WordingProblem("wording_braces", {"names": _listed(needed)})
    if unknown := [name for name in used if name not in needed]:
        return WordingProblem("wording_unknown", {"unknown": _listed(unknown), "names": _listed(needed)})
    if missing := [name for name in needed if name not in used]:
        return WordingProblem("wording_missing", {"names": _listed(missing)})
    size = len(text.encode())
    if size > LONGEST:
        return WordingProblem("wording_long", {"size": size, "limit": LONGEST})
    if _SUBJECT in key.split("_") and "\n" in text:
        return WordingProblem("wording_one_line", {})
    return None


def sample(campaign: Campaign, text: str) -> str:
    """How a sound wording will read: filled with the campaign's own facts, and with examples for the others."""
    parts = []
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(example(campaign, name))
    return "".join(parts)


def example(campaign: Campaign, variable: str) -> str:
    """What may stand for a variable: a fact of the campaign, else an example; what it is called where there is none."""
    name = variable.partition(":")[0].partition("!")[0]
    own: dict[str, object] = {
        "title": campaign.title,
        "office": campaign.contact.office_short,
        "phone": campaign.contact.phone,
        "email": campaign.contact.email,
        "address": campaign.contact.address,
        "deadline": campaign.deadline_words,
        "clause": f"〔{campaign.clause(campaign.deadline_clause).label}〕",
    }
    return str(own.get(name) or _example(campaign.phrases, name))


def _example(phrases: Mapping[str, str], name: str) -> str:
    """An example for what the code fills in; what it is called where there is none."""
    try:
        return phrases[f"sample_{name}"]
    except KeyError:
        return f"〔{NAMES.get(name, name)}〕"


def _listed(names: Iterable[str]) -> str:
    return "、".join(map(spoken, names)) or "无"
