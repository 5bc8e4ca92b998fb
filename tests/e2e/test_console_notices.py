"""A notice is written with its preview beside it, signed by a colleague, followed live, and told by telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
from playwright.async_api import Browser, expect

from bot.model.message import Channel, Delivery, Outcome
from bot.ports import Store
from bot.work.broadcast import lay_out
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.recommending import BODY, MACHINE, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

HOME = "/console/notices"
GONE = Delivery(Outcome.FAILED, 81013, "收件人不在应用的可见范围内，或已离开企业")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def settle(row: int, fate: Delivery, store: Store) -> None:
    store.settle(row, "me", fate, MACHINE)


def deliver(console: Console, failing: str = "") -> None:
    """Send all that waits; messages to one user fail."""
    while console.run(lambda store: lay_out(store, console.clerk, console.now)):
        pass
    while rows := console.run(lambda store: store.claim_due(Channel.WECOM, "me", MACHINE, 100)):
        for row in rows:
            lost = row.outgoing.addresses[0] == failing
            fate = GONE if lost else Delivery(Outcome.SENT, remote_id=f"m{row.id}")
            console.run(partial(settle, row.id, fate))


async def test_a_notice_is_written_signed_and_followed(console: Console, browser: Browser) -> None:
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(HOME)
    await seat.check()
    await page.get_by_role("link", name="起草通知").click()
    await page.get_by_label("内容", exact=True).fill("请")
    await page.get_by_role("button", name="单位", exact=True).click()
    await page.get_by_label("内容", exact=True).press_sequentially("核对联系人。")
    preview = page.locator("#preview")
    await expect(preview).to_contain_text("请宝丰县人民政府核对联系人。")
    await preview.get_by_role("combobox").select_option(label="孙三")
    await expect(preview).to_contain_text("请平顶山市市场监督管理局核对联系人。")
    await page.get_by_text("按推荐单位", exact=True).click()
    await expect(preview).to_contain_text("请先选择发给谁")
    await page.get_by_role("button", name="全选").first.click()
    await expect(preview).to_contain_text("1 人")
    await page.get_by_text("按身份", exact=True).click()
    await page.get_by_label("内容", exact=True).press_sequentially("7月18日前报送。")
    await expect(preview).to_contain_text("须由另一位同志签发")
    await seat.check()
    await page.get_by_role("button", name="保存草稿").click()
    await expect(page.get_by_role("status").last).to_contain_text("起草人不能自行发出")
    await expect(page.get_by_role("button", name="签发")).to_have_count(0)
    await seat.check()

    colleague = await take_seat(console, browser, OFFICE_TWO)
    theirs = await colleague.open(f"{HOME}/1")
    theirs.on("dialog", lambda dialog: dialog.accept())
    await theirs.get_by_role("button", name="签发").click()
    board = theirs.locator("#board")
    await expect(board).to_contain_text("正在发送")
    await colleague.check()
    deliver(console, OTHER)
    await expect(board.locator("tr", has_text="孙三")).to_contain_text("发送失败", timeout=10_000)
    await expect(board).not_to_contain_text("正在发送")
    await colleague.check()

    await board.locator("tr", has_text="孙三").get_by_role("button", name="换渠道").click()
    await theirs.get_by_role("link", name="电话通知清单").click()
    await colleague.check()
    await theirs.get_by_role("button", name="已通知").click()
    await expect(theirs.locator("main")).to_contain_text("没有需要打电话的人")


async def test_the_pages_fit_a_phone_and_a_body_says_received(console: Console, browser: Browser) -> None:
    office = await console.reader(OFFICE)
    await office.post(f"{HOME}/new", {"to": "role", "roles": "body", "text": "请核对联系人。"})
    await office.post(f"{HOME}/1/release")
    deliver(console, OTHER)
    await office.post(f"{HOME}/1/other", {"person": console.people[OTHER]})
    await office.post(f"{HOME}/new", {"to": "everybody", "text": "请于7月18日前报送。"})
    seat = await take_seat(console, browser, OFFICE, PHONE)
    for path in (
        "",
        "/new",
        "/1",
        "/1/calls",
        "/1/correct",
        "/2",
        "/2/edit",
        "/plan",
        "/reminded",
        "/received",
    ):
        await seat.open(f"{HOME}{path}")
        await seat.check()
    body = await take_seat(console, browser, BODY, PHONE)
    page = await body.open(HOME)
    await page.get_by_role("button", name="收到").click()
    await expect(page.locator("main")).to_contain_text("您已确认收到")
    await body.check()
