"""The two pages on which WeCom asks whether a member signs in (path/91335, path/98171), played by the demo."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.demo.guard import LOOPBACK, Refused, guarded
from handlers.demo.platform import Platform
from handlers.page_headers import PAGE


def wecom_login_routes(platform: Platform) -> list[web.RouteDef]:
    """Where the service sends people to sign in; here they choose which member they are."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )

    async def ask(request: web.Request) -> web.StreamResponse:
        """The members, each a link back with a code; only to an address on this machine."""
        back, state = request.query.get("redirect_uri", ""), request.query.get("state", "")
        if request.query.get("appid") != platform.corp_id:
            raise Refused(400, "bad_appid", "没有这个企业。")
        if _host(back) not in LOOPBACK:
            raise Refused(400, "bad_redirect", "redirect_uri 与可信域名不一致（50001）。")
        members = [
            (member.name, f"{back}?{urlencode({'code': platform.code_for(member.userid), 'state': state})}")
            for member in platform.members.values()
        ]
        text = templates.get_template("wecom_login.html").render(members=members)
        headers = PAGE | {"Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    return [
        web.get("/connect/oauth2/authorize", guarded(ask)),
        web.get("/wwlogin/sso/login", guarded(ask)),
    ]


def _host(address: str) -> str:
    """The host of an http address; "" for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == "http" else ""
