"""Names inside archives as their writers meant them."""

from __future__ import annotations

import zlib

_MOST_FOLDERS = 20
_LEAST_CHINESE = "\u0800"
_SYSTEM_FOLDERS = frozenset({"__MACOSX"})
_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_UNICODE_PATH = 0x7075


def decode_name(raw: bytes) -> str:
    """A name of unknown encoding: UTF-8 or GB18030.

    Many GBK names are valid UTF-8 by accident, but then only of characters below U+0800, which no Chinese
    name is made of.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    if not text.isascii() and all(character < _LEAST_CHINESE for character in text):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return text


def zip_name(shown: str, says_utf8: bool, extra: bytes) -> str:
    """The name of a zip entry as its reader gives it: decoded as code page 437 unless flag bit 11 says UTF-8.

    The Unicode Path extra field (APPNOTE 4.6.9) wins where it belongs to this very name.
    """
    if says_utf8:
        return shown
    try:
        raw = shown.encode("cp437")
    except UnicodeEncodeError:
        return shown
    return _unicode_path(raw, extra) or decode_name(raw)


def split_name(name: str) -> tuple[tuple[str, ...], str]:
    """The folders and the bare name; nothing that could lead out of a folder is left."""
    pieces = [piece for piece in name.replace("\\", "/").split("/") if piece.strip() not in {"", ".", ".."}]
    return tuple(pieces[:-1][:_MOST_FOLDERS]), pieces[-1] if pieces else ""


def is_system_file(folders: tuple[str, ...], name: str) -> bool:
    """True for what a computer adds by itself: resource forks, folder views, thumbnails."""
    return bool(_SYSTEM_FOLDERS & {*folders, name}) or name.lower() in _SYSTEM_FILES or name.startswith("._")


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, length = (
            int.from_bytes(extra[at : at + 2], "little"),
            int.from_bytes(extra[at + 2 : at + 4], "little"),
        )
        field = extra[at + 4 : at + 4 + length]
        if (
            kind == _UNICODE_PATH
            and field[:1] == b"\1"
            and int.from_bytes(field[1:5], "little") == zlib.crc32(raw)
        ):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + length
    return None
