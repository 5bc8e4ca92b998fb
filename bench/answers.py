"""Answers: time of a whole answer, against a bare BM25 that only ranks the same clauses; index and memory.

Times are the process's CPU time, so that other work on the machine does not count.
"""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from collections import Counter
from pathlib import Path

from bot.knowledge.answer import Knowledge
from bot.knowledge.grams import grams, tokens
from bot.knowledge.normalise import plain
from config.load import campaign_folder, load_campaign

QUESTIONS = Path(__file__).parents[1] / "tests/data/questions/looked_at.jsonl"
K1, B = 1.2, 0.75


class Bm25:
    """The floor: characters and pairs, nothing understood, nothing phrased."""

    def __init__(self, texts: list[str]) -> None:
        documents = [Counter(grams(tokens(plain(text)))) for text in texts]
        sizes = [sum(document.values()) for document in documents]
        mean = sum(sizes) / len(sizes)
        seen = Counter(gram for document in documents for gram in document)
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, document in enumerate(documents):
            for gram, count in document.items():
                rarity = math.log(1 + (len(texts) - seen[gram] + 0.5) / (seen[gram] + 0.5))
                weight = rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * sizes[number] / mean))
                self._postings.setdefault(gram, []).append((number, weight))

    def best(self, question: str) -> int:
        """The number of the nearest text."""
        totals: dict[int, float] = {}
        for gram in grams(tokens(question)):
            for number, weight in self._postings.get(gram, ()):
                totals[number] = totals.get(number, 0.0) + weight
        return max(totals, key=totals.__getitem__, default=0)


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1e6


def main() -> None:
    """Print the figures."""
    campaign = load_campaign(campaign_folder("pingdingshan-2019"))
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    started = time.process_time()
    knowledge = Knowledge(campaign)
    built = time.process_time() - started
    knowledge.answer("shenbaobiao")  # a slip: the first one loads the table of sounds
    tracemalloc.start()
    weighed = Knowledge(campaign)
    weighed.answer("shenbaobiao")
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    times, floor_times = [], []
    floor = Bm25([clause.text for clause in campaign.clauses])
    for row in rows:
        started = time.process_time()
        knowledge.answer(row["q"], row.get("context", ()))
        times.append(time.process_time() - started)
        started = time.process_time()
        floor.best(row["q"])
        floor_times.append(time.process_time() - started)
    print(f"answers: {len(rows)} questions")
    print(f"  whole answer  p50 {_quantile(times, 0.5):.0f} µs  p99 {_quantile(times, 0.99):.0f} µs")
    print(f"  answers/s     {len(times) / sum(times):.0f}")
    print(f"  bare BM25/s   {len(floor_times) / sum(floor_times):.0f}  (ranks only)")
    print(f"  index         built in {built * 1e3:.0f} ms, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
