"""What a deck check found (申报报告PPT): a hint, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DeckProblem(StrEnum):
    """Why a deck cannot be used as it is."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"  # opens, nothing on it
    ZERO_BYTES = "zero_bytes"
    NOT_A_DECK = "not_a_deck"
    MISLABELLED = "mislabelled"  # opens, but is not what its name says
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"


class Level(StrEnum):
    """How far a condition is covered."""

    ABSENT = "absent"
    MENTIONED = "mentioned"  # words only, or a title without content
    SHOWN = "shown"  # with an example, figures or a picture


@dataclass(frozen=True, slots=True)
class Video:
    slide: int  # from 1
    name: str
    embedded: bool
    target: str  # where a linked one points; "" for an embedded one


@dataclass(frozen=True, slots=True)
class Coverage:
    level: Level
    slides: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()  # the words found


@dataclass(frozen=True, slots=True)
class DeckReport:
    """Counts are None where the deck does not open. Slides count from 1, hidden ones included."""

    size: int
    sha256: str
    format: str | None  # by content: pptx ppsx pptm ppsm potx ppt pps dps
    opens: bool
    problem: DeckProblem | None
    macros: bool = False
    slides: int | None = None
    characters: int | None = None
    pictures: int | None = None
    videos: tuple[Video, ...] = ()
    conditions: Mapping[str, Coverage] = field(default_factory=dict)  # by clause id: 2.1 … 2.6
    triad: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # 工作举措 → slides
    messages: tuple[str, ...] = ()  # for the unit, in plain words
