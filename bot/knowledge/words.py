"""One wording for one thing: synonyms replaced by the campaign's word, fillers dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Words:
    """Rewrites normalised text so that questions and stored wordings use the same words.

    `synonyms` maps a word to its variants; `fillers` are dropped. The longest variant that
    begins at a place wins, and a text is read once, from left to right.
    """

    def __init__(self, synonyms: Mapping[str, Sequence[str]], fillers: Sequence[str]) -> None:
        table = {variant: word for word, variants in synonyms.items() for variant in variants}
        # A word stands for itself, or a shorter variant inside it would be replaced.
        table.update({word: word for word in synonyms})
        table.update({filler: " " for filler in fillers})
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for variant in sorted(table, key=len, reverse=True):
            self._by_first.setdefault(variant[0], []).append((variant, table[variant]))

    def rewrite(self, text: str) -> str:
        """`text` (normalised) with every variant replaced."""
        out: list[str] = []
        at = 0
        while at < len(text):
            for variant, word in self._by_first.get(text[at], ()):
                if text.startswith(variant, at):
                    out.append(word)
                    at += len(variant)
                    break
            else:
                out.append(text[at])
                at += 1
        return "".join(out).strip()
