"""Writes a mail as bytes: RFC 5322 with MIME, 7-bit throughout, from a prepared template.

1. Every value is made harmless before it enters a header: control characters become spaces, and what has a
   fixed form (addresses, message ids) is used only if it has that form. No value can begin a header line.
2. Text is UTF-8 in base64, so that no server on the way rewrites it.
3. A header line has at most 76 characters; encoded words (RFC 2047) are cut between characters, never inside.
4. The name of an attachment is written twice: extended (RFC 2231) in Content-Disposition, and as encoded words
   in Content-Type for programs that know only those.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

LINE = 76
_WORD = b"=?utf-8?b?%b?="
_WORD_BYTES = 45  # of UTF-8 that fit one encoded word on a line of its own
_PIECE = 48  # characters of a name that fit one numbered piece of a parameter
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,189}\Z)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN = re.compile(r"[ -~]*")
_BREAK = re.compile(r"\r\n?|\n")
_REFERENCES = 20  # of a long thread: the first and the latest
_TYPES = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": b"application/pdf",
    "zip": b"application/zip",
    "ics": b"text/calendar; charset=utf-8",
}

_LETTER = (
    b"Date: %b\r\nFrom: %b\r\nTo: %b\r\nSubject: %b\r\nMessage-ID: %b\r\n%b"
    b"Auto-Submitted: %b\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n%b"
)
_TEXT = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%b"
_MIXED = b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n%b'
_FILE = (
    b'Content-Type: %b;\r\n name="%b"\r\nContent-Transfer-Encoding: base64\r\n'
    b"Content-Disposition: attachment%b\r\n\r\n%b"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `message_id` and `in_reply_to` with their brackets."""

    to: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str = ""  # "" for a mail that answers none
    references: Sequence[str] = ()
    files: Sequence[tuple[str, bytes]] = ()  # name and content


def is_address(text: str) -> bool:
    """Whether mail can be sent there: one plain address in ASCII, without a name."""
    return _ADDRESS.fullmatch(text) is not None


def write(letter: Letter, sender: str, at: datetime) -> bytes:
    """The mail as it travels, lines ended by CRLF. `at` is aware.

    ValueError where the address or the mail's own id has not its form. Ids of other people's mails that have
    not are left out.
    """
    if not is_address(letter.to) or not is_address(sender):
        raise ValueError("not a mail address")
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise ValueError("not a message id")
    return _LETTER % (
        format_datetime(at).encode(),
        sender.encode(),
        letter.to.encode(),
        subject_words(letter.subject),
        letter.message_id.encode(),
        _thread(letter),
        b"auto-replied" if letter.in_reply_to else b"auto-generated",
        _content(letter),
    )


def subject_words(text: str) -> bytes:
    """The value of a Subject header, folded; plain where that is safe and fits one line."""
    text = _CONTROL.sub(" ", text).strip()
    taken = len("Subject: ")
    if _is_plain(text) and len(text) + taken <= LINE:
        return text.encode()
    return _words(text, taken)


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and "=?" not in text


def _words(text: str, taken: int) -> bytes:
    """Encoded words, one a line; `taken` characters of the first line are used already."""
    content = text.encode(errors="replace")
    room = (LINE - taken - 12) // 4 * 3
    words = []
    while content:
        end = min(room, len(content))
        while end < len(content) and content[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        words.append(_WORD % b64encode(content[:end]))
        content = content[end:]
        room = _WORD_BYTES
    return b"\r\n ".join(words)


def _thread(letter: Letter) -> bytes:
    """In-Reply-To and References, each with its line ending."""
    lines = b""
    if _MESSAGE_ID.fullmatch(letter.in_reply_to):
        lines = b"In-Reply-To: %b\r\n" % letter.in_reply_to.encode()
    named = list(dict.fromkeys([*letter.references, letter.in_reply_to]))
    known = [one.encode() for one in named if _MESSAGE_ID.fullmatch(one)]
    if len(known) > _REFERENCES:
        known = [known[0], *known[1 - _REFERENCES :]]
    return lines + (b"References: %b\r\n" % b"\r\n ".join(known) if known else b"")


def _content(letter: Letter) -> bytes:
    text = _TEXT % _encoded(_BREAK.sub("\r\n", letter.text).encode(errors="replace"))
    if not letter.files:
        return text
    # no line of base64 begins with a hyphen; the name merely keeps apart what is nested by a forwarder
    boundary = b"=_" + hashlib.sha256(letter.message_id.encode()).hexdigest()[:24].encode()
    parts = [text, *(_file(name, content) for name, content in letter.files)]
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts)
    return _MIXED % (boundary, body + b"--%b--\r\n" % boundary)


def _encoded(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")


def _file(name: str, content: bytes) -> bytes:
    name = _CONTROL.sub(" ", name).strip() or "file"
    kind = _TYPES.get(name.rpartition(".")[2].lower(), b"application/octet-stream")
    return _FILE % (kind, _short(name), _extended(name), _encoded(content))


def _short(name: str) -> bytes:
    if _is_plain(name) and len(name) <= 60:
        return name.replace("\\", "\\\\").replace('"', '\\"').encode()
    return _words(name, len(' name=""'))


def _extended(name: str) -> bytes:
    """The parameter filename, in numbered pieces where it is long (RFC 2231 §3)."""
    rest = quote(name.encode(errors="replace"), safe="")
    if len(rest) <= _PIECE:
        return b";\r\n filename*=utf-8''%b" % rest.encode()
    pieces = b""
    number = 0
    while rest:
        escape = rest.find("%", _PIECE - 2, _PIECE)  # one that the cut would divide
        end = _PIECE if escape < 0 else escape
        pieces += b";\r\n filename*%d*=%b%b" % (number, b"" if number else b"utf-8''", rest[:end].encode())
        rest = rest[end:]
        number += 1
    return pieces
