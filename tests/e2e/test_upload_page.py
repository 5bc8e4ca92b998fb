"""Uploading from the applicant's page in a real browser, with tus-js-client: a dropped line, pause, resume."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Page, Route, expect

from tests.deployment import Deployment, until
from tests.e2e.browser import CONTRAST, DESKTOP, PHONE, chromium
from tests.fakes.decks import deck, good

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk", "libreoffice-impress-nogui")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
def large_deck(tmp_path: Path) -> Path:
    """A deck that opens, with 20 MB behind it, so that it travels in three pieces."""
    path = tmp_path / "申报报告.pptx"
    path.write_bytes(_padded(deck(good()), 20 << 20))
    return path


def _padded(content: bytes, size: int) -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as package:
        package.writestr("ppt/media/spare.bin", os.urandom(size))
    return file.getvalue()


async def page_of(deployment: Deployment, browser: Browser) -> Page:
    await deployment.fill_and_submit("zhangmin")
    await deployment.say("zhangmin", "我的页面")
    links: list[str] = []

    def linked() -> bool:
        links[:] = re.findall(r"http\S+/u/\S+", "\n".join(deployment.shown("zhangmin")))
        return bool(links)

    await until(linked)
    context = await browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN")
    page = await context.new_page()
    await page.goto(links[-1])
    return page


async def test_deck_arrives_in_spite_of_a_dropped_line_and_is_checked(
    service_and_platform: Deployment, browser: Browser, large_deck: Path
) -> None:
    page = await page_of(service_and_platform, browser)
    dropped: list[str] = []

    async def drop_once(route: Route) -> None:
        offset = route.request.headers.get("upload-offset", "0")
        if route.request.method == "PATCH" and offset != "0" and not dropped:
            dropped.append(offset)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/files/*", drop_once)
    await page.locator("#picked").set_input_files(large_deck)
    await expect(page.locator(".sent .said")).to_contain_text("上传完成", timeout=60_000)
    assert dropped == [str(8 << 20)]
    await expect(page.locator(".told")).to_contain_text("申报报告")
    assert await page.evaluate(CONTRAST) == []
    (kept,) = service_and_platform.rows("SELECT kind, state, size FROM material")
    assert (kept.kind, kept.state, kept.size >> 20) == ("deck", "registered", 20)

    await page.reload()
    await expect(page.get_by_role("heading", name=re.compile("申报报告 第1版"))).to_be_visible()
    await expect(page.locator(".counts .mark")).to_have_text("以这一份为准")
    await until(lambda: bool(service_and_platform.rows("SELECT 1 FROM material WHERE pictures <> '[]'")), 90)
    await page.reload()
    first = page.get_by_alt_text("第1页")
    await expect(first).to_be_visible()
    assert await first.evaluate("picture => picture.decode().then(() => picture.naturalWidth > 100)")
    for width, height in (DESKTOP, PHONE):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_paused_upload_goes_on_where_it_stopped_after_a_reload(
    service_and_platform: Deployment, browser: Browser, large_deck: Path
) -> None:
    page = await page_of(service_and_platform, browser)
    offsets: list[int] = []

    async def watch(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if offsets[-1]:
                await page.get_by_role("button", name="暂停").click()
                with suppress(Error):  # pausing may have taken the request back already
                    await route.abort()
                return
        await route.continue_()

    await page.route("**/files/*", watch)
    await page.locator("#picked").set_input_files(large_deck)
    await expect(page.locator(".sent .said")).to_have_text("已暂停。", timeout=30_000)
    await page.unroute("**/files/*")
    await page.reload()
    again: list[int] = []
    page.on(
        "request",
        lambda request: (
            again.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None
        ),
    )
    await page.locator("#picked").set_input_files(large_deck)
    await expect(page.locator(".sent .said")).to_contain_text("上传完成", timeout=60_000)
    assert (offsets[0], again[0]) == (0, 8 << 20)
