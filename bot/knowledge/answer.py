"""Answers to questions about the notice: the fact, the words it rests on, the clause's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge import cues, talk, wording
from bot.knowledge.compose import Composer
from bot.knowledge.entries import build
from bot.knowledge.normalise import plain
from bot.knowledge.understand import Understanding
from config.campaign import Campaign

_QUESTIONS = 3  # in one message, whose answers fit one


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question. `clauses` are ids, the most important first; none if refused."""

    clauses: tuple[str, ...]
    text: str  # 1…2048 bytes of UTF-8
    refused: bool  # not in the notice, small talk, another topic, an order
    kind: str  # "fact" | "approved" | "unstated" | "unclear" | "smalltalk" | "offtopic" | "order"
    topic: str = ""  # of an unstated one: what the notice is silent on, as far as that is known
    approved: str = ""  # the version of the office's answer that this is: "3.2"


class Knowledge:
    """Answers questions about one campaign. Deterministic, without state between questions."""

    def __init__(self, campaign: Campaign) -> None:
        entries = build(campaign)
        self._talk = talk.build(campaign)
        self._composer = Composer(campaign)
        self._understanding = Understanding(campaign, entries)
        contact = campaign.contact
        self._contact = wording.ASK_OFFICE.format(office=contact.office_short, phone=contact.phone)

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer:
        """The answer to `question`; `context` holds the person's earlier questions, oldest first."""
        text = plain(question)
        for kind in self._talk:
            if kind.fits(text):
                return Answer((), self._refusal(kind.say), True, kind.kind)
        if not any(char.isalnum() for char in text):
            return Answer((), self._refusal(wording.TALK), True, "smalltalk")
        found = self._understanding.find(text, context)
        if found is None or found.is_unstated:
            each = self._each(text)
            if each is not None:
                return each
        if found is None and not context and self._understanding.lacks_topic(text):
            return Answer((), self._refusal(wording.WHICH), True, "unclear")
        if found is None:
            return Answer((), self._refusal(wording.UNSTATED_ANY), True, "unstated")
        if not found.entry.clauses and found.is_unstated:
            said = self._refusal(self._composer.unstated(found.entry))
            return Answer((), said, True, "unstated", topic=found.entry.say)
        clauses, said = self._composer.compose(found)
        return Answer(clauses, said, False, "fact")

    def _each(self, text: str) -> Answer | None:
        """The answer to several questions in one message, if the notice surely answers every one of them."""
        parts = cues.clauses(text)
        found = [self._understanding.find(part, ()) for part in parts[:_QUESTIONS]] if len(parts) > 1 else []
        sure = [one for one in found if one is not None and one.sure and not one.is_unstated]
        if not sure or len(sure) < len(parts):
            return None
        composed = [self._composer.compose(one) for one in sure]
        clauses = dict.fromkeys(clause for cited, _ in composed for clause in cited)
        return Answer(tuple(clauses), "\n".join(said for _, said in composed), False, "fact")

    def stated(self, question: str, context: Sequence[str] = ()) -> bool:
        """Whether the notice surely answers `question`."""
        text = plain(question)
        if any(kind.fits(text) for kind in self._talk):
            return False
        found = self._understanding.find(text, context)
        return found is not None and not found.is_unstated and found.sure

    def _refusal(self, said: str) -> str:
        return said if self._contact in said else said + self._contact
