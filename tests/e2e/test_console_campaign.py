"""The office changes the campaign, looks after people and rehearses, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from config.load import campaign_folder, load_campaign
from storage.schema import migrate
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console_following import FollowingConsole
from tests.fakes.recommending import OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
HOME = "/console/campaign"
PAGES = (
    f"{HOME}?deadline=2019-07-31",
    f"{HOME}/contact",
    f"{HOME}/bodies",
    f"{HOME}/points",
    f"{HOME}/reminders",
    f"{HOME}/stages",
    f"{HOME}/visits",
    f"{HOME}/wording",
    f"{HOME}/history",
    f"{HOME}/clone",
    f"{HOME}/rehearsal",
    f"{HOME}/edit?place=phrases/staff_invitation",
    "/console/people",
    "/console/people/1",
    "/console/people/add",
    "/console/people/import",
    "/console/log",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[FollowingConsole]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = FollowingConsole(load_campaign(campaign_folder("pingdingshan-2019")), url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


async def test_contact_is_changed_with_a_look_ahead_and_a_day_is_turned_by_keyboard(
    console: FollowingConsole, browser: Browser
) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/contact")
    await page.get_by_role("link", name="修改联系电话").click()
    await page.get_by_label("联系电话").fill("0375-2660001")
    await page.get_by_role("button", name="先看会有什么变化").click()
    await expect(page.locator("#preview")).to_contain_text("今后发出的消息")
    await seat.check()
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("联系电话已保存")
    assert console.campaign.contact.phone == "0375-2660001"

    await seat.open(f"{HOME}?month=2019-07")
    await page.locator("button[value='2019-07-20']").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("button[value='2019-07-20']")).to_contain_text("班（改）")
    await seat.check()


async def test_wording_is_found_while_typing(console: FollowingConsole, browser: Browser) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/wording")
    await page.get_by_label("用语中的字词").press_sequentially("staff_nameless")
    await expect(page.locator("#phrases tbody tr")).to_have_count(1)
    await seat.check()


async def test_rehearsal_is_watched_to_its_end(console: FollowingConsole, browser: Browser) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/rehearsal")
    await page.get_by_role("button", name="开始演练").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.locator("#rehearsal")).to_contain_text("全程走通", timeout=60_000)
    await seat.check()


async def test_signing_out_everywhere_is_offered_on_every_page(
    console: FollowingConsole, browser: Browser
) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/people")
    async with page.expect_request("**/console/logout") as sent:
        await page.get_by_role("button", name="全部退出").click()
    assert "everywhere=1" in ((await sent.value).post_data or "")


async def test_pages_fit_a_phone_and_a_desk(console: FollowingConsole, browser: Browser) -> None:
    console.three()
    for size in (PHONE, (1280, 900)):
        seat = await take_seat(console, browser, OFFICE, size)
        for path in PAGES:
            await seat.open(path)
            await seat.check()
