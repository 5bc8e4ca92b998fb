"""The sealed envelope: published vectors, and everything that must be refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.demo.sealing import Seal
from handlers.wecom.crypto import BODY_LIMIT, Envelope, WeComRefused

VECTORS = json.loads((Path(__file__).parents[2] / "data/wecom/vectors.json").read_text("utf-8"))
SIGNED = [vector for vector in VECTORS if vector["signature"]]

TOKEN, CORP = "abcdefgh12345678", "ww0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
INNER = "<xml><FromUserName>LiSi</FromUserName><MsgType>text</MsgType><Content>你好</Content></xml>"


def envelope(vector: dict[str, Any]) -> Envelope:
    return Envelope(vector["token"], vector["aes_key"], vector["receive_id"])


def outer(encrypt: str) -> bytes:
    return f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()


@pytest.fixture
def ours() -> Envelope:
    return Envelope(TOKEN, AES_KEY, CORP)


@pytest.fixture
def theirs() -> Seal:
    return Seal(TOKEN, AES_KEY, CORP)


@pytest.mark.parametrize("vector", SIGNED, ids=lambda vector: vector["name"])
def test_vector_opens_and_verifies(vector: dict[str, Any]) -> None:
    signed = vector["signature"], vector["timestamp"], vector["nonce"]
    opened = envelope(vector).open(*signed, outer(vector["encrypt"]))
    assert opened.decode() == vector["plaintext"]
    assert envelope(vector).verify_url(*signed, vector["encrypt"]) == opened


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector_is_sealed_again_byte_for_byte(vector: dict[str, Any]) -> None:
    encrypted = envelope(vector).encrypt(vector["plaintext"].encode(), vector["random16"].encode())
    assert encrypted == vector["encrypt"]


@pytest.mark.parametrize("vector", SIGNED, ids=lambda vector: vector["name"])
def test_vector_is_the_outer_xml_of_a_reply(vector: dict[str, Any]) -> None:
    random16 = vector["random16"].encode()
    sealed = envelope(vector).seal(vector["plaintext"], vector["timestamp"], vector["nonce"], random16)
    assert sealed.decode() == (
        f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{vector['signature']}]]></MsgSignature>"
        f"<TimeStamp>{vector['timestamp']}</TimeStamp><Nonce><![CDATA[{vector['nonce']}]]></Nonce></xml>"
    )


def test_all_seven_vectors_are_there() -> None:
    assert (len(VECTORS), len(SIGNED)) == (7, 6)


def test_reply_opens_at_the_other_end_with_fresh_chance_each_time(ours: Envelope, theirs: Seal) -> None:
    first, second = (ours.seal(INNER, "1562720400", "n1") for _ in range(2))
    assert first != second
    assert [theirs.open_reply(reply).findtext("Content") for reply in (first, second)] == ["你好", "你好"]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_they_seal_we_open(message: str) -> None:
    theirs = Seal(TOKEN, AES_KEY, CORP)
    encrypt = theirs.encrypt(message)
    opened = Envelope(TOKEN, AES_KEY, CORP).open(theirs.sign("1", "2", encrypt), "1", "2", outer(encrypt))
    assert opened == message.encode()


@pytest.mark.parametrize("receive_id", ["", "ww企业"])
def test_receive_id_may_be_empty_or_any_text(receive_id: str) -> None:
    theirs = Seal(TOKEN, AES_KEY, receive_id)
    encrypt = theirs.encrypt(INNER)
    opened = Envelope(TOKEN, AES_KEY, receive_id).open(
        theirs.sign("1", "2", encrypt), "1", "2", outer(encrypt)
    )
    assert opened.decode() == INNER


def resealed(theirs: Seal, plain: bytes) -> str:
    """Ciphertext of exactly these bytes, however wrong they are."""
    encryptor = theirs._cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def whole(message: bytes, *, length: int | None = None, corp: bytes = CORP.encode(), pad: int = 0) -> bytes:
    plain = b"r" * 16 + (len(message) if length is None else length).to_bytes(4, "big") + message + corp
    right = 32 - len(plain) % 32
    return plain + bytes([pad or right]) * right


MESSAGE = b"x" * 70
WRONG: dict[str, tuple[Callable[[], bytes], int]] = {
    "padding 0": (lambda: b"r" * 31 + b"\0", 400),
    "padding 33": (lambda: whole(MESSAGE)[:-1] + b"\x21", 400),
    "padding byte before the last differs": (lambda: whole(MESSAGE)[:-2] + b"\0" + whole(MESSAGE)[-1:], 400),
    "padding is the whole": (lambda: b"\x20" * 32, 400),
    "length beyond the end": (lambda: whole(MESSAGE, length=1000), 400),
    "length of 4 GB": (lambda: whole(MESSAGE, length=2**32 - 1), 400),
    "length one more": (lambda: whole(MESSAGE, length=len(MESSAGE) + 1), 403),
    "length one less": (lambda: whole(MESSAGE, length=len(MESSAGE) - 1), 403),
    "another corp": (lambda: whole(MESSAGE, corp=b"ww0123456789abcdee"), 403),
    "no corp": (lambda: whole(MESSAGE, corp=b""), 403),
    "a longer corp": (lambda: whole(MESSAGE, corp=CORP.encode() + b"0"), 403),
    "half a block": (lambda: whole(MESSAGE)[:-16], 400),
}


@pytest.mark.parametrize(("plain", "status"), WRONG.values(), ids=WRONG.keys())
def test_signed_but_wrongly_sealed_is_refused(
    ours: Envelope, theirs: Seal, plain: Callable[[], bytes], status: int
) -> None:
    encrypt = resealed(theirs, plain())
    with pytest.raises(WeComRefused) as refused:
        ours.open(theirs.sign("1", "2", encrypt), "1", "2", outer(encrypt))
    assert refused.value.status == status


@pytest.mark.parametrize("encrypt", ["", "=", "A", "AAAA", "中文", "AAA=AAA=", "A" * 44, "A" * 43 + "\n"])
def test_signed_ciphertext_that_is_none_is_refused(ours: Envelope, theirs: Seal, encrypt: str) -> None:
    with pytest.raises(WeComRefused) as refused:
        ours.verify_url(theirs.sign("1", "2", encrypt), "1", "2", encrypt)
    assert refused.value.status == 400


BODIES = {
    "empty": b"",
    "not XML": b"hello",
    "not UTF-8": b"<xml><Encrypt>\xff</Encrypt></xml>",
    "UTF-16": "<xml><Encrypt>a</Encrypt></xml>".encode("utf-16"),
    "another root": b"<html><Encrypt>a</Encrypt></html>",
    "cut off": b"<xml><Encrypt>a</Encrypt>",
    "no Encrypt": b"<xml><ToUserName>a</ToUserName></xml>",
    "empty Encrypt": b"<xml><Encrypt></Encrypt></xml>",
    "two Encrypt": b"<xml><Encrypt>a</Encrypt><Encrypt>a</Encrypt></xml>",
    "nested Encrypt": b"<xml><Encrypt>a<b/></Encrypt></xml>",
    "DTD": b'<!DOCTYPE xml [<!ENTITY e "a">]><xml><Encrypt>&e;</Encrypt></xml>',
    "DTD after a comment": b'<!-- <xml> --><!DOCTYPE xml [<!ENTITY e "a">]><xml><Encrypt>&e;</Encrypt></xml>',
    "external entity": b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><Encrypt>a</Encrypt></xml>',
    "undefined entity": b"<xml><Encrypt>&e;</Encrypt></xml>",
    "null byte": b"<xml><Encrypt>a\0</Encrypt></xml>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_malformed_body_is_refused(ours: Envelope, body: bytes) -> None:
    with pytest.raises(WeComRefused) as refused:
        ours.open("0" * 40, "1", "2", body)
    assert refused.value.status == 400


def test_body_over_the_cap_is_refused_unread(ours: Envelope) -> None:
    with pytest.raises(WeComRefused) as refused:
        ours.open("0" * 40, "1", "2", b"<" * (BODY_LIMIT + 1))
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("signature", "0" * 40, 403),
        ("signature", "", 400),
        ("signature", "A" * 40, 400),
        ("signature", "é" * 40, 400),
        ("timestamp", "1562720401", 403),
        ("timestamp", "", 400),
        ("timestamp", "now", 400),
        ("nonce", "3", 403),
        ("nonce", "", 400),
        ("nonce", "n" * 129, 400),
        ("nonce", "]]>\ud800", 400),
    ],
)
def test_wrong_query_is_refused(ours: Envelope, theirs: Seal, field: str, value: str, status: int) -> None:
    encrypt = theirs.encrypt(INNER)
    query = {"signature": theirs.sign("1562720400", "2", encrypt), "timestamp": "1562720400", "nonce": "2"}
    assert ours.open(**query, body=outer(encrypt)).decode() == INNER
    with pytest.raises(WeComRefused) as refused:
        ours.open(**{**query, field: value}, body=outer(encrypt))
    assert refused.value.status == status


def outcome(ours: Envelope, signature: str, body: bytes) -> int | str:
    """The status it is refused with, or what it holds."""
    try:
        return ours.open(signature, "1", "2", body).decode()
    except WeComRefused as refused:
        return refused.status


@given(st.data())
def test_any_change_of_a_delivery_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    theirs, ours = Seal(TOKEN, AES_KEY, CORP), Envelope(TOKEN, AES_KEY, CORP)
    encrypt = theirs.encrypt(INNER)
    signature, body = theirs.sign("1", "2", encrypt), bytearray(outer(encrypt))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        match data.draw(st.sampled_from(["replace", "insert", "delete"])):
            case "replace":
                body[at] = data.draw(st.integers(0, 255))
            case "insert":
                body[at:at] = data.draw(st.binary(min_size=1, max_size=8))
            case _:
                del body[at : at + data.draw(st.integers(1, 40))]
    assert outcome(ours, signature, bytes(body)) in (400, 403, INNER)


@given(st.binary(max_size=300))
def test_any_body_is_refused(body: bytes) -> None:
    with pytest.raises(WeComRefused):
        Envelope(TOKEN, AES_KEY, CORP).open("0" * 40, "1", "2", body)


@pytest.mark.parametrize("aes_key", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "啊" * 43])
def test_unusable_key_is_refused_at_start(aes_key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        Envelope(TOKEN, aes_key, CORP)
