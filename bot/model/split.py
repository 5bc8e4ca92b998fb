"""Cutting a long text into messages a chat can carry. Pure."""

from __future__ import annotations

LIMIT = 2048  # bytes of UTF-8 in one WeCom text (developer.work.weixin.qq.com, document 90236)

_SENTENCE_ENDS = "。！？；!?;"


def size(text: str) -> int:
    """Bytes of UTF-8; a lone surrogate counts as its replacement."""
    return len(text.encode("utf-8", "replace"))


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` bytes, in order, whose concatenation is the text.

    Cuts after a line break, else after a sentence, else anywhere between two characters.
    An empty text gives no part. `limit` must be at least 4.
    """
    parts: list[str] = []
    while size(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text] if text else parts


def _cut(text: str, limit: int) -> int:
    used, most = 0, 0
    for most, char in enumerate(text):  # noqa: B007 - `most` is where the limit is reached
        used += size(char)
        if used > limit:
            break
    head = text[:most]
    line = head.rfind("\n") + 1
    if line > most // 3:
        return line
    sentence = max(head.rfind(end) for end in _SENTENCE_ENDS) + 1
    return sentence if sentence > most // 3 else most
