"""Files inside a TNEF stream (winmail.dat), as Outlook and Exchange write it ([MS-OXTNEF]).

Works on ranges of the data and copies nothing. What is damaged ends the reading; files before it are kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.mail.charsets import decode, one_line
from handlers.mail.headers import Data

SIGNATURE = b"\x78\x9f\x3e\x22"

_MAX_OBJECTS = 100_000
_MAX_DEPTH = 10
_ATTACHMENT_BEGINS = 0x9002
_ATTACHMENT_TITLE = 0x8010
_ATTACHMENT_DATA = 0x800F
_ATTACHMENT_PROPERTIES = 0x9005
_MESSAGE_PROPERTIES = 0x9003
_MESSAGE_BODY = 0x800C
_CODEPAGE = 0x9007
_NAMES = {0x3707: 4, 0x3704: 3, 0x370C: 2, 0x3001: 1}  # long name, short name, transport name, display name
_DATA_OBJECT = 0x3701
_BODY, _BODY_HTML = 0x1000, 0x1013
_MESSAGE_ID = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MULTIPLE = 0x1000


@dataclass(frozen=True, slots=True)
class TnefFile:
    """A file and where its content lies in the data."""

    name: str
    path: tuple[str, ...]  # names of the embedded messages around it
    start: int
    end: int


@dataclass(slots=True)
class Tnef:
    """What a stream holds. `damaged`: something was cut off or could not be understood."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    damaged: bool = False


@dataclass(slots=True)
class _Attachment:
    title: bytes = b""
    name: str = ""
    rank: int = 0  # of where the name comes from
    start: int = 0
    end: int = 0
    embedded: bool = False


def read_tnef(data: Data, start: int, end: int) -> Tnef:
    """Read the stream at `start`. Never fails; no signature gives nothing, and damaged."""
    found = Tnef()
    _Reader(data, found).read(start, end, (), 0)
    return found


class _Reader:
    def __init__(self, data: Data, found: Tnef) -> None:
        self._data = data
        self._found = found
        self._codepage = ""

    def read(self, start: int, end: int, path: tuple[str, ...], depth: int) -> None:
        if self._data[start : start + 4] != SIGNATURE:
            self._found.damaged = True
            return
        attachment: _Attachment | None = None
        for kind, begin, stop in self._objects(start + 6, end):
            if kind == _ATTACHMENT_BEGINS:
                self._keep(attachment, path, depth)
                attachment = _Attachment()
            elif attachment is not None:
                self._attachment(attachment, kind, begin, stop)
            elif depth == 0:
                self._message(kind, begin, stop)
        self._keep(attachment, path, depth)

    def _objects(self, at: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Attribute id and range of each object; the last one may be cut off."""
        for _ in range(_MAX_OBJECTS):
            if at + 9 > end:
                self._found.damaged = self._found.damaged or self._data[at:end].strip(b"\0") != b""
                return
            _, kind, size = struct.unpack("<BII", self._data[at : at + 9])
            begin, stop = at + 9, min(at + 9 + size, end)
            yield kind & 0xFFFF, begin, stop
            if at + 9 + size > end:
                self._found.damaged = True
                return
            at = stop + 2
        self._found.damaged = True

    def _attachment(self, attachment: _Attachment, kind: int, begin: int, stop: int) -> None:
        if kind == _ATTACHMENT_TITLE:
            attachment.title = self._data[begin : min(stop, begin + 2000)].split(b"\0")[0]
        elif kind == _ATTACHMENT_DATA and stop > begin:
            attachment.start, attachment.end = begin, stop
        elif kind == _ATTACHMENT_PROPERTIES:
            for identity, type, first, last in self._properties(begin, stop):
                rank = _NAMES.get(identity, 0)
                if rank > attachment.rank and (name := self._text(type, first, min(last, first + 2000))):
                    attachment.name, attachment.rank = name, rank
                elif identity == _DATA_OBJECT and type in (_OBJECT, _BINARY):
                    self._object(attachment, type, first, last)

    def _object(self, attachment: _Attachment, type: int, first: int, last: int) -> None:
        interface = self._data[first : first + 16] if type == _OBJECT else b""
        attachment.embedded = interface == _MESSAGE_ID
        attachment.start, attachment.end = min(first + len(interface), last), last

    def _message(self, kind: int, begin: int, stop: int) -> None:
        if kind == _CODEPAGE and stop - begin >= 4:
            self._codepage = f"cp{struct.unpack('<I', self._data[begin : begin + 4])[0]}"
        elif kind == _MESSAGE_BODY:
            self._found.text = self._text(_STRING, begin, stop)
        elif kind == _MESSAGE_PROPERTIES:
            for identity, type, first, last in self._properties(begin, stop):
                if identity == _BODY:
                    self._found.text = self._text(type, first, last) or self._found.text
                elif identity == _BODY_HTML:
                    self._found.html = self._text(type, first, last)

    def _text(self, type: int, first: int, last: int) -> str:
        raw = self._data[first:last]
        if type == _UNICODE:
            return raw.decode("utf-16-le", "replace").split("\0")[0]
        return decode(raw.split(b"\0")[0], self._codepage) if type in (_STRING, _BINARY) else ""

    def _keep(self, attachment: _Attachment | None, path: tuple[str, ...], depth: int) -> None:
        if attachment is None:
            return
        name = one_line(attachment.name or decode(attachment.title, self._codepage))
        before = len(self._found.files)
        if attachment.embedded and depth < _MAX_DEPTH:
            self.read(attachment.start, attachment.end, (*path, name), depth + 1)
        if len(self._found.files) == before and (name or attachment.end > attachment.start):
            self._found.files.append(TnefFile(name, path, attachment.start, attachment.end))

    def _properties(self, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Id, type and range of each MAPI property with a single value; what is unknown ends the list."""
        try:
            count, at = self._number(at, end)
            for _ in range(min(count, _MAX_OBJECTS)):
                first, at = self._number(at, end)
                type, identity = first & 0xFFFF, first >> 16
                at = self._past_name(at, end) if identity >= 0x8000 else at
                values = 1
                if type & _MULTIPLE or type in (_STRING, _UNICODE, _OBJECT, _BINARY):
                    values, at = self._number(at, end)
                for _ in range(values):
                    size, at = self._size(type & ~_MULTIPLE, at, end)
                    yield identity, type, at, min(at + size, end)
                    at += size + -size % 4
        except (struct.error, LookupError):
            self._found.damaged = True

    def _past_name(self, at: int, end: int) -> int:
        """Past the GUID and the number or name of a named property."""
        kind, at = self._number(at + 16, end)
        size, at = self._number(at, end)
        return at if kind == 0 else at + size + -size % 4

    def _size(self, type: int, at: int, end: int) -> tuple[int, int]:
        if type in (_STRING, _UNICODE, _OBJECT, _BINARY):
            return self._number(at, end)
        return _FIXED[type], at

    def _number(self, at: int, end: int) -> tuple[int, int]:
        return struct.unpack("<I", self._data[at : min(at + 4, end)])[0], at + 4
