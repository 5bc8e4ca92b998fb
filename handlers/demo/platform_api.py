"""The server API of the small WeCom: what an app may call, answered as documented.

Codes and limits are those of WeCom's documentation: gettoken (path/91039), message/send
(path/90236), update_template_card (path/94888), media (path/96484), auth/getuserinfo (path/98177).
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from handlers.demo.platform_shapes import Answer, Corp, Fault, Message, Recorded, Refusal, StoredMedia

MEDIA_LIFE = 3 * 24 * 3600
RECALLABLE = 24 * 3600  # seconds after sending
CODE_LIFE = 300
FILE_LIMITS = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
PER_MINUTE = 30
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(slots=True)
class _Token:
    value: str
    expires: float


@dataclass(slots=True)
class Api:
    """State and handlers of the API of one platform."""

    platform: Corp
    requests: deque[Recorded] = field(default_factory=lambda: deque(maxlen=5000))
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    token_life: float = 7200
    dropped: int = 0  # messages lost to the rate of 30 a minute
    _tokens: dict[str, _Token] = field(default_factory=dict)
    _codes: dict[str, tuple[str, float]] = field(default_factory=dict)
    _seen: dict[bytes, float] = field(default_factory=dict)
    _task_ids: set[str] = field(default_factory=set)
    _sent: dict[str, deque[float]] = field(default_factory=dict)
    _messages: dict[str, tuple[float, list[Message]]] = field(
        default_factory=dict
    )  # by msgid: when, and shown

    def routes(self) -> list[web.RouteDef]:
        """GET or POST as documented."""
        gets: dict[str, Callable[[web.Request], Awaitable[Answer | web.Response]]] = {
            "gettoken": self._gettoken,
            "getcallbackip": self._getcallbackip,
            "user/get": self._user_get,
            "auth/getuserinfo": self._getuserinfo,
            "media/get": self._media_get,
        }
        posts: dict[str, Callable[[web.Request], Awaitable[Answer | web.Response]]] = {
            "message/send": self._message_send,
            "message/recall": self._message_recall,
            "message/update_template_card": self._update_card,
            "media/upload": self._media_upload,
            "menu/create": self._menu_create,
        }
        return [
            *(web.get(f"/cgi-bin/{path}", self._wrapped(path, handler)) for path, handler in gets.items()),
            *(web.post(f"/cgi-bin/{path}", self._wrapped(path, handler)) for path, handler in posts.items()),
        ]

    def expire_token(self) -> None:
        """All tokens are past their time."""
        for token in self._tokens.values():
            token.expires = self.platform.now()

    def revoke_token(self) -> None:
        """No token is known any more."""
        self._tokens.clear()

    def new_code(self, userid: str) -> str:
        """An OAuth code for somebody, good for one use within 5 minutes."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = (userid, self.platform.now() + CODE_LIFE)
        return code

    def _wrapped(
        self, path: str, handler: Callable[[web.Request], Awaitable[Answer | web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            # A multipart body is read by its own handler.
            body = b"" if request.content_type.startswith("multipart/") else await request.read()
            query = {name: value for name, value in request.query.items() if name != "access_token"}
            self.requests.append(Recorded(path, query, body, self.platform.now()))
            waiting = self.faults.get(path)
            fault = waiting.popleft() if waiting else None
            if fault is not None and not fault.after:
                return await self._spoil(request, fault)
            try:
                if path != "gettoken":
                    self._check_token(request)
                answer = await handler(request)
            except Refusal as refusal:
                answer = refusal.answer
            except (ValueError, KeyError, TypeError, AttributeError):
                answer = {"errcode": 47001, "errmsg": "data format error"}
            if fault is not None:
                return await self._spoil(request, fault)
            if isinstance(answer, web.Response):
                return answer
            return web.json_response({"errcode": 0, "errmsg": "ok"} | answer)

        return handle

    async def _spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop and request.transport is not None:
            request.transport.abort()
            return web.Response()
        if fault.status is not None:
            return web.Response(status=fault.status, text="spoiled")
        return web.json_response({"errcode": fault.errcode or 0, "errmsg": fault.errmsg})

    # Who is calling -------------------------------------------------------------------------

    async def _gettoken(self, request: web.Request) -> Answer:
        if request.query.get("corpid") != self.platform.corp_id:
            raise Refusal(40013, "invalid corpid")
        if request.query.get("corpsecret") != self.platform.secret:
            raise Refusal(40001, "invalid credential")
        now = self.platform.now()
        for token in self._tokens.values():
            if token.expires > now:
                return {"access_token": token.value, "expires_in": int(token.expires - now)}
        token = _Token(secrets.token_urlsafe(160), now + self.token_life)
        self._tokens[token.value] = token
        return {"access_token": token.value, "expires_in": int(self.token_life)}

    def _check_token(self, request: web.Request) -> None:
        value = request.query.get("access_token", "")
        if not value:
            raise Refusal(41001, "access_token missing")
        token = self._tokens.get(value)
        if token is None:
            raise Refusal(40014, "invalid access_token")
        if token.expires <= self.platform.now():
            raise Refusal(42001, "access_token expired")

    # Members --------------------------------------------------------------------------------

    async def _getcallbackip(self, request: web.Request) -> Answer:
        return {"ip_list": ["127.0.0.1"]}

    async def _user_get(self, request: web.Request) -> Answer:
        userid = self._member(request.query.get("userid", ""))
        if userid is None:
            raise Refusal(60111, "userid not found")
        return {"userid": userid, "name": self.platform.members[userid].name}

    async def _getuserinfo(self, request: web.Request) -> Answer:
        userid, expires = self._codes.pop(request.query.get("code", ""), ("", 0.0))
        if expires <= self.platform.now():
            raise Refusal(40029, "invalid code")
        if userid in self.platform.members:
            return {"userid": userid}
        return {"openid": secrets.token_urlsafe(16)}

    def _member(self, userid: str) -> str | None:
        """The member's userid as registered; WeCom ignores case."""
        return next((known for known in self.platform.members if known.lower() == userid.lower()), None)

    # Messages -------------------------------------------------------------------------------

    async def _message_send(self, request: web.Request) -> Answer:
        raw = await request.read()
        if _ESCAPED.search(raw):
            raise Refusal(40033, "invalid charset")
        body = json.loads(raw)
        if body.get("agentid") != self.platform.agent_id:
            raise Refusal(301002, "not allow operate another agent with this accesstoken")
        named = [name for name in str(body.get("touser", "")).split("|") if name]
        if len(named) > 1000:
            raise Refusal(40031, "invalid userlist: over 1000")
        message = self._message(body)
        if self._is_repeat(raw, body):
            return {"msgid": secrets.token_urlsafe(20)}
        found = {name: self._member(name) for name in named}
        invalid = "|".join(name.lower() for name, member in found.items() if member is None)
        if not any(found.values()):
            raise Refusal(81013, "user & party & tag all invalid", invaliduser=invalid)
        shown = [self._push(member, message) for member in found.values() if member is not None]
        answer: Answer = {"invaliduser": invalid, "msgid": secrets.token_urlsafe(20)}
        self._messages[answer["msgid"]] = (self.platform.now(), [one for one in shown if one is not None])
        if message["type"] == "card":
            self._task_ids.add(message["card"]["task_id"])
            cards = [card for card in shown if card is not None]
            answer["response_code"] = self.platform.new_response_code(cards[0]) if cards else ""
        return answer

    async def _message_recall(self, request: web.Request) -> Answer:
        """Takes back what a call showed, within a day; the real platform's codes for the rest are not known."""
        sent, shown = self._messages.pop((await request.json()).get("msgid", ""), (0.0, []))
        if sent + RECALLABLE <= self.platform.now():
            raise Refusal(40058, "invalid msgid")
        for message in shown:
            self.platform.take_back(message)
        return {}

    def _message(self, body: dict[str, Any]) -> Message:
        kind = body.get("msgtype")
        if kind == "text":
            content = str(body.get("text", {}).get("content", ""))
            if not content.strip():
                raise Refusal(44004, "empty content")
            return {"type": "text", "text": self.platform.cut(content)}
        if kind == "template_card":
            self._check_card(body["template_card"])
            return {"type": "card", "card": body["template_card"]}
        if kind == "file":
            media = self.platform.media.get(body.get("file", {}).get("media_id", ""))
            if media is None or media.created + MEDIA_LIFE <= self.platform.now():
                raise Refusal(40007, "invalid media_id")
            return {
                "type": "file",
                "file": {"media_id": media.media_id, "name": media.name, "size": len(media.content)},
            }
        raise Refusal(40008, "invalid message type")

    def _check_card(self, card: dict[str, Any]) -> None:
        """The limits of a button card; the real platform answers less exactly."""
        title, buttons = card.get("main_title", {}), card.get("button_list", [])
        wrong = [
            complaint
            for complaint, holds in {
                "card_type": card.get("card_type") == "button_interaction",
                "task_id": _TASK_ID.fullmatch(card.get("task_id", "")) is not None,
                "task_id is used": card.get("task_id") not in self._task_ids,
                "title": 0 < len(title.get("title", "")) <= 36,
                "desc": len(title.get("desc", "")) <= 44,
                "sub_title_text": len(card.get("sub_title_text", "")) <= 160,
                "button_list": 1 <= len(buttons) <= 6,
                "button text": all(0 < len(button["text"]) <= 10 for button in buttons),
                "button key": all(0 < len(button["key"].encode()) <= 1024 for button in buttons),
                "button keys differ": len({button["key"] for button in buttons}) == len(buttons),
            }.items()
            if not holds
        ]
        if wrong:
            raise Refusal(40058, f"invalid request parameter: {', '.join(wrong)}")

    def _is_repeat(self, raw: bytes, body: dict[str, Any]) -> bool:
        if body.get("enable_duplicate_check") != 1:
            return False
        now = self.platform.now()
        until = self._seen.get(raw, 0.0)
        self._seen[raw] = max(until, now + min(body.get("duplicate_check_interval", 1800), 4 * 3600))
        return until > now

    def _push(self, userid: str, message: Message) -> Message | None:
        sent = self._sent.setdefault(userid, deque())
        now = self.platform.now()
        while sent and sent[0] <= now - 60:
            sent.popleft()
        if len(sent) >= PER_MINUTE:
            self.dropped += 1
            return None
        sent.append(now)
        return self.platform.show(userid, {"from": "app", "via": "push", "to": userid, **message})

    async def _update_card(self, request: web.Request) -> Answer:
        body = await request.json()
        if body.get("agentid") != self.platform.agent_id:
            raise Refusal(301002, "not allow operate another agent with this accesstoken")
        card, expires = self.platform.response_codes.pop(body.get("response_code", ""), (None, 0.0))
        if card is None or expires <= self.platform.now():
            raise Refusal(40058, "invalid response_code")
        self.platform.change_card(card, replaced=body["button"]["replace_name"])
        return {"invaliduser": [name for name in body.get("userids", []) if self._member(name) is None]}

    # Files and menu -------------------------------------------------------------------------

    async def _media_upload(self, request: web.Request) -> Answer:
        kind = request.query.get("type", "")
        if kind not in FILE_LIMITS:
            raise Refusal(40004, "invalid media type")
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "media" or not part.filename:
            raise Refusal(44001, "empty media data")
        content = bytes(await part.read())
        declared = re.search(r"filelength=(\d+)", part.headers.get(hdrs.CONTENT_DISPOSITION, ""))
        if declared is None or int(declared[1]) != len(content) or len(content) <= 5:
            raise Refusal(40006, "invalid media size")
        if len(content) > FILE_LIMITS[kind]:
            raise Refusal(45001, "media size out of limit")
        content_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
        media_id = secrets.token_urlsafe(48)
        now = self.platform.now()
        self.platform.media[media_id] = StoredMedia(media_id, part.filename, content_type, content, now)
        return {"type": kind, "media_id": media_id, "created_at": str(int(now))}

    async def _media_get(self, request: web.Request) -> Answer | web.Response:
        media = self.platform.media.get(request.query.get("media_id", ""))
        if media is None or media.created + MEDIA_LIFE <= self.platform.now():
            raise Refusal(40007, "invalid media_id")
        disposition = f'attachment; filename="{media.name}"'
        headers = {hdrs.CONTENT_TYPE: media.content_type, hdrs.CONTENT_DISPOSITION: disposition}
        return web.Response(body=media.content, headers=headers)

    async def _menu_create(self, request: web.Request) -> Answer:
        buttons = (await request.json()).get("button", [])
        if not 1 <= len(buttons) <= 3:
            raise Refusal(40016, "invalid button size")
        for button in buttons:
            below = button.get("sub_button", [])
            if len(button["name"].encode()) > 16 or any(len(item["name"].encode()) > 40 for item in below):
                raise Refusal(40018, "invalid button name size")
            if len(below) > 5:
                raise Refusal(40023, "invalid sub button size")
            if any(len(item.get("key", "").encode()) > 128 for item in [button, *below]):
                raise Refusal(40019, "invalid button key size")
        self.platform.menu = buttons
        return {}
