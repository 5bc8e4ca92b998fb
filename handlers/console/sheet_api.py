"""What a sheet's script sends: entries in batches, as often as it likes, and pictures before the entries that name
them. Answers are JSON with a sentence in `problem` where something could not be taken."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import Any

from aiohttp import web

from bot.sheets.access import Hidden
from bot.sheets.merging import Fate, Merge, apply_entries
from bot.sheets.photos import LARGEST, add_photo, check_photographer, photo, photo_type
from bot.sheets.read_entries import ReadEntries, read_entries
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from handlers.console.sheets import ONE, concealed, sheet_of
from handlers.console.site import HEADERS, Handler, Site

_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


def routes(site: Site) -> list[web.RouteDef]:
    api = SheetApi(site)
    own = concealed(site)
    return [
        web.post(f"{ONE}/entries", own(_said(api.entries))),
        web.post(f"{ONE}/photos", own(_said(api.take_photo))),
        web.get(f"{ONE}/photos/{{sha256:[0-9a-f]{{64}}}}", own(api.photo)),
    ]


def _said(handler: Handler) -> Handler:
    """A refusal as JSON."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Hidden:
            raise
        except Refused as why:
            return _json({"problem": str(why)}, 409)

    return guarded


class SheetApi:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def entries(self, request: web.Request) -> web.StreamResponse:
        """{"entries": […]} as `bot.sheets.read_entries` has it; answered with
        {"results": [{"id", "fate": accepted | repeated | refused, "problem"}]}."""
        sheet = sheet_of(request)
        try:
            data = await request.json()
        except ValueError:
            data = None
        read = read_entries(data, self._site.campaign)

        def take(ask: StaffAsk) -> Merge:
            return apply_entries(ask, sheet, read.entries)

        return _json({"results": _results(await self._site.act(request, take), read)})

    async def take_photo(self, request: web.Request) -> web.StreamResponse:
        """A picture as the body of the request; answered with {"sha256"}."""
        sheet, campaign = sheet_of(request), self._site.campaign
        await self._site.look(request, lambda ask: check_photographer(ask, sheet))
        content = await _body(request)
        kind = photo_type(content, campaign)
        sha256 = await asyncio.to_thread(self._site.files.put, content)
        size = len(content)
        await self._site.act(request, lambda ask: add_photo(ask, sheet, sha256, kind, size))
        return _json({"sha256": sha256})

    async def photo(self, request: web.Request) -> web.StreamResponse:
        """A picture of a sheet that this person may see."""
        sheet, sha256 = sheet_of(request), request.match_info["sha256"]
        try:
            found = await self._site.look(request, lambda ask: photo(ask, sheet, sha256))
        except Hidden:
            raise
        except Refused as why:
            raise web.HTTPNotFound from why
        content = await asyncio.to_thread(self._site.files.get, found.sha256)
        return web.Response(body=content, content_type=_TYPES[found.type], headers=HEADERS)


async def _body(request: web.Request) -> bytes:
    """The body, of which no more is read than makes it too large."""
    content = bytearray()
    async for part in request.content.iter_chunked(1 << 16):
        content += part
        if len(content) > LARGEST:
            break
    return bytes(content)


def _results(merge: Merge, read: ReadEntries) -> list[dict[str, Any]]:
    taken = [{"id": one.id, "fate": one.fate, "problem": one.problem} for one in merge.results]
    unread = [{"id": one.id, "fate": Fate.REFUSED, "problem": one.problem} for one in read.problems]
    return taken + unread


def _json(content: object, status: int = 200) -> web.Response:
    return web.json_response(content, status=status, headers=HEADERS)
