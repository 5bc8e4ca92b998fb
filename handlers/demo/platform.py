"""A small WeCom (企业微信) for one self-built app: the other side of the wire.

The demo and the tests use it instead of the real platform; nothing above the wire knows.
This file holds the members and what they do: they write, press and enter, and each of
these becomes a sealed callback over HTTP, repeated as WeCom repeats it. The server API
that the app calls back is in `platform_api`. Times are the machine's clock.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from handlers.demo.feed import Feed
from handlers.demo.platform_api import Api
from handlers.demo.platform_shapes import Fault, Message, Recorded, StoredMedia
from handlers.demo.sealing import BadReply, Seal

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML

CALLBACK_TIMEOUT = 5.0
ATTEMPTS = 4  # the first delivery and three retries
TEXT_LIMIT = 2048
RESPONSE_CODE_LIFE = 72 * 3600
# Events whose passive reply may be a text, and those whose reply may only change the card.
TEXT_REPLY_EVENTS = frozenset(
    {"subscribe", "enter_agent", "LOCATION", "click", "view", "template_card_menu_event", "view_miniprogram"}
)


@dataclass(frozen=True, slots=True)
class Member:
    """One person in the corp."""

    userid: str
    name: str
    colour: str = "#4f7cac"  # of the avatar


@dataclass(frozen=True, slots=True)
class Called:
    """How the app took one callback: the HTTP status of each attempt (0: none came), and its reply."""

    statuses: tuple[int, ...]
    reply: Message | None = None

    @property
    def accepted(self) -> bool:
        return self.statuses[-1:] == (200,)


@dataclass(slots=True)
class _Chat:
    messages: list[Message] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)


class Platform:
    """The corp, its members, their chats with the app, and the wire to the app.

    A message is a dict: `id` (growing number), `from` ("member" or "app"), `type` ("text",
    "card", "file", "image", …), `at` (ISO), `via` ("push" or "passive", for the app's) and
    `text`, `card` (the template card; `replaced` after an update) or `file`
    (`media_id`, `name`, `size`). A changed card is the same dict, published again.
    """

    def __init__(
        self,
        *,
        callback_url: str = "",
        members: Iterable[Member] = (),
        corp_id: str = "",
        agent_id: int = 1000002,
        secret: str = "",
        token: str = "",
        aes_key: str = "",
        retry_pause: float = 1.0,
        answer_within: float = CALLBACK_TIMEOUT,
        now: Callable[[], float] = time.time,
    ) -> None:
        """What is not given is random. `callback_url` may be set later, before anybody writes."""
        self.callback_url = callback_url
        self.corp_id = corp_id or f"ww{secrets.token_hex(8)}"
        self.agent_id = agent_id
        self.secret = secret or secrets.token_urlsafe(32)
        self.token = token or secrets.token_hex(12)
        self.aes_key = aes_key or _random_aes_key()
        self.retry_pause = retry_pause
        self.answer_within = answer_within
        self.now = now
        self.members: dict[str, Member] = {member.userid: member for member in members}
        self.media: dict[str, StoredMedia] = {}
        self.menu: list[dict[str, Any]] = []
        self.violations: list[str] = []  # what the real platform would swallow or show wrongly
        self.response_codes: dict[str, tuple[Message, float]] = {}
        self.api = Api(self)
        self._seal = Seal(self.token, self.aes_key, self.corp_id)
        self._chats: dict[str, _Chat] = {}
        self._session: ClientSession | None = None
        self._last_message_id = 0

    # The app's side of the wire -------------------------------------------------------------

    def routes(self) -> list[web.RouteDef]:
        """The server API under /cgi-bin/."""
        return self.api.routes()

    def app(self) -> web.Application:
        """The server API as an application of its own; closes the platform when it ends."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.add_routes(self.routes())
        app.on_cleanup.append(self._closed_with)
        return app

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _closed_with(self, _: web.Application) -> None:
        await self.close()

    @property
    def requests(self) -> deque[Recorded]:
        """The last calls of the app, oldest first."""
        return self.api.requests

    def calls(self, path: str) -> list[Recorded]:
        """The recorded calls of one API, by its path under /cgi-bin/: "gettoken", "message/send"."""
        return [request for request in self.requests if request.path == path.removeprefix("/cgi-bin/")]

    def fail_next(
        self,
        path: str,
        *,
        errcode: int | None = None,
        errmsg: str = "injected",
        status: int | None = None,
        drop: bool = False,
        delay: float = 0.0,
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Spoil the next `times` calls of an API.

        Answer `errcode`, an HTTP `status`, or cut the connection (`drop`), after `delay`
        seconds. With `after` the call is carried out first and only its answer spoiled.
        """
        fault = Fault(errcode, errmsg, status, drop, delay, after)
        self.api.faults.setdefault(path.removeprefix("/cgi-bin/"), deque()).extend([fault] * times)

    def expire_token(self) -> None:
        """The access token runs out early: 42001 from now on."""
        self.api.expire_token()

    def revoke_token(self) -> None:
        """The access token becomes unknown: 40014 from now on."""
        self.api.revoke_token()

    # What members see -----------------------------------------------------------------------

    def messages(self, userid: str) -> list[Message]:
        """The chat of one member with the app, oldest first."""
        return list(self._chat(userid).messages)

    def subscribe(self, userid: str) -> Feed:
        """Follow a chat from now on."""
        feeds = self._chat(userid).feeds
        feed = Feed(feeds.remove)
        feeds.append(feed)
        return feed

    def show(self, userid: str, message: Message) -> Message:
        """Put a message into a chat."""
        self._last_message_id += 1
        at = datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds")
        shown: Message = {"id": self._last_message_id, "at": at, **message}
        self._last_message_id = max(self._last_message_id, shown["id"])
        chat = self._chat(userid)
        chat.messages.append(shown)
        self._publish(userid, shown)
        return shown

    def change_card(self, message: Message, **changes: Any) -> None:
        """Change a card where it stands."""
        message["card"] = {**message["card"], **changes}
        self._publish(message["to"], message)

    def take_back(self, message: Message) -> None:
        """Show in place of a message that it was recalled."""
        for key in ("card", "file"):
            message.pop(key, None)
        message.update({"type": "text", "text": "（此消息已被撤回）"})
        self._publish(message["to"], message)

    def file(self, media_id: str) -> StoredMedia:
        """An uploaded file; KeyError if there is none."""
        return self.media[media_id]

    # What members do ------------------------------------------------------------------------

    async def say(self, userid: str, text: str) -> Called:
        """Write a text."""
        self.show(userid, {"from": "member", "type": "text", "text": text})
        return await self.call_back(userid, {"MsgType": "text", "Content": text, **self._numbered()})

    async def send(self, userid: str, kind: str, **fields: str) -> Called:
        """Send anything else: image (PicUrl, MediaId), voice, location (Label), link, file (FileName)."""
        caption = fields.get("FileName") or fields.get("Label", "")
        self.show(userid, {"from": "member", "type": kind, "text": caption})
        return await self.call_back(userid, {"MsgType": kind, **fields, **self._numbered()})

    async def enter(self, userid: str) -> Called:
        """Open the app's chat."""
        return await self.event(userid, "enter_agent", EventKey="")

    async def press(self, userid: str, key: str) -> Called:
        """Press an item of the app's menu."""
        return await self.event(userid, "click", EventKey=key)

    async def click(
        self, userid: str, task_id: str, key: str, selected: dict[str, list[str]] | None = None
    ) -> Called:
        """Press a button of a card; KeyError if the member has no such card."""
        cards = [message for message in self._chat(userid).messages if message["type"] == "card"]
        cards = [message for message in cards if message["card"]["task_id"] == task_id]
        if not cards:
            raise KeyError(task_id)
        items = "".join(
            f"<SelectedItem><QuestionKey>{escape(question)}</QuestionKey><OptionIds>"
            + "".join(f"<OptionId>{escape(option)}</OptionId>" for option in options)
            + "</OptionIds></SelectedItem>"
            for question, options in (selected or {}).items()
        )
        return await self.event(
            userid,
            "template_card_event",
            extra=f"<SelectedItems>{items}</SelectedItems>" if items else "",
            EventKey=key,
            TaskId=task_id,
            CardType=cards[-1]["card"]["card_type"],
            ResponseCode=self.new_response_code(cards[-1]),
        )

    async def event(self, userid: str, event: str, extra: str = "", **fields: str) -> Called:
        """Any event; `extra` is XML put in as it is."""
        return await self.call_back(userid, {"MsgType": "event", "Event": event, **fields}, extra)

    def code_for(self, userid: str) -> str:
        """An OAuth code, as the redirect after a login would bring it; an unknown userid is no member."""
        return self.api.new_code(userid)

    def new_response_code(self, card: Message) -> str:
        """A code for one update of a card."""
        code = secrets.token_urlsafe(24)
        self.response_codes[code] = (card, self.now() + RESPONSE_CODE_LIFE)
        return code

    # The wire to the app --------------------------------------------------------------------

    async def verify_url(self) -> bool:
        """The check WeCom makes when the callback URL is entered."""
        echo = str(secrets.randbelow(10**19))
        encrypt = self._seal.encrypt(echo)
        url = f"{self.callback_url}?{self._signed_query(encrypt, echostr=encrypt)}"
        async with self._client().get(url, allow_redirects=False) as response:
            return response.status == 200 and await response.read() == echo.encode()

    async def call_back(self, userid: str, fields: dict[str, str], extra: str = "") -> Called:
        """Seal the message and bring it to the app, up to four times; show what it replies."""
        inner = self.inner_xml(userid, fields, extra)
        statuses: list[int] = []
        while len(statuses) < ATTEMPTS:
            if statuses:
                await asyncio.sleep(self.retry_pause)
            status, body = await self.post(inner)
            statuses.append(status)
            if status == 200:
                return Called(tuple(statuses), self._show_reply(userid, fields, body) if body else None)
        return Called(tuple(statuses))

    def inner_xml(self, userid: str, fields: dict[str, str], extra: str = "") -> str:
        """The message as it is before sealing."""
        head = {"ToUserName": self.corp_id, "FromUserName": userid, "CreateTime": str(int(self.now()))}
        tags = {**head, **fields, "AgentID": str(self.agent_id)}
        return f"<xml>{''.join(f'<{tag}>{_text(value)}</{tag}>' for tag, value in tags.items())}{extra}</xml>"

    def sealed(self, inner: str) -> tuple[str, bytes]:
        """The query string and the body of one delivery."""
        encrypt = self._seal.encrypt(inner)
        body = (
            f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName><AgentID><![CDATA[{self.agent_id}]]></AgentID>"
            f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        )
        return self._signed_query(encrypt), body.encode()

    async def post(self, inner: str) -> tuple[int, bytes]:
        """One delivery: the HTTP status (0 if none came in time) and the body."""
        query, body = self.sealed(inner)
        url = f"{self.callback_url}?{query}"
        try:
            async with self._client().post(url, data=body, allow_redirects=False) as response:
                return response.status, await response.read()
        except (ClientError, OSError, TimeoutError):
            return 0, b""

    def _signed_query(self, encrypt: str, **more: str) -> str:
        timestamp, nonce = str(int(self.now())), str(secrets.randbelow(10**10))
        signature = self._seal.sign(timestamp, nonce, encrypt)
        return urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, **more})

    def _client(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=self.answer_within))
        return self._session

    def _show_reply(self, userid: str, fields: dict[str, str], body: bytes) -> Message | None:
        try:
            reply = self._seal.open_reply(body)
        except BadReply as bad:
            self.violations.append(f"passive reply: {bad}")
            return None
        kind = reply.findtext("MsgType") or ""
        event = fields.get("Event", "")
        if reply.findtext("ToUserName") != userid or reply.findtext("FromUserName") != self.corp_id:
            self.violations.append("passive reply: addressed to somebody else")
            return None
        if kind == "update_button" and event == "template_card_event":
            return self._grey(fields, reply)
        if kind != "text" or (event and event not in TEXT_REPLY_EVENTS):
            self.violations.append(f"passive reply: {kind} is not shown after {event or 'a message'}")
            return None
        text = self.cut(reply.findtext("Content") or "")
        return self.show(userid, {"from": "app", "type": "text", "via": "passive", "text": text})

    def _grey(self, fields: dict[str, str], reply: ElementTree.Element) -> Message | None:
        card, _ = self.response_codes.pop(fields["ResponseCode"])
        self.change_card(card, replaced=reply.findtext("Button/ReplaceName") or "")
        return card

    def cut(self, text: str) -> str:
        """The text as a member sees it: after 2048 bytes the rest is lost."""
        encoded = text.encode()
        if len(encoded) <= TEXT_LIMIT:
            return text
        self.violations.append("text: cut after 2048 bytes")
        return encoded[:TEXT_LIMIT].decode("utf-8", "ignore")

    # Small things ---------------------------------------------------------------------------

    def _numbered(self) -> dict[str, str]:
        return {"MsgId": str(7 * 10**18 + secrets.randbelow(10**18))}

    def _chat(self, userid: str) -> _Chat:
        return self._chats.setdefault(userid, _Chat())

    def _publish(self, userid: str, message: Message) -> None:
        for feed in self._chat(userid).feeds:
            feed.put_nowait(message)


def _random_aes_key() -> str:
    """43 letters and digits that are 32 bytes in base64."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode()[:43]
        if key.isalnum():
            return key


def _text(value: str) -> str:
    """As WeCom writes values: numbers bare, everything else as CDATA."""
    if value.isascii() and value.isdigit():
        return value
    legal = _ILLEGAL.sub("", value).encode("utf-8", "replace").decode()
    return "<![CDATA[" + legal.replace("]]>", "]]]]><![CDATA[>") + "]]>"
