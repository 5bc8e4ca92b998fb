"""What was read of a deck, whichever format it came in: values, nothing of the file."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.deck import DeckProblem

MOST_SLIDES = 2000


class UnreadableDeck(Exception):
    """A deck that does not open; `problem` says why."""

    def __init__(self, problem: DeckProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Picture:
    """One use of a picture."""

    image: str  # names the image: the same for every use of it
    share: float | None = None  # of the slide's area, 0…1; None: not known
    missing: bool = False  # linked to a file outside, or not in the file


@dataclass(frozen=True, slots=True)
class Clip:
    """One use of a video or a sound."""

    name: str  # of the file as it was inserted, as far as it is known
    embedded: bool  # its bytes are in the deck
    target: str = ""  # where a linked one points
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Slide:
    """What a slide shows. Paragraphs in the order of the slide, titles first named, no master text, no notes."""

    titles: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    figures: int = 0  # tables, charts and embedded sheets
    clips: tuple[Clip, ...] = ()
    margins: tuple[str, ...] = ()  # footer and header: shown, but said of every slide

    @property
    def texts(self) -> tuple[str, ...]:
        return self.titles + self.paragraphs

    @property
    def blank(self) -> bool:
        return not (self.texts or self.margins or self.pictures or self.figures or self.clips)


@dataclass(frozen=True, slots=True)
class Deck:
    """Slides in the order of the presentation, hidden ones included."""

    macros: bool
    slides: tuple[Slide, ...]
    notes: bool = False  # something stands in the speaker's notes, which do not show
