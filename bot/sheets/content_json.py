"""What a line of a sheet says, to JSON and back, as it is kept and signed."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, cast

from bot.model import sheet as model
from bot.model.sheet import Content

_KINDS: dict[str, type[Any]] = {
    "finding": model.Found,
    "looked": model.Looked,
    "tested": model.Scored,
    "bonus": model.Bonus,
    "veto": model.VetoProposed,
    "veto_seconded": model.VetoSeconded,
    "verified": model.Verified,
    "withdrawn": model.Withdrawn,
    "settled": model.Settled,
    "recused": model.Recused,
    "team": model.TeamChanged,
    "leader_signed": model.LeaderSigned,
    "member_signed": model.MemberSigned,
    "reopened": model.Reopened,
    "veto_concluded": model.VetoConcluded,
}
_NAMES = {known: kind for kind, known in _KINDS.items()}


def kind_of(content: Content) -> str:
    """The name of a kind of line: "finding"."""
    return _NAMES[type(content)]


def content_as_dict(content: Content) -> dict[str, Any]:
    """The fields of a line, ready for JSON."""
    return dataclasses.asdict(content)


def content_from_dict(kind: str, data: dict[str, Any]) -> Content:
    """What `kind_of` and `content_as_dict` gave."""
    made = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return cast(Content, _KINDS[kind](**made))


def canonical(value: object) -> str:
    """JSON that is the same for equal values: what is hashed and signed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
