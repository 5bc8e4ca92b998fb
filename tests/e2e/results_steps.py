"""What people do again and again on the pages of results."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from bot.model.application import Application
from tests.e2e.browser import DESKTOP
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import Console
from tests.fakes.deciding import AUGUST, LINK, TERMS
from tests.fakes.recommending import OFFICE

HOME = "/console/results"
UNITS = ("宝丰县公安局", "宝丰县城市管理局（综合执法局）", "宝丰县交通运输局")
SECOND = "office-second"


async def sit_down(console: Console, browser: Browser, userid: str, size: tuple[int, int] = DESKTOP) -> Seat:
    """Somebody's browser, in which every question is answered with yes, on the first page."""
    seat = await take_seat(console, browser, userid, size)
    seat.page.on("dialog", lambda dialog: dialog.accept())
    await seat.open("/console/")
    return seat


async def go_to(page: Page, step: str) -> None:
    """To a step of the results, by the menu and its tab; with the keyboard where the menu is folded."""
    if "/console/results" not in page.url:
        if await page.get_by_text("菜单", exact=True).is_visible():
            await page.get_by_text("菜单", exact=True).click()
        await page.get_by_role("link", name="评审结果", exact=True).click()
    steps = page.get_by_role("navigation", name="评审结果各环节")
    await steps.get_by_role("link", name=step).click()
    await expect(steps.get_by_role("link", name=step)).to_have_attribute("aria-current", "page")


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def row_of(page: Page, unit: str) -> Locator:
    """The row of the unit, by its link."""
    return page.locator("tbody tr", has=page.get_by_role("link", name=unit, exact=True))


async def told(page: Page, sentence: str) -> None:
    """The sentence above the page after an act."""
    await expect(page.locator("[data-flash]")).to_contain_text(sentence)


async def refused(page: Page, sentence: str) -> None:
    """The sentence above the form that could not be kept."""
    await expect(page.get_by_role("alert")).to_contain_text(sentence)


async def decide(page: Page, unit: str, reason: str, button_name: str) -> None:
    """Decide about one unit in its row of the three factors."""
    row = row_of(page, unit)
    await row.locator("summary").click()
    await row.get_by_label("理由").fill(reason)
    await button(row, button_name).click()


async def download(page: Page, name: str, folder: Path) -> Path:
    """What a link of the page downloads: at once, or from the page that says how far it is."""
    waiting = asyncio.ensure_future(page.wait_for_event("download"))
    await page.get_by_role("link", name=name).click()
    bar = page.get_by_role("link", name="下载文件")
    while not waiting.done():
        if await bar.is_visible():
            await bar.click()
            break
        await asyncio.wait([waiting], timeout=0.1)
    made = await waiting
    path = folder / made.suggested_filename
    await made.save_as(path)
    if "/console/work/" in page.url:
        await page.get_by_role("link", name="返回").click()
    return path


def decided(console: Console) -> list[Application]:
    """Three inspected units: two in, one out, approved by the leader on 15 August."""
    console.now = AUGUST
    found = [console.apply(unit, stage="inspected") for unit in UNITS]
    console.say(OFFICE, *(f"拟定 {known.number} 理由：三项居前" for known in found[:2]))
    console.say(OFFICE, f"不入选 {found[2].number} 理由：验收得分低")
    assert "已录入审定意见" in console.say(OFFICE, "审定 平法政办〔2019〕8号 王某某 8月15日")
    return found


def in_notice(console: Console) -> list[Application]:
    """The same, made public from 15 August for five working days (to the 21st)."""
    found = decided(console)
    console.say(OFFICE, TERMS, f"开始公示 8月15日 {LINK}")
    assert "公示已签发" in console.say(SECOND, "签发公示")
    return found
