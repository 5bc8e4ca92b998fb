"""What a file is, told by its content; the name only tells apart what the content cannot (.dps, .wps, .pps).

Reads a bounded part of the file, so it may be asked about any attachment.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.documents.ole_types import ole_type
from bot.documents.signatures import HEAD_BYTES, signature
from bot.documents.type_names import UNKNOWN, extension_of, is_mislabelled
from bot.documents.zip_types import zip_type
from bot.model.mail import FileState

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True)
class FileType:
    """`type`: pptx ppt docx pdf jpg zip …, or "unknown". `problem`: EMPTY, ENCRYPTED, DAMAGED, TOO_LARGE,
    MISLABELLED or MACRO, the first that holds in this order; a file with one of the last two can be used."""

    type: str
    problem: FileState | None = None


def file_type(path: Path, name: str) -> FileType:
    """What the file at `path` is that its sender called `name`. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        return FileType(UNKNOWN, FileState.EMPTY)
    extension = extension_of(name)
    found, problem = _sniff(path, head, extension)
    if problem in {None, FileState.MACRO} and is_mislabelled(found, extension):
        problem = FileState.MISLABELLED
    return FileType(found, problem)


def _sniff(path: Path, head: bytes, extension: str) -> tuple[str, FileState | None]:
    if head.startswith(_OLE):
        return ole_type(path, extension)
    if head.startswith(_ZIP):
        return zip_type(path, extension)
    found = signature(head)
    return found, FileState.ENCRYPTED if _is_locked(path, found) else None


def _is_locked(path: Path, found: str) -> bool:
    """True if a file needs a password. The readers are loaded where they are needed only: they are heavy."""
    if found == "pdf":
        from bot.documents.pdf_file import is_locked_pdf

        return is_locked_pdf(path)
    if found == "rar":
        from bot.documents.locked_archives import is_locked_rar

        return is_locked_rar(path)
    if found == "7z":
        from bot.documents.locked_archives import is_locked_7z

        return is_locked_7z(path)
    return False
