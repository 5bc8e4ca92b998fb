"""WeCom's own login pages, as the demo plays them."""

from __future__ import annotations

import html
import re

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from handlers.demo.platform import Member, Platform
from handlers.demo.wecom_login import wecom_login_routes

BACK = "http://127.0.0.1:8080/console/login/back"


async def asked(path: str, **query: str) -> tuple[int, str]:
    """The page's answer, with the corp's id unless another is given."""
    platform = Platform(members=[Member("heping", "何平"), Member("o'neil", "<欧>")])
    app = web.Application()
    app.add_routes(wecom_login_routes(platform))
    async with TestServer(app) as server, ClientSession() as session:
        given = {"appid": platform.corp_id, "state": "abc", "redirect_uri": BACK} | query
        async with session.get(server.make_url(path), params=given) as response:
            return response.status, await response.text()


async def test_member_goes_back_with_a_code_and_the_state() -> None:
    for path in ("/connect/oauth2/authorize", "/wwlogin/sso/login"):
        status, text = await asked(path)
        links = re.findall(r'<li><a href="([^"]*)">([^<]*)</a></li>', text)
        assert (status, [html.unescape(name) for _, name in links]) == (200, ["何平", "<欧>"])
        addresses = [URL(html.unescape(address)) for address, _ in links]
        assert [str(one.with_query(None)) for one in addresses] == [BACK, BACK]
        assert [one.query["state"] for one in addresses] == ["abc", "abc"]
        assert len({one.query["code"] for one in addresses}) == 2


async def test_code_is_given_to_this_machine_only() -> None:
    elsewhere = (
        "https://evil.example/",
        "javascript:alert(1)",
        "",
        "http://127.0.0.1.evil.example/",
        "http://[",
    )
    for address in elsewhere:
        status, text = await asked("/wwlogin/sso/login", redirect_uri=address)
        assert (status, "code=" in text) == (400, False), address
    assert (await asked("/wwlogin/sso/login", appid="another"))[0] == 400
