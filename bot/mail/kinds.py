"""What a file of a mail or an upload was taken for, and whether it can be registered. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.mail import FileKind, FileState, Inspection, Part

ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "bz2", "xz"})
DECKS = frozenset({"pptx", "ppsx", "potx", "pptm", "ppsm", "potm", "ppt", "pps", "dps"})
_DECK_NAMES = (*(f".{name}" for name in DECKS), ".dpt", ".pot")
_USABLE = (None, FileState.MACRO, FileState.MISLABELLED)
"""Problems of a file that opens all the same."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`state` is None for a file that can be registered; `hint` is then MACRO, MISLABELLED or None."""

    kind: FileKind
    state: FileState | None = None
    hint: FileState | None = None
    is_checked: bool = True  # False: nobody could look inside


def take(part: Part, inspection: Inspection | None) -> Taken:
    """What to make of a file. A picture shown in the text is no scan, whatever is on it."""
    kind = inspection.kind if inspection else _kind_unseen(part)
    if part.inline and kind not in (FileKind.DECK, FileKind.FORM):
        return Taken(FileKind.INLINE, part.problem or FileState.KEPT)
    problem = (inspection.problem if inspection else None) or part.problem
    if kind is FileKind.SCAN and problem is FileState.MISLABELLED:
        problem = None  # a photograph opens whatever its name says
    if problem not in _USABLE or kind not in (FileKind.DECK, FileKind.FORM, FileKind.SCAN):
        return Taken(kind, problem or FileState.KEPT)
    if kind is FileKind.FORM and not (inspection and inspection.form):
        return Taken(kind, FileState.KEPT)
    if (
        kind is FileKind.DECK
        and problem is None
        and inspection
        and inspection.deck
        and inspection.deck.macros
    ):
        problem = FileState.MACRO
    return Taken(kind, None, problem, inspection is not None)


def _kind_unseen(part: Part) -> FileKind:
    """Of a file that could not be opened in time, or was not worth it: by its content's type, then its name."""
    if part.type in ARCHIVES:
        return FileKind.ARCHIVE
    if part.type in DECKS or (part.problem and part.name.lower().strip().endswith(_DECK_NAMES)):
        return FileKind.DECK
    return FileKind.OTHER
