"""The demo's page in a real browser, over the real platform and callback, with an app that echoes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from handlers.demo.platform_shapes import StoredMedia
from tests.e2e.browser import CONTRAST, DESKTOP, PHONE, chromium
from tests.e2e.echo_demo import CLOSES, EchoDemo, echo_demo

pytestmark = [pytest.mark.needs("chromium", "fonts-noto-cjk"), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def demo() -> AsyncIterator[EchoDemo]:
    async with echo_demo() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, demo: EchoDemo) -> AsyncIterator[Page]:
    """The page on a desktop, as Zhang Jianguo; it must raise no error and break no policy."""
    width, height = DESKTOP
    context = await browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    opened = await context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if "Security Policy" in said.text else None)
    await opened.goto(f"{demo.url}/demo/")
    await expect(last(opened, "theirs")).to_have_text("您好，我是评选助手。")
    yield opened
    await context.close()
    assert troubles == []


def last(page: Page, side: str) -> Locator:
    """The last bubble of the member ("mine") or of the app ("theirs"), without the typing one."""
    return page.locator(f".message.{side}:not(.typing):not(.pending) .bubble").last


async def write(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_message_reaches_the_app_and_its_answer_is_shown(page: Page, demo: EchoDemo) -> None:
    await write(page, "我要申报")
    await expect(last(page, "theirs")).to_have_text("收到：我要申报")
    await expect(last(page, "mine")).to_have_text("我要申报")
    await expect(page.locator(".pending, .typing")).to_have_count(0)
    await expect(page.locator("#text")).to_have_value("")
    assert demo.app.texts("zhangsan") == ["我要申报"]


async def test_enter_sends_once_and_shift_enter_breaks_the_line(page: Page, demo: EchoDemo) -> None:
    await page.fill("#text", "第一行")
    await page.press("#text", "Shift+Enter")
    await page.locator("#text").press_sequentially("第二行")
    await page.press("#text", "Enter")
    await page.press("#text", "Enter")
    await page.click("#submit", force=True)
    await expect(last(page, "theirs")).to_have_text("收到：第一行\n第二行")
    assert demo.app.texts("zhangsan") == ["第一行\n第二行"]


async def test_long_text_goes_out_in_parts_of_2048_bytes_in_order(page: Page, demo: EchoDemo) -> None:
    text = "".join(f"{number}我市共办理行政指导案件😀，" for number in range(400))
    await page.fill("#text", text)
    parts = [*cut(text, 2048)]
    await expect(page.locator("#parts")).to_have_text(f"内容较长，将分{len(parts)}条依次发送")
    await page.press("#text", "Enter")
    await expect(page.locator(".message.mine .bubble")).to_have_count(len(parts))
    await expect(page.locator(".message.theirs:not(.typing) .bubble")).to_have_count(len(parts) + 1)
    assert demo.app.texts("zhangsan") == parts
    assert len(parts) > 5


def cut(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` bytes of UTF-8, each as long as can be."""
    pieces, rest = [], text.encode()
    while rest:
        piece = rest[:limit].decode("utf-8", "ignore")
        pieces.append(piece)
        rest = rest[len(piece.encode()) :]
    return pieces


async def test_same_text_twice_is_two_messages(page: Page, demo: EchoDemo) -> None:
    await write(page, "好的")
    await write(page, "好的")
    await expect(page.locator(".message.theirs:not(.typing) .bubble")).to_have_count(3)
    await expect(page.locator(".message.mine .bubble")).to_have_text(["好的", "好的"])
    assert demo.app.texts("zhangsan") == ["好的", "好的"]


async def test_card_button_is_pressed_once_and_then_grey(page: Page, demo: EchoDemo) -> None:
    await write(page, "卡片")
    button = page.get_by_role("button", name="确认报送")
    await button.dblclick()
    await expect(page.locator(".card-buttons button")).to_have_text("已选择", timeout=20_000)
    await expect(page.locator(".card-buttons button")).to_be_disabled()
    pressed = [one.details["TaskId"] for one in demo.app.received if one.event == "template_card_event"]
    assert pressed == ["confirm-1"]


async def test_hostile_text_is_shown_literally(page: Page, demo: EchoDemo) -> None:
    hostile = "<img src=x onerror=alert(1)> <script>alert(2)</script> &amp; javascript:alert(3)"
    await write(page, hostile)
    await expect(last(page, "theirs")).to_have_text(f"收到：{hostile}")
    await expect(last(page, "mine")).to_have_text(hostile)
    demo.platform.show("zhangsan", {"from": "app", "to": "zhangsan", "type": "text", "text": hostile})
    await expect(last(page, "theirs")).to_have_text(hostile)
    assert await page.locator(".log img, .log script, .log a").count() == 0


async def test_only_web_addresses_become_links(page: Page, demo: EchoDemo) -> None:
    text = "您的页面：http://127.0.0.1:8080/u/k3Jx9v_2QmZ8-aLw7RtYpA。请勿转发"
    demo.platform.show("zhangsan", {"from": "app", "to": "zhangsan", "type": "text", "text": text})
    await expect(last(page, "theirs")).to_have_text(text)
    link = page.locator(".log a")
    await expect(link).to_have_attribute("href", "http://127.0.0.1:8080/u/k3Jx9v_2QmZ8-aLw7RtYpA")


async def test_members_have_chats_and_drafts_of_their_own(page: Page, demo: EchoDemo) -> None:
    await write(page, "我是张建国")
    await expect(last(page, "theirs")).to_have_text("收到：我是张建国")
    await page.fill("#text", "写了一半")
    await page.get_by_role("button", name="李晓红").click()
    await expect(page.locator(".message")).to_have_count(1)  # the greeting alone
    await expect(page.locator("#text")).to_have_value("")
    await write(page, "我是李晓红")
    await expect(last(page, "theirs")).to_have_text("收到：我是李晓红")
    await page.get_by_role("button", name="张建国").click()
    await expect(last(page, "theirs")).to_have_text("收到：我是张建国")
    await expect(page.locator("#text")).to_have_value("写了一半")
    assert demo.app.texts("lisi") == ["我是李晓红"]


async def test_unread_message_of_another_member_is_marked_until_read(page: Page, demo: EchoDemo) -> None:
    other = page.get_by_role("button", name="李晓红")
    demo.platform.show("lisi", {"from": "app", "to": "lisi", "type": "text", "text": "提醒：还差2项"})
    await expect(other).to_contain_text("提醒：还差2项")
    await expect(other).to_have_class("member unread")
    await other.click()
    await expect(last(page, "theirs")).to_have_text("提醒：还差2项")
    await expect(other).to_have_class("member")


async def test_new_member_joins_is_shown_and_greeted_once(page: Page, demo: EchoDemo) -> None:
    await page.get_by_role("button", name="新成员").click()
    await page.get_by_label("姓名").fill("王芳")
    await page.get_by_role("button", name="加入").click()
    await expect(page.locator(".member[aria-current] .member-name")).to_have_text("王芳")
    await expect(last(page, "theirs")).to_have_text("您好，我是评选助手。")
    await write(page, "我要申报")
    await expect(last(page, "theirs")).to_have_text("收到：我要申报")
    newcomer = list(demo.platform.members)[-1]
    assert [one.event or one.text for one in demo.app.received if one.sender == newcomer] == [
        "enter_agent",
        "我要申报",
    ]


async def test_menu_of_the_app_is_pressed(page: Page, demo: EchoDemo) -> None:
    await page.get_by_role("button", name="查询").click()
    await page.get_by_role("menuitem", name="还差什么").click()
    await expect(last(page, "theirs")).to_have_text("请发送文字。")
    assert demo.app.received[-1].details["EventKey"] == "还差什么"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("图片", "image"),
        ("语音", "voice"),
        ("视频", "video"),
        ("位置", "location"),
        ("链接", "link"),
        ("文件", "file"),
    ],
)
async def test_other_kinds_of_message_are_sent(page: Page, demo: EchoDemo, name: str, kind: str) -> None:
    await page.click("#attach")
    await page.get_by_role("menuitem", name=name).click()
    await expect(last(page, "theirs")).to_have_text("请发送文字。")
    await expect(last(page, "mine")).to_contain_text(name)
    assert demo.app.received[-1].kind == kind


async def test_file_of_the_app_is_downloaded_under_its_name(page: Page, demo: EchoDemo) -> None:
    name = "申报表_宝丰县市场监督管理局.docx"
    demo.platform.media["m-1"] = StoredMedia("m-1", name, "application/octet-stream", b"PK\x03\x04", 0)
    sent = {"media_id": "m-1", "name": name, "size": 38498}
    demo.platform.show("zhangsan", {"from": "app", "to": "zhangsan", "type": "file", "file": sent})
    await expect(last(page, "theirs")).to_contain_text("37.6 KB")
    async with page.expect_download() as started:
        await page.locator(".file").click()
    download = await started.value
    assert download.suggested_filename == name
    assert (await download.path()).read_bytes() == b"PK\x03\x04"


async def test_clock_is_put_forward_and_never_back(page: Page, demo: EchoDemo) -> None:
    await expect(page.locator("#clock-date")).to_have_text("2019年7月10日 星期三")
    await page.get_by_role("button", name="+1天").click()
    await expect(page.locator("#clock-date")).to_have_text("2019年7月11日 星期四")
    await page.fill("#clock-field", "2019-07-12T08:30")
    await page.get_by_role("button", name="拨到这个时间").click()
    await expect(page.locator("#clock-time")).to_contain_text("08:30:")
    await page.get_by_role("button", name="到截止前1小时").click()
    await expect(page.locator("#clock-left")).to_have_text("距截止还有 1小时0分")
    await page.get_by_role("button", name="到截止后").click()
    await expect(page.locator("#clock-left")).to_have_text("已过截止时间")
    await expect(page.get_by_role("button", name="到截止前1小时")).to_be_disabled()
    assert demo.clock.moves[2:] == [CLOSES - timedelta(hours=1), CLOSES + timedelta(minutes=1)]
    await write(page, "我要申报")
    await expect(page.locator(".log .time").last).to_have_text("7月26日 00:01")


async def test_two_open_pages_agree_on_members_messages_and_clock(page: Page, demo: EchoDemo) -> None:
    other = await page.context.new_page()
    await other.goto(f"{demo.url}/demo/#zhangsan")
    await expect(last(other, "theirs")).to_have_text("您好，我是评选助手。")
    await write(other, "从另一个窗口")
    await expect(last(page, "theirs")).to_have_text("收到：从另一个窗口")
    await expect(page.locator(".message.mine .bubble")).to_have_text(["从另一个窗口"])
    await other.get_by_role("button", name="+1天").click()
    await expect(page.locator("#clock-date")).to_have_text("2019年7月11日 星期四")
    await other.get_by_role("button", name="新成员").click()
    await other.get_by_label("姓名").fill("王芳")
    await other.get_by_role("button", name="加入").click()
    await expect(page.locator(".member-name")).to_have_text(["张建国", "李晓红", "王芳"])
    await write(other, "我是王芳")
    await expect(page.locator(".member").last).to_contain_text("收到：我是王芳")
    await expect(page.locator(".member[aria-current] .member-name")).to_have_text("张建国")


async def test_page_reconnects_and_catches_up(page: Page, demo: EchoDemo) -> None:
    await demo.down()
    await expect(page.locator("#log")).to_have_attribute("data-offline", "")
    demo.platform.show("zhangsan", {"from": "app", "to": "zhangsan", "type": "text", "text": "错过的消息"})
    await write(page, "断线时写的")
    await expect(page.get_by_role("button", name="重发")).to_be_visible()
    await demo.up()
    await expect(last(page, "theirs")).to_have_text("错过的消息")
    await expect(page.locator("#log[data-offline]")).to_have_count(0)
    await page.get_by_role("button", name="重发").click()
    await expect(last(page, "theirs")).to_have_text("收到：断线时写的")
    assert demo.app.texts("zhangsan") == ["断线时写的"]


async def test_hint_is_put_into_the_composer_and_not_sent(page: Page, demo: EchoDemo) -> None:
    await page.get_by_role("button", name="25号当天算吗？").click()
    await expect(page.locator("#text")).to_have_value("25号当天算吗？")
    await expect(page.locator("#text")).to_be_focused()
    assert demo.app.texts("zhangsan") == []


async def test_unsent_message_stays_and_is_sent_again_once(page: Page, demo: EchoDemo) -> None:
    lost: list[str] = []

    async def lose_answer(route: Route) -> None:
        lost.append(route.request.url)
        await route.fetch()  # it arrives, but the page never hears of it
        await route.abort()

    await page.route("**/demo/api/say", lose_answer, times=1)
    await write(page, "第一条")
    await expect(page.get_by_role("alert")).to_contain_text("连接不上演示程序")
    await write(page, "第二条")
    await expect(last(page, "theirs")).to_have_text("收到：第二条")
    await expect(page.locator(".message.mine .bubble")).to_have_text(["第一条", "第二条"])
    assert len(lost) == 1
    assert demo.app.texts("zhangsan") == ["第一条", "第二条"]


async def test_message_that_never_arrived_can_be_sent_again(page: Page, demo: EchoDemo) -> None:
    await page.route("**/demo/api/say", lambda route: route.abort(), times=1)
    await write(page, "没有发出")
    await page.get_by_role("button", name="重发").click()
    await expect(last(page, "theirs")).to_have_text("收到：没有发出")
    await expect(page.locator(".message.mine")).to_have_count(1)
    assert demo.app.texts("zhangsan") == ["没有发出"]


async def test_typing_is_shown_while_the_app_thinks(page: Page, demo: EchoDemo) -> None:
    await page.route("**/demo/api/press", lambda route: None)  # no answer yet
    await page.get_by_role("button", name="我要申报").first.click()
    await expect(page.locator(".typing")).to_contain_text("正在输入")
    demo.platform.show("zhangsan", {"from": "app", "to": "zhangsan", "type": "text", "text": "请看"})
    await expect(page.locator(".typing")).to_have_count(0)


async def test_keyboard_alone_suffices(page: Page, demo: EchoDemo) -> None:
    await page.focus(".member[data-member=lisi]")
    await page.keyboard.press("Enter")
    await expect(last(page, "theirs")).to_have_text("您好，我是评选助手。")
    await expect(page.locator(".member[data-member=lisi]")).to_be_focused()
    await page.focus("#attach")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(last(page, "mine")).to_contain_text("语音")
    await expect(page.locator("#text")).to_be_focused()
    assert await page.locator("#log").get_attribute("aria-live") == "polite"


async def test_phone_has_everything_without_scrolling_sideways(page: Page, demo: EchoDemo) -> None:
    width, height = PHONE
    await page.set_viewport_size({"width": width, "height": height})
    await write(page, "很长的" * 60 + "https://example.com/" + "a" * 200)
    await expect(last(page, "theirs")).to_contain_text("收到：很长的")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    composer = await page.locator("#composer").bounding_box()
    menu = await page.locator("#menu").bounding_box()
    assert composer is not None
    assert menu is not None
    assert round(composer["y"] + composer["height"]) == round(menu["y"])
    assert round(menu["y"] + menu["height"]) == height
    await expect(page.locator("#panel")).to_be_hidden()
    await page.click("#open-panel")
    await page.get_by_role("button", name="+1天").click()
    await expect(page.locator("#clock-short")).to_contain_text("7月11日")
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(page.locator("#open-panel")).to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_text_has_enough_contrast(page: Page, demo: EchoDemo, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await write(page, "卡片")
    await expect(page.locator(".card")).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
