"""Every sentence the bot says is a phrase of the campaign: used and defined, and fit for what is passed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.dialogue.asides import Courtesy
from config.reading import placeholders
from tests.fakes.conversation import campaign

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "storage")
CAMPAIGNS = ("pingdingshan-2019", "second")
SPEAKING = ("say", "phrase")
REFUSALS = ("empty", "too_long", "bad_date", "bad_phone", "bad_email")
STATUSES = ("none", "draft", "complete", "submitted", "withdrawn")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that says a phrase. `facts` is None where the code passes them as a mapping."""

    place: str
    key: str
    facts: frozenset[str] | None


def _keys(node: ast.expr) -> Iterator[str]:
    """The keys an expression may be: a literal, either branch of an if, or a prefix ending in *."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp():
            yield from _keys(node.body)
            yield from _keys(node.orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]):
            yield prefix + "*"


def _uses() -> Iterator[Use]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
                yield from (Use(place, key, facts) for key, facts in _said(node))


def _said(node: ast.AST) -> Iterator[tuple[str, frozenset[str] | None]]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[key, *_]) if name in SPEAKING:
            yield from ((found, _facts(node)) for found in _keys(key))
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Subscript(slice=key))):
            yield from ((found, _facts(node)) for found in _keys(key))
        case ast.Subscript(value=ast.Attribute(attr="phrases") | ast.Name(id="phrases"), slice=key):
            yield from ((found, None) for found in _keys(key))


def _facts(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


USES = list(_uses())


def _indirect() -> set[str]:
    """Keys that reach `say` in a variable: literals of the dialogue's files that are phrases."""
    phrases = campaign().phrases
    literals: set[str] = {kind.value for kind in Courtesy}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in phrases:
                    literals.add(node.value)
    return literals


def _prefixes() -> set[str]:
    return {use.key[:-1] for use in USES if use.key.endswith("*")}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_phrase_that_is_used_is_defined(name: str) -> None:
    defined = campaign(name).phrases
    literal = {use.key: use.place for use in USES if not use.key.endswith("*")}
    assert {key: place for key, place in literal.items() if key not in defined} == {}
    assert [code for code in REFUSALS if f"error_{code}" not in defined] == []
    assert [status for status in STATUSES[1:] if f"progress_{status}" not in defined] == []
    assert [status for status in STATUSES[1:] if f"state_{status}" not in defined] == []
    assert [status for status in STATUSES[2:] if f"hint_{status}" not in defined] == []


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_phrase_that_is_defined_is_used(name: str) -> None:
    used = {use.key for use in USES} | _indirect()
    prefixes = tuple(prefix for prefix in _prefixes() if prefix)
    assert [key for key in campaign(name).phrases if key not in used and not key.startswith(prefixes)] == []


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_placeholders_are_among_what_the_code_passes(name: str) -> None:
    phrases = campaign(name).phrases
    literal = {use.key for use in USES}
    wrong = {}
    for use in USES:
        prefix = use.key.removesuffix("*")
        others = [key for key in phrases if key.startswith(prefix) and key not in literal]
        keys = others if use.key.endswith("*") else [use.key]
        for key in keys:
            named = placeholders(phrases.get(key, "")) or set()
            if use.facts is not None and not named <= use.facts:
                wrong[f"{use.place} {key}"] = sorted(named - use.facts)
    assert wrong == {}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_campaigns_have_the_same_phrases(name: str) -> None:
    assert sorted(campaign(name).phrases) == sorted(campaign().phrases)


def test_phrase_fits_one_message_and_holds_no_machine_words() -> None:
    for key, text in campaign().phrases.items():
        assert 0 < len(text.encode()) < 2048, key
        assert not re.search(r"\b(?:error|null|None|undefined|TODO)\b", text), key
