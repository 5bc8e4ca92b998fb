"""The campaign as the office has changed it while it runs: its edits, and the dates, which are kept as settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from bot.campaign_edits.workdays import own_workdays
from bot.ports import Store
from bot.reminders.dates import DateMove, with_dates
from bot.work.edited import edited
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class KeptMove:
    """The latest move of the deadline. `told`: everybody who was told the old date has been told the new."""

    move: DateMove
    old_words: str
    at: datetime  # by the campaign clock
    told: bool


def deadline_setting(campaign: Campaign) -> str:
    """Name of the setting that holds a moved deadline, as an ISO date."""
    return f"deadline.{campaign.id}"


def _move_setting(campaign: Campaign) -> str:
    return f"deadline_move.{campaign.id}"


def campaign_in_force(campaign: Campaign, store: Store) -> Campaign:
    """The campaign as edited, with the dates in force now; the same object while nothing differs. A look."""
    return dated(edited(campaign, store), store)


def dated(campaign: Campaign, store: Store) -> Campaign:
    """The campaign with the dates in force now; the same object while none differs. A look."""
    text = store.setting(deadline_setting(campaign))
    return with_dates(campaign, date.fromisoformat(text) if text else None, store.cutoffs())


def follow_campaign(running: Campaign, in_force: Campaign) -> None:
    """Let the campaign that every part of the service holds go by what is in force.

    A campaign is a value and never changes, but for what the office changes while it runs: every part would
    have to be made anew for that, and be told.
    """
    for part in fields(Campaign):
        object.__setattr__(running, part.name, getattr(in_force, part.name))


def kept_workdays(store: Store) -> Mapping[date, bool]:
    """The working days that the office has set beside the campaign's."""
    return own_workdays(store.edits())


def keep_move(store: Store, campaign: Campaign, move: DateMove, now: datetime) -> None:
    """Put the move into force; those who were told the old date are told by the next tick.

    Where an earlier move is still to be told, both are told as one.
    """
    before, old_words = kept_move(store, campaign), campaign.deadline_words
    if before is not None and not before.told:
        old_words = before.old_words
        olds = {body: old for body, (old, _) in before.move.cutoffs.items()}
        cutoffs = {body: (olds.get(body, old), new) for body, (old, new) in move.cutoffs.items()}
        move = DateMove(before.move.old, move.new, {**before.move.cutoffs, **cutoffs})
    store.set_setting(deadline_setting(campaign), move.new.isoformat())
    for body, (_, new) in move.cutoffs.items():
        store.set_cutoff(body, new)
    _keep(store, campaign, KeptMove(move, old_words, now, move.old == move.new))


def kept_move(store: Store, campaign: Campaign) -> KeptMove | None:
    """The latest move, if there was one."""
    text = store.setting(_move_setting(campaign))
    if not text:
        return None
    data = json.loads(text)
    cutoffs = {
        body: (date.fromisoformat(old), date.fromisoformat(new))
        for body, (old, new) in data["cutoffs"].items()
    }
    move = DateMove(date.fromisoformat(data["old"]), date.fromisoformat(data["new"]), cutoffs)
    return KeptMove(move, data["old_words"], datetime.fromisoformat(data["at"]), data["told"])


def move_is_told(store: Store, campaign: Campaign, kept: KeptMove) -> None:
    """Everybody has been told of this move. Nothing if there is a later one."""
    if kept_move(store, campaign) == kept:
        _keep(store, campaign, KeptMove(kept.move, kept.old_words, kept.at, True))


def _keep(store: Store, campaign: Campaign, kept: KeptMove) -> None:
    data = {
        "old": kept.move.old.isoformat(),
        "new": kept.move.new.isoformat(),
        "cutoffs": {body: [str(old), str(new)] for body, (old, new) in kept.move.cutoffs.items()},
        "old_words": kept.old_words,
        "at": kept.at.isoformat(),
        "told": kept.told,
    }
    store.set_setting(_move_setting(campaign), json.dumps(data, ensure_ascii=False))
