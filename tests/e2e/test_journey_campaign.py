"""The office sets the campaign up, moves its date, edits its words, rehearses it and clones it, in a real browser."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from config.load import campaign_folder, check_campaign, load_campaign
from storage.schema import migrate
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import INSPECTOR, OFFICE_TWO
from tests.fakes.console_following import FollowingConsole
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
HOME = "/console/campaign"


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


async def to_tab(seat: Seat, tab: str) -> Page:
    """From the first page, as somebody goes there."""
    page = await seat.open("/console/")
    menu = page.locator("[data-menu]").first
    if not await page.get_by_role("link", name="活动设置").is_visible():
        await menu.locator("summary").click()
    await page.get_by_role("link", name="活动设置").click()
    if tab != "日期":
        await page.get_by_role("link", name=tab, exact=True).click()
    return page


async def test_open_point_that_blocks_is_decided_and_from_then_on_cited(
    console: FollowingConsole, browser: Browser
) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await to_tab(seat, "待明确事项")
    point = page.locator("#Q11")
    await expect(point).to_contain_text("必须先明确")
    await point.get_by_text("作出答复", exact=True).click()
    await point.get_by_label("答复").fill("可以，退回后三个工作日内补正一次，逾期按未补正办理。")
    await point.get_by_role("button", name="保存答复").click()
    await expect(page.locator("[data-flash]")).to_contain_text("Q11已明确")
    await expect(page.locator("#Q11")).to_contain_text("已明确")
    await page.get_by_role("link", name="问答").click()
    await page.get_by_role("link", name="答复口径").click()
    await expect(page.locator("main")).to_contain_text("三个工作日内补正一次")
    await seat.check()


async def test_deadline_is_moved_after_a_look_and_whoever_was_told_is_told_anew(
    console: FollowingConsole, browser: Browser
) -> None:
    console.say(BODY, "内部截止7月18日")
    console.say(OFFICE, "通知 全体推荐单位：请于本月25日前报送。")
    console.say(OFFICE, "发送 通知1")
    console.say(OFFICE_TWO, "签发 通知1")
    await console._follow()
    seat = await take_seat(console, browser, OFFICE)
    page = await to_tab(seat, "日期")
    await page.get_by_role("textbox", name="改为").fill("2019-07-16")
    await page.get_by_role("button", name="先看会有什么变化").click()
    await expect(page.locator("#preview")).to_contain_text("内部截止晚于新的截止日期")
    await page.get_by_role("link", name="不改").click()
    await page.get_by_role("textbox", name="改为").fill("2019-07-31")
    await page.get_by_role("button", name="先看会有什么变化").click()
    preview = page.locator("#preview")
    await expect(preview).to_contain_text("由2019年7月25日之前改为2019年7月31日之前")
    await expect(preview.get_by_role("checkbox")).not_to_be_checked()
    await seat.check()
    await preview.get_by_role("button", name="确认改期").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已改期：截止日期为2019年7月31日之前")
    bodies = {body.id: body.cutoff for body in console.campaign.bodies}
    assert (str(console.campaign.deadline), str(bodies["baofeng"])) == ("2019-07-31", "2019-07-18")
    await page.go_back()
    await seat.open(f"{HOME}?deadline=2019-07-01")
    await expect(page.get_by_role("alert")).to_contain_text("已经过去")


async def test_two_colleagues_change_one_sentence_and_neither_is_overwritten(
    console: FollowingConsole, browser: Browser
) -> None:
    first = await take_seat(console, browser, OFFICE)
    second = await take_seat(console, browser, OFFICE_TWO, PHONE)
    address = f"{HOME}/edit?place=phrases/staff_invitation"
    one, two = await first.open(address), await second.open(address)
    text = console.campaign.phrases["staff_invitation"]
    await one.get_by_label("理由").fill("口径统一")
    await one.locator("textarea[name=text]").fill("少了一个花括号")
    await one.get_by_role("button", name="保存", exact=True).click()
    await expect(one.get_by_role("alert")).to_contain_text("不能缺少")
    assert await one.locator("textarea[name=text]").input_value() == "少了一个花括号"
    await one.locator("textarea[name=text]").fill(f"您好！{text}")
    await one.get_by_role("button", name="先看会有什么变化").click()
    await expect(one.locator("#preview")).to_contain_text("您好！")
    await one.get_by_role("button", name="保存", exact=True).click()
    await expect(one.locator("[data-flash]")).to_contain_text("已保存")
    await two.locator("textarea[name=text]").fill(f"同志：{text}")
    await two.get_by_role("button", name="保存", exact=True).click()
    await expect(two.get_by_role("alert")).to_contain_text("刚改过这一项")
    assert (await two.locator("textarea[name=text]").input_value()).startswith("同志：")
    await second.check()
    assert console.campaign.phrases["staff_invitation"].startswith("您好！")

    await one.get_by_role("link", name="修改记录", exact=True).click()
    await expect(one.locator("tbody tr")).to_have_count(1)
    async with one.expect_download() as saved:
        await one.get_by_role("link", name="导出Excel").click()
    assert (await saved.value).suggested_filename.endswith(".xlsx")
    await one.locator("tbody tr td[data-label=项目]").get_by_role("link").click()
    await one.get_by_role("button", name="恢复原值").click()
    await expect(one.locator("[data-flash]")).to_contain_text("已恢复原值")
    assert console.campaign.phrases["staff_invitation"] == text


async def test_rehearsal_survives_a_reload_and_the_pages_go_on_showing_what_is_real(
    console: FollowingConsole, browser: Browser
) -> None:
    console.three()
    seat = await take_seat(console, browser, OFFICE)
    page = await to_tab(seat, "演练")
    await page.get_by_role("button", name="开始演练").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    other = await take_seat(console, browser, OFFICE_TWO)
    shown = await other.open(f"{HOME}/rehearsal")
    await expect(shown.locator("#rehearsal")).to_contain_text("正在演练")
    listed = await other.open("/console/applications")
    await expect(listed.locator("body")).not_to_contain_text("演练局")
    await page.reload()
    await expect(page.locator("#rehearsal")).to_contain_text("全程走通", timeout=60_000)
    listed = await other.open("/console/applications")
    await expect(listed.locator("body")).not_to_contain_text("演练局")
    await seat.check()


async def test_clone_is_gone_through_and_its_folder_is_sound(
    console: FollowingConsole, browser: Browser, tmp_path: Path
) -> None:
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await to_tab(seat, "沿用到下一年度")
    assert await page.get_by_label("活动编号").input_value() == "pingdingshan-2020"
    await page.get_by_label("文件号").fill("平法政办〔2020〕3号")
    for label, day in (
        ("开始日期", "2020-08-01"),
        ("截止日期", "2020-07-24"),
        ("全部结束的日期", "2020-12-31"),
    ):
        await page.locator("label", has_text=label).locator("input[type=date]").fill(day)
    await page.get_by_role("button", name="生成并核对").click()
    await expect(page.get_by_role("alert")).to_contain_text("日期的先后不对")
    await page.get_by_label("开始日期").fill("2020-06-01")
    await page.get_by_role("button", name="生成并核对").click()
    await expect(page.locator("#made")).to_contain_text("请逐条核对")
    await seat.check()
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="下载 pingdingshan-2020.zip").click()
    await (await saved.value).save_as(tmp_path / "clone.zip")
    zipfile.ZipFile(tmp_path / "clone.zip").extractall(tmp_path / "clone")
    assert list(check_campaign(tmp_path / "clone" / "pingdingshan-2020")) == []


@pytest.mark.parametrize("userid", [BODY, INSPECTOR])
async def test_nobody_else_finds_the_settings(
    console: FollowingConsole, browser: Browser, userid: str
) -> None:
    seat = await take_seat(console, browser, userid)
    page = await seat.open("/console/")
    await expect(page.get_by_role("link", name="活动设置")).to_have_count(0)
    for tab in ("", "/points", "/rehearsal", "/history.xlsx", "/clone"):
        answer = await page.request.get(str(console.server.make_url(HOME + tab)))  # type: ignore[union-attr]  # started
        assert answer.status == 404
