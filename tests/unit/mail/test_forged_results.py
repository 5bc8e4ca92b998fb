"""Results about the sender that the sender wrote himself, with tricks to hide those of the mailbox's server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.mail import Trust
from handlers.mail.read import read_mail

RECEIVED = (
    b"Received: from mail.pds.gov.cn (unknown [192.0.2.7])\r\n"
    b"\tby mx19 (Coremail) with SMTP id x8mowAAX4tcS6zRe--.49102S3;\r\n\tWed, 10 Jul 2019 09:12:33 +0800 (CST)\r\n"
)
HEADERS = b"From: wang@pds.gov.cn\r\nTo: box@126.com\r\nSubject: report\r\n"
FORGED = b"Authentication-Results: mx19; spf=pass smtp.mail=wang@pds.gov.cn; dkim=none\r\n"
TRANSID = b"X-CM-TRANSID: x8mowAAX4tcS6zRe--.49102S3\r\n"


def _trust(folder: Path, senders: bytes, servers: bytes) -> Trust:
    """Of a mail as NetEase delivers it: its results stand where it sees the sender's headers end."""
    raw = folder / "message"
    raw.write_bytes(RECEIVED + senders + TRANSID + servers + b"\r\nhello\r\n")
    return read_mail(raw, folder).trust


def _server(result: bytes) -> bytes:
    return b"Authentication-Results: mx19; spf=%b smtp.mail=wang@pds.gov.cn; dkim=none\r\n" % result


def test_results_of_the_server_are_read(tmp_path: Path) -> None:
    assert _trust(tmp_path, HEADERS, _server(b"pass")) is Trust.PASSED
    assert _trust(tmp_path, HEADERS, _server(b"fail")) is Trust.FAILED
    assert _trust(tmp_path, HEADERS + FORGED, _server(b"fail")) is Trust.FAILED


@pytest.mark.parametrize(
    "trick",
    [
        b"--boundary\r\n",
        b"no header\r\n",
        b"no header\r\n" * 7,
        b"  \r\nno header\r\n",
        b"\t\r\n\x0b\r\nno header\r\n",
        b"\r\r\nno: header\r\n",
        b"a:\r\n" * 4_998,
        b"a:\r\n" * 5_000,
        b"a: " + b"x" * 8_000_000 + b"\r\n",
        b"no header " + b"x" * 7_999_600 + b"\r\nSubject: report\r\n",
    ],
    ids=[
        "boundary",
        "garbage",
        "much garbage",
        "blanks",
        "tab",
        "CR CR",
        "4998",
        "5000",
        "8 MB",
        "8 MB garbage",
    ],
)
def test_forged_results_do_not_count_where_those_of_the_server_are_hidden(
    trick: bytes, tmp_path: Path
) -> None:
    assert _trust(tmp_path, HEADERS + FORGED + trick, _server(b"fail")) is not Trust.PASSED
