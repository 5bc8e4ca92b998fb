"""The campaign as its files say it with the office's edits: the same in every process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from bot.campaign_edits.overlay import Overlaid, overlaid
from bot.model.edits import Edit
from bot.ports import Store
from config.campaign import Campaign
from config.load import check_campaign, load_campaign, raw_files
from config.reading import RawFiles

_KEPT = 8  # campaigns as edited that are kept in memory: what is in force, and what was tried last


@dataclass(frozen=True, slots=True)
class Edited:
    """A campaign as edited, the values of its files, and the edits that no longer fit."""

    campaign: Campaign
    files: RawFiles
    stale: tuple[Edit, ...]


def edited(campaign: Campaign, store: Store) -> Campaign:
    """The campaign with the edits in force; as it was given while nothing was ever edited. A look."""
    edits = store.edits()
    return edited_by(campaign, edits).campaign if edits else campaign


def edited_by(campaign: Campaign, edits: Sequence[Edit]) -> Edited:
    """The campaign of the same folder with these edits."""
    return _edited(campaign.folder, tuple(replace(edit, by_name="") for edit in edits))


def original_files(campaign: Campaign) -> RawFiles:
    """What the campaign's files say without any edit. They are read once: a running campaign's stay as they are."""
    return _original(campaign.folder)


@lru_cache(maxsize=_KEPT)
def _edited(folder: str, edits: tuple[Edit, ...]) -> Edited:
    path = Path(folder)
    found: Overlaid = overlaid(_original(folder), edits, lambda files: bool(check_campaign(path, files)))
    return Edited(load_campaign(path, found.files), found.files, found.stale)


@cache
def _original(folder: str) -> RawFiles:
    return raw_files(Path(folder))
