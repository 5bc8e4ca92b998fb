"""The directory and coming in (product page §5.3, C2; U26): who there is, how each is reached, who gets in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.message import Channel
from bot.model.staff import Role
from handlers.console import long_work
from tests.e2e.browser import PHONE, chromium
from tests.e2e.console_browser import Seat, take_seat
from tests.e2e.notice_post import Post
from tests.fakes.console import Console
from tests.fakes.recommending import BODY, DEPUTY, MACHINE, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

NEW = "yexian-clerk"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def at_people(seat: Seat) -> Page:
    """The list of people, from the first page."""
    page = await seat.open("/console/")
    page.on("dialog", lambda dialog: dialog.accept())
    if await page.get_by_text("菜单", exact=True).is_visible():
        await page.get_by_text("菜单", exact=True).click()
    await page.get_by_role("link", name="人员", exact=True).first.click()
    return page


async def test_contact_is_added_tested_and_marked_when_nothing_reaches_them(
    console: Console, browser: Browser
) -> None:
    post = Post(console)
    seat = await take_seat(console, browser, OFFICE)
    page = await at_people(seat)
    await page.get_by_text(re.compile("个推荐单位没有可以联系上的联系人")).click()
    await page.get_by_role("link", name="叶县人民政府").click()
    await expect(page.get_by_label("推荐单位（身份是推荐单位时选择）")).to_have_value("yexian")
    await page.get_by_label("姓名").fill("周九")
    await page.get_by_label(re.compile("直接登记：")).check()
    await page.get_by_label("企业微信账号（直接登记时填写）").fill(NEW)
    await page.get_by_label("电话（可不填").fill("0375-8051234")
    await seat.check()
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记周九")

    await page.get_by_role("button", name="试发一条").click()
    await post.send(failing=[NEW])
    await expect(page.locator("#tests")).to_contain_text("没有送到", timeout=8_000)
    await expect(page.locator("#tests")).to_contain_text("可见范围")
    console.run(lambda store: store.unreachable(Channel.WECOM, NEW, 81013, MACHINE))  # as the channel says
    await page.reload()
    await expect(page.locator("main")).to_contain_text("联系不上")
    await seat.check()
    await page.get_by_label("种类").select_option("mail")
    await page.get_by_label("地址", exact=True).fill("ZJ@yx.gov.cn")
    await page.get_by_role("button", name="登记地址").click()
    await expect(page.locator("[data-flash]")).to_contain_text("建议发一条试发消息")
    await page.get_by_role("button", name="试发一条").click()
    await post.send(failing=[NEW])
    console.run(lambda store: store.unreachable(Channel.WECOM, NEW, 81013, MACHINE))
    assert len(post.mails("zj@yx.gov.cn")) == 1
    await page.get_by_role("link", name="返回名单").click()
    row = page.get_by_role("row", name=re.compile("周九"))
    await expect(row).to_contain_text("送不到")
    await expect(row).to_contain_text("能联系上")
    await seat.check()


async def test_list_from_excel_says_every_wrong_row_and_enters_nobody_until_it_is_right(
    console: Console, browser: Browser
) -> None:
    seat = await take_seat(console, browser, OFFICE, PHONE)
    page = await at_people(seat)
    await page.get_by_role("link", name="从Excel导入").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="下载空白表").click()
    assert (await (await waiting.value).path()) is not None
    heading = ("推荐单位", "姓名", "电话", "企业微信账号")
    good = ("叶县", "周九", "0375-8051234", NEW)
    for rows, wrong in (
        ((good, ("火星县", "吴十", "", "wushi"), ("叶县", "郑六", "", BODY)), ("第3行", "第4行")),
        ((good,), ()),
    ):
        text = "\n".join(",".join(row) for row in (heading, *rows))
        await page.get_by_label(re.compile("表格文件")).set_input_files(
            {"name": "人员.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
        )
        await page.get_by_role("button", name="读取表格").click()
        await expect(page.locator("main")).to_contain_text("读到")
        await seat.check()
        for one in wrong:
            await expect(page.locator("main")).to_contain_text(one)
        if wrong:
            assert await page.get_by_role("button", name=re.compile("登记这")).count() == 0
            assert list(console.run(lambda store: store.members(Role.BODY, "yexian"))) == []
    await page.get_by_role("button", name="登记这 1 人").click()
    await expect(page.locator("[data-flash]")).to_contain_text("已登记1人")
    [entered] = console.run(lambda store: store.members(Role.BODY, "yexian"))
    assert entered.name == "周九"
    await seat.check()


async def test_long_list_is_entered_behind_a_bar_that_moves_and_survives_a_reload(
    console: Console, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "AT_ONCE", 0.0)
    monkeypatch.setattr(long_work, "PORTION", 1)  # so that it takes long enough to be watched
    seat = await take_seat(console, browser, OFFICE)
    page = await at_people(seat)
    await page.get_by_role("link", name="从Excel导入").click()
    many = [("叶县", f"周{place}", f"0375-{place:07}", f"zhou{place}") for place in range(2000)]
    text = "\n".join(",".join(row) for row in (("推荐单位", "姓名", "电话", "企业微信账号"), *many))
    await page.get_by_label(re.compile("表格文件")).set_input_files(
        {"name": "人员.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    await page.get_by_role("button", name="读取表格").click()
    await expect(page.locator("main")).to_contain_text(
        "这里显示前100人，登记时包括全部2000人", timeout=30_000
    )
    await page.get_by_role("button", name="登记这 2000 人").click()
    work = page.locator("#work")
    await expect(work).to_contain_text(re.compile(r"正在登记（行）：\d+ / 2000"), timeout=30_000)
    first = await work.locator("p").first.inner_text()
    await page.reload()
    await expect(work).to_contain_text("正在登记（行）")
    await expect(work).not_to_contain_text(first, timeout=30_000)
    await expect(work).to_contain_text("已登记2000人", timeout=60_000)
    await seat.check()
    await page.get_by_role("link", name="查看").click()
    await expect(page.locator("main")).to_contain_text("周0")
    assert len(console.run(lambda store: store.members(Role.BODY, "yexian"))) == 2000


async def test_contact_who_leaves_loses_everything_at_once(console: Console, browser: Browser) -> None:
    known = console.apply("宝丰县公安局")
    leaving = await take_seat(console, browser, BODY)
    theirs = await leaving.open("/console/applications")
    await expect(theirs.locator("main")).to_contain_text(known.number)
    seat = await take_seat(console, browser, OFFICE)
    page = await at_people(seat)
    await page.get_by_role("link", name="赵一").click()
    await page.locator("summary", has_text="移交").click()
    deputy = next(
        one.name for one in console.run(lambda store: store.members(Role.BODY, "baofeng")) if one.deputy
    )
    await page.get_by_label("接手人姓名").fill(deputy)
    await page.locator("details form").get_by_role("button", name="移交").click()
    await expect(page.locator("[data-flash]")).to_contain_text(f"已移交给{deputy}")
    await seat.check()

    asked = await theirs.context.request.get(
        f"{console.base}/console/applications/{known.number}", max_redirects=0
    )
    assert (asked.status, known.number in await asked.text()) == (303, False)
    assert "待办" not in console.say(BODY, "待办")
    assert "待办" in console.say(DEPUTY, "待办")
    await page.get_by_role("link", name="操作记录").first.click()
    await expect(page.locator("main")).to_contain_text("赵一")  # history keeps the old name
    await seat.check()
