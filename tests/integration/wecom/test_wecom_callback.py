"""The callback over HTTP, called by the small WeCom: answers, refusals, retries."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from bot.model.message import Inbound, Kind
from bot.ports import StorageUnavailable
from handlers.demo.platform import Platform
from handlers.wecom.callback import Accepted, routes
from handlers.wecom.crypto import BODY_LIMIT, Envelope

PAYLOADS = json.loads((Path(__file__).parents[2] / "data/wecom/payloads.json").read_text("utf-8"))
ARRIVED = datetime(2019, 7, 10, 1, 0, tzinfo=UTC)


class Office:
    """Stands where the turn is: keeps what arrives, answers what it is told, notes what became of it."""

    def __init__(self) -> None:
        self.inbounds: list[Inbound] = []
        self.fates: list[str] = []
        self.known = asyncio.Event()
        self.answer: Callable[[Inbound], Awaitable[str | None]] = self.echo

    async def echo(self, inbound: Inbound) -> str | None:
        return f"收到：{inbound.text}"

    async def receive(self, inbound: Inbound) -> Accepted:
        self.inbounds.append(inbound)
        text = await self.answer(inbound)
        return Accepted(text, lambda: self.note("delivered"), lambda: self.note("late"))

    async def note(self, fate: str) -> None:
        self.fates.append(fate)
        self.known.set()

    async def fate(self) -> str:
        """The fate of the only message, once it is known."""
        await asyncio.wait_for(self.known.wait(), 3)
        await asyncio.sleep(0.02)
        (fate,) = self.fates
        return fate


@pytest.fixture
def office() -> Office:
    return Office()


@asynccontextmanager
async def serving(platform: Platform, office: Office) -> AsyncIterator[str]:
    """The callback's address, while it is served."""
    envelope = Envelope(platform.token, platform.aes_key, platform.corp_id)
    app = web.Application()
    app.add_routes(routes(envelope, office.receive, lambda: ARRIVED, budget=0.2))
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    platform.callback_url = f"http://{host}:{port}/wecom/callback"
    yield platform.callback_url
    await runner.cleanup()


@pytest.fixture
async def url(platform: Platform, office: Office) -> AsyncIterator[str]:
    async with serving(platform, office) as url:
        yield url


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


# URL verification ---------------------------------------------------------------------------


async def test_url_is_verified_with_the_exact_bytes(platform: Platform, url: str) -> None:
    assert await platform.verify_url()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"timestamp": "1"}, 403),
        ({"nonce": "1"}, 403),
        ({"echostr": "AAAA"}, 403),
        ({"msg_signature": ""}, 400),
        ({"timestamp": "x"}, 400),
        ({"nonce": ""}, 400),
        ({"echostr": "中文"}, 400),
    ],
)
async def test_wrong_verification_is_refused_without_a_word(
    platform: Platform, url: str, http: ClientSession, change: dict[str, str], status: int
) -> None:
    encrypt = platform._seal.encrypt("1616140317555161061")
    right = dict(parse_qsl(platform._signed_query(encrypt, echostr=encrypt)))
    async with http.get(url, params=right) as response:
        assert (response.status, await response.read()) == (200, b"1616140317555161061")
    async with http.get(url, params={**right, **change}) as response:
        assert (response.status, await response.read()) == (status, b"")


async def test_verification_survives_a_plus_sign_that_nobody_encoded(
    platform: Platform, url: str, http: ClientSession
) -> None:
    encrypt = next(sealed for sealed in iter(lambda: platform._seal.encrypt("1" * 60), "") if "+" in sealed)
    query = platform._signed_query(encrypt, echostr=encrypt).replace("%2B", "+")
    async with http.get(URL(f"{url}?{query}", encoded=True)) as response:
        assert (response.status, await response.read()) == (200, b"1" * 60)


async def test_other_methods_are_not_allowed(url: str, http: ClientSession) -> None:
    for method in ("HEAD", "PUT", "DELETE"):
        async with http.request(method, url) as response:
            assert response.status == 405


# Messages -----------------------------------------------------------------------------------


async def test_reply_travels_back_on_the_connection(platform: Platform, office: Office, url: str) -> None:
    words = "第1项改为 <市局>]]>&“😀”\n下一行"
    called = await platform.say("LiSi", words)
    assert called.statuses == (200,)
    assert [message["text"] for message in platform.messages("LiSi")] == [words, f"收到：{words}"]
    assert platform.messages("LiSi")[1]["via"] == "passive"
    assert await office.fate() == "delivered"
    (inbound,) = office.inbounds
    assert (inbound.sender, inbound.kind, inbound.arrived_at) == ("LiSi", Kind.TEXT, ARRIVED)


async def test_no_reply_is_an_empty_200(platform: Platform, office: Office, url: str) -> None:
    async def nothing(inbound: Inbound) -> None:
        return None

    office.answer = nothing
    called = await platform.say("LiSi", "您好")
    assert (called.statuses, called.reply, platform.violations) == ((200,), None, [])
    assert await office.fate() == "late"


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["name"])
async def test_every_type_is_received_and_answered_with_200(
    platform: Platform, office: Office, url: str, payload: dict[str, str]
) -> None:
    status, _ = await platform.post(payload["xml"])
    assert (status, len(office.inbounds)) == (200, 1)


async def test_click_on_a_card_is_answered_by_push(platform: Platform, office: Office, url: str) -> None:
    platform.show("LiSi", {"type": "card", "card": {"task_id": "t", "card_type": "button_interaction"}})
    called = await platform.click("LiSi", "t", "say:提交", {"level": ["市级"]})
    assert (called.statuses, called.reply, platform.violations) == ((200,), None, [])
    assert await office.fate() == "late"
    (inbound,) = office.inbounds
    assert (inbound.kind, inbound.text, inbound.details["TaskId"]) == (Kind.TEXT, "提交", "t")
    assert json.loads(inbound.details["SelectedItems"]) == {"level": ["市级"]}
    assert inbound.details["ResponseCode"] in platform.response_codes


async def test_menu_and_entering_are_answered_on_the_connection(
    platform: Platform, office: Office, url: str
) -> None:
    await platform.press("LiSi", "say:进度")
    await platform.enter("LiSi")
    assert [message["text"] for message in platform.messages("LiSi")] == ["收到：进度", "收到："]
    assert [(inbound.event, inbound.text) for inbound in office.inbounds] == [
        ("click", "进度"),
        ("enter_agent", ""),
    ]


async def test_reply_is_never_over_2048_bytes(platform: Platform, office: Office, url: str) -> None:
    async def long(inbound: Inbound) -> str:
        return "评" * 1000

    office.answer = long
    called = await platform.say("LiSi", "您好")
    assert called.reply is not None
    assert (called.reply["text"], platform.violations) == ("评" * 682, [])


async def test_subscriber_follows_the_chat(platform: Platform, url: str) -> None:
    with platform.subscribe("LiSi") as feed:
        await platform.say("LiSi", "您好")
        assert [(await anext(feed))["text"], (await anext(feed))["text"]] == ["您好", "收到：您好"]
    await platform.say("LiSi", "再见")
    assert feed.empty()


# Slow, failing, repeated --------------------------------------------------------------------


async def test_reply_later_than_the_budget_is_left_to_push(
    platform: Platform, office: Office, url: str
) -> None:
    async def slow(inbound: Inbound) -> str:
        await asyncio.sleep(0.3)
        return "慢"

    office.answer = slow
    called = await platform.say("LiSi", "您好")
    assert (called.statuses, called.reply) == ((200,), None)
    assert await office.fate() == "late"


async def test_nothing_is_confirmed_before_it_is_on_record(
    platform: Platform, office: Office, url: str
) -> None:
    committed = asyncio.Event()

    async def stuck_once(inbound: Inbound) -> str:
        if len(office.inbounds) == 1:
            await committed.wait()
        return "终于"

    office.answer = stuck_once
    platform.answer_within = 0.4
    called = await platform.say("LiSi", "您好")
    assert (called.statuses, called.reply and called.reply["text"]) == ((0, 200), "终于")
    assert office.fates == ["delivered"]
    committed.set()
    await asyncio.sleep(0.05)
    assert office.fates == ["delivered", "late"]


async def test_message_that_could_not_be_kept_is_brought_again_and_logged(
    platform: Platform, office: Office, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def full_then_free(inbound: Inbound) -> str:
        if len(office.inbounds) < 3:
            raise StorageUnavailable
        return "好"

    office.answer = full_then_free
    called = await platform.say("LiSi", "您好")
    assert (called.statuses, called.reply and called.reply["text"]) == ((503, 503, 200), "好")
    assert len({inbound.key for inbound in office.inbounds}) == 1
    assert office.inbounds[0].key is not None
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["ERROR"] * 2


async def test_repeated_delivery_has_the_same_key_and_gets_the_same_words(
    platform: Platform, office: Office, url: str
) -> None:
    inner = platform.inner_xml("LiSi", {"MsgType": "text", "Content": "您好", "MsgId": "42"})
    answers = await asyncio.gather(*(platform.post(inner) for _ in range(4)))
    replies = [platform._seal.open_reply(body).findtext("Content") for _, body in answers]
    assert replies == ["收到：您好"] * 4
    assert [inbound.key for inbound in office.inbounds] == ["wecom:msg:42"] * 4
    assert len({body for _, body in answers}) == 4


async def test_app_that_is_away_is_called_four_times(platform: Platform, office: Office) -> None:
    async with serving(platform, office):
        assert (await platform.say("LiSi", "在吗")).accepted
    called = await platform.say("LiSi", "您好")
    assert (called.statuses, called.accepted) == ((0, 0, 0, 0), False)


async def test_reply_to_a_closed_connection_is_left_to_push(
    platform: Platform, office: Office, url: str
) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def wait(inbound: Inbound) -> str:
        arrived.set()
        await go_on.wait()
        return "好"

    office.answer = wait
    inner = platform.inner_xml("LiSi", {"MsgType": "text", "MsgId": "1"})
    posting = asyncio.ensure_future(platform.post(inner))
    await arrived.wait()
    posting.cancel()
    await asyncio.sleep(0.05)
    go_on.set()
    assert await office.fate() == "late"


# Refusals -----------------------------------------------------------------------------------


def delivery(platform: Platform, **fields: str) -> tuple[str, bytes]:
    return platform.sealed(
        platform.inner_xml("LiSi", {"MsgType": "text", "Content": "您好", "MsgId": "1", **fields})
    )


async def status_of(http: ClientSession, url: str, query: str, body: object, **headers: str) -> int:
    async with http.post(f"{url}?{query}", data=body, headers=headers) as response:
        assert await response.read() == b"" or response.status == 200
        return response.status


async def test_any_change_of_a_delivery_is_a_4xx(
    platform: Platform, office: Office, url: str, http: ClientSession
) -> None:
    chance = random.Random(20190710)
    query, body = delivery(platform)
    seen: set[int] = set()
    for _ in range(300):
        spoiled = bytearray(body)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(spoiled))
            spoiled[at : at + chance.choice([0, 1, 1, 30])] = chance.randbytes(chance.choice([0, 1, 1, 5]))
        status = await status_of(http, url, query, bytes(spoiled))
        assert status in (400, 403) or (status == 200 and office.inbounds[-1].text == "您好")
        seen.add(status)
    assert {400, 403} <= seen


async def test_any_change_of_the_query_is_a_4xx(
    platform: Platform, office: Office, url: str, http: ClientSession
) -> None:
    chance = random.Random(20190711)
    query, body = delivery(platform)
    for name, value in parse_qsl(query):
        for _ in range(40):
            at = chance.randrange(len(value))
            spoiled = (
                value[:at] + chance.choice(["", "0", "é", "\n", "]]>", "\ufffd", "a" * 200]) + value[at + 1 :]
            )
            if spoiled != value:
                other = urlencode({**dict(parse_qsl(query)), name: spoiled})
                assert await status_of(http, url, other, body) in (400, 403)
    assert office.inbounds == []


@pytest.mark.parametrize(
    "query", ["", "msg_signature", "msg_signature=%ff&timestamp=%00&nonce=%ff", "a=1&" * 50]
)
async def test_strange_query_is_a_4xx(url: str, http: ClientSession, query: str) -> None:
    assert await status_of(http, url, query, b"<xml><Encrypt>a</Encrypt></xml>") == 400


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "hello",
        "<xml></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "<xml>",
        "<a/>",
        "<!DOCTYPE xml><xml/>",
        "{}",
    ],
)
async def test_sealed_nonsense_is_a_400(
    platform: Platform, office: Office, url: str, http: ClientSession, inner: str
) -> None:
    assert await status_of(http, url, *platform.sealed(inner)) == 400
    assert office.inbounds == []


async def chunked(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 4096):
        yield content[start : start + 4096]


async def test_body_over_the_cap_is_a_413_however_it_comes(
    platform: Platform, office: Office, url: str, http: ClientSession
) -> None:
    query, body = delivery(platform, Content="评" * 10_000)
    assert await status_of(http, url, query, body) == 200
    big = body + b" " * (BODY_LIMIT + 1 - len(body))
    assert await status_of(http, url, query, big) == 413
    assert await status_of(http, url, query, chunked(big)) == 413
    bomb = gzip.compress(body + b" " * 50_000_000)
    assert await status_of(http, url, query, bomb, **{"Content-Encoding": "gzip"}) == 413
    assert await status_of(http, url, query, b"no gzip", **{"Content-Encoding": "gzip"}) == 400
    assert len(office.inbounds) == 1


async def test_body_that_never_ends_is_a_408(
    platform: Platform, url: str, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.sleep(5)

    monkeypatch.setattr("handlers.wecom.callback.READ_SECONDS", 0.2)
    assert await status_of(http, url, delivery(platform)[0], trickle()) == 408


async def test_another_corps_message_is_a_403(
    platform: Platform, office: Office, url: str, http: ClientSession
) -> None:
    other = Platform(corp_id="ww0", token=platform.token, aes_key=platform.aes_key)
    assert await status_of(http, url, *delivery(other)) == 403


async def test_refusal_logs_nothing_of_the_request(
    platform: Platform, url: str, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "handlers.wecom")
    query, body = delivery(platform)
    await status_of(http, url, query.replace("msg_signature=", "msg_signature=0"), body)
    await status_of(http, url, query, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA"))
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("handlers.")]
    assert logged == [
        "callback refused with 400: msg_signature, timestamp or nonce is missing or malformed",
        "callback refused with 403: signature does not match",
    ]


async def test_receiving_never_blocks_the_loop(
    platform: Platform, office: Office, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await platform.say("LiSi", "您好")
    loop = asyncio.get_running_loop()
    loop.slow_callback_duration = 0.25
    slow: list[list[str]] = []
    for _ in range(3):  # what blocks does so each time; a busy machine or a collection of garbage does not
        caplog.clear()
        loop.set_debug(True)
        await asyncio.gather(*(platform.say("LiSi", "评" * 10_000) for _ in range(20)))
        loop.set_debug(False)
        slow.append([told for record in caplog.records if "took" in (told := record.getMessage())])
    assert [] in slow
