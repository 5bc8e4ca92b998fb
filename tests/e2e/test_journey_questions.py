"""What the notice leaves open (product page §5.3; U24): asked in the chat, answered by the office, told to all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.knowledge.answer import Knowledge
from bot.work.live_answers import AnswersDesk, LiveAnswers
from config.campaign import Campaign
from storage.schema import migrate
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import take_seat
from tests.e2e.notice_post import Post
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.recommending import MACHINE, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

QUESTION = "公示期是几天？"
ASKERS = ("holder-宝丰县公安局", "holder-宝丰县城市管理局")


class Asked(Console):
    """A console whose assistant knows the notice and what the office has decided."""

    def __post_init__(self) -> None:
        Console.__post_init__(self)
        self.live = LiveAnswers(self.campaign, Knowledge(self.campaign))
        self.clerk = replace(self.clerk, knowledge=self.live)

    async def catch_up(self) -> None:
        """What the service does every second: take new answers over, tell whoever asked."""
        moments = (lambda: self.now, lambda: MACHINE)
        desk = AnswersDesk(self.live, self.writer, *moments, lambda: None, tells=True)
        await desk.look()
        await desk.tell_askers()


@pytest.fixture
async def console(campaign: Campaign, tmp_path: Path) -> AsyncIterator[Asked]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = Asked(campaign, url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def asked_by_two(console: Asked) -> None:
    for unit in ("宝丰县公安局", "宝丰县城市管理局"):
        console.apply(unit)
        console.say(f"holder-{unit}", QUESTION)


async def to_question(page: Page) -> None:
    """From the first page to the form in which what was asked is answered."""
    await page.get_by_role("link", name=re.compile("提问待答复")).click()
    await page.get_by_role("row", name=re.compile("公示期")).get_by_role("link", name="确定答复").click()


async def test_open_question_is_answered_to_everybody_who_asked_then_corrected_and_withdrawn(
    console: Asked, browser: Browser
) -> None:
    await asked_by_two(console)
    post = Post(console, MACHINE + timedelta(minutes=5))
    seat = await take_seat(console, browser, OFFICE)
    page = await seat.open("/console/")
    await to_question(page)
    await expect(page.get_by_label("问题", exact=True)).to_have_value(re.compile("公示期是几天"))
    await page.locator("[name=text]").fill("公示期为5个工作日。")
    await page.get_by_role("button", name="预览").click()
    await expect(page.locator("#reach .count")).to_have_text("2")
    await seat.check()
    await page.get_by_role("button", name="启用并告知").click()
    await expect(page.locator("[data-flash]")).to_contain_text("正在告知提问过的人")
    await console.catch_up()
    await post.send()
    for who in ASKERS:
        assert len([said for said in post.chat(who) if "公示期为5个工作日" in said]) == 1
    assert "公示期为5个工作日" in console.say(ASKERS[0], QUESTION)
    await page.reload()
    await expect(page.locator("#answer-1")).to_contain_text("已告知2人")

    # it leaves the list of what waits, and the box gives it
    await page.get_by_role("link", name="提问", exact=True).click()
    await expect(page.locator("main")).to_contain_text("没有等待答复的问题")
    await page.get_by_role("link", name="试问", exact=True).click()
    await page.get_by_label("问题").fill("公示几天")
    await page.get_by_role("button", name="试问").click()
    await expect(page.locator("#answer")).to_contain_text("公示期为5个工作日")
    await seat.check()

    await page.get_by_role("link", name="答复1").click()
    await page.get_by_role("link", name="修改").click()
    await page.locator("[name=text]").fill("公示期为7个工作日。")
    await page.get_by_role("button", name="预览").click()
    await page.get_by_role("button", name="启用并告知").click()
    await expect(page.locator("#answer-1")).to_contain_text("第2版")
    await console.catch_up()
    await post.send()
    assert [len([said for said in post.chat(who) if "7个工作日" in said]) for who in ASKERS] == [1, 1]

    await page.locator("#answer-1 summary", has_text="撤回").click()
    await page.locator("#answer-1 [name=reason]").fill("上级另有规定")
    await page.locator("#answer-1 form button").click()
    await expect(page.locator("#answer-1")).to_contain_text("已撤回")
    await console.catch_up()
    await post.send()
    assert [len([said for said in post.chat(who) if "撤回" in said]) for who in ASKERS] == [1, 1]
    assert "7个工作日" not in console.say(ASKERS[0], QUESTION)
    await seat.check()


async def test_two_colleagues_answer_the_same_and_nothing_typed_is_lost_on_a_phone(
    console: Asked, browser: Browser
) -> None:
    await asked_by_two(console)
    first, second = [await take_seat(console, browser, who, PHONE) for who in (OFFICE, OFFICE_TWO)]
    page, late = await first.open("/console/"), await second.open("/console/")
    for one, text in ((page, "公示期为5个工作日。"), (late, "公示5天。")):
        await to_question(one)
        await one.locator("[name=text]").fill(text)
        await one.get_by_role("button", name="预览").click()
    await page.get_by_role("button", name="启用并告知").click()
    await expect(page.locator("#answer-1")).to_contain_text("李四")
    await late.get_by_role("button", name="启用并告知").click()
    await expect(late.locator("#trouble")).to_contain_text("请修改答复1")
    await expect(late.locator("[name=text]")).to_have_value("公示5天。")
    await second.check()

    # both correct it: the second is told that the first was faster
    for one in (page, late):
        await one.goto(f"{console.base}/console/questions/answers/1")
    await page.locator("[name=text]").fill("公示期为7个工作日。")
    await late.locator("[name=text]").fill("公示期为6个工作日。")
    for one in (page, late):
        await one.get_by_role("button", name="预览").click()
        await one.get_by_role("button", name="启用并告知").click()
    await expect(late.locator("#trouble")).to_contain_text("刚刚被别人改过")
    await expect(late.locator("#changed")).to_contain_text("公示期为7个工作日。")
    await expect(late.locator("[name=text]")).to_have_value("公示期为6个工作日。")
    texts = [one.text for one in console.run(lambda store: store.answer_versions())]
    assert texts == ["公示期为5个工作日。", "公示期为7个工作日。"]
    await second.check()
    await late.get_by_role("button", name="预览").click()
    await late.get_by_role("button", name="启用并告知").click()
    await expect(late.locator("#answer-1")).to_contain_text("第3版")
    await first.check()
