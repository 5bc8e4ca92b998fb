"""kill -9 at random moments of 500 callbacks with WeCom's retries: nothing is lost, nothing is doubled.

What may happen twice is the *delivery* of a reply, and only in two windows of a kill: after the bytes have
left and before the row says so. A passive reply is then pushed once more when its 30 seconds are over, a
push is made again when its lease has ended. So at most the replies that were under way at a kill are shown
twice; the test counts them. The *turn* behind them runs once in every case.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections import Counter
from pathlib import Path

from config.settings import load_settings
from handlers.demo.platform import Member, Platform
from storage.schema import migrate
from tests.deployment import Api, Deployment, environment, free_port
from tests.process import Process

PEOPLE = 25
CHANGES = 8  # of each; after every one but the last a question
MESSAGES = 4 + 2 * CHANGES  # of each
QUESTION = "创新加分最多加多少分？"
KILLS = 6


def said_by(person: int) -> list[str]:
    """What one person writes. What is taken twice leaves two traces of itself."""
    district = f"第{person}区"
    messages = ["我要申报", f"{district}城市管理局", f"{district}法治政府建设领导小组办公室", "今天"]
    for number in range(CHANGES):
        messages += [f"地址改成{district}和平路{number}号", f"{QUESTION}（第{number}次问）？"]
    return [*messages[:-1], "我的页面"]


def expected_values(person: int) -> dict[str, str]:
    return {
        "applicant_unit": f"第{person}区城市管理局",
        "unit_name": f"第{person}区城市管理局",
        "recommender": f"第{person}区法治政府建设领导小组办公室",
        "fill_date": "2019-07-10",
        "unit_address": f"第{person}区和平路{CHANGES - 1}号",
    }


async def test_no_message_is_lost_or_taken_twice_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(20190725)
    members = [Member(f"member{number:02}", f"成员{number}") for number in range(PEOPLE)]
    platform = Platform(members=members, retry_pause=0.6)
    api = Api(platform)
    await api.start()
    given = environment(tmp_path, free_port(), platform, api.base)
    deployment = Deployment(load_settings(given, env_file=None), platform)
    platform.callback_url = f"{deployment.base}/wecom/callback"
    migrate(given["BOT_DATABASE_URL"])
    process = Process(tmp_path, ("serve",), given)
    await process.start()
    await process.ready(deployment.base)

    taken = 0

    async def write(userid: str, texts: list[str]) -> None:
        nonlocal taken
        for text in texts:
            await insist(platform, userid, text)
            taken += 1
            await asyncio.sleep(chance.uniform(0, 0.15))

    async def kill_now_and_then() -> int:
        under_way = 0
        for number in range(KILLS):
            goal = (number + 1) * PEOPLE * MESSAGES // (KILLS + 1)
            while taken < goal:  # noqa: ASYNC110 - polled, so that the moment is any
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.uniform(0, 0.03))
            assert await process.stop(signal.SIGKILL) == -signal.SIGKILL
            open_rows = "SELECT 1 FROM outbox WHERE done_at IS NULL"
            under_way += len(deployment.rows(open_rows))
            await process.start()
        return under_way

    try:
        killing = asyncio.create_task(kill_now_and_then())
        await asyncio.gather(
            *(write(member.userid, said_by(number)) for number, member in enumerate(members))
        )
        under_way = await killing
        await process.ready(deployment.base)
        assert await process.stop() == 0
        deployment.let_pass(120)  # the leases of the killed, the 30 seconds of passive replies
        await process.start()
        await deployment.settled()
        assert await process.stop() == 0
    finally:
        await process.stop(signal.SIGKILL)
        await api.stop()

    assert taken == PEOPLE * MESSAGES
    assert_taken_once(deployment, members)
    assert_every_reply_arrived(deployment, members, under_way)


def is_within(part: list[str], whole: list[str]) -> bool:
    """Whether all of `part` stands in `whole`, in its order."""
    rest = iter(whole)
    return all(text in rest for text in part)


async def insist(platform: Platform, userid: str, text: str) -> None:
    """Write once; the message is delivered until it is accepted.

    The id stays: WeCom is more patient here than it is, so that a slow start cannot fail the test.
    """
    platform.show(userid, {"from": "member", "type": "text", "text": text})
    fields = {"MsgType": "text", "Content": text, "MsgId": f"{userid}-{text}"}
    for _ in range(10):
        if (await platform.call_back(userid, fields)).accepted:
            return
    raise AssertionError(f"{userid}: {text} was never accepted")


def assert_taken_once(deployment: Deployment, members: list[Member]) -> None:
    """One record per message with one reply, one revision per change, the last values in the form."""
    inbox = deployment.rows("SELECT key, state, replies FROM inbox")
    assert Counter(row.state for row in inbox) == {"answered": PEOPLE * MESSAGES}
    assert {row.key for row in inbox} == {
        f"wecom:msg:{member.userid}-{text}"
        for number, member in enumerate(members)
        for text in said_by(number)
    }
    assert {len(json.loads(row.replies)) for row in inbox} == {1}
    forms = deployment.rows(
        "SELECT i.address, a.content FROM application a JOIN identity i ON i.person = a.holder ORDER BY 1"
    )
    assert {row.address: json.loads(row.content) for row in forms} == {
        member.userid: expected_values(number) for number, member in enumerate(members)
    }
    assert len(forms) == PEOPLE
    changes = deployment.rows("SELECT application, field, value, previous FROM revision ORDER BY id")
    addresses: dict[str, list[tuple[str, str]]] = {}
    for row in changes:
        if row.field == "unit_address":
            addresses.setdefault(row.application, []).append((row.value, row.previous))
    assert len(changes) == PEOPLE * (4 + CHANGES)
    for chain in addresses.values():
        values = [value for value, _ in chain]
        assert [value[-2] for value in values] == [str(number) for number in range(CHANGES)]
        assert [previous for _, previous in chain] == ["", *values[:-1]]
    asked = deployment.rows("SELECT person, text FROM question")
    assert set(Counter(tuple(row) for row in asked).values()) == {1}
    assert len(asked) == PEOPLE * (CHANGES - 1)


def assert_every_reply_arrived(deployment: Deployment, members: list[Member], under_way: int) -> None:
    """Each reply at least once, in the order of the messages; again only what was under way at a kill."""
    outbox = deployment.rows("SELECT state FROM outbox")
    assert Counter(row.state for row in outbox) == {"sent": PEOPLE * (MESSAGES + 1)}
    doubled = 0
    for member in members:
        told = deployment.rows(
            "SELECT replies FROM inbox WHERE sender = :userid ORDER BY id", userid=member.userid
        )
        wanted = [json.loads(row.replies)[0] for row in told]
        shown = [text for text in deployment.shown(member.userid) if not text.startswith("您的申报页面（")]
        links = [text for text in deployment.shown(member.userid) if text.startswith("您的申报页面（")]
        assert set(shown) == set(wanted)
        assert is_within(wanted, shown)
        assert len(links) >= 1
        doubled += len(shown) - len(wanted) + len(links) - 1
    assert 0 <= doubled <= under_way
