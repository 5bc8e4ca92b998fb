"""The office tells everybody (product page §5.3, C4, C5, C7): from the first page to the last person's final state."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from datetime import time as clock_time

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.message import Channel
from bot.model.staff import Role
from bot.ports import Store
from bot.work.notice_follow_up import FollowUp
from bot.work.remind import ReminderDesk
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.e2e.notice_post import Post
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

YEXIAN, YEXIAN_DEPUTY, LUSHAN = "yexian-clerk", "yexian-deputy", "lushan-clerk"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def follow_up(console: Console) -> FollowUp:
    return FollowUp(console.database, console.writer, console.clerk, lambda: console.now, lambda: None)


def at_half_past_nine(day: date, console: Console) -> datetime:
    return datetime.combine(day, clock_time(9, 31), console.campaign.zone)


async def write(page: Page, text: str) -> None:
    """From any page of the console to a saved draft to all recommending bodies."""
    await page.get_by_role("link", name="通知", exact=True).first.click()
    await page.get_by_role("link", name="起草通知").click()
    await page.get_by_label("内容", exact=True).fill(text)
    await expect(page.locator("#preview")).to_contain_text("人")
    await page.get_by_role("button", name="保存草稿").click()


async def test_opening_broadcast_ends_with_a_final_state_for_everybody(
    console: Console, browser: Browser
) -> None:
    console.people[YEXIAN] = console.member(YEXIAN, "周九", Role.BODY, "yexian")
    console.people[YEXIAN_DEPUTY] = console.member(YEXIAN_DEPUTY, "吴十", Role.BODY, "yexian", deputy=True)
    console.people[LUSHAN] = console.member(LUSHAN, "郑一", Role.BODY, "lushan")
    console.run(lambda store: store.bind(console.people[OTHER], Channel.MAIL, "market@example.com"))
    post = Post(console)

    # a draft, with its preview by each channel and the values of each reader
    author = await take_seat(console, browser, OFFICE)
    page = await author.open("/console/")
    await write(page, "启动通知：请{单位}于{截止}前择优推荐，收到后请确认。")
    main = page.locator("main")
    await expect(main).to_contain_text("请宝丰县人民政府于7月25日前择优推荐")
    await expect(main).to_contain_text("企业微信 4 人")
    await expect(main).to_contain_text("邮件 1 人")
    await expect(main).to_contain_text("起草人不能自行发出")
    await expect(page.get_by_role("button", name="签发")).to_have_count(0)
    forged = await console.reader(OFFICE)
    assert "须由另一位同志签发" in await forged.post("/console/notices/1/release")
    assert post.chat(BODY) == []
    await post.deliver()
    assert any("启动通知：请{单位}于{截止}前择优推荐" in said for said in post.chat(OFFICE_TWO))

    # a colleague finds it waiting, and lets it go
    colleague = await take_seat(console, browser, OFFICE_TWO)
    theirs = await colleague.open("/console/")
    theirs.on("dialog", lambda dialog: dialog.accept())
    await theirs.get_by_role("link", name="通知", exact=True).first.click()
    await theirs.get_by_role("link", name="1 份草稿").click()
    await theirs.get_by_role("link", name="启动通知").click()
    await theirs.get_by_role("button", name="签发").click()
    await expect(theirs.locator("main")).to_contain_text("开始发送，共 4 人")
    await post.deliver(failing={LUSHAN})
    assert any("请宝丰县人民政府于7月25日前择优推荐" in said for said in post.chat(BODY))
    assert post.mails("market@example.com") == [f"通知1：启动通知（{console.campaign.title}）"]

    # 收到: by the card's button, and by a reply
    assert "收到 通知1" in post.buttons(BODY)
    assert "已登记" in console.say(BODY, "收到 通知1")
    assert "已登记" in console.say(OTHER, "收到，谢谢")
    board = theirs.locator("#board")
    await theirs.reload()
    for name in ("赵一", "孙三"):
        await expect(board.locator("tr", has_text=name)).to_contain_text("已确认")
    await expect(board.locator("tr", has_text="郑一")).to_contain_text("发送失败")
    await expect(board.locator("tr", has_text="郑一")).to_contain_text("不在应用的可见范围内")

    # whom nothing reached comes on the call sheet; whoever keeps silent, after two working days, to the deputy
    await follow_up(console).tick()
    await theirs.reload()
    await expect(board.locator("tr", has_text="郑一")).to_contain_text("待电话通知")
    console.now = at_half_past_nine(date(2019, 7, 16), console)
    await follow_up(console).tick()
    await post.deliver()
    assert any("请叶县人民政府" in said for said in post.chat(YEXIAN_DEPUTY))
    console.now = at_half_past_nine(date(2019, 7, 18), console)
    await follow_up(console).tick()

    # the rest is telephoned, each told by somebody at some time
    await theirs.reload()
    await theirs.get_by_role("link", name="电话通知清单").click()
    await colleague.check()
    lines = theirs.locator("tbody tr")
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text("请叶县人民政府于7月25日前择优推荐")
    for left in (1, 0):
        await theirs.get_by_role("button", name="已通知").first.click()
        await expect(lines).to_have_count(left)
    await theirs.get_by_role("link", name="返回送达情况").click()
    await expect(board.locator("tr", has_text="郑一")).to_contain_text("吴六 7月18日 09:31 打的电话")
    console.say(YEXIAN_DEPUTY, "收到")
    await theirs.reload()
    unconfirmed = theirs.locator(".standings a", has_text="未确认（合计）")
    await expect(unconfirmed.locator(".count")).to_have_text("0")
    await colleague.check()


async def test_reminders_are_seen_before_they_come_and_drop_when_settled(
    console: Console, browser: Browser
) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="通知", exact=True).first.click()
    await page.get_by_role("link", name="提醒计划").click()
    await page.get_by_label("单位、编号或姓名").fill("宝丰县")
    await page.get_by_role("button", name="查询").click()
    first = page.locator("tbody tr", has_text="赵一").first
    await expect(first).to_contain_text("推荐单位联系人")
    await expect(first).to_contain_text("企业微信")
    await first.locator("summary").click()
    await expect(first).to_contain_text("上报")
    await seat.check()
    month, day = map(int, re.findall(r"\d+", await first.locator("td").first.inner_text())[:2])

    # the body settles it the evening before: nothing comes to it, and its colleague elsewhere is reminded
    console.now = datetime(2019, month, day, 7, 0, tzinfo=console.campaign.zone)
    assert "零报告" in console.say(BODY, "零报告", "确认零报告")
    console.now = console.now.replace(hour=17, minute=20)
    desk = ReminderDesk(console.clerk, console.database, console.writer, lambda: console.now, lambda: None)
    await desk.tick()
    reminded = console.run(lambda store: store.outbox_keys("remind:"))
    assert not [key for key in reminded if "baofeng" in key]
    assert [key for key in reminded if key.endswith(f":market:{console.people[OTHER]}")]
    await Post(console).deliver()
    await page.get_by_role("link", name="已发提醒").click()
    await expect(page.locator("tbody tr", has_text="孙三").first).to_contain_text("已送达")
    await expect(page.locator("tbody")).not_to_contain_text("赵一")
    await page.get_by_role("link", name="提醒计划").click()
    await page.get_by_label("单位、编号或姓名").fill("宝丰县")
    await page.get_by_role("button", name="查询").click()
    await expect(page.locator("main")).to_contain_text("这些天没有提醒")
    await seat.check()


async def test_set_time_is_changed_before_it_comes(console: Console, browser: Browser) -> None:
    post = Post(console)
    author = await take_seat(console, browser, OFFICE)
    page = await author.open("/console/")
    await write(page, "请核对联系人。")
    await page.get_by_text("定时发送", exact=True).click()
    await page.get_by_label("日期和时间").fill("2019-07-13T09:00")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator("main")).to_contain_text("7月13日 09:01")  # never at a full hour
    await page.get_by_text("改发送时间", exact=True).click()
    await page.get_by_label("日期和时间").fill("2019-07-15T10:05")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator("main")).to_contain_text("7月15日 10:05")
    await author.check()
    console.now = at_half_past_nine(date(2019, 7, 14), console)
    await follow_up(console).tick()
    assert post.chat(BODY) == []
    console.now = datetime(2019, 7, 15, 10, 6, tzinfo=console.campaign.zone)
    await follow_up(console).tick()
    await post.deliver()
    assert any("请核对联系人。" in said for said in post.chat(BODY))
    await page.reload()
    await expect(page.locator("#board")).to_contain_text("已送达未确认")


async def test_everybody_sees_only_the_notices_sent_to_them(console: Console, browser: Browser) -> None:
    office = await console.reader(OFFICE)
    for role_form, text in (
        ({"to": "body", "bodies": "market"}, "只给市场监管局的话。"),
        ({"to": "body", "bodies": "baofeng"}, "只给宝丰县的话。"),
        ({"to": "role", "roles": "inspector"}, "只给验收人员的话。"),
    ):
        await office.post("/console/notices/new", {**role_form, "text": text})
    for number in (1, 2, 3):
        await office.post(f"/console/notices/{number}/release")
    await Post(console).deliver()
    texts = ("只给市场监管局的话。", "只给宝丰县的话。", "只给验收人员的话。")
    for userid, own in (
        (BODY, "只给宝丰县的话。"),
        (OTHER, "只给市场监管局的话。"),
        (INSPECTOR, "只给验收人员的话。"),
    ):
        seat: Seat = await take_seat(console, browser, userid, PHONE)
        page = await seat.open("/console/")
        await page.locator("summary").first.click()
        await page.get_by_role("link", name="通知", exact=True).first.click()
        shown = await page.locator("main").inner_text()
        assert [text for text in texts if text in shown] == [own]
        await seat.check()
        await page.get_by_role("button", name="收到").click()
        await expect(page.locator("main")).to_contain_text("您已确认收到")
        reader = await console.reader(userid)
        for path in (
            "/console/notices/1",
            "/console/notices/2",
            "/console/notices/new",
            "/console/notices/plan",
        ):
            await reader.get(path, status=404)
    confirmed = console.run(_confirmed)
    assert confirmed == {
        1: {console.people[OTHER]},
        2: {console.people[BODY]},
        3: {console.people[INSPECTOR]},
    }


def _confirmed(store: Store) -> dict[int, set[int]]:
    return {
        one.id: {copy.person for copy in store.deliveries(one.id) if copy.confirmed_at}
        for one in store.notices()
    }
