"""Words that sound right but are written wrong: 直法 → 执法, biaoge → 表格.

Pairs and triples of characters of the indexed text are kept by their sound (pinyin without tones,
with zh/z, ch/c, sh/s, ng/n taken as one). A stretch of a question that the index does not know is
replaced when a stretch it does know sounds the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]{2,}")
_SIZES = (3, 2)
_SPELLED = 24  # letters of the longest stretch that is spelled out
_SPELLED_SIZES = (4, 3, 2)
_WORD = 20  # the notice's words and the synonyms outweigh what people only happen to say


def _sounds(text: str) -> list[str]:
    # Importing takes a sixth of a second, and most questions are spelled right.
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def _blurred(syllable: str) -> str:
    syllable = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return syllable[:-1] if syllable.endswith("ng") else syllable


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each stretch is written, by its sound and by its letters."""

    sounds: dict[str, Counter[str]]
    letters: dict[str, Counter[str]]

    def add(self, stretch: str, syllables: list[str], weight: int, sizes: Iterable[int]) -> None:
        for size in sizes:
            for at in range(len(stretch) - size + 1):
                part, written = syllables[at : at + size], stretch[at : at + size]
                self.letters.setdefault("".join(part), Counter())[written] += weight
                if size in _SIZES:
                    self.sounds.setdefault(_key(part), Counter())[written] += weight


class Hearing:
    """Repairs spelling by sound. Nothing is computed before the first repair."""

    def __init__(
        self, words: Sequence[str], pairs: Callable[[], Mapping[str, int]], knows: Callable[[str], bool]
    ) -> None:
        self._words = words
        self._pairs = pairs
        self._knows = knows
        self._by_sound: dict[str, str] = {}
        self._by_letters: dict[str, str] = {}
        self._single: dict[str, str] = {}

    def repair(self, text: str) -> str:
        """`text` (normalised, canonical) with unknown stretches replaced by known ones of the same sound."""
        if not self._by_sound:
            self._learn()
        return _CHINESE.sub(lambda m: self._hear(m[0]), self._spelled_out(text))

    def _learn(self) -> None:
        counts = _Counts({}, {})
        for text in self._words:
            for stretch in _CHINESE.findall(text):
                counts.add(stretch, _sounds(stretch), _WORD, _SPELLED_SIZES)
                counts.add(stretch, self._singly(stretch), _WORD, _SIZES)
        for pair, weight in self._pairs().items():
            if _CHINESE.fullmatch(pair):
                counts.add(pair, self._singly(pair), weight, (2,))
        self._by_sound = _commonest(counts.sounds)
        self._by_letters = _commonest(counts.letters)

    def _singly(self, stretch: str) -> list[str]:
        """The sounds of the characters one by one: much faster than as words, less often right."""
        for char in stretch:
            if char not in self._single:
                self._single[char] = _sounds(char)[0]
        return [self._single[char] for char in stretch]

    def _hear(self, stretch: str) -> str:
        sounds = self._singly(stretch)
        out = list(stretch)
        done = [False] * len(stretch)
        for size in _SIZES:
            for at in range(len(stretch) - size + 1):
                if any(done[at : at + size]) or self._spelled(out, at, size):
                    continue
                written = self._by_sound.get(_key(sounds[at : at + size]))
                # A slip leaves a character standing; words with no character in common are two words.
                if written and 0 < _common(written, out[at : at + size]) < size:
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


def _commonest(rivals: dict[str, Counter[str]]) -> dict[str, str]:
    return {key: written.most_common(1)[0][0] for key, written in rivals.items()}


def _common(written: str, chars: list[str]) -> int:
    return sum(a == b for a, b in zip(written, chars, strict=True))


def _key(syllables: list[str]) -> str:
    return " ".join(map(_blurred, syllables))
