"""Active push over the wire: what arrives, and what becomes of what does not."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.message import (
    Card,
    CardUpdate,
    Channel,
    Choice,
    Delivery,
    File,
    Outcome,
    Outgoing,
    Recall,
    Text,
)
from handlers.demo.platform import Member, Platform
from handlers.wecom.client import WeComClient
from handlers.wecom.errcodes import REACTIONS, Reaction
from handlers.wecom.limits import Limiter
from handlers.wecom.menu import MenuItem, upload_menu
from handlers.wecom.oauth import Login, member_name
from handlers.wecom.send import WeComSender
from tests.integration.wecom.conftest import Clock, MemoryCache, MemoryFiles, NewClient

SEND = "message/send"
CHOICES = (Choice("提交", "提交"), Choice("再看看", "预览"))


def text(words: str = "您好", *addresses: str, key: str = "k1", once: bool = False) -> Outgoing:
    return Outgoing(key, Channel.WECOM, addresses or ("LiSi",), Text(words), once)


def shown(platform: Platform, userid: str = "LiSi") -> list[str]:
    return [message["text"] for message in platform.messages(userid)]


async def test_text_arrives(sender: WeComSender, platform: Platform) -> None:
    delivery = await sender.send(text("请看〔三（二）〕：“\\u4e00”\n😀\x01\ud800"))
    assert (delivery.outcome, delivery.code, delivery.unreachable) == (Outcome.SENT, 0, ())
    assert delivery.remote_id
    assert shown(platform) == ["请看〔三（二）〕：“\\u4e00”\n😀\ufffd"]
    (request,) = platform.calls(SEND)
    assert request.json == {
        "touser": "LiSi",
        "agentid": platform.agent_id,
        "msgtype": "text",
        "text": {"content": "请看〔三（二）〕：“\\u4e00”\n😀\ufffd"},
    }


async def test_long_text_arrives_whole_and_in_order(sender: WeComSender, platform: Platform) -> None:
    words = "".join(f"第{number}句说明，请逐条核对。" for number in range(300))
    assert (await sender.send(text(words, "LiSi", "WangWu"))).outcome is Outcome.SENT
    assert "".join(shown(platform)) == "".join(shown(platform, "WangWu")) == words
    assert platform.violations == []


async def test_long_text_goes_on_where_it_stopped(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    words = "".join(f"第{number}句说明，请逐条核对。" for number in range(300))
    await sender.send(text(key="warm"))
    platform.fail_next(SEND, errcode=0, delay=0)  # the first part is taken, but not shown
    platform.fail_next(SEND, errcode=45033)
    first = await sender.send(text(words))
    assert (first.outcome, first.code) == (Outcome.RETRY, 45033)
    clock.ahead += first.retry_after
    assert (await sender.send(text(words))).outcome is Outcome.SENT
    parts = [request.json["text"]["content"] for request in platform.calls(SEND)[1:]]
    assert parts[1] == parts[2]
    assert "".join([parts[0], *parts[2:]]) == words


@pytest.mark.parametrize("words", ["", " \n", "\x01"])
async def test_empty_text_is_reported_as_our_mistake(sender: WeComSender, words: str) -> None:
    delivery = await sender.send(text(words))
    assert (delivery.outcome, delivery.code) == (Outcome.FAILED, 44004)


def recall(*remote_ids: str) -> Outgoing:
    return Outgoing("r1", Channel.WECOM, ("LiSi",), Recall(remote_ids), once=True)


async def test_message_is_taken_back_from_everybody_it_reached(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    words = "".join(f"第{number}句说明，请逐条核对。" for number in range(100))
    kept = await sender.send(text("别的"))
    sent = await sender.send(text(words, "LiSi", "WangWu", key="k2"))
    ids = tuple(sent.remote_id.split("|"))
    assert len(ids) == len(shown(platform, "WangWu")) == 2
    assert kept.remote_id not in ids
    assert await sender.send(recall(*ids)) == Delivery(Outcome.SENT, code=0)
    gone = "（此消息已被撤回）"
    assert (shown(platform), shown(platform, "WangWu")) == (["别的", gone, gone], [gone, gone])


async def test_recall_that_is_too_late_fails_without_an_alarm(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    delivery = await sender.send(recall("unknown"))
    assert delivery == Delivery(Outcome.FAILED, code=40058, error="企业微信未能撤回（错误码 40058）")
    platform.fail_next("message/recall", errcode=45033)
    assert (await sender.send(recall("unknown"))).outcome is Outcome.RETRY


# Recipients ---------------------------------------------------------------------------------


async def test_unreachable_members_are_named_as_we_know_them(sender: WeComSender, platform: Platform) -> None:
    delivery = await sender.send(text("通知", "LiSi", "GoneAway", "WANGWU"))
    assert (delivery.outcome, delivery.unreachable) == (Outcome.SENT, ("GoneAway",))
    assert (shown(platform), shown(platform, "WangWu")) == (["通知"], ["通知"])


async def test_members_without_a_licence_are_unreachable_too(
    new_client: NewClient, files: MemoryFiles, cache: MemoryCache, clock: Clock
) -> None:
    async def answer(request: web.Request) -> web.Response:
        answers = {"gettoken": {"access_token": "t", "expires_in": 7200}}
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "unlicenseduser": "wangwu", "invaliduser": None}
            | answers.get(request.path.rpartition("/")[2], {})
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        client = new_client(api_base=str(server.make_url("/")))
        delivery = await WeComSender(client, files, cache, Limiter(clock), clock).send(
            text("通知", "LiSi", "WangWu")
        )
    assert (delivery.outcome, delivery.unreachable) == (Outcome.SENT, ("WangWu",))


async def test_nobody_reachable_is_a_failure_that_names_everybody(sender: WeComSender) -> None:
    delivery = await sender.send(text("通知", "GoneAway", "NeverWas"))
    assert (delivery.outcome, delivery.code) == (Outcome.FAILED, 81013)
    assert delivery.unreachable == ("GoneAway", "NeverWas")


async def test_notice_to_2500_goes_in_three_calls_and_names_each_person_missed(
    sender: WeComSender, platform: Platform
) -> None:
    addresses = tuple(f"User{number:04}" for number in range(2500))
    missing = {*addresses[:1000], addresses[1500], addresses[2499]}
    platform.members |= {name: Member(name, name) for name in addresses if name not in missing}
    delivery = await sender.send(text("通知", *addresses))
    assert (delivery.outcome, set(delivery.unreachable)) == (Outcome.SENT, missing)
    recipients = [request.json["touser"].split("|") for request in platform.calls(SEND)]
    assert [len(chunk) for chunk in recipients] == [1000, 1000, 500]
    assert tuple(name for chunk in recipients for name in chunk) == addresses


async def test_interrupted_notice_reaches_nobody_twice(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    addresses = tuple(f"User{number:04}" for number in range(1500))
    platform.members |= {name: Member(name, name) for name in addresses[1:]}
    await sender.send(text(key="warm"))
    platform.fail_next(SEND, errcode=0)
    platform.fail_next(SEND, status=503)
    assert (await sender.send(text("通知", *addresses))).outcome is Outcome.RETRY
    platform.requests.clear()
    await sender.send(text("通知", *addresses))
    assert [len(request.json["touser"].split("|")) for request in platform.calls(SEND)] == [500]


@pytest.mark.parametrize("address", ["@all", "LiSi|WangWu", "@ALL"])
async def test_address_that_means_several_is_refused(
    sender: WeComSender, platform: Platform, address: str
) -> None:
    assert (await sender.send(text("通知", "LiSi", address))).outcome is Outcome.FAILED
    assert platform.calls(SEND) == []


async def test_message_to_nobody_is_refused(sender: WeComSender) -> None:
    assert (await sender.send(Outgoing("k", Channel.WECOM, (), Text("a")))).outcome is Outcome.FAILED


# Error codes --------------------------------------------------------------------------------

CALLS = {  # message/send calls for one text that meets the code every time
    Reaction.RETRY_SOON: 4,
    Reaction.REFRESH_TOKEN: 2,
}


@pytest.mark.parametrize("code", [code for code in REACTIONS if code] + [77777])
async def test_code_on_the_wire_is_met_with_its_reaction(
    sender: WeComSender, platform: Platform, code: int
) -> None:
    platform.fail_next(SEND, errcode=code, times=10)
    delivery = await sender.send(text())
    reaction = REACTIONS.get(code, Reaction.REPORT)
    assert len(platform.calls(SEND)) == CALLS.get(reaction, 1)
    assert len(platform.calls("gettoken")) == (2 if reaction is Reaction.REFRESH_TOKEN else 1)
    assert delivery.code == code
    assert delivery.outcome in (Outcome.RETRY, Outcome.FAILED)
    assert delivery.unreachable == (("LiSi",) if reaction is Reaction.UNREACHABLE else ())
    assert shown(platform) == []


async def test_busy_platform_is_asked_again_with_pauses(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    platform.fail_next(SEND, errcode=-1, times=3)
    assert (await sender.send(text())).outcome is Outcome.SENT
    assert (clock.pauses, shown(platform)) == ([0.5, 1.0, 2.0], ["您好"])


async def test_used_up_rate_is_waited_out_by_all_messages(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    platform.fail_next(SEND, errcode=45009)
    assert (await sender.send(text())).retry_after == 60
    second = await sender.send(text(key="k2"))
    assert (second.outcome, second.code, len(platform.calls(SEND))) == (Outcome.RETRY, 45009, 1)
    assert 59 < second.retry_after <= 60
    clock.ahead += 60
    platform.fail_next(SEND, errcode=45009)
    assert (await sender.send(text())).retry_after == 120
    clock.ahead += 120
    assert (await sender.send(text())).outcome is Outcome.SENT
    platform.fail_next(SEND, errcode=45009)
    assert (await sender.send(text(key="k3"))).retry_after == 60


async def test_untrusted_ip_is_shown_to_the_operator(sender: WeComSender, platform: Platform) -> None:
    platform.fail_next(
        SEND, errcode=60020, errmsg="not allow to access from your ip, from ip: 203.0.113.7, x"
    )
    delivery = await sender.send(text())
    assert delivery.outcome is Outcome.RETRY
    assert ("203.0.113.7" in delivery.alarm, "企业可信IP" in delivery.alarm) == (True, True)


async def test_thirty_first_message_of_a_minute_waits_and_none_is_dropped(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    for number in range(31):
        delivery = await sender.send(text(str(number), key=f"k{number}"))
    assert (delivery.outcome, delivery.code) == (Outcome.RETRY, None)
    assert 55 < delivery.retry_after <= 65
    clock.ahead += delivery.retry_after
    assert (await sender.send(text("30", key="k30"))).outcome is Outcome.SENT
    assert (shown(platform), platform.api.dropped) == ([str(number) for number in range(31)], 0)


# The network --------------------------------------------------------------------------------


def sender_of(client: WeComClient, cache: MemoryCache, clock: Clock) -> WeComSender:
    return WeComSender(client, MemoryFiles(), cache, Limiter(clock), clock)


@pytest.fixture
async def deaf() -> AsyncIterator[str]:
    """An address that accepts connections and never answers."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.close()


async def test_refused_connection_is_retried(new_client: NewClient, cache: MemoryCache, clock: Clock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = new_client(api_base=f"http://127.0.0.1:{free.getsockname()[1]}")
        delivery = await sender_of(client, cache, clock).send(text())
    assert (delivery.outcome, delivery.code, bool(delivery.alarm)) == (Outcome.RETRY, None, True)


async def test_host_without_an_address_is_retried(
    new_client: NewClient, cache: MemoryCache, clock: Clock
) -> None:
    client = new_client(api_base="http://wecom.invalid", connect_seconds=2.0)
    assert (await sender_of(client, cache, clock).send(text())).outcome is Outcome.RETRY


async def test_silence_before_the_message_was_handed_over_is_retried(
    new_client: NewClient, deaf: str, cache: MemoryCache, clock: Clock
) -> None:
    client = new_client(api_base=deaf, total_seconds=0.1)
    assert (await sender_of(client, cache, clock).send(text())).outcome is Outcome.RETRY


@pytest.mark.parametrize("after", [False, True])
async def test_silence_after_the_message_was_handed_over_leaves_it_unsure(
    new_client: NewClient, platform: Platform, cache: MemoryCache, clock: Clock, after: bool
) -> None:
    sender = sender_of(new_client(total_seconds=0.2), cache, clock)
    platform.fail_next(SEND, delay=0.6, after=after)
    delivery = await sender.send(text())
    assert (delivery.outcome, delivery.code, delivery.alarm) == (Outcome.UNSURE, None, "")
    assert shown(platform) == (["您好"] if after else [])


async def test_connection_cut_after_the_message_was_handed_over_leaves_it_unsure(
    sender: WeComSender, platform: Platform
) -> None:
    platform.fail_next(SEND, drop=True, after=True)
    assert (await sender.send(text())).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(503, Outcome.RETRY), (429, Outcome.RETRY), (500, Outcome.UNSURE), (504, Outcome.UNSURE)],
)
async def test_answer_of_a_gateway_is_judged_by_its_status(
    sender: WeComSender, platform: Platform, status: int, outcome: Outcome
) -> None:
    platform.fail_next(SEND, status=status)
    assert (await sender.send(text())).outcome is outcome


@pytest.mark.parametrize("status", [200, 302, 404])
async def test_answer_of_something_else_is_a_matter_of_settings(
    sender: WeComSender, platform: Platform, status: int
) -> None:
    platform.fail_next(SEND, status=status)
    delivery = await sender.send(text())
    assert (delivery.outcome, "BOT_WECOM__API_BASE" in delivery.alarm) == (Outcome.RETRY, True)


GOOD_TOKEN = b'{"errcode": 0, "access_token": "t", "expires_in": 7200}'


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        (GOOD_TOKEN, b"{}"),
        (GOOD_TOKEN, b"[]"),
        (GOOD_TOKEN, b""),
        (GOOD_TOKEN, b'{"errcode": "0"}'),
        (GOOD_TOKEN, b'{"errcode": null}'),
        (GOOD_TOKEN, b"\xff\xfe"),
        (GOOD_TOKEN, b"[" * 200_000),
        (b"{}", b'{"errcode": 0}'),
        (b'{"errcode": 0}', b'{"errcode": 0}'),
        (b'{"access_token": null, "expires_in": 7200}', b'{"errcode": 0}'),
        (b'{"access_token": "t", "expires_in": "soon"}', b'{"errcode": 0}'),
    ],
)
async def test_answer_without_what_wecom_says_never_counts_as_sent(
    new_client: NewClient, cache: MemoryCache, clock: Clock, token: bytes, answer: bytes
) -> None:
    def says(content: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answered(request: web.Request) -> web.Response:
            return web.Response(body=content, content_type="application/json")

        return answered

    app = web.Application()
    app.add_routes(
        [web.get("/cgi-bin/gettoken", says(token)), web.post("/cgi-bin/message/send", says(answer))]
    )
    async with TestServer(app) as server:
        client = new_client(api_base=str(server.make_url("/")))
        delivery = await WeComSender(client, MemoryFiles(), cache, Limiter(clock), clock).send(text())
    assert (delivery.outcome, delivery.retry_after) == (Outcome.RETRY, 600)
    assert "BOT_WECOM__API_BASE" in delivery.alarm


async def test_unsure_message_sent_again_is_seen_once(
    sender: WeComSender, platform: Platform, clock: Clock
) -> None:
    outgoing = text("回执号 A7-0001", once=True)
    platform.fail_next(SEND, drop=True, after=True)
    assert (await sender.send(outgoing)).outcome is Outcome.UNSURE
    clock.ahead += 600
    assert (await sender.send(outgoing)).outcome is Outcome.SENT
    first, second = platform.calls(SEND)
    assert first.body == second.body
    assert (first.json["enable_duplicate_check"], first.json["duplicate_check_interval"]) == (1, 14400)
    assert shown(platform) == ["回执号 A7-0001"]


async def test_plain_replies_with_the_same_words_are_both_seen(
    sender: WeComSender, platform: Platform
) -> None:
    await sender.send(text("已收到", key="k1"))
    await sender.send(text("已收到", key="k2"))
    assert shown(platform) == ["已收到", "已收到"]


async def test_nothing_leaves_for_another_host(
    new_client: NewClient, api: str, sender: WeComSender, client: WeComClient, files: MemoryFiles
) -> None:
    """Every address a call connects to is the one in the settings."""
    asked: list[str] = []
    loop = asyncio.get_running_loop()
    create_connection = loop.create_connection

    async def noted(*args: Any, **kwargs: Any) -> Any:
        asked.append(str(kwargs.get("sock") or args))
        return await create_connection(*args, **kwargs)

    loop.create_connection = noted  # type: ignore[method-assign]
    sha256 = files.put(b"official form")
    await sender.send(text())
    await sender.send(Outgoing("f", Channel.WECOM, ("LiSi",), File(sha256, "申报表.docx")))
    await member_name(client, "LiSi")
    await upload_menu(client, [MenuItem("进度", says="进度")])
    port = api.rpartition(":")[2]
    assert asked
    assert [f"127.0.0.1', {port}" in address for address in asked] == [True] * len(asked)


# Cards, files, people -----------------------------------------------------------------------


def card(task: str = "t-1", choices: tuple[Choice, ...] = CHOICES) -> Outgoing:
    return Outgoing(f"card-{task}", Channel.WECOM, ("LiSi",), Card(task, "是否提交？", "说明", choices))


async def test_card_is_shown_and_greyed_with_the_code_of_a_click(
    sender: WeComSender, platform: Platform
) -> None:
    assert (await sender.send(card())).outcome is Outcome.SENT
    (message,) = platform.messages("LiSi")
    assert [button["key"] for button in message["card"]["button_list"]] == ["say:提交", "say:预览"]
    update = Outgoing(
        "u1", Channel.WECOM, ("LiSi",), CardUpdate(platform.new_response_code(message), "已提交")
    )
    assert (await sender.send(update)).outcome is Outcome.SENT
    assert platform.messages("LiSi")[0]["card"]["replaced"] == "已提交"
    again = await sender.send(update)
    assert (again.outcome, again.alarm) == (Outcome.FAILED, "")


async def test_card_without_buttons_is_said_in_words(sender: WeComSender, platform: Platform) -> None:
    assert (await sender.send(card(choices=()))).outcome is Outcome.SENT
    assert shown(platform) == ["是否提交？\n说明"]


@pytest.mark.parametrize(("code", "told"), [(40008, False), (40058, True), (99999, True)])
async def test_card_that_is_refused_is_said_in_words(
    sender: WeComSender, platform: Platform, code: int, told: bool
) -> None:
    platform.fail_next(SEND, errcode=code)
    delivery = await sender.send(card())
    assert (delivery.outcome, str(code) in delivery.alarm) == (Outcome.SENT, told)
    assert shown(platform) == ["是否提交？\n说明\n可回复：“提交”、“预览”"]


async def test_card_is_held_like_any_message(sender: WeComSender, platform: Platform) -> None:
    platform.fail_next(SEND, errcode=45033)
    assert (await sender.send(card())).outcome is Outcome.RETRY
    platform.fail_next("message/update_template_card", errcode=60020)
    update = Outgoing("u", Channel.WECOM, ("LiSi",), CardUpdate("rc", "已提交"))
    delivery = await sender.send(update)
    assert (delivery.outcome, bool(delivery.alarm)) == (Outcome.RETRY, True)
    assert platform.messages("LiSi") == []


def form(files: MemoryFiles, content: bytes = b"official form", name: str = "申报表 “甲”.docx") -> Outgoing:
    return Outgoing(f"file-{name}", Channel.WECOM, ("LiSi",), File(files.put(content), name))


async def test_file_arrives_under_its_name_and_is_uploaded_once(
    sender: WeComSender, platform: Platform, files: MemoryFiles, clock: Clock
) -> None:
    for _ in range(3):
        assert (await sender.send(form(files))).outcome is Outcome.SENT
    assert len(platform.calls("media/upload")) == 1
    received = platform.messages("LiSi")[0]["file"]
    assert (received["name"], received["size"]) == ("申报表 “甲”.docx", 13)
    stored = platform.file(received["media_id"])
    assert stored.content == b"official form"
    assert stored.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    await sender.send(form(files, name="另一个名字.docx"))
    assert platform.messages("LiSi")[-1]["file"]["name"] == "另一个名字.docx"
    clock.ahead += 3 * 86400
    assert (await sender.send(form(files))).outcome is Outcome.SENT
    assert len(platform.calls("media/upload")) == 3


async def test_file_the_platform_has_lost_is_uploaded_again(
    sender: WeComSender, platform: Platform, files: MemoryFiles
) -> None:
    await sender.send(form(files))
    platform.media.clear()
    assert (await sender.send(form(files))).outcome is Outcome.SENT
    assert len(platform.calls("media/upload")) == 2


async def test_file_refused_again_after_its_second_upload_is_given_up_for_now(
    sender: WeComSender, platform: Platform, files: MemoryFiles
) -> None:
    platform.fail_next(SEND, errcode=40007, times=9)
    delivery = await sender.send(form(files))
    assert (delivery.outcome, delivery.code) == (Outcome.RETRY, 40007)
    assert (len(platform.calls("media/upload")), len(platform.calls(SEND))) == (2, 2)


@pytest.mark.parametrize("content", [b"", b"12345", b"x" * ((20 << 20) + 1)], ids=["0", "5", "20MB+1"])
async def test_file_beyond_the_limits_is_refused_in_words(
    sender: WeComSender, platform: Platform, files: MemoryFiles, content: bytes
) -> None:
    delivery = await sender.send(form(files, content))
    assert (delivery.outcome, "20MB" in delivery.error) == (Outcome.FAILED, True)
    assert platform.calls("media/upload") == []


async def test_file_name_cannot_break_out_of_its_header(
    sender: WeComSender, platform: Platform, files: MemoryFiles
) -> None:
    assert (await sender.send(form(files, name='a"\r\nX: y/../b.pdf'))).outcome is Outcome.SENT
    assert platform.messages("LiSi")[0]["file"]["name"] == "a___X: y_.._b.pdf"


async def test_large_file_arrives_whole(sender: WeComSender, platform: Platform, files: MemoryFiles) -> None:
    content = bytes(range(256)) * 80_000
    assert (await sender.send(form(files, content))).outcome is Outcome.SENT
    assert platform.file(platform.messages("LiSi")[0]["file"]["media_id"]).content == content


async def test_file_that_is_not_stored_is_reported(sender: WeComSender) -> None:
    delivery = await sender.send(Outgoing("f", Channel.WECOM, ("LiSi",), File("0" * 64, "a.docx")))
    assert (delivery.outcome, bool(delivery.alarm)) == (Outcome.FAILED, True)


async def test_login_code_names_a_member_once(client: WeComClient, platform: Platform, clock: Clock) -> None:
    login = Login(client, "https://open.example", "https://login.example/")
    code = platform.code_for("LiSi")
    assert [await login.user_of(code), await login.user_of(code)] == ["LiSi", None]
    assert await login.user_of(platform.code_for("stranger")) is None
    old = platform.code_for("LiSi")
    clock.ahead += 301
    assert await login.user_of(old) is None


async def test_login_addresses_carry_what_the_platform_asks(client: WeComClient, platform: Platform) -> None:
    login = Login(client, "https://open.example", "https://login.example/")
    corp, agent = platform.corp_id, platform.agent_id
    assert login.in_client_url("https://a.example:8443/u?x=1", "s1") == (
        f"https://open.example/connect/oauth2/authorize?appid={corp}"
        "&redirect_uri=https%3A%2F%2Fa.example%3A8443%2Fu%3Fx%3D1"
        f"&response_type=code&scope=snsapi_base&state=s1&agentid={agent}#wechat_redirect"
    )
    assert login.desktop_url("https://a.example/u", "s2") == (
        f"https://login.example/wwlogin/sso/login?login_type=CorpApp&appid={corp}&agentid={agent}"
        "&redirect_uri=https%3A%2F%2Fa.example%2Fu&state=s2"
    )


async def test_member_has_a_name_or_none(client: WeComClient, platform: Platform) -> None:
    assert [await member_name(client, "lisi"), await member_name(client, "stranger")] == ["李四", ""]
    platform.fail_next("user/get", drop=True, times=2)
    assert await member_name(client, "LiSi") == ""


async def test_name_with_odd_characters_can_be_stored_and_stays_on_one_line(
    client: WeComClient, platform: Platform
) -> None:
    platform.members["Odd"] = Member("Odd", " 张\x00三\n回复确认\ud83d ")
    assert await member_name(client, "Odd") == "张三 回复确认\ufffd"


async def test_menu_reaches_the_app(client: WeComClient, platform: Platform) -> None:
    await upload_menu(client, [MenuItem("进度", says="进度")])
    assert platform.menu == [{"name": "进度", "type": "click", "key": "say:进度"}]


async def test_sending_never_blocks_the_loop(
    sender: WeComSender, platform: Platform, files: MemoryFiles, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    await sender.send(text(key="warm"))
    loop.slow_callback_duration = 0.25
    told: list[list[str]] = []
    for turn in range(3):  # what blocks does so each time; a busy machine or a collection of garbage does not
        caplog.clear()
        loop.set_debug(True)
        platform.fail_next(SEND, delay=0.6, after=True)
        slow = asyncio.ensure_future(sender.send(text(key=f"slow{turn}")))
        await sender.send(form(files))
        delivery: Delivery = await slow
        loop.set_debug(False)
        assert delivery.outcome is Outcome.SENT
        told.append([said for record in caplog.records if "took" in (said := record.getMessage())])
    assert [] in told


async def test_same_message_is_the_same_bytes(sender: WeComSender, platform: Platform) -> None:
    await sender.send(text("甲\n乙", once=True))
    (request,) = platform.calls(SEND)
    assert request.body.decode() == json.dumps(
        request.json, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
