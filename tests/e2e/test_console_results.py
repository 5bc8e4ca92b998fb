"""The office judges, decides, publishes with two people, and hands over a plaque, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.deciding import AUGUST, LINK
from tests.fakes.recommending import OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
HOME = "/console/results"
UNITS = ("宝丰县公安局", "宝丰县城市管理局")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


async def decide(page: Page, unit: str, reason: str, button_name: str) -> None:
    row = page.locator("tbody tr", has_text=unit)
    await row.locator("summary").click()
    await row.get_by_label("理由").fill(reason)
    await button(row, button_name).click()
    await expect(page.locator("[data-flash]")).to_contain_text("公布前不会告知任何单位")


async def test_the_office_judges_in_the_row_and_keeps_its_place(console: Console, browser: Browser) -> None:
    console.now = AUGUST
    known = [console.apply(unit, stage="accepted") for unit in UNITS]
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}?q=宝丰县")
    unit = page.locator(f"#unit-{known[1].number}")
    await unit.get_by_role("link", name="录入评审结果").click()
    await expect(page.locator("#unit-" + known[0].number)).to_be_visible()  # the list is still there
    await unit.get_by_label("评审人").fill("张教授")
    for score in await unit.get_by_label("得分").all():
        await score.fill("85.5")
    await unit.get_by_label("意见").first.fill("服务扎实")
    await seat.check()
    await button(unit, "保存").click()
    await expect(unit).to_contain_text("服务扎实")
    assert "q=" in page.url
    await unit.get_by_role("checkbox").check()
    await button(page, "结束所选单位的评审").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已结束评审 1 件")
    assert console.stages(known) == ["accepted", "reviewed"]
    await seat.check()


async def test_from_the_decision_to_the_plaque(console: Console, browser: Browser) -> None:
    console.now = AUGUST
    known = [console.apply(unit, stage="inspected") for unit in UNITS]
    first, second = await take_seat(console, browser, OFFICE), await take_seat(console, browser, OFFICE_TWO)
    for seat in (first, second):
        seat.page.on("dialog", lambda dialog: dialog.accept())
    page = await first.open(f"{HOME}/factors")
    await decide(page, UNITS[0], "三项居前", "列入拟定名单")
    await decide(page, UNITS[1], "名次靠后", "不入选")
    await first.check()
    await page.get_by_role("link", name="拟定名单").click()
    await page.get_by_label("文号").fill("平法政办〔2019〕8号")
    await page.get_by_label("审定领导").fill("王某某")
    await page.get_by_label("审定日期").fill("2019-08-15")
    await button(page, "录入审定意见").click()
    await page.get_by_role("navigation", name="评审结果各环节").get_by_role("link", name="公示").click()
    await page.get_by_label("公示期（工作日）").fill("5")
    await page.get_by_label("异议渠道").fill("实名书面或电话0375-2663225")
    await button(page, "保存").click()
    await page.get_by_label("公示网页的网址").fill(LINK)
    await button(page, "起草公示").click()
    await expect(page.get_by_text("这是您起草的")).to_be_visible()
    await first.check()

    page = await second.open(f"{HOME}/notice")
    await button(page, "签发公示").click()
    await expect(page.locator(".count")).to_have_text("还有 5 个工作日")
    await second.check()
    console.now = AUGUST + timedelta(days=7)
    page = await second.open(f"{HOME}/announcement")
    await button(page, "起草公布").click()
    page = await first.open(f"{HOME}/announcement")
    await button(page, "签发公布").click()
    await expect(page.locator(".count")).to_have_text("已公布 1 家")
    assert console.stages(known) == ["announced", "not_selected"]
    await first.check()
    await page.get_by_role("link", name="办理匾牌").click()
    await page.get_by_text("登记领取").first.click()
    await page.get_by_label("领取人").fill("张三")
    await button(page, "登记领取").click()
    await expect(page.locator("tbody tr")).to_contain_text("张三")
    await first.check()


async def test_an_objection_is_handled_on_a_phone(console: Console, browser: Browser) -> None:
    console.now = AUGUST
    known = console.apply(UNITS[0], stage="inspected")
    seat = await take_seat(console, browser, OFFICE, PHONE)
    seat.page.on("dialog", lambda dialog: dialog.accept())
    page = await seat.open(f"{HOME}/objections")
    await page.get_by_text("登记异议").click()
    await page.get_by_label("收到的方式").select_option("check")
    await page.get_by_label("是否实名").select_option("yes")
    await page.get_by_label("涉及单位").fill(known.number)
    await page.get_by_label("内容").fill("发现一票否决线索")
    await page.get_by_label("提出人", exact=True).fill("赵举报")
    await seat.check()
    await button(page, "登记").click()
    await expect(page.locator("h1")).to_have_text("异议 1")
    assert "赵举报" not in await page.content()
    await button(page, "查看提出人").click()
    await expect(page.get_by_text("赵举报")).to_be_visible()
    await page.get_by_label("结论和理由").fill("查无实据")
    await page.get_by_label("不成立").check()
    await button(page, "办结").click()
    await expect(page.get_by_text("结论：不成立").first).to_be_visible()
    await seat.check()
    for path in ("", "/factors", "/list", "/notice", "/announcement", "/plaques", "/import"):
        await seat.open(f"{HOME}{path}")
        await seat.check()
