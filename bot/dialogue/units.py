"""When two spellings name the same unit (dialogue page §9)."""

from __future__ import annotations

import unicodedata

from bot.dialogue.fields import normalise_line
from bot.dialogue.script import simplify
from config.campaign import UnitNames


def unit_key(names: UnitNames, text: str) -> str:
    """A key equal for all spellings of one unit; only for comparing, never shown or stored in the form."""
    key = "".join(char for char in simplify(normalise_line(text)) if _counts(char))
    for prefix in names.prefixes:
        key = key.removeprefix(prefix)
    for short, full in names.replacements:
        key = key.replace(short, full)
    return key


def _counts(char: str) -> bool:
    """Letters, digits and punctuation name a unit; blanks, marks, symbols and what is not seen do not."""
    return unicodedata.category(char)[0] in "LNP"
