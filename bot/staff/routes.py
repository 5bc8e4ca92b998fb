"""By which body an application goes, and whether two applications are one unit on two routes (条块重复). Pure.

A unit under dual leadership is written in two ways: 宝丰县市场监督管理局 by its county, 市场监督管理局宝丰县局
or 平顶山市市场监督管理局宝丰分局 by its department. Two names are proposed as the same unit when they name the
same place and, place and 局 or 分局 left out, the same trade. It is a proposal: people choose the route.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogue.units import unit_key
from bot.model.application import Application
from config.campaign import Body, Campaign, UnitNames

_PLACE = re.compile(r"^[^省]{1,10}[县市区旗]$|^[^省]{2,10}(?:街道|镇|乡)$")
_OFFICE = re.compile(r"分局|支局|局|委员会|[（）()]")
_SEAT = re.compile(r"(?:人民)?政府|管理委员会|管委会|办事处")
_LEAST = 2  # characters of a place's short name: 宝丰, but not 叶


@dataclass(frozen=True, slots=True)
class UnitParts:
    """A unit's name taken apart: the body of its place ("" if none is named) and its trade."""

    place: str
    trade: str


def body_named(campaign: Campaign, text: str) -> Body | None:
    """The recommending body with this name or alias, in any spelling that names the same unit."""
    key = unit_key(campaign.units, text)
    if not key:
        return None
    for body in campaign.bodies:
        if any(unit_key(campaign.units, name) == key for name in (body.name, *body.aliases)):
            return body
    return None


def body_by_id(campaign: Campaign, body: str) -> Body | None:
    """The recommending body with this id; None for "" and for one the list no longer has."""
    return next((known for known in campaign.bodies if known.id == body), None)


def unit_parts(campaign: Campaign, name: str) -> UnitParts:
    """What a unit's name says of place and trade."""
    return names_of(campaign).parts(name)


def same_unit(campaign: Campaign, one: str, other: str) -> bool:
    """Whether two names may stand for one unit. Without a place only the same name does."""
    first, second = unit_parts(campaign, one), unit_parts(campaign, other)
    if first.place and first.trade:
        return first == second
    return bool(one) and unit_key(campaign.units, one) == unit_key(campaign.units, other)


def route_key(campaign: Campaign, name: str) -> str:
    """The same for all names that may stand for one unit (see `same_unit`); "" for no name."""
    return names_of(campaign).route_key(name)


def route_key_of(campaign: Campaign, key: str) -> str:
    """The same of a unit that is given by its key (see `bot.dialogue.units`), in which no blank stands."""
    return names_of(campaign).route_key_of(key)


def other_routes(campaign: Campaign, name: str, body: str) -> tuple[str, ...]:
    """Ids of the bodies by which the same unit could come as well: its place's, its trade's, and "" (none known)."""
    names = names_of(campaign)
    parts = names.parts(name)
    found = (parts.place, names.department(parts.trade), "")
    return tuple(other for other in dict.fromkeys(found) if other != body)


def twins(
    campaign: Campaign, application: Application, others: Sequence[Application]
) -> tuple[Application, ...]:
    """Those of the others that may be the same unit: handed in on another route, not withdrawn nor at an end."""
    field = campaign.form.unit_field
    name = application.values.get(field, "")
    return tuple(
        other
        for other in others
        if other.id != application.id
        and other.body != application.body
        and other.receipt
        and is_live(campaign, other)
        and same_unit(campaign, name, other.values.get(field, ""))
    )


def is_live(campaign: Campaign, application: Application) -> bool:
    """Whether an application is still under way: neither withdrawn nor at an end."""
    return not has_left(campaign, application.stage)


def has_left(campaign: Campaign, stage: str) -> bool:
    """Whether an application in this stage is withdrawn or at an end."""
    known = campaign.stage(stage)
    return known.final or known.replay == "withdrawn"


def left_place(campaign: Campaign, stage: str) -> bool:
    """Whether an application in this stage no longer stands for its unit: withdrawn, or given up."""
    known = campaign.stage(stage)
    return known.replay == "withdrawn" or (known.final and known.replay == "draft")


def trade_of(campaign: Campaign, name: str) -> str:
    """The field a unit works in (领域): its department's, as 公安; its own words where the city has none for it."""
    return names_of(campaign).trade(name)


def names_of(campaign: Campaign) -> Names:
    """The names of a campaign's list, for whoever has many units to read."""
    return _names(campaign.units, campaign.bodies)


class Names:
    """Units' names read against a list of bodies. Each is taken apart once: they are asked for again and again."""

    def __init__(self, spelling: UnitNames, bodies: tuple[Body, ...]) -> None:
        self._places, self._trades = _places(spelling, bodies), _trades(spelling, bodies)
        self._beginnings = tuple(beginning for beginning, _, _ in self._trades)
        self._stems = {body: stem for _, body, stem in self._trades}
        self.route_key = lru_cache(maxsize=1 << 13)(lambda name: self.route_key_of(unit_key(spelling, name)))
        """See `route_key`."""
        self.parts = lru_cache(maxsize=1 << 13)(lambda name: self._parts(unit_key(spelling, name)))
        """What a unit's name says of place and trade."""

    def route_key_of(self, key: str) -> str:
        """See `route_key_of`."""
        parts = self._parts(key)
        return f"{parts.place} {parts.trade}" if parts.place and parts.trade else key

    def department(self, trade: str) -> str:
        """Id of the department of a trade; "" where the city has none for it."""
        if not any(map(trade.startswith, self._stems.values())):
            return ""
        return next(body for _, body, stem in self._trades if trade.startswith(stem))

    def trade(self, name: str) -> str:
        """See `trade_of`."""
        trade = self.parts(name).trade
        return self._stems.get(self.department(trade), trade)

    def _parts(self, key: str) -> UnitParts:
        for spelling, body in self._places:
            if spelling in key:
                return UnitParts(body, self._in_one_spelling(_OFFICE.sub("", key.replace(spelling, "", 1))))
        return UnitParts("", self._in_one_spelling(_OFFICE.sub("", key)))

    def _in_one_spelling(self, words: str) -> str:
        """A trade: 环保 as 生态环境, where the list of departments says that they are one."""
        if words.startswith(self._beginnings):
            for spelling, _, stem in self._trades:
                if words.startswith(spelling):
                    return stem + words.removeprefix(spelling)
        return words


@lru_cache(maxsize=8)
def _names(spelling: UnitNames, bodies: tuple[Body, ...]) -> Names:
    return Names(spelling, bodies)


def _stem(names: UnitNames, name: str) -> str:
    return _OFFICE.sub("", unit_key(names, name))


def _trades(names: UnitNames, bodies: tuple[Body, ...]) -> tuple[tuple[str, str, str], ...]:
    """(spelling of a department's trade, its id, the trade as its full name has it), the longest first."""
    found: dict[str, tuple[str, str]] = {}
    for body in bodies:
        if body.kind == "department":
            stem = _stem(names, body.name)
            for name in (body.name, *body.aliases):
                spelled = _stem(names, name)
                for spelling in (spelled, spelled.removeprefix("市")):
                    if len(spelling) >= _LEAST:
                        found.setdefault(spelling, (body.id, stem))
    ordered = sorted(found.items(), key=lambda item: -len(item[0]))
    return tuple((spelling, body, stem) for spelling, (body, stem) in ordered)


def _places(names: UnitNames, bodies: tuple[Body, ...]) -> tuple[tuple[str, str], ...]:
    """(spelling of a place, id of its body), the longest first: 宝丰县, 宝丰, 新华区, …"""
    found: dict[str, str] = {}
    for body in bodies:
        if body.kind == "department":
            continue
        for name in (body.name, *body.aliases):
            place = _SEAT.sub("", unit_key(names, name))
            if _PLACE.match(place):
                found.setdefault(place, body.id)
        short = re.sub(r"(?:街道|[县市区旗镇乡])$", "", _SEAT.sub("", unit_key(names, body.name)))
        if len(short) >= _LEAST:
            found.setdefault(short, body.id)
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))
