"""A recommending body's walk from its own date to the paper forms, and the office that receives, in real browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
UNITS = ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def enter(seat: Seat, label: str) -> Page:
    """A page by the menu of the first page."""
    page = await seat.open("/console/")
    menu = page.get_by_role("link", name=label, exact=True).first
    if not await menu.is_visible():
        await page.locator("summary", has_text="菜单").click()
    await menu.click()
    await expect(page.locator("h1")).to_have_text(label)
    return page


async def said(page: Page, words: str) -> None:
    await expect(page.locator("[data-flash]")).to_contain_text(words)


async def test_body_sets_its_date_looks_returns_ranks_prints_and_sends(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    known = [console.apply(unit) for unit in UNITS]
    back = console.apply("宝丰县水利局")
    console.apply("平顶山市市场监督管理局卫东分局", body="market")
    seat = await take_seat(console, browser, BODY)
    page = await enter(seat, "推荐上报")
    assert "卫东分局" not in await page.content()

    await page.get_by_text("设定内部截止").click()
    await page.get_by_label("日期").fill("2019-07-18")
    await page.get_by_role("button", name="确定", exact=True).click()
    await said(page, "宝丰县人民政府的内部截止为7月18日")
    await expect(page.locator("dl.facts")).to_contain_text("还有 6 天")

    await page.get_by_role("link", name=back.values["unit_name"]).click()
    await expect(page.locator("h1")).to_contain_text("宝丰县水利局")
    await expect(page.locator("main")).not_to_contain_text("自评")
    assert console.audited("view") != []

    page = await enter(seat, "推荐上报")
    await page.locator("summary", has_text="退回补正").click()
    await page.get_by_label("申报件").first.select_option(label=f"{back.number} 宝丰县水利局")
    await page.get_by_label("需要补正的事项").fill("请补充2018年度培训材料")
    await page.get_by_label("补正期限").fill("2019-07-20")
    await page.get_by_role("button", name="确定退回补正").click()
    await expect(page.get_by_role("alert")).to_contain_text("7月18日")  # not after the body's own date
    assert console.stages([back]) == ["submitted"]
    await expect(page.get_by_label("需要补正的事项")).to_have_value("请补充2018年度培训材料")
    await expect(page.get_by_label("申报件").first).to_have_value(back.number)
    await page.get_by_label("补正期限").fill("2019-07-16")
    await page.get_by_role("button", name="确定退回补正").click()
    await said(page, "已退回补正")
    assert "请补充2018年度培训材料" in console.told("holder-宝丰县水利局")[-1]

    for unit in UNITS:
        await page.get_by_role("checkbox", name=f"选择{unit}").check()
    await page.get_by_role("button", name="列为候选").click()
    await page.get_by_role("button", name="宝丰县交通运输局上移一位").click()
    await said(page, "已保存")
    assert console.order() == [known[0].number, known[2].number, known[1].number]
    await expect(page.locator(".card-footer", has_text="仅供参考")).to_contain_text("领域：公安1")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="打印意见页").nth(1).click()
    await (await loading.value).save_as(tmp_path / "opinion.docx")
    assert (tmp_path / "opinion.docx").read_bytes()[:2] == b"PK"

    await page.get_by_role("link", name="核对并上报").click()
    await expect(page.locator("main")).to_contain_text("2. 2019-003 宝丰县交通运输局")
    await page.get_by_role("button", name="确认上报").click()
    await said(page, "已上报3家")
    [package] = console.packages()
    await expect(page.locator("h1")).to_have_text(f"上报回执 {package.receipt}")
    assert package.receipt in console.told(OFFICE)[-1]
    assert console.stages([*known, back]) == ["recommended"] * 3 + ["returned"]
    await seat.check()


async def test_office_receives_a_package_accepts_returns_and_counts_the_papers(
    console: Console, browser: Browser
) -> None:
    known = console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    prints = [console.print(one) for one in known]
    seat = await take_seat(console, browser, OFFICE)
    page = await enter(seat, "推荐包")
    await page.locator("a.card", has_text="已上报").first.click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="宝丰县人民政府").click()
    await page.get_by_role("button", name="收件", exact=True).nth(1).click()
    await said(page, "宝丰县城市管理局")
    assert console.stages(known) == ["recommended", "received", "recommended"]
    await page.get_by_role("button", name="全部收件").click()
    await said(page, "宝丰县公安局")
    assert console.stages(known) == ["received"] * 3
    assert "已收件" in console.told(BODY)[-1]

    for place, (one, printed) in enumerate(zip(known, prints, strict=True), start=1):
        page = await enter(seat, "推荐包")
        await page.locator("summary", has_text="登记纸质件").click()
        await page.get_by_label("申报编号或单位").fill(one.number)
        await page.get_by_label("打印码").fill(printed.code)
        await page.get_by_label("送件人").fill("王五")
        await page.get_by_role("button", name="登记", exact=True).click()
        await said(page, f"{place}/3")
    assert "纸质件已收3/3" in console.told(BODY)[-1]
    await expect(page.locator("tbody tr").first).to_contain_text("3/3")

    page = await seat.open(f"/console/packages/{package.receipt}")
    await page.get_by_role("link", name="宝丰县公安局").click()
    await page.get_by_role("button", name="受理", exact=True).click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.stages(known) == ["accepted", "received", "received"]
    await seat.open(f"/console/packages/{package.receipt}")
    await page.get_by_role("link", name="宝丰县城市管理局").click()
    await page.locator("summary", has_text="退回").first.click()
    form = page.locator("details[open] form")
    await form.locator("textarea").fill("缺少盖章")
    due = form.locator("input[type=date]")
    if await due.count():
        await due.fill("2019-07-20")
    await form.locator("button").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.stages(known)[1] == "returned"
    assert [text for text in console.told(BODY) if "缺少盖章" in text] != []
    await seat.check()


async def test_body_that_recommends_nobody_says_so_on_the_phone(console: Console, browser: Browser) -> None:
    console.apply("宝丰县公安局")
    seat = await take_seat(console, browser, OTHER, PHONE)
    page = await enter(seat, "推荐上报")
    assert "宝丰县公安局" not in await page.content()
    page.once("dialog", lambda dialog: dialog.dismiss())
    await page.get_by_role("button", name="登记零报告").click()
    assert console.packages() == []
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="登记零报告").click()
    await said(page, "零报告")
    [package] = console.packages()
    assert (package.zero, package.body) == (True, "market")
    assert package.receipt in console.told(OFFICE)[-1]
    await page.get_by_role("link", name=package.receipt).click()
    await expect(page.locator("main")).to_contain_text("今年不推荐任何单位")
    await seat.check()
