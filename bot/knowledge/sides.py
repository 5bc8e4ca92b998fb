"""Which entries tell the side of their topic that a question asks about.

几本 wants an entry that counts 本, 公布在哪 one that names places, 什么颜色 one that knows of colours. An entry
whose vocabulary lacks that is near the question and yet no answer to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.knowledge import cues
from bot.knowledge.index import Index


class Sides:
    """Judges entries by what a question wants to know. `details` are words that only some entries know of."""

    def __init__(self, index: Index, details: Sequence[str]) -> None:
        self._index = index
        self._details = {word: [word[at : at + 2] for at in range(len(word) - 1)] for word in details}

    def asked(self, text: str, canonical: str) -> Callable[[int], bool] | None:
        """Whether an entry tells what the normalised `text` asks; None if it asks for no side in particular."""
        counted = {} if cues.asks_points(text) else cues.counted(canonical)
        told = cues.told_by(canonical)
        details = [pair for word, pairs in self._details.items() if word in text for pair in pairs]
        if not (counted or told or details):
            return None
        holds = self._index.holds
        return lambda entry: (
            all(self._counts(entry, measure, noun) for measure, noun in counted.items())
            and all(any(holds(entry, word) for word in words) for words in told)
            and all(holds(entry, pair) for pair in details)
        )

    def _counts(self, entry: int, measure: str, noun: str) -> bool:
        return any(self._index.counts(entry, like) for like in cues.alike(measure)) and (
            not noun or any(self._index.holds(entry, char) for char in noun)
        )
