"""The two declarations on an applicant's page, sent as a plain form: /u/<token>/declarations.

Whoever has the token may declare. A form from another site is refused (Sec-Fetch-Site; Origin where a browser sends
no such header), although such a site would have to know the token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import hdrs, web

from bot.work.declare import Declared

LARGEST = 4096
"""Bytes of the form."""

Declaring = Callable[[str, Mapping[str, str]], Awaitable[Declared | None]]
"""Token, declaration → answer; None for a token that is wrong, expired or revoked."""


async def read_form(request: web.Request) -> Mapping[str, str] | None:
    """The form's fields; None for a form that is not this page's, or too large to be."""
    if not _is_ours(request) or request.content_type != "application/x-www-form-urlencoded":
        return None
    if request.content_length is None or request.content_length > LARGEST:
        return None
    fields = await request.post()
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _is_ours(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get(hdrs.ORIGIN)
    return origin in (None, "null") or origin.partition("://")[2] == request.host
