"""The two addresses WeCom calls: GET /wecom/callback proves the URL, POST brings messages.

Nothing is answered with 200 before `receive` has returned, because `receive` returns
after its commit: whatever WeCom has been told it need not repeat is on record.
- within `budget` seconds: 200 with the reply on the same connection (passive reply);
- later, up to `patience`: 200 with an empty body, and `late()` so that the text is pushed;
- later still, or `StorageUnavailable`: 503, so that WeCom asks again (it drops the
  connection after 5 s itself) and finds the stored reply; then `late()` once it is there.
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
from handlers.wecom.crypto import BODY_LIMIT, Envelope, WeComRefused
from handlers.wecom.parse import parse, takes_text_reply
from handlers.wecom.text import TEXT_LIMIT, cut_bytes, reply_xml, sendable

PATH = "/wecom/callback"
PATIENCE = 4.5  # WeCom gives up at 5 s

log = logging.getLogger(__name__)


class StorageUnavailable(Exception):
    """The message could not be put on record: WeCom must bring it again."""


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
    envelope: Envelope,
    receive: Receive,
    now: Callable[[], datetime],
    budget: float = 3.0,
    patience: float = PATIENCE,
) -> list[web.RouteDef]:
    """The callback's routes. `now` is the campaign clock; `budget` and `patience` are seconds."""
    callback = _Callback(envelope, receive, now, budget, max(budget, patience))
    return [web.get(PATH, callback.verify, allow_head=False), web.post(PATH, callback.message)]


class _Callback:
    def __init__(
        self,
        envelope: Envelope,
        receive: Receive,
        now: Callable[[], datetime],
        budget: float,
        patience: float,
    ) -> None:
        self._envelope = envelope
        self._receive = receive
        self._now = now
        self._budget = budget
        self._patience = patience
        self._stragglers: set[asyncio.Task[None]] = set()  # the loop itself keeps only weak references

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
            async with asyncio.timeout(self._patience):
                body = await _read(request)
            inbound = parse(self._envelope.open(*_signed(request), body), self._now())
        except WeComRefused as refused:
            return _refuse(refused)
        except TimeoutError:
            return _refuse(WeComRefused(408, "body did not arrive in time"))
        started = time.monotonic()
        receiving = asyncio.ensure_future(self._receive(inbound))
        done, _ = await asyncio.wait({receiving}, timeout=self._patience)
        if not done:
            self._see_to(receiving)
            return web.Response(status=503)
        try:
            accepted = receiving.result()
        except StorageUnavailable:
            return web.Response(status=503)
        if time.monotonic() - started > self._budget or not takes_text_reply(inbound):
            return await self._answer_empty(request, accepted)
        return await self._answer(request, inbound, accepted)

    async def _answer_empty(self, request: web.Request, accepted: Accepted) -> web.StreamResponse:
        response = web.Response()
        await _write(request, response)
        await accepted.late()
        return response

    async def _answer(self, request: web.Request, inbound: Inbound, accepted: Accepted) -> web.StreamResponse:
        if accepted.text is None:
            return await self._answer_empty(request, accepted)
        response = web.Response(body=self._sealed(inbound, accepted.text), content_type="text/xml")
        if await _write(request, response):
            await accepted.delivered()
        else:
            await accepted.late()
        return response

    def _sealed(self, inbound: Inbound, text: str) -> bytes:
        created = int(time.time())
        text = cut_bytes(sendable(text), TEXT_LIMIT)
        inner = reply_xml(inbound.sender, self._envelope.receive_id, created, text)
        return self._envelope.seal(inner, str(created), secrets.token_hex(8))

    def _see_to(self, receiving: asyncio.Future[Accepted]) -> None:
        """Wait for it in the background, and have its text pushed."""
        straggler = asyncio.ensure_future(_push_later(receiving))
        self._stragglers.add(straggler)
        straggler.add_done_callback(self._stragglers.discard)


async def _push_later(receiving: asyncio.Future[Accepted]) -> None:
    try:
        accepted = await receiving
    except StorageUnavailable:
        return  # answered with 503 already: WeCom brings it again
    await accepted.late()


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
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size > BODY_LIMIT:
                raise WeComRefused(413, "body is too large")
            chunks.append(chunk)
    except (HttpProcessingError, web.RequestPayloadError, ClientConnectionError, ValueError):
        raise WeComRefused(400, "body could not be read") from None
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
