"""What the office and the bodies decide on one application, and what its unit then hears. In real browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
UNIT = "宝丰县水利局"
HOLDER = f"holder-{UNIT}"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def decide(page: Page, act: str, reason: str, due: str = "") -> None:
    """Open an act of the page, write why, and confirm it."""
    await page.get_by_text(act, exact=True).click()
    await page.locator("textarea[name=reason]:visible").fill(reason)
    if due:
        await page.locator("input[name=due]:visible").fill(due)
    await page.get_by_role("button", name=f"确定{act}").click()


def heard(console: Console) -> str:
    return "\n".join(console.told(HOLDER))


async def open_late(page: Page) -> None:
    """From the first page to the only case that came late."""
    await page.locator("a.tile", has_text="逾期待认定").click()
    await page.get_by_role("link", name=UNIT).click()
    await expect(page.locator("h1")).to_have_text(UNIT)


async def test_a_returned_form_comes_back_in_time_and_is_looked_at_again(
    console: Console, browser: Browser
) -> None:
    known = console.apply(UNIT)
    seat = await take_seat(console, browser, BODY)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="1 待核对").click()
    await page.get_by_role("link", name=UNIT).click()
    await decide(page, "退回补正", "请核对联系电话", "2019-06-01")  # a day that is over
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("需要补正的事项")).to_have_value("请核对联系电话")
    assert (console.stages([known]), heard(console)) == (["submitted"], "")
    await page.get_by_label("补正期限").fill("2019-07-18")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.get_by_label("概况")).to_contain_text("请核对联系电话（期限 7月18日")
    assert all(words in heard(console) for words in ("请核对联系电话", "7月18日"))

    console.say(HOLDER, "联系电话改为13900003333", "提交", "确认提交")
    await page.reload()
    assert console.application(known.id).values["contact_phone"] == "13900003333"
    assert console.stages([known]) == ["submitted"]
    await expect(page.get_by_label("概况")).not_to_contain_text("期限 7月18日")
    await page.get_by_label("申报件各部分").get_by_role("link", name="修改记录").click()
    await expect(page.locator("main ins", has_text="3333")).to_be_visible()
    await seat.check()


async def test_a_late_one_is_opened_again_with_a_day_of_its_own(console: Console, browser: Browser) -> None:
    known = console.apply(UNIT, stage="late_pending")
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await open_late(page)
    await decide(page, "准予继续填报", "停电三日，有供电公司证明", "2019-08-02")
    await expect(page.get_by_label("概况")).to_contain_text("8月2日")
    await expect(page.get_by_label("概况")).to_contain_text("停电三日，有供电公司证明")
    assert console.stages([known]) == ["draft"]
    assert all(words in heard(console) for words in ("继续填报", "8月2日"))
    await seat.check()
    await seat.open("/console/")
    await expect(page.locator("a.tile", has_text="逾期待认定")).to_have_count(0)


async def test_a_late_one_is_let_through_and_goes_on_its_way(console: Console, browser: Browser) -> None:
    known = console.apply(UNIT, stage="late_pending")
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await seat.open("/console/")
    await open_late(page)
    await decide(page, "准予报送推荐单位", "邮件系统故障，有截图")
    await expect(page.get_by_label("概况")).to_contain_text("邮件系统故障，有截图")
    await expect(page.get_by_label("概况")).to_contain_text("李四")
    assert console.stages([known]) == ["submitted"]
    assert "准予报送" in heard(console)
    await seat.check()

    body = await take_seat(console, browser, BODY)
    page = await body.open("/console/")
    await page.get_by_role("link", name="1 待核对").click()
    await expect(page.locator("td.unit")).to_have_text(UNIT)


async def test_a_late_one_is_refused_with_its_reason(console: Console, browser: Browser) -> None:
    known = console.apply(UNIT, stage="late_pending")
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await open_late(page)
    await page.get_by_text("认定视为自动放弃", exact=True).click()
    await page.get_by_role("button", name="确定认定视为自动放弃").click()  # without a reason nothing is sent
    assert console.stages([known]) == ["late_pending"]
    await page.locator("textarea[name=reason]:visible").fill("逾期五日，未说明原因")
    await page.get_by_role("button", name="确定认定视为自动放弃").click()
    await expect(page.get_by_label("概况")).to_contain_text("逾期五日，未说明原因")
    assert console.stages([known]) == ["deemed_abandoned"]
    assert "视为自动放弃" in heard(console)
    await page.get_by_label("申报件各部分").get_by_role("link", name="操作记录").click()
    await expect(page.locator("main")).to_contain_text("认定视为自动放弃")
    await seat.check()
