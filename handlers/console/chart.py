"""The chart of bodies by stages: a stacked bar for each body, every piece a link to its list. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.query import NO_BODY
from bot.console.stages import ShownStage
from bot.console.today import Board
from config.campaign import Campaign

LIST = "/console/applications"
TONES = 18  # colours of the style sheet, in the order of the stages


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: `x` and `count` in applications. `label` is the stage's."""

    x: int
    count: int
    tone: int
    stage: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One body; `id` as the list is asked for it."""

    id: str
    name: str
    total: int
    pieces: tuple[Piece, ...]
    counts: tuple[int, ...]  # by the legend's stages


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]  # bodies with applications
    silent: tuple[str, ...]  # names of those without
    legend: tuple[Piece, ...]  # stages with applications, and how many of all
    longest: int  # total of the longest bar
    total: int


def chart(campaign: Campaign, board: Board, stages: tuple[ShownStage, ...], no_body: str) -> Chart:
    """The chart of a board; `no_body` is said of applications without one."""
    names = {body.id: body.name for body in campaign.bodies}
    legend = tuple(
        Piece(0, count, place % TONES, stage.id, stage.label)
        for place, stage in enumerate(stages)
        if (count := board.of_stage(stage.id))
    )
    bars = tuple(
        _bar(board, body, names.get(body, no_body), legend) for body in board.bodies if board.of_body(body)
    )
    silent = tuple(names[body] for body in board.bodies if body in names and not board.of_body(body))
    return Chart(bars, silent, legend, max((bar.total for bar in bars), default=0), board.total)


def _bar(board: Board, body: str, name: str, legend: tuple[Piece, ...]) -> Bar:
    pieces, x = [], 0
    counts = tuple(board.counts.get((body, stage.stage), 0) for stage in legend)
    for stage, count in zip(legend, counts, strict=True):
        if count:
            pieces.append(Piece(x, count, stage.tone, stage.stage, stage.label))
        x += count
    return Bar(body or NO_BODY, name, x, tuple(pieces), counts)
