"""What came late, decided from the first page; a return and what follows; two who decide at once. In real browsers."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.busy_county import busy
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
LATE, POLICE = "宝丰县水利局", "宝丰县公安局"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_two_of_the_office_decide_the_same_late_case(console: Console, browser: Browser) -> None:
    known = console.apply(LATE, stage="late_pending")
    first = await take_seat(console, browser, OFFICE)
    second = await take_seat(console, browser, OFFICE_TWO, PHONE)
    for seat in (first, second):
        page = await seat.open("/console/")
        await page.locator("a.tile", has_text="逾期待认定").click()
        await page.get_by_role("link", name=LATE).click()
        await expect(page.locator("h1")).to_have_text(LATE)
        await page.get_by_text("认定视为自动放弃", exact=True).click()

    await (
        first.page.get_by_label("请写明理由")
        .and_(first.page.locator(":visible"))
        .fill("逾期三日且无正当理由")
    )
    await first.page.get_by_role("button", name="确定认定视为自动放弃").click()
    await expect(first.page.get_by_label("概况")).to_contain_text("逾期三日且无正当理由")
    await expect(first.page.get_by_label("概况")).to_contain_text("李四")
    assert console.stages([known]) == ["deemed_abandoned"]

    await second.page.get_by_label("请写明理由").and_(second.page.locator(":visible")).fill("系统故障")
    await second.page.get_by_role("button", name="确定认定视为自动放弃").click()
    await expect(second.page.locator("[data-flash]")).to_be_visible()
    await expect(second.page.get_by_label("概况")).to_contain_text("逾期三日且无正当理由")
    await expect(second.page.get_by_label("概况")).not_to_contain_text("系统故障")
    await second.check()
    assert "视为自动放弃" in "\n".join(console.told(f"holder-{LATE}"))

    await second.open("/console/")
    await expect(second.page.locator("a.tile", has_text="逾期待认定")).to_have_count(0)


async def test_a_return_is_told_to_the_unit_and_stands_in_the_log(console: Console, browser: Browser) -> None:
    known = console.apply(POLICE)
    seat = await take_seat(console, browser, BODY, PHONE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="1 待核对").click()
    await page.get_by_role("link", name=POLICE).click()
    await page.get_by_text("退回补正", exact=True).click()
    await page.get_by_label("需要补正的事项").fill("申报表第三项未填全")
    await page.get_by_label("补正期限").fill("2019-07-18")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.get_by_label("概况")).to_contain_text("申报表第三项未填全（期限 7月18日")
    await seat.check()
    assert "申报表第三项未填全" in "\n".join(console.told(f"holder-{POLICE}"))

    office = await take_seat(console, browser, OFFICE)
    page = await office.open(f"/console/applications/{known.number}?part=audit")
    await expect(page.locator("main")).to_contain_text("赵一")
    await expect(page.get_by_label("概况")).to_contain_text("退回补正")
    for field in await page.locator("main input:not([type=hidden]), main textarea").all():
        assert await field.get_attribute("name") in ("reason", "due", "body", "code", "brought_by", "text")
    await office.check()


async def test_the_board_agrees_with_the_list_and_with_the_printed_table(
    console: Console, browser: Browser
) -> None:
    busy(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="按状态列出数字").click()
    table = page.locator("table.numbers")
    totals = [int(text) for text in await table.locator("tfoot td").all_inner_texts()]
    assert (sum(totals[:-1]), totals[-1]) == (6, 6)
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="导出进度表").click()
    content = (await (await loading.value).path()).read_bytes()
    rows = [row for row in load_workbook(io.BytesIO(content)).active.values if row[0] == "合计"]
    assert [value for value in rows[0][1:] if isinstance(value, int)][-1] == 6
    links = "links => links.map(one => [one.getAttribute('href'), one.textContent])"
    for href, count in await table.locator("tbody a").evaluate_all(links):
        await seat.open(href)
        await expect(page.locator("main")).to_contain_text(f"共 {count} 件")
    await seat.check()


async def test_nobody_reads_what_is_not_theirs(console: Console, browser: Browser) -> None:
    known = busy(console)
    for userid in (OTHER, INSPECTOR):
        seat = await take_seat(console, browser, userid, PHONE)
        page = await seat.open("/console/")
        await expect(page.locator("main")).not_to_contain_text("宝丰县公安局")
        response = await page.goto(page.url + f"applications/{known['ours'].number}")
        assert response is not None
        assert response.status == 404
        await expect(page.locator("body")).not_to_contain_text("公安局")
