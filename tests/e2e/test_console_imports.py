"""Whoever sends a table sees that it is on its way, on every page that takes one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import Console
from tests.fakes.recommending import OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
STAY = "window.addEventListener('submit', (event) => event.preventDefault())"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
async def test_a_table_on_its_way_is_seen_to_be(
    console: Console, browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    table = tmp_path / "表.csv"
    table.write_text("单位,日期,时间,组长\n", encoding="utf-8")
    for path in ("visits", "people", "results"):
        seat = await take_seat(console, browser, OFFICE, size)
        page = await seat.open(f"/console/{path}/import")
        await seat.check()
        form = page.locator("form:has(input[type=file])")
        bar = form.get_by_text("正在上传和读取表格")
        await expect(bar).to_be_hidden()
        await page.evaluate(STAY)  # as long as the answer is not there
        await form.locator("input[type=file]").set_input_files(table)
        await form.locator("button").click()
        await expect(bar).to_be_visible()
        await expect(form.get_by_role("progressbar")).to_be_visible()
        await expect(form.locator("button")).to_be_disabled()
        await seat.check()
        await seat.context.close()
