"""Addresses and message ids as clients write them."""

from __future__ import annotations

import pytest

from handlers.mail.headers import Header
from handlers.mail.mime_addresses import addresses, mailboxes, message_ids, sender_of


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("a@example.cn", [("", "a@example.cn")]),
        ("<A@Example.CN>", [("", "a@example.cn")]),
        ('"张" <a@example.cn>'.encode().decode("latin-1"), [("张", "a@example.cn")]),
        ("张三<a@example.cn>".encode("gbk").decode("latin-1"), [("张三", "a@example.cn")]),
        ("<<a@example.cn>>", [("", "a@example.cn")]),
        ("< a@example.cn >", [("", "a@example.cn")]),
        ("a@example.cn (张, 三)".encode().decode("latin-1"), [("", "a@example.cn")]),
        ('"b@evil.cn" <a@example.cn>', [("b@evil.cn", "a@example.cn")]),
        ("b@evil.cn <a@example.cn>", [("b@evil.cn", "a@example.cn")]),
        ("=?gbk?B?1cUs0LvM?= <a@example.cn>", [("张,谢\ufffd", "a@example.cn")]),
        ('"Li, Si" <l@x.cn>, b@x.cn; c@x.cn', [("Li, Si", "l@x.cn"), ("", "b@x.cn"), ("", "c@x.cn")]),
        ("a@x.cn，b@x.cn".encode().decode("latin-1"), [("", "a@x.cn"), ("", "b@x.cn")]),
        ("office:a@x.cn,b@x.cn;", [("", "a@x.cn"), ("", "b@x.cn")]),
        ("<@relay.cn:a@x.cn>", [("", "a@x.cn")]),
        ('"Zhang <a@x.cn>', [("Zhang", "a@x.cn")]),
        ("Zhang <a@x.cn", [("Zhang", "a@x.cn")]),
        ("undisclosed-recipients:;", []),
        ("(c):", []),
        ("张三", []),
        ("", []),
    ],
)
def test_mailboxes_finds_names_and_addresses(raw: str, found: list[tuple[str, str]]) -> None:
    raw = raw if all(char < "\u0100" for char in raw) else raw.encode().decode("latin-1")
    assert mailboxes(raw) == found


def header(name: str, raw: str) -> Header:
    return Header(name, raw, raw)


def test_sender_of_says_when_several_disagree() -> None:
    one, two = header("from", "A <a@x.cn>"), header("from", "B <b@x.cn>")
    assert sender_of([one, two]) == ("A", "a@x.cn", True)
    assert sender_of([one, one]) == ("A", "a@x.cn", False)


def test_sender_of_falls_back_to_sender() -> None:
    assert sender_of([header("from", "nobody"), header("sender", "b@x.cn")]) == ("", "b@x.cn", False)


def test_addresses_lists_each_once() -> None:
    found = addresses(
        [header("to", "a@x.cn, B@x.cn"), header("cc", "b@x.cn"), header("bcc", "c@x.cn")], "to", "cc"
    )
    assert found == ("a@x.cn", "b@x.cn")


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        ("<1@x>", ("<1@x>",)),
        ("<1@x>,<2@x>\r\n <1@x>", ("<1@x>", "<2@x>")),
        ("<[x@y]>", ("<[x@y]>",)),
        ("1@x", ("<1@x>",)),
        ("<>", ()),
        ("", ()),
    ],
)
def test_message_ids_have_their_brackets(raw: str, ids: tuple[str, ...]) -> None:
    assert message_ids(raw) == ids
