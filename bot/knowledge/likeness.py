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

_ALIKE = 0.45  # cosine with a group's first question from which a question belongs to it


@dataclass(frozen=True, slots=True)
class Group:
    """Questions alike, in the order they were asked."""

    questions: tuple[Asked, ...]


def grouped(campaign: Campaign, questions: Sequence[Asked]) -> list[Group]:
    """The questions in groups, the largest first; each joins the group whose first one it is most like."""
    words = words_of(campaign)
    held = [frozenset(grams(tokens(words.rewrite(plain(asked.text))))) for asked in questions]
    seen = Counter(gram for found in held for gram in found)
    weight = {gram: math.log((len(held) + 1) / (count + 0.5)) + 0.2 for gram, count in seen.items()}
    firsts: list[int] = []
    members: dict[int, list[int]] = {}
    for at, found in enumerate(held):
        nearest = max(firsts, key=lambda first: _cosine(held[first], found, weight), default=None)
        if nearest is None or _cosine(held[nearest], found, weight) < _ALIKE:
            firsts.append(at)
            nearest = at
        members.setdefault(nearest, []).append(at)
    groups = [Group(tuple(questions[at] for at in members[first])) for first in firsts]
    return sorted(groups, key=lambda group: -len(group.questions))


def _cosine(one: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> float:
    shared = sum(weight[gram] ** 2 for gram in one & other)
    norms = [math.sqrt(sum(weight[gram] ** 2 for gram in found)) for found in (one, other)]
    return shared / (norms[0] * norms[1]) if all(norms) else float(one == other)
