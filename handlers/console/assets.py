"""The console's style sheet, scripts and icon: compressed once, kept by browsers for good under a name that changes."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from aiohttp import hdrs, web

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KEPT = "public, max-age=31536000, immutable"


@cache
def asset(name: str) -> str:
    """The address of a file below `static`, with the mark of its content."""
    content, _ = _read(name)
    return f"/console/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def _read(name: str) -> tuple[bytes, bytes]:
    content = (STATIC / name).read_bytes()
    return content, gzip.compress(content, 9, mtime=0)


async def serve_asset(request: web.Request) -> web.Response:
    """One of the files; there is no personal data in them."""
    name = request.match_info["name"]
    if name not in _names():
        raise web.HTTPNotFound
    content, compressed = _read(name)
    response = web.Response(body=content, content_type=TYPES[Path(name).suffix], charset="utf-8")
    response.headers[hdrs.CACHE_CONTROL] = KEPT
    response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        response.body = compressed
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
    return response


@cache
def _names() -> frozenset[str]:
    found = (path for path in STATIC.rglob("*") if path.suffix in TYPES)
    return frozenset(path.relative_to(STATIC).as_posix() for path in found)
