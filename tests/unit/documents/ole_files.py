"""Writes small OLE files ([MS-CFB]) and what the old Office formats hold in them."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST_STREAM = 4096  # shorter ones would live in the mini stream


def ole_file(streams: Mapping[str, bytes | None]) -> bytes:
    """An OLE file with these streams in its root, each padded to 4 KB; None makes an empty storage."""
    contents = {name: (content or b"").ljust(_LEAST_STREAM, b"\0") for name, content in streams.items()}
    contents = {name: _padded(content) for name, content in contents.items() if streams[name] is not None}
    directory_sectors = -(-(len(streams) + 1) // 4)
    chains = [directory_sectors, *(len(content) // SECTOR for content in contents.values())]
    fat = [FAT]
    starts = []
    for length in chains:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + length), END]
    assert len(fat) <= SECTOR // 4, "one FAT sector is all this writer makes"
    fat += [FREE] * (SECTOR // 4 - len(fat))
    placed = dict(zip(contents, starts[1:], strict=True))
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, END, 0, child=1 if names else FREE)]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else FREE
        if name in placed:
            entries.append(_entry(name, 2, placed[name], len(contents[name]), right=right))
        else:
            entries.append(_entry(name, 1, 0, 0, right=right))
    directory = _padded(b"".join(entries))
    return b"".join(
        [_header(starts[0]), struct.pack("<128I", *fat), directory, *(contents[name] for name in contents)]
    )


def record(kind: int, content: bytes, container: bool = False) -> bytes:
    """A PowerPoint record ([MS-PPT] 2.3.1)."""
    return struct.pack("<HHI", 0xF if container else 0, kind, len(content)) + content


def ppt_streams(*, locked: bool = False, macros: bool = False, session: bool = False) -> dict[str, bytes]:
    """The two streams every PowerPoint 97 file has. `session`: only the last edit tells that it is locked."""
    vba = record(0x03FF, record(0x0400, struct.pack("<III", 1, int(macros), 2)), container=True)
    document = record(0x03E8, record(0x07D0, vba, container=True), container=True)
    edit = record(0x0FF5, bytes(32 if locked or session else 28))
    token = 0xF3D1C4DF if locked else 0xE391C05F
    user = record(0x0FF6, struct.pack("<IIIHHBBH", 20, token, len(document), 0, 0x3F4, 3, 0, 0))
    return {"Current User": user, "PowerPoint Document": document + edit}


def doc_streams(*, locked: bool = False) -> dict[str, bytes]:
    """The main stream of a Word 97 file, which begins with its file information block."""
    return {"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if locked else 0)}


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % SECTOR)


def _entry(name: str, kind: int, start: int, size: int, right: int = FREE, child: int = FREE) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _header(directory: int) -> bytes:
    return (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIII", 0, 1, directory, 0, _LEAST_STREAM, END, 0, END, 0)
        + struct.pack("<I", 0)
        + struct.pack("<108I", *[FREE] * 108)
    )
