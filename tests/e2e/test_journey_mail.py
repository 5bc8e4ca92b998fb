"""The office and its mailbox (product page §5.3, C6, C9; U15–U17): from the first page to each mail's end state."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.mail import MailOutcome
from bot.work.mailbox import Mailbox, MailboxTrouble, Trouble
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.e2e.notice_post import Post
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.console_mail import receive
from tests.fakes.conversation import FORM
from tests.fakes.recommending import BODY, MACHINE, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

STRANGER, CONTACT = "someone@qq.com", FORM["contact_email"]
SCAN = ("盖章件.txt", "扫描件".encode())
CLOUD = (
    "申报报告太大，从这里下载：https://mail.qq.com/cgi-bin/ftnExs_download?k=abc&t=exs_ftn_download&code=1"
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def outcome(console: Console, mail: int) -> MailOutcome:
    record = console.run(lambda store: store.mail(mail))
    assert record is not None
    return record.outcome


async def to_quarantine(page: Page) -> None:
    """From the first page to what nobody could place."""
    await page.get_by_role("link", name=re.compile("待认领|隔离")).first.click()
    await expect(page.get_by_role("heading", name="邮件", level=1)).to_be_visible()


async def test_unknown_sender_is_asked_filed_and_the_second_colleague_sees_it(
    console: Console, browser: Browser
) -> None:
    known = console.apply("宝丰县公安局")
    mail = await receive(console, STRANGER, "材料", "请查收。", SCAN, trusted=True)
    post = Post(console)
    await post.send()
    [answered] = post.mails(STRANGER)
    assert "宝丰县公安局" not in answered

    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await to_quarantine(page)
    await page.get_by_role("link", name="材料").click()
    await expect(page.locator("main")).to_contain_text("待认领")
    await seat.check()
    await page.get_by_label("答复内容").fill("请告知贵单位全称。")
    await page.get_by_role("button", name="发送答复").click()
    await expect(page.locator("[data-flash]")).to_contain_text(STRANGER)
    await post.send()
    await page.reload()
    await expect(page.locator("[aria-labelledby=answers-title]")).to_contain_text("请告知贵单位全称。")
    assert len(post.mails(STRANGER)) == 2
    assert outcome(console, mail) is MailOutcome.QUARANTINE  # an answer settles nothing

    other = await take_seat(console, browser, OFFICE_TWO)
    late = await other.open(f"/console/mail/{mail}")
    await page.get_by_label("申报编号或单位名称").fill("宝丰县公安局")
    await page.get_by_label("盖章件.txt").select_option("盖章扫描件")
    await page.get_by_role("button", name="归入并答复发件人").click()
    await expect(page.locator("[data-flash]")).to_contain_text(f"已归入{known.number} 宝丰县公安局")
    await expect(page.locator("main")).to_contain_text("李四")
    await late.get_by_label("作废理由").fill("广告")
    await late.get_by_role("button", name="作废").click()
    await expect(late.locator("#trouble")).to_contain_text(known.number)
    await expect(late.get_by_label("作废理由")).to_have_count(0)
    assert outcome(console, mail) is MailOutcome.FILED
    await page.get_by_role("link", name=known.number).click()
    await page.get_by_role("link", name="材料", exact=True).click()
    await expect(page.locator("main")).to_contain_text("盖章件.txt")
    await seat.check()


async def test_mail_is_discarded_run_again_and_kept_as_it_came_on_a_phone(
    console: Console, browser: Browser
) -> None:
    mail = await receive(console, STRANGER, "优惠发票" * 20, "加微信。", SCAN, trusted=True)
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await seat.open("/console/")
    await to_quarantine(page)
    await seat.check()
    await page.get_by_role("link", name=re.compile("优惠发票")).click()
    await page.get_by_role("button", name="作废").click()  # the browser asks for the reason
    await expect(page.get_by_label("作废理由")).to_be_focused()
    await page.get_by_label("作废理由").fill("   ")
    await page.get_by_role("button", name="作废").click()
    await expect(page.locator("#trouble")).to_contain_text("请写明作废的理由")
    await page.get_by_label("作废理由").fill("广告邮件")
    await page.get_by_role("button", name="作废").click()
    await expect(page.locator("[data-flash]")).to_contain_text("原件保留")
    await expect(page.locator("main")).to_contain_text("作废：广告邮件")
    assert outcome(console, mail) is MailOutcome.REJECTED
    await seat.check()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="下载原件（.eml）").click()
    assert (await waiting.value).suggested_filename == f"{mail}.eml"
    await page.get_by_role("button", name="按规则重新处理").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已重新处理")
    assert outcome(console, mail) is MailOutcome.QUARANTINE
    await page.get_by_role("link", name="返回列表").click()
    await expect(page.locator("#counts")).to_contain_text("待认领 1")
    await seat.check()


async def test_unproven_sender_changes_nothing_and_is_marked(console: Console, browser: Browser) -> None:
    known = console.apply("宝丰县公安局")
    await receive(console, CONTACT, f"更正 {known.number}", "联系电话：13911112222")
    assert console.application(known.id).values["contact_phone"] == FORM["contact_phone"]
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="邮件", exact=True).first.click()
    await page.get_by_role("link", name="更正").click()
    await expect(page.locator("main")).to_contain_text("发件人未核实")
    await expect(page.locator("main")).to_contain_text("正文要办的内容没有采用")
    await seat.check()


async def test_cloud_link_is_a_task_until_the_file_has_come(console: Console, browser: Browser) -> None:
    known = console.apply("宝丰县公安局")
    await receive(console, CONTACT, f"报告 {known.number}", CLOUD, trusted=True)
    assert console.run(lambda store: store.materials(known.id)) == []  # a link is not a report
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/mail")
    await page.get_by_role("link", name="报告").first.click()
    links = page.locator("[aria-labelledby=links-title]")
    await expect(links).to_contain_text("mail.qq.com")
    await seat.check()
    await page.get_by_role("link", name="邮件", exact=True).first.click()
    await page.get_by_role("link", name="告警与登记").click()
    await expect(page.locator("main")).to_contain_text(known.number)
    await page.get_by_role("link", name="查看邮件").first.click()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="材料已另行收到").click()
    await expect(page.locator("[data-flash]")).to_contain_text("另行收到")
    await seat.open("/console/mail/alarms")
    await expect(page.locator("main")).to_contain_text("目前没有告警")
    await seat.check()


async def test_message_that_failed_is_explained_sent_again_or_seen_to(
    console: Console, browser: Browser
) -> None:
    holder = "holder-宝丰县公安局"
    console.apply("宝丰县公安局")
    console.say(holder, "进度")
    post = Post(console, MACHINE + timedelta(minutes=5))
    await post.send(failing=[holder])
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name=re.compile("消息发送失败")).click()
    row = page.locator("tbody tr").first
    await expect(row).to_contain_text("发送失败")
    await expect(row).to_contain_text("可见范围")
    await seat.check()
    await row.get_by_role("button", name="重新发送").click()
    await expect(page.locator("[data-flash]")).to_contain_text("重新放入发送队列")
    await expect(page.locator("main")).to_contain_text("没有这样的消息")
    await post.send(failing=[holder])  # in vain once more: the office telephones
    await page.reload()
    await page.locator("tbody tr").first.get_by_role("button", name="已另行处理").click()
    await expect(page.locator("[data-flash]")).to_contain_text("另行处理")
    await seat.open("/console/")
    await expect(page.get_by_role("link", name=re.compile("[0-9]+条 ?消息发送失败"))).to_have_count(0)


class _Refusing:
    """A mailbox whose server takes our code, or says no: what stands at the other end of the line."""

    account = "pdszffzb@126.com"
    refuses = True

    def connect(self) -> bool:
        if self.refuses:
            raise MailboxTrouble(Trouble.UNSAFE_LOGIN, "网易邮箱拒绝收信（Unsafe Login）：请重新生成授权码。")
        return True

    def folders(self) -> tuple[()]:
        return ()

    def close(self) -> None: ...

    def interrupt(self) -> None: ...


async def test_refused_mailbox_is_told_at_once_and_ends_by_itself(console: Console, browser: Browser) -> None:
    box = _Refusing()
    console.mails.watch(cast(Mailbox, box), 60.0)
    poller = console.mails.poller
    assert poller is not None
    await poller._look_safely()
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await expect(page.locator("main")).to_contain_text("系统告警")
    await page.get_by_role("link", name="邮件", exact=True).first.click()
    await expect(page.get_by_role("alert")).to_contain_text("请重新生成授权码")
    await page.get_by_role("link", name="告警与登记").click()
    await expect(page.locator("main")).to_contain_text("Unsafe Login")
    await seat.check()
    box.refuses = False
    await poller._look_safely()
    await page.reload()
    await expect(page.locator("main")).to_contain_text("目前没有告警")
    await page.get_by_role("link", name="收到的邮件").click()
    await expect(page.locator("main")).to_contain_text("收取完毕")
    await seat.check()


async def test_nobody_else_finds_any_of_it(console: Console, browser: Browser) -> None:
    mail = await receive(console, STRANGER, "材料", "请查收。", SCAN, trusted=True)
    for userid in (BODY, INSPECTOR):
        seat = await take_seat(console, browser, userid)
        page = await seat.open("/console/")
        assert await page.get_by_role("link", name=re.compile("邮件|问答|人员|操作记录")).count() == 0
        for path in ("mail", f"mail/{mail}", "mail/outgoing", "mail/alarms", "questions", "people", "log"):
            response = await page.goto(f"{console.base}/console/{path}")
            assert response is not None
            assert (response.status, STRANGER in await page.content()) == (404, False), path
