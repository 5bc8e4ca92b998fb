"""Declared and undeclared charsets, true ones and lies."""

from __future__ import annotations

import pytest

from handlers.mail.charsets import codec_of, decode, one_line, printable


@pytest.mark.parametrize(
    ("text", "written", "label"),
    [
        ("平.pptx", "gbk", ""),  # C6 BD is valid UTF-8 too
        ("平", "gbk", "utf-8"),
        ("平顶山市政务服务中心", "gbk", ""),
        ("平顶山市政务服务中心", "utf-8", ""),
        ("申報報告資料", "big5", ""),
        ("申报报告", "gbk", "gb2312"),
        ("朱镕基", "gbk", "gb2312"),  # 镕 is not in GB2312
        ("𠮷田", "gb18030", "gbk"),
        ("申报报告", "utf-8", "gb2312"),
        ("申报", "utf-8", "gb2312"),
        ("汶川", "utf-8", "gbk"),
        ("一网通办", "utf-8", "GB18030"),
        ("關係資料", "utf-8", "big5"),
        ("申报报告", "gbk", "utf-8"),
        ("申报报告", "gbk", "iso-8859-1"),
        ("申报报告", "utf-8", "us-ascii"),
        ("申報報告資料", "big5", "big5"),
        ("申報報告資料", "big5", "utf-8"),
        ("日本語テキスト", "shift_jis", "Shift_JIS"),
        ("日本語テキスト", "iso2022_jp", "iso-2022-jp"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привет", "utf-8", "utf-8"),
        ("été", "latin-1", "iso-8859-1"),
        ("Frösche.txt", "latin-1", ""),
        ("ö.txt", "latin-1", "us-ascii"),
        ("café", "utf-8", "utf-8"),
        ("中文", "hz", "hz-gb-2312"),
        ("中文", "utf-8-sig", ""),
        ("plain", "ascii", "no-such-charset"),
    ],
)
def test_decode_reads_what_was_written(text: str, written: str, label: str) -> None:
    assert decode(text.encode(written), label) == text


def test_decode_forgives_an_error_in_utf8() -> None:
    assert decode("平顶山市".encode() + b"\xff", "utf-8") == "平顶山市\ufffd"


def test_decode_keeps_hanzi_before_a_half_one() -> None:
    assert decode("平顶山市".encode("gbk") + b"\xc6", "gb2312") == "平顶山市\ufffd"


@pytest.mark.parametrize(
    "label", ["", "idna", "unicode_escape", "base64", "rot13", "x" * 100, "gb\x002312", "undefined"]
)
def test_codec_of_takes_no_label_that_is_no_charset(label: str) -> None:
    assert codec_of(label) == ""


@pytest.mark.parametrize(("label", "codec"), [("GBK", "gb18030"), ('"gb2312"', "gb18030"), ("UTF8", "utf-8")])
def test_codec_of_knows_everyday_labels(label: str, codec: str) -> None:
    assert codec_of(label) == codec


def test_printable_removes_what_databases_and_readers_stumble_over() -> None:
    assert printable("a\x00b\x1b\u202e\u2066\ud800c\td\n名 称") == "abc\td\n名 称"


def test_one_line_joins_lines() -> None:
    assert one_line(" a\r\n\tb\x00 ") == "a b"
