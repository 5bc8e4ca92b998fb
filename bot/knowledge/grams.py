"""What is compared: characters, words of Latin letters, numbers, and pairs of neighbours."""

from __future__ import annotations

import re

_SEGMENT = re.compile(r"[^a-z0-9%@\u3400-\u9fff〇]+")
_TOKEN = re.compile(r"[a-z]+\d*|\d+(?:\.\d+)?|[%@]|[\u3400-\u9fff〇]")


def tokens(text: str) -> list[list[str]]:
    """The tokens of normalised `text`, one list for each stretch between spaces and punctuation."""
    return [found for part in _SEGMENT.split(text) if (found := _TOKEN.findall(part))]


def grams(segments: list[list[str]]) -> list[str]:
    """All tokens and pairs of neighbouring tokens, each once, in order."""
    found: dict[str, None] = {}
    for segment in segments:
        found.update(dict.fromkeys(segment))
        found.update(dict.fromkeys(map("".join, zip(segment, segment[1:], strict=False))))
    return list(found)


def is_number(token: str) -> bool:
    """Whether a token is a number written in digits."""
    return token[0].isdigit()
