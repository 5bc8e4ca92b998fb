"""The small WeCom itself: it must be as strict as the real one is documented to be."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer

from handlers.demo.platform import Member, Platform
from handlers.demo.sealing import Seal
from tests.integration.wecom.conftest import Clock

Answer = dict[str, Any]
TEXT: Answer = {"touser": "LiSi", "msgtype": "text", "text": {"content": "您好"}}


class Caller:
    """Calls the API by hand, as the documentation spells it."""

    def __init__(self, platform: Platform, api: str, session: ClientSession) -> None:
        self.platform = platform
        self.api = api
        self.session = session
        self.token = ""

    async def log_in(self) -> None:
        answer = await self.get("gettoken", corpid=self.platform.corp_id, corpsecret=self.platform.secret)
        self.token = answer["access_token"]

    async def get(self, path: str, **query: str) -> Answer:
        async with self.session.get(f"{self.api}/cgi-bin/{path}", params=query) as response:
            answer: Answer = await response.json()
            return answer

    async def post(self, path: str, body: Any, **query: str) -> Answer:
        params = {"access_token": self.token, **query}
        data = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, dict) else body
        async with self.session.post(f"{self.api}/cgi-bin/{path}", params=params, data=data) as response:
            answer: Answer = await response.json()
            return answer

    async def send(self, **changes: Any) -> int:
        body = {**TEXT, "agentid": self.platform.agent_id, **changes}
        code: int = (await self.post("message/send", body))["errcode"]
        return code

    async def upload(self, content: bytes, disposition: str = "") -> Answer:
        head = disposition or f'form-data; name="media"; filename="甲.docx"; filelength={len(content)}'
        body = b"\r\n".join((b"--b", f"Content-Disposition: {head}".encode(), b"", content, b"--b--", b""))
        params = {"access_token": self.token, "type": "file"}
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        url = f"{self.api}/cgi-bin/media/upload"
        async with self.session.post(url, params=params, data=io.BytesIO(body), headers=headers) as response:
            answer: Answer = await response.json()
            return answer


@pytest.fixture
async def caller(platform: Platform, api: str, session: ClientSession) -> Caller:
    caller = Caller(platform, api, session)
    await caller.log_in()
    return caller


async def test_token_is_the_same_while_it_is_valid(caller: Caller, platform: Platform, clock: Clock) -> None:
    query = {"corpid": platform.corp_id, "corpsecret": platform.secret}
    clock.ahead += 100
    again = await caller.get("gettoken", **query)
    assert (again["access_token"], 7098 <= again["expires_in"] <= 7100) == (caller.token, True)
    clock.ahead += 7200
    assert (await caller.get("gettoken", **query))["access_token"] != caller.token
    assert await caller.send() == 42001


async def test_wrong_credentials_have_their_codes(caller: Caller, platform: Platform) -> None:
    assert (await caller.get("gettoken", corpid="ww0", corpsecret="x"))["errcode"] == 40013
    assert (await caller.get("gettoken", corpid=platform.corp_id, corpsecret="x"))["errcode"] == 40001
    assert (await caller.get("getcallbackip"))["errcode"] == 41001
    assert (await caller.get("getcallbackip", access_token="x"))["errcode"] == 40014


async def test_push_is_checked_as_documented(caller: Caller, platform: Platform) -> None:
    assert await caller.send(agentid=1) == 301002
    assert await caller.send(touser="nobody") == 81013
    assert await caller.send(touser="|".join(["LiSi"] * 1001)) == 40031
    assert await caller.send(text={"content": ""}) == 44004
    assert await caller.send(msgtype="hologram") == 40008
    assert (await caller.post("message/send", b"no json"))["errcode"] == 47001
    escaped = b'{"agentid":%d,"touser":"LiSi","msgtype":"text","text":{"content":"\\u4e00"}}'
    assert (await caller.post("message/send", escaped % platform.agent_id))["errcode"] == 40033
    assert platform.messages("LiSi") == []


async def test_push_over_2048_bytes_is_cut_and_noted(caller: Caller, platform: Platform) -> None:
    assert await caller.send(text={"content": "评" * 683}) == 0
    assert platform.messages("LiSi")[0]["text"] == "评" * 682
    assert platform.violations == ["text: cut after 2048 bytes"]


async def test_excess_of_a_minute_is_dropped_without_a_word(
    caller: Caller, platform: Platform, clock: Clock
) -> None:
    assert [await caller.send() for _ in range(32)] == [0] * 32
    assert (len(platform.messages("LiSi")), platform.api.dropped) == (30, 2)
    clock.ahead += 60
    assert await caller.send() == 0
    assert len(platform.messages("LiSi")) == 31


async def test_identical_request_is_shown_once_within_its_interval(
    caller: Caller, platform: Platform, clock: Clock
) -> None:
    checked = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    assert [await caller.send(**checked) for _ in range(3)] == [0, 0, 0]
    assert len(platform.messages("LiSi")) == 1
    assert await caller.send(**checked, text={"content": "另一条"}) == 0
    clock.ahead += 601
    assert await caller.send(**checked) == 0
    assert [message["text"] for message in platform.messages("LiSi")] == ["您好", "另一条", "您好"]


def card(**changes: Any) -> Answer:
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "标题"},
        "task_id": "t1",
        "button_list": [{"text": "好", "key": "say:好"}],
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"card_type": "poster"},
        {"task_id": "步骤一"},
        {"task_id": "t" * 129},
        {"main_title": {"title": "题" * 37}},
        {"main_title": {"title": "题", "desc": "说" * 45}},
        {"sub_title_text": "文" * 161},
        {"button_list": []},
        {"button_list": [{"text": str(number), "key": str(number)} for number in range(7)]},
        {"button_list": [{"text": "按" * 11, "key": "k"}]},
        {"button_list": [{"text": "按", "key": "k" * 1025}]},
        {"button_list": [{"text": "甲", "key": "k"}, {"text": "乙", "key": "k"}]},
    ],
)
async def test_card_beyond_the_limits_is_refused(caller: Caller, changes: Answer) -> None:
    assert await caller.send(msgtype="template_card", template_card=card(**changes)) == 40058


async def test_card_is_unique_and_its_code_used_once(
    caller: Caller, platform: Platform, clock: Clock
) -> None:
    body = {
        "touser": "LiSi",
        "agentid": platform.agent_id,
        "msgtype": "template_card",
        "template_card": card(),
    }
    code = (await caller.post("message/send", body))["response_code"]
    assert (await caller.post("message/send", body))["errcode"] == 40058
    update = {"userids": ["LiSi"], "agentid": platform.agent_id, "button": {"replace_name": "好了"}}
    updates = [
        await caller.post("message/update_template_card", {**update, "response_code": code}) for _ in "12"
    ]
    assert [answer["errcode"] for answer in updates] == [0, 40058]
    assert platform.messages("LiSi")[0]["card"]["replaced"] == "好了"
    late = platform.new_response_code(platform.messages("LiSi")[0])
    clock.ahead += 72 * 3600
    await caller.log_in()
    answer = await caller.post("message/update_template_card", {**update, "response_code": late})
    assert answer["errcode"] == 40058


async def test_file_is_kept_three_days(caller: Caller, platform: Platform, clock: Clock) -> None:
    media_id = (await caller.upload(b"official form"))["media_id"]
    url = f"{caller.api}/cgi-bin/media/get"
    params = {"access_token": caller.token, "media_id": media_id}
    async with caller.session.get(url, params=params) as response:
        assert await response.read() == b"official form"
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "甲.docx"
    clock.ahead += 3 * 86400
    await caller.log_in()
    async with caller.session.get(url, params={**params, "access_token": caller.token}) as response:
        assert (await response.json())["errcode"] == 40007


@pytest.mark.parametrize(
    ("content", "disposition", "errcode"),
    [
        (b"12345", "", 40006),
        (b"x" * ((20 << 20) + 1), "", 45001),
        (b"123456", 'form-data; name="media"; filename="a.txt"', 40006),
        (b"123456", 'form-data; name="media"; filename="a.txt"; filelength=7', 40006),
        (b"123456", 'form-data; name="file"; filename="a.txt"; filelength=6', 44001),
        (b"123456", 'form-data; name="media"; filelength=6', 44001),
    ],
    ids=["small", "large", "no length", "wrong length", "another field", "no name"],
)
async def test_upload_is_checked_as_documented(
    caller: Caller, content: bytes, disposition: str, errcode: int
) -> None:
    assert (await caller.upload(content, disposition))["errcode"] == errcode


async def test_upload_of_another_kind_is_refused(caller: Caller) -> None:
    form = FormData()
    form.add_field("media", b"123456", filename="a.txt")
    assert (await caller.post("media/upload", form, type="poster"))["errcode"] == 40004


@pytest.mark.parametrize(
    ("button", "errcode"),
    [
        ([], 40016),
        ([{"name": "一", "key": "k"}] * 4, 40016),
        ([{"name": "一二三四五六", "key": "k"}], 40018),
        ([{"name": "一", "sub_button": [{"name": "二", "key": "k"}] * 6}], 40023),
        ([{"name": "一", "key": "k" * 129}], 40019),
    ],
)
async def test_menu_beyond_the_limits_is_refused(
    caller: Caller, platform: Platform, button: list[Answer], errcode: int
) -> None:
    assert (await caller.post("menu/create", {"button": button}))["errcode"] == errcode
    assert platform.menu == []


# Its end of the envelope --------------------------------------------------------------------


@pytest.fixture
async def app_says(platform: Platform) -> AsyncIterator[dict[str, bytes]]:
    """An app that answers every callback with what a test puts here."""
    says = {"body": b""}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=says["body"])

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        platform.callback_url = str(server.make_url("/"))
        yield says


def reply(seal: Seal, inner: str, nonce: str = "n", signature: str = "") -> bytes:
    encrypt = seal.encrypt(inner)
    signature = signature or seal.sign("1", "n", encrypt)
    return (
        f"<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        f"<TimeStamp>1</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    ).encode()


def inner(platform: Platform, to: str = "LiSi", kind: str = "text") -> str:
    return (
        f"<xml><ToUserName>{to}</ToUserName><FromUserName>{platform.corp_id}</FromUserName>"
        f"<MsgType>{kind}</MsgType><Content>好</Content><Button><ReplaceName>好了</ReplaceName></Button></xml>"
    )


async def test_reply_that_is_wrongly_sealed_is_not_shown(
    platform: Platform, app_says: dict[str, bytes]
) -> None:
    right = Seal(platform.token, platform.aes_key, platform.corp_id)
    wrong = {
        "signature": reply(right, inner(platform), signature="0" * 40),
        "nonce": reply(right, inner(platform), nonce="m"),
        "corp": reply(Seal(platform.token, platform.aes_key, "ww0"), inner(platform)),
        "token": reply(Seal("other", platform.aes_key, platform.corp_id), inner(platform)),
        "receiver": reply(right, inner(platform, to="WangWu")),
        "kind": reply(right, inner(platform, kind="update_button")),
        "nothing": b"<xml/>",
        "no XML": b"success",
    }
    for body in wrong.values():
        app_says["body"] = body
        assert (await platform.say("LiSi", "您好")).reply is None
    assert len(platform.violations) == len(wrong)
    app_says["body"] = reply(right, inner(platform))
    called = await platform.say("LiSi", "您好")
    assert called.reply is not None
    assert called.reply["text"] == "好"


async def test_click_may_be_answered_by_greying_only(platform: Platform, app_says: dict[str, bytes]) -> None:
    seal = Seal(platform.token, platform.aes_key, platform.corp_id)
    platform.show("LiSi", {"from": "app", "type": "card", "to": "LiSi", "card": card()})
    app_says["body"] = reply(seal, inner(platform))
    assert (await platform.click("LiSi", "t1", "say:好")).reply is None
    assert platform.violations == ["passive reply: text is not shown after template_card_event"]
    app_says["body"] = reply(seal, inner(platform, kind="update_button"))
    await platform.click("LiSi", "t1", "say:好")
    assert platform.messages("LiSi")[0]["card"]["replaced"] == "好了"
    with pytest.raises(KeyError):
        await platform.click("LiSi", "t2", "say:好")


def test_two_platforms_share_nothing_secret() -> None:
    one, other = Platform(members=[Member("LiSi", "李四")]), Platform()
    secrets = [(each.secret, each.token, each.aes_key, each.corp_id) for each in (one, other)]
    assert len({*secrets[0], *secrets[1]}) == 8
    assert [len(each.aes_key) for each in (one, other)] == [43, 43]
