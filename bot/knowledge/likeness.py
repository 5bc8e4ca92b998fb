"""Questions that ask the same thing, put together: by the characters and pairs they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.approved import words_of
from bot.knowledge.grams import grams, tokens
from bot.knowledge.normalise import plain
from bot.model.answers import Asked
from config.campaign import Campaign

_FEW = 20  # questions below which a gram that is rare among them says little
_ALIKE = 0.5  # cosine with a group's first question from which a question belongs to it
_ON_TOPIC = 0.25  # the same where the notice is silent on one topic that both ask about


@dataclass(frozen=True, slots=True)
class Group:
    """Questions alike, oldest first."""

    questions: tuple[Asked, ...]


def grouped(campaign: Campaign, asked: Sequence[tuple[Asked, str]]) -> list[Group]:
    """Questions, each with its topic ("" for none), in groups, the largest first.

    Each joins the group whose first question it is most like.
    """
    words = words_of(campaign)
    questions = [question for question, _ in asked]
    topics = [topic for _, topic in asked]
    held = [frozenset(grams(tokens(words.rewrite(plain(question.text))))) for question in questions]
    seen = Counter(gram for found in held for gram in found)
    weight = {gram: math.log((len(held) + _FEW) / (count + 0.5)) for gram, count in seen.items()}
    firsts: list[int] = []
    members: dict[int, list[int]] = {}
    for at, found in enumerate(held):
        nearest = max(firsts, key=lambda first: _cosine(held[first], found, weight), default=None)
        on_topic = nearest is not None and topics[at] and topics[at] == topics[nearest]
        least = _ON_TOPIC if on_topic else _ALIKE
        if nearest is None or _cosine(held[nearest], found, weight) < least:
            firsts.append(at)
            nearest = at
        members.setdefault(nearest, []).append(at)
    groups = [
        Group(tuple(sorted((questions[at] for at in members[first]), key=lambda question: question.at)))
        for first in firsts
    ]
    return sorted(groups, key=lambda group: -len(group.questions))


def _cosine(one: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> float:
    shared = sum(weight[gram] ** 2 for gram in one & other)
    norms = [math.sqrt(sum(weight[gram] ** 2 for gram in found)) for found in (one, other)]
    return shared / (norms[0] * norms[1]) if all(norms) else float(one == other)
