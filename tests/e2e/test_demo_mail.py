"""The demo's mail pane in a real browser: writing to the office, and reading what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.e2e.browser import CONTRAST, DESKTOP, PHONE, chromium
from tests.fakes.demo_mail import LOGIN, MailDemo, start, stop

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk"), pytest.mark.asyncio(loop_scope="module")]

ANSWER = (
    b"From: office@demo.test\r\nTo: zhang@example.com\r\nSubject: Receipt\r\nMessage-ID: <r1@demo.test>\r\n\r\n"
    b"<img src=x onerror=alert(1)> http://127.0.0.1/u/abc\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path: Path) -> AsyncIterator[MailDemo]:
    running = await start(tmp_path / "mail")
    yield running
    await stop(running)


async def opened(browser: Browser, demo: MailDemo, size: tuple[int, int]) -> AsyncIterator[Page]:
    """The mailbox; the page must raise no error and break no policy."""
    width, height = size
    context = await browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Security Policy" in said.text else None)
    await page.goto(str(demo.http.make_url("/demo/")))
    await page.click("#to-mail")
    yield page
    await context.close()
    assert troubles == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, demo: MailDemo) -> AsyncIterator[Page]:
    async for one in opened(browser, demo, DESKTOP):
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, demo: MailDemo) -> AsyncIterator[Page]:
    async for one in opened(browser, demo, PHONE):
        yield one


async def test_letter_with_files_goes_out_once(page: Page, demo: MailDemo) -> None:
    await page.click("#mail-write")
    await expect(page.locator("#mail-from")).to_have_value("zhang@example.com")
    await page.fill("#mail-subject", "申报报告 7K3F")
    await page.fill("#mail-text", "请查收。")
    await page.click("#mail-sample")
    await page.click("#mail-sample")
    scan = FilePayload(name="盖章件.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
    await page.set_input_files("#mail-files", [scan])
    await expect(page.locator("#mail-enclosed li")).to_have_count(2)
    await page.dblclick("#mail-send")
    await expect(page.locator(".mail-line .mail-subject")).to_have_text(["申报报告 7K3F"])
    ((_, found),) = (await demo.inbox()).items()
    message = message_from_bytes(found[b"BODY[]"], policy=default)
    names = {part.get_filename() for part in message.walk()}
    assert names == {None, "申报报告（示例）.pptx", "盖章件.pdf"}
    await expect(page.locator("#mail-enclosed li")).to_have_count(0)


async def test_dropped_mail_goes_out_as_it_is(page: Page, demo: MailDemo) -> None:
    await page.click("#mail-write")
    raw = b"From: li@example.com\r\nSubject: as it is\r\nX-Own: yes\r\n\r\ntext\r\n"
    await page.set_input_files(
        "#mail-files", [FilePayload(name="信.eml", mimeType="message/rfc822", buffer=raw)]
    )
    await page.check("#mail-forged")
    await page.click("#mail-send")
    await expect(page.locator(".mail-line .mail-who")).to_have_text(["li@example.com → 办公室"])
    ((_, found),) = (await demo.inbox()).items()
    assert b"X-Own: yes\r\n" in found[b"BODY[]"]
    assert b"spf=fail" in found[b"BODY[]"]


async def test_answer_arrives_live_is_shown_literally_and_answered(page: Page, demo: MailDemo) -> None:
    await demo.from_office("zhang@example.com", ANSWER)
    await page.click(".mail-line.unread")
    text = page.locator(".mail-text")
    await expect(text).to_have_text("<img src=x onerror=alert(1)> http://127.0.0.1/u/abc")
    assert await text.locator("img").count() == 0
    await expect(text.locator("a")).to_have_attribute("href", "http://127.0.0.1/u/abc")
    await page.get_by_role("button", name="回复", exact=True).click()
    await expect(page.locator("#mail-subject")).to_have_value("回复：Receipt")
    await page.locator("#mail-text").press_sequentially("确认")
    await page.click("#mail-send")
    await expect(page.locator(".mail-line")).to_have_count(2)
    ((_, found),) = (await demo.inbox()).items()
    message = message_from_bytes(found[b"BODY[]"], policy=default)
    assert (message["In-Reply-To"], message["From"]) == ("<r1@demo.test>", "zhang@example.com")


async def test_refusal_is_told_and_nothing_is_lost(page: Page, demo: MailDemo) -> None:
    await page.click("#mail-write")
    await page.fill("#mail-from", "zhang")
    await page.fill("#mail-text", "请查收。")
    await page.click("#mail-send")
    await expect(page.locator("#toast")).to_have_text("发件人不是有效的邮箱地址，例如 zhangsan@example.com。")
    await expect(page.locator("#mail-text")).to_have_value("请查收。")
    await expect(page.locator("#mail-send")).to_be_enabled()
    assert await demo.inbox() == {}


async def test_new_answer_is_marked_while_the_chat_is_open(page: Page, demo: MailDemo) -> None:
    await page.click("#to-chat")
    await expect(page.locator("#text")).to_be_visible()
    await expect(page.locator("#mail-new")).to_be_hidden()
    await demo.from_office("zhang@example.com", ANSWER)
    await expect(page.locator("#mail-new")).to_be_visible()


async def test_phone_shows_list_and_mail_one_after_the_other(phone: Page, demo: MailDemo) -> None:
    await demo.from_office("zhang@example.com", ANSWER)
    await expect(phone.locator("#mail-form")).to_be_hidden()
    await phone.click(".mail-line")
    await expect(phone.locator(".mail-text")).to_be_visible()
    await expect(phone.locator("#mails")).to_be_hidden()
    assert await phone.evaluate(CONTRAST) == []
    await phone.click("#mail-back")
    await expect(phone.locator("#mails")).to_be_visible()
    await phone.click("#mail-write")
    await expect(phone.locator("#mail-send")).to_be_visible()
    assert await phone.evaluate(CONTRAST) == []
    assert await phone.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    await expect(phone.locator(".mails-office")).to_contain_text(LOGIN.address)
