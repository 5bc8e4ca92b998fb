"""Old binary decks (.ppt) made record by record: [MS-PPT] in a compound file of the simplest kind."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_PLAIN, _ENCRYPTED = 0xE391C05F, 0xF3D1C4DF


@dataclass(frozen=True, slots=True)
class OldSheet:
    """One slide: `title` and `lines` stand in its shapes, `outlined` in the document's outline."""

    title: str = ""
    lines: tuple[str, ...] = ()
    outlined: str = ""
    footer: str = ""
    pictures: int = 0
    movie: str = ""  # where the linked video lies


def old_deck(
    sheets: Sequence[OldSheet], *, encrypted: bool = False, macros: bool = False, saved_again: bool = False
) -> bytes:
    """A .ppt of these slides. `saved_again`: an earlier save of the first slide alone stays in the file."""
    stream = b""
    edit = 0
    for saved in [sheets[:1], sheets] if saved_again else [sheets]:
        stream, edit = _save(stream, saved, edit, macros)
    token = _ENCRYPTED if encrypted else _PLAIN
    user = _record(
        0x0FF6, struct.pack("<IIIHHBBH", 20, token, edit, 0, 0x03F4, 3, 0, 0) + struct.pack("<I", 8)
    )
    return compound_file({"Current User": user, "PowerPoint Document": stream})


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file of at most three streams, each padded so that none is a small one."""
    padded = [content.ljust(4096, b"\0") for content in streams.values()]
    sizes = [-(-len(content) // SECTOR) for content in padded]
    tables = -(-(2 + sum(sizes)) // (SECTOR // 4 - 1))
    fat = [_FAT] * tables + [_END]
    starts = []
    for size in sizes:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + size), _END]
    fat += [_FREE] * (tables * SECTOR // 4 - len(fat))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    entries = [_entry("Root Entry", 5, 1, _FREE, _END, 0)]
    for place, (name, content) in enumerate(zip(streams, padded, strict=True), start=1):
        following = place + 1 if place < len(padded) else _FREE
        entries.append(_entry(name, 2, _FREE, following, starts[place - 1], len(content)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    body = b"".join(content.ljust(size * SECTOR, b"\0") for content, size in zip(padded, sizes, strict=True))
    return head + struct.pack(f"<{len(fat)}I", *fat) + directory + body


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<III", start, size, 0)


def _save(stream: bytes, sheets: Sequence[OldSheet], last: int, macros: bool) -> tuple[bytes, int]:
    """The stream with one more save, and where its edit record begins."""
    places = []
    movies = [sheet.movie for sheet in sheets if sheet.movie]
    for content in (_document(sheets, movies, macros), *(_slide(sheet, movies) for sheet in sheets)):
        places.append(len(stream))
        stream += content
    directory = len(stream)
    stream += _record(0x1772, struct.pack(f"<I{len(places)}I", len(places) << 20 | 1, *places))
    edit = len(stream)
    content = struct.pack("<IHBBIIIIHH", 256, 0, 0, 3, last, directory, 1, len(places) + 1, 1, 0)
    return stream + _record(0x0FF5, content), edit


def _document(sheets: Sequence[OldSheet], movies: Sequence[str], macros: bool) -> bytes:
    parts = [_record(0x03E9, struct.pack("<ii", 5760, 4320) + bytes(32))]
    objects = b"".join(_movie(number, path) for number, path in enumerate(movies, start=1))
    if objects:
        parts.append(_container(0x0409, objects))
    listed = b"".join(_listed(number, sheet) for number, sheet in enumerate(sheets, start=2))
    parts.append(_container(0x0FF0, listed))
    if macros:
        atom = _record(0x0400, struct.pack("<III", 9, 1, 2))
        parts.append(_container(0x07D0, _container(0x03FF, atom)))
    return _container(0x03E8, b"".join(parts))


def _movie(number: int, path: str) -> bytes:
    media = _record(0x1004, struct.pack("<II", number, 0))
    return _container(0x1006, _container(0x1005, media + _record(0x0FBA, path.encode("utf-16-le"))))


def _listed(number: int, sheet: OldSheet) -> bytes:
    persist = _record(0x03F3, struct.pack("<IIiII", number, 4, 1, 254 + number, 0))
    return persist + (_text(1, sheet.outlined) if sheet.outlined else b"")


def _slide(sheet: OldSheet, movies: Sequence[str]) -> bytes:
    shapes = [_container(0xF004, b"")]  # the group's own
    shapes += [_container(0xF004, _container(0xF00D, _text(0, sheet.title)))] if sheet.title else []
    shapes += [_container(0xF004, _container(0xF00D, _text(4, line))) for line in sheet.lines]
    if sheet.outlined:
        shapes.append(_container(0xF004, _container(0xF00D, _record(0x0F9E, struct.pack("<I", 0)))))
    if sheet.footer:
        place = _container(0xF011, _record(0x0BC3, struct.pack("<iBBH", 0, 9, 0, 0)))
        shapes.append(_container(0xF004, place + _container(0xF00D, _text(4, sheet.footer))))
    for number in range(1, sheet.pictures + 1):
        shapes.append(_container(0xF004, _record(0xF00B, struct.pack("<HI", 0x4104, number), instance=1)))
    if sheet.movie:
        reference = _record(0x0BC1, struct.pack("<I", movies.index(sheet.movie) + 1))
        shapes.append(_container(0xF004, _container(0xF011, reference)))
    drawing = _container(0xF002, _container(0xF003, b"".join(shapes)))
    return _container(0x03EE, _record(0x03EF, bytes(24)) + _container(0x040C, drawing))


def _text(kind: int, text: str) -> bytes:
    return _record(0x0F9F, struct.pack("<I", kind)) + _record(0x0FA0, text.encode("utf-16-le"))


def _container(kind: int, content: bytes) -> bytes:
    return struct.pack("<HHI", 0x000F, kind, len(content)) + content


def _record(kind: int, content: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content
