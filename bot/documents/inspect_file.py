"""Opens one file of a mail or an upload and says what it turned out to be. Runs in a process of its own.

Each kind of reader is loaded only when a file needs it.
"""

from __future__ import annotations

from pathlib import Path

from bot.documents.file_type import file_type
from bot.documents.type_names import (
    DECK_TYPES,
    PACKED_TYPES,
    WORD_TYPES,
    extension_of,
    promised_type,
)
from bot.model.deck import DeckProblem
from bot.model.mail import FileKind, FileState, Inspection
from config.campaign import Campaign

_SCANS = frozenset({"jpg", "png", "tif", "bmp", "webp", "heic", "ofd"})

_DECK_PROBLEMS = {
    DeckProblem.ENCRYPTED: FileState.ENCRYPTED,
    DeckProblem.DAMAGED: FileState.DAMAGED,
    DeckProblem.EMPTY: FileState.EMPTY,
    DeckProblem.ZERO_BYTES: FileState.EMPTY,
    DeckProblem.NOT_A_DECK: FileState.NOT_A_DECK,
    DeckProblem.MISLABELLED: FileState.MISLABELLED,
    DeckProblem.TOO_LARGE: FileState.TOO_LARGE,
    DeckProblem.TIMEOUT: FileState.TOO_LARGE,  # more in it than can be read in the time there is
}

_FORM_PROBLEMS = {
    "empty": FileState.EMPTY,
    "encrypted": FileState.ENCRYPTED,
    "damaged": FileState.DAMAGED,
    "too_large": FileState.TOO_LARGE,
}
"""Code of UnreadableForm → state; the other codes mean a document that is no form of ours."""

_UNTOLD = frozenset({FileState.DAMAGED, FileState.ENCRYPTED, FileState.TOO_LARGE})
"""Problems that leave open what the file is."""

_LEAST_SLIDES = 4
_LEAST_LABELS = 2
_MOST_ROWS = 500  # of a table: what a list of units may have


def inspect(path: Path | str, name: str, type: str, campaign: Campaign) -> Inspection:
    """What the file at `path` is to the campaign. `name` is the sender's, `type` its type by content.

    A deck that does not open stays a deck with its problem; what only calls itself a deck is OTHER with
    NOT_A_DECK, DAMAGED or EMPTY. A blank form is a form without values. Pictures are taken for scans: the
    caller knows which of them only decorate a text. Raises OSError if the file cannot be read.
    """
    file = Path(path)
    if file.stat().st_size == 0:
        return Inspection(FileKind.OTHER, FileState.EMPTY)
    if type in DECK_TYPES:
        return _deck(file, name, campaign)
    if type in WORD_TYPES:
        found = _form(file, campaign)
    elif type == "pdf":
        found = _pdf(file, campaign)
    elif type in _SCANS:
        found = Inspection(FileKind.SCAN)
    elif type == "xlsx":
        found = _table(file)
    elif type in PACKED_TYPES:
        found = Inspection(FileKind.ARCHIVE)
    else:
        found = Inspection(FileKind.OTHER)
    if promised_type(extension_of(name)) in DECK_TYPES and found.kind is not FileKind.FORM:
        return _not_a_deck(file, name, found)
    return found


def _table(path: Path) -> Inspection:
    """A table; one that cannot be read is a file like any other."""
    from bot.documents.sheet_read import SheetError, read_rows

    try:
        rows = read_rows(str(path))
    except SheetError:
        return Inspection(FileKind.OTHER)
    return Inspection(FileKind.OTHER, rows=tuple(row.cells for row in rows[:_MOST_ROWS]))


def _not_a_deck(path: Path, name: str, found: Inspection) -> Inspection:
    """What calls itself a deck: too broken to tell, or something else."""
    problem = found.problem or file_type(path, name).problem
    if problem not in _UNTOLD:
        problem = FileState.NOT_A_DECK
    return Inspection(FileKind.OTHER, problem, pages=found.pages)


def _deck(path: Path, name: str, campaign: Campaign) -> Inspection:
    from bot.documents.deck import check_deck

    report = check_deck(path, name, campaign)
    problem = _DECK_PROBLEMS[report.problem] if report.problem else None
    if problem is FileState.NOT_A_DECK:
        return Inspection(FileKind.OTHER, problem)
    if problem is None and report.macros:
        problem = FileState.MACRO
    return Inspection(FileKind.DECK, problem, deck=report, pages=report.slides)


def _form(path: Path, campaign: Campaign) -> Inspection:
    from bot.documents.form_read import read_form
    from bot.documents.unreadable import UnreadableForm
    from bot.documents.word_file import MOST_BYTES

    if path.stat().st_size > MOST_BYTES:
        return Inspection(FileKind.OTHER, FileState.TOO_LARGE)
    try:
        reading = read_form(campaign, path.read_bytes())
    except UnreadableForm as error:
        return Inspection(FileKind.OTHER, _FORM_PROBLEMS.get(error.code))
    values = {key: value for key, value in reading.values.items() if value} | dict(reading.refused)
    return Inspection(FileKind.FORM, form=values, code=reading.print_code or "")


def _pdf(path: Path, campaign: Campaign) -> Inspection:
    from bot.documents.pdf_file import look_at
    from bot.documents.scan_text import find_codes

    look = look_at(path)
    code = next(iter(find_codes(look.text)), "")
    slides = look.looked_at >= _LEAST_SLIDES and look.slides * 2 > look.looked_at
    if slides and not code and _labels_in(look.text, campaign) < _LEAST_LABELS:
        return Inspection(FileKind.OTHER, pages=look.pages)  # a deck as PDF is not the deck
    return Inspection(FileKind.SCAN, look.problem, code=code, pages=look.pages)


def _labels_in(text: str, campaign: Campaign) -> int:
    """How many of the form's labels stand in the text."""

    squeezed = "".join(text.split())
    return sum(item.label in squeezed for item in campaign.form.fields)
