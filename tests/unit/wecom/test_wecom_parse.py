"""Decrypted XML becomes an Inbound, whatever its type."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.message import Channel, Kind
from handlers.wecom.crypto import WeComRefused
from handlers.wecom.parse import concerns_a_person, idle_alarm, parse, takes_text_reply

PAYLOADS = json.loads((Path(__file__).parents[2] / "data/wecom/payloads.json").read_text("utf-8"))
ARRIVED = datetime(2019, 7, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["name"])
def test_payload_is_read(payload: dict[str, Any]) -> None:
    inbound, want = parse(payload["xml"].encode(), ARRIVED), payload["want"]
    assert (inbound.channel, inbound.kind, inbound.arrived_at) == (Channel.WECOM, Kind(want["kind"]), ARRIVED)
    assert inbound.text == want.get("text", "")
    assert inbound.event == want.get("event", "")
    assert inbound.sent_at == datetime(2019, 7, 10, 1, 0, tzinfo=UTC)
    assert {name: inbound.details[name] for name in want.get("details", {})} == want.get("details", {})
    assert concerns_a_person(inbound) is want["person"]
    if "key" in want:
        assert (inbound.sender, inbound.key) == ("LiSi", want["key"])


def test_text_reply_is_given_only_where_it_is_shown() -> None:
    inbounds = {payload["name"]: parse(payload["xml"].encode(), ARRIVED) for payload in PAYLOADS}
    assert [name for name, inbound in inbounds.items() if takes_text_reply(inbound)] == [
        *("text", "image", "voice", "video", "location", "link", "file", "new type"),
        *("subscribe", "enter_agent", "LOCATION"),
        *("menu click that says words", "menu click of somebody else's key", "view", "card menu"),
    ]


def test_administrator_is_told_before_the_app_is_switched_off() -> None:
    told = [payload["name"] for payload in PAYLOADS if idle_alarm(parse(payload["xml"].encode(), ARRIVED))]
    assert told == ["inactive_alert", "close_inactive_agent", "low_active_alert", "low_active"]


def event(**fields: str) -> bytes:
    tags = {"FromUserName": "LiSi", "CreateTime": "1", "MsgType": "event", "Event": "click", **fields}
    return f"<xml>{''.join(f'<{tag}>{value}</{tag}>' for tag, value in tags.items())}</xml>".encode()


@pytest.mark.parametrize(
    "other",
    [{"FromUserName": "LiSi2"}, {"CreateTime": "2"}, {"Event": "view"}, {"EventKey": "k2"}, {"TaskId": "t2"}],
)
def test_two_events_of_one_second_have_different_keys(other: dict[str, str]) -> None:
    one = {"EventKey": "k1", "TaskId": "t1"}
    assert parse(event(**one), ARRIVED).key == parse(event(**one), ARRIVED).key
    assert parse(event(**one), ARRIVED).key != parse(event(**{**one, **other}), ARRIVED).key


@pytest.mark.parametrize("created", ["", "soon", "9" * 30])
def test_unusable_time_of_the_platform_is_left_out(created: str) -> None:
    inbound = parse(event(CreateTime=created), ARRIVED)
    assert (inbound.sent_at, inbound.arrived_at) == (None, ARRIVED)


@pytest.mark.parametrize(
    "inner",
    [
        b"",
        b"<xml/>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>LiSi</FromUserName></xml>",
        b"<xml><FromUserName> </FromUserName><MsgType>text</MsgType></xml>",
        b"<!DOCTYPE xml><xml><FromUserName>a</FromUserName><MsgType>text</MsgType></xml>",
        b"\x80",
    ],
)
def test_message_without_type_or_sender_is_refused(inner: bytes) -> None:
    with pytest.raises(WeComRefused) as refused:
        parse(inner, ARRIVED)
    assert refused.value.status == 400


def test_text_about_a_doctype_is_just_a_text() -> None:
    words = "<!DOCTYPE html> <!ENTITY x> &amp; ]]&gt;"
    content = f"<MsgType>text</MsgType><Content><![CDATA[{words}]]></Content>"
    assert parse(f"<xml><FromUserName>a</FromUserName>{content}</xml>".encode(), ARRIVED).text == words


def refused_with(inner: bytes) -> int | None:
    try:
        parse(inner, ARRIVED)
    except WeComRefused as refused:
        return refused.status
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(inner: bytes) -> None:
    assert refused_with(inner) == 400


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_in_the_root_is_refused_or_ignored(text: str) -> None:
    read = "<FromUserName>a</FromUserName><MsgType>text</MsgType>"
    assert refused_with(f"<xml>{text}</xml>".encode()) == 400
    assert refused_with(f"<xml>{text}{read}</xml>".encode()) in (None, 400)
