"""The words by which a deck's conditions and aspects are recognised, as patterns over normalised lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.documents.deck_outline import Line, normal
from bot.documents.deck_proof import has_figure
from config.campaign import Campaign

STRONG, FAIR, WEAK = 3, 2, 1
ENOUGH = 3
"""The weight of the words that make a slide speak of a condition: one strong word, or a fair one with another."""

_EXTRA = 10  # characters a heading may have beside the words that make it one
_EXTRA_OFFICIAL = 14
_NAME_ENDS = r"(?=$|[及和与、,:()\-—好]|显著|明显|展示)"  # 主要做法及成效, but not 做法被转发


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names a condition or an aspect."""

    key: str
    official: bool  # by the notice's own words
    line: Line


class Words:
    """Words with their weights, found where they stand. Of two that begin at one place the longer is meant."""

    def __init__(self, weighted: Mapping[str, int]) -> None:
        self._by_first: dict[str, list[tuple[re.Pattern[str], int]]] = {}
        for word in sorted(weighted, key=len, reverse=True):
            pattern = _pattern(word)
            self._by_first.setdefault(normal(word)[0], []).append((re.compile(pattern), weighted[word]))

    def found(self, text: str) -> Iterator[tuple[str, int]]:
        """The words in the text, none of them overlapping another, with their weights."""
        place = 0
        while place < len(text):
            match, value = self._at(text, place)
            if match:
                yield match, value
            place += len(match) or 1

    def _at(self, text: str, place: int) -> tuple[str, int]:
        for pattern, value in self._by_first.get(text[place], ()):
            if match := pattern.match(text, place):
                return match[0], value
        return "", 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What a deck may be about: its headings and its words."""

    key: str
    title: str  # normalised; "" where no heading is the notice's own
    headings: re.Pattern[str]
    words: Words

    def found(self, lines: Iterable[Line]) -> dict[str, int]:
        """The words found, as they stand there, with their weights."""
        return {word: value for line in lines for word, value in self.words.found(line.text)}

    def heading(self, line: Line) -> Heading | None:
        """The line as a heading of this subject, None if it is none."""
        if not line.short or has_figure(line.text):
            return None
        if self.title and self.title in line.text and len(line.text) <= len(self.title) + _EXTRA_OFFICIAL:
            return Heading(self.key, True, line)
        match = self.headings.search(line.text)
        if match and len(line.text) <= len(match[0]) + _EXTRA:
            return Heading(self.key, False, line)
        return None


def conditions(campaign: Campaign) -> tuple[Subject, ...]:
    """The campaign's conditions, keyed by their clause."""
    return tuple(
        _subject(
            row.clause,
            campaign.clause(row.clause).title,
            row.headings,
            {STRONG: row.strong, FAIR: row.fair, WEAK: row.weak},
        )
        for row in campaign.deck.conditions
    )


def aspects(campaign: Campaign) -> tuple[Subject, ...]:
    """What every deck is to bring out, keyed by its name."""
    return tuple(
        _subject(row.name, "", (row.name, *row.headings), {}, after=_NAME_ENDS)
        for row in campaign.deck.aspects
    )


def weight(found: Mapping[str, int]) -> int:
    """What the words found weigh together; weak ones alone weigh nothing."""
    total = sum(found.values())
    return total if any(value > WEAK for value in found.values()) else 0


def best_heading(subjects: Sequence[Subject], line: Line) -> Heading | None:
    """The subject that a line names: the notice's own words first, else the one named last in the line."""
    found = [(subject, heading) for subject in subjects if (heading := subject.heading(line))]
    if not found:
        return None
    return max(found, key=lambda pair: (pair[1].official, _place(pair[0], line)))[1]


def _place(subject: Subject, line: Line) -> int:
    places = [match.start() for match in subject.headings.finditer(line.text)]
    return max(places, default=0)


def _subject(
    key: str, title: str, headings: Iterable[str], words: Mapping[int, Iterable[str]], after: str = ""
) -> Subject:
    weighted = {word: value for value, listed in words.items() for word in listed}
    named = "|".join(_pattern(word) for word in sorted(headings, key=len, reverse=True))
    return Subject(key, normal(title), re.compile(f"(?:{named or '(?!)'}){after}"), Words(weighted))


def _pattern(word: str) -> str:
    return ".{0,6}?".join(re.escape(normal(piece)) for piece in word.split("…"))
