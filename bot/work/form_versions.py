"""Puts on record what is worked out of the values and was not said with them, once after a start."""

from __future__ import annotations

from functools import partial

from bot.console.applications import note_form_versions, note_route_keys
from bot.ports import Store, Writer
from config.campaign import Campaign


async def note_versions(writer: Writer, campaign: Campaign) -> None:
    """Versions of printed forms: a few in each transaction, until there are none; other writers come in between."""
    while await writer.run(partial(_note, campaign=campaign)):
        pass


async def note_routes(writer: Writer, campaign: Campaign) -> None:
    """What is the same for a unit on two routes: from the first application to the last, in the same way."""
    after = 0
    while True:
        last = await writer.run(partial(_note_routes, campaign=campaign, after=after))
        if not last:
            return
        after = last


def _note(store: Store, campaign: Campaign) -> int:
    return note_form_versions(store, campaign)


def _note_routes(store: Store, campaign: Campaign, after: int) -> int:
    return note_route_keys(store, campaign, after)
