"""What comes after the deadline (逾期), as the unit, its body and the office see it, in real browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
GRANTED, REFUSED = "宝丰县司法局", "宝丰县水利局"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_late_units_are_granted_or_refused_with_a_reason_that_unit_and_body_read(
    console: Console, browser: Browser
) -> None:
    late = [console.apply(unit, stage="draft") for unit in (GRANTED, REFUSED)]
    console.now += timedelta(days=14)
    for unit in (GRANTED, REFUSED):
        assert "是否受理由市办公室认定" in console.say(f"holder-{unit}", "提交")
    assert console.stages(late) == ["late_pending"] * 2

    body = await take_seat(console, browser, BODY, PHONE)
    page = await body.open("/console/")
    await page.get_by_role("link", name="截止后仍要提交或修改").click()
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody")).to_contain_text("2019-07-26")
    await body.check()
    foreign = await take_seat(console, browser, OTHER, PHONE)
    await foreign.open("/console/late")
    await expect(foreign.page.locator("main")).not_to_contain_text("宝丰县")

    office = await take_seat(console, browser, OFFICE)
    await judge(office, GRANTED, "准予报送推荐单位", "当日网络中断，有证明")
    await judge(office, REFUSED, "认定视为自动放弃", "无正当理由")
    assert console.stages(late) == ["submitted", "deemed_abandoned"]
    await office.check()
    assert "当日网络中断" in console.told(f"holder-{GRANTED}")[-1]
    assert "视为自动放弃" in console.told(f"holder-{REFUSED}")[-1]

    page = await body.open("/console/recommendation")
    await expect(page.get_by_role("checkbox", name=f"选择{GRANTED}")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text(REFUSED)
    await page.get_by_role("link", name=GRANTED).click()
    await expect(page.get_by_label("概况")).to_contain_text("当日网络中断，有证明")
    await body.open(f"/console/applications/{late[1].number}")
    await expect(page.get_by_label("概况")).to_contain_text("视为自动放弃")
    await expect(page.get_by_label("概况")).to_contain_text("无正当理由")
    await body.check()


async def judge(office: Seat, unit: str, act: str, reason: str) -> Page:
    """From the list of what is late to the unit, and there the act with its reason."""
    page = await office.open("/console/")
    await page.locator("a.tile", has_text="逾期待认定").click()
    await page.get_by_role("link", name=unit).click()
    await page.get_by_text(act, exact=True).click()
    await page.get_by_label("请写明理由").and_(page.locator(":visible")).fill(reason)
    await page.get_by_role("button", name=f"确定{act}").click()
    await expect(page.get_by_label("概况")).to_contain_text(reason)
    return page
