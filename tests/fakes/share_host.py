"""The hosts of large attachments, played by one HTTPS server on loopback that answers as it is told."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

NAMES = (
    "*.163.com",
    "*.126.com",
    "*.mail.163.com",
    "*.qq.com",
    "*.mail.qq.com",
    "*.mail.ftn.qq.com",
    "evil.cn",
)


@dataclass
class ShareHost:
    """`answers` by "host/path"; whatever is not among them is not found. `asked`: every request that came."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)  # what names stand for, loopback unless named
    port: int = 0

    @property
    def files(self) -> list[str]:
        """The GETs among the requests."""
        return [one.removeprefix("GET ") for one in self.asked if one.startswith("GET ")]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        place = f"{request.host}{request.path}"
        self.asked.append(f"{request.method} {place}")
        self.cookies.append(request.headers.get("Cookie", ""))
        if request.method == "POST":
            self.bodies.append(await request.text())
        answer = self.answers.get(place)
        return web.Response(status=404) if answer is None else await answer(request)

    def resolver(self) -> AbstractResolver:
        return _Names(self)


class _Names(AbstractResolver):
    def __init__(self, host: ShareHost) -> None:
        self._host = host

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._host.addresses.get(host, "127.0.0.1")
        found = ResolveResult(
            hostname=host, host=address, port=self._host.port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def share_host() -> AsyncIterator[ShareHost]:
    host = ShareHost()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", host.handle)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=server_tls(), shutdown_timeout=0.1)
    assert server.port is not None
    host.port = server.port
    yield host
    await server.close()


# answers


def says(told: Any) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        text = told if isinstance(told, str) else json.dumps(told)
        return web.Response(text=text, content_type="application/json")

    return answer


def gives(content: bytes, type: str = "application/octet-stream", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=content, content_type=type, headers=shown)

    return answer


def status(code: int) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code)

    return answer


def leads(to: str, cookies: Mapping[str, str] | None = None) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        response = web.Response(status=302, headers={"Location": to})
        for name, value in (cookies or {}).items():
            response.set_cookie(name, value)
        return response

    return answer


def streams(content: bytes, then: asyncio.Event | None = None, length: int | None = None) -> Answer:
    """The content, then nothing: until `then`, or the line drops. `length` is what is promised, if anything."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        if length is not None:
            response.content_length = length
        await response.prepare(request)
        await response.write(content)
        if then is not None:
            await then.wait()
        assert request.transport is not None
        request.transport.abort()
        return response

    return answer


# certificates


def client_tls() -> ssl.SSLContext:
    """Trusts the server's certificate and no other."""
    certificate, _ = _pair()
    return ssl.create_default_context(cadata=certificate.decode())


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pair.pem"
        path.write_bytes(b"".join(_pair()))
        context.load_cert_chain(path)
    return context


@cache
def _pair() -> tuple[bytes, bytes]:
    """A certificate for all the names, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), secret
