"""Checks a deck (申报报告PPT): whether it opens, what is on it, what of the notice's conditions it covers.

A hint, never a verdict. What the file says is data: no text of a deck changes anything but the words found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from bot.documents.deck_coverage import aspect_slides, coverage
from bot.documents.deck_messages import findings, problem_message
from bot.documents.deck_outline import pages
from bot.documents.deck_ppt import read_ppt
from bot.documents.deck_pptx import read_pptx
from bot.documents.deck_slide import Deck, Slide, UnreadableDeck
from bot.documents.deck_words import aspects, conditions
from bot.documents.file_type import FileType, file_type
from bot.documents.type_names import DECK_TYPES, extension_of, promised_type
from bot.model.deck import DeckProblem, DeckReport, Video
from bot.model.mail import FileState
from config.campaign import Campaign

_ZIP = b"PK"
_CHUNK = 1 << 20

_REFUSED = {
    FileState.ENCRYPTED: DeckProblem.ENCRYPTED,
    FileState.DAMAGED: DeckProblem.DAMAGED,
    FileState.TOO_LARGE: DeckProblem.TOO_LARGE,
}


def check_deck(path: Path, name: str, campaign: Campaign) -> DeckReport:
    """The report on the file at `path`, which its sender called `name`.

    Time and memory are the caller's to limit: run it in a process of its own. Raises OSError if the file
    cannot be read.
    """
    size = path.stat().st_size
    if size == 0:
        return unopened(path, name, DeckProblem.ZERO_BYTES, campaign)
    found = file_type(path, name)
    format = found.type if found.type in DECK_TYPES else None
    problem = _refusal(found, format, name)
    if problem is None:
        try:
            deck = _read(path)
        except UnreadableDeck as error:
            problem = error.problem
        else:
            return _report(path, name, found, deck, campaign)
    return unopened(path, name, problem, campaign, format)


def unopened(
    path: Path, name: str, problem: DeckProblem, campaign: Campaign, format: str | None = None
) -> DeckReport:
    """The report on a file that was not opened, also where the check itself was given up (timeout, memory)."""
    messages = (problem_message(problem, name, format, campaign),)
    return DeckReport(path.stat().st_size, _sha256(path), format, False, problem, messages=messages)


def _refusal(found: FileType, format: str | None, name: str) -> DeckProblem | None:
    """Why the file is not to be opened, None if it is."""
    problem = _REFUSED.get(found.problem) if found.problem else None
    if format is not None:
        return problem
    if problem and promised_type(extension_of(name)) in DECK_TYPES and found.type in ("unknown", "zip"):
        return problem
    return DeckProblem.NOT_A_DECK


def _read(path: Path) -> Deck:
    with path.open("rb") as file:
        packed = file.read(len(_ZIP)) == _ZIP
        file.seek(0)
        return read_pptx(file) if packed else read_ppt(file)


def _report(path: Path, name: str, found: FileType, deck: Deck, campaign: Campaign) -> DeckReport:
    problem = None
    if all(slide.blank for slide in deck.slides):
        problem = DeckProblem.EMPTY
    elif found.problem is FileState.MISLABELLED:
        problem = DeckProblem.MISLABELLED
    outline = pages(deck.slides)
    messages = findings(deck, campaign)
    if problem is not None:
        messages = (problem_message(problem, name, found.type, campaign), *messages)
    return DeckReport(
        size=path.stat().st_size,
        sha256=_sha256(path),
        format=found.type,
        opens=True,
        problem=problem,
        macros=deck.macros,
        slides=len(deck.slides),
        characters=sum(_characters(slide) for slide in deck.slides),
        pictures=sum(len(slide.pictures) for slide in deck.slides),
        videos=_videos(deck.slides),
        conditions=coverage(outline, conditions(campaign)),
        triad=aspect_slides(outline, aspects(campaign)),
        messages=messages,
    )


def _characters(slide: Slide) -> int:
    return sum(len("".join(text.split())) for text in slide.texts)


def _videos(slides: Sequence[Slide]) -> tuple[Video, ...]:
    return tuple(
        Video(number, clip.name, clip.embedded, clip.target)
        for number, slide in enumerate(slides, start=1)
        for clip in slide.clips
        if not clip.sound
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
