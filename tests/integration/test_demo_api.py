"""The demo's API over HTTP: who may use it, what it refuses, and the two clocks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestClient, TestServer

from handlers.demo.guard import is_loopback
from handlers.demo.keep import dump, restore
from handlers.demo.pages import DemoPage, add_demo_pages
from tests.e2e.echo_demo import CLOSES, START, EchoDemo, echo_demo


@pytest.fixture
async def demo() -> AsyncIterator[EchoDemo]:
    async with echo_demo() as running:
        yield running


@pytest.fixture
async def http(demo: EchoDemo) -> AsyncIterator[ClientSession]:
    async with ClientSession(demo.url, timeout=ClientTimeout(10)) as session:
        yield session


PATHS = ("/demo", "/demo/", "/demo/static/main.js", "/demo/clock", "/demo/api/members", "/demo/api/events")


@pytest.mark.parametrize("path", PATHS)
async def test_foreign_host_name_is_refused(http: ClientSession, path: str) -> None:
    async with http.get(path, headers={"Host": "rebound.example:8080"}, allow_redirects=False) as response:
        assert response.status == 403
        assert (await response.json())["error"]["code"] == "not_local"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1:8080", True),
        ("localhost", True),
        ("[::1]:8080", True),
        ("127.0.0.1.example", False),
        ("localhost.example:80", False),
        ("evil@localhost.example", False),
        ("192.168.1.5:8080", False),
        ("", False),
        ("[", False),
    ],
)
def test_loopback_is_known_by_its_names(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("text/plain", '{"member": "lisi", "text": "我要申报"}', 415, "not_json"),
        ("application/x-www-form-urlencoded", "member=lisi&text=a", 415, "not_json"),
        ("application/json", "{", 400, "bad_json"),
        ("application/json", "[]", 400, "bad_json"),
        ("application/json", "[" * 100_000, 400, "bad_json"),
        ("application/json", '{"member": "lisi"}', 400, "missing"),
        ("application/json", '{"member": "lisi", "text": " \\n"}', 400, "missing"),
        ("application/json", '{"member": "lisi", "text": 5}', 400, "missing"),
        ("application/json", '{"member": "lisi", "text": "\\ud800"}', 400, "bad_text"),
        ("application/json", '{"member": "nobody", "text": "a"}', 404, "no_member"),
        ("application/json", json.dumps({"member": "lisi", "text": "我" * 683}), 400, "too_long"),
    ],
)
async def test_bad_message_is_refused_and_goes_nowhere(
    http: ClientSession, demo: EchoDemo, content_type: str, body: str, status: int, code: str
) -> None:
    headers = {"Content-Type": content_type}
    async with http.post("/demo/api/say", data=body.encode(), headers=headers) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (status, code)
    assert demo.app.received == []
    assert demo.platform.messages("lisi") == []


async def test_message_of_exactly_2048_bytes_is_taken(http: ClientSession, demo: EchoDemo) -> None:
    text = "我" * 682 + "ab"
    async with http.post("/demo/api/say", json={"member": "lisi", "text": text}) as response:
        assert response.status == 200
    assert demo.app.texts("lisi") == [text]


async def test_same_key_acts_once_also_at_the_same_time(http: ClientSession, demo: EchoDemo) -> None:
    async def say(key: str) -> bool:
        body = {"member": "lisi", "text": "好的", "key": key}
        async with http.post("/demo/api/say", json=body) as response:
            repeated: bool = (await response.json())["repeated"]
            return repeated

    assert sorted(await asyncio.gather(say("a"), say("a"), say("b"))) == [False, False, True]
    assert demo.app.texts("lisi") == ["好的", "好的"]


async def test_app_that_does_not_answer_is_told_to_the_person(http: ClientSession, demo: EchoDemo) -> None:
    demo.platform.callback_url = f"{demo.url}/nothing-here"
    async with http.post("/demo/api/say", json={"member": "lisi", "text": "在吗"}) as response:
        assert response.status == 502
        assert (await response.json())["error"]["message"] == "评选助手暂时没有应答，请稍后再发一次。"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("click", {"task": "none", "button": "确认"}, 404),
        ("send", {"kind": "sticker"}, 400),
        ("press", {}, 400),
    ],
)
async def test_impossible_act_is_refused(
    http: ClientSession, demo: EchoDemo, path: str, fields: dict[str, str], status: int
) -> None:
    async with http.post(f"/demo/api/{path}", json={"member": "lisi", **fields}) as response:
        assert response.status == status
    assert demo.app.received == []


@pytest.mark.parametrize("name", ["", "  ", "名" * 21])
async def test_new_member_needs_a_name(http: ClientSession, demo: EchoDemo, name: str) -> None:
    async with http.post("/demo/api/members", json={"name": name}) as response:
        assert response.status == 400
    assert list(demo.platform.members) == ["zhangsan", "lisi"]


async def test_unknown_file_is_404_with_words(http: ClientSession) -> None:
    async with http.get("/demo/api/files/none") as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "no_file"


@pytest.mark.parametrize("path", ["/demo/", "/demo/static/main.js", "/demo/static/chat.css"])
async def test_page_and_its_files_allow_only_our_own_code(http: ClientSession, path: str) -> None:
    async with http.get(path) as response:
        assert response.status == 200
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
        text = await response.text()
    assert "https://" not in text
    assert 'style="' not in text


@pytest.mark.parametrize("path", ["/demo/static/..%2fpages.py", "/demo/static/none.js", "/demo/static/"])
async def test_nothing_but_the_pages_files_is_served(http: ClientSession, path: str) -> None:
    async with http.get(path) as response:
        assert response.status == 404


async def test_hints_and_console_link_are_as_told(http: ClientSession) -> None:
    async with http.get("/demo/") as response:
        text = await response.text()
    assert '<button type="button">25号当天算吗？</button>' in text
    assert "/console/" not in text


async def test_console_is_linked_only_where_there_is_one(demo: EchoDemo) -> None:
    app = web.Application()
    page = DemoPage("2019年度", CLOSES, ["<b>我要申报</b>"], console=True)
    add_demo_pages(app, demo.platform, demo.clock, page)
    async with TestClient(TestServer(app)) as client:
        text = await (await client.get("/demo/")).text()
    assert '<a href="/console/">' in text
    assert "&lt;b&gt;我要申报&lt;/b&gt;" in text


async def test_clock_tells_now_and_the_deadline_in_the_campaigns_zone(http: ClientSession) -> None:
    async with http.get("/demo/clock") as response:
        told = await response.json()
    assert told["now"].startswith("2019-07-10T09:00:0")
    assert told["now"].endswith("+08:00")
    assert told["closes"] == "2019-07-26T00:00:00+08:00"


@pytest.mark.parametrize(
    ("now", "moved"),
    [
        ("2019-07-11T09:00+08:00", START + timedelta(days=1)),
        ("2019-07-11T01:00:00Z", START + timedelta(days=1)),
        ("2019-07-26T00:00", CLOSES),
        ("2029-07-01T00:00", datetime(2029, 7, 1, tzinfo=CLOSES.tzinfo)),
    ],
)
async def test_clock_moves_forward(http: ClientSession, demo: EchoDemo, now: str, moved: object) -> None:
    async with http.post("/demo/clock", json={"now": now}) as response:
        assert response.status == 200
    assert demo.clock.moves == [moved]


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2019-07-10T08:59+08:00", "backwards"),
        ("0001-01-01T00:00+14:00", "backwards"),
        ("明天", "bad_time"),
        ("2019-13-01T00:00", "bad_time"),
        ("2190-07-11T09:00", "too_far"),
        ("9999-12-31T23:59-14:00", "too_far"),
    ],
)
async def test_clock_refuses_with_words(http: ClientSession, demo: EchoDemo, now: str, code: str) -> None:
    async with http.post("/demo/clock", json={"now": now}) as response:
        error = (await response.json())["error"]
        assert (response.status, error["code"]) == (400, code)
    assert "请" in error["message"]
    assert demo.clock.moves == []


async def test_messages_keep_the_campaign_time_at_which_they_were_written(
    http: ClientSession, demo: EchoDemo
) -> None:
    for text, now, status in (
        ("一", "2019-07-12T20:00", 200),
        ("二", "2019-07-11T00:00", 400),
        ("三", "2019-07-20T07:30", 200),
        ("四", "2019-07-21T18:00", 200),
    ):
        async with http.post("/demo/api/say", json={"member": "lisi", "text": text}) as response:
            assert response.status == 200
        async with http.post("/demo/clock", json={"now": now}) as response:
            assert response.status == status
    expected = [
        ("一", "2019-07-10T09:00"),
        ("二", "2019-07-12T20:00"),
        ("三", "2019-07-12T20:00"),
        ("四", "2019-07-20T07:30"),
    ]
    assert await written(http) == expected

    async with later_run(demo) as again, ClientSession(again.url) as session:
        assert await written(session) == expected


async def written(http: ClientSession) -> list[tuple[str, str]]:
    """What Li Xiaohong wrote, and the campaign's minute."""
    async with http.get("/demo/api/messages", params={"member": "lisi"}) as response:
        messages = (await response.json())["messages"]
    return [(one["text"], one["at"][:16]) for one in messages if one["from"] == "member"]


@asynccontextmanager
async def later_run(demo: EchoDemo) -> AsyncIterator[EchoDemo]:
    """The same demo, started again with what was kept."""
    again = EchoDemo()
    again.clock.ahead = demo.clock.ahead
    restore(again.platform, json.loads(json.dumps(dump(demo.platform))))
    await again.up()
    try:
        yield again
    finally:
        await again.down()


async def event(stream: ClientResponse) -> tuple[str, Any]:
    """The next server-sent event: its name and its data."""
    name, data = (await stream.content.readuntil(b"\n\n")).decode().strip().split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_message_sent_by_the_move_itself_has_the_new_time(
    http: ClientSession, demo: EchoDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_move = demo.clock.move

    async def move(to: object) -> None:
        await really_move(to)  # type: ignore[arg-type]
        demo.platform.show("lisi", {"from": "app", "to": "lisi", "type": "text", "text": "提醒"})
        await asyncio.sleep(0.05)  # the stream writes it out before the move is over

    monkeypatch.setattr(demo.clock, "move", move)
    async with http.get("/demo/api/events") as stream:
        assert (await stream.content.readuntil(b"\n\n")) == b"retry: 1000\n\n"
        async with http.post("/demo/clock", json={"now": "2019-07-22T08:00"}) as response:
            assert response.status == 200
        message = await event(stream)
        clock = await event(stream)
    assert message[0] == "message"
    assert message[1]["member"] == "lisi"
    assert message[1]["message"]["at"][:16] == "2019-07-22T08:00"
    assert clock[0] == "clock"
    assert clock[1]["now"][:16] == "2019-07-22T08:00"


async def test_open_streams_do_not_keep_the_server_from_stopping() -> None:
    async with ClientSession() as session:
        async with echo_demo() as demo:
            stream = await session.get(f"{demo.url}/demo/api/events")
            await stream.content.readuntil(b"\n\n")
            stopping = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - stopping < 2
        assert await stream.content.read() == b""


async def test_closed_page_is_no_longer_followed(http: ClientSession, demo: EchoDemo) -> None:
    async with http.get("/demo/api/events") as stream:
        await stream.content.readuntil(b"\n\n")
        followed = len(demo.platform._chat("lisi").feeds)
        stream.close()
    demo.platform.show("lisi", {"from": "app", "to": "lisi", "type": "text", "text": "提醒"})
    for _ in range(100):
        if not demo.platform._chat("lisi").feeds:
            break
        demo.platform.show("lisi", {"from": "app", "to": "lisi", "type": "text", "text": "提醒"})
        await asyncio.sleep(0.01)
    assert (followed, len(demo.platform._chat("lisi").feeds)) == (1, 0)
