"""What speaks for an entry apart from likeness: places named, words and patterns that decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.knowledge import cues
from bot.knowledge.entries import Entry, Sort
from bot.knowledge.places import Places

_PLACE = 0.9  # lift of a clause named by its ordinal, and of a topic by its pattern
_ITSELF = 0.25  # further lift of the clause itself against single facts of it
_DECIDING = 0.5  # lift of an unstated topic whose own word is used
_RIVAL = 0.25  # lift of a fact whose rival is named
_SECTION = 0.2  # lift of a section whose title stands beside a word for the whole


class Lifts:
    """Finds the entries that a normalised question names by more than its vocabulary."""

    def __init__(self, entries: Sequence[Entry], places: Places) -> None:
        self._entries = entries
        self._places = places
        self._by_clauses: dict[frozenset[str], list[int]] = {}
        # Words that lift an entry by themselves, by their first two characters.
        self._telling: dict[str, list[tuple[str, int, float]]] = {}
        self._stems: list[tuple[str, int]] = []
        self._patterns: list[tuple[re.Pattern[str], int]] = []
        for number, entry in enumerate(entries):
            if entry.clauses and (len(entry.clauses) == 1 or entry.sort in (Sort.SECTION, Sort.GROUP)):
                self._by_clauses.setdefault(frozenset(entry.clauses), []).append(number)
            self._tell(entry.words, number, _DECIDING)
            self._patterns += [(re.compile(pattern), number) for pattern in entry.patterns]
            if entry.choice:
                self._tell(entry.choice.rivals, number, _RIVAL)
            if entry.sort is Sort.SECTION:
                self._stems.append((entry.say[:-1], number))
                self._tell((entry.say,), number, _SECTION)

    def _tell(self, words: Iterable[str], number: int, lift: float) -> None:
        for word in words:
            self._telling.setdefault(word[:2], []).append((word, number, lift))

    def of(self, text: str, prefix: str) -> dict[int, float]:
        """Entry → lift. `prefix` is the group talked about before."""
        lifts: dict[int, float] = {}
        placed = self._places.find(text, prefix)
        for number in self._by_clauses.get(frozenset(placed), ()) if placed else ():
            lifts[number] = _PLACE + (_ITSELF if self._entries[number].sort is Sort.CLAUSE else 0.0)
        for at in range(len(text) - 1):
            for word, number, lift in self._telling.get(text[at : at + 2], ()):
                if text.startswith(word, at):
                    lifts[number] = lift
        # Points are always stated, whatever else a question for them holds.
        if not cues.asks_score(text):
            lifts.update((number, _PLACE) for pattern, number in self._patterns if pattern.search(text))
        whole = cues.means_total(text)
        if whole and len(named := self._sections_in(text)) > 1:
            lifts[named[0]] = _PLACE
        plain_title = (n for n in lifts if lifts[n] == _SECTION and not whole)
        return {n: lifts[n] for n in lifts.keys() - set(plain_title)}

    def _sections_in(self, text: str) -> list[int]:
        """The sections that a text names, be it without the last character of their titles."""
        return [number for stem, number in self._stems if stem in text]
