"""Fetches 超大附件 that a mail only links to, from the few hosts where that works without a browser.

How those hosts behave is known from public programs and was never verified against the live ones. Therefore
everything that is not as expected, whatever it is, ends as "not fetched":

1. https only, to hosts of the link's own provider; checked for every request, redirects are followed by hand.
2. The address a name stands for must be a public one, and it is the very address that is connected to.
3. Sizes and times are limited, nothing is decompressed, and what is streamed to disk is hashed on the way.
4. A web page or a text is no file; the caller looks at the content once more.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import aiohttp
from aiohttp import ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.model.mail import Link
from bot.work.link_source import Failure, Fetched, LinkFailed
from handlers.mail.link_hosts import Offer, Provider, provider_of

TOTAL_SECONDS = 1800.0
STALL_SECONDS = 60.0
CONNECT_SECONDS = 20.0
MOST_REDIRECTS = 5
LARGEST_ANSWER = 64 * 1024  # bytes of what a provider says about a file
PIECE = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/json", "text/plain", "text/xml"})
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]{1,512}")
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _CheckedResolver(AbstractResolver):
    """Names stand for allowed addresses only, or for none."""

    def __init__(self, inner: AbstractResolver, may_connect: Callable[[str], bool]) -> None:
        self._inner = inner
        self._may_connect = may_connect

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(self._may_connect(one["host"]) for one in found):
            raise LinkFailed(Failure.FOREIGN)
        return found

    async def close(self) -> None:
        await self._inner.close()


class LinkFetcher:
    """`bot.work.link_source.LinkSource` over HTTPS. `resolver`, `tls` and `may_connect` are the system's own
    and `is_public` unless told otherwise; there is no proxy. Nothing is opened before the first link."""

    def __init__(
        self,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        may_connect: Callable[[str], bool] = is_public,
        total_seconds: float = TOTAL_SECONDS,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._resolver = resolver
        self._tls = tls
        self._may_connect = may_connect
        self._total_seconds = total_seconds
        self._stall_seconds = stall_seconds
        self._opened: ClientSession | None = None

    def knows(self, link: Link) -> bool:
        return provider_of(link) is not None

    async def fetch(self, link: Link, path: Path, at_most: int) -> Fetched:
        provider = provider_of(link)
        if provider is None:
            raise LinkFailed(Failure.FOREIGN)
        try:
            async with asyncio.timeout(self._total_seconds):
                offer = await self._offer(provider, link)
                if offer.size is not None and offer.size > at_most:
                    raise LinkFailed(Failure.TOO_LARGE)
                return await self._download(provider, offer, path, at_most)
        except TimeoutError:
            raise LinkFailed(Failure.TIMED_OUT) from None
        except (aiohttp.ClientError, ValueError, ConnectionError):
            raise LinkFailed(Failure.BROKEN) from None

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    @property
    def _session(self) -> ClientSession:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> ClientSession:
        # IPv4 alone: these hosts have it, and an IPv6 address may hide a private IPv4 one.
        connector = TCPConnector(
            resolver=_CheckedResolver(self._resolver or ThreadedResolver(), self._may_connect),
            use_dns_cache=False,
            family=socket.AF_INET,
            ssl=self._tls or ssl.create_default_context(),
            force_close=True,
        )
        seconds = ClientTimeout(
            total=None,
            connect=CONNECT_SECONDS,
            sock_connect=CONNECT_SECONDS,
            sock_read=self._stall_seconds,
        )
        return ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=seconds,
        )

    async def _offer(self, provider: Provider, link: Link) -> Offer:
        ask = provider.ask(link)
        if ask is None or not provider.allows(ask.url):
            raise LinkFailed(Failure.FOREIGN)
        headers = {**_HEADERS, "Content-Type": ask.type}
        async with self._session.post(
            _as_it_is(ask.url), data=ask.body.encode(), headers=headers, allow_redirects=False
        ) as answer:
            if answer.status != 200 or _is_encoded(answer):
                raise LinkFailed(Failure.REFUSED)
            offer = provider.offer(await _limited(answer))
        if offer is None:
            raise LinkFailed(Failure.REFUSED)
        return offer

    async def _download(self, provider: Provider, offer: Offer, path: Path, at_most: int) -> Fetched:
        async with self._file(provider, offer.url) as answer:
            if answer.content_type in _PAGES or _is_encoded(answer):
                raise LinkFailed(Failure.NOT_A_FILE)
            if (answer.content_length or 0) > at_most:
                raise LinkFailed(Failure.TOO_LARGE)
            sha256, size = await _write(answer, path, at_most)
        if offer.size is not None and offer.size != size:
            raise LinkFailed(Failure.BROKEN)
        return Fetched(sha256, size, offer.name)

    @asynccontextmanager
    async def _file(self, provider: Provider, url: str) -> AsyncIterator[ClientResponse]:
        """The answer that brings the file, after at most `MOST_REDIRECTS` redirects."""
        headers = dict(_HEADERS)
        for _ in range(MOST_REDIRECTS + 1):
            if not provider.allows(url):
                raise LinkFailed(Failure.FOREIGN)
            async with self._session.get(_as_it_is(url), headers=headers, allow_redirects=False) as answer:
                if answer.status == 200:
                    yield answer
                    return
                location = answer.headers.get("Location", "")
                if answer.status not in _REDIRECTS or not location:
                    raise LinkFailed(Failure.REFUSED)
                cookie = answer.cookies.get(provider.cookie) if provider.cookie else None
                if cookie is not None and _COOKIE.fullmatch(cookie.value):
                    headers["Cookie"] = f"{provider.cookie}={cookie.value}"
                url = urljoin(url, location)
        raise LinkFailed(Failure.FOREIGN)


def _as_it_is(url: str) -> URL:
    """The very address that was checked, byte for byte: some are signed."""
    return URL(url, encoded=True)


def _is_encoded(answer: ClientResponse) -> bool:
    """Whether the body is packed, although nobody asked for that."""
    return answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")


async def _limited(answer: ClientResponse) -> bytes:
    """A whole short answer; `LinkFailed` for a longer one."""
    body = b""
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise LinkFailed(Failure.REFUSED)
    return body


async def _write(answer: ClientResponse, path: Path, at_most: int) -> tuple[str, int]:
    """Stream the body to `path`: its SHA-256 and its size."""
    digest, size = hashlib.sha256(), 0
    file = await asyncio.to_thread(_open, path)
    try:
        async for piece in answer.content.iter_chunked(PIECE):
            size += len(piece)
            if size > at_most:
                raise LinkFailed(Failure.TOO_LARGE)
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    finally:
        await asyncio.to_thread(file.close)
    return digest.hexdigest(), size


def _open(path: Path) -> BinaryIO:
    return path.open("wb")
