"""A message is taken once, whatever the number of its deliveries, and its reply reaches the member."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from aiohttp import ClientSession, ClientTimeout

from bot.ports import Store
from bot.work import turn
from handlers.demo.sealing import Seal
from handlers.wecom.callback import routes
from tests.deployment import Deployment, until

UNIT = "汝州市农业农村局"


def text_message(deployment: Deployment, message_id: str, said: str) -> str:
    return deployment.platform.inner_xml(
        "zhangmin", {"MsgType": "text", "Content": said, "MsgId": message_id}
    )


def replied(deployment: Deployment, body: bytes) -> str:
    platform = deployment.platform
    reply = Seal(platform.token, platform.aes_key, platform.corp_id).open_reply(body)
    return reply.findtext("Content") or ""


async def test_message_delivered_four_times_at_once_and_after_a_restart_is_one_turn(
    on_each_database: Deployment,
) -> None:
    deployment = on_each_database
    platform = deployment.platform
    await deployment.say("zhangmin", "我要申报")
    inner = text_message(deployment, "7001", UNIT)
    answers = await asyncio.gather(*(platform.post(inner) for _ in range(4)))
    await deployment.restart()
    answers.append(await platform.post(inner))
    assert [status for status, _ in answers] == [200] * 5
    assert len({body for _, body in answers}) == 5  # sealed afresh each time
    texts = {replied(deployment, body) for _, body in answers}
    assert len(texts) == 1
    assert texts.pop().startswith(f"已记下申报单位、单位名称：{UNIT}")
    changed = deployment.rows("SELECT field FROM revision ORDER BY id")
    assert [row.field for row in changed] == ["applicant_unit", "unit_name"]
    assert len(deployment.rows("SELECT 1 FROM inbox WHERE key = 'wecom:msg:7001'")) == 1
    await deployment.settled()
    sent = deployment.rows("SELECT state, pushed_at FROM outbox WHERE key LIKE 'wecom:msg:7001%'")
    assert [tuple(row) for row in sent] == [("sent", None)]  # nothing was pushed besides


async def test_the_same_words_under_another_id_are_another_message(service_and_platform: Deployment) -> None:
    await service_and_platform.say("zhangmin", "我要申报", "进度", "进度")
    assert len(service_and_platform.rows("SELECT 1 FROM inbox")) == 3


async def test_event_is_known_by_its_five_parts(service_and_platform: Deployment) -> None:
    platform = service_and_platform.platform
    inner = platform.inner_xml("zhangmin", {"MsgType": "event", "Event": "enter_agent", "EventKey": ""})
    answers = [await platform.post(inner) for _ in range(2)]
    assert len({replied(service_and_platform, body) for _, body in answers}) == 1
    assert len(service_and_platform.rows("SELECT 1 FROM inbox")) == 1


async def test_reply_within_the_budget_goes_back_on_the_connection(service_and_platform: Deployment) -> None:
    called = await service_and_platform.say("zhangmin", "我要申报")
    assert called.reply is not None
    await service_and_platform.settled()
    shown = [m["via"] for m in service_and_platform.platform.messages("zhangmin") if m["from"] == "app"]
    assert shown == ["passive"]
    assert service_and_platform.platform.calls("message/send") == []


async def test_slow_turn_is_answered_empty_and_its_reply_pushed(
    service_and_platform: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget is made short instead of the turn long."""
    await service_and_platform.stop()
    monkeypatch.setattr(
        "bot.app.callback_routes", lambda envelope, take, now: routes(envelope, take, now, 0.0)
    )
    await service_and_platform.start()
    called = await service_and_platform.say("zhangmin", "我要申报")
    assert (called.statuses, called.reply) == ((200,), None)
    await until(lambda: len(service_and_platform.shown("zhangmin")) == 1)
    await service_and_platform.settled()
    assert [m["via"] for m in service_and_platform.platform.messages("zhangmin") if m["from"] == "app"] == [
        "push"
    ]


async def test_reply_the_connection_did_not_take_is_pushed(
    service_and_platform: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeCom hangs up before the turn is over, and does not come again."""
    deployment = service_and_platform
    take_its_time = asyncio.Event()
    taken = deployment.service.writer.run

    async def slowly(use_case: Callable[[Store], object], lock: str = "") -> object:
        result = await taken(use_case, lock)
        await take_its_time.wait()
        return result

    monkeypatch.setattr(deployment.service.writer, "run", slowly)
    query, body = deployment.platform.sealed(text_message(deployment, "7002", "我要申报"))
    url = f"{deployment.platform.callback_url}?{query}"
    async with ClientSession(timeout=ClientTimeout(total=0.3)) as impatient:
        with pytest.raises(TimeoutError):
            await impatient.post(url, data=body)
    await asyncio.sleep(0.2)  # until the server has heard of it
    take_its_time.set()
    await until(lambda: len(deployment.shown("zhangmin")) == 1)
    assert deployment.shown("zhangmin")[0].startswith("好的，开始填写")


async def test_several_replies_arrive_in_their_order(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    rare = "𠮷"  # four bytes each
    lengths = {"单位名称": 60, "推荐单位": 60, "地址": 100, "负责人": 30, "联系人": 30, "级别": 20}
    lengths |= {"申报单位": 59, "意见": 400}
    values = [f"{label}：{rare * length}" for label, length in lengths.items()]
    await deployment.say("zhangmin", "我要申报", *values, "预览")
    await deployment.settled()
    kept = deployment.rows("SELECT replies FROM inbox ORDER BY id DESC")[0].replies
    shown = deployment.shown("zhangmin")
    replies = json.loads(kept)
    assert len(replies) == 2
    assert shown[-len(replies) :] == replies


async def test_messages_of_one_member_are_taken_in_turn(service_and_platform: Deployment) -> None:
    """Twenty at once: each is one revision, and no change is lost."""
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", UNIT)
    said = [f"地址改成风穴路{number}号" for number in range(20)]
    await asyncio.gather(*(deployment.platform.say("zhangmin", text) for text in said))
    chain = deployment.rows("SELECT value, previous FROM revision WHERE field = 'unit_address' ORDER BY id")
    assert sorted(row.value for row in chain) == sorted(text.removeprefix("地址改成") for text in said)
    assert [row.previous for row in chain] == ["", *[row.value for row in chain][:-1]]


async def test_turn_that_fails_is_kept_answered_and_told_to_the_office(
    service_and_platform: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = service_and_platform

    def broken(*_: object) -> object:
        raise ValueError("张敏说的话")

    await deployment.say("zhangmin", "我要申报")
    with monkeypatch.context() as patch:
        patch.setattr(turn, "step", broken)
        called = await deployment.platform.say("zhangmin", UNIT)
        again = await deployment.platform.say("liqiang", "我要申报")
    assert called.statuses == again.statuses == (200,)
    assert called.reply is not None
    assert called.reply["text"].startswith("刚才的消息没有处理成功，已记录并通知管理员")
    failed = deployment.rows("SELECT text, state, error FROM inbox WHERE state = 'failed' ORDER BY id")
    assert [tuple(row) for row in failed] == [
        (UNIT, "failed", "ValueError"),
        ("我要申报", "failed", "ValueError"),
    ]
    assert [tuple(row) for row in deployment.rows("SELECT kind, text FROM alarm")] == [
        ("turn:ValueError", "有消息处理失败（ValueError），已保存，请查看日志。")
    ]
    assert deployment.rows("SELECT 1 FROM revision") == []
    await deployment.say("zhangmin", UNIT)
    assert deployment.shown("zhangmin")[-1].startswith("已记下申报单位")
    await deployment.settled()


async def test_apology_that_the_connection_cannot_carry_is_pushed(
    service_and_platform: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card's click takes no text back."""

    def broken(clerk: object, store: Store, *_: object) -> object:
        raise ValueError

    monkeypatch.setattr(turn, "step", broken)
    await service_and_platform.platform.event(
        "zhangmin", "template_card_event", EventKey="say:确认", TaskId="t"
    )
    await until(lambda: len(service_and_platform.shown("zhangmin")) == 1)
    assert service_and_platform.shown("zhangmin")[0].startswith("刚才的消息没有处理成功")
