"""The two addresses WeCom calls: GET /wecom/callback proves the URL, POST brings messages.

Nothing is answered with 200 before `receive` has returned, because `receive` returns
after its commit: whatever WeCom has been told it need not repeat is on record.
- within `budget` seconds: 200 with the reply on the same connection (passive reply);
- later: 200 with an empty body, and `late()` so that the text is pushed;
- after WeCom has hung up (at 5 s): `late()` alone. It calls again and finds the message on record;
- `StorageUnavailable`: 503, so that it calls again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientConnectionError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.model.message import Inbound
from bot.model.split import LIMIT, cut_bytes
from bot.ports import StorageUnavailable
from handlers.wecom.crypto import BODY_LIMIT, Envelope, WeComRefused
from handlers.wecom.parse import parse, takes_text_reply
from handlers.wecom.text import reply_xml, sendable

PATH = "/wecom/callback"
READ_SECONDS = 4.0  # WeCom gives up at 5 s

log = logging.getLogger(__name__)


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message on record, and what to say back at once.

    `text` is at most 2048 bytes, None for nothing. Exactly one of the two callbacks is
    awaited, once: `delivered` when the response that held the text has been written,
    `late` when the text has not gone out this way and must be pushed.
    """

    text: str | None = None
    delivered: Callable[[], Awaitable[None]] = _nothing
    late: Callable[[], Awaitable[None]] = _nothing


Receive = Callable[[Inbound], Awaitable[Accepted]]


def routes(
    envelope: Envelope, receive: Receive, now: Callable[[], datetime], budget: float = 3.0
) -> list[web.RouteDef]:
    """The callback's routes. `now` is the campaign clock, `budget` seconds.

    `receive` runs to its end also when the caller hangs up, so the server must not be one
    that cancels its handlers then (aiohttp's `handler_cancellation` stays off).
    """
    callback = _Callback(envelope, receive, now, budget)
    return [web.get(PATH, callback.verify, allow_head=False), web.post(PATH, callback.message)]


class _Callback:
    def __init__(
        self, envelope: Envelope, receive: Receive, now: Callable[[], datetime], budget: float
    ) -> None:
        self._envelope = envelope
        self._receive = receive
        self._now = now
        self._budget = budget

    async def verify(self, request: web.Request) -> web.Response:
        """URL verification: the plaintext of `echostr`, byte for byte."""
        try:
            # base64 holds no space, so a space is a plus sign that nobody encoded.
            echostr = request.query.get("echostr", "").replace(" ", "+")
            plain = self._envelope.verify_url(*_signed(request), echostr)
        except WeComRefused as refused:
            return _refuse(refused)
        return web.Response(body=plain, content_type="text/plain")

    async def message(self, request: web.Request) -> web.StreamResponse:
        """One message or event: on record first, then answered."""
        try:
            body = await _read(request)
            inbound = parse(self._envelope.open(*_signed(request), body), self._now())
        except WeComRefused as refused:
            return _refuse(refused)
        started = time.monotonic()
        try:
            accepted = await self._receive(inbound)
        except StorageUnavailable:
            log.error("a message could not be put on record, WeCom was told to repeat it: check the disk")
            return web.Response(status=503)
        in_time = time.monotonic() - started <= self._budget
        if accepted.text is None or not in_time or not takes_text_reply(inbound):
            await _write(request, response := web.Response())
            await accepted.late()
            return response
        sealed = self._sealed(inbound, accepted.text)
        if await _write(request, response := web.Response(body=sealed, content_type="text/xml")):
            await accepted.delivered()
        else:
            await accepted.late()
        return response

    def _sealed(self, inbound: Inbound, text: str) -> bytes:
        created = int(time.time())
        text = cut_bytes(sendable(text), LIMIT)
        inner = reply_xml(inbound.sender, self._envelope.receive_id, created, text)
        return self._envelope.seal(inner, str(created), secrets.token_hex(8))


def _signed(request: web.Request) -> tuple[str, str, str]:
    query = request.query
    return query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", "")


async def _read(request: web.Request) -> bytes:
    """The body, counted while it arrives, so that compression does not get round the cap."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise WeComRefused(413, "body is too large")
    chunks: list[bytes] = []
    size = 0
    try:
        if request.content.is_eof():  # as a rule it has come with the headers
            chunks.append(request.content.read_nowait())
            size = len(chunks[0])
        else:
            async with asyncio.timeout(READ_SECONDS):
                async for chunk in request.content.iter_any():
                    chunks.append(chunk)
                    size += len(chunk)
                    if size > BODY_LIMIT:
                        break
    except TimeoutError:
        raise WeComRefused(408, "body did not arrive in time") from None
    except (HttpProcessingError, web.RequestPayloadError, ClientConnectionError, ValueError):
        raise WeComRefused(400, "body could not be read") from None
    if size > BODY_LIMIT:
        raise WeComRefused(413, "body is too large")
    return b"".join(chunks)


async def _write(request: web.Request, response: web.Response) -> bool:
    """Write the whole response now; whether the connection took it."""
    try:
        await response.prepare(request)
        await response.write_eof()
    except (ClientConnectionError, ConnectionError):
        return False
    return request.transport is not None and not request.transport.is_closing()


def _refuse(refused: WeComRefused) -> web.Response:
    log.info("callback refused with %s: %s", refused.status, refused.reason)
    return web.Response(status=refused.status)
