"""Answers from the notice, and where it is silent from what the office has decided (口径库).

An approved answer is matched like an entry of the notice: by characters and pairs, in one index with
everything the notice can be asked, so that the figures of both can be compared. It goes before "the
notice does not say" and before a weaker match. A fact of the notice that is asked for plainly stands,
unless the answer decides one of the campaign's open points and meets the question at least as well.
The answers to other questions stay what they are without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge import wording
from bot.knowledge.answer import Answer, Knowledge
from bot.knowledge.entries import Entry, Sort, build, strings_of
from bot.knowledge.grams import grams, tokens
from bot.knowledge.hearing import Hearing
from bot.knowledge.index import Document, Index, Match
from bot.knowledge.normalise import plain
from bot.knowledge.quote import excerpt
from bot.knowledge.words import Words
from bot.model.answers import ApprovedAnswer
from bot.model.split import LIMIT
from bot.model.spoken import full_date
from config.campaign import Campaign

APPROVED_BY = "〔办公室答复·{author}·{date}〕"
_ENOUGH = 0.6  # score from which an answer meets a question the notice leaves open
_ALIKE = 0.33  # likeness to one of its wordings that it needs besides
_SAME_TOPIC = 0.4  # score that is enough where the notice is silent on the same topic
_DECIDES = 0.15  # score that is enough for the answer to the very point asked about
_CLOSE = 0.75  # score from which it may go before a fact that is not surely meant
_NEAR = 0.4  # share of the question's pairs that an answer's wordings must then hold
_AHEAD = 0.05  # by how much it must then be the better match


@dataclass(frozen=True, slots=True)
class Meeting:
    """How well an approved answer meets a question; the figures are those of `Match`."""

    answer: ApprovedAnswer
    score: float
    likeness: float
    rival: float  # the best score among all else that the notice can be asked
    exact: bool = False  # the question is one of the answer's own wordings
    same_topic: bool = False  # both ask what the notice leaves open, under one heading
    decides: bool = False  # it decides the very point that the question is about


def current(versions: Sequence[ApprovedAnswer]) -> tuple[ApprovedAnswer, ...]:
    """The latest version of every answer that is not withdrawn, by number."""
    latest = {answer.number: answer for answer in sorted(versions, key=lambda a: (a.number, a.version))}
    return tuple(answer for answer in latest.values() if answer.active)


def cited(answer: ApprovedAnswer) -> str:
    """The answer's name as people see it: 〔办公室答复·姓名·2019年7月12日〕."""
    return APPROVED_BY.format(author=answer.author, date=full_date(answer.decided_on))


class ApprovedKnowledge:
    """`Knowledge` with the office's approved answers. Deterministic, without state between questions."""

    def __init__(
        self, campaign: Campaign, notice: Knowledge, approved: Sequence[ApprovedAnswer] = ()
    ) -> None:
        """`approved` are answers in force (see `current`)."""
        self._campaign = campaign
        self._notice = notice
        self.approved = tuple(approved)
        self._matcher = _Matcher(campaign, notice, self.approved) if approved else None

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer:
        """The answer to `question`; `context` holds the person's earlier questions, oldest first."""
        stated = self._notice.answer(question, context)
        met = self._chosen(question, context, stated)
        if met is None:
            return stated
        said = self.said(met.answer, question)
        return Answer(met.answer.clauses, said, False, "approved", approved=met.answer.name)

    def stated(self, question: str, context: Sequence[str] = ()) -> bool:
        """Whether the notice or the office surely answers `question`."""
        if self._notice.stated(question, context):
            return True
        met = self._chosen(question, context, self._notice.answer(question, context))
        return met is not None and (met.exact or met.score >= _CLOSE)

    def meeting(self, question: str) -> Meeting | None:
        """The approved answer nearest to `question`, however near that is."""
        return self._matcher.meet(question, self._notice.answer(question).topic) if self._matcher else None

    def _chosen(self, question: str, context: Sequence[str], stated: Answer) -> Meeting | None:
        if self._matcher is None or stated.kind in ("smalltalk", "order"):
            return None
        if not stated.refused and not self._matcher.is_near(question):
            return None
        met = self._matcher.meet(question, stated.topic)
        if met is None:
            return None
        if stated.refused:
            return met if _fills(met) else None
        if met.answer.open_point:
            return met if met.exact or (_fills(met) and met.score >= met.rival) else None
        if met.score < max(_CLOSE, met.rival + _AHEAD):
            return None
        return None if self._notice.stated(question, context) else met

    def said(self, answer: ApprovedAnswer, question: str, head: str = "") -> str:
        """The words of an approved answer to `question`: itself, who decided it and when, its clauses.

        They begin with `head` and fit one message.
        """
        about = grams([plain(question)])
        lines = [*([head] if head else []), answer.text + cited(answer)]
        for clause_id in answer.clauses:
            clause = self._campaign.clause(clause_id)
            quote = excerpt(clause.text, about)
            line = wording.CITED.format(label=clause.label, quote=quote)
            if len("\n".join([*lines, line]).encode()) <= LIMIT:
                lines.append(line)
        return "\n".join(lines)


def _fills(met: Meeting) -> bool:
    """Whether an answer meets a question that the notice leaves open."""
    if met.exact:
        return True
    if met.decides:
        return met.score >= _DECIDES
    if met.same_topic:
        return met.score >= _SAME_TOPIC
    return met.score >= max(_ENOUGH, met.rival) and met.likeness >= _ALIKE


class _Matcher:
    """One index over what the notice can be asked and over the approved answers."""

    def __init__(self, campaign: Campaign, notice: Knowledge, approved: Sequence[ApprovedAnswer]) -> None:
        self._answers = approved
        self._words = words_of(campaign)
        entries = build(campaign)
        asked = [_asked(answer, campaign) for answer in approved]
        self._first = len(entries)
        documents = self._documents(entries)
        for own, answer in zip(asked, approved, strict=True):
            documents.append(Document(tuple(map(self._canonical, own)), self._canonical(answer.text)))
        self._index = Index(documents, [self._canonical(c.title + "。" + c.text) for c in campaign.clauses])
        wordings = [document.wordings for document in documents[self._first :]]
        self._hearing = Hearing([text for own in wordings for text in own], dict, self._index.knows)
        self._pairs = [frozenset(_pairs(" ".join(own))) for own in wordings]
        self._exact = {_letters(text): at for at, own in reversed([*enumerate(wordings)]) for text in own}
        self._silent = {entry.say: n for n, entry in enumerate(entries) if entry.sort is Sort.UNSTATED}
        self._topics = [{notice.answer(text).topic for text in own} - {""} for own in asked]
        self._points = _points(campaign)

    def _canonical(self, text: str) -> str:
        return self._words.rewrite(plain(text, longest=None))

    def _documents(self, entries: Sequence[Entry]) -> list[Document]:
        # All texts in one pass: a pass over each takes three times as long.
        texts = [text for entry in entries for text in (*entry.wordings, entry.background)]
        together = self._canonical("\n".join(" ".join(text.split()) or "-" for text in texts))
        canonical = iter(together.split("\n"))
        return [
            Document(tuple(next(canonical) for _ in entry.wordings), next(canonical)) for entry in entries
        ]

    def is_near(self, question: str) -> bool:
        """A quick look whether any answer may be the better match for what the notice answers."""
        own = _pairs(self._words.rewrite(plain(question)))
        return any(len(own & pairs) >= _NEAR * len(own) for pairs in self._pairs)

    def meet(self, question: str, topic: str) -> Meeting | None:
        """The best approved answer; None if the question has nothing that could be compared.

        `topic` is what the notice is silent on, "" if it is not.
        """
        canonical = self._words.rewrite(plain(question))
        letters = _letters(canonical)
        if not letters:
            return None
        if letters in self._exact:
            return Meeting(self._answers[self._exact[letters]], 1.0, 1.0, 0.0, exact=True)
        found = self._rank(canonical)
        if found[0].score < _CLOSE and (repaired := self._hearing.repair(canonical)) != canonical:
            found = max(found, self._rank(repaired), key=lambda matches: self._own(matches).score)
        point = self._points.get(topic, "")
        deciding = [at for at, answer in enumerate(self._answers) if point and answer.open_point == point]
        if deciding:
            figures = [(self._figures(found, at), at) for at in deciding]
            best, at = max(figures)
            return Meeting(self._answers[at], *best, decides=True)
        at = self._own(found).entry - self._first
        return Meeting(self._answers[at], *self._figures(found, at), same_topic=topic in self._topics[at])

    def _rank(self, canonical: str) -> list[Match]:
        # A lift of nothing: every approved answer is looked at, none is preferred.
        own = {self._first + at: 0.0 for at in range(len(self._answers))}
        return self._index.rank(self._index.tokens(canonical), boosts=own)

    def _own(self, found: Sequence[Match]) -> Match:
        return next(match for match in found if match.entry >= self._first)

    def _figures(self, found: Sequence[Match], at: int) -> tuple[float, float, float]:
        """Score and likeness of an approved answer, and the score of its best rival in the notice."""
        own = next(match for match in found if match.entry == self._first + at)
        topics = {self._silent[topic] for topic in self._topics[at] if topic in self._silent}
        rivals = (m.score for m in found if m.entry < self._first and m.entry not in topics)
        return own.score, own.likeness, max(rivals, default=0.0)


def _asked(answer: ApprovedAnswer, campaign: Campaign) -> tuple[str, ...]:
    """All wordings of an answer, the open point's among them."""
    points = [point.question for point in campaign.open_points if point.id == answer.open_point]
    return (answer.question, *answer.wordings, *points)


def _points(campaign: Campaign) -> dict[str, str]:
    """Topic on which the notice is silent → id of the open point that is just this."""
    rows = campaign.questions.get("unstated")
    if not isinstance(rows, list):
        return {}
    return {str(row["topic"]): str(row["point"]) for row in rows if "point" in row}


def words_of(campaign: Campaign) -> Words:
    """The campaign's synonyms and fillers."""
    synonyms = campaign.questions.get("synonyms")
    table = {word: strings_of(v) for word, v in synonyms.items()} if isinstance(synonyms, dict) else {}
    return Words(table, strings_of(campaign.questions.get("fillers")))


def _pairs(canonical: str) -> set[str]:
    return {gram for gram in grams(tokens(canonical)) if len(gram) > 1}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
