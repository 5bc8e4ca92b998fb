"""What the parts of the store have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from storage.session import Session

T = TypeVar("T")


class Part:
    """A theme of the store: its methods act within the session's transaction."""

    __slots__ = ("campaign", "session")

    def __init__(self, session: Session, campaign: str) -> None:
        self.session = session
        self.campaign = campaign

    def once(self, about: object, make: Callable[[], T]) -> T:
        """What `make` reads. While only reading it is read once: a page asks for some things in several places."""
        seen = self.session.seen
        if seen is None:
            return make()
        if about not in seen:
            seen[about] = make()
        kept: T = seen[about]
        return kept


_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder each time


def dumps(value: Mapping[str, Any] | Sequence[str]) -> str:
    """JSON as it is kept: readable Chinese."""
    return _encode(value)
