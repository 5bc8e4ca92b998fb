"""Who may talk to the demo: this machine only, and only pages of this origin.

The demo has no login. A Host header that is not loopback means that a foreign name was
pointed at this machine (DNS rebinding); a POST that is not JSON may come from a form of any
web site (a JSON one needs the browser's permission first). Both are refused.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from yarl import URL

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """Why a request is not carried out; the text is what the person reads."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def guarded(handler: Handler) -> Handler:
    """The handler for loopback names only; what it refuses is answered as {"error": {code, message}}."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if not is_loopback(request.host):
                raise Refused(403, "not_local", "演示只能在本机打开，地址请用 127.0.0.1 或 localhost。")
            return await handler(request)
        except Refused as refused:
            error = {"code": refused.code, "message": refused.message}
            return web.json_response({"error": error}, status=refused.status)

    return handle


def is_loopback(host: str) -> bool:
    """Whether a Host header (with or without port) names this machine itself."""
    try:
        return URL(f"http://{host}").host in LOOPBACK
    except ValueError:
        return False


async def read_json(request: web.Request) -> Mapping[str, Any]:
    """The object a POST carries."""
    if request.content_type != "application/json":
        raise Refused(415, "not_json", "请求须为 JSON（Content-Type: application/json）。")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json", "请求不是有效的 JSON。") from None
    if not isinstance(body, dict):
        raise Refused(400, "bad_json", "请求须为一个 JSON 对象。")
    return body


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A text of the object: present, not blank, and writable as UTF-8."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(400, "missing", f"缺少“{name}”。")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(400, "bad_text", "内容含有无效字符，请删去后重发。") from None
    return value
