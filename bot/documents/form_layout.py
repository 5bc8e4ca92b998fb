"""How the paper form is laid out: read from a campaign's `annex1.toml`, built into its Word template.

Only the template is needed to fill forms; the layout is kept so that the template can be built again.
A campaign whose office brings its own Word file needs no layout (docs: how a template marks a field).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A line of the cover: words, then the field's value on a rule; a date has no rule."""

    label: str
    field: str
    blank: str  # what stands there while the value is missing, e.g. the blanks of a date


@dataclass(frozen=True, slots=True)
class Box:
    """A label and the box beside it."""

    label: tuple[str, ...]  # its lines
    field: str  # "" for a box that stays empty
    hint: str  # words printed inside the box
    seal: tuple[str, ...]  # lines at its lower right, for seal and date; room is kept above them


@dataclass(frozen=True, slots=True)
class Row:
    boxes: tuple[Box, ...]  # one, or two side by side
    height: float  # millimetres, at least
    flows: bool  # may be split over pages


@dataclass(frozen=True, slots=True)
class Layout:
    heading: str  # 附件1
    title: tuple[str, ...]  # the last line is set larger
    cover: tuple[CoverLine, ...]
    notes_title: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]


def read_layout(text: str) -> Layout:
    """The layout in a TOML text; KeyError or ValueError where it is not one."""
    values = tomllib.loads(text)
    return Layout(
        heading=values["heading"],
        title=tuple(values["title"]),
        cover=tuple(_cover_line(line) for line in values["cover"]),
        notes_title=values["notes_title"],
        notes=tuple(values["notes"]),
        rows=tuple(_row(row) for row in values["row"]),
    )


def _cover_line(values: Mapping[str, Any]) -> CoverLine:
    return CoverLine(values["label"], values["field"], values.get("blank", ""))


def _row(values: Mapping[str, Any]) -> Row:
    boxes = tuple(
        Box(
            label=tuple(box["label"]),
            field=box.get("field", ""),
            hint=box.get("hint", ""),
            seal=tuple(box.get("seal", ())),
        )
        for box in values["boxes"]
    )
    if len(boxes) not in (1, 2):
        raise ValueError("a row has one box or two")
    return Row(boxes, float(values["height"]), bool(values.get("flows", False)))
