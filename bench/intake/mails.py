"""Mails with a large attachment, and the least that taking one in can cost."""

from __future__ import annotations

import base64
import hashlib
import os
import time
import zipfile
from binascii import a2b_base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from imapclient import IMAPClient

from bench.intake.service import Raw
from tests.fakes import decks

SENDER = "lixiaoming@example.com"
DECK = "deck.pptx"
LINE = 57  # bytes of content on a line of base64, 78 bytes with its line end
FETCHED = 1 << 20  # bytes in which a mail comes from a server
CHUNK = 78 * 13_443  # whole lines, about a megabyte

_HEAD = (
    "From: {sender}\r\nTo: office@example.com\r\nSubject: {subject}\r\n"
    "Date: Wed, 10 Jul 2019 09:00:00 +0800\r\nMessage-ID: <{name}@example.com>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="=_bench"\r\n\r\n'
    "--=_bench\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "请查收。\r\n"
    "--=_bench\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    'Content-Disposition: attachment; filename="{file}"\r\n\r\n'
)
_TAIL = b"\r\n--=_bench--\r\n"


@dataclass(frozen=True, slots=True)
class Made:
    """A raw mail, and where the base64 of its attachment lies in it."""

    raw: Raw
    attachment: int  # bytes, decoded
    start: int
    end: int


def make_mail(path: Path, attachment: bytes, file: str = DECK) -> Made:
    """Write a mail whose name and Message-ID are those of `path`."""
    head = _HEAD.format(sender=SENDER, subject="申报材料", name=path.stem, file=file).encode()
    encoded = base64.encodebytes(attachment).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    raw = head + encoded + _TAIL
    with path.open("wb") as out:
        for at in range(0, len(raw), FETCHED):
            out.write(raw[at : at + FETCHED])
        out.flush()
        os.fsync(out.fileno())
    end = len(head) + len(encoded)
    return Made(Raw(path, hashlib.sha256(raw).hexdigest(), len(raw)), len(attachment), len(head), end)


def random_bytes(size: int) -> bytes:
    """What no reader can make anything of: the attachment is decoded, kept, looked at and named."""
    return os.urandom(size)


def deck_with_film(size: int) -> bytes:
    """A good deck of about so many bytes, most of them a film nobody looks into."""
    packed = BytesIO(decks.deck(decks.good()))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("ppt/media/media99.mp4", os.urandom(size - len(packed.getvalue())))
    return packed.getvalue()


def content_in_raw(size: int) -> int:
    """How much attachment makes a raw mail of about so many bytes."""
    return size * LINE // 78


def least(made: Made, folder: Path) -> float:
    """Seconds to read the raw mail, decode its attachment, write and hash it, all in chunks, and sync it."""
    began = time.perf_counter()
    digest = hashlib.sha256()
    out = folder / "least"
    with made.raw.path.open("rb", buffering=0) as raw, out.open("wb", buffering=0) as file:
        raw.seek(made.start)
        left = made.end - made.start
        while left:
            chunk = raw.read(min(CHUNK, left))
            left -= len(chunk)
            content = a2b_base64(chunk)
            digest.update(content)
            file.write(content)
        os.fsync(file.fileno())
    out.rename(folder / digest.hexdigest())
    took = time.perf_counter() - began
    if (folder / digest.hexdigest()).stat().st_size != made.attachment:
        raise RuntimeError("the floor decoded something else")
    return took


def fetch_plainly(client: IMAPClient, to: Path) -> float:
    """Seconds to fetch the newest message in one piece, hash it, write it and sync it."""
    client.select_folder("INBOX", readonly=True)
    newest = max(client.search("ALL"))
    began = time.perf_counter()
    raw = client.fetch([newest], ["BODY.PEEK[]"])[newest][b"BODY[]"]
    hashlib.sha256(raw).digest()
    with to.open("wb") as file:
        file.write(raw)
        os.fsync(file.fileno())
    return time.perf_counter() - began
