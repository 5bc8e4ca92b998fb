"""Finds out what a fetched file is, and unpacks it if it is an archive. Runs in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.model.mail import Part
from handlers.mail.mime import Limits
from handlers.mail.mime_parts import PartStore

UNPACKED = 2 << 30  # bytes of all files of an archive: people link to what is too large to attach


def linked_parts(folder: str, name: str, sha256: str, size: int) -> Sequence[Part]:
    """The file that lies in `folder` under its SHA-256, then the files in it, which lie there likewise."""
    store = PartStore(Path(folder), Limits(archive_bytes=UNPACKED))
    return store.parts(name, (), sha256, size, inline=False)
