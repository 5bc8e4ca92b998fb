"""Small talk, other topics and attempts to give orders: recognised by the campaign's patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.campaign import Campaign

_EDGES = re.compile(r"^[ ,.!?~。…、]+|[ ,.!?~。…、]+$")


@dataclass(frozen=True, slots=True)
class Talk:
    """One kind of talk: what the whole message is, or what it holds, and the line that answers."""

    kind: str
    whole: re.Pattern[str] | None
    holds: re.Pattern[str] | None
    say: str

    def fits(self, text: str) -> bool:
        """Whether the normalised `text` is this kind of talk."""
        if self.whole and self.whole.fullmatch(_EDGES.sub("", text)):
            return True
        return bool(self.holds and self.holds.search(text))


def build(campaign: Campaign) -> list[Talk]:
    """The kinds of talk of questions.toml, in its order."""
    rows = campaign.questions.get("talk")
    return [_talk(row) for row in rows] if isinstance(rows, list) else []


def _talk(row: Mapping[str, Any]) -> Talk:
    return Talk(str(row["kind"]), _pattern(row.get("whole")), _pattern(row.get("holds")), str(row["say"]))


def _pattern(parts: Any) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{part})" for part in parts)) if parts else None
