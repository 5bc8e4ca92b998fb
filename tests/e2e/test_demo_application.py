"""The whole way in a real browser: a newcomer to the demo fills the application and gets the form."""

from __future__ import annotations

import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.documents.form_read import Origin, read_form
from config.campaign import Campaign
from tests.deployment import ANSWERS, VALUES, free_port, until
from tests.e2e.browser import DESKTOP, PHONE, chromium
from tests.process import Process

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    port = free_port()
    process = Process(tmp_path, ("demo", "--port", str(port)), {})
    await process.start()
    try:
        await process.ready(f"http://127.0.0.1:{port}")
        await until(lambda: "按 Ctrl-C 结束" in process.stdout, 30)
        yield f"http://127.0.0.1:{port}/demo/"
    finally:
        await process.stop(signal.SIGKILL)


async def write(page: Page, text: str) -> None:
    """Write a message and wait for its answer."""
    theirs = page.locator(".message.theirs:not(.typing):not(.pending)")
    before = await theirs.count()
    await page.fill("#text", text)
    await page.press("#text", "Enter")
    await expect(theirs.nth(before)).to_be_visible(timeout=15_000)
    await expect(page.locator(".pending, .typing")).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_newcomer_fills_confirms_and_downloads_the_form(
    address: str, size: tuple[int, int], campaign: Campaign
) -> None:
    async with chromium() as browser:
        context = await browser.new_context(
            locale="zh-CN", viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        page = await context.new_page()
        await page.goto(address)
        await page.wait_for_selector("#text")
        for text in ("我要申报", *ANSWERS):
            await write(page, text)
        await page.get_by_role("button", name="确认提交").last.click()
        link = page.locator(".message.theirs .bubble", has_text="您的申报页面（请勿转发）").last
        await expect(link).to_be_visible(timeout=15_000)
        await expect(page.get_by_text(re.compile("回执 2019-"))).not_to_have_count(0)
        found = re.search(r"http\S+/u/\S+", await link.inner_text())
        assert found is not None

        own = await context.new_page()
        await own.goto(found[0])
        await expect(own.get_by_text(VALUES["unit_address"])).to_be_visible()
        async with own.expect_download() as started:
            await own.get_by_role("link", name="下载申报表（Word）").click()
        download = await started.value
        assert download.suggested_filename == "申报表_汝州市农业农村局.docx"
        content = (await download.path()).read_bytes()
        await context.close()
    reading = read_form(campaign, content)
    assert (dict(reading.values), reading.origin, reading.problems) == (VALUES, Origin.OURS, ())
