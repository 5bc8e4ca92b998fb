"""Full durable turns through /wecom/callback against a floor that stores nothing, side by side in one run.

The floor verifies, decrypts, parses, builds and encrypts a reply, with `cryptography` and ElementTree.
The real thing is `bot.app` on a SQLite file (WAL, synchronous=FULL). Each serves from a process of its
own; this process is the load: 32 connections, requests sealed beforehand, everything on loopback.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import multiprocessing
import os
import socket
import statistics
import struct
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from xml.etree import ElementTree

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from config.settings import Settings, load_settings

TOKEN, KEY_TEXT, CORP = "benchtoken", "k" * 43, "wwbench"
KEY = base64.b64decode(KEY_TEXT + "=")
CONNECTIONS = 32
PEOPLE = 320
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
SIZES = (PEOPLE, 1_000, 100_000)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round of load saw."""

    rate: float  # answers a second
    p50: float  # milliseconds
    p99: float


def _encrypt(text: bytes) -> str:
    plain = b"0123456789abcdef" + struct.pack(">I", len(text)) + text + CORP.encode()
    pad = 32 - len(plain) % 32
    sealing = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()


async def _floor(request: web.Request) -> web.Response:
    """The least any callback costs."""
    query = request.query
    encrypted = ElementTree.fromstring(await request.read()).findtext("Encrypt") or ""
    if _sign(query["timestamp"], query["nonce"], encrypted) != query["msg_signature"]:
        return web.Response(status=403)
    opening = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).decryptor()
    plain = opening.update(base64.b64decode(encrypted)) + opening.finalize()
    size = struct.unpack(">I", plain[16:20])[0]
    inner = ElementTree.fromstring(plain[20 : 20 + size])
    now = str(int(time.time()))
    reply = (
        f"<xml><ToUserName><![CDATA[{inner.findtext('FromUserName')}]]></ToUserName><FromUserName>"
        f"<![CDATA[{CORP}]]></FromUserName><CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{inner.findtext('Content')}]]></Content></xml>"
    )
    sealed = _encrypt(reply.encode())
    outer = (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{_sign(now, 'n', sealed)}]]>"
        f"</MsgSignature><TimeStamp>{now}</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>"
    )
    return web.Response(text=outer, content_type="text/xml")


def _serve_floor(port: int, stop: Event) -> None:
    app = web.Application()
    app.add_routes([web.post("/wecom/callback", _floor)])
    asyncio.run(_serve(app, port, stop))


async def _serve(app: web.Application, port: int, stop: Event) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.to_thread(stop.wait)
    await runner.cleanup()


def _serve_real(port: int, stop: Event, folder: str) -> None:
    from bot.app import build
    from bot.logs import configure

    configure("error")
    service = build(_settings(port, folder))

    async def run() -> None:
        await service.start()
        service.work()
        await _serve(service.web, port, stop)
        await service.stop()

    asyncio.run(run())


def _settings(port: int, folder: str) -> Settings:
    return load_settings(
        {
            "BOT_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "BOT_FILES_DIR": f"{folder}/files",
            "BOT_LISTEN": f"127.0.0.1:{port}",
            "BOT_SECRET_KEY": "bench",
            "BOT_CLOCK": "2019-07-10T09:00+08:00",
            "BOT_WECOM__CORP_ID": CORP,
            "BOT_WECOM__AGENT_ID": "1",
            "BOT_WECOM__SECRET": "bench",
            "BOT_WECOM__TOKEN": TOKEN,
            "BOT_WECOM__AES_KEY": KEY_TEXT,
            "BOT_WECOM__API_BASE": "http://127.0.0.1:9",  # nothing listens: replies are passive
        },
        env_file=None,
    )


def _populate(folder: str, count: int) -> None:
    """A database with `count` applications, the people of the load among their holders."""
    from bot.app import build
    from bot.console.applications import note_form_versions
    from bot.model.application import Change
    from bot.model.message import Channel
    from bot.ports import Store
    from storage.schema import migrate

    migrate(f"sqlite:///{folder}/bench.db")
    service = build(_settings(9, folder))
    now = datetime.now(UTC)

    def chunk(store: Store, first: int, last: int) -> None:
        for number in range(first, last):
            person = store.visitor(Channel.WECOM, f"person{number}", "", now).person.id
            application = f"{number:016x}"
            store.start(application, person, "draft", now)
            unit = f"演练区第{number}执法大队"
            change = Change("unit_name", unit, "")
            store.revise(application, {"unit_name": unit}, [change], unit, person, Channel.WECOM, now)

    for first in range(0, count, 500):
        last = min(first + 500, count)
        service.writer.run_blocking(lambda store, first=first, last=last: chunk(store, first, last))  # type: ignore[misc]
    # else the service would do it once after its first start, in the middle of the measuring
    while service.writer.run_blocking(lambda store: note_form_versions(store, service.campaign)):
        pass
    service.writer.stop()
    service.database.close()


def _request(port: int, number: int, text: str) -> bytes:
    inner = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[person{number % PEOPLE}]]>"
        f"</FromUserName><CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{time.time_ns()}{number}</MsgId><AgentID>1</AgentID></xml>"
    )
    sealed = _encrypt(inner.encode())
    stamp = str(int(time.time()))
    body = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[1]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()
    query = f"msg_signature={_sign(stamp, 'n', sealed)}&timestamp={stamp}&nonce=n"
    lines = (
        f"POST /wecom/callback?{query} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


async def _connection(port: int, requests: Sequence[bytes], until: float, seen: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        if time.perf_counter() > until:
            break
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the server said {head[:40]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if length < 100:
            raise RuntimeError("the reply was empty")
        await reader.readexactly(length)
        seen.append(time.perf_counter() - began)
    writer.close()


async def _round(port: int, seconds: float, start: int) -> Figures:
    per_connection = int(seconds * 14_000 / CONNECTIONS)
    lots = [
        [
            _request(
                port, connection + CONNECTIONS * turn, f"地址改成人民路{start + turn}号院{connection}号楼"
            )
            for turn in range(per_connection)
        ]
        for connection in range(CONNECTIONS)
    ]
    seen: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, lot, began + seconds, seen) for lot in lots))
    took = time.perf_counter() - began
    seen.sort()
    return Figures(len(seen) / took, statistics.median(seen) * 1000, seen[int(len(seen) * 0.99)] * 1000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _measure(target: Callable[..., None], *extra: object) -> Figures:
    """Start a server process, warm it up, load it, stop it."""
    port = _free_port()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    process = context.Process(target=target, args=(port, stop, *extra))
    process.start()
    try:
        asyncio.run(_until_up(port))
        asyncio.run(_round(port, 1.0, 0))
        return asyncio.run(_round(port, SECONDS, 100_000))
    finally:
        stop.set()
        process.join(15)


async def _until_up(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _line(name: str, figures: Figures, floor: Figures) -> str:
    return (
        f"{name:<34}{figures.rate:>9.0f}/s  p50 {figures.p50:6.2f} ms  p99 {figures.p99:6.2f} ms"
        f"  {figures.rate / floor.rate:5.2f} of the floor"
    )


def main() -> None:
    """Print the floor and the turns at each size of the database."""
    print(f"WeCom callback, {CONNECTIONS} connections, {SECONDS:g} s a round, one server process")
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            _populate(folder, size)
            floor = _measure(_serve_floor)
            turns = _measure(_serve_real, folder)
            written = Path(folder, "bench.db").stat().st_size >> 20
        print(_line("floor (nothing stored)", floor, floor))
        print(_line(f"durable turn, {size:,} applications", turns, floor), f" ({written} MB)", flush=True)
