"""What goes wrong between a body and the office, walked through in real browsers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from bot.documents.deck_json import report_json
from bot.model.deck import DeckProblem, DeckReport
from bot.model.mail import FileKind, Material, MaterialState
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.e2e.results_steps import download
from tests.e2e.test_journey_bodies import enter, said
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
COUNTY, DEPARTMENT = "宝丰县市场监督管理局", "平顶山市市场监督管理局宝丰分局"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_two_officers_rank_at_once_and_both_orders_are_kept_for_a_choice(
    console: Console, browser: Browser
) -> None:
    one, two, three = console.three()
    contact = await take_seat(console, browser, BODY)
    deputy = await take_seat(console, browser, DEPUTY, PHONE)
    page, other = await enter(contact, "推荐上报"), await enter(deputy, "推荐上报")
    await page.get_by_role("button", name="宝丰县交通运输局上移一位").click()
    await said(page, "已保存")
    await other.get_by_role("button", name="宝丰县公安局下移一位").click()
    conflict = other.locator("#conflict")
    await expect(conflict).to_contain_text("尚未保存")
    await expect(conflict.locator("ol").first.locator("li").first).to_contain_text("宝丰县城市管理局")
    await expect(conflict.locator("ol").last.locator("li").nth(1)).to_contain_text("宝丰县交通运输局")
    assert console.order() == [one.number, three.number, two.number]
    await deputy.check()
    await other.get_by_role("button", name="用我排的顺序").click()
    await said(other, "已保存")
    assert console.order() == [two.number, one.number, three.number]


async def test_sent_order_is_changed_by_the_office_alone_on_a_stamped_correction(
    console: Console, browser: Browser
) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    body = await take_seat(console, browser, BODY)
    page = await enter(body, "推荐上报")
    await page.get_by_role("button", name="宝丰县公安局下移一位").click()
    await said(page, "须提交盖章的更正")
    assert console.order() == [one.number, two.number, three.number]
    await expect(page.get_by_role("heading", name="等待市办公室同意的更正")).to_be_visible()
    assert "更正" in console.told(OFFICE)[-1]

    office = await take_seat(console, browser, OFFICE)
    desk = await enter(office, "推荐包")
    await expect(desk.locator("tbody tr").first).to_contain_text("申请更正顺序")
    await desk.get_by_role("link", name="宝丰县人民政府").click()
    await desk.get_by_role("button", name="同意更正", exact=True).click()
    await said(desk, "新回执")
    first, second = console.packages()
    assert second.content["corrects"] == first.receipt
    assert console.order() == [two.number, one.number, three.number]
    assert second.receipt in console.told(BODY)[-1]
    await page.reload()
    await expect(page.locator("[data-row]").first).to_contain_text("宝丰县城市管理局")
    await expect(page.get_by_role("heading", name="等待市办公室同意的更正")).to_have_count(0)
    await page.get_by_role("link", name=second.receipt).click()
    await expect(page.locator("main")).to_contain_text(f"更正 {first.receipt}")


async def test_place_of_a_withdrawn_unit_stays_until_the_office_decides(
    console: Console, browser: Browser
) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    console.say(OFFICE, f"同意撤回 {two.number}，理由单位机构调整")
    assert console.stages([two]) == ["withdrawn"]
    assert ["递补" in console.told(who)[-1] for who in (BODY, OFFICE)] == [True, True]
    assert console.order() == [one.number, two.number, three.number]

    body = await take_seat(console, browser, BODY, PHONE)
    page = await enter(body, "推荐上报")
    await expect(page.locator("[data-row].void")).to_contain_text("宝丰县城市管理局")
    office = await take_seat(console, browser, OFFICE)
    desk = await enter(office, "推荐包")
    await desk.get_by_role("link", name="宝丰县人民政府").click()
    await desk.get_by_role("button", name="不递补，保留空缺").click()
    await said(desk, "不递补")
    await expect(desk.locator("dl.facts")).to_contain_text("1家退出后不递补，位次保留")
    await expect(desk.get_by_role("button", name="依次递补")).to_have_count(0)
    assert (console.order(), len(console.packages())) == ([one.number, two.number, three.number], 1)
    assert "不递补" in console.told(BODY)[-1]
    await body.check()
    await office.check()


async def test_those_after_a_withdrawn_unit_move_up_when_the_office_says_so(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    office = await take_seat(console, browser, OFFICE)
    desk = await office.open(f"/console/applications/{two.number}")
    await desk.get_by_text("同意撤回", exact=True).click()
    await desk.get_by_label("请写明理由").and_(desk.locator(":visible")).fill("单位机构调整")
    await desk.get_by_role("button", name="确定同意撤回").click()
    await expect(desk.locator("[data-flash]")).to_be_visible()
    assert "递补" in console.told(BODY)[-1]
    desk = await enter(office, "推荐包")
    await desk.get_by_role("link", name="宝丰县人民政府").click()
    await desk.get_by_role("button", name="依次递补").click()
    await said(desk, "已递补")
    assert console.order() == [one.number, three.number]
    anew = console.packages()[-1].receipt
    await desk.get_by_role("link", name=anew).click()
    await expect(desk.locator("dl.facts")).to_contain_text(f"更正 {package.receipt}")
    await expect(desk.locator("tbody tr")).to_have_count(2)
    table = await download(desk, "导出Excel", tmp_path)
    [sheet] = load_workbook(table).worksheets
    assert [row[2].value for row in sheet.iter_rows(min_row=3, max_row=4)] == [
        "宝丰县公安局",
        "宝丰县交通运输局",
    ]
    await office.check()
    assert anew in console.told(BODY)[-1]


async def test_unit_of_another_body_is_not_there_and_two_routes_show_name_and_stage_only(
    console: Console, browser: Browser
) -> None:
    own = console.apply(COUNTY, summary="本县独有的做法")
    foreign = console.apply(DEPARTMENT, body="market", summary="分局独有的做法")
    stranger = console.apply("平顶山市市场监督管理局卫东分局", body="market")
    seat = await take_seat(console, browser, BODY, PHONE)
    for number in (foreign.number, stranger.number):
        response = await seat.page.goto(f"{console.base}/console/applications/{number}")
        assert response is not None
        assert (response.status, "分局" in await response.text()) == (404, False)
    seat.troubles.clear()  # the browser counts a page that is not there among them
    assert "属于其他推荐单位的" in console.say(BODY, f"打开 {stranger.number}")

    page = await enter(seat, "推荐上报")
    note = page.locator(".route").first
    await expect(note).to_contain_text(f"平顶山市市场监督管理局的“{DEPARTMENT}”")
    await expect(page.locator("main")).not_to_contain_text(foreign.number)
    await expect(page.locator("main")).not_to_contain_text("分局独有的做法")
    await page.get_by_role("button", name=f"由我单位推荐：{COUNTY}").click()
    await said(page, "已登记由本渠道推荐")
    assert console.audited("choose_route") != []
    await seat.check()

    other = await take_seat(console, browser, OTHER)
    theirs = await enter(other, "推荐上报")
    await expect(theirs.locator(".route").first).to_contain_text("已选定由宝丰县人民政府推荐")
    await expect(theirs.locator("main")).not_to_contain_text(own.number)
    await theirs.get_by_role("checkbox", name=f"选择{DEPARTMENT}").check()
    await theirs.get_by_role("button", name="列为候选").click()
    await expect(theirs.locator(".alert-danger")).to_be_visible()
    assert console.stages([own, foreign]) == ["submitted", "submitted"]


async def test_package_with_a_deck_that_does_not_open_is_sent_with_the_deck_to_come(
    console: Console, browser: Browser
) -> None:
    known = console.apply("宝丰县公安局")
    report = DeckReport(9, "d" * 64, "pptx", False, DeckProblem.ENCRYPTED)
    kept = json.dumps(report_json(report, "报告.pptx"))
    state, kind = MaterialState.REGISTERED, FileKind.DECK
    deck = Material(
        0, known.id, kind, 0, "d" * 64, "报告.pptx", 9, "pptx", state, "upload:x", console.now, report=kept
    )
    console.run(lambda store: store.add_material(deck))
    console.run(lambda store: store.set_dossier(known.id, {"deck": "d" * 64}))
    seat = await take_seat(console, browser, BODY, PHONE)
    page = await enter(seat, "推荐上报")
    await page.get_by_role("checkbox", name="选择宝丰县公安局").check()
    await page.get_by_role("button", name="列为候选").click()
    await page.get_by_role("link", name="核对并上报").click()
    text = page.locator("main")
    await expect(text).to_contain_text("待补：申报报告打不开（报告.pptx）")
    await expect(text).to_contain_text("请在2019年7月25日之前发到pdszffzb@126.com")
    await expect(text).not_to_contain_text("回复")
    await page.get_by_role("button", name="确认上报").click()
    await said(page, "已上报1家")
    assert console.stages([known]) == ["recommended"]
    await seat.check()


async def test_late_package_is_shown_with_its_times_and_decided_by_unit_and_whole(
    console: Console, browser: Browser
) -> None:
    known = console.three()
    console.now += timedelta(days=14)
    body = await take_seat(console, browser, BODY, PHONE)
    page = await enter(body, "推荐上报")
    await page.get_by_role("link", name="核对并上报").click()
    await expect(page.locator("main")).to_contain_text("是否受理由市办公室认定")
    await page.get_by_role("button", name="确认上报").click()
    await said(page, "逾期待认定")
    assert console.stages(known) == ["late_pending"] * 3
    await body.check()

    office = await take_seat(console, browser, OFFICE)
    desk = await enter(office, "推荐包")
    await expect(desk.locator("tbody tr").first).to_contain_text("逾期待认定")
    await desk.get_by_role("link", name="宝丰县人民政府").click()
    times = desk.locator("dd", has_text="发出")
    await expect(times).to_contain_text("到达 2019-07-26")
    await expect(times).to_contain_text("读取 2019-07-26")
    row = desk.locator("tbody tr").nth(1)
    await row.locator("summary").click()
    await row.locator("textarea").fill("当日网络故障")
    await row.get_by_role("button", name="确定准予收件").click()
    await said(desk, "宝丰县城市管理局")
    assert console.stages(known) == ["late_pending", "received", "late_pending"]
    await desk.locator("summary", has_text="准予收件（全部）").click()
    await desk.locator("details[open] textarea").fill("当日网络故障")
    await desk.get_by_role("button", name="确定准予收件（全部）").click()
    await said(desk, "宝丰县交通运输局")
    assert console.stages(known) == ["received"] * 3
    await desk.get_by_role("link", name="推荐包", exact=True).click()
    await expect(desk.locator("tbody tr").first).not_to_contain_text("逾期待认定")
    await office.check()
