"""The index: which entry's wordings are nearest to a question.

Two figures decide. *Likeness* is the cosine between the question and the entry's best wording
over characters and pairs, weighted by rarity; it knows what is asked. *Coverage* is the share of
the question that the entry's vocabulary accounts for; it knows what the entry cannot answer.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain
from sys import intern

from bot.knowledge.grams import Segment, grams, is_number, tokens

_LIKENESS = 0.45  # share of likeness in the score, the rest is coverage
_SINGLE = 0.5  # weight of a character beside a pair
_MATTER = 1.7  # weight of a pair that the notice itself holds
_CANDIDATES = 8  # entries whose coverage is looked at
_LIGHT = 0.25  # weight left to characters that only join words
_UNSEEN = 0.8  # weight of an unknown character, as a share of the rarest possible
_JOINING = frozenset(
    "的了是在有就都也还要能会可以我们你您他咱俺这那个哪些什么怎样吗呢吧么给把被让和与及或对于从到之其所应该当须需请"
    "何如得着过来去上下里中第几多少一呀啊哈啥咋谁为将按照种类项条点块栏方面情况内容具体进行关于以及等向由则即"
)
_COMMON = 0.4  # a gram in more than this share of the entries does not make a candidate
_FAINT = 1.0  # square of a weight below which a gram does not count towards likeness
_COUNTING = ("几", "少", "#")
_COUNTED = frozenset("处次项个人名件起回趟遍家")  # measures before which any number is like any other
_NEGLIGIBLE = 0.003  # share of the question below which a gram does not count towards likeness


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
        # one string for one gram: wordings share most of theirs
        found = [
            [list(map(intern, grams(self.tokens(wording)))) for wording in document.wordings]
            for document in documents
        ]
        self._vocabulary = [frozenset(chain.from_iterable(own)) for own in found]
        self._background = [
            frozenset(map(intern, grams(self.tokens(document.background)))) for document in documents
        ]
        self._rarity = self._rarities(len(documents))
        self._unseen = _UNSEEN * math.log(len(documents) + 1.0)
        self._weights = {gram: self._weight(gram) for gram in self._rarity}
        self._squares = {gram: weight * weight for gram, weight in self._weights.items()}
        # Grams that most entries hold tell nothing, and are most of what would have to be kept.
        self._telling = frozenset(gram for gram, square in self._squares.items() if square >= _FAINT)
        self._norms: list[float] = []
        # gram → entry → its wordings that hold the gram
        self._postings: dict[str, dict[int, tuple[int, ...]]] = {}
        for entry, own in enumerate(found):
            self._post(entry, own)

    def tokens(self, text: str) -> list[Segment]:
        """The tokens of a canonical text; counts, and numbers that the notice does not hold, are `#`."""
        return [part if isinstance(part, str) else self._masked(part) for part in tokens(text)]

    def _masked(self, part: Segment) -> Segment:
        before, after = ["", *part[:-1]], [*part[1:], ""]
        return [
            "#" if is_number(t) and (t not in self._numbers or (b != "第" and a in _COUNTED)) else t
            for b, t, a in zip(before, part, after, strict=True)
        ]

    def _rarities(self, count: int) -> dict[str, float]:
        held = (own | more for own, more in zip(self._vocabulary, self._background, strict=True))
        seen = Counter(chain.from_iterable(held))
        return {g: max(0.05, math.log((count + 1) / (n + 0.5))) for g, n in seen.items()}

    def _weight(self, gram: str) -> float:
        rarity = self._rarity.get(gram, 0.0)
        if len(gram) == 1:
            return rarity * _SINGLE
        return rarity * _MATTER if gram in self._matter else rarity

    def _post(self, entry: int, wordings: Sequence[list[str]]) -> None:
        square = self._squares.__getitem__
        telling = self._telling
        held: defaultdict[str, list[int]] = defaultdict(list)
        for found in wordings:
            number = len(self._norms)
            self._norms.append(math.sqrt(sum(map(square, found))) or 1.0)
            for gram in telling.intersection(found):
                held[gram].append(number)
        for gram, numbers in held.items():
            self._postings.setdefault(gram, {})[entry] = tuple(numbers)

    def pairs(self) -> dict[str, int]:
        """Every pair in the wordings, with the number of entries that hold it."""
        return {gram: len(entries) for gram, entries in self._postings.items() if len(gram) == 2}

    def knows(self, gram: str) -> bool:
        """Whether any document holds this gram."""
        return gram in self._rarity

    def rank(
        self,
        segments: Sequence[Segment],
        earlier: Iterable[str] = (),
        earlier_weight: float = 0.0,
        boosts: Mapping[int, float] | None = None,
    ) -> list[Match]:
        """The best entries first. `earlier` are grams of the question before, with their weight."""
        weights = {g: self._weights[g] for g in grams(segments) if g in self._weights}
        for gram in earlier:
            weights.setdefault(gram, earlier_weight * self._weights.get(gram, 0.0))
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        lifts = boosts or {}
        parts = self._parts(segments)
        least = _NEGLIGIBLE * norm * norm
        rows = [
            (self._postings[g], w * self._weights[g])
            for g, w in weights.items()
            if g in self._postings and w * self._weights[g] > least
        ]
        found = [
            self._match(entry, self._likeness(entry, rows) / norm, parts, lifts.get(entry, 0.0))
            for entry in self._candidates(weights, lifts)
        ]
        return sorted(found, key=lambda m: -m.score)

    def _candidates(self, weights: Mapping[str, float], lifts: Mapping[int, float]) -> list[int]:
        """The entries worth a closer look: those that share most with the question, and the lifted ones."""
        shared: dict[int, float] = {}
        most = len(self._vocabulary) * _COMMON
        for gram, weight in weights.items():
            holders = self._postings.get(gram)
            if holders and len(holders) <= most:
                for entry in holders:
                    shared[entry] = shared.get(entry, 0.0) + weight
        leading = nlargest(_CANDIDATES, shared, key=shared.__getitem__)
        return leading + [entry for entry in lifts if entry not in leading]

    def _likeness(self, entry: int, rows: Sequence[tuple[Mapping[int, tuple[int, ...]], float]]) -> float:
        """The cosine with the entry's best wording, times the question's norm.

        A row is where a gram of the question stands, and what it adds.
        """
        totals: defaultdict[int, float] = defaultdict(float)
        for places, square in rows:
            for number in places.get(entry, ()):
                totals[number] += square
        norms = self._norms
        return max((total / norms[number] for number, total in totals.items()), default=0.0)

    def _match(
        self, entry: int, likeness: float, parts: list[tuple[float, str, str, str]], lift: float
    ) -> Match:
        coverage = self._coverage(entry, parts)
        score = _LIKENESS * likeness + (1 - _LIKENESS) * coverage + lift
        return Match(entry, score, likeness, coverage, lift > 0)

    def _parts(self, segments: Sequence[Segment]) -> list[tuple[float, str, str, str]]:
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

    def holds(self, entry: int, gram: str) -> bool:
        """Whether the entry's vocabulary holds a gram."""
        return gram in self._vocabulary[entry] or gram in self._background[entry]

    def counts(self, entry: int, measure: str) -> bool:
        """Whether the entry speaks of numbers of `measure`: 几次, 多少次, 3次."""
        return any(self.holds(entry, number + measure) for number in (*_COUNTING, *self._numbers))

    def coverage(self, entry: int, segments: Sequence[Segment]) -> float:
        """The share of the question that the entry's vocabulary accounts for."""
        return self._coverage(entry, self._parts(segments))
