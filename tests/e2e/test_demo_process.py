"""`python -m bot demo` as a newcomer meets it."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.deployment import free_port, until
from tests.process import Process


@asynccontextmanager
async def demo(folder: Path, port: int, *arguments: str) -> AsyncIterator[Process]:
    """The demo, open: it has said what to try."""
    process = Process(folder, ("demo", "--port", str(port), *arguments), {}, f"demo{free_port()}")
    await process.start()
    try:
        await process.ready(f"http://127.0.0.1:{port}")
        await until(lambda: "按 Ctrl-C 结束" in process.stdout, 30)
        yield process
    finally:
        await process.stop(signal.SIGKILL)


async def ask(port: int, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    url = f"http://127.0.0.1:{port}{path}"
    async with ClientSession() as browser:
        request = browser.get(url) if body is None else browser.post(url, json=body)
        async with request as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return answer.status, json.loads(text) if is_json else text


def kept(folder: Path) -> dict[str, Any]:
    chats: dict[str, Any] = json.loads((folder / "data/demo/chats.json").read_text("utf-8"))
    return chats


@pytest.fixture
def port() -> int:
    return free_port()


async def test_demo_opens_seeded_and_says_where_and_what_to_try(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, port) as process:
        assert process.stdout.startswith(f"打开 http://127.0.0.1:{port}/demo/\n")
        assert "我要申报" in process.stdout
        status, page = await ask(port, "/demo/")
        assert (status, "2019年度平顶山市服务型行政执法示范点" in page) == (200, True)
        told = kept(tmp_path)["messages"]
        talked = {userid for userid, messages in told.items() if messages}
        team = {"zhengkai", "fengxue"}  # they are told of a visit, perhaps a moment after the demo has opened
        assert talked - team == {
            "liqiang", "wangfang", "zhaowei", "chenjing", "sunli", "gaoyan", "wumin", "heping", "linjing",
        }  # fmt: skip
        assert any("叶县人民政府待办" in message.get("text", "") for message in told["gaoyan"])
        assert any("回执 2019-" in message.get("text", "") for message in told["zhaowei"])
        assert any("已由赵伟在填报" in message.get("text", "") for message in told["chenjing"])
        assert await process.stop(signal.SIGINT, 5) == 0
    assert process.stderr == "演示正在准备……\n"


async def test_demo_json_is_complete_and_for_the_owner_only(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, port) as process:
        path = tmp_path / "data/demo/demo.json"
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        given = json.loads(path.read_text("utf-8"))
        assert given["callback"] == f"http://127.0.0.1:{port}/wecom/callback"
        known = {"url", "token", "aes_key", "corp_id", "agent_id", "secret", "api_base"}
        assert known - given.keys() == set()
        await process.stop(signal.SIGINT, 5)


async def test_busy_port_is_named(tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = Process(tmp_path, ("demo", "--port", str(port)), {})
        assert await process.run() == 2
    assert process.stderr == f"端口 {port} 已被占用，请换一个，例如：make demo PORT={port + 1}\n"


async def test_what_was_done_is_kept_and_reset_forgets_it(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, port) as process:
        assert (await ask(port, "/demo/clock", {"now": "2019-07-12T10:00+08:00"}))[0] == 200
        await process.stop(signal.SIGINT, 5)
    before = kept(tmp_path)["messages"]
    async with demo(tmp_path, port) as process:
        await process.stop(signal.SIGINT, 5)
    assert process.stderr == "演示正在准备……\n"
    after = kept(tmp_path)["messages"]  # what was still to be sent has come behind
    assert {userid: chat[: len(before[userid])] for userid, chat in after.items()} == before
    async with demo(tmp_path, port, "--reset") as process:
        status, clock = await ask(port, "/demo/clock")
        await process.stop(signal.SIGINT, 5)
    assert (status, clock["now"][:10]) == (200, "2019-07-10")
    assert kept(tmp_path)["messages"]["zhaowei"][0]["at"] > before["zhaowei"][-1]["at"]


async def test_run_that_was_cut_off_while_it_was_being_prepared_begins_anew(
    tmp_path: Path, port: int
) -> None:
    process = Process(tmp_path, ("demo", "--port", str(port)), {})
    await process.start()
    await process.ready(f"http://127.0.0.1:{port}")
    await process.stop(signal.SIGKILL)
    (tmp_path / "data/demo/chats.json").unlink(missing_ok=True)
    async with demo(tmp_path, port) as again:
        assert kept(tmp_path)["messages"]["chenjing"][0]["text"] == "我要申报"
        await again.stop(signal.SIGINT, 5)


async def test_clock_only_moves_forward_and_stays_where_it_was_put(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, port) as process:
        status, clock = await ask(port, "/demo/clock", {"now": "2019-07-26T08:00+08:00"})
        assert (status, clock["now"][:16]) == (200, "2019-07-26T08:00")
        status, refused = await ask(port, "/demo/clock", {"now": "2019-07-20T08:00+08:00"})
        assert (status, refused["error"]["code"]) == (400, "backwards")
        await process.stop(signal.SIGINT, 5)
    async with demo(tmp_path, port) as process:
        _, clock = await ask(port, "/demo/clock")
        assert datetime.fromisoformat(clock["now"]) >= datetime.fromisoformat("2019-07-26T08:00+08:00")
        await process.stop(signal.SIGINT, 5)


async def test_demo_is_not_there_under_another_name(tmp_path: Path, port: int) -> None:
    """A foreign name that was pointed at this machine gets nothing."""
    async with demo(tmp_path, port) as process, ClientSession() as browser:
        url = f"http://127.0.0.1:{port}/demo/"
        async with browser.get(url, headers={"Host": "demo.example.com"}) as answer:
            assert answer.status == 403
        await process.stop(signal.SIGINT, 5)
