"""Reads the slides of an old binary .ppt, .pps or .dps ([MS-PPT], [MS-ODRAW]) as they show on the screen.

Text comes from the shapes of the slide itself; text of a placeholder may lie in the document's outline
instead, which the shape then names. Masters and notes are other objects and are not looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import olefile

from bot.documents.deck_media import base_name, shown_target
from bot.documents.deck_records import (
    SLIDE,
    BrokenRecords,
    EncryptedRecords,
    Live,
    Record,
    children,
    descend,
    live_objects,
    record_at,
    unsigned,
)
from bot.documents.deck_slide import MOST_SLIDES, Clip, Deck, Picture, Slide, UnreadableDeck
from bot.model.deck import DeckProblem

STREAM, USER = "PowerPoint Document", "Current User"
MOST_STREAM = 256 << 20  # bytes of the records; pictures lie in a stream of their own

_SLIDE_LIST, _SLIDE_PERSIST = 0x0FF0, 0x03F3
_TEXT_HEADER, _TEXT_CHARS, _TEXT_BYTES, _OUTLINE_REFERENCE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
_SHAPE_GROUP, _SHAPE = 0xF003, 0xF004
_PROPERTIES, _MORE_PROPERTIES = 0xF00B, (0xF121, 0xF122)
_CLIENT_DATA, _CLIENT_TEXT = 0xF011, 0xF00D
_PLACEHOLDER, _NEW_PLACEHOLDER, _OBJECT_REFERENCE = 0x0BC3, 0x0420, 0x0BC1
_DOCUMENT_ATOM, _DRAWING, _ANCHOR = 0x03E9, 0x040C, 0xF010
_OBJECTS, _OBJECT, _OBJECT_MEDIA, _TEXT_STRING = 0x0409, 0x0FC3, 0x1004, 0x0FBA
_MOVIES = (0x1006, 0x1007)  # AVI and MCI movies: always a file outside
_SOUNDS = {0x100D: False, 0x100F: True, 0x1010: False}  # MIDI, WAV inside, WAV outside
_EMBEDDED = (0x0FCC, 0x0FCE, 0x0FEE)  # objects, links to objects, controls
_MACROS = 0x0400
_PICTURE_PROPERTY, _TABLE_PROPERTY = 0x0104, 0x039F
_TITLES = frozenset({0, 6})
_COUNTERS, _MARGINS = frozenset({7, 8}), frozenset({9, 10})  # date and number; footer and header


_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, OverflowError)
"""What the reader of compound files raises on broken ones."""


@dataclass(frozen=True, slots=True)
class _Text:
    title: bool
    text: str


@dataclass(frozen=True, slots=True)
class _Document:
    """What the slides refer to."""

    outline: Mapping[int, tuple[_Text, ...]]  # persist id of a slide → its texts
    clips: Mapping[int, Clip]  # object id → video or sound
    objects: frozenset[int]  # ids of embedded sheets, charts and the like
    area: float


def read_ppt(file: BinaryIO) -> Deck:
    """The deck in an old binary file that is one; UnreadableDeck if it does not open."""
    try:
        with olefile.OleFileIO(file) as ole:
            data, user = _stream(ole, STREAM), _stream(ole, USER)
        live = live_objects(data, user)
        slides = tuple(_slides(data, live))
    except EncryptedRecords as error:
        raise UnreadableDeck(DeckProblem.ENCRYPTED) from error
    except (BrokenRecords, *_DAMAGE) as error:
        raise UnreadableDeck(DeckProblem.DAMAGED) from error
    return Deck(_has_macros(data, live), slides)


def _stream(ole: olefile.OleFileIO, name: str) -> bytes:
    """A stream whole; UnreadableDeck if it is cut short or far too large."""
    path = [name] if ole.exists(name) else ["PP97_DUALSTORAGE", name]
    if not ole.exists(path):
        raise UnreadableDeck(DeckProblem.DAMAGED)
    size = ole.get_size(path)
    if size > MOST_STREAM:
        raise UnreadableDeck(DeckProblem.TOO_LARGE)
    content: bytes = ole.openstream(path).read()
    if len(content) < size:
        raise UnreadableDeck(DeckProblem.DAMAGED)
    return content


def _slides(data: bytes, live: Live) -> Iterator[Slide]:
    document = _document(data, live.document)
    references = list(document.outline)
    if len(references) > MOST_SLIDES:
        raise UnreadableDeck(DeckProblem.TOO_LARGE)
    for reference in references:
        place = live.places.get(reference)
        if place is None:
            raise BrokenRecords
        slide = record_at(data, place)
        if slide.type != SLIDE:
            raise BrokenRecords
        yield _SlideReader(data, document, document.outline[reference]).slide(slide)


def _document(data: bytes, record: Record) -> _Document:
    outline: dict[int, tuple[_Text, ...]] = {}
    clips: dict[int, Clip] = {}
    objects: set[int] = set()
    area = 0.0
    for child in children(data, record):
        if child.type == _SLIDE_LIST and child.instance == 0:
            outline |= _outline(data, child)
        elif child.type == _OBJECTS:
            for item in children(data, child):
                _add_object(data, item, clips, objects)
        elif child.type == _DOCUMENT_ATOM:
            area = float(unsigned(data, child, 0) * unsigned(data, child, 4))
    return _Document(outline, clips, frozenset(objects), area)


def _outline(data: bytes, listed: Record) -> dict[int, tuple[_Text, ...]]:
    """The slides in order, by persist id, with the texts that the outline keeps for them."""
    found: dict[int, list[_Text]] = {}
    texts: list[_Text] = []
    title = False
    for child in children(data, listed):
        if child.type == _SLIDE_PERSIST:
            texts = found.setdefault(unsigned(data, child, 0), [])
        elif child.type == _TEXT_HEADER:
            title = unsigned(data, child, 0) in _TITLES
            texts.append(_Text(title, ""))
        elif child.type in (_TEXT_CHARS, _TEXT_BYTES) and texts:
            texts[-1] = _Text(title, _decoded(data, child))
    return {reference: tuple(kept) for reference, kept in found.items()}


def _add_object(data: bytes, item: Record, clips: dict[int, Clip], objects: set[int]) -> None:
    inside = list(descend(data, item))
    if item.type in _EMBEDDED:
        objects |= {unsigned(data, atom, 8) for atom in inside if atom.type == _OBJECT}
        return
    media = next((atom for atom in inside if atom.type == _OBJECT_MEDIA), None)
    path = next((_decoded(data, atom) for atom in inside if atom.type == _TEXT_STRING), "")
    target = shown_target(path)
    if media is not None and item.type in _MOVIES:
        clips[unsigned(data, media, 0)] = Clip(base_name(target), embedded=False, target=target)
    elif media is not None and item.type in _SOUNDS:
        embedded = _SOUNDS[item.type]
        clips[unsigned(data, media, 0)] = Clip(
            base_name(target), embedded, "" if embedded else target, sound=True
        )


class _SlideReader:
    """Goes through the shapes of one slide."""

    def __init__(self, data: bytes, document: _Document, outline: tuple[_Text, ...]) -> None:
        self._data = data
        self._document = document
        self._outline = outline
        self._texts: list[_Text] = []
        self._margins: list[_Text] = []
        self._pictures: list[Picture] = []
        self._clips: list[Clip] = []
        self._figures = 0

    def slide(self, record: Record) -> Slide:
        for child in children(self._data, record):
            if child.type == _DRAWING:
                self._walk(child)
        titles = [line for text in self._texts if text.title for line in _lines(text.text)]
        others = [line for text in self._texts if not text.title for line in _lines(text.text)]
        return Slide(
            titles=tuple(titles),
            paragraphs=tuple(others),
            pictures=tuple(self._pictures),
            figures=self._figures,
            clips=tuple(self._clips),
            margins=tuple(line for text in self._margins for line in _lines(text.text)),
        )

    def _walk(self, parent: Record) -> None:
        for child in children(self._data, parent):
            if child.type == _SHAPE:
                # the drawing's own shape, directly in it, is the slide's background
                if parent.type == _SHAPE_GROUP:
                    self._shape(child)
            elif child.container:
                self._walk(child)

    def _shape(self, shape: Record) -> None:
        parts = {child.type: child for child in children(self._data, shape)}
        properties = self._properties(parts)
        if properties.get(_TABLE_PROPERTY, 0) & 1:
            self._figures += 1
        client = list(descend(self._data, parts[_CLIENT_DATA])) if _CLIENT_DATA in parts else []
        self._object_or_picture(client, properties, parts)
        places = {self._place(atom) for atom in client}
        if _CLIENT_TEXT not in parts or places & _COUNTERS:
            return
        texts = self._margins if places & _MARGINS else self._texts
        texts += self._client_texts(parts[_CLIENT_TEXT])

    def _place(self, atom: Record) -> int:
        """What kind of placeholder an atom of a shape says that it is; 0 if it says nothing."""
        place = {_PLACEHOLDER: atom.start + 4, _NEW_PLACEHOLDER: atom.start}.get(atom.type, atom.end)
        return self._data[place] if place < atom.end else 0

    def _object_or_picture(
        self, client: list[Record], properties: Mapping[int, int], parts: Mapping[int, Record]
    ) -> None:
        ids = [unsigned(self._data, atom, 0) for atom in client if atom.type == _OBJECT_REFERENCE]
        clip = next((self._document.clips[id] for id in ids if id in self._document.clips), None)
        if clip is not None:
            self._clips.append(clip)
        elif any(id in self._document.objects for id in ids):
            self._figures += 1
        elif properties.get(_PICTURE_PROPERTY):
            share = self._share(parts)
            self._pictures.append(Picture(str(properties[_PICTURE_PROPERTY]), share))

    def _properties(self, parts: Mapping[int, Record]) -> dict[int, int]:
        """The shape's simple properties by number ([MS-ODRAW] 2.2.7)."""
        found: dict[int, int] = {}
        for kind in (_PROPERTIES, *_MORE_PROPERTIES):
            record = parts.get(kind)
            if record is None:
                continue
            for place in range(min(record.instance, (record.end - record.start) // 6)):
                number, value = struct.unpack_from("<HI", self._data, record.start + 6 * place)
                found.setdefault(number & 0x3FFF, value)
        return found

    def _share(self, parts: Mapping[int, Record]) -> float | None:
        """The part of the slide that an ungrouped shape covers."""
        anchor = parts.get(_ANCHOR)
        if anchor is None or anchor.end - anchor.start != 8 or not self._document.area:
            return None
        top, left, right, bottom = struct.unpack_from("<hhhh", self._data, anchor.start)
        return float(abs((right - left) * (bottom - top))) / self._document.area

    def _client_texts(self, box: Record) -> Iterator[_Text]:
        title = False
        for atom in children(self._data, Record(box.type, 0, True, box.start, box.end, box.depth)):
            if atom.type == _TEXT_HEADER:
                title = unsigned(self._data, atom, 0) in _TITLES
            elif atom.type in (_TEXT_CHARS, _TEXT_BYTES):
                yield _Text(title, _decoded(self._data, atom))
            elif atom.type == _OUTLINE_REFERENCE:
                place = unsigned(self._data, atom, 0)
                yield from self._outline[place : place + 1]


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\v", "\r").split("\r"):
        if line.strip() and line.strip() != "*":  # stands for a number or a date
            yield line.strip()


def _decoded(data: bytes, atom: Record) -> str:
    content = data[atom.start : atom.end]
    if atom.type == _TEXT_BYTES:
        return content.decode("latin-1")
    return content.decode("utf-16-le", "replace").rstrip("\0")


def _has_macros(data: bytes, live: Live) -> bool:
    return any(unsigned(data, atom, 4) == 1 for atom in descend(data, live.document) if atom.type == _MACROS)
