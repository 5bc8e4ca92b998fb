"""Reads the slides of a .pptx, .ppsx, .potx and their macro kin part by part, without loading the media.

What shows on the screen counts: titles, bodies, tables, groups, charts, SmartArt. Notes, comments, masters,
layouts with their prompts, and the slide's date, footer and number do not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from bot.documents.deck_media import clip_of, linked_clips, local, player_clip, relation_ids
from bot.documents.deck_package import ROOT, Package, Relation
from bot.documents.deck_slide import MOST_SLIDES, Clip, Deck, Picture, Slide, UnreadableDeck
from bot.model.deck import DeckProblem

_TITLES = frozenset({"title", "ctrTitle"})
_MARGINS = frozenset({"ftr", "hdr"})
_COUNTERS = frozenset({"dt", "sldNum"})
_SHAPES = frozenset({"sp", "pic", "graphicFrame", "grpSp", "cxnSp", "AlternateContent", "contentPart"})
_NOTES = re.compile(r"ppt/notesslides/[^/]+\.xml")
_FIGURE_KINDS = ("chart", "chartEx")


@dataclass(slots=True)
class _Seen:
    """What the shapes of one slide have shown so far."""

    titles: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    clips: list[Clip] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    figures: int = 0


def read_pptx(file: BinaryIO) -> Deck:
    """The deck in an OOXML file; UnreadableDeck if it is none or does not open."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise UnreadableDeck(DeckProblem.DAMAGED) from error
    with archive:
        package = Package(archive)
        main = _main_part(package)
        return Deck(_has_macros(package, main), tuple(_slides(package, main)), _has_notes(package))


def _main_part(package: Package) -> str:
    """The name of the presentation's part."""
    for found in package.relations(ROOT).values():
        if found.kind == "officeDocument" and not found.external:
            if local(package.xml(found.target)) == "presentation":
                return found.target
            raise UnreadableDeck(DeckProblem.NOT_A_DECK)
    raise UnreadableDeck(DeckProblem.DAMAGED)


def _has_notes(package: Package) -> bool:
    """Whether any slide's notes hold text of their own."""
    pages = (name for name in package.names() if _NOTES.fullmatch(name))
    return any(
        _placeholder(shape) == "body" and any(_paragraphs(shape))
        for name in pages
        for shape in package.xml(name).iter()
        if local(shape) == "sp"
    )


def _has_macros(package: Package, main: str) -> bool:
    return any(found.kind == "vbaProject" for found in package.relations(main).values()) or any(
        name.endswith("vbaproject.bin") for name in package.names()
    )


def _slides(package: Package, main: str) -> Iterator[Slide]:
    presentation = package.xml(main)
    relations = package.relations(main)
    listed = [element for element in presentation.iter() if local(element) == "sldId"]
    entries = [element for element in listed if local(element.getparent()) == "sldIdLst"]
    if len(entries) > MOST_SLIDES:
        raise UnreadableDeck(DeckProblem.TOO_LARGE)
    area = _area(presentation)
    for entry in entries:
        ids = [value for name, value in entry.attrib.items() if name.endswith("}id")]
        relation = relations.get(ids[0]) if ids else None
        if relation is None or relation.external:
            raise UnreadableDeck(DeckProblem.DAMAGED)
        yield _slide(package, relation.target, area)


def _area(presentation: Any) -> float:
    for element in presentation.iter():
        if local(element) == "sldSz":
            return float(_number(element.get("cx")) * _number(element.get("cy")))
    return 0.0


def _slide(package: Package, name: str, area: float) -> Slide:
    reader = _SlideReader(package, package.relations(name), area)
    root = package.xml(name)
    for part in root:
        if local(part) != "cSld":
            continue
        for child in part:
            if local(child) == "spTree":
                reader.shapes(child)
            elif local(child) == "controls":
                reader.controls(child)
    seen = reader.seen
    return Slide(
        titles=tuple(seen.titles),
        paragraphs=tuple(seen.paragraphs),
        pictures=tuple(seen.pictures),
        figures=seen.figures,
        clips=tuple(seen.clips),
        margins=tuple(seen.margins),
    )


class _SlideReader:
    """Goes through the shapes of one slide."""

    def __init__(self, package: Package, relations: Mapping[str, Relation], area: float) -> None:
        self._package = package
        self._relations = relations
        self._area = area
        self.seen = _Seen()

    def shapes(self, parent: Any, grouped: bool = False) -> None:
        for shape in parent:
            match local(shape):
                case "AlternateContent":
                    self.shapes(_chosen(shape), grouped)
                case "grpSp":
                    self.shapes(shape, grouped=True)
                case "pic":
                    self._picture(shape, grouped)
                case "graphicFrame":
                    self._frame(shape)
                case "sp" | "cxnSp":
                    self._text_shape(shape)

    def controls(self, parent: Any) -> None:
        for control in parent.iter():
            if local(control) == "control":
                clip = player_clip(control, self._relations, self._package)
                if clip is not None and clip not in self.seen.clips:
                    self.seen.clips.append(clip)

    def _text_shape(self, shape: Any) -> None:
        self.seen.clips += linked_clips(shape, self._relations)
        kind = _placeholder(shape)
        if kind in _COUNTERS:
            return
        seen = self.seen.titles if kind in _TITLES else self.seen.paragraphs
        (self.seen.margins if kind in _MARGINS else seen).extend(_paragraphs(shape))

    def _picture(self, shape: Any, grouped: bool) -> None:
        clip = clip_of(shape, self._relations, self._package)
        if clip is not None:
            self.seen.clips.append(clip)
            return
        self.seen.clips += linked_clips(shape, self._relations)
        for blip in shape.iter():
            if local(blip) == "blip":
                self.seen.pictures.append(self._picture_of(blip, None if grouped else self._share(shape)))
                return

    def _picture_of(self, blip: Any, share: float | None) -> Picture:
        pointed = [self._relations[id] for id in relation_ids(blip) if id in self._relations]
        inside = [one.target for one in pointed if not one.external and self._package.has(one.target)]
        named = next(iter([*inside, *(one.target for one in pointed)]), "")
        return Picture(named, share, missing=not inside)

    def _share(self, shape: Any) -> float | None:
        for element in shape.iter():
            if local(element) == "ext" and element.get("cx") and self._area:
                return _number(element.get("cx")) * _number(element.get("cy")) / self._area
        return None

    def _frame(self, frame: Any) -> None:
        """A table, a chart, SmartArt or an embedded object."""
        self.seen.clips += linked_clips(frame, self._relations)
        for element in frame.iter():
            match local(element):
                case "tbl":
                    self.seen.figures += 1
                    self.seen.paragraphs += _paragraphs(element)
                case "chart" if relation_ids(element):
                    self.seen.figures += 1
                    self.seen.paragraphs += self._related_texts(element, _FIGURE_KINDS, _chart_texts)
                case "relIds":
                    self.seen.paragraphs += self._related_texts(element, ("diagramData",), _diagram_texts)
                case "oleObj":
                    self.seen.figures += 1
                    return

    def _related_texts(self, element: Any, kinds: tuple[str, ...], texts: Any) -> list[str]:
        """The texts of the parts that the element's relations of these kinds name."""
        ids = [value for name, value in element.attrib.items() if "}" in name]
        related = [self._relations[id] for id in ids if id in self._relations]
        names = [one.target for one in related if one.kind in kinds and not one.external]
        return [text for name in names if self._package.has(name) for text in texts(self._package.xml(name))]


def _chosen(alternate: Any) -> Any:
    """The first branch that holds shapes we know."""
    branches = [branch for branch in alternate if local(branch) in ("Choice", "Fallback")]
    known = (branch for branch in branches if any(local(child) in _SHAPES for child in branch))
    return next(known, alternate)


def _placeholder(shape: Any) -> str:
    """The kind of placeholder a shape is; "" if it is none."""
    for element in shape.iter():
        if local(element) == "ph":
            return str(element.get("type") or "obj")
        if local(element) in ("spPr", "txBody"):
            break
    return ""


def _paragraphs(element: Any) -> Iterator[str]:
    """The paragraphs of DrawingML text that say anything."""
    for paragraph in element.iter():
        if local(paragraph) == "p" and (text := _text(paragraph)):
            yield text


def _text(paragraph: Any) -> str:
    pieces = []
    for element in paragraph.iter():
        tag = local(element)
        if tag == "t" and not _is_counter(element.getparent()):
            pieces.append(element.text or "")
        elif tag in ("br", "tab"):
            pieces.append(" ")
    return "".join(pieces).strip()


def _is_counter(parent: Any) -> bool:
    return local(parent) == "fld" and parent.get("type", "").startswith(("slidenum", "datetime"))


def _diagram_texts(root: Any) -> Iterator[str]:
    """The points of a SmartArt graphic, in order."""
    yield from _paragraphs(root)


def _chart_texts(root: Any) -> Iterator[str]:
    """Titles, series and categories of a chart, each once; its values are not words."""
    said: dict[str, None] = dict.fromkeys(_paragraphs(root))
    for element in root.iter():
        if local(element) in ("strCache", "strLit", "strDim"):
            said |= dict.fromkeys(_cached(element))
    yield from said


def _cached(element: Any) -> Iterator[str]:
    for value in element.iter():
        if local(value) in ("v", "pt") and value.text and value.text.strip():
            yield value.text.strip()


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
