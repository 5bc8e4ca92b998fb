"""Servers that take everything and keep nothing, each in a process of its own: a WeCom API and an SMTP server."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from aiosmtpd.smtp import SMTP, Envelope, Session

_PATIENCE = 15.0  # seconds for a process to end


@contextmanager
def wecom_sink() -> Iterator[int]:
    """An API that hands out a token and takes every message at once; its port."""
    with _process(_wecom) as port:
        yield port


@contextmanager
def smtp_sink() -> Iterator[int]:
    """A mail server that throws every mail away; its port."""
    with _process(_smtp) as port:
        yield port


@contextmanager
def _process(listen: Callable[[], Awaitable[asyncio.Server]]) -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(listen, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(_PATIENCE)


def _serve(listen: Callable[[], Awaitable[asyncio.Server]], pipe: Connection) -> None:
    asyncio.run(_until_hung_up(listen, pipe))


async def _until_hung_up(listen: Callable[[], Awaitable[asyncio.Server]], pipe: Connection) -> None:
    server = await listen()
    pipe.send(server.sockets[0].getsockname()[1])
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), gone.set)  # the bench hung up
    await gone.wait()
    server.close()


async def _wecom() -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(_Api, "127.0.0.1", 0)


async def _smtp() -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(_Discard(), hostname="localhost"), "127.0.0.1", 0
    )


class _Discard:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


class _Api(asyncio.Protocol):
    """Just enough HTTP/1.1 for keep-alive clients that send Content-Length."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            _, _, length = head.partition(b"content-length:")
            size = end + 4 + (int(length.split(b"\r\n", 1)[0]) if length else 0)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            assert self._transport is not None
            self._transport.write(_TOKEN if b"gettoken" in head else _TAKEN)


def _answer(content: dict[str, object]) -> bytes:
    body = json.dumps(content).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


_TOKEN = _answer({"errcode": 0, "errmsg": "ok", "access_token": "token", "expires_in": 7200})
_TAKEN = _answer({"errcode": 0, "errmsg": "ok", "msgid": "message", "response_code": "code"})
