"""Header blocks as they arrive."""

from __future__ import annotations

import pytest

from handlers.mail.headers import Header, raw_value, read_headers, text_value


def test_read_headers_keeps_raw_folds_and_decodes_the_text() -> None:
    raw = b"Subject: =?gbk?B?yeo=?=\n\t=?gbk?B?sag=?=\nX-RAW: \xc9\xea\r\n \xb1\xa8  \r\n\r\nbody"
    headers, body = read_headers(raw, 0, len(raw), top=True)
    assert headers == (
        Header("subject", "=?gbk?B?yeo=?=\r\n\t=?gbk?B?sag=?=", "申报"),
        Header("x-raw", "\xc9\xea\r\n \xb1\xa8", "申 报"),
    )
    assert raw[body:] == b"body"


def test_values_are_of_the_first_header_of_a_name() -> None:
    headers = (Header("to", "a", "A"), Header("to", "b", "B"))
    assert (raw_value(headers, "to"), text_value(headers, "to")) == ("a", "A")
    assert (raw_value(headers, "cc"), text_value(headers, "cc")) == ("", "")


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"From: a\r\ngarbage\r\nSubject: b\r\n\r\nx", ["from", "subject"], b"x"),
        (b"From: a\r\nhello\r\nworld\r\n", ["from"], b"hello\r\nworld\r\n"),
        (b"From: a\r\n  \r\n continued\r\n\r\nx", ["from"], b"x"),
        (b"From: a\r\n  \r\ntext\r\n", ["from"], b"text\r\n"),
        (b" From: a\r\nTo : b\r\n\r\nx", ["from", "to"], b"x"),
        (b"From: a\r\n--boundary\r\nSubject: b\r\n", ["from"], b"--boundary\r\nSubject: b\r\n"),
        (b"From: a", ["from"], b""),
        (b"\r\n\r\n", [], b""),
    ],
)
def test_read_headers_ends_where_the_body_begins(raw: bytes, names: list[str], body: bytes) -> None:
    headers, start = read_headers(raw, 0, len(raw), top=True)
    assert ([header.name for header in headers], raw[start:]) == (names, body)


def test_read_headers_of_a_part_without_any() -> None:
    raw = b"\r\nFrom: in the text\r\n"
    assert read_headers(raw, 0, len(raw)) == ((), 2)


def test_read_headers_of_a_part_after_a_stray_empty_line() -> None:
    raw = b"\r\nContent-Type: text/html\r\n\r\nx"
    assert read_headers(raw, 0, len(raw)) == (
        (Header("content-type", "text/html", "text/html"),),
        len(raw) - 1,
    )
