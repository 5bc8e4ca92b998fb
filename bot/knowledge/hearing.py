"""Words that sound right but are written wrong: 直法 → 执法, biaoge → 表格.

Pairs and triples of characters of the indexed text are kept by their sound (pinyin without tones,
with zh/z, ch/c, sh/s, ng/n taken as one). A stretch of a question that the index does not know is
replaced when a stretch it does know sounds the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import reduce

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]{2,}")
_SIZES = (3, 2)
_SPELLED = 24  # letters of the longest stretch that is spelled out
_SPELLED_SIZES = (4, 3, 2)
_WORD = 20  # a word of its own outweighs neighbours that only happen to stand together


def _sounds(text: str) -> list[str]:
    # Importing takes a sixth of a second, and most questions are spelled right.
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def _blurred(syllable: str) -> str:
    syllable = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return syllable[:-1] if syllable.endswith("ng") else syllable


class Hearing:
    """Repairs spelling by sound. Nothing is computed before the first repair."""

    def __init__(self, texts: Iterable[str], words: Iterable[str], knows: Callable[[str], bool]) -> None:
        self._texts = [(text, 1) for text in texts] + [(word, _WORD) for word in words]
        self._knows = knows
        self._by_sound: dict[str, str] = {}
        self._by_letters: dict[str, str] = {}

    def repair(self, text: str) -> str:
        """`text` (normalised, canonical) with unknown stretches replaced by known ones of the same sound."""
        if not self._by_sound:
            self._learn()
        return _CHINESE.sub(lambda m: self._hear(m[0]), self._spelled_out(text))

    def _learn(self) -> None:
        sounds: dict[str, Counter[str]] = {}
        letters: dict[str, Counter[str]] = {}
        for text, weight in self._texts:
            for stretch in _CHINESE.findall(text):
                syllables = _sounds(stretch)
                for size in _SPELLED_SIZES:
                    for at in range(len(stretch) - size + 1):
                        part, written = syllables[at : at + size], stretch[at : at + size]
                        letters.setdefault("".join(part), Counter())[written] += weight
                        if size in _SIZES:
                            sounds.setdefault(_key(part), Counter())[written] += weight
        self._by_sound = {sound: rivals.most_common(1)[0][0] for sound, rivals in sounds.items()}
        self._by_letters = {spelled: rivals.most_common(1)[0][0] for spelled, rivals in letters.items()}

    def _hear(self, stretch: str) -> str:
        sounds = _sounds(stretch)
        if len(sounds) != len(stretch):
            return stretch
        out = list(stretch)
        done = [False] * len(stretch)
        for size in _SIZES:
            for at in range(len(stretch) - size + 1):
                if any(done[at : at + size]) or self._spelled(out, at, size):
                    continue
                written = self._by_sound.get(_key(sounds[at : at + size]))
                # Most slips change one character of a word; two words with no character in common are two words.
                if written and 0 < sum(a == b for a, b in zip(written, out[at : at + size], strict=True)) < size:
                    out[at : at + size] = written
                    done[at : at + size] = [True] * size
        return "".join(out)

    def _spelled(self, chars: list[str], at: int, size: int) -> bool:
        return all(self._knows(chars[i] + chars[i + 1]) for i in range(at, at + size - 1))

    def _spelled_out(self, text: str) -> str:
        spelled = _LATIN.sub(lambda m: self._spell(m[0]), text)
        # Once some letters were read as pinyin, the rest is taken for pinyin that says nothing.
        unknown = (w for w in _LATIN.findall(spelled) if not self._knows(w))
        return reduce(lambda t, w: t.replace(w, " "), unknown, spelled) if spelled != text else text

    def _spell(self, letters: str) -> str:
        if self._knows(letters):
            return letters
        out, at = "", 0
        while at < len(letters):
            found = self._longest(letters, at)
            if not found:
                return letters
            written, length = found
            out += written
            at += length
        return out

    def _longest(self, letters: str, at: int) -> tuple[str, int] | None:
        for end in range(min(len(letters), at + _SPELLED), at + 1, -1):
            if written := self._by_letters.get(letters[at:end]):
                return written, end - at
        return None


def _key(syllables: list[str]) -> str:
    return " ".join(map(_blurred, syllables))
