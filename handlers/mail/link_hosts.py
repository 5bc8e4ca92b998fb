"""The hosts whose large attachments can be fetched without a browser: what to ask them, and whom to believe.

Their addresses and answers are as public programs use them; none was tried against the live hosts. So an answer
that is not exactly as expected is no offer, and only hosts named here are ever asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit

from bot.model.mail import Link

LONGEST = 4096  # characters of an address
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.ASCII)
_UNWANTED = re.compile(r"[^!-~]|[\\\"'<>^`{|}]", re.ASCII)


class Ask(NamedTuple):
    """A POST to be made."""

    url: str
    body: str
    type: str


class Offer(NamedTuple):
    """Where a provider says that a file lies."""

    url: str
    name: str = ""
    size: int | None = None  # bytes, exact


@dataclass(frozen=True, slots=True)
class Provider:
    """`domains`: the file lies on one of these or below. `cookie`: has to be shown again where the file lies."""

    hosts: frozenset[str]
    domains: tuple[str, ...]
    cookie: str = ""

    def allows(self, url: str) -> bool:
        """Whether the provider's file may be asked for there: its own hosts, by https, at the usual port."""
        parts = _split(url)
        if parts is None or parts.scheme != "https":
            return False
        return parts.netloc in self.hosts or parts.netloc.endswith(tuple(f".{one}" for one in self.domains))

    def ask(self, link: Link) -> Ask | None:
        """What to ask about a link, None if nothing can be asked about it."""
        parts = _split(link.url)
        if parts is None or parts.netloc not in self.hosts:
            return None
        return _ask_tencent(parts) if self is TENCENT else _ask_netease(parts)

    def offer(self, answer: bytes) -> Offer | None:
        """The file it offers, None if it offers none."""
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError):
            return None
        return _offer(said, "body", "url") if self is TENCENT else _offer(said, "data", "downloadUrl")


NETEASE = Provider(
    frozenset({"mail.163.com", "mail.126.com", "mail.yeah.net"}),
    ("163.com", "126.com", "yeah.net", "126.net", "127.net"),
)
TENCENT = Provider(
    frozenset({"mail.qq.com", "wx.mail.qq.com", "iwx.mail.qq.com", "exmail.qq.com"}),
    ("ftn.qq.com",),
    "mail5k",
)
_PATHS = {
    NETEASE: re.compile(r"/large-attachment-download(?:/index\.html)?/?"),
    TENCENT: re.compile(r"/cgi-bin/ftnExs_download|/ftn/download"),
}


def provider_of(link: Link) -> Provider | None:
    """Who can be asked for the file of a link; None for net disks and everything else."""
    parts = _split(link.url)
    if parts is None:
        return None
    for provider, path in _PATHS.items():
        if parts.netloc in provider.hosts and path.fullmatch(parts.path) and provider.ask(link):
            return provider
    return None


def _split(url: str) -> SplitResult | None:
    """The parts of a plain absolute address; None if programs could read it in more than one way."""
    if len(url) > LONGEST or _UNWANTED.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.netloc.lower()
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or ".." in host:
        return None
    return parts._replace(netloc=host)


def _ask_netease(parts: SplitResult) -> Ask | None:
    key = next(iter(parse_qs(parts.query).get("file", ())), "")
    if not key:
        return None
    url = f"https://{parts.netloc}/filehub/bg/dl/prepare"
    return Ask(url, json.dumps({"linkKey": key}), "application/json")


def _ask_tencent(parts: SplitResult) -> Ask | None:
    if not parts.query:
        return None
    # The page's script adds a number against caches; none is needed for a POST, but the field is.
    url = parts._replace(scheme="https", query=f"{parts.query}&r=0&sid=", fragment="").geturl()
    return Ask(url, "f=json", "application/x-www-form-urlencoded")


def _offer(said: Any, within: str, key: str) -> Offer | None:
    inside = said.get(within) if isinstance(said, Mapping) else None
    url = inside.get(key) if isinstance(inside, Mapping) else None
    if not isinstance(inside, Mapping) or not isinstance(url, str) or not url:
        return None
    name, size = inside.get("name"), inside.get("size")
    whole = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None
    return Offer(url, name[:255] if isinstance(name, str) else "", whole)
