"""The office begins its day: from the first page into lists, by mouse and keyboard; fits a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.busy_county import busy
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_the_office_goes_from_a_number_and_from_the_chart_to_its_list(
    console: Console, browser: Browser
) -> None:
    known = busy(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await seat.check()
    await page.get_by_role("link", name="补正逾期未交").click()
    await expect(page.locator(".list tbody tr")).to_have_count(1)
    await expect(page.locator(".list")).to_contain_text(known["draft"].number)

    await seat.open("/console/")
    await page.get_by_role("row", name="平顶山市市场监督管理局").locator("svg a").click()
    await expect(page.locator(".list tbody tr")).to_have_count(1)
    await expect(page.locator(".list")).to_contain_text(known["other"].number)

    await seat.open("/console/")
    await page.get_by_role("link", name="按状态列出数字").click()
    await seat.check()
    drafts = page.get_by_role("row", name="宝丰县人民政府").get_by_role("link", name="1", exact=True)
    await drafts.first.click()
    await expect(page.locator(".list")).to_contain_text(known["draft"].number)
    await seat.check()


async def test_search_while_typing_columns_and_ticked_rows(console: Console, browser: Browser) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/applications")
    rows = page.locator(".list tbody tr")
    await expect(rows).to_have_count(3)
    await page.keyboard.press("/")
    await page.keyboard.type("公安")
    await expect(rows).to_have_count(1)
    await expect(page).to_have_url(re.compile("search="))
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.get_by_role("searchbox").fill("")
    await expect(rows).to_have_count(3)

    await page.get_by_text("选择显示的列").click()
    await page.get_by_label("推荐顺序").check()
    await page.get_by_role("button", name="确定").click()
    await expect(page.get_by_role("columnheader", name="推荐顺序")).to_be_visible()

    await page.locator("select[name=stage]").select_option("已推荐")
    await expect(page).to_have_url(re.compile("stage=recommended"))
    await page.get_by_label("勾选宝丰县公安局").check()
    await page.get_by_label("勾选宝丰县城市管理局").check()
    await expect(page.locator("[data-ticked]")).to_have_text("2")
    await page.get_by_role("button", name="收件", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("2件")
    await expect(rows).to_have_count(1)
    assert console.stages([one, two, three]) == ["received", "received", "recommended"]
    await seat.check()


@pytest.mark.parametrize("userid", [OFFICE, BODY, INSPECTOR])
async def test_the_first_page_fits_a_phone(console: Console, browser: Browser, userid: str) -> None:
    busy(console)
    seat = await take_seat(console, browser, userid, PHONE)
    await seat.open("/console/")
    await seat.check()
    if userid != INSPECTOR:
        await seat.open("/console/applications")
        await seat.check()
