"""Raw messages for the tests, written line by line: no library would write what real clients do."""

from __future__ import annotations

import base64
import binascii
import struct

HEAD = b'From: "a" <a@example.cn>\r\nSubject: x\r\nDate: Fri, 12 Jul 2019 09:30:00 +0800\r\n'


def attachment(name: str, content: bytes, *headers: str, type: str = "application/octet-stream") -> bytes:
    """A base64 part; the name is written as raw UTF-8."""
    lines = (
        f'Content-Type: {type}; name="{name}"',
        "Content-Transfer-Encoding: base64",
        *(headers or (f'Content-Disposition: attachment; filename="{name}"',)),
        "",
        "",
    )
    return "\r\n".join(lines).encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def plain(text: str, charset: str = "utf-8", label: str | None = None) -> bytes:
    """A text/plain part, 8bit."""
    return f"Content-Type: text/plain; charset={label or charset}\r\n\r\n".encode() + text.encode(charset)


def html(text: str) -> bytes:
    """A text/html part in UTF-8."""
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + text.encode()


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b-1") -> bytes:
    """A multipart entity: its Content-Type header and the body."""
    mark = b"\r\n--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()
    return head + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def uuencoded(name: str, content: bytes) -> bytes:
    """An inline file between `begin` and `end`."""
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 %b\n%b`\nend\n" % (name.encode(), b"".join(lines))


def tnef(*objects: tuple[int, bytes]) -> bytes:
    """A TNEF stream of (attribute id, data)."""
    stream = b"\x78\x9f\x3e\x22\x01\x00" + tnef_object(0x9007, struct.pack("<II", 936, 0), level=1)
    return stream + b"".join(tnef_object(kind, data) for kind, data in objects)


def tnef_object(kind: int, data: bytes, level: int = 2) -> bytes:
    """One object with its checksum."""
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef_properties(*properties: tuple[int, int, bytes]) -> bytes:
    """MAPI properties with one value of variable length each: (type, id, data)."""
    packed = (
        struct.pack("<HHII", type, identity, 1, len(data)) + data + b"\0" * (-len(data) % 4)
        for type, identity, data in properties
    )
    return struct.pack("<I", len(properties)) + b"".join(packed)
