"""When all is over the office seals the campaign, everybody may still look, and a mistake is put right (C16)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from config.load import campaign_folder, load_campaign
from storage.schema import migrate
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console_following import FollowingConsole
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
ARCHIVE = "/console/campaign/archive"
UNIT = "宝丰县市场监督管理局"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[FollowingConsole]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = FollowingConsole(load_campaign(campaign_folder("pingdingshan-2019")), url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


async def test_campaign_is_sealed_read_by_all_opened_for_a_correction_and_sealed_again(
    console: FollowingConsole, browser: Browser, tmp_path: Path
) -> None:
    known = console.apply(UNIT)
    office = await take_seat(console, browser, OFFICE)
    body = await take_seat(console, browser, BODY, PHONE)
    for seat in (office, body):
        seat.page.on("dialog", lambda dialog: dialog.accept())
    page = await office.open("/console/campaign")
    await page.get_by_role("link", name="归档", exact=True).click()
    stages = page.locator("section", has_text="办理结果统计")
    await expect(stages.locator("tbody tr").last).to_contain_text("合计1")
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="申报件汇总").click()
    await (await saved.value).save_as(tmp_path / "applications.xlsx")
    sheet = load_workbook(tmp_path / "applications.xlsx").active
    assert UNIT in {cell for row in sheet.values for cell in row}

    await page.get_by_label("保存至").fill("2019-07-01")
    await page.get_by_label("说明").fill("活动结束，材料已整理齐全")
    await page.get_by_role("button", name="归档封存").click()
    await expect(page.get_by_role("alert")).to_contain_text("须是今天以后的日期")
    await page.get_by_label("保存至").fill("2029-12-31")
    await page.get_by_label("说明").fill("活动结束，材料已整理齐全")
    await office.check()
    await page.get_by_role("button", name="归档封存").click()
    sealed = page.locator("#sealed")
    for said in ("2029年12月31日", "李四", "活动结束，材料已整理齐全"):
        await expect(sealed).to_contain_text(said)
    await office.check()

    theirs = await body.open(f"/console/applications/{known.number}")
    await expect(theirs.locator(".sealed")).to_contain_text("只能查阅")
    await expect(theirs.locator("main")).to_contain_text(UNIT)
    await theirs.locator("summary", has_text="退回补正").click()
    await (
        theirs.locator("form", has=theirs.get_by_role("button", name="确定退回补正"))
        .get_by_role("textbox")
        .first.fill("缺公章")
    )
    for day in await theirs.locator("form:has-text('退回补正') input[type=date]:visible").all():
        await day.fill("2019-07-20")
    await theirs.get_by_role("button", name="确定退回补正").click()
    await expect(theirs.locator("main")).to_contain_text("本活动已归档封存，只能查阅，不能再改")
    assert console.stages([known]) == ["submitted"]
    assert "已经结束并归档" in console.say(f"holder-{UNIT}", "负责人改为李四")

    await page.reload()
    await sealed.get_by_text("解除封存", exact=True).first.click()
    await sealed.locator("form[action$=reopen]").get_by_label("理由").fill("更正负责人姓名")
    await sealed.get_by_role("button", name="解除封存").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已解除封存")
    await expect(page.locator(".sealed")).to_have_count(0)
    console.say(f"holder-{UNIT}", "负责人改为李四", "确认")
    assert console.application(known.id).values["leader"] == "李四"
    await page.get_by_label("保存至").fill("2029-12-31")
    await page.get_by_label("说明").fill("更正完毕")
    await page.get_by_role("button", name="归档封存").click()
    await expect(sealed).to_contain_text("更正完毕")
    await page.get_by_role("link", name="修改记录", exact=True).click()
    await expect(page.locator("tbody")).to_contain_text("更正负责人姓名")
    await office.open("/console/log")
    await expect(page.locator("tbody")).to_contain_text("解除封存")
    await office.check()
    await body.check()
