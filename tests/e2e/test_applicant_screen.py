"""The applicant's own page in a real browser: it fits every screen, is readable, and prints."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from handlers.applicant.pages import ApplicantView, FormItem, applicant_routes
from tests.e2e.browser import CONTRAST, DESKTOP, PHONE, chromium

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk"), pytest.mark.asyncio(loop_scope="module")]

TOKEN = "k3Jx9v_2QmZ8-aLw7RtYpA"
VIEW = ApplicantView(
    title="2019年度平顶山市服务型行政执法示范点",
    unit="平顶山市宝丰县市场监督管理局城关市场监督管理所",
    number="2019-017",
    state_label="草稿",
    filed=False,
    receipt="",
    items=(
        FormItem(8, "申报单位服务型行政执法工作基本情况", "第一段\n" + "很长的" * 300 + "a" * 300),
        FormItem(9, "申报单位意见", ""),
    ),
    missing=("申报单位意见",),
    owes=("盖章扫描件",),
    print_code="7K3F9QX",
    deadline_words="2019年7月25日之前",
    phone="0375-2663225",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url() -> AsyncIterator[str]:
    async def lookup(token: str) -> ApplicantView | None:
        return VIEW if token == TOKEN else None

    async def form(token: str) -> tuple[bytes, str] | None:
        return (b"PK\x03\x04", "申报表_宝丰.docx") if token == TOKEN else None

    app = web.Application()
    app.add_routes(applicant_routes(lookup, form, form))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/u/"
    await runner.cleanup()


@pytest.mark.parametrize("token", [TOKEN, "A" * 22])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_page_fits_the_screen_and_is_readable(
    browser: Browser, url: str, size: tuple[int, int], token: str
) -> None:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = await context.new_page()
    await page.goto(url + token)
    assert await page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert await page.evaluate(CONTRAST) == []
    await context.close()


async def test_form_is_downloaded_by_the_button_but_not_printed(browser: Browser, url: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(url + TOKEN)
    button = page.get_by_role("link", name="下载申报表（Word）")
    async with page.expect_download() as started:
        await button.click()
    assert (await started.value).suggested_filename == "申报表_宝丰.docx"
    await page.emulate_media(media="print")
    await expect(button).to_be_hidden()
    await expect(page.get_by_text("草稿，尚未报送")).to_be_visible()
    await context.close()
