"""Opens a file somebody sent as a form: tells by its content what it is, and reads it within bounds.

1. The name does not matter: a .wps is a .doc or a .docx inside, a .doc may be either.
2. Only the parts that are needed are unpacked, and each no further than a limit, whatever its header says.
3. XML with a document type (the door to entities) or absurd depth is refused before it is parsed.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from bot.documents.form_properties import PART_NAME, FormProperties, read_properties
from bot.documents.paper import Paper, lines_of
from bot.documents.unreadable import UnreadableForm
from bot.documents.word_legacy import read_doc
from bot.documents.word_numbering import Numbering
from bot.documents.word_xml import read_blocks

MOST_BYTES = 30 * 1024 * 1024
MOST_PARTS = 5000
MOST_PART_BYTES = 8 * 1024 * 1024
MOST_ELEMENTS = 200_000
MOST_DEPTH = 200

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENTRY_BYTES = 128
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RecursionError, ValueError)


def open_paper(content: bytes) -> Paper:
    """The document in a .docx, .doc or .wps; UnreadableForm where there is none to be read."""
    if not content:
        raise UnreadableForm("empty")
    if len(content) > MOST_BYTES:
        raise UnreadableForm("too_large")
    if content.startswith(b"PK"):
        return _open_docx(content)
    if content.startswith(_OLE):
        return _open_ole(content)
    raise UnreadableForm("unsupported_format")


def _open_docx(content: bytes) -> Paper:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_archive(archive)
    except _DAMAGE as error:
        raise UnreadableForm("damaged") from error


def _read_archive(archive: zipfile.ZipFile) -> Paper:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise UnreadableForm("too_large")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableForm("encrypted")
    names = {entry.filename for entry in entries}
    main = _main_part(archive, names)
    folder = posixpath.dirname(main)
    numbers = posixpath.join(folder, "numbering.xml")
    numbering = Numbering(_part(archive, numbers) if numbers in names else None)
    root = _part(archive, main)
    if root.tag.rpartition("}")[2] != "document":
        raise UnreadableForm("unsupported_format")
    margin = re.compile(re.escape(folder) + r"/?(?:header|footer)\d*\.xml")
    margins = [name for name in sorted(names) if margin.fullmatch(name)]
    return Paper(
        body=read_blocks(root, numbering),
        margins=tuple(_margin_lines(archive, margins)),
        properties=_properties(archive) if PART_NAME in names else None,
    )


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "_rels/.rels" not in names:
        raise UnreadableForm("unsupported_format")
    for relation in _part(archive, "_rels/.rels"):
        if relation.get("Type", "").endswith("/officeDocument"):
            main = relation.get("Target", "").lstrip("/")
            if main in names:
                return main
    raise UnreadableForm("damaged")


def _margin_lines(archive: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    for name in names:
        yield from lines_of(read_blocks(_part(archive, name), Numbering(None)))


def _properties(archive: zipfile.ZipFile) -> FormProperties | None:
    return read_properties(_part(archive, PART_NAME))


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        content = part.read(MOST_PART_BYTES + 1)
    if len(content) > MOST_PART_BYTES:
        raise UnreadableForm("too_large")
    try:
        _refuse_hostile(content)
        return ElementTree.fromstring(content)
    except (expat.ExpatError, ElementTree.ParseError, LookupError) as error:
        raise UnreadableForm("damaged") from error


def _refuse_hostile(content: bytes) -> None:
    """UnreadableForm for a document type, or for more elements or depth than any form has."""
    depth = elements = 0

    def refuse(*_: object) -> None:
        raise UnreadableForm("damaged")

    def enter(*_: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if elements > MOST_ELEMENTS:
            raise UnreadableForm("too_large")
        if depth > MOST_DEPTH:
            refuse()

    def leave(_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.Parse(content, True)


def _open_ole(content: bytes) -> Paper:
    if _entry(content, "EncryptedPackage") is not None:
        raise UnreadableForm("encrypted")
    entry = _entry(content, "WordDocument")
    if entry is None:  # Microsoft Works, a spreadsheet, slides …
        raise UnreadableForm("unsupported_format")
    if _is_encrypted_doc(content, entry):
        raise UnreadableForm("encrypted")
    return read_doc(content)


def _entry(content: bytes, name: str) -> int | None:
    """Where the directory entry of a stream lies in an OLE file ([MS-CFB] 2.6)."""
    wanted = (name + "\0").encode("utf-16-le")
    at = content.find(wanted)
    while at != -1:
        if at % _ENTRY_BYTES == 0 and content[at + 64 : at + 66] == struct.pack("<H", len(wanted)):
            return at
        at = content.find(wanted, at + 1)
    return None


def _is_encrypted_doc(content: bytes, entry: int) -> bool:
    """fEncrypted of the file information block ([MS-DOC] 2.5.2), which begins the stream."""
    sector_bytes = 1 << int.from_bytes(content[30:32], "little")
    first = int.from_bytes(content[entry + 116 : entry + 120], "little")
    start = (first + 1) * sector_bytes
    return bool(int.from_bytes(content[start + 10 : start + 12], "little") & 0x0100)
