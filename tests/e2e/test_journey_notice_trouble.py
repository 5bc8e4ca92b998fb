"""When a notice goes wrong (product page §5.3): stopped while it goes out, taken back, corrected; WeCom down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.message import Channel
from bot.work.broadcast import PAGE
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.e2e.notice_post import Post
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.recommending import BODY, MACHINE, OFFICE, OTHER

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

HOME = "/console/notices"
MANY = 3 * PAGE


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def applicants(console: Console, count: int) -> list[str]:
    return [f"holder-第{number}执法大队" for number in range(count) if console.apply(f"第{number}执法大队")]


async def tile(page: Page, words: str) -> str:
    """The number on a tile of the board."""
    return await page.locator(".standings a", has_text=words).locator(".count").inner_text()


async def test_wrong_broadcast_is_stopped_taken_back_and_corrected_on_a_phone(
    console: Console, browser: Browser
) -> None:
    holders = applicants(console, MANY)
    post = Post(console)
    office = await console.reader(OFFICE)
    await office.post(f"{HOME}/new", {"to": "role", "roles": "holder", "text": "{单位}请到101会议室开会。"})
    await office.post(f"{HOME}/1/release")
    await post.send()  # the first portion is out, the others are not even written

    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await seat.open(HOME)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="请到101会议室开会").click()
    board = page.locator("#board")
    await expect(board).to_contain_text(f"正在发送：{PAGE} / {MANY} 人已有结果")
    await expect(board).to_contain_text(f"还有 {MANY - PAGE} 人在等待编发")
    await seat.check()
    await post.lay_out(1)
    await page.get_by_role("button", name="停止发送").click()
    said = page.locator("main")
    await expect(said).to_contain_text(f"{PAGE} 份未发的不再发出；此前已有 {PAGE} 人收到")
    await post.deliver()
    await page.reload()
    assert [await tile(page, words) for words in ("已送达未确认", "未发已停")] == [str(PAGE), str(PAGE)]
    assert [len(post.chat(holder)) for holder in (holders[0], holders[PAGE], holders[-1])] == [1, 0, 0]

    await page.get_by_role("button", name="撤回").click()
    await expect(said).to_contain_text(f"正在撤回{PAGE}人")
    await post.deliver()
    await page.reload()
    await expect(board.locator("tr", has_text="第0执法大队")).to_contain_text("已撤回")
    assert len(post.recalls()) == PAGE
    await seat.check()

    await page.get_by_role("link", name="发更正").click()
    await expect(page.locator("main")).to_contain_text("只发给收到过通知1的人")
    await page.get_by_label("内容", exact=True).fill("{单位}请到201会议室开会。")
    await expect(page.locator("#preview")).to_contain_text(f"{PAGE} 人")
    await seat.check()
    await page.get_by_role("button", name="保存草稿").click()
    await page.get_by_role("button", name="发送", exact=True).click()
    await expect(said).to_contain_text(f"开始发送，共 {PAGE} 人")
    await post.deliver()
    told = [holder for holder in holders if any("201会议室" in one for one in post.chat(holder))]
    assert told == holders[:PAGE]
    assert any("【更正】此前的通知1作废" in one for one in post.chat(holders[0]))


async def test_wecom_down_leaves_nobody_untold_and_the_office_is_alarmed(
    console: Console, browser: Browser
) -> None:
    console.run(lambda store: store.bind(console.people[OTHER], Channel.MAIL, "market@example.com"))
    post = Post(console)
    author, colleague = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    await author.post(f"{HOME}/new", {"to": "role", "roles": "body", "text": "请于7月18日前报送联系人。"})
    await colleague.post(f"{HOME}/1/release")
    await post.deliver(down=True)
    assert post.chat(BODY) == []
    assert len(post.mails("market@example.com")) == 1  # what is dated goes by both roads

    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="通知", exact=True).first.click()
    await page.get_by_role("link", name="请于7月18日前报送联系人").click()
    board = page.locator("#board")
    await expect(board.locator("tr", has_text="赵一")).to_contain_text("服务器地址未列入企业微信可信IP")
    await expect(board.locator("tr", has_text="赵一")).to_contain_text("等待重试")
    await expect(board.locator("tr", has_text="孙三")).to_contain_text("已送达")
    await seat.check()
    await seat.open("/console/mail/alarms")
    await expect(page.locator("main")).to_contain_text("60020")

    # it comes back: what waited goes out once, and the alarm is over
    await Post(console, MACHINE + timedelta(minutes=2)).deliver()
    assert len(post.chat(BODY)) == 1
    await page.reload()
    await expect(page.locator("main")).not_to_contain_text("60020")
    await seat.open(f"{HOME}/1")
    await expect(board).not_to_contain_text("正在发送")
    await expect(board.locator("tr", has_text="赵一")).to_contain_text("已送达未确认")
