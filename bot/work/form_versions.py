"""Puts the versions of printed forms on record where values were written without one, once after a start."""

from __future__ import annotations

from functools import partial

from bot.console.applications import note_form_versions
from bot.ports import Store, Writer
from config.campaign import Campaign


async def note_versions(writer: Writer, campaign: Campaign) -> None:
    """A few in each transaction, until there are none; other writers come in between."""
    while await writer.run(partial(_note, campaign=campaign)):
        pass


def _note(store: Store, campaign: Campaign) -> int:
    return note_form_versions(store, campaign)
