"""One application opened, read part by part, decided and noted in a real browser, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from bot.console.one_application import Part
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.full_application import UNIT, fill
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_the_office_reads_returns_and_notes(console: Console, browser: Browser) -> None:
    known = fill(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"/console/applications/{known.number}")
    await expect(page.locator("h1")).to_have_text(UNIT)
    for label in ("修改记录", "材料", "往来经过", "推荐与纸质件", "实地验收", "操作记录", "申报表"):
        await page.get_by_label("申报件各部分").get_by_role("link", name=label).click()
        await expect(page.get_by_label("申报件各部分").locator("[aria-current]")).to_have_text(label)
        await seat.check()

    await page.get_by_text("退回补正", exact=True).click()
    await page.get_by_label("需要补正的事项").fill("请补充纸质件")
    await page.get_by_label("补正期限").fill("2019-06-01")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    await expect(page.get_by_label("需要补正的事项")).to_have_value("请补充纸质件")
    await seat.check()
    await page.get_by_label("补正期限").fill("2019-07-18")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.get_by_label("概况")).to_contain_text("请补充纸质件（期限 7月18日")
    assert console.stages([known]) == ["returned"]

    await page.get_by_role("link", name="记事").click()
    await page.locator("textarea[name=text]").fill("已电话告知")
    await page.get_by_role("button", name="记下").click()
    await expect(page.locator(".course")).to_contain_text("已电话告知")
    await seat.check()


async def test_pictures_of_the_deck_are_shown(console: Console, browser: Browser) -> None:
    known = fill(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"/console/applications/{known.number}?part=materials")
    picture = page.get_by_alt_text("第1页", exact=True)
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("naturalWidth", 320)


@pytest.mark.parametrize("userid", [OFFICE, BODY, INSPECTOR])
async def test_every_part_fits_a_phone(console: Console, browser: Browser, userid: str) -> None:
    known = fill(console)
    seat = await take_seat(console, browser, userid, PHONE)
    for part in Part:
        await seat.open(f"/console/applications/{known.number}?part={part}")
        await seat.check()


async def test_a_body_returns_by_keyboard(console: Console, browser: Browser) -> None:
    known = console.apply(UNIT)
    seat = await take_seat(console, browser, BODY)
    page = await seat.open(f"/console/applications/{known.number}")
    await page.locator("summary", has_text="退回补正").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("缺附件")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("需要补正的事项")).to_be_hidden()
    await page.locator("summary", has_text="退回补正").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("需要补正的事项")).to_have_value("缺附件")
    await page.get_by_label("补正期限").fill("2019-07-16")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.stages([known]) == ["returned"]
