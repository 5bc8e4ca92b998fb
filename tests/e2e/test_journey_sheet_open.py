"""A sheet is opened by searching for its unit; what was not looked at shows no points, and what is typed wrongly
is told at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.recommending import OFFICE
from tests.integration.console.sheet_team import Team

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
UNIT, GUIDANCE, VETO = "宝丰县公安局", "a2.1.4", "a2.5.1"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_a_sheet_is_opened_by_a_part_of_the_units_name(console: Console, browser: Browser) -> None:
    number = console.apply(UNIT, "baofeng", "reviewed", unit_address="人民路1号").number
    office = await take_seat(console, browser, OFFICE)
    page = await office.open("/console/sheets")
    await page.get_by_role("link", name="打开新的评分表").click()
    unit, leader = page.get_by_label("申报编号或单位"), page.get_by_label("组长")
    member = page.get_by_role("checkbox", name="郑七")
    await member.check()
    await leader.select_option(label="郑七")
    await expect(member).to_be_disabled()  # who leads is not a member beside it
    await expect(member).not_to_be_checked()
    await page.get_by_role("checkbox", name="冯八").check()
    await unit.fill("没有这个单位")
    await page.get_by_role("button", name="打开评分表").click()
    await expect(page.get_by_role("alert")).to_contain_text("没有这个单位")
    await expect(page.get_by_role("checkbox", name="冯八")).to_be_checked()  # nothing is lost
    await office.check()

    await unit.fill("宝丰县公")
    await expect(page.locator("#units option")).to_have_attribute("value", f"{number} {UNIT}")
    await unit.fill(f"{number} {UNIT}")
    await page.get_by_role("button", name="打开评分表").click()
    await expect(page.locator("h1")).to_have_text(UNIT)
    await office.check()


async def test_what_was_not_looked_at_has_no_points_and_a_wrong_count_no_preview(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    leader = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await leader.open(team.home)
    state = page.locator(f'[data-part="state-{GUIDANCE}"]')
    await expect(state).to_contain_text("— / 5")
    await expect(page.locator("[data-part=sign]")).to_contain_text("未查看的项目暂按满分计")
    await expect(page.locator(f'[data-part="state-{VETO}"]')).not_to_contain_text("已提出一票否决")

    item = page.locator(f'[id="item-{GUIDANCE}"]')
    await item.locator(":scope > summary").click()
    rule = item.locator(".rule", has_text="缺1次扣1分").first
    await rule.locator(":scope > summary").click()
    preview = rule.locator("[data-preview]")
    for wrong in ("-3", "2.5", ""):
        await rule.locator("[name=count]").fill(wrong)
        await expect(preview).to_contain_text("整数")
    await rule.locator("[name=count]").fill("2")
    await expect(preview).to_contain_text("扣2，得3/5")
    await rule.locator("[name=evidence]").fill("案卷2019-3号")
    await rule.get_by_role("button", name="记下").click()
    await expect(state).to_contain_text("得 3/5")
    made, head = item.locator(".made").first, item.locator(":scope > summary")
    below, above = await made.bounding_box(), await head.bounding_box()
    assert below is not None
    assert above is not None
    assert below["y"] >= above["y"] + above["height"]  # the head, which stays in sight, does not cover it

    paper = await leader.open(f"{team.home}/paper")
    row = paper.locator("tr", has_text="案卷2019-3号")
    await expect(row.locator("td[data-label=得分]")).to_have_text("3")
    box = await row.locator("td[data-label=得分]").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 375  # no column is off the screen
    await leader.check()
