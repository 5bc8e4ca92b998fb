"""Files on their way to WeCom (上传临时素材, path/96484): uploaded once, used while WeCom keeps them."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable
from pathlib import PurePath

from bot.model.message import File
from bot.ports import SharedCache, StoredFiles
from handlers.wecom.client import WeComClient
from handlers.wecom.errcodes import FILE_LIMIT, failure
from handlers.wecom.text import sendable

KEPT = 2.5 * 86400  # seconds a media_id is used again; WeCom keeps it for 3 days
SMALLEST = 6  # bytes
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
_UNFIT = re.compile(r'[\r\n"\\/]')  # in a quoted file name of a header


class Uploads:
    """The media ids of stored files, shared by all processes."""

    def __init__(
        self, client: WeComClient, files: StoredFiles, cache: SharedCache, now: Callable[[], float]
    ) -> None:
        self._client = client
        self._files = files
        self._cache = cache
        self._now = now

    async def media_id(self, file: File, refused: str = "") -> str:
        """The file's media id, other than `refused`; WeComFailure if it cannot be uploaded.

        KeyError if the file is not stored.
        """
        # People see the name a file was uploaded with, so the name is part of the key.
        name = hashlib.sha256(file.name.encode("utf-8", "replace")).hexdigest()[:16]
        key = f"{self._client.scope}:media:{file.sha256}:{name}"
        known = await self._cache.get(key)
        if known is not None and known[0] != refused:
            return known[0]
        content = await asyncio.to_thread(self._files.get, file.sha256)
        uploaded_at = self._now()
        media_id = await upload(self._client, content, file.name)
        await self._cache.put(key, media_id, uploaded_at + KEPT)
        return media_id


async def upload(client: WeComClient, content: bytes, name: str) -> str:
    """Upload a file of 6 bytes to 20 MB; its media id."""
    if not SMALLEST <= len(content) <= FILE_LIMIT:
        raise failure(40006)
    boundary = secrets.token_hex(16)
    body = multipart(content, name, boundary)
    content_type = f"multipart/form-data; boundary={boundary}"
    answer = await client.upload("media/upload", {"type": "file"}, body, content_type)
    return str(answer["media_id"])


def multipart(content: bytes, name: str, boundary: str) -> bytes:
    """The form of one file. WeCom reads the name in bare UTF-8 only: no percent signs, no `filename*`."""
    shown = _UNFIT.sub("_", sendable(name)) or "file"
    content_type = _TYPES.get(PurePath(shown).suffix.lower(), "application/octet-stream")
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="media"; filename="{shown}"; filelength={len(content)}\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    return b"".join((head.encode(), content, f"\r\n--{boundary}--\r\n".encode()))
