"""Which application somebody with a role means: by number, receipt, unit, or place in an order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.units import unit_key
from bot.model.application import Application
from bot.staff.desk import StaffAsk
from bot.staff.recommend_words import read_figure
from bot.staff.routes import same_unit
from config.campaign import Campaign

NUMBER = re.compile(r"[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?")
"""An application's number, or a receipt's, which goes on behind it."""

_SHORTEST = 2  # characters of a unit's name that may stand for it


class Refused(Exception):
    """Nothing is done; the message is the sentence that says why and what to do, fit for the person who asked."""


def find(ask: StaffAsk, word: str, order: Sequence[Application] = ()) -> Application:
    """The one application within this person's scope that a word means; `order` is what places count in.

    `Refused` if it is none, more than one, or another body's: which of these is not told of another's.
    """
    named = word.strip().strip("《》“”\"'")
    number = named.partition(" ")[0]  # forms offer it with the unit's name behind
    if NUMBER.fullmatch(number):
        known = ask.store.find_application(number)
        if known is None or not ask.sees(known):
            raise not_found(ask, named)
        return known
    place = read_figure(named)
    if place is not None and order:
        if not 1 <= place <= len(order):
            raise Refused(ask.say("recommend_no_place", place=place, count=len(order)))
        return order[place - 1]
    found = by_unit(ask.clerk.campaign, named, order or _within_scope(ask, named))
    if not found:
        raise not_found(ask, named[:60])
    if len(found) > 1:
        units = "\n".join(title(ask.clerk.campaign, known) for known in found[:10])
        raise Refused(ask.say("recommend_several", what=named[:60], units=units))
    return found[0]


def not_found(ask: StaffAsk, what: str) -> Refused:
    """That there is no such application, for this person."""
    key = "recommend_not_found_office" if ask.is_office else "recommend_not_found"
    return Refused(ask.say(key, what=what, **addresses(ask)))


def by_unit(campaign: Campaign, named: str, applications: Sequence[Application]) -> tuple[Application, ...]:
    """Those of the applications whose unit goes by this name: exactly, in another spelling, or in part."""
    field = campaign.form.unit_field
    key = unit_key(campaign.units, named)
    if len(key) < _SHORTEST:
        return ()
    units = [(known, known.values.get(field, "")) for known in applications]
    exact = tuple(known for known, unit in units if unit_key(campaign.units, unit) == key)
    alike = tuple(known for known, unit in units if unit and same_unit(campaign, unit, named))
    part = tuple(known for known, unit in units if key in unit_key(campaign.units, unit))
    return exact or alike or part


def title(campaign: Campaign, application: Application) -> str:
    """2019-017 宝丰县市场监督管理局."""
    return f"{application.number} {application.values.get(campaign.form.unit_field, '')}".strip()


def addresses(ask: StaffAsk) -> dict[str, str]:
    """Where to ask: the office as people call it, and its telephone."""
    contact = ask.clerk.campaign.contact
    return {"office": contact.office_short, "phone": contact.phone}


def _within_scope(ask: StaffAsk, named: str) -> Sequence[Application]:
    """The applications of this person's bodies; for the office the one that stands for the unit, else all."""
    if not ask.is_office:
        return [known for body in ask.bodies for known in ask.store.applications(body)]
    claim = ask.store.claim(unit_key(ask.clerk.campaign.units, named))
    known = ask.store.application(claim.application) if claim else None
    return [known] if known else ask.store.applications()
