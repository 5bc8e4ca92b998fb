"""Quotations: the words of a clause that an answer rests on, short enough for a chat bubble."""

from __future__ import annotations

import re
from collections.abc import Collection

_STOP = re.compile(r"(?<=[。；！？\n])")
WHOLE = 130  # characters up to which a clause is quoted whole
LONG = 260  # the same where the clause itself was asked for


def excerpt(text: str, about: Collection[str], must_hold: str = "", whole: int = WHOLE) -> str:
    """Verbatim sentences of `text` nearest to the grams `about`, in their order.

    Clauses of up to `whole` characters come whole. The sentence that holds `must_hold` is always among them.
    """
    text = text.strip()
    if len(text) <= whole:
        return _joined(text)
    parts = [part for part in _STOP.split(text) if part.strip()]
    order = sorted(range(len(parts)), key=lambda i: -_nearness(parts[i], about, must_hold))
    chosen, size = [order[0]], len(parts[order[0]])
    for i in order[1:]:
        if size + len(parts[i]) <= whole and _nearness(parts[i], about, must_hold) > 0:
            chosen.append(i)
            size += len(parts[i])
    quoted, last = "", -1
    for i in sorted(chosen):
        quoted += ("……" if i > last + 1 else "") + parts[i]
        last = i
    return _joined(quoted + ("……" if last < len(parts) - 1 else ""))


def _nearness(part: str, about: Collection[str], must_hold: str) -> float:
    held = sum(len(g) for g in about if len(g) > 1 and g in part)
    return held + (1000 if must_hold and must_hold in part else 0)


def _joined(text: str) -> str:
    return re.sub(r"\s*\n\s*", "；", text.strip().rstrip("。；")).replace("；；", "；").replace("：；", "：")
