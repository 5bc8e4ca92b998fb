"""What a file is by its first bytes, for the formats that say so there."""

from __future__ import annotations

import codecs
import re

from bot.documents.type_names import UNKNOWN

HEAD_BYTES = 8192
"""How much of a file's beginning `signature` is to be given."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"{\\rtf", "rtf"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"\x1a\x45\xdf\xa3", "mkv"),
    (b"FLV\x01", "flv"),
    (b"\0\0\x01\xba", "mpg"),
    (b"\0\0\x01\xb3", "mpg"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"8BPS\0\x01", "psd"),
    (b"%!PS", "ps"),
    (b"\x7fELF", "exe"),
)
_RIFF = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}
_BRANDS = {
    b"qt  ": "mov",
    b"M4A ": "m4a",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"), "heic"),
}
_PDF_WITHIN = 1024  # readers find the header anywhere in here (PDF 1.7, implementation note 13)
_MAIL_HEADER = re.compile(
    rb"(?im)^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version"
    rb"|content-type|x-[a-z0-9-]+):"
)
_MAIL_START = re.compile(rb"(?i)(?:from [^\r\n]+\r?\n)?[a-z][a-z0-9-]*:")
_LEAST_HEADERS = 3
_HTML = re.compile(
    r"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table)\b"
)
_CONTROLS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def signature(head: bytes) -> str:
    """The type of a file that begins with `head` (its first HEAD_BYTES); UNKNOWN if none is recognised.

    Containers (zip, OLE) are looked into elsewhere.
    """
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    return _binary(head) or _text(head) or UNKNOWN


def _binary(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return "mov"
    if head[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "pdf"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[:2] == b"MZ" and not _is_text(head):
        return "exe"
    if head[:1] == b"\xff" and head[1:2] in {b"\xfb", b"\xf3", b"\xf2", b"\xfa"}:
        return "mp3"
    return None


def _text(head: bytes) -> str | None:
    text = _decoded(head)
    if text is None:
        return None
    if _HTML.match(text):
        return "html"
    if text.lstrip().startswith("<?xml"):
        return "xml"
    if _MAIL_START.match(head) and len(_MAIL_HEADER.findall(head)) >= _LEAST_HEADERS:
        return "eml"
    return "txt"


def _is_text(head: bytes) -> bool:
    return _decoded(head) is not None


def _decoded(head: bytes) -> str | None:
    """The text in UTF-8, UTF-16 with its mark, or GB18030; None for what is no text."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return _decode(head[len(mark) :], encoding)
    return _decode(head, "utf-8") or _decode(head, "gb18030")


def _decode(head: bytes, encoding: str) -> str | None:
    try:
        # The last character may be cut in two.
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text
