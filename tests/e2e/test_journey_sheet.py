"""A day on site, from the visit to the locked sheet, on a phone; and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Dialog, Locator, Page, expect

from bot.model.staff import Role
from bot.sheets.views import SheetView
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE
from tests.integration.console.sheet_team import Team

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]
UNIT, STRANGER = "宝丰县公安局", "inspector-three"
GUIDANCE, DEFECT, VETO, BONUS = "a2.1.4", "a2.3.1", "a2.5.1", "a2.6.1"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def agree(dialog: Dialog) -> None:
    await dialog.accept()


async def on_site(console: Console, browser: Browser, userid: str) -> Seat:
    """Somebody's phone, on which every question is answered with yes."""
    seat = await take_seat(console, browser, userid, PHONE)
    seat.page.on("dialog", agree)
    return seat


async def item(page: Page, name: str) -> Locator:
    found = page.locator(f'[id="item-{name}"]')
    if await found.get_attribute("open") is None:
        await found.locator(":scope > summary").click()
    return found


async def rule(page: Page, name: str, words: str) -> Locator:
    found = (await item(page, name)).locator(".rule", has_text=words).first
    if await found.get_attribute("open") is None:
        await found.locator(":scope > summary").click()
    return found


async def saved(page: Page) -> None:
    await expect(page.locator("[data-sync]")).to_have_text("已保存")


def state(page: Page, name: str) -> Locator:
    return page.locator(f'[data-part="state-{name}"]')


def points(view: SheetView, name: str) -> str:
    return next(one.points for section in view.sections for one in section.items if one.id == name)


async def test_a_sheet_is_opened_from_its_visit_filled_drawn_signed_and_opened_again(
    console: Console, browser: Browser
) -> None:
    number = console.apply(UNIT, "baofeng", "reviewed", unit_address="人民路1号").number
    console.say(OFFICE, f"安排验收 {number} 7月30日上午9:30 组长郑七 成员冯八")
    console.say(OFFICE_TWO, "发布验收安排")
    leader = await on_site(console, browser, INSPECTOR)
    page = await leader.open("/console/")
    await leader.check()
    await page.locator("main a[href^='/console/sheets/']").first.click()
    await expect(page.locator("h1")).to_have_text(UNIT)
    address = page.url.removeprefix(console.base)
    guidance = await rule(page, GUIDANCE, "缺1次扣1分")
    await guidance.locator("[name=evidence]").fill("案卷2019-3号")
    await expect(guidance.locator("[data-preview]")).to_contain_text("扣1")
    await guidance.get_by_role("button", name="记下").click()
    await expect(state(page, GUIDANCE)).to_contain_text("得 4/5")
    guidance = await rule(page, GUIDANCE, "缺1次扣1分")
    for _ in range(8):
        await guidance.get_by_role("button", name="加一").click()
    await guidance.locator("[name=evidence]").fill("培训记录")
    await guidance.get_by_role("button", name="记下").click()
    await expect(state(page, GUIDANCE)).to_contain_text("已扣完")
    await expect(state(page, GUIDANCE)).to_contain_text("得 0/5")
    await saved(page)
    await leader.check()

    await page.get_by_role("link", name="随机抽取").click()
    await page.get_by_label("名册").fill("\n".join(f"执法人员{one:02}" for one in range(1, 43)))
    await page.get_by_label("抽取比例").fill("20%")
    await page.get_by_role("button", name="抽取并封存").click()
    sealed = page.locator("section.card").first
    await expect(sealed).to_contain_text("42人")
    await expect(sealed).to_contain_text("9人")
    await expect(sealed).not_to_contain_text("执法人员0")
    await leader.check()
    await sealed.get_by_role("button", name="当场开启").click()
    await expect(page.locator(".drawn li")).to_have_count(9)
    await leader.check()
    await page.get_by_role("link", name="返回评分表").click()

    await page.get_by_label("尚未完成的理由").fill("其余事项另行安排")
    await page.get_by_role("button", name="组长签字").click()
    member = await on_site(console, browser, INSPECTOR_TWO)
    other = await member.open("/console/")
    await other.locator("main a[href^='/console/sheets/']").first.click()
    await expect(other.locator("[data-part=sign]")).to_contain_text("其余事项另行安排")
    await other.get_by_role("button", name="成员签字并锁定").click()
    await expect(other.locator("[data-part=facts]")).to_contain_text("第1版，已签字锁定")
    await expect(other.locator("form.entry")).to_have_count(0)
    await other.get_by_role("link", name="打印").click()
    await expect(other.locator("main")).to_contain_text("被验收单位")
    await member.check()

    page = await leader.open(address)
    await page.get_by_text("重新打开", exact=True).first.click()
    reopening = page.locator("form[action$='/reopen']")
    await reopening.locator("button").click()
    await expect(page.locator("[data-part=facts]")).to_contain_text("已签字锁定")  # a reason is needed
    await reopening.get_by_label("重新打开的理由").fill("补记一处问题")
    await reopening.locator("button").click()
    await expect(page.locator("[data-part=facts]")).to_contain_text("重新打开，待签字")
    await expect(page.locator(".log")).to_contain_text("补记一处问题")
    await leader.check()


async def test_a_veto_takes_two_signatures_with_their_grounds_and_the_offices_conclusion(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    leader = await on_site(console, browser, INSPECTOR)
    page = await leader.open(team.home)
    proposal = (await item(page, VETO)).locator(".rule").first
    await proposal.locator(":scope > summary").click()
    await expect(proposal).to_contain_text("须由两名验收人员分别签署")
    await proposal.get_by_role("button", name="提出一票否决").click()
    await expect(proposal.locator("[name=evidence]:invalid")).to_be_focused()
    await proposal.locator("[name=evidence]").fill("判决书（2019）3号")
    await proposal.get_by_role("button", name="提出一票否决").click()
    await saved(page)
    vetoes = page.locator("[data-part=vetoes]")
    await expect(vetoes).to_contain_text("判决书（2019）3号")
    await expect(vetoes.get_by_text("作为第二人签署")).to_have_count(0)

    member = await on_site(console, browser, INSPECTOR_TWO)
    other = await member.open(team.home)
    await other.get_by_text("作为第二人签署").click()
    await other.locator("form[data-kind=veto_seconded] [name=evidence]").fill("核对原件")
    await other.get_by_role("button", name="确定签署").click()
    await saved(other)
    await expect(other.locator("[data-part=vetoes]")).to_contain_text("核对原件")
    await expect(other.get_by_role("button", name="认定一票否决")).to_have_count(0)
    await member.check()
    assert console.application(team.application.id).stage == "reviewed"

    office = await on_site(console, browser, OFFICE)
    page = await office.open(team.home)
    await page.get_by_label("认定的理由").fill("材料属实")
    await page.get_by_role("button", name="认定一票否决").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已记录认定结果")
    assert console.application(team.application.id).stage == "vetoed"
    await office.check()


async def test_a_bonus_needs_all_three_parts_and_stays_within_its_bounds(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    seat = await on_site(console, browser, INSPECTOR)
    page = await seat.open(team.home)
    bonus = (await item(page, BONUS)).locator(".rule").first
    await bonus.locator(":scope > summary").click()
    await bonus.locator("[name=points]").fill("5")
    for name in ("system", "measures"):
        await bonus.locator(f"[name={name}]").fill("一条")
    await bonus.get_by_role("button", name="记下").click()
    assert points(team.view(), BONUS) == "0"
    await expect(bonus.locator("[name=effect]:invalid")).to_be_focused()
    await bonus.locator("[name=effect]").fill("一条")
    await bonus.locator("[name=points]").fill("11")
    await bonus.get_by_role("button", name="记下").click()
    await expect(bonus.locator("[name=points]:invalid")).to_be_focused()
    await bonus.locator("[name=points]").fill("5")
    await bonus.get_by_role("button", name="记下").click()
    await saved(page)
    await expect(state(page, BONUS)).to_contain_text("加5")
    await seat.check()


async def test_who_finds_a_conflict_on_site_leaves_and_their_entries_are_void_but_kept(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    team.enter(INSPECTOR_TWO, "finding", evidence="冯八所记", count=2)
    team.enter(INSPECTOR, "finding", evidence="郑七所记", item=DEFECT, rule=_first_rule(team, DEFECT))
    seat = await on_site(console, browser, INSPECTOR_TWO)
    page = await seat.open(team.home)
    await page.get_by_text("登记回避", exact=True).first.click()
    recusal = page.locator("form[action$='/recuse']")
    await recusal.get_by_label("回避的理由").fill("亲属在该单位任职")
    await recusal.locator("button").last.click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记回避")
    await expect(page.locator("main")).not_to_contain_text(UNIT)
    answer = await page.goto(f"{console.base}{team.home}")
    assert answer is not None
    assert answer.status == 404
    leader = await on_site(console, browser, INSPECTOR)
    page = await leader.open(team.home)
    await expect(page.locator(".gone")).to_contain_text("冯八所记")
    await expect(page.locator("[data-part=facts] .struck")).to_have_text("冯八")
    assert points(team.view(), GUIDANCE) == "5"
    await leader.check()


def _first_rule(team: Team, name: str) -> str:
    items = (one for section in team.view().sections for one in section.items)
    return next(one.rules[0].rule for one in items if one.id == name)


async def test_an_inspector_is_replaced_and_what_is_finished_stays(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    team.enter(INSPECTOR_TWO, "finding", evidence="冯八所记", count=2)
    office = await on_site(console, browser, OFFICE)
    page = await office.open(team.home)
    await page.get_by_text("调整验收组", exact=True).first.click()
    change = page.locator("form[action$='/team']")
    await change.get_by_label("冯八").last.uncheck()
    await change.get_by_label("吴六").last.check()
    await change.get_by_label("调整的理由").fill("冯八出差")
    await change.locator("button").last.click()
    await expect(page.locator("[data-part=facts]")).to_contain_text("吴六")
    await office.check()
    gone = await on_site(console, browser, INSPECTOR_TWO)
    page = gone.page
    answer = await page.goto(f"{console.base}{team.home}")
    assert answer is not None
    assert answer.status == 404
    view = team.view()
    assert (points(view, GUIDANCE), "冯八所记" in team.evidence()) == ("3", True)


@pytest.mark.parametrize("userid", [BODY, STRANGER])
async def test_a_foreign_sheet_does_not_exist_and_the_attempt_is_written_down(
    console: Console, browser: Browser, userid: str
) -> None:
    team = Team(console)
    console.people[STRANGER] = console.member(STRANGER, "何九", Role.INSPECTOR, "")
    seat = await on_site(console, browser, userid)
    for path in (team.home, f"{team.home}/draws", f"{team.home}/paper"):
        answer = await seat.page.goto(f"{console.base}{path}")
        assert answer is not None
        assert (answer.status, UNIT in await answer.text()) == (404, False)
    assert len(console.audited("sheet_refused")) == 3
