"""Floors for the two question sets. `looked_at` is what the vocabulary was written with; of `scored_only`
nothing but the score is read, so it is the honest figure."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.knowledge.answer import Knowledge
from config.campaign import Campaign
from tests.unit.knowledge.scorer import read, score


@pytest.fixture(scope="module")
def knowledge(campaign: Campaign) -> Knowledge:
    return Knowledge(campaign)


@pytest.mark.parametrize(("name", "floor", "boldest"), [("looked_at", 0.99, 2), ("scored_only", 0.94, 2)])
def test_question_set_keeps_its_floor(knowledge: Knowledge, name: str, floor: float, boldest: int) -> None:
    result = score(knowledge, read(name))
    assert result.right >= floor, result.failed
    assert len(result.bold) <= boldest, result.bold


@pytest.mark.parametrize("name", ["looked_at", "scored_only"])
def test_question_set_is_wide(campaign: Campaign, name: str) -> None:
    items = read(name)
    kinds = Counter(item["kind"] for item in items)
    known = {clause.id for clause in campaign.clauses}
    assert len({item["id"] for item in items}) == len(items)
    assert {clause for item in items for clause in item["gold"]} <= known
    assert sum(not item["gold"] for item in items) >= len(items) / 8
    assert set(kinds) == {
        "formal",
        "colloquial",
        "synonym",
        "typo",
        "numeric",
        "followup",
        "unanswerable",
        "offtopic",
    }


def test_scorer_finds_wrong_answers(knowledge: Knowledge) -> None:
    base = {"id": "x", "q": "申报表用什么纸？", "must": [], "must_not": []}
    right = {**base, "gold": ["a1.note.3"], "must": ["A4"]}
    wrong = [
        {**base, "id": "clause", "gold": ["3.2"]},
        {**base, "id": "words", "gold": ["a1.note.3"], "must": ["A3"]},
        {**base, "id": "bold", "gold": []},
        {**base, "id": "forbidden", "gold": ["a1.note.3"], "must_not": ["规格为A4纸"]},
    ]
    result = score(knowledge, [right, *wrong])
    assert result.failed == ("clause", "words", "bold", "forbidden")
    assert result.bold == ("bold", "forbidden")
