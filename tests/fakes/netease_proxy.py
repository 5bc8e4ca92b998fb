"""Makes a real IMAP server behave like NetEase's: no folder without ID, few capabilities, UIDVALIDITY always 1.

It can also spoil what it passes on, message by message, as servers and lines do.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CAPABILITIES = (
    b"IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 XAPPLEPUSHSERVICE UIDPLUS "
    b"X-CM-EXT-1 SASL-IR AUTH=XOAUTH2"
)
UNSAFE = b"NO SELECT Unsafe Login. Please contact kefu@188.com for help"

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_BODY = re.compile(rb"UID FETCH (\d+) \(BODY", re.IGNORECASE)


@dataclass
class Proxy:
    """`spoiled`: UID → what happens to its body: "drop" "nothing" "garble" "short" "whole" "refuse"."""

    port: int
    upstream: int
    spoiled: dict[int, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)  # words only, without arguments
    connections: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Break every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        inner, outer = await asyncio.open_connection("127.0.0.1", self.upstream, limit=1 << 24)
        ends = {writer, outer}
        self._writers |= ends
        tasks = (
            asyncio.create_task(self._upwards(reader, outer, writer)),
            asyncio.create_task(_downwards(inner, writer)),
        )
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._writers -= ends
            for end in ends:
                end.close()

    async def _upwards(
        self, reader: asyncio.StreamReader, up: asyncio.StreamWriter, down: asyncio.StreamWriter
    ) -> None:
        identified = False
        while line := await reader.readline():
            tag, _, rest = line.partition(b" ")
            words = rest.split()
            word = words[0].upper() if words else b""
            if word == b"UID" and len(words) > 1:
                word += b" " + words[1].upper()
            self.commands.append(word.decode("latin-1"))
            identified = identified or word == b"ID"
            if word in (b"SELECT", b"EXAMINE") and not identified:
                down.write(tag + b" " + UNSAFE + b"\r\n")
            elif word in (b"IDLE", b"MOVE", b"UID MOVE"):
                down.write(tag + b" BAD Parse command error\r\n")
            elif not await self._spoil(tag, line, up, down):
                up.write(line)
                if literal := _LITERAL.search(line):
                    up.write(await reader.readexactly(int(literal[1])))
                await up.drain()

    async def _spoil(
        self, tag: bytes, line: bytes, up: asyncio.StreamWriter, down: asyncio.StreamWriter
    ) -> bool:
        body = _BODY.search(line)
        how = self.spoiled.get(int(body[1])) if body else None
        if body is None or how is None:
            return False
        match how:
            case "drop":
                down.transport.abort()
            case "nothing":
                down.write(tag + b" OK Fetch completed\r\n")
            case "garble":
                down.write(b"* 1 FETCH (UID " + body[1] + b' BODY[]<0> ("\r\n' + tag + b" OK done\r\n")
            case "refuse":
                down.write(tag + b" NO Fetch error\r\n")
            case "short":
                up.write(re.sub(rb"<(\d+)\.\d+>", rb"<\1.1000>", line))
                await up.drain()
            case "whole":
                up.write(re.sub(rb"<0\.\d+>", b"", line))
                await up.drain()
        return True


async def _downwards(up: asyncio.StreamReader, down: asyncio.StreamWriter) -> None:
    while line := await up.readline():
        line = re.sub(rb"CAPABILITY [^\]\r]*", b"CAPABILITY " + CAPABILITIES, line)
        line = re.sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 1", line)
        if b"[UIDNEXT" in line or b"[HIGHESTMODSEQ" in line:
            continue
        down.write(line)
        literal = _LITERAL.search(line)
        left = int(literal[1]) if literal else 0
        while left and (chunk := await up.read(min(left, 65536))):
            down.write(chunk)
            left -= len(chunk)
            await down.drain()
        await down.drain()


@asynccontextmanager
async def netease(upstream: int) -> AsyncIterator[Proxy]:
    """The proxy before the server on the port `upstream`."""
    proxy = Proxy(0, upstream)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=1 << 24)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.cut()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0)
