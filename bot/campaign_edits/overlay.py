"""A campaign's files with the office's edits in them. Pure.

An edit that no longer fits, because the files have changed under it or another edit took its place away, is left
out and named, and everything else stays in force: the service must start with whatever was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.campaign_edits.paths import PathError, from_json, to_json, with_value
from bot.model.edits import Edit
from config.reading import RawFiles

_NOTHING = to_json(None)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The files as they are in force, and the edits that could not be made."""

    files: RawFiles
    stale: tuple[Edit, ...]


def standing(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The newest edit of each place, in the order they were made; without those that went back to the file."""
    newest = {edit.path: edit for edit in edits}
    kept = (edit for edit in newest.values() if edit.value is not None)
    return tuple(sorted(kept, key=lambda edit: edit.id))


def overlaid(files: RawFiles, edits: Sequence[Edit], wrong: Callable[[RawFiles], bool]) -> Overlaid:
    """The files with the newest edit of each place. `wrong`: whether files make no sound campaign.

    Only where all of them together are wrong are they tried one after the other.
    """
    made = _made(files, standing(edits), lambda _: False)
    return made if made.files is files or not wrong(made.files) else _made(files, standing(edits), wrong)


def _made(files: RawFiles, edits: Sequence[Edit], wrong: Callable[[RawFiles], bool]) -> Overlaid:
    stale = []
    taken_away = {edit.path for edit in edits if edit.value == _NOTHING}
    for edit in edits:
        assert edit.value is not None  # see `standing`
        try:
            tried = with_value(files, edit.path, from_json(edit.value))
        except PathError:
            if not any(_lies_in(edit.path, path) for path in taken_away):
                stale.append(edit)
            continue
        if wrong(tried):
            stale.append(edit)
        else:
            files = tried
    return Overlaid(files, tuple(stale))


def _lies_in(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}/")
