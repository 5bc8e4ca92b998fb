"""A body ranks its candidates by mouse, by finger and by keyboard, and sends its package."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import Console
from tests.fakes.recommending import BODY

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def drag(page: Page, source: int, target: int) -> None:
    """Take a row by its grip and drop it above another one."""
    start = await page.locator("[data-grip]").nth(source).bounding_box()
    end = await page.locator("[data-row]").nth(target).bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 5, start["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 40, end["y"] + 4, steps=8)
    await page.mouse.up()


async def test_a_body_ranks_by_drag_and_by_keyboard_and_sends(console: Console, browser: Browser) -> None:
    one, two, three = console.three()
    seat = await take_seat(console, browser, BODY)
    page = await seat.open("/console/recommendation")
    await seat.check()
    await drag(page, 2, 0)
    await page.get_by_role("button", name="保存顺序").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.order() == [three.number, one.number, two.number]

    await page.get_by_role("button", name="宝丰县城市管理局上移一位").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-row]").nth(1)).to_contain_text("宝丰县城市管理局")
    assert console.order() == [three.number, two.number, one.number]
    await expect(page.get_by_role("button", name="宝丰县城市管理局上移一位")).to_be_focused()

    await page.get_by_role("link", name="核对并上报").click()
    await page.get_by_role("button", name="确认上报").click()
    await expect(page.locator("h1")).to_contain_text("上报回执")
    assert console.stages([one, two, three]) == ["recommended"] * 3
    await seat.check()


async def test_the_page_fits_a_phone(console: Console, browser: Browser) -> None:
    one, two, _ = console.three()
    console.apply("宝丰县自然资源局")
    seat = await take_seat(console, browser, BODY, PHONE)
    page = await seat.open("/console/recommendation")
    await seat.check()
    await drag(page, 1, 0)
    await page.get_by_role("button", name="保存顺序").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.order()[:2] == [two.number, one.number]
