"""A mail's header lines: as they travelled and as people read them."""

from __future__ import annotations

from typing import NamedTuple


class Header(NamedTuple):
    """One header line, in the order of the message."""

    name: str  # lower case
    raw: str  # the value as it travelled, one character per byte (latin-1), folds included
    text: str  # unfolded and decoded
