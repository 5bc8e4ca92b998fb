"""Messages made to hurt whoever reads them. Each function returns raw bytes; HOSTILE has them all by name."""

from __future__ import annotations

import base64
from collections.abc import Callable

_HEAD = b"From: a@example.cn\r\nSubject: x\r\n"


def nested_multiparts(levels: int = 3_000) -> bytes:
    """Multiparts inside each other, each with its own boundary."""
    parts = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels)
    )
    return _HEAD + b"".join(parts) + b"\r\ntext\r\n"


def nested_same_boundary(levels: int = 3_000) -> bytes:
    """Multiparts inside each other that all use one boundary."""
    return _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * levels + b"\r\ntext\r\n"


def nested_messages(levels: int = 3_000) -> bytes:
    """Messages inside each other, none encoded."""
    return _HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * levels + b"\r\ntext\r\n"


def nested_encoded_messages(levels: int = 12) -> bytes:
    """Messages inside each other, each one base64."""
    message = _HEAD + b"\r\ntext\r\n"
    for _ in range(levels):
        head = _HEAD + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        message = head + base64.encodebytes(message)
    return message


def many_parts(count: int = 100_000) -> bytes:
    """A flat multipart of very many empty parts."""
    return (
        _HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * count
        + b"--b--\r\n"
    )


def many_files(count: int = 2_000) -> bytes:
    """A flat multipart of many named files."""
    part = b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n"
    return _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * count + b"--b--\r\n"


def many_encoded_words(count: int = 20_000) -> bytes:
    """A subject of very many encoded words."""
    return b"From: a@example.cn\r\nSubject: " + b"=?utf-8?B?5bmz?=\r\n " * count + b"\r\n\r\ntext\r\n"


def half_open_words(count: int = 100_000) -> bytes:
    """Beginnings of encoded words that never end."""
    return b"From: a@example.cn\r\nSubject: " + b"=?gbk?b?" * count + b"\r\n\r\ntext\r\n"


def many_addresses(count: int = 20_000) -> bytes:
    """Very many recipients."""
    addresses = b",\r\n ".join(b'"User %d" <u%d@example.cn>' % (n, n) for n in range(count))
    return _HEAD + b"To: " + addresses + b"\r\n\r\ntext\r\n"


def open_quotes_in_addresses(count: int = 300_000) -> bytes:
    """Escaped quotes, comments and brackets that never close."""
    return (
        _HEAD
        + b"To: "
        + b'"\\' * count
        + b"\r\nCc: "
        + b"(" * count
        + b"\r\nCc: "
        + b"<" * count
        + b"\r\n\r\ntext\r\n"
    )


def endless_address(size: int = 1_000_000) -> bytes:
    """An address without any end."""
    return _HEAD + b"To: @" + b"a" * size + b"\r\nReply-To: " + b"a" * size + b"\r\n\r\ntext\r\n"


def long_header_line(size: int = 1_000_000) -> bytes:
    """One header line of a megabyte."""
    return _HEAD + b"X-Long: " + b"a b\t" * (size // 4) + b"\r\n\r\ntext\r\n"


def many_folds(count: int = 300_000) -> bytes:
    """A header folded over and over, with nothing on its lines."""
    return _HEAD + b"X-Folded: " + b"\r\n " * count + b"\r\nX-Spaces: " + b" " * count + b"\r\n\r\ntext\r\n"


def many_headers(count: int = 100_000) -> bytes:
    """Very many headers."""
    return _HEAD + b"X-A: b\r\n" * count + b"\r\ntext\r\n"


def star_without_value() -> bytes:
    """`name*` and other parameters without values, which break index arithmetic."""
    head = b"Content-Type: application/pdf; name*; name*0*; =; ;;\r\nContent-Disposition: attachment; filename*\r\n"
    return _HEAD + head + b"\r\ntext\r\n"


def comment_group_address() -> bytes:
    """A group whose name is a comment."""
    return _HEAD + b"To: (c):\r\nReply-To: (c):\r\nCc: ;:,<>\r\n\r\ntext\r\n"


def bracketed_message_id() -> bytes:
    """A domain literal in a message id."""
    ids = b"Message-ID: <[x@y]>\r\nReferences: <[x@y]> <> < \r\nIn-Reply-To: [\r\n"
    return _HEAD + ids + b"\r\ntext\r\n"


def empty_boundary() -> bytes:
    """A multipart whose boundary is empty."""
    return _HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\ntext\r\n----\r\n'


def long_boundary(size: int = 10_000) -> bytes:
    """A boundary of ten kilobytes, and as many lines that almost are one."""
    boundary = b"b" * size
    head = _HEAD + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
    almost = (b"--" + boundary[:-1] + b"\r\n") * 100
    return head + almost + b"--" + boundary + b"\r\n\r\ntext\r\n--" + boundary + b"--\r\n"


def many_dashes(count: int = 300_000) -> bytes:
    """A body of nothing but lines that begin like a boundary."""
    head = _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
    return head + b"--\r\n" * count + b"--b--\r\n"


def many_parameters(count: int = 100_000) -> bytes:
    """Very many parameters, quotes that do not close and semicolons without anything between them."""
    lines = (b'a="x" ' * count, b';a="' * count, b";" * count, b"filename*1*=x;" * count, b"'" * count)
    return _HEAD + b"".join(b"Content-Disposition: a; %b\r\n" % line for line in lines) + b"\r\ntext\r\n"


def many_uu_beginnings(count: int = 50_000) -> bytes:
    """Inline files that begin and never end."""
    return _HEAD + b"\r\n" + b"begin 644 a.txt\r\n#0V%T\r\n" * count


def broken_base64(size: int = 1_000_000) -> bytes:
    """Base64 with padding after every quad and junk between."""
    head = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return _HEAD + head + b"YQ==\r\n!? " * (size // 9)


def control_characters() -> bytes:
    """NUL, overrides and surrogates wherever a name, a subject or a text can hold them."""
    name = "a\x00b\u202egpj.exe".encode()
    head = (
        b'Subject: \x00=?utf-8?Q?a=00=E2=80=AE=ED=A0=80?=\r\nContent-Type: text/plain; name="'
        + name
        + b'"\r\n'
    )
    return b"From: \x00<a\x00@example.cn>\r\n" + head + b"\r\ntext\x00\x1b[2J\xed\xa0\x80\r\n"


def bad_winmail(count: int = 1_000) -> bytes:
    """A TNEF stream whose sizes and counts are all lies."""
    stream = b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * count
    stream += b"\x02\x05\x90\x06\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1e\x10\x01\x37\xff\xff\xff\x7f"
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return _HEAD + head + base64.encodebytes(stream)


HOSTILE: dict[str, Callable[[], bytes]] = {
    build.__name__: build
    for build in (
        nested_multiparts,
        nested_same_boundary,
        nested_messages,
        nested_encoded_messages,
        many_parts,
        many_files,
        many_encoded_words,
        half_open_words,
        many_addresses,
        open_quotes_in_addresses,
        endless_address,
        long_header_line,
        many_folds,
        many_headers,
        star_without_value,
        comment_group_address,
        bracketed_message_id,
        empty_boundary,
        long_boundary,
        many_dashes,
        many_parameters,
        many_uu_beginnings,
        broken_base64,
        control_characters,
        bad_winmail,
    )
}
