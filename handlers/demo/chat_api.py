"""What the demo's page does to the platform: members, messages, and what a member can do.

A POST may carry a `key` of the page's own making; a second one with the same key does nothing,
so that the page may repeat what it got no answer to.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientConnectionError, hdrs, web

from handlers.demo.chat_times import ChatTimes
from handlers.demo.feed import Feed
from handlers.demo.guard import Refused, guarded, read_json, text_of
from handlers.demo.platform import TEXT_LIMIT, Called, Member, Platform
from handlers.demo.shown import shown_member, shown_message
from handlers.page_headers import PAGE, attachment

NAME_LIMIT = 20
KEYS_KEPT = 2000
QUIET_SECONDS = 15.0
"""A comment goes out after so long without news, so that a lost connection is noticed."""

COLOURS = ("#3b6fb6", "#2f7d62", "#8a5a9e", "#a8563c", "#4a6b8a", "#7a6a2c", "#a3476b", "#3f7f8c")

SAMPLES: Mapping[str, Mapping[str, str]] = {
    "image": {"PicUrl": "https://example.com/photo.jpg"},
    "voice": {"Format": "amr"},
    "video": {"ThumbMediaId": "thumb"},
    "location": {"Location_X": "33.7661", "Location_Y": "113.1927", "Scale": "15", "Label": "市政大厦"},
    "link": {"Title": "工作动态", "Description": "行政指导典型案例", "Url": "https://example.com/news/1"},
    "file": {"FileName": "申报报告.pptx"},
}
"""One message of every kind that is not text, as the platform would deliver it."""


class ChatApi:
    """The handlers under /demo/api/. `units` says of a member's userid what to show under the name."""

    def __init__(self, platform: Platform, times: ChatTimes, units: Mapping[str, str]) -> None:
        self._platform = platform
        self._times = times
        self._units = units
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._streams: set[asyncio.Queue[bytes | None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Everything under /demo/api/, for loopback only."""
        return [
            web.get("/demo/api/members", guarded(self.members)),
            web.post("/demo/api/members", guarded(self.add_member)),
            web.get("/demo/api/messages", guarded(self.messages)),
            web.get("/demo/api/menu", guarded(self.menu)),
            web.get("/demo/api/events", guarded(self.events), allow_head=False),
            web.get("/demo/api/files/{media_id}", guarded(self.file)),
            web.post("/demo/api/say", guarded(self.say)),
            web.post("/demo/api/send", guarded(self.send)),
            web.post("/demo/api/press", guarded(self.press)),
            web.post("/demo/api/click", guarded(self.click)),
            web.post("/demo/api/enter", guarded(self.enter)),
        ]

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to all open pages."""
        for stream in self._streams:
            stream.put_nowait(_event(event, data))

    def close(self) -> None:
        """End the open event streams, so that the server can stop."""
        for stream in self._streams:
            stream.put_nowait(None)

    # What is there --------------------------------------------------------------------------

    async def members(self, request: web.Request) -> web.Response:
        """All members, each with the last message of the chat."""
        return web.json_response({"members": [self._member(one) for one in self._platform.members.values()]})

    async def messages(self, request: web.Request) -> web.Response:
        """The chat of `?member=`, oldest first."""
        userid = self._userid(request.query)
        shown = [shown_message(message, self._times) for message in self._platform.messages(userid)]
        return web.json_response({"messages": shown})

    async def menu(self, request: web.Request) -> web.Response:
        """The app's menu as the app last set it."""
        return web.json_response({"buttons": self._platform.menu})

    async def file(self, request: web.Request) -> web.Response:
        """A file that was sent in a chat, always as a download."""
        try:
            media = self._platform.file(request.match_info["media_id"])
        except KeyError:
            raise Refused(404, "no_file", "文件已失效，请让评选助手重新发送。") from None
        headers = PAGE | {hdrs.CONTENT_DISPOSITION: attachment(media.name)}
        return web.Response(body=media.content, content_type="application/octet-stream", headers=headers)

    # What a member does ---------------------------------------------------------------------

    async def add_member(self, request: web.Request) -> web.Response:
        """Let a new member join the corp."""
        name = text_of(await read_json(request), "name").strip()
        if len(name) > NAME_LIMIT:
            raise Refused(400, "too_long", f"姓名请不要超过{NAME_LIMIT}个字。")
        colour = COLOURS[len(self._platform.members) % len(COLOURS)]
        member = Member(f"member-{secrets.token_hex(4)}", name, colour)
        self._platform.members[member.userid] = member
        self.tell("members", {})
        return web.json_response({"member": self._member(member)})

    async def say(self, request: web.Request) -> web.Response:
        """Write {"member", "text"}."""
        body = await read_json(request)
        userid, text = self._userid(body), text_of(body, "text")
        if len(text.encode()) > TEXT_LIMIT:
            raise Refused(400, "too_long", f"一条消息最多{TEXT_LIMIT}字节，请分几条发送。")
        return await self._once(body, lambda: self._platform.say(userid, text))

    async def send(self, request: web.Request) -> web.Response:
        """Send a sample of {"member", "kind"}: image, voice, video, location, link or file."""
        body = await read_json(request)
        userid, kind = self._userid(body), text_of(body, "kind")
        if kind not in SAMPLES:
            raise Refused(400, "bad_kind", f"不能发送“{kind}”。")
        fields = {"MediaId": secrets.token_urlsafe(32), **SAMPLES[kind]}
        return await self._once(body, lambda: self._platform.send(userid, kind, **fields))

    async def press(self, request: web.Request) -> web.Response:
        """Press {"member", "item"} of the app's menu."""
        body = await read_json(request)
        userid, item = self._userid(body), text_of(body, "item")
        return await self._once(body, lambda: self._platform.press(userid, item))

    async def click(self, request: web.Request) -> web.Response:
        """Press {"member", "task", "button"} of a card."""
        body = await read_json(request)
        userid, task, button = self._userid(body), text_of(body, "task"), text_of(body, "button")
        try:
            return await self._once(body, lambda: self._platform.click(userid, task, button))
        except KeyError:
            raise Refused(404, "no_card", "这张卡片已失效，请直接输入文字。") from None

    async def enter(self, request: web.Request) -> web.Response:
        """Open the app's chat as {"member"}."""
        body = await read_json(request)
        userid = self._userid(body)
        return await self._once(body, lambda: self._platform.enter(userid))

    # Live updates ---------------------------------------------------------------------------

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events, to be opened anew after "members".

        message {"member", "message"}: new or changed, of the members present when the stream was opened ·
        members {}: somebody joined · clock {"now", "closes"}: the campaign clock was moved
        """
        stream: asyncio.Queue[bytes | None] = asyncio.Queue()
        feeds = {userid: self._platform.subscribe(userid) for userid in self._platform.members}
        followers = [asyncio.create_task(self._follow(*followed, stream)) for followed in feeds.items()]
        self._streams.add(stream)
        response = web.StreamResponse(headers=PAGE | {"Cache-Control": "no-store"})
        response.content_type = "text/event-stream"
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while (event := await _next(stream)) is not None:
                await response.write(event)
        except ClientConnectionError:
            pass  # the page was closed
        finally:
            self._streams.discard(stream)
            for follower in followers:
                follower.cancel()
            for feed in feeds.values():
                feed.close()
            await asyncio.gather(*followers, return_exceptions=True)
        return response

    async def _follow(self, userid: str, feed: Feed, stream: asyncio.Queue[bytes | None]) -> None:
        async for message in feed:
            shown = shown_message(message, self._times)
            stream.put_nowait(_event("message", {"member": userid, "message": shown}))

    # Small things ---------------------------------------------------------------------------

    def _member(self, member: Member) -> dict[str, Any]:
        messages = self._platform.messages(member.userid)
        last = shown_message(messages[-1], self._times) if messages else None
        return shown_member(member, self._units.get(member.userid, ""), last)

    def _userid(self, fields: Mapping[str, Any]) -> str:
        userid = text_of(fields, "member")
        if userid not in self._platform.members:
            raise Refused(404, "no_member", "没有这个成员，请刷新页面。")
        return userid

    async def _once(self, body: Mapping[str, Any], act: Callable[[], Awaitable[Called]]) -> web.Response:
        """Act unless the `key` says that it was done before."""
        key = body.get("key")
        if isinstance(key, str):
            if key in self._keys:
                return web.json_response({"repeated": True})
            self._keys[key] = None
            if len(self._keys) > KEYS_KEPT:
                self._keys.popitem(last=False)
        called = await act()
        if not called.accepted:
            raise Refused(502, "not_taken", "评选助手暂时没有应答，请稍后再发一次。")
        return web.json_response({"repeated": False})


async def _next(stream: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            return await stream.get()
    except TimeoutError:
        return b": still here\n\n"


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
