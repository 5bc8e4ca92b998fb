"""What holds for any message: nothing but TooMuch is raised, and what is complete is never lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.mail import ParsedMail
from handlers.mail.charsets import decode
from handlers.mail.headers import read_headers
from handlers.mail.mime_addresses import mailboxes
from handlers.mail.mime_bodies import Damage, decoded
from handlers.mail.mime_dates import sent_at
from handlers.mail.names import file_name, header_text
from handlers.mail.read import TooMuch, read_mail
from handlers.mail.tnef import SIGNATURE, read_tnef
from tests.unit.mail.mail_builder import (
    HEAD,
    attachment,
    html,
    multipart,
    plain,
    tnef,
    tnef_properties,
    uuencoded,
)

FILES = [bytes([number]) * 500 for number in range(4)]
FORWARDED = b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n" + multipart(
    plain("里"), attachment("内.bin", FILES[2]), boundary="b-2"
)
WINMAIL = tnef((0x9002, b""), (0x800F, FILES[3]), (0x9005, tnef_properties((0x1E, 0x3707, b"a.bin"))))
PARTS = [
    multipart(plain("您好"), html("<p>您好</p>"), kind="alternative", boundary="b-3"),
    attachment("一.bin", FILES[0]),
    attachment("二.bin", FILES[1]),
    FORWARDED,
    attachment("winmail.dat", WINMAIL, type="application/ms-tnef"),
    plain("uu\n" + uuencoded("三.bin", FILES[0]).decode()),
]
MESSAGE = HEAD + multipart(*PARTS)
LATIN = st.text(st.characters(max_codepoint=255))
SYNTAX = st.text(st.sampled_from("\"\\;=*'%?<>@,:()é0a \r\n\t"), max_size=60)


def read(raw: bytes) -> tuple[ParsedMail, list[bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "raw.eml")
        path.write_bytes(raw)
        mail = read_mail(path, Path(folder, "out"))
        return mail, [Path(folder, "out", part.sha256).read_bytes() for part in mail.parts]


WHOLE, CONTENTS = read(MESSAGE)


def is_storable(mail: ParsedMail) -> bool:
    text = repr(mail)
    text.encode()
    return "\\x00" not in text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(MESSAGE)))
def test_truncated_message_keeps_every_complete_part(cut: int) -> None:
    mail, contents = read(MESSAGE[:cut])
    complete = MESSAGE[:cut].count(b"\r\n--b-1\r\nContent-Type: application/octet-stream") - 1
    firm = min(max(complete, 0), 2)
    assert mail.parts[:firm] == WHOLE.parts[:firm]
    assert contents[:firm] == CONTENTS[:firm]
    assert is_storable(mail)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MESSAGE) - 1), st.integers(0, 255)), max_size=20))
def test_damaged_message_raises_nothing_else(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(MESSAGE)
    for at, byte in changes:
        raw[at] = byte
    try:
        mail, contents = read(bytes(raw))
    except TooMuch:
        return
    assert is_storable(mail)
    assert [len(content) for content in contents] == [part.size for part in mail.parts]


def test_undamaged_message_has_all_its_files() -> None:
    names = [(part.path, part.name) for part in WHOLE.parts]
    assert names == [
        ((), "一.bin"),
        ((), "二.bin"),
        ((), ""),
        (("y",), "内.bin"),
        (("winmail.dat",), "a.bin"),
        ((), "三.bin"),
    ]
    assert [CONTENTS[at] for at in (0, 1, 3, 4, 5)] == [FILES[0], FILES[1], FILES[2], FILES[3], FILES[0]]


@given(st.binary(max_size=300))
def test_headers_are_read_from_any_bytes(raw: bytes) -> None:
    headers, body = read_headers(raw, 0, len(raw), top=True)
    assert 0 <= body <= len(raw)
    assert all(header.name == header.name.lower() for header in headers)


@given(LATIN | SYNTAX, LATIN | SYNTAX)
def test_names_are_found_in_any_header(content_type: str, disposition: str) -> None:
    name = file_name("a; name=" + content_type, "a; filename=" + disposition)
    assert not any(char in name for char in "\x00\r\n\u202e")
    header_text(disposition)
    sent_at(disposition)
    assert all("@" in address for _, address in mailboxes(disposition))


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gb2312", "utf-8", "big5", "utf-7", "utf-16", "iso-2022-jp", "hz"]),
)
def test_any_bytes_can_be_decoded(raw: bytes, label: str) -> None:
    decode(raw, label)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_hanzi_in_utf8_are_kept_under_their_own_label(text: str) -> None:
    assert decode(text.encode(), "utf-8") == text


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "7bit"]))
def test_any_body_can_be_decoded(raw: bytes, encoding: str) -> None:
    growth = 45 if encoding == "x-uuencode" else 1  # a line may have lost the spaces it ended with
    assert len(b"".join(decoded(raw, 0, len(raw), encoding, Damage()))) <= len(raw) * growth


@given(st.binary(max_size=300))
def test_any_tnef_can_be_read(raw: bytes) -> None:
    for file in read_tnef(SIGNATURE + b"\0\0" + raw, 0, len(raw) + 6).files:
        assert 0 <= file.start <= file.end <= len(raw) + 6
