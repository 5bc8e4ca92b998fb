"""What is compared: characters, words of Latin letters, numbers, and pairs of neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from operator import add

# One stretch between spaces and punctuation: its tokens. A stretch of Chinese is its own tokens.
Segment = Sequence[str]

_CHINESE = re.compile("[\u3400-\u9fff〇]+")
_GAP = re.compile(r"[^a-z0-9%@\u3400-\u9fff〇]+")
_TOKEN = re.compile(r"[a-z]+\d*|\d+(?:\.\d+)?|[%@]|[\u3400-\u9fff〇]")


def tokens(text: str) -> list[Segment]:
    """The tokens of normalised `text`, stretch by stretch."""
    if _CHINESE.fullmatch(text):
        return [text]
    return [found for part in _GAP.split(text) if (found := _TOKEN.findall(part))]


def grams(segments: Sequence[Segment]) -> list[str]:
    """All tokens and pairs of neighbouring tokens, each once, in order."""
    pairs = (map(add, segment, segment[1:]) for segment in segments)
    return list(dict.fromkeys(chain(*segments, *pairs)))


def is_number(token: str) -> bool:
    """Whether a token is a number written in digits."""
    return token[0].isdigit()
