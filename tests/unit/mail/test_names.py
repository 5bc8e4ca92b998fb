"""File names in every form senders give them."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from handlers.mail.names import decode_words, file_name, header_text, parameters

NAME = "平顶山市政务服务中心申报报告.pptx"
UTF8 = NAME.encode()
GBK = NAME.encode("gbk")


def percent(raw: bytes) -> str:
    return quote(raw, safe="")


def word(raw: bytes, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


def octets(raw: bytes) -> str:
    return raw.decode("latin-1")


CUT = base64.b64encode(UTF8).decode()
FORMS = {
    "rfc2231": ("", f"attachment; filename*=UTF-8''{percent(UTF8)}"),
    "rfc2231 with language": ("", f"attachment; filename*=utf-8'zh-CN'{percent(UTF8)}"),
    "rfc2231 in quotes": ("", f"attachment; filename*=\"utf-8''{percent(UTF8)}\""),
    "rfc2231 without charset": ("", f"attachment; filename*={percent(UTF8)}"),
    "rfc2231 with one apostrophe": ("", f"attachment; filename*=utf-8'{percent(UTF8)}"),
    "rfc2231 gbk": ("", f"attachment; filename*=GBK''{percent(GBK)}"),
    "rfc2231 gbk that calls itself utf-8": ("", f"attachment; filename*=utf-8''{percent(GBK)}"),
    "rfc2231 pieces in order": (
        "",
        f"attachment;\r\n filename*0*=utf-8''{percent(UTF8[:14])};\r\n filename*1*={percent(UTF8[14:])}",
    ),
    "rfc2231 pieces out of order": (
        "",
        f"attachment;\r\n filename*1*={percent(UTF8[14:])};\r\n filename*0*=utf-8''{percent(UTF8[:14])}",
    ),
    "rfc2231 encoded and plain pieces": (
        "",
        f"attachment; filename*0*=utf-8''{percent(UTF8[:-5])}; filename*1=\".pptx\"",
    ),
    "rfc2231 pieces of raw gbk": (
        "",
        f'attachment; filename*0="{octets(GBK[:13])}"; filename*1="{octets(GBK[13:])}"',
    ),
    "rfc2231 beside a junk filename": (
        "",
        f"attachment; filename=\"____.dat\"; filename*=utf-8''{percent(UTF8)}",
    ),
    "junk filename after rfc2231": ("", f'attachment; filename*={percent(UTF8)}; filename="a.dat"'),
    "rfc2047 inside rfc2231": ("", f"attachment; filename*=utf-8''{percent(word(UTF8, 'utf-8').encode())}"),
    "rfc2047 B in quotes": ("", f'attachment; filename="{word(GBK, "gb2312")}"'),
    "rfc2047 Q in quotes": ("", f'attachment; filename="=?gb18030?Q?{"".join(f"={b:02X}" for b in GBK)}?="'),
    "rfc2047 unquoted": ("", f"attachment; filename={word(GBK, 'gb2312')}"),
    "rfc2047 folded, hanzi cut between words": (
        "",
        f'attachment;\r\n\tfilename="{word(GBK[:13], "gbk")}\r\n\t{word(GBK[13:], "gbk")}"',
    ),
    "rfc2047 unquoted and folded": (
        "",
        f"attachment;\r\n filename={word(GBK[:13], 'gbk')}\r\n {word(GBK[13:], 'gb2312')}",
    ),
    "rfc2047 base64 cut between words": ("", f'a; filename="=?utf-8?B?{CUT[:15]}?= =?utf-8?B?{CUT[15:]}?="'),
    "rfc2047 words run together": ("", f'a; filename="{word(UTF8[:14], "utf-8")}{word(UTF8[14:], "utf-8")}"'),
    "rfc2047 never closed": ("", f'attachment; filename="{word(GBK, "gb2312")[:-2]}"'),
    "rfc2047 in two parameters": (
        "",
        f'a; filename*0="{word(GBK, "gbk")[:30]}"; filename*1="{word(GBK, "gbk")[30:]}"',
    ),
    "gb2312 label on utf-8": ("", f'attachment; filename="{word(UTF8, "GB2312")}"'),
    "big5 label on utf-8": ("", f'attachment; filename="{word(UTF8, "big5")}"'),
    "raw gbk in quotes": ("", f'attachment; filename="{octets(GBK)}"'),
    "raw gbk unquoted": ("", f"attachment; filename={octets(GBK)}; size=12"),
    "raw utf-8": ("", f'attachment; filename="{octets(UTF8)}"'),
    "quote never closed": ("", f'attachment; filename="{octets(UTF8)}'),
    "name of the type only": (f'application/x; name="{word(GBK, "gb2312")}"', "attachment"),
    "rfc2231 name of the type": (f"application/x; name*=gbk''{percent(GBK)}", ""),
    "name where filename was lost": (f'application/x; name="{word(GBK, "gbk")}"', 'a; filename="????.pptx"'),
    "filename before name": ('application/x; name="other.pptx"', f'a; filename="{octets(UTF8)}"'),
    "empty filename": (f'application/x; name="{octets(GBK)}"', 'attachment; filename=""'),
}


@pytest.mark.parametrize(("content_type", "disposition"), FORMS.values(), ids=FORMS)
def test_file_name_is_what_the_sender_called_it(content_type: str, disposition: str) -> None:
    assert file_name(content_type, disposition) == NAME


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (r'a; filename="C:\TEMP\x.png"', r"C:\TEMP\x.png"),
        (r'a; filename="..\\..\\x.doc"', r"..\..\x.doc"),
        ('a; filename="../../etc/passwd"', "../../etc/passwd"),
        ('a; filename="&#24179;&amp;.doc"', "&#24179;&amp;.doc"),
        (r'a; filename="a \"q\" b.doc"', 'a "q" b.doc'),
        ('a; filename="a "q" b.doc"; size=4', 'a "q" b.doc'),
        ("a; filename=a;b.doc", "a;b.doc"),
        ("a; filename=my file.doc; size=3", "my file.doc"),
        ('a; filename="a.doc" size=3', "a.doc"),
        ('a; filename="a.doc"; filename="b.doc"', "a.doc"),
        ('filename="x.doc"', "x.doc"),
        ("a; FileName = x.doc ;", "x.doc"),
        ("a; filename*=us-ascii''%F6.txt", "ö.txt"),
        ("a; filename*=utf-8''caf%C3%A9.txt", "café.txt"),
        (f'a; filename="{octets("成功".encode("big5"))}"; size=3', "成功"),  # its second byte is a backslash
        ('a; filename="=?utf-8?Q?a_b=20c.doc?="', "a b c.doc"),
        ('a; filename="very long\r\n name.doc"', "very long name.doc"),
        ('a; filename="a\x00\xe2\x80\xaegpj.exe"', "agpj.exe"),
        ("a; filename*", ""),
        ("a; filename*0*", ""),
        ("a;=;;;", ""),
        ("", ""),
    ],
)
def test_file_name_keeps_everything_else(disposition: str, name: str) -> None:
    assert file_name("", disposition) == name


def test_parameters_of_a_type() -> None:
    found = parameters('text/plain; charset="GBK"; format=flowed; delsp=yes')
    assert found == {"charset": "GBK", "format": "flowed", "delsp": "yes"}


def test_header_text_joins_words_and_folds() -> None:
    raw = f"{word(GBK[:5], 'gb2312')}\r\n {word(GBK[5:], 'GBK')}\r\n\tand more {octets('平'.encode('gbk'))}"
    assert header_text(raw) == f"{NAME} and more 平"


def test_header_text_keeps_words_of_different_charsets_apart() -> None:
    assert header_text(f"{word('平'.encode(), 'utf-8')} {word('顶'.encode('gbk'), 'gbk')}") == "平顶"


def test_decode_words_leaves_what_is_no_word() -> None:
    assert decode_words("1 =? 2 ?= a?=b =?x?Z?y?=") == "1 =? 2 ?= a?=b =?x?Z?y?="
