"""Coming in to the console and leaving it, as each role: by WeCom's page, by a one-time link, and not at all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.app_console import add_console
from config.campaign import Campaign
from config.settings import load_settings
from handlers.demo.platform import Member, Platform
from handlers.demo.wecom_login import wecom_login_routes
from handlers.web import manners
from handlers.wecom.client import WeComClient, open_session
from storage.schema import migrate
from storage.shared_cache import DatabaseCache
from tests.deployment import free_port
from tests.e2e.browser import PHONE, chromium
from tests.fakes.console import INSPECTOR, KEY, Console
from tests.fakes.console_login import WXWORK
from tests.fakes.recommending import BODY, OFFICE

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk")]

MEMBERS = [Member(OFFICE, "李四"), Member(BODY, "赵一"), Member(INSPECTOR, "郑七"), Member("nobody", "周九")]


@pytest.fixture
async def console(campaign: Campaign, tmp_path: Path) -> AsyncIterator[Console]:
    """The console with its doors, and a small WeCom whose pages ask who somebody is."""
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = Console(campaign, url, folder=tmp_path)
    small = Platform(members=MEMBERS)
    platform = web.Application()
    platform.add_routes([*small.routes(), *wecom_login_routes(small)])
    wecom = TestServer(platform, port=free_port())
    await wecom.start_server()
    base = f"http://127.0.0.1:{wecom.port}"
    session = open_session()
    client = WeComClient(
        api_base=base,
        corp_id=small.corp_id,
        agent_id=small.agent_id,
        secret=small.secret,
        cache=DatabaseCache(opened.database),
        session=session,
    )
    told = {"BOT_WECOM__OAUTH_BASE": base, "BOT_WECOM__LOGIN_BASE": base}
    settings = load_settings(
        {"BOT_SECRET_KEY": KEY.decode(), "BOT_PUBLIC_URL": opened.base} | told, env_file=None
    )
    app = web.Application(middlewares=[manners])
    add_console(app, opened.site(), settings, opened.database, lambda: client)
    opened.server = TestServer(app, port=opened.port)
    await opened.server.start_server()
    yield opened
    await opened.stop()
    await session.close()
    await wecom.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def somebody(browser: Browser, inside: bool = False, size: tuple[int, int] = PHONE) -> Page:
    """A browser that nobody has signed in with; `inside`: WeCom's own."""
    agent = WXWORK["User-Agent"] if inside else None
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", user_agent=agent
    )
    return await context.new_page()


@pytest.mark.parametrize("inside", [True, False])
async def test_every_role_comes_in_by_wecom_to_the_page_they_went_to_and_leaves(
    console: Console, browser: Browser, inside: bool
) -> None:
    button = "用企业微信账号登录" if inside else "企业微信扫码登录"
    for name, sees in (("李四", "人员"), ("赵一", "推荐上报"), ("郑七", "现场评分")):
        page = await somebody(browser, inside, (1280, 800))
        await page.goto(f"{console.base}/console/visits")
        await page.get_by_role("link", name=button).click()
        await page.get_by_role("link", name=name).click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("实地验收")
        menu = page.get_by_role("navigation").first
        await expect(menu).to_contain_text(sees)
        await page.get_by_role("button", name="退出", exact=True).click()
        await expect(page.locator("main")).to_contain_text("您已退出登录")
        await page.goto(f"{console.base}/console/")
        await expect(page.get_by_role("link", name=button)).to_be_visible()
        await page.context.close()


async def test_member_without_a_role_is_told_whom_to_ask(console: Console, browser: Browser) -> None:
    page = await somebody(browser)
    await page.goto(f"{console.base}/console/")
    await page.get_by_role("link", name="企业微信扫码登录").click()
    await page.get_by_role("link", name="周九").click()
    await expect(page.locator("main")).to_contain_text("0375-2663225")
    await expect(page.locator("main")).to_contain_text("由其邀请您")
    await page.get_by_role("link", name="返回登录页面").click()
    await expect(page.get_by_role("link", name="企业微信扫码登录")).to_be_visible()


async def test_office_gives_a_link_that_lets_one_person_in_once_until_they_are_signed_out(
    console: Console, browser: Browser
) -> None:
    office = await somebody(browser, size=(1280, 800))
    office.on("dialog", lambda dialog: dialog.accept())
    await office.goto(f"{console.base}/console/")
    await office.get_by_role("link", name="企业微信扫码登录").click()
    await office.get_by_role("link", name="李四").click()
    await office.get_by_role("link", name="人员", exact=True).first.click()
    await office.get_by_role("link", name="郑七").click()
    await office.get_by_role("button", name="生成一次性登录链接").click()
    address = await office.locator(".quote").inner_text()
    await office.get_by_role("link", name="返回").click()

    theirs = await somebody(browser)
    await theirs.goto(address)
    await theirs.reload()  # a preview does not use it up
    await theirs.get_by_role("button", name="进入工作台").click()
    await expect(theirs.get_by_role("heading", level=1)).to_have_text("首页")
    thief = await somebody(browser)
    await thief.goto(address)
    await expect(thief.locator("main")).to_contain_text("已经用过、已经过期")
    await expect(thief.locator("main")).to_contain_text("在企业微信中发送“登录”")

    await office.get_by_role("button", name="让其在所有设备退出").click()
    await expect(office.locator("[data-flash]")).to_contain_text("1处")
    await theirs.goto(f"{console.base}/console/sheets")
    await expect(theirs.get_by_role("link", name="企业微信扫码登录")).to_be_visible()

    # who knocks too often waits
    for _ in range(10):
        await thief.goto(f"{console.base}/console/in/{'A' * 43}")
    await expect(thief.locator("main")).to_contain_text(re.compile("请在[0-9]+秒后再试"))


async def test_role_taken_back_shuts_the_open_page_at_once(console: Console, browser: Browser) -> None:
    page = await somebody(browser, size=(1280, 800))
    await page.goto(f"{console.base}/console/applications")
    await page.get_by_role("link", name="企业微信扫码登录").click()
    await page.get_by_role("link", name="赵一").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("申报件")
    [held] = console.run(lambda store: store.memberships(console.people[BODY]))
    console.run(lambda store: store.end_member(held.id, console.now))
    await page.reload()
    await expect(page.get_by_role("link", name="企业微信扫码登录")).to_be_visible()
