"""Whether what a body recommends leans to the grass roots and covers different fields and places (3.2). Pure.

A hint for whoever recommends, never a reason to refuse anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.staff.routes import names_of
from config.campaign import Campaign

_GRASS_ROOTS = re.compile(
    r"(?:所|站|队|服务中心|街道办|办事处|社区|村|窗口)(?:人民政府|政府)?$|(?:镇|乡|街道)"
)
_LOW_LEVEL = re.compile(r"股级|股所|乡镇|乡科|基层|镇级|所级|队级|科员")


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts over the units of one order."""

    total: int
    grass_roots: int
    fields: Mapping[str, int] = field(default_factory=dict)  # 公安 → 3, the most frequent first
    places: Mapping[str, int] = field(default_factory=dict)  # name of the county's body → 3

    @property
    def one_field(self) -> str:
        """The one field that all of several units work in; ""."""
        return next(iter(self.fields)) if self.total > 1 and len(self.fields) == 1 else ""


def balance(campaign: Campaign, units: Sequence[tuple[str, str]]) -> Balance:
    """Of (name, level) pairs. A level is what the form says, "" where the form does not ask for it."""
    names = names_of(campaign)
    fields = Counter(names.trade(name) for name, _ in units)
    places = Counter(names.parts(name).place for name, _ in units)
    called = {body.id: body.aliases[0] if body.aliases else body.name for body in campaign.bodies}
    low = sum(is_grass_roots(name, level) for name, level in units)
    placed = {called.get(place, ""): count for place, count in places.most_common()}
    return Balance(len(units), low, dict(fields.most_common()), placed)


def is_grass_roots(name: str, level: str) -> bool:
    """Whether a unit's name or level says that it is a 基层单位: a station, brigade, township or below."""
    return bool(_LOW_LEVEL.search(level) or _GRASS_ROOTS.search(name))
