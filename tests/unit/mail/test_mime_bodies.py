"""Transfer encodings, healthy and damaged."""

from __future__ import annotations

import base64
import binascii

import pytest

from handlers.mail.mime_bodies import Damage, decoded
from handlers.mail.mime_texts import unflow

CONTENT = bytes(range(256)) * 8_000  # two megabytes: more than one piece
LINES = base64.encodebytes(CONTENT)


def undo(raw: bytes, encoding: str = "base64") -> tuple[bytes, bool]:
    damage = Damage()
    return b"".join(decoded(raw, 0, len(raw), encoding, damage)), damage.found


@pytest.mark.parametrize(
    "raw",
    [
        LINES,
        LINES.replace(b"\n", b"\r\n"),
        LINES.replace(b"\n", b"\r\r\n"),
        LINES.replace(b"\n", b" \t\n"),
        LINES.replace(b"\n", b""),
        LINES.rstrip(b"=\n"),
        base64.b64encode(CONTENT[:-1]) + b"\n" + base64.b64encode(CONTENT[-1:]),
        b"\n\n" + LINES + b"\n\n",
    ],
    ids=["LF", "CRLF", "CRCRLF", "blanks", "one line", "no padding", "two runs", "empty lines"],
)
def test_base64_is_decoded_however_it_is_wrapped(raw: bytes) -> None:
    assert undo(raw) == (CONTENT, False)


def test_base64_in_lines_of_odd_length() -> None:
    letters = LINES.replace(b"\n", b"")
    assert undo(b"\n".join(letters[at : at + 75] for at in range(0, len(letters), 75))) == (CONTENT, False)


def test_base64_passes_over_junk() -> None:
    assert undo(LINES.replace(b"A", b"!A*", 50)) == (CONTENT, True)


def test_base64_leaves_out_a_footer() -> None:
    content = b"12345"
    assert undo(base64.encodebytes(content) + b"-- \nSent by the list manager\n") == (content, True)


def test_base64_decodes_lines_of_padding_and_letters_in_no_time() -> None:
    assert undo(b"QUJD" * 5_000 + b"=!") == (b"ABC" * 5_000, True)


def test_quoted_printable_is_decoded() -> None:
    raw = b"=E5=B9=B3=\r\n=E9=A1=B6 = \r\n=ZZ\r\n"
    assert undo(raw, "quoted-printable")[0].startswith("平顶".encode())


def test_unknown_encoding_changes_nothing() -> None:
    assert undo(CONTENT, "x-unknown") == (CONTENT, False)


def test_uuencoded_line_with_extra_characters_is_decoded() -> None:
    line = binascii.b2a_uu(b"hello").rstrip(b"\n") + b"!!\n"
    assert undo(b"begin 644 a\n" + line + b"`\nend\nfooter\n", "x-uuencode") == (b"hello", False)


def test_unflow_joins_lines_of_one_depth() -> None:
    text = "> one \n> two\nthree \nfour\n-- \nme \n> five"
    assert unflow(text, delete_space=False) == "> one two\nthree four\n-- \nme \n> five"
    assert unflow(text, delete_space=True) == "> onetwo\nthreefour\n-- \nme \n> five"
