"""Writes zip and rar files as other people's programs write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


class _RawName(zipfile.ZipInfo):
    """An entry whose name is written as the bytes it is, without the UTF-8 flag."""

    raw: bytes

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.flag_bits


def zip_file(files: Mapping[str | bytes, bytes], *, extra: bytes = b"") -> bytes:
    """A zip; names given as bytes are stored like that, without a word on their encoding."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = _RawName("x") if isinstance(name, bytes) else zipfile.ZipInfo(name)
            if isinstance(entry, _RawName) and isinstance(name, bytes):
                entry.raw = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.extra = extra
            archive.writestr(entry, content)
    return written.getvalue()


def locked_zip(files: Mapping[str | bytes, bytes]) -> bytes:
    """A zip whose entries all say that they are encrypted."""
    return _flagged(_flagged(zip_file(files), b"PK\x03\x04", 6), b"PK\x01\x02", 8)


def lying_zip(name: str, content: bytes, claimed: int) -> bytes:
    """A zip with one entry that promises `claimed` bytes."""
    data = bytearray(zip_file({name: content}))
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, claimed)
    return bytes(data)


def _flagged(data: bytes, mark: bytes, offset: int) -> bytes:
    changed = bytearray(data)
    at = data.find(mark)
    while at != -1:
        changed[at + offset] |= 1
        at = data.find(mark, at + 4)
    return bytes(changed)


def rar3_file(files: Mapping[bytes, bytes]) -> bytes:
    """A rar 2.9 archive of stored files; names are the bytes given."""
    blocks = [b"Rar!\x1a\x07\0", _block3(0x73, 0, bytes(6))]
    for name, content in files.items():
        body = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0, 29, 0x30, len(name), 0x20
        )
        blocks += [_block3(0x74, 0x8000, body + name), content]
    return b"".join([*blocks, _block3(0x7B, 0x4000, b"")])


def rar5_file(files: Mapping[str, bytes], *, packed: bool = False, locked: bool = False) -> bytes:
    """A rar 5 archive of stored or packed files; `locked`: its list of files is encrypted."""
    head = [b"Rar!\x1a\x07\x01\0"]
    if locked:
        return b"".join([*head, _block5(b"\x04\0", b"\0\0\x0f" + bytes(16))])
    head.append(_block5(b"\x01\0", b"\0"))
    for name, content in files.items():
        data = _packed5(content) if packed else content
        raw = name.encode()
        head.append(
            _block5(
                b"\x02\x02" + _vint(len(data)),
                b"\x04" + _vint(len(content)) + b"\x20" + struct.pack("<I", zlib.crc32(content))
                + _vint(3 << 7 if packed else 0) + b"\x01" + _vint(len(raw)) + raw,
            )
        )  # fmt: skip
        head.append(data)
    return b"".join([*head, _block5(b"\x05\0", b"\0")])


def _block3(kind: int, flags: int, body: bytes) -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


def _block5(start: bytes, rest: bytes) -> bytes:
    header = start + rest
    sized = _vint(len(header)) + header
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number: int) -> bytes:
    digits = []
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])


def _packed5(content: bytes) -> bytes:
    """One packed block that holds literals only, each with a code of eight bits: its own value."""
    lengths = "".join("0001" if symbol in {8, 19} else "0000" for symbol in range(20))
    table = "0" * 256 + "1" + format(127, "07b") + "1" + format(25, "07b")  # 256 codes, then 138 + 36 unused
    bits = lengths + table + "".join(format(byte, "08b") for byte in content)
    used = len(bits) % 8 or 8
    stream = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    size = struct.pack("<I", len(stream))[:3]
    flags = 0x80 | 0x40 | 2 << 3 | (used - 1)
    return bytes([flags, 0x5A ^ flags ^ size[0] ^ size[1] ^ size[2]]) + size + stream
