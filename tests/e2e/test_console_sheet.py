"""The on-site sheet on a phone: without a network, with several telephones, signed off."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, expect

from bot.sheets.views import SheetView
from tests.e2e.browser import DESKTOP, PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, Console
from tests.fakes.recommending import OFFICE
from tests.integration.console.sheet_team import Team

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

GUIDANCE, DEFECT = "a2.1.4", "a2.3.1"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def item(page: Page, name: str) -> Locator:
    """An item of the sheet, unfolded."""
    found = page.locator(f'[id="item-{name}"]')
    if await found.get_attribute("open") is None:
        await found.locator(":scope > summary").click()
    return found


async def find(page: Page, name: str, words: str, evidence: str, more: int = 0) -> None:
    """Enter a finding of an item by the button that says `words`."""
    rule = (await item(page, name)).locator(".rule", has_text=words).first
    await rule.locator("summary").click()
    for _ in range(more):
        await rule.get_by_role("button", name="加一").click()
    await rule.locator("[name=evidence]").fill(evidence)
    await rule.get_by_role("button", name="记下").click()


def points(view: SheetView, name: str) -> str:
    return next(one.points for section in view.sections for one in section.items if one.id == name)


def forget_lost_requests(seat: Seat) -> None:
    """What the browser itself writes about requests that did not get through is no trouble of the page."""
    seat.troubles[:] = [one for one in seat.troubles if "Failed to load resource" not in one]


async def reads(seat: Seat, words: str) -> None:
    """What the bottom line says of entries that wait."""
    await expect(seat.page.locator("[data-sync]")).to_have_text(words)


async def test_an_inspector_works_without_a_network_and_nothing_is_lost(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    await reads(seat, "已保存")
    await seat.check()
    await seat.context.set_offline(True)
    await find(page, GUIDANCE, "缺1次扣1分", "案卷2019-3号", more=1)
    await find(page, DEFECT, "扣", "案卷2019-4号")
    await reads(seat, "待上传2条，没有网络，已存在本机")
    assert team.evidence() == []
    await seat.context.set_offline(False)
    await reads(seat, "已保存")
    assert sorted(team.evidence()) == ["案卷2019-3号", "案卷2019-4号"]
    assert points(team.view(), GUIDANCE) == "3"
    await expect(page.locator(f'[id="item-{GUIDANCE}"]')).to_contain_text("得 3/5")
    await expect(page.locator(".unsent")).to_have_count(0)
    forget_lost_requests(seat)
    await seat.check()


async def test_entries_survive_a_reload_before_they_reach_the_server_and_count_once(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    sent = []

    async def lose_the_answer(route: Route) -> None:
        sent.append(await route.fetch())
        await route.abort()

    await page.route("**/entries", lose_the_answer)
    await find(page, GUIDANCE, "缺1次扣1分", "案卷2019-3号")
    await reads(seat, "待上传1条，连不上服务器，稍后自动重试")
    assert (len(sent), team.evidence()) == (1, ["案卷2019-3号"])
    await page.unroute("**/entries")
    await page.reload()
    await reads(seat, "已保存")
    assert team.evidence() == ["案卷2019-3号"]
    forget_lost_requests(seat)
    await seat.check()


async def test_a_picture_taken_without_a_network_is_made_smaller_and_sent_first(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    shot = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(shot, "JPEG")
    await seat.context.set_offline(True)
    rule = (await item(page, GUIDANCE)).locator(".rule", has_text="缺1次扣1分")
    await rule.locator("summary").click()
    picture = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=shot.getvalue())
    await rule.locator("[data-photos]").first.set_input_files(picture)
    await expect(rule.locator("[data-shot]")).to_have_count(1)
    await rule.get_by_role("button", name="记下").click()
    await expect(page.locator(".unsent")).to_contain_text("照片1张")
    await seat.context.set_offline(False)
    await reads(seat, "已保存")
    [photo] = console.run(lambda store: store.photos(team.sheet))
    kept = Image.open(io.BytesIO(console.files.get(photo.sha256)))
    assert (kept.size, photo.type) == ((1600, 1067), "jpg")
    await expect(page.locator(".pictures img")).to_have_count(1)
    loaded = "image => image.decode().then(() => image.naturalWidth)"
    assert await page.locator(".pictures img").evaluate(loaded) == 1600
    forget_lost_requests(seat)
    await seat.check()


async def test_two_inspectors_differ_the_leader_settles_and_both_sign(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    leader = await take_seat(console, browser, INSPECTOR, PHONE)
    member = await take_seat(console, browser, INSPECTOR_TWO, PHONE)
    for seat, evidence in ((leader, "清点两次"), (member, "案卷目录")):
        page = await seat.open(team.home)
        await find(page, GUIDANCE, "缺1次扣1分", evidence, more=1 if seat is leader else 0)
        await reads(seat, "已保存")
        page.on("dialog", lambda dialog: dialog.accept())
    page = await leader.open(team.home)
    settle = (await item(page, GUIDANCE)).locator(".settle")
    await settle.get_by_label("清点两次").check()
    await settle.get_by_role("button", name="确定计分记录").click()
    await expect(settle).to_have_count(0)
    assert points(team.view(), GUIDANCE) == "3"
    await page.get_by_label("尚未完成的理由").fill("其余事项另行安排")
    await page.get_by_role("button", name="组长签字").click()
    await expect(page.locator("[data-flash]")).to_have_text("已签字。")
    second = await member.open(team.home)
    await second.get_by_role("button", name="成员签字并锁定").click()
    await expect(second.locator("[data-part=facts]")).to_contain_text("第1版，已签字锁定")
    assert team.view().is_locked
    await expect(second.locator("form.entry")).to_have_count(0)
    await leader.check()
    await member.check()


async def test_every_kind_of_entry_is_made_at_the_page(console: Console, browser: Browser) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    scores = await item(page, "a2.2.3")
    await scores.locator(".rule > summary").click()
    await scores.locator("[name=scores]").fill("90 85，95.5、\n100")
    await expect(scores.locator("[data-preview]")).to_have_text("4人，平均92.63分")
    await scores.get_by_role("button", name="记下").click()
    await expect(scores.locator(".made")).to_contain_text("测试4人")

    bonus = await item(page, "a2.6.1")
    await bonus.locator(".rule > summary").click()
    await bonus.locator("[name=points]").fill("3.5")
    for name, words in (("system", "制度一"), ("measures", "措施一"), ("effect", "成效一")):
        await bonus.locator(f"[name={name}]").fill(words)
    await bonus.get_by_role("button", name="记下").click()
    await expect(bonus.locator(".made")).to_contain_text("加3.5分。制度：制度一；措施：措施一；成效：成效一")

    verified = await item(page, "a2.4.2")
    await verified.locator(".rule > summary").first.click()
    await verified.locator("[name=evidence]").first.fill("问卷第3份")
    await expect(verified.locator("[data-preview]").first).to_have_text("待核实，暂不扣分；核实后扣2")
    await verified.get_by_role("button", name="记下").first.click()
    await expect(verified.locator(".made")).to_contain_text("待核实，暂不扣分")
    assert points(team.view(), "a2.4.2") == "8"
    await verified.get_by_text("核实", exact=True).click()
    await verified.locator("form[data-kind=verified] textarea").fill("已与经办人核实")
    await verified.get_by_role("button", name="确定核实").click()
    await expect(verified.locator("[data-part^=state]")).to_contain_text("得 6/8")

    await verified.get_by_text("撤回", exact=True).click()
    await verified.locator("form[data-kind=withdrawn] textarea").fill("记错单位")
    await verified.get_by_role("button", name="确定撤回").click()
    await expect(verified.locator(".gone")).to_contain_text("郑七撤回：记错单位")
    assert points(team.view(), "a2.4.2") == "8"
    await seat.check()


async def test_a_refused_entry_stays_readable_with_its_reason(console: Console, browser: Browser) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    console.run(lambda store: store.move(team.application.id, "withdrawn", False, "", console.now))
    await find(page, GUIDANCE, "缺1次扣1分", "案卷2019-3号")
    await reads(seat, "1条没有记入，请查看")
    await expect(page.locator(".refused")).to_contain_text("不在实地验收阶段")
    await expect(page.locator(".refused")).to_contain_text("案卷2019-3号")
    await page.get_by_role("button", name="知道了，从本机删除").click()
    await reads(seat, "已保存")


async def test_somebody_else_on_the_same_telephone_does_not_send_what_waits(
    console: Console, browser: Browser
) -> None:
    team = Team(console)
    seat = await take_seat(console, browser, INSPECTOR, PHONE)
    page = await seat.open(team.home)
    await page.route("**/entries", lambda route: route.abort())
    await find(page, GUIDANCE, "缺1次扣1分", "案卷2019-3号")
    await expect(page.locator("[data-sync]")).to_contain_text("待上传1条")
    await page.unroute("**/entries")
    [cookie] = [one for one in await seat.context.cookies() if one["name"] == "console_session"]
    changed = {
        "name": cookie["name"],
        "value": console.token(INSPECTOR_TWO),
        "url": console.base + "/console",
    }
    await seat.context.add_cookies([changed])  # type: ignore[list-item]
    await page.reload()
    await reads(seat, "已保存")
    assert team.evidence() == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_every_page_is_readable_and_fits(
    console: Console, browser: Browser, size: tuple[int, int]
) -> None:
    team = Team(console)
    team.enter(INSPECTOR, "finding")
    team.enter(INSPECTOR_TWO, "finding", count=2)
    pages = ("/console/sheets", team.home, f"{team.home}/paper", f"{team.home}/draws")
    for userid, more in ((INSPECTOR, ()), (OFFICE, ("/console/sheets/new",))):
        seat = await take_seat(console, browser, userid, size)
        for path in (*pages, *more):
            page = await seat.open(path)
            await page.evaluate(
                "document.querySelectorAll('main details').forEach(one => { one.open = true; })"
            )
            await seat.check()
