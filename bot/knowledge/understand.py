"""Which entry answers a question: ranking, places named, earlier questions, spelling by sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.entries import Entry, Sort, strings_of
from bot.knowledge.grams import grams, tokens
from bot.knowledge.hearing import Hearing
from bot.knowledge.index import Document, Index, Match
from bot.knowledge.normalise import plain
from bot.knowledge.places import Places
from bot.knowledge.words import Words
from config.campaign import Campaign

_ENOUGH = 0.40  # score from which an entry answers
_COVERED = 0.42  # share of the question it must account for
_SURE = 0.62  # score from which no second reading is tried
_PLACE = 0.45  # lift of a clause named by its ordinal
_DECIDING = 0.5  # lift of an unstated topic whose own word is used
_RIVAL = 0.25  # lift of a fact whose rival is named
_SECOND = 0.5  # likeness from which a second fact joins the answer
_POINTING = re.compile(r"^(那|这|它|还有|另外|如果是|要是|换成|再)|呢[?]*$|^第\d|(这|那|该)(一)?(个|项|条|种|样|块|栏)|上面|刚才|前面|同样|也是|也一样|也按")
_BARE = re.compile(
    r"那|这|它|呢|该|个|项|条|种|块|栏|的|是|要|会|能|满分|总分|几分|多少分|多少|分值|分|占|扣|怎么|什么|查|看|"
    r"谁|时候|哪里|吗|了|又|也|按|算|一样|同样|为什么|具体|内容|标准|规定|写|说|最多|最少|次|处|\d+|缺|少|\?|,|\s|如果|就"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The entry that answers, with what the composer needs of the question."""

    entry: Entry
    text: str  # normalised question
    about: frozenset[str]  # its grams, in canonical wording
    sure: bool
    second: Entry | None = None  # a further entry that the rest of the question asks for
    inherited: bool = False  # the topic comes from the question before

    @property
    def is_unstated(self) -> bool:
        """Whether the notice does not say it."""
        return self.entry.sort is Sort.UNSTATED


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    segments: list[list[str]]
    matches: list[Match]
    inherited: bool = False

    @property
    def best(self) -> float:
        return self.matches[0].score if self.matches else 0.0


class Understanding:
    """Finds entries. Holds the index; keeps nothing of the questions."""

    def __init__(self, campaign: Campaign, entries: Sequence[Entry]) -> None:
        data = campaign.questions
        synonyms = data.get("synonyms")
        table = {w: strings_of(v) for w, v in synonyms.items()} if isinstance(synonyms, dict) else {}
        groups = data.get("groups")
        names = {p: strings_of(n) for p, n in groups.items()} if isinstance(groups, dict) else {}
        self._entries = list(entries)
        self._words = Words(table, strings_of(data.get("fillers")))
        self._places = Places(campaign, names)
        documents = [
            Document(tuple(map(self._canonical, e.wordings)), self._canonical(e.background)) for e in entries
        ]
        self._index = Index(documents)
        spoken = (text for d in documents for text in (*d.wordings, d.background))
        self._hearing = Hearing(spoken, self._index.knows)
        self._by_clause: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            if len(entry.clauses) == 1:
                self._by_clause.setdefault(entry.clauses[0], []).append(number)

    def _canonical(self, text: str) -> str:
        return self._words.rewrite(plain(text))

    def find(self, text: str, context: Sequence[str]) -> Found | None:
        """The entry that answers the normalised question `text`, None if nothing does."""
        reading = self._read(text, "")
        topic = self._topic(context) if context and self._needs_topic(text, reading) else None
        if topic is not None:
            reading = self._blend(text, reading, topic)
        if reading.best < _SURE:
            reading = self._heard(text, reading)
        if not reading.matches:
            return None
        top = reading.matches[0]
        entry = self._entries[top.entry]
        if not reading.inherited and (top.score < _ENOUGH or top.coverage < _COVERED):
            return None
        second = None if entry.sort is Sort.UNSTATED else self._second(top, reading)
        about = frozenset(grams(reading.segments))
        return Found(entry, text, about, top.score >= _SURE, second, reading.inherited)

    def _read(self, text: str, prefix: str) -> _Reading:
        segments = tokens(self._words.rewrite(text))
        return _Reading(text, segments, self._index.rank(segments, boosts=self._boosts(text, prefix)))

    def _boosts(self, text: str, prefix: str) -> dict[int, float]:
        lifts: dict[int, float] = {}
        for clause in self._places.find(text, prefix):
            for number in self._by_clause.get(clause, ()):
                lifts[number] = _PLACE
        for number, entry in enumerate(self._entries):
            if entry.words and any(word in text for word in entry.words):
                lifts[number] = _DECIDING
            elif entry.choice and any(rival in text for rival in entry.choice.rivals):
                lifts[number] = _RIVAL
        return lifts

    def _needs_topic(self, text: str, reading: _Reading) -> bool:
        return reading.best < _SURE or bool(_POINTING.search(text)) or not _BARE.sub("", text)

    def _topic(self, context: Sequence[str]) -> _Reading | None:
        """The last earlier question that has a topic of its own."""
        for earlier in reversed(context):
            reading = self._read(plain(earlier), "")
            if reading.best >= _ENOUGH:
                return reading
        return None

    def _blend(self, text: str, reading: _Reading, topic: _Reading) -> _Reading:
        before = self._entries[topic.matches[0].entry]
        prefix = self._places.prefix_of(before.clauses[0]) if before.clauses else ""
        placed = self._places.find(text, prefix)
        if placed:
            return self._read(text, prefix)
        if not _BARE.sub("", text):
            return _Reading(text, reading.segments or topic.segments, topic.matches, inherited=True)
        lifts = self._boosts(text, prefix)
        matches = self._index.rank(reading.segments, earlier=grams(topic.segments), boosts=lifts)
        return _Reading(text, reading.segments, matches)

    def _heard(self, text: str, reading: _Reading) -> _Reading:
        canonical = self._words.rewrite(text)
        repaired = self._hearing.repair(canonical)
        if repaired == canonical:
            return reading
        segments = tokens(self._words.rewrite(repaired))
        matches = self._index.rank(segments, boosts=self._boosts(repaired, ""))
        better = bool(matches) and matches[0].score > reading.best + 0.02
        return _Reading(text, segments, matches) if better else reading

    def _second(self, top: Match, reading: _Reading) -> Entry | None:
        first = self._entries[top.entry]
        rest = [part for part in self._index.uncovered(top.entry, reading.segments) if len(part) > 1]
        if sum(map(len, rest)) < 3:
            return None
        for match in self._index.rank(rest)[:1]:
            entry = self._entries[match.entry]
            apart = not set(entry.clauses) & set(first.clauses)
            if entry.sort in (Sort.FACT, Sort.ITEM) and apart and match.likeness >= _SECOND and match.coverage > 0.8:
                return entry
        return None
