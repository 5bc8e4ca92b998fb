"""A wrong address, one of somebody else's, a form that has expired: said on a page with a way back."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from handlers.console.problems import problem_pages
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, OFFICE

HERE = ("没有这个页面，或者它不在您的工作范围内", 'href="/console/"', "退出")


@pytest.mark.parametrize(
    ("userid", "path"),
    [
        (OFFICE, "/console/nowhere"),
        (OFFICE, "/console/applications/2019-999"),
        (OFFICE, "/console/applications/"),
        (BODY, "/console/mail"),
    ],
)
async def test_what_is_not_there_for_somebody_is_said_within_the_console(
    console: Console, userid: str, path: str
) -> None:
    page = await (await console.reader(userid)).get(path, 404)
    assert [word for word in HERE if word not in page] == []
    assert "Not Found" not in page


async def test_address_of_a_form_cannot_be_opened(console: Console) -> None:
    page = await (await console.reader(OFFICE)).get("/console/people/import/confirm", 405)
    assert ("请返回上一页" in page, "Not Allowed" in page) == (True, False)


async def test_expired_form_is_said_with_a_way_back_and_a_part_gets_the_sentence_alone(
    console: Console,
) -> None:
    office = await console.reader(OFFICE)
    for headers, is_page in (({}, True), ({"HX-Request": "true"}, False)):
        async with office.client.post("/console/people/add", data={"csrf": "x"}, headers=headers) as response:
            text = await response.text()
            assert (response.status, "页面已过期" in text, "<h1" in text) == (403, True, is_page)
    async with office.client.post(
        "/console/logout", headers={"Origin": "http://elsewhere.example"}
    ) as response:
        text = await response.text()
        assert (response.status, "不是从本页面发出的" in text, 'href="/console/"' in text) == (
            403,
            True,
            True,
        )


async def test_stranger_is_led_to_the_login_also_from_a_wrong_address(console: Console) -> None:
    reader = await console.reader()
    async with reader.client.get("/console/nowhere", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"].partition("?")[0]) == (303, "/console/login")


async def test_page_that_fails_is_said_within_the_console_and_logged_by_its_route(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(request: web.Request) -> web.Response:
        raise ValueError("13800001111")

    site = console.site()
    app = web.Application(middlewares=[problem_pages(site)])
    app.router.add_get("/console/in/{token}", fails)
    async with TestClient(TestServer(app)) as browser, browser.get("/console/in/secret") as response:
        text = await response.text()
        assert (response.status, "页面出错了" in text, 'href="/console/"' in text) == (500, True, True)
        assert "13800001111" not in text
    assert [record.getMessage() for record in caplog.records] == ["a page failed: /console/in/{token}"]
