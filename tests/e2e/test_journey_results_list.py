"""From the review to the approved list, as the office walks it: C10 and C12, with a tie, a veto and a full list."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from bot.model.results import Outcome
from bot.results.marks import latest
from tests.e2e.browser import chromium
from tests.e2e.results_steps import UNITS, button, decide, download, go_to, refused, row_of, sit_down, told
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.deciding import AUGUST
from tests.fakes.recommending import OFFICE
from tests.fakes.signed_sheets import signed_sheet

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def upload(page: Page, book: openpyxl.Workbook) -> None:
    written = io.BytesIO()
    book.save(written)
    file = FilePayload(name="评审意见表.xlsx", mimeType="application/zip", buffer=written.getvalue())
    await page.get_by_label("评审意见表").set_input_files(files=file)
    await button(page, "上传并核对").click()


async def test_a_table_with_a_wrong_row_is_mended_imported_and_the_review_ended(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    console.now = AUGUST
    found = [console.apply(unit, stage="accepted") for unit in UNITS[:2]]
    seat = await sit_down(console, browser, OFFICE)
    page = seat.page
    await go_to(page, "评审")
    await page.get_by_role("link", name="从Excel导入").click()
    book = openpyxl.load_workbook(await download(page, "下载评审意见表", tmp_path))
    await go_to(page, "评审")
    await page.get_by_role("link", name="从Excel导入").click()
    rows = {row[0].value: row for row in book.active.iter_rows()}
    for known, score in zip(found, (90, "九十"), strict=True):
        cells = rows[known.number]
        assert cells[1].value == known.values["unit_name"]
        cells[2].value = "张教授"
        for column in range(3, 15, 2):
            cells[column].value = score
    await upload(page, book)
    await expect(page.get_by_text("有 1 处需要修改，尚未导入")).to_be_visible()
    wrong = page.locator("tbody tr")
    await expect(wrong).to_contain_text("的得分“九十”不正确，应为0至100之间的数")
    await expect(wrong.locator("td").first).to_have_text(str(rows[found[1].number][0].row))
    await expect(button(page, "确认导入")).to_have_count(0)
    await seat.check()
    for column in range(3, 15, 2):
        rows[found[1].number][column].value = 88
    await upload(page, book)
    await expect(page.get_by_text("新增 2 份，更正 0 份")).to_be_visible()
    assert list(console.run(lambda store: store.reviews())) == []
    await button(page, "确认导入").click()
    await told(page, "已导入 2 份评审结果")
    sheets = console.run(lambda store: latest(store.reviews()))
    assert {known.id: list(sheets[known.id]) for known in found} == {known.id: ["张教授"] for known in found}
    await page.get_by_label("显示").select_option(label="评审未结束（2）")
    await expect(page.locator("tbody.unit")).to_have_count(2)
    await button(page, "结束全部已有结果的评审").click()
    await told(page, "已结束评审 2 件")
    assert console.stages(found) == ["reviewed", "reviewed"]
    await seat.check()


async def test_the_three_factors_lead_to_a_list_that_a_leader_approves(
    console: Console, browser: Browser
) -> None:
    console.now = AUGUST
    names = [f"宝丰县第{place}综合行政执法大队" for place in range(1, 12)]
    found = [console.apply(unit, stage="inspected") for unit in names]
    vetoed, unsigned = console.apply(UNITS[0], stage="inspected"), console.apply(UNITS[1], stage="inspected")
    early = console.apply(UNITS[2], stage="accepted")
    by = console.people[OFFICE]
    for known in found[-2:]:  # the tenth and the eleventh are equal
        console.run(partial(signed_sheet, application=known.id, by=by, total=(88.0, 88.0)))
    console.run(lambda store: signed_sheet(store, vetoed.id, by, (90.0, 90.0), veto=True))
    first, other = [await sit_down(console, browser, who) for who in (OFFICE, OFFICE_TWO)]
    page = first.page
    await go_to(page, "三项对照")
    tie = row_of(page, names[9])
    await expect(tie).to_contain_text(f"与 {found[10].number} 同分")
    await expect(row_of(page, names[10])).to_contain_text(f"与 {found[9].number} 同分")
    await page.get_by_role("link", name="实地验收", exact=True).last.click()  # by that column
    await page.get_by_role("link", name="实地验收，升序").click()
    await expect(page.locator("tbody tr").first).to_contain_text(UNITS[0])
    await first.check()
    # what cannot be taken in is not offered, and says why
    for unit, why in ((UNITS[0], "验收表有一票否决"), (UNITS[2], "还没有完成实地验收，不能列入拟定名单")):
        row = row_of(page, unit)
        await row.locator("summary").click()
        await expect(row).to_contain_text(why)
        await expect(button(row, "列入拟定名单")).to_have_count(0)
        await row.locator("summary").click()
    await decide(page, UNITS[0], "两名验收人员签署一票否决", "一票否决")
    await told(page, "公布前不会告知任何单位")
    await decide(page, UNITS[2], "未完成实地验收", "不入选")
    await decide(page, UNITS[1], "名次靠后", "不入选")
    await decide(page, names[0], "三项均居前", "列入拟定名单")
    await expect(row_of(page, names[0])).to_contain_text("三项均居前")
    console.say(OFFICE, *(f"拟定 {known.number} 理由：居前" for known in found[1:9]))
    # the second person has the page open when the tenth is taken in
    late = other.page
    await go_to(late, "三项对照")
    await row_of(late, names[10]).locator("summary").click()
    await row_of(late, names[10]).get_by_label("理由").fill("同分，基层代表性强")
    await page.reload()
    await decide(page, names[9], "同分，经集体研究列入", "列入拟定名单")
    await expect(page.get_by_role("heading", name="已拟定 10 / 上限 10")).to_be_visible()
    await button(row_of(late, names[10]), "列入拟定名单").click()
    await refused(late, "拟定名单最多10个，这将是第11个")
    await expect(row_of(late, names[10]).get_by_label("理由")).to_have_value("同分，基层代表性强")
    await expect(button(row_of(late, names[10]), "列入拟定名单")).to_have_count(0)
    await button(row_of(late, names[10]), "不入选").click()
    await told(late, "公布前不会告知任何单位")
    await other.check()
    # the list, and the leader's decision on it
    await go_to(late, "拟定名单")
    await expect(late.get_by_text("不入选、一票否决（4家）")).to_be_visible()
    await expect(row_of(late, UNITS[0])).to_contain_text("两名验收人员签署一票否决")
    await expect(late.get_by_label("审定日期")).to_have_value("2019-08-15")
    await late.get_by_label("文号").fill("平法政办〔2019〕8号")
    await late.get_by_label("审定领导").fill("王某某")
    await button(late, "录入审定意见").click()
    await told(late, "已录入领导审定意见，共 10 家")
    await expect(late.get_by_text("10 家，与现在的名单一致")).to_be_visible()
    await other.check()
    assert console.stages([*found, vetoed, unsigned, early]) == [
        *["shortlisted"] * 10,
        *["inspected"] * 3,
        "accepted",
    ]
    final = console.run(lambda store: store.decision(vetoed.id))
    assert final is not None
    assert final.outcome is Outcome.VETO
    said = str([console.told(f"holder-{unit}") for unit in (*names, *UNITS)])
    assert [word for word in ("拟定", "入选", "同分", "一票否决") if word in said] == []


async def test_a_change_of_the_list_asks_for_another_approval(console: Console, browser: Browser) -> None:
    console.now = AUGUST
    found = [console.apply(unit, stage="inspected") for unit in UNITS[:2]]
    console.say(OFFICE, *(f"拟定 {known.number} 理由：居前" for known in found))
    assert "已录入审定意见" in console.say(OFFICE, "审定 平法政办〔2019〕8号 王某某 8月15日")
    seat = await sit_down(console, browser, OFFICE)
    page = seat.page
    await go_to(page, "三项对照")
    await page.locator(".filters").get_by_role("combobox").select_option(label="拟定（2）")
    await decide(page, UNITS[1], "复核后名次靠后", "不入选")
    await told(page, "公布前不会告知任何单位")
    await expect(page.get_by_text("拟定（1）")).to_be_attached()
    await go_to(page, "公示")
    await expect(page.get_by_text("还没有录入领导审定意见")).to_be_visible()
    await page.get_by_role("link", name="查看拟定名单").click()
    await expect(button(page, "录入审定意见")).to_be_visible()
    await seat.check()
