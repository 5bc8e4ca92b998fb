"""Which entry answers a question: ranking, places named, earlier questions, spelling by sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.knowledge import cues
from bot.knowledge.entries import Entry, Sort, strings_of
from bot.knowledge.grams import Segment, grams
from bot.knowledge.hearing import Hearing
from bot.knowledge.index import Document, Index, Match
from bot.knowledge.lifts import Lifts
from bot.knowledge.normalise import plain
from bot.knowledge.places import Places
from bot.knowledge.sides import Sides
from bot.knowledge.words import Words
from config.campaign import Campaign

_ENOUGH = 0.3  # score from which an entry answers
_COVERED = 0.22  # share of the question it must account for
_COVERED_POINTS = 0.2  # the same, of a question for points
_ALIKE = 0.6  # likeness that makes up for what is not accounted for
_SURE = 0.62  # score from which no second reading is tried
_CLEAR = 0.8  # coverage from which spelling is not doubted
_OWN = 0.5  # score and coverage from which a question needs no topic from before
_SECOND = 0.58  # score from which a second fact joins the answer
_STRONG, _WEAK = 0.6, 0.45  # weight of the question before, for a short question and for others
_SHORT = 8  # characters of a question that says little by itself
_NEAR = 0.08  # lift of what stands beside the clause talked about before
_REMEMBERED = 4  # questions back from which a topic is taken
_RIVALLING = 0.1  # how far behind the best an entry may be that answers in its stead
_HEARD = 0.05  # gain in score from which a repaired spelling is believed


@dataclass(frozen=True, slots=True)
class Found:
    """The entry that answers, with what the composer needs of the question."""

    entry: Entry
    text: str  # normalised question
    about: frozenset[str]  # its grams, in canonical wording
    sure: bool
    second: Entry | None = None  # a further entry that the rest of the question asks for
    cases: tuple[tuple[Entry, str], ...] = ()  # items of the standard, each with what the text tells of it
    inherited: bool = False  # the topic comes from the question before

    @property
    def is_unstated(self) -> bool:
        """Whether the notice does not say it."""
        return self.entry.sort is Sort.UNSTATED


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    segments: list[Segment]
    matches: list[Match]
    inherited: bool = False

    @property
    def best(self) -> float:
        return self.matches[0].score if self.matches else 0.0

    @property
    def clear(self) -> bool:
        return bool(self.matches) and self.best >= _SURE and self.matches[0].coverage >= _CLEAR

    @property
    def own(self) -> bool:
        return bool(self.matches) and self.best >= _OWN and self.matches[0].coverage >= _OWN


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
        documents = self._documents(entries)
        matter = [self._canonical(c.title + "。" + c.text) for c in campaign.clauses]
        self._index = Index(documents, matter)
        variants = [variant for word in table.values() for variant in word]
        self._hearing = Hearing([*matter, *table, *variants], self._index.pairs, self._index.knows)
        rows = data.get("siblings")
        self._siblings = [strings_of(row) for row in rows] if isinstance(rows, list) else []
        self._lifts = Lifts(self._entries, self._places)
        self._sides = Sides(self._index, strings_of(data.get("details")))

    def _documents(self, entries: Sequence[Entry]) -> list[Document]:
        # One pass over all texts together costs a third of a pass over each.
        texts = [text for e in entries for text in (*e.wordings, e.background)]
        together = plain("\n".join(map(_one_line, texts)), longest=None)
        canonical = iter(self._words.rewrite(together).split("\n"))
        return [
            Document(tuple(dict.fromkeys(next(canonical) for _ in entry.wordings)), next(canonical))
            for entry in entries
        ]

    def _canonical(self, text: str) -> str:
        return self._words.rewrite(plain(text))

    def find(self, text: str, context: Sequence[str]) -> Found | None:
        """The entry that answers the normalised question `text`, None if nothing does."""
        reading = self._read(text, "")
        topic = self._topic(context) if context and self._needs_topic(text, reading) else None
        if topic is not None:
            reading = self._blend(text, reading, topic)
        if topic is None and not reading.clear:
            reading = self._heard(text, reading)
        if not reading.matches:
            return None
        if topic is None and self.lacks_topic(text):
            return None
        reading = self._without_other_sides(text, reading)
        if not reading.matches:
            return None
        top = reading.matches[0]
        entry = self._telling_fact(reading.matches, text)
        if not (reading.inherited or top.lifted or self._is_enough(top, text)):
            return None
        second = None if entry.sort is Sort.UNSTATED else self._second(top, text)
        about = frozenset(grams(reading.segments))
        if topic is not None and not cues.asks(text) and "扣" in topic.text:
            text += "扣几分"
        sure = top.score >= _SURE and cues.is_question(text)
        cases = self._cases(text) if entry.sort is Sort.ITEM and not reading.inherited else ()
        return Found(entry, text, about, sure, second, cases, reading.inherited)

    def lacks_topic(self, text: str) -> bool:
        """Whether the normalised `text` asks for a deduction of nothing in particular."""
        return "扣" in text and cues.lacks_topic(text)

    def _is_enough(self, top: Match, text: str) -> bool:
        # A question for points names its topic and little else; others name what they want to know.
        covered = _COVERED_POINTS if cues.asks_points(text) else _COVERED
        return top.score >= _ENOUGH and (top.coverage >= covered or top.likeness >= _ALIKE)

    def _without_other_sides(self, text: str, reading: _Reading) -> _Reading:
        """The reading without entries that do not tell the side of their topic that is asked about."""
        asked = self._sides.asked(text, self._words.rewrite(text))
        if asked is None:
            return reading
        least = reading.best - _RIVALLING
        sorts = [(match, self._entries[match.entry].sort) for match in reading.matches]
        silent = [match for match, sort in sorts if sort is Sort.UNSTATED]
        telling = [
            match
            for match, sort in sorts
            if match.score >= least
            if sort is Sort.UNSTATED or (reading.inherited and sort is Sort.ITEM) or asked(match.entry)
        ]
        return replace(reading, matches=telling or silent)

    def _telling_fact(self, matches: Sequence[Match], text: str) -> Entry:
        """The best entry, or the fact of the same clause that says more.

        A fact with a bound answers a number; a clause without a sentence of its own gives way to any fact.
        """
        best = self._entries[matches[0].entry]
        if matches[0].lifted and best.sort is Sort.CLAUSE:
            return best
        if best.sort not in (Sort.CLAUSE, Sort.FACT) or not best.clauses:
            return best
        facts = [self._entries[match.entry] for match in matches]
        facts = [fact for fact in facts if fact.sort is Sort.FACT and fact.clauses[:1] == best.clauses[:1]]
        bounded = [fact for fact in facts if fact.limit and fact.limit.concerns(text)]
        if bounded or (best.sort is Sort.CLAUSE and not best.say and facts):
            return (bounded or facts)[0]
        return best

    def _read(self, text: str, prefix: str) -> _Reading:
        segments = self._index.tokens(self._words.rewrite(text))
        return _Reading(text, segments, self._index.rank(segments, boosts=self._lifts.of(text, prefix)))

    def _needs_topic(self, text: str, reading: _Reading) -> bool:
        return reading.best < _SURE or cues.points_back(text) or cues.lacks_topic(text)

    def _topic(self, context: Sequence[str]) -> _Reading | None:
        """What was talked about last, each question read in the light of those before it."""
        topic: _Reading | None = None
        for earlier in context[-_REMEMBERED:]:
            text = plain(earlier)
            reading = self._read(text, "")
            if topic is not None and self._needs_topic(text, reading):
                reading = self._blend(text, reading, topic)
            if reading.best >= _ENOUGH:
                topic = reading
        return topic

    def _blend(self, text: str, reading: _Reading, topic: _Reading) -> _Reading:
        asked_alike = self._asked_of_sibling(text, topic.text)
        if asked_alike is not None:
            return asked_alike
        before = self._entries[topic.matches[0].entry]
        own = self._places.prefix_of(before.clauses[0]) if before.clauses else ""
        prefix = self._places.named(topic.text) or own
        if self._places.find(text, prefix):
            return self._read(text, prefix)
        if cues.lacks_topic(text) and self._tells_side(topic.matches[0].entry, text):
            return _Reading(text, reading.segments or topic.segments, topic.matches, inherited=True)
        if reading.own and not (len(text) <= _SHORT and cues.points_back(text)):
            return reading
        lifts = self._lifts.of(text, prefix)
        for number in self._kin(before, prefix):
            lifts[number] = lifts.get(number, 0.0) + _NEAR
        weight = _STRONG if len(text) <= _SHORT else _WEAK
        matches = self._index.rank(reading.segments, grams(topic.segments), weight, lifts)
        return _Reading(text, reading.segments, matches)

    def _asked_of_sibling(self, text: str, earlier: str) -> _Reading | None:
        """What was asked before, of the thing of the same kind that `text` names and says nothing else of."""
        if not cues.names_only(text):
            return None
        named, before = self._words.rewrite(text), self._words.rewrite(earlier)
        for kind in self._siblings:
            other = [word for word in kind if word in named]
            gone = [word for word in kind if word in before]
            if len(other) == len(gone) == 1 and other != gone:
                reading = self._read(before.replace(gone[0], other[0]), "")
                return reading if reading.own else None
        return None

    def _tells_side(self, entry: int, text: str) -> bool:
        return all(self._index.holds(entry, side) for side in cues.sides(text))

    def _kin(self, before: Entry, prefix: str) -> list[int]:
        """The other entries under the heading of the entry talked about before."""
        return [
            number
            for number, entry in enumerate(self._entries)
            if entry is not before and len(entry.clauses) == 1
            if entry.clauses == before.clauses[:1]
            or (prefix and self._places.prefix_of(entry.clauses[0]) == prefix)
        ]

    def _heard(self, text: str, reading: _Reading) -> _Reading:
        canonical = self._words.rewrite(text)
        repaired = self._hearing.repair(canonical)
        if repaired == canonical:
            return reading
        segments = self._index.tokens(self._words.rewrite(repaired))
        matches = self._index.rank(segments, boosts=self._lifts.of(repaired, ""))
        heard = _Reading(text, segments, matches)
        return heard if heard.own and heard.best >= reading.best + _HEARD else reading

    def _cases(self, text: str) -> tuple[tuple[Entry, str], ...]:
        """The items of which the parts of a text tell something, if they are several."""
        cases: list[tuple[Entry, str]] = []
        for part in filter(lambda part: not cues.lacks_topic(part), cues.clauses(text)):
            segments = self._index.tokens(self._words.rewrite(part))
            match = next(iter(self._index.rank(segments, boosts=self._lifts.of(part, ""))), None)
            if match is None or match.coverage < _OWN or match.score < _SECOND:
                continue
            entry = self._entries[match.entry]
            if entry.sort is not Sort.ITEM:
                continue
            if cases and cases[-1][0] is entry:
                cases[-1] = (entry, cases[-1][1] + "," + part)
            else:
                cases.append((entry, part))
        return tuple(cases) if len({entry.clauses for entry, _ in cases}) == len(cases) > 1 else ()

    def _second(self, top: Match, text: str) -> Entry | None:
        first = self._entries[top.entry]
        parts = cues.parts(text)
        if len(parts) < 2:
            return None
        chunks = [
            self._index.tokens(self._words.rewrite(part))
            for part in parts
            if cues.is_question(part) and not cues.lacks_topic(part)
        ]
        for chunk in chunks:
            if sum(map(len, chunk)) < 3 or self._index.coverage(top.entry, chunk) >= _CLEAR:
                continue
            for match in self._index.rank(chunk)[:1]:
                entry = self._entries[match.entry]
                apart = entry.sort in (Sort.FACT, Sort.ITEM) and not set(entry.clauses) & set(first.clauses)
                if apart and match.score >= _SECOND and match.coverage >= _CLEAR:
                    return entry
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "-"
