"""What the office said is changed after it was said: another date, a corrected notice, a stop, a set time given up."""

from __future__ import annotations

import email
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email import policy
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.model.message import Channel
from bot.ports import Store
from bot.work.broadcast import PAGE
from bot.work.notice_follow_up import FollowUp
from bot.work.remind import ReminderDesk
from config.addresses import MailServer
from config.load import campaign_folder, load_campaign
from handlers.mail.send import MailSender
from storage.schema import migrate
from storage.shared_cache import DatabaseCache
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.e2e.notice_post import Post
from tests.e2e.results_steps import UNITS, button, go_to, in_notice, sit_down, told
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.console_following import FollowingConsole
from tests.fakes.deciding import AUGUST
from tests.fakes.recommending import BODY, OFFICE, OTHER
from tests.fakes.smtp_server import smtp_server

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

HOME = "/console/notices"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def moving(tmp_path: Path) -> AsyncIterator[FollowingConsole]:
    """A console whose campaign goes by the office's edits."""
    url = f"sqlite:///{tmp_path / 'moving.db'}"
    migrate(url)
    opened = FollowingConsole(load_campaign(campaign_folder("pingdingshan-2019")), url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


async def test_date_is_moved_over_a_weekend_and_everybody_who_knew_the_old_one_is_told(
    moving: FollowingConsole, browser: Browser
) -> None:
    console, post = moving, Post(moving)
    office, colleague = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    await office.post(
        f"{HOME}/new", {"to": "body", "bodies": "market", "text": "请于7月25日前报送推荐材料。"}
    )
    await colleague.post(f"{HOME}/1/release")
    await post.deliver()
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await page.get_by_role("link", name="通知", exact=True).first.click()
    await page.get_by_role("link", name="提醒计划").click()
    days = page.locator(".days")
    await expect(days).to_contain_text("7月24日（周三）")  # the day before the old date
    await page.get_by_role("link", name="调整截止日期").click()

    await page.get_by_role("textbox", name="改为").fill("2019-07-29")  # a Monday: the day before is a Sunday
    await page.get_by_role("button", name="先看会有什么变化").click()
    preview = page.locator("#preview")
    await expect(preview).to_contain_text("由2019年7月25日之前改为2019年7月29日之前")
    await expect(preview).to_contain_text("提前1天：7月24日→7月26日")
    await expect(preview).to_contain_text("1人将收到更正通知")
    await expect(preview).to_contain_text("更正通知：孙三")
    await seat.check()
    await page.get_by_role("button", name="确认改期").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已改期：截止日期为2019年7月29日之前")

    desk = ReminderDesk(console.clerk, console.database, console.writer, lambda: console.now, lambda: None)
    await desk.tick()
    await post.deliver()
    assert any("由“2019年7月25日之前”改为“2019年7月29日之前”" in said for said in post.chat(OTHER))
    assert not any("更正" in said for said in post.chat(BODY))  # who was not told the old one
    await page.get_by_role("link", name="通知", exact=True).first.click()
    await page.get_by_role("link", name="提醒计划").click()
    await expect(days).to_contain_text("7月26日（周五）")
    for gone in ("7月24日", "7月27日", "7月28日"):  # the old reminder, and the weekend
        await expect(days).not_to_contain_text(gone)

    for day, is_told in ((23, True), (24, False), (26, True)):
        before = len(post.chat(BODY))
        console.now = datetime(2019, 7, day, 17, 20, tzinfo=console.campaign.zone)
        await desk.tick()
        await Post(console, datetime.now(UTC) + timedelta(days=1)).deliver()
        assert (len(post.chat(BODY)) > before) is is_told


async def test_corrected_notice_is_confirmed_anew_and_the_old_one_is_struck_through(
    console: Console, browser: Browser
) -> None:
    post, colleague = Post(console), await console.reader(OFFICE_TWO)
    office = await console.reader(OFFICE)
    await office.post(f"{HOME}/new", {"to": "role", "roles": "body", "text": "请于7月16日到会。"})
    await colleague.post(f"{HOME}/1/release")
    await post.deliver()
    await (await console.reader(BODY)).post(f"{HOME}/received/1")

    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/1")
    await page.get_by_role("link", name="发更正").click()
    await page.get_by_label("内容", exact=True).fill("请于7月17日到会。")
    await page.get_by_role("button", name="保存草稿").click()
    await expect(page.locator("main")).to_contain_text("起草人不能自行发出")
    other = await take_seat(console, browser, OFFICE_TWO)
    theirs = await other.open(f"{HOME}/2")
    theirs.on("dialog", lambda dialog: dialog.accept())
    await theirs.get_by_role("button", name="签发").click()
    await expect(theirs.locator("main")).to_contain_text("开始发送，共 2 人")
    await post.deliver()
    await theirs.reload()
    count = theirs.locator(".standings a", has_text="未确认（合计）").locator(".count")
    await expect(count).to_have_text("2")  # nobody has confirmed this one
    await theirs.get_by_role("link", name="通知1", exact=True).click()
    await expect(theirs.locator("main")).to_contain_text("已由通知2更正，本通知作废")
    await other.check()

    assert any("【更正】此前的通知1作废" in said and "7月17日" in said for said in post.chat(BODY))
    reader = await take_seat(console, browser, BODY, PHONE)
    own = await reader.open(HOME)
    old, new = own.locator("#notice-1"), own.locator("#notice-2")
    await expect(old).to_contain_text("已由通知2更正")
    struck = "element => getComputedStyle(element).textDecorationLine"
    assert await old.get_by_text("请于7月16日到会。").evaluate(struck) == "line-through"
    await expect(old.get_by_role("button")).to_have_count(0)
    await reader.check()
    await new.get_by_role("button", name="收到").click()
    await expect(new).to_contain_text("您已确认收到")
    await theirs.get_by_role("link", name="通知2", exact=True).click()
    await expect(count).to_have_text("1")
    await theirs.get_by_role("link", name="通知", exact=True).first.click()
    await expect(theirs.locator("tbody tr").last).to_contain_text("已由通知2更正")


async def test_bar_moves_by_itself_until_the_broadcast_is_stopped_in_the_middle(
    console: Console, browser: Browser
) -> None:
    many = 3 * PAGE
    for number in range(many):
        console.apply(f"第{number}执法大队")
    office, post = await console.reader(OFFICE), Post(console)
    await office.post(f"{HOME}/new", {"to": "role", "roles": "holder", "text": "{单位}请核对联系人。"})
    await office.post(f"{HOME}/1/release")
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/1")
    page.on("dialog", lambda dialog: dialog.accept())
    bar = page.locator(".going progress")
    await expect(bar).to_have_attribute("value", "0")
    await page.evaluate("window.untouched = true")
    await page.get_by_label("姓名、单位或地址").fill("第1")  # what is being typed stays
    await post.send()
    await expect(bar).to_have_attribute("value", str(PAGE), timeout=10_000)
    await expect(page.locator("#board")).to_contain_text(f"还有 {many - PAGE} 人在等待编发")
    await expect(page.get_by_label("姓名、单位或地址")).to_have_value("第1")
    assert await page.evaluate("window.untouched")  # no reload

    await page.get_by_role("button", name="停止发送").click()
    await expect(page.locator("main")).to_contain_text(f"此前已有 {PAGE} 人收到")
    await post.deliver()
    await expect(bar).to_have_count(0, timeout=10_000)
    sent = console.run(lambda store: [one.person for one in store.deliveries(1) if one.state == "sent"])
    assert len(sent) == PAGE
    await seat.check()


async def test_set_time_is_given_up_and_nothing_goes_out(console: Console, browser: Browser) -> None:
    office, post = await console.reader(OFFICE), Post(console)
    await office.post(f"{HOME}/new", {"to": "role", "roles": "body", "text": "请核对联系人。"})
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open(f"{HOME}/1")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_text("定时发送", exact=True).click()
    await page.get_by_label("日期和时间").fill("2019-07-11T09:10")
    await page.get_by_role("button", name="确定").click()
    await expect(page.get_by_role("alert")).to_contain_text("已经过了")
    await page.get_by_text("定时发送", exact=True).click()
    await page.get_by_label("日期和时间").fill("2019-07-15T09:10")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator("main")).to_contain_text("将于7月15日 09:10自动发送")
    await page.get_by_role("button", name="作废").click()
    await expect(page.locator("main")).to_contain_text("已作废，没有发给任何人")
    await seat.check()
    console.now = datetime(2019, 7, 15, 9, 30, tzinfo=console.campaign.zone)
    follow_up = FollowUp(console.database, console.writer, console.clerk, lambda: console.now, lambda: None)
    await follow_up.tick()
    await post.deliver()
    assert post.chat(BODY) == []
    await page.reload()
    await expect(page.locator("main")).to_contain_text("已作废")


async def test_letters_of_results_have_subjects_of_their_own_in_the_mail_that_was_sent(
    console: Console, browser: Browser, tmp_path: Path
) -> None:
    in_notice(console)
    boxes = {unit: f"unit{number}@example.com" for number, unit in enumerate(UNITS)}
    console.run(partial(_bind, boxes))
    console.now = AUGUST + timedelta(days=7)
    first, second = [await sit_down(console, browser, who) for who in (OFFICE, OFFICE_TWO)]
    await go_to(first.page, "公布")
    await first.page.get_by_label("文号").fill("平法政〔2019〕9号")
    await button(first.page, "起草公布").click()
    await go_to(second.page, "公布")
    await button(second.page, "签发公布").click()
    await told(second.page, "名单已公布：2 家，通知已同时发出")

    post = Post(console)
    async with smtp_server() as server:
        at = MailServer("127.0.0.1", server.port, tls=False, user=server.user, code=server.code)
        cache, files = DatabaseCache(console.database), console.site().files
        sender = MailSender(at, "office@example.com", "告警", files, cache, 90, 10, lambda: post.machine)
        await post.deliver(mail=sender)
        await sender.close()
    sent = [email.message_from_bytes(one.content, policy=policy.default) for one in server.mails]  # type: ignore[arg-type]
    subjects = {str(one["To"]): str(one["Subject"]) for one in sent}
    title = console.campaign.title
    kinds = {unit: subjects[box].partition("：")[2] for unit, box in boxes.items()}
    assert kinds == {
        UNITS[0]: f"入选通知（{title}）",
        UNITS[1]: f"入选通知（{title}）",
        UNITS[2]: f"未入选通知（{title}）",
    }
    for unit, box in boxes.items():  # the same words on both roads
        letter = next(one for one in sent if str(one["To"]) == box).get_body()
        assert letter is not None
        assert unit in letter.get_content()
        says = "贵单位未入选" if unit == UNITS[2] else "被确定为"
        assert says in letter.get_content()
        assert any(says in said for said in post.chat(f"holder-{unit}"))


def _bind(boxes: Mapping[str, str], store: Store) -> None:
    """Give everybody who fills for a unit a mailbox."""
    for unit, box in boxes.items():
        person = store.visitor(Channel.WECOM, f"holder-{unit}", "", AUGUST).person
        store.bind(person.id, Channel.MAIL, box)
