"""Which recommending body the form names: the route of an application (commands page §13). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.dialogue.units import unit_key
from config.campaign import Body, Campaign, UnitNames


def recommender_field(campaign: Campaign) -> str:
    """Id of the field that names the recommending body: its example names one. "" where no field does."""
    form = campaign.form
    for field in form.fields:
        is_unit = form.unit_field in (field.id, field.mirrors)
        if not is_unit and body_of(campaign, field.example):
            return field.id
    return ""


def body_of(campaign: Campaign, named: str) -> str:
    """Id of the body with this name or alias, in any spelling of it; "" if none is known by that name."""
    return _by_key(campaign.units, campaign.bodies).get(unit_key(campaign.units, named), "")


@lru_cache(maxsize=8)
def _by_key(names: UnitNames, bodies: tuple[Body, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for body in bodies:
        for name in (body.name, *body.aliases):
            found.setdefault(unit_key(names, name), body.id)
    return found
