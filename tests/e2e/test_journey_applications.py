"""Applications found, done with many at once, downloaded and read back, compared and noted. In real browsers."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.busy_county import busy
from tests.fakes.console import INSPECTOR_TWO, Console
from tests.fakes.full_application import UNIT, fill
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
HOME = "/console/applications"
MARKET, WATER, FIRE = "宝丰县市场监督管理局", "宝丰县水利局", "宝丰县消防救援大队"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def downloaded(page: Page, button: Locator) -> tuple[str, bytes]:
    """The name and the content of what a link or a button of the page gives."""
    async with page.expect_download() as loading:
        await button.click()
    file = await loading.value
    return file.suggested_filename, await asyncio.to_thread(Path(await file.path()).read_bytes)


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
async def test_one_is_found_by_contact_telephone_another_spelling_and_print_code(
    console: Console, browser: Browser, size: tuple[int, int]
) -> None:
    console.apply(MARKET, contact_name="钱多多", contact_phone="13700002222")
    water, fire = console.apply(WATER), console.apply(FIRE)
    code = console.print(water).code
    seat = await take_seat(console, browser, OFFICE, size)
    page = await seat.open("/console/")
    if size == PHONE:
        await page.get_by_text("菜单", exact=True).click()
    await page.get_by_role("link", name="申报件", exact=True).click()
    await expect(page.locator("#rows")).to_contain_text("共 3 件")
    for typed, unit in (
        ("钱多多", MARKET),
        ("13700002222", MARKET),
        ("平顶山市宝丰县市监局", MARKET),
        (code.lower(), WATER),
        (fire.number, FIRE),
    ):
        await page.get_by_label("单位、联系人、电话、编号或打印码").fill(typed)
        await expect(page.locator("#rows")).to_contain_text("共 1 件")
        await expect(page.locator("#rows td.unit")).to_have_text(unit)
    await page.get_by_label("单位、联系人、电话、编号或打印码").fill("没有这家单位")
    await expect(page.locator("#rows")).to_contain_text("没有符合条件的申报件")
    await seat.check()
    await page.reload()  # what was searched for is in the address
    await expect(page.get_by_label("单位、联系人、电话、编号或打印码")).to_have_value("没有这家单位")
    await page.get_by_role("link", name="清除条件").click()
    await expect(page.locator("#rows")).to_contain_text("共 3 件")


async def test_many_are_done_at_once_and_what_did_not_fit_is_told(console: Console, browser: Browser) -> None:
    known = [console.apply(unit) for unit in (MARKET, WATER)]
    draft = console.apply(FIRE, stage="draft")
    body = await take_seat(console, browser, BODY)
    page = await body.open(HOME)
    act = page.get_by_role("button", name="列为候选")
    await expect(act).to_be_disabled()
    await page.get_by_label("单位、联系人、电话、编号或打印码").fill("宝丰县")  # new rows are counted anew
    await expect(page).to_have_url(re.compile("search="))
    await expect(act).to_be_disabled()
    await page.get_by_label("本页全选").check()
    await expect(page.locator("[data-ticked]")).to_have_text("3")
    await act.click()
    said = page.locator("[data-flash]")
    await expect(said).to_contain_text("2")
    await expect(said).to_contain_text(draft.number)
    assert console.stages([*known, draft]) == ["candidate", "candidate", "draft"]
    await body.check()

    office = await take_seat(console, browser, OFFICE)
    page = await office.open(HOME)
    await page.get_by_label(f"勾选{MARKET}").check()
    _, content = await downloaded(page, page.get_by_role("button", name="导出勾选的"))
    sheet = load_workbook(io.BytesIO(content)).active
    text = "\n".join(str(cell) for row in sheet.values for cell in row if cell is not None)
    assert (MARKET in text, WATER in text) == (True, False)
    await page.get_by_role("button", name="收件").click()
    await expect(page.locator("[data-flash]")).to_be_visible()
    assert console.stages(known) == ["candidate", "candidate"]


async def test_form_and_folder_hold_what_stands_on_the_page(console: Console, browser: Browser) -> None:
    known = fill(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(HOME)
    await page.get_by_role("link", name=UNIT).click()
    await expect(page.locator("h1")).to_have_text(UNIT)
    name, content = await downloaded(
        page, page.locator("header").get_by_role("link", name="申报表", exact=True)
    )
    form = docx.Document(io.BytesIO(content))
    cells = {cell.text for table in form.tables for row in table.rows for cell in row.cells}
    assert name == f"申报表_{UNIT}.docx"
    for field in ("unit_address", "leader", "summary"):
        assert known.values[field] in cells, field

    name, content = await downloaded(page, page.get_by_role("link", name="全部材料", exact=True))
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        names = folder.namelist()
        assert (name, names) == (
            f"{known.number}_{UNIT}.zip",
            [
                f"申报表_{UNIT}.docx",
                "申报记录.xlsx",
                "材料/申报报告_第2版_申报报告.pptx",
                "邮件/20190712_申报报告.eml",
            ],
        )
        assert folder.read(names[2]) == b"a deck"
        assert folder.read(names[3]).startswith(b"From: a@b.cn")
        book = load_workbook(io.BytesIO(folder.read(names[1])))
    assert book.sheetnames == ["申报表", "修改记录", "往来经过"]
    changed = [row for row in book["修改记录"].values if row[4] == "宝丰县迎宾大道9号"]
    assert len(changed) == 1


async def test_differences_are_marked_and_a_note_stays_with_the_office(
    console: Console, browser: Browser
) -> None:
    known = fill(console)
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await seat.open(f"{HOME}/{known.number}")
    parts = page.get_by_label("申报件各部分")
    await parts.get_by_role("link", name="修改记录").click()
    await expect(page.locator("main ins", has_text="宝丰县迎宾大道9")).to_be_visible()
    await seat.check()
    await parts.get_by_role("link", name="往来经过").click()
    await expect(page.locator(".course")).to_contain_text("申报报告")
    await parts.get_by_role("link", name="记事").click()
    await page.locator("textarea[name=text]").fill("局长来电：周五补交纸质件")
    await page.get_by_role("button", name="记下").click()
    await expect(page.locator(".course")).to_contain_text("局长来电：周五补交纸质件")
    await seat.check()

    body = await take_seat(console, browser, BODY)
    page = await body.open(f"{HOME}/{known.number}")
    await expect(page.locator("h1")).to_have_text(UNIT)
    tabs = page.get_by_label("申报件各部分").get_by_role("link")
    for place in range(await tabs.count()):
        await tabs.nth(place).click()
        await expect(page.locator("main")).not_to_contain_text("局长来电")
    assert "局长来电" not in "\n".join(console.told(f"holder-{UNIT}"))


async def test_every_number_of_the_progress_table_is_that_of_the_chart_and_of_its_list(
    console: Console, browser: Browser
) -> None:
    busy(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="按状态列出数字").click()
    table = page.locator("table.numbers")
    heads = await table.locator("thead th").all_inner_texts()
    shown = {}
    for row in await table.locator("tbody tr, tfoot tr").all():
        counts = await row.locator("td").all_inner_texts()
        shown[await row.locator("th").inner_text()] = dict(zip(heads[1:], map(int, counts), strict=True))
    _, content = await downloaded(page, page.get_by_role("link", name="导出进度表", exact=True))
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    (at,) = (place for place, row in enumerate(rows) if row[0] == "推荐单位")
    printed = {str(row[0]): dict(zip(map(str, rows[at]), row, strict=True)) for row in rows[at + 1 :]}
    for name, expected in shown.items():
        assert {head: printed[name].get(head) or 0 for head in expected} == expected, name
    for name in set(printed) - set(shown):
        assert not any(value for value in printed[name].values() if isinstance(value, int)), name

    links = "links => links.map(one => [one.getAttribute('href'), one.textContent])"
    found = await table.locator("tbody a, tfoot a").evaluate_all(links)
    assert len(found) > len(shown)
    for href, count in found:
        await seat.open(href)
        await expect(page.locator("#rows .pager")).to_contain_text(f"共 {count} 件")


@pytest.mark.parametrize("userid", [OTHER, INSPECTOR_TWO])
async def test_of_what_is_not_theirs_there_is_no_page_and_no_file(
    console: Console, browser: Browser, userid: str
) -> None:
    known = fill(console)
    [deck] = console.run(lambda store: [one for one in store.materials(known.id) if one.pictures])
    one = f"{HOME}/{known.number}"
    seat = await take_seat(console, browser, userid)
    page = await seat.open("/console/")
    await expect(page.locator("main")).not_to_contain_text(UNIT)
    for path in (
        one,
        f"{one}?part=audit",
        f"{one}/form.docx",
        f"{one}/folder.zip",
        f"{one}/materials/{deck.id}",
        f"{one}/materials/{deck.id}/1.jpg",
    ):
        assert console.server is not None
        response = await page.request.get(str(console.server.make_url(path)))
        assert response.status == 404, path
        assert UNIT not in await response.text()
