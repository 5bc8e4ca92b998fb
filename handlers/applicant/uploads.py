"""Resumable uploads on an applicant's page: the tus protocol 1.0.0 under /u/<token>/files.

Whoever has the page's token may upload for its application and see their own uploads, nothing else.
Protocol: https://tus.io/protocols/resumable-upload (core, creation, termination).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from bot.model.mail import Upload
from bot.work.uploads import LARGEST, UploadDesk, UploadRefused

VERSION = "1.0.0"
CHUNK = 256 * 1024
ID = re.compile(r"[0-9a-f]{32}")

Owner = tuple[str, int]
"""The application and the person that a page's token stands for."""

Opener = Callable[[web.Request], Awaitable[Owner | web.Response]]
"""The owner of the request's page, or the refusal to answer with."""


def upload_routes(opener: Opener, desk: UploadDesk) -> list[web.RouteDef]:
    """The routes of uploads."""
    pages = UploadPages(opener, desk)
    return [
        web.options("/u/{token}/files", pages.describe),
        web.post("/u/{token}/files", pages.create),
        web.head("/u/{token}/files/{upload}", pages.tell),
        web.get("/u/{token}/files/{upload}", pages.show, allow_head=False),
        web.patch("/u/{token}/files/{upload}", pages.append),
        web.delete("/u/{token}/files/{upload}", pages.remove),
    ]


class UploadPages:
    """The handlers; use `upload_routes`."""

    def __init__(self, opener: Opener, desk: UploadDesk) -> None:
        self._opener = opener
        self._desk = desk

    async def describe(self, request: web.Request) -> web.StreamResponse:
        """What this server can do."""
        limits = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination"}
        return _answer(204, limits | {"Tus-Max-Size": str(LARGEST)})

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Begin an upload: Upload-Length and the file's name in Upload-Metadata."""
        owner = await self._open(request)
        if isinstance(owner, web.Response):
            return owner
        size = _number(request.headers.get("Upload-Length"))
        if size is None:
            return _said(400, "缺少文件大小，请刷新页面后重试。")
        try:
            upload = await self._desk.open(*owner, _name(request.headers.get("Upload-Metadata", "")), size)
        except UploadRefused as refused:
            return _said(refused.status, refused.message)
        place = f"/u/{request.match_info['token']}/files/{upload.id}"
        return _answer(201, {hdrs.LOCATION: place, "Upload-Offset": "0"})

    async def tell(self, request: web.Request) -> web.StreamResponse:
        """How much has arrived."""
        upload = await self._find(request)
        if isinstance(upload, web.Response):
            return upload
        return _answer(200, {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size)})

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What became of an upload, for the page: {"size", "offset", "sha256", "told"}."""
        upload = await self._find(request)
        if isinstance(upload, web.Response):
            return upload
        if upload.offset == upload.size and not upload.sha256:
            self._desk.finish(upload)
        told = {"size": upload.size, "offset": upload.offset, "sha256": upload.sha256, "told": upload.told}
        return web.json_response(told, headers={hdrs.CACHE_CONTROL: "no-store"})

    async def append(self, request: web.Request) -> web.StreamResponse:
        """More bytes at Upload-Offset."""
        upload = await self._find(request)
        if isinstance(upload, web.Response):
            return upload
        offset = _number(request.headers.get("Upload-Offset"))
        if request.content_type != "application/offset+octet-stream" or offset is None:
            return _said(415, "上传方式不对，请刷新页面后重试。")
        try:
            taken = await self._desk.take(upload, offset, request.content.iter_chunked(CHUNK))
        except UploadRefused as refused:
            return _said(refused.status, refused.message)
        return _answer(204, {"Upload-Offset": str(taken.offset)})

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Give an unfinished upload up."""
        upload = await self._find(request)
        if isinstance(upload, web.Response):
            return upload
        try:
            await self._desk.drop(upload)
        except UploadRefused as refused:
            return _said(refused.status, refused.message)
        return _answer(204)

    async def _open(self, request: web.Request) -> Owner | web.Response:
        """The page's owner; 412 for another version of the protocol."""
        if request.method != hdrs.METH_GET and request.headers.get("Tus-Resumable") != VERSION:
            refused = _said(412, "上传程序的版本不对，请刷新页面后重试。")
            refused.headers["Tus-Version"] = VERSION
            return refused
        return await self._opener(request)

    async def _find(self, request: web.Request) -> Upload | web.Response:
        owner = await self._open(request)
        if isinstance(owner, web.Response):
            return owner
        name = request.match_info["upload"]
        found = await self._desk.find(*owner, name) if ID.fullmatch(name) else None
        return found or _said(404, "没有这个上传，可能已过期，请重新选择文件上传。")


def _answer(status: int, headers: dict[str, str] | None = None) -> web.Response:
    fixed = {"Tus-Resumable": VERSION, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(status=status, headers=fixed | (headers or {}))


def _said(status: int, message: str) -> web.Response:
    response = _answer(status)
    response.text = message
    return response


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else None


def _name(metadata: str) -> str:
    """The file's name in Upload-Metadata: `filename <base64>,…`."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""
