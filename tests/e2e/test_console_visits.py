"""The office plans in the week, changes in place, imports a sheet; a phone shows the days one below the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.documents.sheet_write import Column, Table, workbook
from bot.model.visit import Visit, VisitState
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
HOME = "/console/visits"
WEEK = f"{HOME}?week=2019-07-29"
UNIT = "宝丰县公安局"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def visits(console: Console) -> list[Visit]:
    return list(console.run(lambda store: store.visits()))


def accepted(console: Console, unit: str = UNIT) -> str:
    return console.apply(unit, "baofeng", "accepted", unit_address="人民路1号").number


async def test_office_plans_releases_and_changes_in_place(console: Console, browser: Browser) -> None:
    accepted(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(WEEK)
    await seat.check()
    await page.get_by_role("link", name="7月30日（周二）安排验收").first.click()
    await page.get_by_label("申报编号或单位").fill(UNIT)
    await page.get_by_label("组长").select_option(label="郑七")
    await expect(page.locator(".found.good")).to_be_visible()
    await page.get_by_label("日期").fill("2019-07-28")
    await page.get_by_label("日期").blur()
    await expect(page.locator(".found.bad")).to_contain_text("休息日")
    await page.get_by_label("日期").fill("2019-07-30")
    await page.get_by_role("checkbox", name="冯八").check()
    await seat.check()
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("尚未通知任何人")
    await expect(page.locator("#visit-1")).to_contain_text("未发布")

    second = await take_seat(console, browser, OFFICE_TWO)
    other = await second.open(f"{HOME}?show=list")
    await other.get_by_role("checkbox", name=f"选择{UNIT}").check()
    await other.get_by_role("button", name="发布勾选的安排").click()
    await expect(other.locator("[data-flash]")).to_contain_text("已发布1项")
    await second.check()

    await seat.open(WEEK)
    await page.get_by_role("link", name=f"修改{UNIT}的验收安排").click()
    form = page.locator("#visit-1 form")
    await form.get_by_label("日期").fill("2019-07-31")
    await form.get_by_label("变更理由").fill("防汛值守")
    await seat.check()
    await form.get_by_role("button", name="登记变更").click()
    await expect(page.locator("#visit-1")).to_contain_text("变更未发布")
    assert [one.state for one in visits(console)] == [VisitState.CHANGING]
    await seat.open(f"{HOME}?show=list")
    await page.get_by_role("link", name="修改").click()
    await expect(page.locator("tr form").get_by_label("日期")).to_have_value("2019-07-31")
    await seat.check()


async def test_sheet_is_uploaded_mended_and_imported(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    accepted(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/import")
    columns = [Column(name, 16) for name in ("单位", "日期", "时间", "组长", "成员")]
    for day in ("7月32日", "7月30日"):
        path = tmp_path / "安排.xlsx"
        path.write_bytes(workbook([Table("安排", "", columns, [(UNIT, day, "9:30", "郑七", "冯八")])]))
        await page.get_by_label("表格").set_input_files(path)
        await page.get_by_role("button", name="上传并核对").click()
        if day == "7月32日":
            await expect(page.locator(".problems")).to_contain_text("请写成2019-07-30")
            await seat.check()
    await page.get_by_role("button", name="确认导入 1 项").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记1项")
    await seat.check()
    assert [one.state for one in visits(console)] == [VisitState.PLANNED]


@pytest.mark.parametrize("userid", [OFFICE, BODY, INSPECTOR])
async def test_pages_fit_a_phone(console: Console, browser: Browser, userid: str) -> None:
    number = accepted(console)
    console.say(OFFICE, f"安排验收 {number} 7月30日上午9:30 组长郑七 成员冯八")
    console.say(OFFICE_TWO, "发布验收安排")
    console.say(f"holder-{UNIT}", "需改期 当天有防汛值守")
    seat = await take_seat(console, browser, userid, PHONE)
    paths = [WEEK, f"{HOME}?show=list", f"{HOME}/1"]
    paths += [f"{HOME}/1/edit", f"{HOME}/import", f"{HOME}/covert"] if userid == OFFICE else []
    for path in paths:
        page = await seat.open(path)
        await seat.check()
    await seat.open(WEEK)
    await page.locator(".phone-only").get_by_role("link", name=UNIT).click()
    await expect(page.locator("h1")).to_contain_text(UNIT)
