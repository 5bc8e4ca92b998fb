"""What a zip file is: an Office document, a fixed-layout one (OFD), or an archive."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.model.mail import FileState

_MOST_READ = 2 << 20
"""Bytes read at once: a central directory of this size has over 15,000 entries."""

_MOST_TYPES_BYTES = 1 << 20

_MAIN_PARTS = {
    b"presentationml.presentation.main+xml": "pptx",
    b"presentationml.slideshow.main+xml": "ppsx",
    b"presentationml.template.main+xml": "potx",
    b"ms-powerpoint.presentation.macroenabled.main+xml": "pptm",
    b"ms-powerpoint.slideshow.macroenabled.main+xml": "ppsm",
    b"ms-powerpoint.template.macroenabled.main+xml": "potm",
    b"wordprocessingml.document.main+xml": "docx",
    b"wordprocessingml.template.main+xml": "dotx",
    b"ms-word.document.macroenabled.main+xml": "docm",
    b"ms-word.template.macroenabledtemplate.main+xml": "dotm",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"spreadsheetml.template.main+xml": "xltx",
    b"ms-excel.sheet.macroenabled.main+xml": "xlsm",
    b"ms-excel.template.macroenabled.main+xml": "xltm",
    b"ms-excel.sheet.binary.macroenabled.main": "xlsb",
    b"ms-visio.drawing.main+xml": "vsdx",
}
"""Content type of the main part → type."""

_MAIN_PART = re.compile(b"|".join(re.escape(part) for part in _MAIN_PARTS))
_FOLDERS = (("ppt/", "pptx"), ("word/", "docx"), ("xl/", "xlsx"))
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/epub+zip": "epub",
}
_WPS_NAMES = {"dps": "pptx", "dpt": "pptx", "wps": "docx", "wpt": "docx", "et": "xlsx", "ett": "xlsx"}
"""Extension of WPS Office → the content that may stand under it."""

_WPS_TYPES = {"dpt": "dps", "wpt": "wps", "ett": "et"}
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, OverflowError)
"""What reading a broken zip raises."""


class TooManyEntries(Exception):
    """A list of contents that is larger than any honest archive's."""


class _Bounded(io.BufferedReader):
    """A file that is not read in pieces large enough to fill the memory, whatever its headers say."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MOST_READ:
            raise TooManyEntries
        return super().read(size)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip at `path`. Raises TooManyEntries, or one of DAMAGE."""
    with _Bounded(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        yield archive


def zip_type(path: Path, extension: str) -> tuple[str, FileState | None]:
    """Type and problem of a file that begins like a zip. `extension` in lower case, no dot."""
    try:
        with open_zip(path) as archive:
            found = _of_entries(archive, extension)
    except TooManyEntries:
        return "zip", FileState.TOO_LARGE
    except DAMAGE:
        found = _seen_in(path, extension), FileState.DAMAGED
    name, problem = found
    return _named(name, extension), problem


def _of_entries(archive: zipfile.ZipFile, extension: str) -> tuple[str, FileState | None]:
    entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
    found = _document(archive, entries) or "zip"
    if any(entry.flag_bits & 1 for entry in entries.values()):
        return found, FileState.ENCRYPTED
    ends = max((entry.header_offset + entry.compress_size for entry in entries.values()), default=0)
    if ends > archive.start_dir:
        return found, FileState.DAMAGED
    macros = any(name.lower().endswith("vbaproject.bin") for name in entries)
    return found, FileState.MACRO if macros and found != "zip" else None


def _document(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str | None:
    """The kind of document the zip is, None if it is an archive."""
    if "[Content_Types].xml" in entries:
        types = _part(archive, entries["[Content_Types].xml"], _MOST_TYPES_BYTES)
        main = _MAIN_PART.search(types.replace(b"\0", b"").lower())
        return _MAIN_PARTS[main[0]] if main else _by_folder(entries)
    if "OFD.xml" in entries:
        return "ofd"
    if "mimetype" in entries:
        return _OPEN_DOCUMENT.get(_part(archive, entries["mimetype"], 100).strip())
    return _by_folder(entries) if "_rels/.rels" in entries else None


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.flag_bits & 1:
        return b""
    with archive.open(entry) as part:
        return part.read(most)


def _by_folder(entries: dict[str, zipfile.ZipInfo]) -> str | None:
    return next((name for folder, name in _FOLDERS if any(e.startswith(folder) for e in entries)), None)


def _seen_in(path: Path, extension: str) -> str:
    """The type of a zip whose list of contents is lost: by the names before its entries, else by its own."""
    window = 1 << 16
    with path.open("rb") as file:
        content = file.read(window)
    for folder, name in _FOLDERS:
        if re.search(rb"PK\x03\x04.{26}" + folder.encode(), content, re.DOTALL):
            return extension if extension in _MAIN_PARTS.values() and extension[0] == name[0] else name
    if extension in _WPS_NAMES:
        return _WPS_NAMES[extension]
    return extension if extension in _MAIN_PARTS.values() else "zip"


def _named(name: str, extension: str) -> str:
    if _WPS_NAMES.get(extension) == name:
        return _WPS_TYPES.get(extension, extension)
    return name
