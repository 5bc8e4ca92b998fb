"""Results when things go wrong: a veto found in the public notice, whoever asks too early, an objection too late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from bot.model.application import Application
from tests.e2e.browser import PHONE, chromium
from tests.e2e.results_steps import (
    HOME,
    UNITS,
    button,
    decide,
    decided,
    go_to,
    in_notice,
    refused,
    row_of,
    sit_down,
    told,
)
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.deciding import AUGUST, LINK
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
OUTCOMES = ("拟定", "入选", "三项居前", "验收得分低", "一票否决")
QUESTIONS = ("我们评上了吗", "宝丰县公安局入选了没有", "名单出来了吗", "宝丰县公安局得分多少")

SHOWN = """() => {
  const body = document.body.cloneNode(true);
  for (const choice of body.querySelectorAll("select, datalist, script")) choice.remove();
  return body.textContent + [...body.querySelectorAll("[title], [aria-label]")].map((one) => one.outerHTML).join();
}"""
"""A script: all text of a page, but for the choices of its filters, which name every stage there is."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_evidence_of_a_veto_in_the_notice_leads_to_a_corrected_list_on_a_phone(
    console: Console, browser: Browser
) -> None:
    found = in_notice(console)
    first, second = [await sit_down(console, browser, who, PHONE) for who in (OFFICE, OFFICE_TWO)]
    page, other = first.page, second.page
    await go_to(page, "异议")
    await page.get_by_text("登记异议").click()
    await page.get_by_label("收到的方式").select_option("check")
    await page.get_by_label("是否实名").select_option("no")
    await page.get_by_label("涉及单位").fill(found[1].number)
    await page.get_by_label("内容").fill("收到法院判决书，该单位2018年行政诉讼败诉")
    await button(page, "登记").click()
    await told(page, "已登记异议 1")
    # suspended: nothing goes out, and nobody has decided anything yet
    await go_to(page, "三项对照")
    await expect(row_of(page, UNITS[1])).to_contain_text("暂缓：有异议未办结")
    await expect(row_of(page, UNITS[1])).to_contain_text("拟定")
    await first.check()
    await go_to(page, "异议")
    await page.get_by_role("link", name="异议 1", exact=True).click()
    await page.get_by_label("结论和理由").fill("判决已生效，属一票否决情形")
    await page.get_by_label("成立", exact=True).check()
    await button(page, "办结").click()
    await expect(page.get_by_text("结论：成立").first).to_be_visible()
    console.now = AUGUST + timedelta(days=1)
    # upheld, so somebody decides anew; until then it can be neither announced nor forgotten
    await go_to(page, "三项对照")
    await decide(page, UNITS[1], "行政诉讼败诉，属一票否决情形", "一票否决")
    await told(page, "公布前不会告知任何单位")
    await go_to(page, "公示")
    await expect(page.get_by_text("公示名单与现在的拟定名单不一致，请更正公示")).to_be_visible()
    await expect(page.get_by_text("还没有录入领导审定意见")).to_be_visible()
    await page.get_by_role("link", name="查看拟定名单").click()
    await page.get_by_label("文号").fill("平法政办〔2019〕10号")
    await page.get_by_label("审定领导").fill("王某某")
    await button(page, "录入审定意见").click()
    await told(page, "共 1 家")
    await go_to(page, "公示")
    await button(page, "起草更正").click()
    await expect(page.locator(".paper li")).to_have_text([UNITS[0]])
    await first.check()
    await go_to(other, "公示")
    await button(other, "签发公示").click()
    await expect(other.get_by_text("请更正公示")).to_have_count(0)
    await second.check()
    assert console.stages(found) == ["in_public_notice", "in_public_notice", "inspected"]
    console.now = AUGUST + timedelta(days=20)
    await go_to(other, "公布")
    await button(other, "起草公布").click()
    await page.reload()
    await go_to(page, "公布")
    await button(page, "签发公布").click()
    await told(page, "名单已公布：1 家")
    assert console.stages(found) == ["announced", "vetoed", "not_selected"]
    assert "败诉" not in str(console.bodies(f"holder-{UNITS[1]}"))  # the letter names no reason
    await first.check()


async def test_a_notice_is_not_ended_early_and_waits_for_its_objections(
    console: Console, browser: Browser
) -> None:
    found = in_notice(console)
    console.now = AUGUST + timedelta(days=6)  # the last day
    seat = await sit_down(console, browser, OFFICE_TWO)
    page = seat.page
    await go_to(page, "公布")
    await expect(page.get_by_text("公示期至8月21日，期满后才能公布。")).to_be_visible()
    await expect(button(page, "起草公布")).to_have_count(0)
    reader = await console.reader(OFFICE_TWO)
    early = await (await reader.send(f"{HOME}/announcement/draft", {"document": "1号"})).text()
    assert "期满后才能公布" in early
    assert console.stages(found[:2]) == ["in_public_notice"] * 2
    # one that comes after the window is kept as late, and still has to be concluded
    console.now = AUGUST + timedelta(days=7)
    await go_to(page, "异议")
    await page.get_by_text("登记异议").click()
    await page.get_by_label("收到的方式").select_option("letter")
    await page.get_by_label("是否实名").select_option("no")
    await page.get_by_label("收到日期").fill("2019-08-23")
    await page.get_by_label("内容").fill("对名单有不同意见")
    await page.get_by_label("收到日期").evaluate("field => { field.form.noValidate = true }")
    await button(page, "登记").click()
    await refused(page, "不能晚于今天")
    await page.get_by_label("收到日期").fill("2019-08-22")
    await button(page, "登记").click()
    await expect(page.get_by_text("公示期后收到，按逾期登记")).to_be_visible()
    await go_to(page, "公布")
    await expect(page.get_by_text("异议1尚未办结")).to_be_visible()
    await page.get_by_role("link", name="查看异议").click()
    await page.get_by_role("link", name="异议 1", exact=True).click()
    await page.get_by_label("结论和理由").fill("不涉及具体单位，予以说明")
    await page.get_by_label("不成立").check()
    await button(page, "办结").click()
    await go_to(page, "公布")
    await expect(button(page, "起草公布")).to_be_visible()
    await seat.check()


async def test_nobody_hears_or_sees_a_result_before_it_is_released(
    console: Console, browser: Browser
) -> None:
    found = decided(console)
    askers = (f"holder-{UNITS[0]}", f"holder-{UNITS[2]}", BODY, INSPECTOR, "secretary-of-a-leader")
    answers = {console.say(userid, question) for userid in askers for question in QUESTIONS}
    assert len(answers) == 1, answers
    (answer,) = answers
    assert "结果以公示为准" in answer
    for userid, pages in _seen(found).items():
        seat = await sit_down(console, browser, userid)
        for path in ("/console/", *pages):
            await seat.open(path)
            text = await seat.page.evaluate(SHOWN)
            assert [word for word in OUTCOMES if word in text] == [], (userid, path)
        await expect(seat.page.get_by_role("link", name="评审结果", exact=True)).to_have_count(0)
        for path in ("", "/list", "/factors", "/notice", f"/review/{found[0].number}", "/notice.docx"):
            response = await seat.page.request.get(f"{console.base}{HOME}{path}")
            assert response.status == 404, (userid, path)
        await seat.context.close()
    said = str([console.told(userid) for userid in askers]).replace(answer, "")
    assert [word for word in OUTCOMES if word in said] == []
    # once it is public everybody is told the same again: where to read it
    console.say(OFFICE, "公示期 5个工作日 异议渠道：电话0375-2663225", f"开始公示 8月15日 {LINK}")
    console.say(OFFICE_TWO, "签发公示")
    answers = {console.say(userid, QUESTIONS[0]) for userid in askers}
    assert [LINK in answer for answer in answers] == [True]


def _seen(found: list[Application]) -> dict[str, list[str]]:
    """Where a body and an inspector might come upon it."""
    own = [f"/console/applications/{known.number}" for known in (found[0], found[2])]
    return {
        BODY: [
            "/console/applications",
            *own,
            *(f"{own[1]}?part={part}" for part in ("changes", "line", "recommendation", "visits")),
            "/console/late",
            "/console/recommendation",
            "/console/recommendation/package",
            "/console/notices",
            "/console/notices/received",
            "/console/visits",
            "/console/visits?show=list",
        ],
        INSPECTOR: ["/console/visits", "/console/sheets"],
    }
