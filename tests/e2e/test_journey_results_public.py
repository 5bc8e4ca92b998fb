"""From the public notice to the plaques, as two people of the office walk it: C13, C14, C15."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PHONE, chromium
from tests.e2e.results_steps import (
    UNITS,
    button,
    decided,
    download,
    go_to,
    in_notice,
    refused,
    row_of,
    sit_down,
    told,
)
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.deciding import AUGUST, LINK
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
SECRET = ("赵举报", "13800001111")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def listed(path: Path) -> list[str]:
    """The units of a paper, each in a paragraph of its own after its number."""
    lines = docx.Document(str(path)).paragraphs
    return [line.runs[1].text for line in lines if line.text[1:2] == "."]


async def test_the_notice_counts_its_days_and_a_new_window_counts_anew(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    found = decided(console)
    first, second = [await sit_down(console, browser, who) for who in (OFFICE, OFFICE_TWO)]
    page, other = first.page, second.page
    await go_to(page, "公示")
    await expect(page.get_by_text("待明确事项 Q8")).to_be_visible()
    await expect(button(page, "起草公示")).to_have_count(0)
    await page.get_by_label("公示期（工作日）").fill("五天")
    await page.get_by_label("异议渠道").fill("实名书面或电话0375-2663225")
    await button(page, "保存").click()
    await refused(page, "公示期应为1至60个工作日")
    await expect(page.get_by_label("异议渠道")).to_have_value("实名书面或电话0375-2663225")
    await page.get_by_label("公示期（工作日）").fill("5个工作日")
    await button(page, "保存").click()
    await told(page, "已确定：公示期5个工作日")
    await page.get_by_label("公示网页的网址").fill(LINK)
    await button(page, "起草公示").click()
    await told(page, "请另一位同志核对后签发")
    await expect(button(page, "签发公示")).to_have_count(0)
    await first.check()

    await go_to(other, "公示")
    assert listed(await download(other, "下载公示文稿", tmp_path)) == list(UNITS[:2])
    await button(other, "签发公示").click()
    await told(other, "公示已签发：2家，8月15日至8月21日（5个工作日）")
    assert console.stages(found) == ["in_public_notice", "in_public_notice", "inspected"]
    console.now = AUGUST + timedelta(days=4)  # Monday: the week-end does not count
    await other.reload()
    await expect(other.locator(".count")).to_have_text("还有 3 个工作日")
    await second.check()

    # a longer window holds for the notice that is made public anew
    await page.reload()
    await page.get_by_text("更改", exact=True).click()
    await page.get_by_label("公示期（工作日）").fill("7")
    await button(page, "保存").click()
    await expect(page.locator(".countdown")).to_contain_text("共 5 个工作日")
    await button(page, "起草更正").click()
    await told(page, "公示稿已起草")
    await go_to(other, "异议")
    await go_to(other, "公示")
    await button(other, "签发公示").click()
    await expect(other.locator(".count")).to_have_text("还有 7 个工作日")
    await expect(other.locator(".countdown")).to_contain_text("8月19日（周一） 至 8月27日（周二）")


async def test_an_objection_by_telephone_is_handled_on_a_phone_by_those_entrusted(
    console: Console, browser: Browser
) -> None:
    found = in_notice(console)
    first, second = [await sit_down(console, browser, who, PHONE) for who in (OFFICE, OFFICE_TWO)]
    page, other = first.page, second.page
    await go_to(page, "异议")
    await page.get_by_text("登记异议").click()
    await page.get_by_label("收到的方式").select_option("phone")
    await page.get_by_label("是否实名").select_option("yes")
    await page.get_by_label("涉及单位").fill(found[0].number)
    await page.get_by_label("内容").fill("反映2018年的案件与申报表不符。")
    await button(page, "登记").click()
    await refused(page, "姓名")  # somebody who signed has a name
    await expect(page.get_by_label("内容")).to_have_value("反映2018年的案件与申报表不符。")
    await page.get_by_label("提出人", exact=True).fill(SECRET[0])
    await page.get_by_label("联系方式").fill(SECRET[1])
    await first.check()
    await button(page, "登记").click()
    await told(page, "已登记异议 1，您是经办人")
    await go_to(other, "公示")
    await expect(other.locator(".countdown")).to_contain_text(f"暂缓 {UNITS[0]}")
    await other.get_by_role("link", name="查看异议").click()
    await other.get_by_role("link", name="异议 1", exact=True).click()
    await expect(other.get_by_text("只有经办人可以查看")).to_be_visible()
    await expect(button(other, "查看提出人")).to_have_count(0)
    await page.get_by_label("增加经办人").select_option(label="吴六")
    await button(page, "增加").click()
    await told(page, "已增加经办人")
    seen = [await page.content()]
    await other.reload()
    seen.append(await other.content())
    await button(other, "查看提出人").click()
    await expect(other.get_by_text(SECRET[0])).to_be_visible()
    assert len(console.audited("view_informant")) == 1

    await page.get_by_label("办理情况").fill("已调阅案卷台账")
    await button(page, "记录办理情况").click()
    await told(page, "已记录")
    await page.get_by_label("结论和理由").fill("案件不在评选期间内")
    await page.get_by_label("不成立").check()
    await button(page, "办结").click()
    await expect(page.get_by_text("结论：不成立").first).to_be_visible()
    await page.get_by_label("对提出人的答复").fill("已于当日电话答复")
    await button(page, "记录答复").click()
    await told(page, "已记录")
    await first.check()
    await page.get_by_role("link", name="返回异议").click()
    await expect(page.get_by_role("row", name="异议 1")).to_contain_text("已答复")
    seen += [await page.content(), console.say(OFFICE_TWO, "异议1"), str(console.told(OFFICE_TWO))]
    await go_to(page, "公示")
    await expect(page.get_by_text("暂缓")).to_have_count(0)
    seen += [str(console.audited(action)) for action in ("register_objection", "view_informant")]
    assert [word for word in SECRET for text in seen if word in text] == []


async def test_the_announcement_tells_everybody_at_once_under_the_same_names(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    found = in_notice(console)
    console.now = AUGUST + timedelta(days=7)
    first, second = [await sit_down(console, browser, who) for who in (OFFICE, OFFICE_TWO)]
    page, other = first.page, second.page
    await go_to(page, "匾牌")
    await expect(page.get_by_text("名单公布后才有匾牌清单")).to_be_visible()
    await go_to(page, "公布")
    await page.get_by_label("文号").fill("平法政〔2019〕9号")
    await button(page, "起草公布").click()
    await expect(page.get_by_text("这是您起草的")).to_be_visible()
    await page.get_by_text("未入选通知（1家）").click()
    await expect(page.get_by_text("贵单位未入选")).to_be_visible()
    assert "验收得分低" not in await page.content()
    await first.check()
    await go_to(other, "公布")
    await button(other, "签发公布").click()
    await told(other, "名单已公布：2 家，通知已同时发出")
    assert console.stages(found) == ["announced", "announced", "not_selected"]
    letters = {unit: str(console.bodies(f"holder-{unit}")[-1:]) for unit in UNITS}
    assert ["被确定为" in letters[unit] for unit in UNITS] == [True, True, False]
    assert ["贵单位未入选" in letters[unit] for unit in UNITS] == [False, False, True]
    assert [unit in letters[unit] for unit in UNITS] == [True] * 3
    assert [word for word in ("三项居前", "验收得分低") if word in str(letters)] == []
    subjects = [notice.title for notice in console.run(lambda store: store.notices())]
    assert sorted(subjects) == ["入选通知", "未入选通知", "评选结果公布"]
    to_body = str(console.bodies(BODY)[-1:])
    assert [unit in to_body for unit in UNITS] == [True, True, False]

    # plaques: handed over by name and day, and the very names everywhere
    await other.get_by_role("link", name="办理匾牌").click()
    row = other.locator("tbody tr", has_text=UNITS[1])
    await row.locator("summary").click()
    await row.get_by_label("领取人").fill("张三")
    await row.get_by_label("领取日期").fill("2019-08-21")
    await row.get_by_label("领取日期").evaluate("field => { field.form.noValidate = true }")
    await button(row, "登记领取").click()
    await refused(other, "领取日期应在公布之后")
    row = other.locator("tbody tr", has_text=UNITS[1])
    await row.get_by_label("领取日期").fill("2019-08-22")
    scan = {"name": "签收.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed"}
    await row.get_by_label("签收件").set_input_files(scan)  # type: ignore[arg-type]  # a file that is not on disk
    await button(row, "登记领取").click()
    await told(other, f"{UNITS[1]}的匾牌")
    await expect(row).to_contain_text("已领取")
    assert (await download(other, "查看签收件", tmp_path)).read_bytes() == scan["buffer"]
    await second.check()
    assert console.stages(found) == ["announced", "awarded", "not_selected"]
    names = [known.values["unit_name"] for known in found[:2]]
    signing = docx.Document(str(await download(other, "下载签收单", tmp_path))).tables[0]
    assert [cell.cells[1].text for cell in signing.rows[1:]] == names
    book = openpyxl.load_workbook(await download(other, "导出Excel", tmp_path)).active
    assert book is not None
    assert [book.cell(place, 2).value for place in (3, 4)] == names
    await go_to(other, "公布")
    assert listed(await download(other, "下载公布文稿", tmp_path)) == names
    await go_to(other, "公示")
    assert listed(await download(other, "下载公示文稿", tmp_path)) == names
    # what was decided, and why, stays on file
    await go_to(other, "三项对照")
    await expect(row_of(other, UNITS[2])).to_contain_text("验收得分低")
    await expect(other.get_by_text("更改决定")).to_have_count(0)
    book = openpyxl.load_workbook(await download(other, "导出Excel", tmp_path)).active
    assert book is not None
    assert [str(book.cell(place, 2).value).split()[1] for place in (3, 4, 5)] == list(UNITS)
    await go_to(other, "拟定名单")
    for name in names:
        await expect(row_of(other, name)).to_be_visible()
    await expect(
        other.get_by_text("平法政办〔2019〕8号")
    ).to_be_visible()  # what the leader approved stays on file
    await expect(other.get_by_text("验收得分低")).to_be_visible()
    await second.check()
