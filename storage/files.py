"""Content-addressed files in a folder: `ab/cdef…`, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

_WORK = ".work"
"""Where files are being made, on the same disk, so that a finished one can be renamed into place."""

_ABANDONED = 24 * 3600.0  # seconds


class DiskFiles:
    """`bot.ports.FileStore`. `put` returns when the content would survive a power loss."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if self._is_whole(path, sha256):
            return sha256
        self._make_folder(path.parent)
        # Written aside and renamed, so that a file is either whole or absent.
        draft = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                draft.unlink()
            raise
        _sync_folder(path.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """KeyError also if the content on disk is no longer what was put there."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise KeyError(f"no file {sha256} is kept") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise KeyError(f"the file {sha256} is damaged on disk: restore it from the backup")
        return content

    def remove(self, sha256: str) -> None:
        path = self._path(sha256)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def path(self, sha256: str) -> Path:
        path = self._path(sha256)
        if not path.is_file():
            raise KeyError(f"no file {sha256} is kept")
        return path

    def folder(self) -> Path:
        made = self._folder / _WORK / uuid4().hex
        made.mkdir(parents=True)
        return made

    def sweep(self) -> None:
        """Remove what a process that was killed left unfinished; what is younger than a day may be in use."""
        oldest = time.time() - _ABANDONED
        for path in (self._folder / _WORK).glob("*"):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)

    def take(self, path: Path, sha256: str) -> None:
        kept = self._path(sha256)
        if self._is_whole(kept, sha256):
            path.unlink()
            return
        self._make_folder(kept.parent)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.replace(kept)
        _sync_folder(kept.parent)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise KeyError(f"not a SHA-256 in hex: {sha256[:80]!r}")
        return self._folder / sha256[:2] / sha256[2:]

    def _is_whole(self, path: Path, sha256: str) -> bool:
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """The name itself must survive too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
