"""What the parts of the store have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from storage.session import Session


class Part:
    """A theme of the store: its methods act within the session's transaction."""

    __slots__ = ("campaign", "session")

    def __init__(self, session: Session, campaign: str) -> None:
        self.session = session
        self.campaign = campaign


_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder each time


def dumps(value: Mapping[str, Any] | Sequence[str]) -> str:
    """JSON as it is kept: readable Chinese."""
    return _encode(value)
