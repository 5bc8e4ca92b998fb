"""The records of an old binary presentation and where its live ones lie ([MS-PPT] 2.1, 2.3).

Saving appends: the stream may hold earlier slides too. What counts is what the newest edit's persist
directory points to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

DOCUMENT, SLIDE = 0x03E8, 0x03EE
USER_EDIT, PERSIST_DIRECTORY = 0x0FF5, 0x1772
ENCRYPTED_TOKEN = 0xF3D1C4DF
_HEADER = struct.Struct("<HHI")
_MOST_EDITS = 10_000
_MOST_DEPTH = 60


class BrokenRecords(Exception):
    """The stream does not hold what its records say."""


class EncryptedRecords(Exception):
    """The stream is encrypted."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record's kind and where its content lies in the stream. `depth` counts the containers around it."""

    type: int
    instance: int
    container: bool
    start: int
    end: int
    depth: int = 0


def records(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[Record]:
    """The records between two places, not those inside them. Ends where the bytes make no sense."""
    while start + _HEADER.size <= end:
        version, kind, length = _HEADER.unpack_from(data, start)
        start += _HEADER.size
        if start + length > end:
            return
        yield Record(kind, version >> 4, version & 0xF == 0xF, start, start + length, depth)
        start += length


def children(data: bytes, parent: Record) -> Iterator[Record]:
    """The records directly inside a container; none of an atom, or too deep inside."""
    if parent.container and parent.depth < _MOST_DEPTH:
        yield from records(data, parent.start, parent.end, parent.depth + 1)


def descend(data: bytes, parent: Record) -> Iterator[Record]:
    """All records inside a container, each before those inside it."""
    for child in children(data, parent):
        yield child
        yield from descend(data, child)


def record_at(data: bytes, offset: int) -> Record:
    """The record that begins at a place; BrokenRecords if none does or it is cut short."""
    if 0 <= offset <= len(data) - _HEADER.size:
        version, kind, length = _HEADER.unpack_from(data, offset)
        start = offset + _HEADER.size
        if start + length <= len(data):
            return Record(kind, version >> 4, version & 0xF == 0xF, start, start + length)
    raise BrokenRecords


def unsigned(data: bytes, record: Record, offset: int) -> int:
    """The 32-bit number at a place of a record's content; 0 where it is too short."""
    if record.start + offset + 4 > record.end:
        return 0
    value: int = struct.unpack_from("<I", data, record.start + offset)[0]
    return value


@dataclass(frozen=True, slots=True)
class Live:
    """The document in force and where the objects it refers to lie."""

    document: Record
    places: dict[int, int]  # persist id → offset in the stream


def live_objects(data: bytes, current_user: bytes) -> Live:
    """Follows the edits from the newest back. EncryptedRecords, BrokenRecords if that cannot be done."""
    if len(current_user) < 20:
        raise BrokenRecords
    token, newest = struct.unpack_from("<II", current_user, 12)
    if token == ENCRYPTED_TOKEN:
        raise EncryptedRecords
    places: dict[int, int] = {}
    document = 0
    seen: set[int] = set()
    offset = newest
    while offset and offset not in seen and len(seen) < _MOST_EDITS:
        seen.add(offset)
        edit = record_at(data, offset)
        if edit.type != USER_EDIT:
            raise BrokenRecords
        if edit.end - edit.start >= 32 and unsigned(data, edit, 28):
            raise EncryptedRecords
        document = document or unsigned(data, edit, 16)
        _add_places(data, record_at(data, unsigned(data, edit, 12)), places)
        offset = unsigned(data, edit, 8)
    found = record_at(data, places.get(document, -1))
    if found.type != DOCUMENT:
        raise BrokenRecords
    return Live(found, places)


def _add_places(data: bytes, directory: Record, places: dict[int, int]) -> None:
    """Adds an edit's directory; what a newer edit said stays."""
    if directory.type != PERSIST_DIRECTORY:
        raise BrokenRecords
    offset = 0
    length = directory.end - directory.start
    while offset + 4 <= length:
        entry = unsigned(data, directory, offset)
        first, count = entry & 0xFFFFF, entry >> 20
        for place in range(min(count, (length - offset - 4) // 4)):
            places.setdefault(first + place, unsigned(data, directory, offset + 4 + 4 * place))
        offset += 4 + 4 * count
