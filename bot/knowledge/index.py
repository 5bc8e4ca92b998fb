"""The index: which entry's wordings are nearest to a question.

Two figures decide. *Likeness* is the cosine between the question and the entry's best wording
over characters and pairs, weighted by rarity; it knows what is asked. *Coverage* is the share of
the question that the entry's vocabulary accounts for; it knows what the entry cannot answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.grams import grams, is_number, tokens

_LIKENESS = 0.6  # share of likeness in the score, the rest is coverage
_SINGLE = 0.5  # weight of a character beside a pair
_MATTER = 1.5  # weight of a pair that the notice itself holds
_CANDIDATES = 14  # entries whose coverage is looked at
_LIGHT = 0.25  # weight left to characters that only join words
_UNSEEN = 0.8  # weight of an unknown character, as a share of the rarest possible
_JOINING = frozenset(
    "的了是在有就都也还要能会可以我们你您他咱俺这那个哪些什么怎样吗呢吧么给把被让和与及或对于从到之其所应该当须需请"
    "何如得着过来去上下里中第几多少一呀啊哈啥咋谁为将按照种类项条点块栏方面情况内容具体进行关于以及等向由则即"
)
_COMMON = 0.2  # a gram in more than this share of the wordings is not followed


@dataclass(frozen=True, slots=True)
class Document:
    """What one entry is found by: its wordings, and further text that belongs to it."""

    wordings: tuple[str, ...]
    background: str


@dataclass(frozen=True, slots=True)
class Match:
    """One entry found. All figures lie between 0 and 1 (a boost may lift the score above)."""

    entry: int
    score: float
    likeness: float
    coverage: float
    lifted: bool = False  # a boost spoke for it


class Index:
    """Holds documents in canonical wording; `rank` takes questions in the same wording.

    `matter` is the text the answers come from: its words weigh more than the words people wrap them in.
    """

    def __init__(self, documents: Sequence[Document], matter: Iterable[str] = ()) -> None:
        known = [tokens(text) for text in matter]
        self._matter = frozenset(g for found in known for g in grams(found) if len(g) > 1)
        self._numbers = frozenset(t for found in known for part in found for t in part if is_number(t))
        self._vocabulary: list[frozenset[str]] = []
        self._background: list[frozenset[str]] = []
        wordings: list[tuple[int, list[str]]] = []
        for number, document in enumerate(documents):
            own = [grams(self.tokens(wording)) for wording in document.wordings]
            self._vocabulary.append(frozenset(g for found in own for g in found))
            self._background.append(frozenset(grams(self.tokens(document.background))))
            wordings.extend((number, found) for found in own if found)
        self._owner = [number for number, _ in wordings]
        self._rarity = self._rarities(len(documents))
        self._unseen = _UNSEEN * math.log(len(documents) + 1.0)
        self._postings = self._post(wordings)

    def tokens(self, text: str) -> list[list[str]]:
        """The tokens of a canonical text; numbers that the notice does not hold are one token, `#`."""
        return [[t if not is_number(t) or t in self._numbers else "#" for t in part] for part in tokens(text)]

    def _rarities(self, count: int) -> dict[str, float]:
        seen = Counter(g for own, more in zip(self._vocabulary, self._background, strict=True) for g in own | more)
        return {g: max(0.05, math.log((count + 1) / (n + 0.5))) for g, n in seen.items()}

    def _weight(self, gram: str) -> float:
        rarity = self._rarity.get(gram, 0.0)
        if len(gram) == 1:
            return rarity * _SINGLE
        return rarity * _MATTER if gram in self._matter else rarity

    def _post(self, wordings: Sequence[tuple[int, list[str]]]) -> dict[str, list[tuple[int, float]]]:
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, (_, found) in enumerate(wordings):
            weights = {g: self._weight(g) for g in found}
            norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            for gram, weight in weights.items():
                postings.setdefault(gram, []).append((number, weight / norm))
        most = max(20, int(len(wordings) * _COMMON))
        return {g: found for g, found in postings.items() if len(found) <= most}

    def knows(self, gram: str) -> bool:
        """Whether any document holds this gram."""
        return gram in self._rarity

    def rank(
        self,
        segments: list[list[str]],
        earlier: Iterable[str] = (),
        boosts: Mapping[int, float] | None = None,
    ) -> list[Match]:
        """The best entries first. `earlier` are grams of the question before, counted less."""
        weights = {g: self._weight(g) for g in grams(segments) if g in self._rarity}
        for gram in earlier:
            weights.setdefault(gram, 0.45 * self._weight(gram))
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        totals: dict[int, float] = {}
        for gram, weight in weights.items():
            for number, share in self._postings.get(gram, ()):
                totals[number] = totals.get(number, 0.0) + weight * share
        best: dict[int, float] = {}
        for number, total in totals.items():
            owner = self._owner[number]
            if total > best.get(owner, 0.0):
                best[owner] = total
        lifts = boosts or {}
        for entry in lifts:
            best.setdefault(entry, 0.0)
        leading = sorted(best, key=lambda e: -best[e] / norm - lifts.get(e, 0.0))[:_CANDIDATES]
        parts = self._parts(segments)
        found = [self._match(e, best[e] / norm, parts, lifts.get(e, 0.0)) for e in leading]
        return sorted(found, key=lambda m: -m.score)

    def _match(self, entry: int, likeness: float, parts: list[tuple[float, str, str, str]], lift: float) -> Match:
        coverage = self._coverage(entry, parts)
        score = _LIKENESS * likeness + (1 - _LIKENESS) * coverage + lift
        return Match(entry, score, likeness, coverage, lift > 0)

    def _parts(self, segments: list[list[str]]) -> list[tuple[float, str, str, str]]:
        """Each token of the question: its weight, itself, the pairs it ends and begins."""
        parts: list[tuple[float, str, str, str]] = []
        for segment in segments:
            for at, token in enumerate(segment):
                before = segment[at - 1] + token if at else ""
                after = token + segment[at + 1] if at + 1 < len(segment) else ""
                weight = min(self._rarity.get(token, self._unseen), self._unseen)
                parts.append((weight * _LIGHT if token in _JOINING else weight, token, before, after))
        return parts

    def _coverage(self, entry: int, parts: list[tuple[float, str, str, str]]) -> float:
        own, more = self._vocabulary[entry], self._background[entry]
        total = covered = 0.0
        for weight, token, before, after in parts:
            total += weight
            if token in own:
                covered += weight * (1.0 if before in own or after in own or len(token) > 1 else 0.5)
            elif token in more:
                covered += weight * (0.85 if before in more or after in more or len(token) > 1 else 0.35)
        return covered / total if total else 0.0

    def coverage(self, entry: int, segments: list[list[str]]) -> float:
        """The share of the question that the entry's vocabulary accounts for."""
        return self._coverage(entry, self._parts(segments))
