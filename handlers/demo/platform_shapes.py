"""What the small WeCom's parts hand to each other: faults to play, calls on record, files, the corp behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Answer = dict[str, Any]
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """How to spoil one call."""

    errcode: int | None
    errmsg: str
    status: int | None
    drop: bool
    delay: float
    after: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call of the app: the path under /cgi-bin/, the query without its token, the body as it came."""

    path: str
    query: Mapping[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Refusal(Exception):
    """An errcode to answer with."""

    def __init__(self, errcode: int, errmsg: str, **more: Any) -> None:
        super().__init__(errmsg)
        self.answer: Answer = {"errcode": errcode, "errmsg": errmsg, **more}


@dataclass(slots=True)
class StoredMedia:
    """An uploaded file."""

    media_id: str
    name: str
    content_type: str
    content: bytes
    created: float


class Named(Protocol):
    """A member, as far as the API knows them."""

    @property
    def userid(self) -> str: ...

    @property
    def name(self) -> str: ...


class Corp(Protocol):
    """What the API needs of the platform behind it."""

    corp_id: str
    agent_id: int
    secret: str
    now: Callable[[], float]
    media: dict[str, StoredMedia]
    menu: list[dict[str, Any]]
    response_codes: dict[str, tuple[Message, float]]

    @property
    def members(self) -> Mapping[str, Named]: ...

    def show(self, userid: str, message: Message) -> Message: ...

    def change_card(self, message: Message, **changes: Any) -> None: ...

    def take_back(self, message: Message) -> None: ...

    def new_response_code(self, card: Message) -> str: ...

    def cut(self, text: str) -> str: ...
