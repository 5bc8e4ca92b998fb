"""Reads rar: stored files by itself, packed ones through unrar, unar, bsdtar or 7z, whichever is installed."""

from __future__ import annotations

from pathlib import Path

import rarfile

from bot.documents.archive_keeper import Keeper, Reason
from bot.documents.archive_names import decode_name
from bot.documents.locked_archives import BROKEN_RAR, open_rar
from bot.documents.zip_types import TooManyEntries

_ANY_SIZE = 1 << 40


def read_rar(path: Path, keeper: Keeper) -> None:
    """Keep the files of a rar; what is broken, locked or unreadable here is left out and noted."""
    # Each file is handed to the tool in an archive of its own, so that the tool is never given a name.
    rarfile.HACK_SIZE_LIMIT = _ANY_SIZE
    try:
        archive = open_rar(path)
        if not archive.infolist():
            keeper.note(Reason.PASSWORD if archive.needs_password() else Reason.DAMAGED)
        files = [info for info in archive.infolist() if info.is_file()]
        keeper.tally.expect(sum(info.file_size or 0 for info in files))
        for info in files:
            _read_entry(archive, info, keeper)
        if archive.strerror():  # the list of files breaks off
            keeper.note(Reason.DAMAGED)
    except TooManyEntries:
        keeper.note(Reason.TOO_MANY_FILES)
    except BROKEN_RAR:
        keeper.note(Reason.DAMAGED)


def _read_entry(archive: rarfile.RarFile, info: rarfile.RarInfo, keeper: Keeper) -> None:
    name = _name(info)
    if not keeper.wants(name):
        return
    if info.flags & (rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER):
        keeper.note(Reason.VOLUME)
        return
    try:
        with archive.open(info) as stream:
            keeper.take(name, stream)
    except rarfile.PasswordRequired:
        keeper.note(Reason.PASSWORD)
    except rarfile.RarCannotExec:
        keeper.note(Reason.NO_TOOL)
    except BROKEN_RAR:
        keeper.note(Reason.DAMAGED)


def _name(info: rarfile.RarInfo) -> str:
    if isinstance(info, rarfile.Rar3Info) and not info.flags & rarfile.RAR_FILE_UNICODE:
        return decode_name(bytes(info.orig_filename))
    return str(info.filename)
