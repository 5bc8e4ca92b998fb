"""A random draw (随机抽取) that anybody can do again: same names, share and seed, same persons.

1. Names are trimmed; blank ones are dropped; the list is put into the order of its characters, so that the
   order in which it was typed decides nothing. Its hash is the SHA-256 of the names, a line each, in UTF-8.
2. Each name's lot is the SHA-256 of seed, hash of the list and name, a line each; the smallest lots are drawn.
3. How many: the share of the list rounded up, at least one.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.review.scoring import exact


@dataclass(frozen=True, slots=True)
class Drawn:
    names: tuple[str, ...]  # the list in its order
    list_sha256: str
    chosen: tuple[str, ...]  # in the order of their lots


def name_list(lines: Iterable[str]) -> tuple[str, ...]:
    """The names of a list in its order; the same name twice is kept twice."""
    plain = (" ".join(unicodedata.normalize("NFKC", line).replace("\0", "").split()) for line in lines)
    return tuple(sorted(name for name in plain if name))


def repeated(names: Sequence[str]) -> tuple[str, ...]:
    """Names that stand for more than one person."""
    return tuple(name for name, count in Counter(names).items() if count > 1)


def draw(names: Iterable[str], percent: float, seed: str) -> Drawn:
    """Who is drawn. `percent` is more than 0 and at most 100; names are told apart."""
    known = name_list(names)
    sha256 = hashlib.sha256("\n".join(known).encode()).hexdigest()
    count = draw_count(len(known), percent)
    lots = sorted(known, key=lambda name: hashlib.sha256(f"{seed}\n{sha256}\n{name}".encode()).hexdigest())
    return Drawn(known, sha256, tuple(lots[:count]))


def draw_count(size: int, percent: float) -> int:
    """How many of a list are drawn."""
    return min(size, max(1, math.ceil(size * exact(percent) / 100)))
