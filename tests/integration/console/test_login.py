"""Coming in to the console by link, by WeCom, in the demo and from the chat, over a real database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp.test_utils import TestServer

from bot.model.message import ConsoleLinkOrder, Text
from bot.work.console_login import make_link
from bot.work.hand_out import PrintShop, to_keep
from config.campaign import Campaign
from handlers.demo.platform import Member, Platform
from handlers.wecom.client import WeComClient, open_session
from handlers.wecom.oauth import Login
from storage.files import DiskFiles
from storage.shared_cache import DatabaseCache
from tests.fakes.console_login import WXWORK, Browser, Desk
from tests.fakes.recommending import BODY, MACHINE, OFFICE, County


@pytest.fixture
async def desk(campaign: Campaign, new_sqlite: Callable[[], str]) -> AsyncIterator[Desk]:
    opened = Desk(County(campaign, new_sqlite()))
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def platform(desk: Desk) -> AsyncIterator[Platform]:
    """The small WeCom, with a member of the office, one without a role, and the desk's login set up for it."""
    small = Platform(members=[Member(OFFICE, "李四"), Member("nobody", "周九")])
    server = TestServer(small.app())
    await server.start_server()
    session = open_session()
    base = str(server.make_url("")).rstrip("/")
    client = WeComClient(
        api_base=base,
        corp_id=small.corp_id,
        agent_id=small.agent_id,
        secret=small.secret,
        cache=DatabaseCache(desk.county.database),
        session=session,
    )
    desk.login = Login(client, "https://oauth.example", "https://login.example")
    yield small
    await session.close()
    await server.close()


# one-time links


async def test_link_is_not_used_up_by_looking_at_it(desk: Desk) -> None:
    link = desk.link()
    for _ in range(3):
        page = await desk.browser().get(link)
        assert (page.status, page.headers.get("Set-Cookie")) == (200, None)
        assert f'<form method="post" action="{link}">' in await page.text()
    browser = desk.browser()
    assert (await browser.post(link)).status == 303
    assert await browser.who() == "李四"


async def test_link_works_once_for_ten_minutes_and_until_the_next_one(desk: Desk) -> None:
    used, replaced = desk.link(), desk.link(BODY)
    late, current = desk.link("market-clerk"), desk.link(BODY)
    assert (await desk.browser().post(used)).status == 303
    assert (await desk.browser().post(current)).status == 303
    desk.machine += timedelta(minutes=10)
    for gone in (used, replaced, late, current, "/console/in/nonsense"):
        for response in (await desk.browser().get(gone), await desk.browser().post(gone)):
            assert (response.status, response.headers.get("Set-Cookie")) == (410, None)
            assert "已经用过、已经过期" in await response.text()
        desk.seconds += 60
    assert desk.audited("console_refused") == [{"why": "link"}] * 10


async def test_link_of_somebody_whose_role_was_taken_back_opens_nothing(desk: Desk) -> None:
    link = desk.link(BODY)
    desk.take_back(BODY)
    response = await desk.browser().post(link)
    assert (response.status, response.headers.get("Set-Cookie")) == (403, None)
    assert "不能进入工作台" in await response.text()
    assert desk.county.run(lambda store: make_link(store, desk.county.people[BODY], MACHINE)) is None


async def test_wrong_tries_are_limited_per_minute(desk: Desk) -> None:
    link, wrong = desk.link(), f"/console/in/{'A' * 43}"
    assert [(await desk.browser().get(wrong)).status for _ in range(12)] == [410] * 10 + [429] * 2
    waiting = await desk.browser().post(link)
    assert (waiting.status, waiting.headers["Retry-After"]) == (429, "60")
    assert "请在60秒后再试" in await waiting.text()
    desk.seconds += 60
    assert (await desk.browser().post(link)).status == 303


# WeCom


async def begin(browser: Browser, headers: Mapping[str, str], to: str = "") -> tuple[str, dict[str, str]]:
    """Press the button of the login page; the host WeCom is asked at, and the parameters."""
    page = await browser.get(f"/console/login?next={to}", **headers)
    found = re.search(r'href="(/console/login/wecom[^"]*)"', await page.text())
    assert found is not None
    response = await browser.get(found[1], **headers)
    assert response.status == 303
    address = urlsplit(response.headers["Location"])
    return address.netloc, {key: values[0] for key, values in parse_qs(address.query).items()}


def named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("headers", "host"), [({}, "login.example"), (WXWORK, "oauth.example")], ids=["browser", "client"]
)
async def test_member_comes_in_by_wecom_to_the_page_they_went_to(
    desk: Desk, platform: Platform, headers: Mapping[str, str], host: str
) -> None:
    browser = desk.browser()
    asked, given = await begin(browser, named(headers), "%2Fconsole%2Fpart%3Fpage%3D2")
    assert (asked, given["redirect_uri"]) == (host, f"{desk.desk.public_url}/console/login/back")
    assert re.fullmatch(r"[0-9a-f]{64}", given["state"])
    back = f"/console/login/back?code={platform.code_for(OFFICE)}&state={given['state']}"
    response = await browser.get(back, **named(headers))
    assert (response.status, response.headers["Location"]) == (303, "/console/part?page=2")
    assert await browser.who() == "李四"
    [logged] = desk.audited("console_login")
    assert (logged["road"], len(logged["session"])) == ("wecom", 16)


async def test_login_comes_back_once_and_to_the_browser_that_began_it(desk: Desk, platform: Platform) -> None:
    victim, thief = desk.browser(), desk.browser()
    _, given = await begin(victim, {})
    _, stolen = await begin(thief, {})

    async def back(browser: Browser, state: str) -> int:
        code = platform.code_for(OFFICE)
        return (await browser.get(f"/console/login/back?code={code}&state={state}")).status

    assert await back(thief, given["state"]) == 400
    assert await back(desk.browser(), given["state"]) == 400
    cookies = {one.key: one.value for one in victim.session.cookie_jar}
    assert await back(victim, given["state"]) == 303
    assert await back(victim, given["state"]) == 400
    again = desk.browser()
    again.session.cookie_jar.update_cookies(cookies)
    assert await back(again, given["state"]) == 400
    assert await back(thief, stolen["state"]) == 400  # its cookie went with the first wrong try
    assert [one["why"] for one in desk.audited("console_refused")] == ["state"] * 5


@pytest.mark.parametrize(
    ("userid", "status", "said", "why"),
    [("nobody", 403, "您的账号没有登记", "no_role"), ("stranger", 400, "没有确认您的身份", "code")],
)
async def test_who_has_no_role_or_is_no_member_is_told_whom_to_ask(
    desk: Desk, platform: Platform, userid: str, status: int, said: str, why: str
) -> None:
    browser = desk.browser()
    _, given = await begin(browser, {})
    code = platform.code_for(userid)
    response = await browser.get(f"/console/login/back?code={code}&state={given['state']}")
    text = await response.text()
    assert (response.status, said in text, desk.county.campaign.contact.phone in text) == (status, True, True)
    assert (browser.token, desk.audited("console_refused")) == ("", [{"why": why}])


async def test_login_given_up_or_with_a_used_code_is_begun_again(desk: Desk, platform: Platform) -> None:
    used = platform.code_for(OFFICE)
    for code, status in ((used, 303), (used, 400), ("", 400), ("x" * 600, 400)):
        browser = desk.browser()
        _, given = await begin(browser, {})
        response = await browser.get(f"/console/login/back?code={code}&state={given['state']}")
        assert response.status == status


async def test_wecom_out_of_order_is_told_as_that(desk: Desk, platform: Platform) -> None:
    browser = desk.browser()
    _, given = await begin(browser, {})
    platform.fail_next(
        "auth/getuserinfo", errcode=60020, errmsg="not allow to access from your ip, from ip: 9.9.9.9"
    )
    response = await browser.get(f"/console/login/back?code=abc&state={given['state']}")
    assert (response.status, "没能向企业微信核实您的身份" in await response.text()) == (502, True)


async def test_without_wecom_only_the_link_is_offered(desk: Desk) -> None:
    browser = desk.browser()
    text = await (await browser.get("/console/login")).text()
    assert ("/console/login/wecom" in text, "请使用登录链接进入" in text) == (False, True)
    for path in ("/console/login/wecom", "/console/login/back"):
        assert (await browser.get(path)).status == 404


async def test_login_page_sends_on_who_is_in_already(desk: Desk) -> None:
    browser = await desk.signed_in()
    response = await browser.get("/console/login?next=//evil.example/console/")
    assert (response.status, response.headers["Location"]) == (303, "/console/")


# the demo


async def test_demo_signs_in_with_one_click(desk: Desk) -> None:
    browser = desk.browser()
    text = await (await browser.get("/console/login")).text()
    assert f'href="/demo/console/{OFFICE}">李四（市办公室）</a>' in text
    response = await browser.get(f"/demo/console/{OFFICE}")
    assert (response.status, response.headers["Location"]) == (303, "/console/")
    assert await browser.who() == "李四"
    assert (await browser.get("/demo/console/nobody")).status == 404
    assert (await browser.get(f"/demo/console/{BODY}", Sec_Fetch_Site="cross-site")).status == 403
    assert (await browser.get(f"/demo/console/{BODY}", Host="evil.example")).status == 403
    assert await browser.who() == "李四"


# chat


async def test_link_is_asked_for_in_chat_and_reaches_its_owner_alone(desk: Desk) -> None:
    county = desk.county
    assert county.say(BODY, "我要登录工作台") == "工作台的登录链接另发一条消息给您，请在电脑或手机上打开。"
    order, reply = county.bodies(BODY)
    assert order == ConsoleLinkOrder(county.people[BODY])
    assert isinstance(reply, Text)
    assert county.bodies(OFFICE) == []
    assert county.audited("console_link") == ["{}"]
    assert "登录链接" not in county.say("holder-someone", "我要登录工作台")


async def test_link_is_made_when_it_is_sent_and_for_its_owner(desk: Desk, tmp_path: Path) -> None:
    county = desk.county
    owner, files = county.people[BODY], DiskFiles(tmp_path)
    shop = PrintShop(
        county.campaign, county.writer, files, desk.desk.public_url, lambda: MACHINE, county.now.date
    )
    assert await shop.prepare(ConsoleLinkOrder(owner), county.people[OFFICE]) is None
    order = ConsoleLinkOrder(owner)
    made = await shop.prepare(order, owner)
    assert isinstance(made, Text)
    assert to_keep(order, made) is None
    found = re.search(rf"{re.escape(desk.desk.public_url)}(/console/in/\S+)", made.text)
    assert found is not None
    browser = desk.browser()
    assert (await browser.post(found[1])).status == 303
    assert await browser.who() == "赵一"
    desk.take_back(BODY)
    assert await shop.prepare(order, owner) is None
