"""Whether an act comes from one of our own pages: a token bound to the session, and what browsers say. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from yarl import URL

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})  # none: typed, bookmarked, opened by another program
_LOOPBACK = ("127.0.0.1", "localhost")


def csrf_token(key: bytes, session: str) -> str:
    """The token that the forms of a session carry; another session's is another."""
    return hmac.new(key, f"csrf:{session}".encode(), hashlib.sha256).hexdigest()


def fits(key: bytes, session: str, given: str) -> bool:
    """Whether a token that came with an act is the session's own."""
    return hmac.compare_digest(csrf_token(key, session).encode(), given.encode(errors="replace"))


def origins_of(public_url: str) -> frozenset[str]:
    """The origins our pages have: the public address's, and on loopback both of its names."""
    url = URL(public_url)
    hosts = _LOOPBACK if url.host in _LOOPBACK else (url.host or "",)
    return frozenset(str(url.with_host(host).origin()) for host in hosts)


def is_own(headers: Mapping[str, str], origins: frozenset[str]) -> bool:
    """Whether a browser says that a request was made by one of our pages. Old ones say nothing: the token decides."""
    site = headers.get("Sec-Fetch-Site")
    origin = headers.get("Origin")
    return (site is None or site in _OWN_SITES) and (origin is None or origin in origins)
