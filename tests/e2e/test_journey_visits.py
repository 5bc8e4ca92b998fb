"""A visit from the office's arrangement to the unit's answer, and what goes wrong on the way, in real browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.message import Card, Text
from bot.model.visit import Visit, VisitState
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
UNIT, NEXT = "宝丰县公安局", "宝丰县水利局"
HOLDER = f"holder-{UNIT}"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def accepted(console: Console, unit: str = UNIT) -> str:
    return console.apply(unit, "baofeng", "accepted", unit_address="人民路1号").number


def announced(console: Console, unit: str = UNIT, when: str = "7月30日上午9:30") -> str:
    number = accepted(console, unit)
    console.say(OFFICE, f"安排验收 {number} {when} 组长郑七 成员冯八")
    console.say(OFFICE_TWO, "发布验收安排")
    return number


def visit(console: Console) -> Visit:
    [found] = console.run(lambda store: store.visits())
    return found


def last_card(console: Console, userid: str) -> Card:
    return [body for body in console.bodies(userid) if isinstance(body, Card)][-1]


def words_to(console: Console, userid: str) -> str:
    """All that somebody was ever sent."""
    bodies = (body for body in console.bodies(userid) if isinstance(body, Card | Text))
    return "\n".join(body.text for body in bodies)


async def fill_visit(page: Page, unit: str, day: str, start: str = "09:30", end: str = "11:30") -> None:
    """The form of a new visit, the unit chosen among those that are offered."""
    field = page.get_by_label("申报编号或单位")
    await field.press_sequentially(unit[-3:], delay=20)
    offered = page.locator("#units option")
    await expect(offered).to_have_count(1)
    await field.fill(await offered.first.get_attribute("value") or "")
    await page.get_by_label("日期").fill(day)
    await page.get_by_label("开始").fill(start)
    await page.get_by_label("结束").fill(end)
    await page.get_by_label("组长").select_option(label="郑七")
    await page.get_by_role("checkbox", name="冯八").check()


async def home(seat: Seat) -> Page:
    """The page of inspections, by the menu of the first page."""
    page = await seat.open("/console/")
    menu = page.get_by_role("link", name="实地验收", exact=True).first
    if not await menu.is_visible():
        await page.locator("summary, .navbar-toggler").first.click()
    await menu.click()
    await expect(page.locator("h1")).to_have_text("实地验收")
    return page


async def test_visit_is_arranged_told_moved_at_the_units_wish_and_confirmed_anew(
    console: Console, browser: Browser
) -> None:
    number = accepted(console)
    accepted(console, NEXT)
    office = await take_seat(console, browser, OFFICE)
    page = await home(office)
    await page.get_by_role("link", name="安排验收", exact=True).click()
    await fill_visit(page, UNIT, "2019-07-30")
    await expect(page.locator(".found.good")).to_be_visible()
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("须由办公室另一位同志发布")
    assert console.bodies(HOLDER) == []
    await page.get_by_role("button", name="发布全部").click()
    await expect(page.locator("[data-flash]")).to_contain_text("另一位同志")
    assert visit(console).state is VisitState.PLANNED

    second = await take_seat(console, browser, OFFICE_TWO)
    other = await home(second)
    await other.get_by_role("button", name="发布全部").click()
    await expect(other.locator("[data-flash]")).to_contain_text("已发布1项")
    card = last_card(console, HOLDER)
    told = f"{card.title}{card.text}"
    assert all(words in told for words in ("7月30日（周二）上午9:30", "组长郑七", "人民路1号", "准备"))
    assert [one.label for one in card.choices] == ["确认", "需改期"]
    console.say(HOLDER, "需改期 当天防汛值守，8月1日可以")

    page = await office.open("/console/")
    await page.get_by_role("link", name="要求改期").first.click()
    await page.get_by_role("link", name=UNIT).first.click()
    await expect(page.locator(".quote")).to_contain_text("防汛值守")
    await page.get_by_role("link", name="同意，另定时间").click()
    await page.get_by_label("日期").fill("2019-08-01")
    await page.get_by_role("button", name="登记变更").click()
    await expect(page.locator(".alert-danger")).to_contain_text("理由")
    await expect(page.get_by_label("日期")).to_have_value("2019-08-01")
    await page.get_by_label("变更理由").fill("单位当天防汛值守")
    await page.get_by_role("button", name="登记变更").click()
    await expect(page.locator("[data-flash]")).to_contain_text("发布前仍以原安排为准")
    await office.check()

    await (await home(second)).get_by_role("button", name="发布全部").click()
    card, told = last_card(console, HOLDER), "".join(words_to(console, HOLDER).rsplit("\n", 8)[-8:])
    assert ("8月1日（周四）" in told, "7月30日" in told) == (True, True)
    assert "8月1日（周四）" in words_to(console, INSPECTOR)
    console.say(HOLDER, card.choices[0].says)
    page = await home(office)
    await page.get_by_role("link", name="列表", exact=True).click()
    row = page.locator("tr", has_text=number)
    await expect(row.locator(".struck")).to_contain_text("7月30日")
    await expect(row).to_contain_text("已确认")
    await row.get_by_role("link", name=UNIT).click()
    await expect(page.locator(".versions .struck")).to_contain_text("7月30日")
    await office.check()
    await second.check()


async def test_inspector_finds_the_visit_on_a_phone_confirms_it_and_keeps_it_in_the_calendar(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    announced(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open("/console/")
    await seat.check()
    await page.get_by_role("link", name=UNIT).first.click()
    await expect(page.locator("h1")).to_contain_text(UNIT)
    await page.get_by_role("button", name="确认参加").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记您确认参加")
    await expect(page.get_by_role("button", name="确认参加")).to_have_count(0)
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="加入日历").click()
    await (await waiting.value).save_as(tmp_path / "visit.ics")
    kept = (tmp_path / "visit.ics").read_text("utf-8")
    assert ("SEQUENCE:1" in kept, "DTSTART" in kept, UNIT in kept) == (True, True, True)
    await expect(page.get_by_role("link", name="修改")).to_have_count(0)
    await seat.check()


async def test_what_stands_in_the_way_is_said_on_a_phone_and_what_was_typed_stays(
    console: Console, browser: Browser
) -> None:
    announced(console)
    accepted(console, NEXT)
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await home(seat)
    await page.get_by_role("link", name="安排验收", exact=True).click()
    await fill_visit(page, NEXT, "2019-07-30", "10:00", "11:00")
    found = page.locator(".found.bad")
    await expect(found).to_contain_text(UNIT)
    await expect(found).to_contain_text("郑七")
    await seat.check()
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.locator(".alert-danger")).to_contain_text(UNIT)
    await expect(page.get_by_label("开始")).to_have_value("10:00")
    await expect(page.get_by_role("checkbox", name="冯八")).to_be_checked()
    await page.get_by_label("日期").fill("2019-10-01")
    await expect(found).to_contain_text("10月1日")
    await page.get_by_label("日期").fill("2019-07-31")
    await expect(page.locator(".found.good")).to_be_visible()
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("尚未通知任何人")
    assert len(console.run(lambda store: store.visits())) == 2
    await seat.check()


async def test_day_stays_and_a_visit_is_cancelled_with_their_reasons(
    console: Console, browser: Browser
) -> None:
    announced(console)
    console.say(HOLDER, "需改期 当天有会")
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await seat.open("/console/visits/1")
    await page.get_by_text("时间不变", exact=True).first.click()
    await page.get_by_label("不改期的理由").fill("全市统一安排")
    await page.locator("form[action$='/keep'] button").click()
    await expect(page.locator("[data-flash]")).to_contain_text("时间不变")
    assert "全市统一安排" in words_to(console, HOLDER)
    await seat.check()
    await page.get_by_text("取消验收", exact=True).first.click()
    await page.get_by_label("取消的理由").fill("该单位撤回申报")
    await page.locator("form[action$='/cancel'] button").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记取消")
    second = await take_seat(console, browser, OFFICE_TWO, PHONE)
    other = await home(second)
    await other.get_by_role("button", name="发布全部").click()
    await expect(other.locator("[data-flash]")).to_contain_text("已发布1项")
    assert ("该单位撤回申报" in words_to(console, HOLDER), visit(console).state) == (
        True,
        VisitState.CANCELLED,
    )
    page = await seat.open("/console/visits/1")
    await expect(page.locator("dd.struck")).to_contain_text("7月30日")
    await seat.check()


async def walk(seat: Seat) -> str:
    """The first page, the week of the visit, and every page that the first page leads to."""
    page = await seat.open("/console/")
    links = "[...document.querySelectorAll('a[href^=\"/console\"]')].map(a => a.getAttribute('href'))"
    paths = ["/console/", "/console/visits?week=2019-08-02", *await page.evaluate(links)]
    read = []
    for path in dict.fromkeys(path for path in paths if "." not in path):
        page = await seat.open(path)
        read.append(await page.content())
    return "\n".join(read)


async def test_nobody_but_the_team_finds_an_unannounced_visit(console: Console, browser: Browser) -> None:
    announced(console, NEXT, "7月29日上午9:30")
    accepted(console)
    before = {one: len(console.bodies(one)) for one in (HOLDER, BODY, OTHER, OFFICE_TWO, INSPECTOR_TWO)}
    seat = await take_seat(console, browser, OFFICE)
    page = await home(seat)
    await page.get_by_role("link", name="不告知验收").click()
    await page.get_by_role("link", name="登记", exact=True).click()
    field = page.get_by_label("申报编号或单位")
    await field.press_sequentially("公安", delay=20)
    await field.fill(await page.locator("#units option").first.get_attribute("value") or "")
    await page.get_by_label("日期").fill("2019-08-02")
    await page.get_by_label("开始").fill("16:05")
    await page.get_by_label("结束").fill("17:10")
    await page.get_by_label("组长").select_option(label="郑七")
    await page.get_by_role("checkbox", name="李四").check()
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.locator("[data-flash]")).to_contain_text("仅您和组内人员可见")
    await expect(page.locator("table")).to_contain_text("16:05")
    await seat.check()

    assert {one: len(console.bodies(one)) for one in before} == before
    for userid in (BODY, INSPECTOR_TWO):
        found = await walk(await take_seat(console, browser, userid))
        assert [word for word in ("16:05", "17:10", "8月2日（周五）下午") if word in found] == [], userid
    assert "8月2日" not in console.say(HOLDER, "什么时候来验收")

    team = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await team.open("/console/")
    await expect(page.locator("main")).to_contain_text("8月2日（周五）下午16:05")
    assert "16:05" in words_to(console, INSPECTOR)
    await team.check()
