"""What an OLE file ([MS-CFB]) is: the old Office formats, WPS Office's own, and encrypted new ones.

Told by the streams of the root and a few bytes of them; no stream is read whole.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

import olefile

from bot.documents.type_names import OFFICE_TYPES, UNKNOWN, promised_type
from bot.model.mail import FileState

_DECK_STREAM, _WORD_STREAM = "PowerPoint Document", "WordDocument"
_FAMILIES = (
    (_DECK_STREAM, "ppt"),
    ("PP40", "ppt"),  # PowerPoint 4
    (_WORD_STREAM, "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("__properties_version1.0", "msg"),
    ("VisioDocument", "vsd"),
    ("MN0", "works"),  # Works 3 and 4
    ("CONTENTS", "works"),
)
_WPS_NAMES = {
    ("ppt", "dps"): "dps",
    ("ppt", "dpt"): "dps",
    ("ppt", "pps"): "pps",
    ("doc", "wps"): "wps",
    ("doc", "wpt"): "wps",
    ("xls", "et"): "et",
    ("xls", "ett"): "et",
}
"""Content and extension of formats that only the name tells apart."""

_OLD_TYPES = frozenset({"ppt", "pps", "dps", "doc", "wps", "xls", "et"})
_MACRO_STORAGES = frozenset({"Macros", "_VBA_PROJECT_CUR", "VBA"})

_USER_ENCRYPTED = 0xF3D1C4DF  # headerToken of CurrentUserAtom ([MS-PPT] 2.3.2)
_DOCUMENT, _INFO_LIST, _VBA_INFO, _VBA_ATOM = 0x03E8, 0x07D0, 0x03FF, 0x0400
_USER_EDIT = 0x0FF5
_USER_EDIT_ENCRYPTED_BYTES = 32  # with encryptSessionPersistIdRef at the end
_FILE_PASS = 0x002F
_MOST_RECORDS = 20_000

_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, OverflowError)
"""What the OLE reader raises on broken files."""


class _Stream:
    """Reads anywhere in a stream without reading all of it."""

    def __init__(self, ole: olefile.OleFileIO, entry: olefile.OleDirectoryEntry) -> None:
        self.size: int = entry.size
        self._ole = ole
        self._small = self.size < ole.minisectorcutoff
        self._content: bytes = ole._open(entry.isectStart, self.size).read() if self._small else b""
        self._sectors = array("L") if self._small else _chain(ole, entry)

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes; fewer at the end of the stream or of the file."""
        count = max(0, min(count, self.size - offset))
        if self._small:
            return self._content[offset : offset + count]
        width: int = self._ole.sector_size
        pieces = []
        while count > 0 and offset // width < len(self._sectors):
            start = offset % width
            self._ole.fp.seek((self._sectors[offset // width] + 1) * width + start)
            pieces.append(self._ole.fp.read(min(count, width - start)))
            count -= width - start
            offset += width - start
        return b"".join(pieces)


def ole_type(path: Path, extension: str) -> tuple[str, FileState | None]:
    """Type and problem of an OLE file. `extension` in lower case, no dot: it tells .pps, .dps and .wps apart."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            return _of_streams(ole, extension)
    except _DAMAGE:
        family = _family(_names_in(path))
        return _named(family, extension) if family else _promised(extension), FileState.DAMAGED


def _of_streams(ole: olefile.OleFileIO, extension: str) -> tuple[str, FileState | None]:
    entries = {entry.name: entry for entry in ole.root.kids}
    if "EncryptedPackage" in entries:
        return extension if extension in OFFICE_TYPES else UNKNOWN, FileState.ENCRYPTED
    family = _family(frozenset(entries))
    if family is None:
        return (UNKNOWN, None) if entries else (_promised(extension), FileState.DAMAGED)
    if _is_cut(ole):
        return _named(family, extension), FileState.DAMAGED
    return _named(family, extension), _problem(ole, entries, family)


def _problem(
    ole: olefile.OleFileIO, entries: dict[str, olefile.OleDirectoryEntry], family: str
) -> FileState | None:
    if family == "ppt" and _DECK_STREAM in entries:
        deck = _Stream(ole, entries[_DECK_STREAM])
        user = _Stream(ole, entries["Current User"]) if "Current User" in entries else None
        if "EncryptedSummary" in entries or _is_encrypted_deck(deck, user):
            return FileState.ENCRYPTED
        return FileState.MACRO if _has_macros(deck) else None
    if family == "doc" and _is_encrypted_document(_Stream(ole, entries[_WORD_STREAM])):
        return FileState.ENCRYPTED
    if family == "xls" and _is_encrypted_sheet(
        _Stream(ole, entries["Workbook" if "Workbook" in entries else "Book"])
    ):
        return FileState.ENCRYPTED
    return FileState.MACRO if _MACRO_STORAGES & entries.keys() else None


def _family(names: frozenset[str]) -> str | None:
    return next((family for stream, family in _FAMILIES if stream in names), None)


def _named(family: str, extension: str) -> str:
    return _WPS_NAMES.get((family, extension), family)


def _promised(extension: str) -> str:
    """The type of a file that only its name still tells."""
    promised = promised_type(extension)
    return promised if promised in _OLD_TYPES else UNKNOWN


def _is_cut(ole: olefile.OleFileIO) -> bool:
    """True if a stream of the root leads to where the file has already ended."""
    return any(
        len(_chain(ole, entry)) * ole.sector_size < entry.size
        for entry in (ole.root, *ole.root.kids)
        if entry is ole.root or entry.size >= ole.minisectorcutoff
    )


def _chain(ole: olefile.OleFileIO, entry: olefile.OleDirectoryEntry) -> array[int]:
    """A stream's sectors; no more than its size has room for, so that a loop ends."""
    sectors = array("L")
    sector = entry.isectStart
    for _ in range(-(-entry.size // ole.sector_size)):
        if sector >= len(ole.fat):
            break
        sectors.append(sector)
        sector = ole.fat[sector]
    return sectors


def _is_encrypted_deck(deck: _Stream, user: _Stream | None) -> bool:
    """[MS-PPT] 2.3.2 and 2.3.3: by the current user's token, or by the last edit naming a crypt session."""
    atom = user.read(0, 20) if user else b""
    if len(atom) < 20:
        return False
    token, edit_at = struct.unpack_from("<II", atom, 12)
    if token == _USER_ENCRYPTED:
        return True
    edit = deck.read(edit_at, 8)
    if len(edit) < 8:
        return False
    _, kind, length = struct.unpack("<HHI", edit)
    return bool(kind == _USER_EDIT and length == _USER_EDIT_ENCRYPTED_BYTES)


def _has_macros(deck: _Stream) -> bool:
    """fHasMacros of the VBA information of any document container ([MS-PPT] 2.4.10)."""
    spans = [(0, deck.size)]
    for wanted in (_DOCUMENT, _INFO_LIST, _VBA_INFO, _VBA_ATOM):
        spans = [
            (start, end) for outer in spans for kind, start, end in _records(deck, *outer) if kind == wanted
        ]
    return any(any(deck.read(start + 4, 4)) for start, _ in spans)


def _records(deck: _Stream, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of the content of each record ([MS-PPT] 2.3.1) between two places."""
    for _ in range(_MOST_RECORDS):
        header = deck.read(at, 8)
        if at + 8 > end or len(header) < 8:
            return
        _, kind, length = struct.unpack("<HHI", header)
        yield kind, at + 8, min(at + 8 + length, end)
        at += 8 + length


def _is_encrypted_document(document: _Stream) -> bool:
    """fEncrypted of the file information block ([MS-DOC] 2.5.2)."""
    return bool(int.from_bytes(document.read(10, 2), "little") & 0x0100)


def _is_encrypted_sheet(sheet: _Stream) -> bool:
    """A FilePass record ([MS-XLS] 2.4.117) soon after the beginning."""
    at = 0
    for _ in range(20):
        header = sheet.read(at, 4)
        if len(header) < 4:
            return False
        kind, length = struct.unpack("<HH", header)
        if kind == _FILE_PASS:
            return True
        at += 4 + length
    return False


def _names_in(path: Path) -> frozenset[str]:
    """The stream names that can still be seen in a file whose directory cannot be read."""
    window = 1 << 20
    with path.open("rb") as file:
        content = file.read(window)
        file.seek(max(0, path.stat().st_size - window))
        content += file.read(window)
    return frozenset(name for name, _ in _FAMILIES if name.encode("utf-16-le") + b"\0\0" in content)
