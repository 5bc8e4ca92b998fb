"""Traditional characters read as simplified, one for one, so that positions stay (dialogue page §5.7)."""

from __future__ import annotations

from functools import lru_cache

import opencc


class _Simplified(dict[int, int]):
    """Code point → its simplified form; filled as characters are met."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = opencc.OpenCC("t2s")

    def __missing__(self, code: int) -> int:
        target = code
        if code > 0x2E7F:
            converted = self._converter.convert(chr(code))
            if len(converted) == 1:
                target = ord(converted)
        self[code] = target
        return target


_SIMPLIFIED = _Simplified()


@lru_cache(maxsize=16)  # one message is looked at from many sides
def simplify(text: str) -> str:
    """The same text, of the same length, in simplified characters."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)
