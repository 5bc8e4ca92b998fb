"""The review round as its people walk it: invited, kept away, judged, reported, closed; on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.application import Application
from bot.results.marks import latest
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, Console
from tests.fakes.recommending import BODY, OFFICE
from tests.fakes.reviewing import UNITS, add_deck, begin_round, give_all, under_review

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def judged(console: Console, known: Application) -> dict[str, list[str]]:
    """Reviewer → scores that count."""
    sheets = console.run(lambda store: latest(store.reviews(known.id))).get(known.id, {})
    return {name: [str(mark.score) for mark in one.marks.values()] for name, one in sheets.items()}


async def score(page: Page, *scores: str) -> None:
    for place, one in enumerate(scores, 1):
        await page.locator(f"input[name='score-2.{place}']").fill(one)


async def test_from_the_invitation_to_the_closed_round(console: Console, browser: Browser) -> None:
    known, *_ = under_review(console)
    office = await take_seat(console, browser, OFFICE)
    page = await office.open("/console/")
    await page.get_by_label("主菜单").get_by_role("link", name="评审结果").click()
    await page.get_by_role("link", name="评审人员与分派").click()
    await page.get_by_label("评审期限").fill("2019-08-02")
    await page.get_by_label("郑七").check()
    await page.get_by_label("冯八").check()
    await page.get_by_role("button", name="开启评审并发出邀请").click()
    await expect(page.locator("[data-flash]")).to_contain_text("评审人员已收到邀请")
    await expect(page.get_by_text("尚未确认职责和回避")).to_have_count(2)
    await office.check()
    assert "您受邀参加" in console.told(INSPECTOR)[-1]

    seat = await take_seat(console, browser, INSPECTOR)
    mine = await seat.open("/console/")
    await mine.get_by_label("主菜单").get_by_role("link", name="评审", exact=True).click()
    await expect(mine.locator("h1")).to_have_text("评审职责与回避")
    await mine.get_by_label(UNITS[2]).check()
    await mine.get_by_label("回避理由").fill("本单位的下属单位")
    await mine.get_by_label("我已阅读并同意").check()
    await seat.check()
    await mine.get_by_role("button", name="确认并开始评审").click()
    await expect(mine.get_by_text("还没有分派给您的申报件")).to_be_visible()

    await page.get_by_role("link", name="逐件分派").click()
    await page.get_by_label("每件评审人数").fill("2")
    await page.get_by_role("button", name="平均分派").click()
    await expect(page.locator("[data-flash]")).to_contain_text("1 件因回避等原因人数不足")
    await expect(page.get_by_role("row", name=UNITS[2])).to_contain_text("郑七（本单位的下属单位）")
    await office.check()
    assert "新分派给您评审2件" in console.told(INSPECTOR)[-1]

    await mine.get_by_label("主菜单").get_by_role("link", name="评审", exact=True).click()
    await expect(mine.get_by_text(UNITS[2])).to_have_count(0)
    await mine.get_by_role("link", name=UNITS[0], exact=True).click()
    await expect(mine.get_by_alt_text("第2页")).to_be_visible()
    await expect(mine.get_by_text("机器提示，不作为评审依据")).to_be_visible()
    await score(mine, "80")
    await expect(mine.locator("#saved")).to_contain_text("草稿已自动保存")
    await mine.get_by_role("link", name="返回评审").click()
    await expect(mine.get_by_role("row", name=UNITS[0])).to_contain_text("已有草稿")
    await mine.get_by_role("link", name=UNITS[0], exact=True).click()
    await expect(mine.locator("input[name='score-2.1']")).to_have_value("80")
    await score(mine, "80", "81", "82", "83", "84", "85.5")
    await mine.locator("textarea[name='remark-2.1']").fill("服务意识强，事例具体")
    await seat.check()
    await mine.get_by_role("button", name="提交评审表").click()
    await expect(mine.locator("[data-flash]")).to_contain_text("评审表已提交")
    assert judged(console, known) == {"郑七": ["80", "81", "82", "83", "84", "171/2"]}

    await page.get_by_role("link", name="返回评审人员").click()
    await expect(page.get_by_role("row", name="郑七")).to_contain_text("评审中")
    page.on("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="结束打分").click()
    await expect(page.get_by_text("打分已结束", exact=True)).to_be_visible()
    await mine.get_by_role("link", name=UNITS[0], exact=True).click()
    await expect(mine.get_by_text("评审打分已结束，不能再修改")).to_be_visible()
    await expect(mine.get_by_role("button", name="提交评审表")).to_have_count(0)
    await seat.check()


async def test_a_problem_goes_to_the_office_and_its_answer_comes_back(
    console: Console, browser: Browser
) -> None:
    known, *_ = under_review(console)
    begin_round(console)
    give_all(console, 2)
    unit = f"holder-{UNITS[0]}"
    said = len(console.bodies(unit))
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    mine = await seat.open("/console/reviews")
    await mine.get_by_role("link", name=UNITS[0], exact=True).click()
    await mine.get_by_label("材料缺失或有疑问").fill("第12页无法播放")
    await mine.get_by_role("button", name="反映给市办公室").click()
    await expect(mine.locator("#problems")).to_contain_text("待答复")
    await seat.check()

    office = await take_seat(console, browser, OFFICE)
    page = await office.open("/console/results/round")
    row = page.get_by_role("row", name="第12页无法播放")
    await row.locator("summary").click()
    await row.get_by_label("答复").last.fill("单位未嵌入视频，请按现有内容评审")
    await row.get_by_role("button", name="确定答复").click()
    await expect(page.get_by_text("评审人员反映的问题")).to_have_count(0)
    await office.check()
    assert "单位未嵌入视频" in console.told(INSPECTOR)[-1]
    await mine.reload()
    await expect(mine.locator("#problems")).to_contain_text("单位未嵌入视频，请按现有内容评审")
    assert len(console.bodies(unit)) == said

    add_deck(console, known, "第二版")
    await page.goto(f"{page.url}/units/{known.number}")
    page.on("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="改按新版申报报告评审").click()
    await expect(page.get_by_text("按现行版本评审")).to_be_visible()
    await mine.reload()
    await expect(mine.get_by_text("第 2 版")).to_be_visible()


async def test_on_a_phone_nothing_is_lost_and_a_conflict_ends_it(console: Console, browser: Browser) -> None:
    known, other, _ = under_review(console)
    begin_round(console)
    give_all(console, 1)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open("/console/")
    await page.get_by_text("菜单").click()
    await page.get_by_label("主菜单").get_by_role("link", name="评审", exact=True).click()
    await seat.check()
    await page.get_by_role("link", name=f"评审{UNITS[0]}").click()
    await score(page, "80", "101", "82", "83", "84", "85")
    await page.locator("textarea[name='remark-2.6']").fill("成效有数据")
    await page.get_by_role("button", name="提交评审表").click()
    await expect(page.get_by_role("alert")).to_contain_text("条件2.2的得分“101”不正确")
    await expect(page.locator("[aria-invalid]")).to_have_attribute("name", "score-2.2")
    await expect(page.locator("[name='score-2.2']")).to_be_focused()
    await expect(page.locator("textarea[name='remark-2.6']")).to_have_value("成效有数据")
    await seat.check()
    assert judged(console, known) == {}

    await page.get_by_text("需回避这家单位", exact=True).click()
    await page.get_by_label("回避理由").fill("亲属任职")
    await page.get_by_role("button", name="确定需回避这家单位").click()
    await expect(page.locator("[data-flash]")).to_contain_text("该单位不再显示")
    await expect(page.get_by_text(UNITS[0])).to_have_count(0)
    await seat.check()
    for number in (known.number, other.number):
        answer = await page.request.get(page.url.replace("/reviews", f"/reviews/{number}"))
        assert answer.status == 404
    assert len(console.audited("review_refused")) == 2
    assert "郑七登记回避1家" in console.told(OFFICE)[-1]


@pytest.mark.parametrize("userid", [BODY, INSPECTOR_TWO])
async def test_whoever_is_not_invited_sees_nothing_of_it(
    console: Console, browser: Browser, userid: str
) -> None:
    known, *_ = under_review(console)
    begin_round(console, (INSPECTOR,))
    give_all(console, 1)
    seat = await take_seat(console, browser, userid)
    page = await seat.open("/console/")
    own = page.get_by_label("主菜单").get_by_role("link", name="评审", exact=True)
    if userid == BODY:
        await expect(own).to_have_count(0)
    else:
        await own.click()
        await expect(page.get_by_text("目前没有需要您评审的申报件")).to_be_visible()
        await expect(page.get_by_text(UNITS[0])).to_have_count(0)
        await seat.check()
    for path in (f"reviews/{known.number}", f"reviews/{known.number}/deck", "results/round"):
        answer = await page.request.get(f"{console.base}/console/{path}")
        assert answer.status == 404
