"""The office files a stranger's mail and answers what nobody could answer, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from bot.model.mail import MailOutcome
from bot.model.message import Channel
from bot.ports import Store
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.fakes.console import Console
from tests.fakes.console_mail import receive
from tests.fakes.recommending import OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

SCAN = ("盖章件.txt", "扫描件".encode())


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_stranger_mail_is_found_and_filed(console: Console, browser: Browser) -> None:
    known = console.apply("宝丰县公安局")
    mail = await receive(console, "someone@qq.com", "材料", "请查收。", SCAN, trusted=True)
    await receive(console, "other@qq.com", "别的", "请查收。", SCAN, trusted=True)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/mail?outcome=quarantine")
    await seat.check()
    await page.get_by_label("发件人、主题或附件名").press_sequentially("someone")
    await expect(page.locator("#rows tbody tr")).to_have_count(1)
    await expect(page.locator("#counts")).to_contain_text("待认领 1")
    await page.get_by_role("link", name="材料").click()
    await page.get_by_label("申报编号或单位名称").press_sequentially("公安")
    await expect(page.locator("#units option")).to_have_attribute("value", known.number)
    await page.get_by_label("申报编号或单位名称").fill(known.number)
    await page.get_by_label("盖章件.txt").select_option("盖章扫描件")
    await seat.check()
    await page.get_by_role("button", name="归入并答复发件人").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已归入")
    record = console.run(lambda store: store.mail(mail))
    assert record is not None
    assert (record.application, record.outcome) == (known.id, MailOutcome.FILED)
    await seat.check()


async def test_question_is_answered_after_a_preview(console: Console, browser: Browser) -> None:
    def ask(store: Store) -> None:
        person = store.visitor(Channel.WECOM, "asker", "王五", console.now).person.id
        store.question(person, "停车方便吗？", [], True, console.now)

    console.run(ask)
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/questions")
    await seat.check()
    await page.get_by_role("link", name="确定答复").click()
    await page.get_by_label("答复", exact=True).fill("访客车位有限。")
    await page.get_by_role("button", name="预览").click()
    await expect(page.locator("#reach .count")).to_have_text("1")
    await seat.check()
    await page.get_by_role("button", name="启用并告知").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已启用")
    [answer] = console.run(lambda store: store.answer_versions())
    assert (answer.text, answer.author) == ("访客车位有限。", "李四")


async def test_pages_fit_a_phone(console: Console, browser: Browser) -> None:
    mail = await receive(console, "someone@qq.com", "材料" * 40, "请查收。", SCAN, trusted=True)
    console.run(lambda store: store.alarm("mail", "邮箱无法收信。", console.now))
    seat = await take_seat(console, browser, OFFICE, PHONE)
    for path in (
        "mail",
        f"mail/{mail}",
        "mail/outgoing?state=",
        "mail/alarms",
        "questions",
        "questions/answers/new",
        "questions/try?question=停车",
    ):
        await seat.open(f"/console/{path}")
        await seat.check()
