"""Who changed what of the campaign, and when. Everything here is a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.campaign_edits.paths import from_json
from bot.campaign_edits.places import place_of
from bot.campaign_edits.values import Kind, shown
from bot.model.edits import Edit
from bot.ports import Store
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    path: str
    label: str
    before: str
    after: str
    undone: bool  # went back to what the files say
    reason: str
    by: str
    at: datetime


def edit_history(store: Store, campaign: Campaign) -> tuple[Change, ...]:
    """Every edit there ever was, newest first."""
    return tuple(change_of(campaign, edit) for edit in reversed(store.edits()))


def change_of(campaign: Campaign, edit: Edit) -> Change:
    """An edit as people read it."""
    place = place_of(edit.path)
    kind = place.kind if place else Kind.LINE
    return Change(
        edit.path,
        campaign.phrases[place.label] if place else edit.path,
        _shown(kind, edit.previous),
        _shown(kind, edit.value),
        edit.value is None,
        edit.reason,
        edit.by_name,
        edit.at,
    )


def _shown(kind: Kind, text: str | None) -> str:
    value = None if text is None else from_json(text)
    if kind is Kind.ROW and isinstance(value, dict):
        return "、".join(shown(kind, part) for part in value.values())
    return shown(kind, value)
