"""One's own hosts, certificate authority and proxy (政务微信)."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.model.message import Channel, Outcome, Outgoing, Text
from handlers.demo.platform import Platform
from handlers.wecom.client import WeComClient
from handlers.wecom.limits import Limiter
from handlers.wecom.send import WeComSender
from tests.integration.wecom.conftest import Clock, MemoryCache, MemoryFiles, NewClient

SenderOf = Callable[[WeComClient], WeComSender]

MESSAGE = Outgoing("k", Channel.WECOM, ("LiSi",), Text("您好"))


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A PEM with a certificate for 127.0.0.1 that nobody else trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "authority.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem


@pytest.fixture
async def private_api(platform: Platform, authority: Path) -> AsyncIterator[str]:
    """The platform's API over TLS with that certificate, below a path of its own."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority)
    app = web.Application()
    app.add_subapp("/gov", platform.app())
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=context)
    yield f"https://127.0.0.1:{server.port}/gov/"
    await server.close()


@pytest.fixture
def sender_of(cache: MemoryCache, clock: Clock) -> SenderOf:
    return lambda client: WeComSender(client, MemoryFiles(), cache, Limiter(clock), clock)


async def test_private_installation_is_reached_with_its_own_authority(
    new_client: NewClient, private_api: str, authority: Path, platform: Platform, sender_of: SenderOf
) -> None:
    client = new_client(api_base=private_api, ca_file=str(authority))
    delivery = await sender_of(client).send(MESSAGE)
    assert delivery.outcome is Outcome.SENT
    assert [message["text"] for message in platform.messages("LiSi")] == ["您好"]


async def test_untrusted_certificate_is_a_matter_of_settings(
    new_client: NewClient, private_api: str, platform: Platform, sender_of: SenderOf
) -> None:
    delivery = await sender_of(new_client(api_base=private_api)).send(MESSAGE)
    assert (delivery.outcome, "BOT_WECOM__CA_FILE" in delivery.alarm) == (Outcome.RETRY, True)
    assert list(platform.requests) == []


async def test_proxy_of_the_settings_is_used_for_every_call(
    new_client: NewClient, sender_of: SenderOf
) -> None:
    asked: list[str] = []

    async def relay(request: web.Request) -> web.Response:
        asked.append(str(request.url).partition("?")[0])
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", relay)
    async with TestServer(app) as proxy:
        client = new_client(api_base="http://wecom.invalid", proxy=str(proxy.make_url("")))
        delivery = await sender_of(client).send(MESSAGE)
    assert delivery.outcome is Outcome.SENT
    assert asked == [
        "http://wecom.invalid/cgi-bin/gettoken",
        "http://wecom.invalid/cgi-bin/message/send",
    ]


async def test_proxy_of_the_environment_is_not_used(
    new_client: NewClient, platform: Platform, sender_of: SenderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await sender_of(new_client()).send(MESSAGE)).outcome is Outcome.SENT
    assert len(platform.calls("message/send")) == 1
