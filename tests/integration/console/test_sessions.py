"""Sessions of the console: whose they are, when they end, and what an act needs."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

import pytest
from aiohttp import FormData

from bot.model.staff import Role
from bot.work.console_login import digest
from config.campaign import Campaign
from handlers.console.session import COOKIE
from tests.fakes.console import Console
from tests.fakes.console_login import OWN, Desk
from tests.fakes.recommending import BODY, OFFICE, County


@pytest.fixture
async def desk(campaign: Campaign, new_sqlite: Callable[[], str]) -> AsyncIterator[Desk]:
    opened = Desk(County(campaign, new_sqlite()))
    await opened.start()
    yield opened
    await opened.stop()


async def test_nobody_is_shown_the_login_page_and_returned_to_where_they_went(desk: Desk) -> None:
    browser = desk.browser()
    assert await browser.who() == "/console/login"
    page = await browser.get("/console/part?page=2")
    assert (page.status, page.headers["Location"]) == (
        303,
        "/console/login?next=%2Fconsole%2Fpart%3Fpage%3D2",
    )
    part = await browser.get(
        "/console/part", HX_Request="true", HX_Current_URL="http://127.0.0.1/console/mail?page=3"
    )
    assert (part.status, part.headers["HX-Redirect"]) == (
        401,
        "/console/login?next=%2Fconsole%2Fmail%3Fpage%3D3",
    )
    assert (await browser.post("/console/act")).headers["Location"] == "/console/login"
    assert (await browser.get("/console/nowhere")).status == 303
    assert await (await browser.get("/elsewhere")).text() == "False"


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites_and_kept_nowhere(desk: Desk) -> None:
    browser, link = desk.browser(), desk.link()
    response = await browser.post(link)
    assert response.headers.getall("Set-Cookie") == [
        f"{COOKIE}={browser.token}; HttpOnly; Path=/console; SameSite=Lax"
    ]
    assert response.headers["Location"] == "/console/"
    kept = [str(list(row)) for row in desk.rows()]
    assert [row for row in kept if browser.token in row or link.rpartition("/")[2] in row] == []
    assert [row for row in kept if digest(browser.token) in row] != []


async def test_cookie_is_sent_over_https_only_where_the_address_is_https(
    campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    desk = Desk(County(campaign, new_sqlite()))
    await desk.start("https://pingxuan.example.cn")
    response = await desk.browser().post(desk.link())
    assert response.headers["Set-Cookie"].endswith("; HttpOnly; Path=/console; SameSite=Lax; Secure")
    await desk.stop()


async def test_session_ends_after_two_idle_hours_and_after_twelve(desk: Desk) -> None:
    browser = await desk.signed_in()
    for _ in range(6):
        desk.machine += timedelta(minutes=119)
        assert await browser.who() == "李四"
    desk.machine += timedelta(minutes=7)
    assert await browser.who() == "/console/login"
    browser = await desk.signed_in()
    desk.machine += timedelta(hours=2)
    assert await browser.who() == "/console/login"


async def test_person_without_a_name_is_called_by_the_address(desk: Desk) -> None:
    desk.county.people["nameless"] = desk.county.member("nameless", "", Role.INSPECTOR, "")
    browser = await desk.signed_in("nameless")
    assert (await (await browser.get("/console/")).json())["label"] == "nameless"


async def test_role_taken_back_ends_the_session_at_once_and_for_good(desk: Desk) -> None:
    browser = await desk.signed_in(BODY)
    assert await browser.who() == "赵一"
    desk.take_back(BODY)
    assert await browser.who() == "/console/login"
    desk.county.member(BODY, "赵一", Role.BODY, "baofeng")
    assert await browser.who() == "/console/login"


async def test_invented_and_altered_sessions_are_nobody(desk: Desk) -> None:
    browser = await desk.signed_in()
    good = browser.token
    for wrong in ("", "x", "A" * 43, good[:-1], f"{good}A", good.swapcase(), "令牌"):
        stranger = desk.browser()
        response = await stranger.session.get(
            f"{stranger.base}/console/", headers={"Cookie": f"{COOKIE}={wrong}"}, allow_redirects=False
        )
        assert response.status == 303, wrong
    assert await browser.who() == "李四"


async def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(desk: Desk) -> None:
    browser = await desk.signed_in()
    before = browser.token
    assert (await browser.post(desk.link(BODY))).status == 303
    assert (before != browser.token, await browser.who()) == (True, "赵一")
    browser.session.cookie_jar.clear()
    browser.session.cookie_jar.update_cookies({COOKIE: before})
    assert await browser.who() == "/console/login"


async def test_signing_out_here_leaves_other_devices_signed_in(desk: Desk) -> None:
    here, there, other = [await desk.signed_in(userid) for userid in (OFFICE, OFFICE, BODY)]
    gone = here.token
    response = await here.post("/console/logout", {"csrf": await here.secret()})
    assert (response.status, response.headers["Location"], here.token) == (303, "/console/login?out", "")
    here.session.cookie_jar.update_cookies({COOKIE: gone})
    assert [await one.who() for one in (here, there, other)] == ["/console/login", "李四", "赵一"]
    assert "您已退出登录" in await (await desk.browser().get("/console/login?out")).text()


async def test_signing_out_everywhere_ends_every_session_of_that_person_alone(desk: Desk) -> None:
    here, there, other = [await desk.signed_in(userid) for userid in (OFFICE, OFFICE, BODY)]
    await here.post("/console/logout", {"csrf": await here.secret(), "everywhere": "1"})
    assert [await one.who() for one in (here, there, other)] == ["/console/login", "/console/login", "赵一"]
    assert desk.audited("console_logout") == [{"all": "2"}]


# acts


async def test_act_needs_the_token_of_the_session(desk: Desk) -> None:
    browser, other = await desk.signed_in(), await desk.signed_in(BODY)
    secret, foreign = await browser.secret(), await other.secret()
    for given in ({}, {"csrf": foreign}, {"csrf": secret[:-1]}, {"csrf": ""}):
        refused = await browser.post("/console/act", given)
        assert (refused.status, "请返回后刷新页面" in await refused.text()) == (403, True)
    assert (await browser.post("/console/act", {"csrf": secret})).status == 200
    assert (await browser.post("/console/act", {}, OWN | {"X-CSRF-Token": secret})).status == 200
    assert desk.audited("console_refused") == [{"why": "forged"}] * 4


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_act_from_another_site_is_refused_whatever_it_carries(
    desk: Desk, headers: Mapping[str, str]
) -> None:
    browser = await desk.signed_in()
    secret = await browser.secret()
    assert (await browser.post("/console/act", {"csrf": secret}, headers)).status == 403
    link = desk.link(BODY)
    assert (await browser.post(link, {}, headers)).status == 403
    assert (await browser.post(link)).status == 303


async def test_form_with_a_file_may_be_large_for_whoever_is_signed_in(console: Console) -> None:
    office = await console.reader(OFFICE)
    for size, status in ((5 << 20, 404), (13 << 20, 413)):
        form = FormData({"csrf": office.csrf})
        form.add_field("file", io.BytesIO(bytes(size)), filename="a.bin")
        response = await office.client.post("/console/nowhere", data=form, allow_redirects=False)
        assert response.status == status
    assert "文件太大" in await response.text()
