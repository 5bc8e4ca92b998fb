"""Mails as bytes, read back by the standard library."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.compose import Letter, is_address, subject_words, write

AT = datetime(2019, 7, 16, 2, 42, tzinfo=UTC)
OFFICE = "pdszffzb@126.com"
HEADERS = [
    "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
]  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def letter(**given: object) -> Letter:
    usual: dict[str, object] = {
        "to": "wang@example.com",
        "subject": "回执 2019-017-1",
        "text": "已收到。",
        "message_id": "<2019-017-1.a1@126.com>",
    }
    return Letter(**(usual | given))  # type: ignore[arg-type]


def test_mail_of_its_own_has_exactly_these_headers() -> None:
    message = read(write(letter(), OFFICE, AT))
    assert message.keys() == HEADERS
    assert message["From"] == OFFICE
    assert message["To"] == "wang@example.com"
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == "<2019-017-1.a1@126.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message.get_content_charset() == "utf-8"
    assert message.get_content() == "已收到。"


def test_answer_names_what_it_answers() -> None:
    answer = letter(in_reply_to="<b@qq.com>", references=("<a@qq.com>", "<b@qq.com>"))
    message = read(write(answer, OFFICE, AT))
    assert message["In-Reply-To"] == "<b@qq.com>"
    assert message["References"].split() == ["<a@qq.com>", "<b@qq.com>"]
    assert message["Auto-Submitted"] == "auto-replied"


def test_long_thread_keeps_its_beginning_and_its_end() -> None:
    named = [f"<{number}@example.com>" for number in range(100)]
    message = read(write(letter(in_reply_to=named[-1], references=named), OFFICE, AT))
    assert message["References"].split() == [named[0], *named[-19:]]


def test_date_is_written_with_its_zone() -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    assert write(letter(), OFFICE, beijing).startswith(b"Date: Tue, 16 Jul 2019 10:42:00 +0800\r\n")


@pytest.mark.parametrize(
    "value",
    [
        "a\r\nBcc: x@evil.example",
        "a\nBcc: x@evil.example",
        "a\rBcc: x@evil.example",
        "a\u2028Bcc: x@evil.example",
    ],
)
def test_no_value_begins_a_header_of_its_own(value: str) -> None:
    hostile = letter(
        subject=value,
        in_reply_to=f"<{value}>",
        references=(f"<{value}>", value),
        files=((f"{value}.pdf", b"x"),),
    )
    message = read(write(hostile, OFFICE, AT))
    assert message.keys() == HEADERS[:-1]  # the parts say how they are encoded
    assert message["Subject"] == "a Bcc: x@evil.example"
    part = next(iter(message.iter_attachments()))
    assert part.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    assert part.get_filename() == "a Bcc: x@evil.example.pdf"


@pytest.mark.parametrize(
    "address",
    [
        "", "wang", "wang@", "@example.com", "a@b c.com", "a b@example.com", "a@example.com\r\nBcc: c@d.e",
        "a@example.com, b@example.com", "<a@example.com>", "王@example.com", "a@例子.com", "a@b@c.com",
        "a@example..com", "a@" + "b" * 300 + ".com", "a" * 65 + "@example.com", "a@example.com\n",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_gets_no_mail(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(ValueError, match="not a mail address"):
        write(letter(to=address), OFFICE, AT)


@pytest.mark.parametrize(
    "address", ["wang@example.com", "wang.x+1_y@mail.example.com.cn", "10001@qq.com", "a@localhost"]
)
def test_plain_address_gets_mail(address: str) -> None:
    assert is_address(address)
    assert read(write(letter(to=address), OFFICE, AT))["To"] == address


@pytest.mark.parametrize("name", ["", "x@y", "<x y@z>", "<x@y>\r\n", "<x@y><a@b>", "<é@y>"])
def test_mail_needs_an_id_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="not a message id"):
        write(letter(message_id=name), OFFICE, AT)


@given(st.text())
def test_any_subject_comes_back_and_is_folded(subject: str) -> None:
    value = subject_words(subject)
    lines = (b"Subject: " + value).split(b"\r\n")
    assert max(len(line) for line in lines) <= 76
    assert value.isascii()
    shown = str(make_header(decode_header(value.decode())))
    plain = subject.encode(errors="replace").decode()
    controls = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))}
    wanted = [one for one in plain if one not in controls and not one.isspace()]
    assert [one for one in shown if not one.isspace()] == wanted


@pytest.mark.parametrize("subject", ["Receipt 2019-017-1", "x" * 67])
def test_short_ascii_subject_stays_plain(subject: str) -> None:
    assert subject_words(subject) == subject.encode()


@pytest.mark.parametrize("subject", ["=?utf-8?b?SGk=?=", "x" * 68, "é"])
def test_subject_that_would_be_misread_is_encoded(subject: str) -> None:
    assert subject_words(subject).startswith(b"=?utf-8?b?")
    assert str(make_header(decode_header(subject_words(subject).decode()))) == subject


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120)
    .map(str.strip)
    .filter(bool)
)
def test_any_name_of_a_file_comes_back_in_both_spellings(name: str) -> None:
    raw = write(letter(files=((name, b"%PDF"),)), OFFICE, AT)
    part = next(iter(read(raw).iter_attachments()))
    plain = re.sub("[\u2028\u2029]+", " ", name).strip() or "file"
    assert part.get_filename() == plain
    old = next(one for one in email.message_from_bytes(raw).walk() if one.get_filename())
    short = old.get_param("name")
    assert isinstance(short, str)
    assert str(make_header(decode_header(short.replace("\r\n", "")))) == plain


def test_files_keep_their_bytes_and_their_kinds() -> None:
    content = bytes(range(256)) * 40
    files = (
        ("申报表_宝丰县市场监督管理局.docx", content),
        ("报告.PPTX", b""),
        ("验收1.ics", b"BEGIN:VCALENDAR"),
        ("无后缀", b"\r\n.\r\n--"),
    )
    message = read(write(letter(text="正文", files=files), OFFICE, AT))
    parts = list(message.iter_attachments())
    assert [(one.get_filename(), one.get_payload(decode=True)) for one in parts] == list(files)
    assert [one.get_content_type().rpartition(".")[2] for one in parts] == [
        "document", "presentation", "text/calendar", "application/octet-stream",
    ]  # fmt: skip
    body = message.get_body()
    assert body is not None
    assert body.get_content() == "正文"


@given(st.text(), st.binary(max_size=300))
def test_every_mail_is_7_bit_in_short_lines_ended_by_crlf(text: str, content: bytes) -> None:
    raw = write(letter(text=text, files=(("附件.pdf", content),)), OFFICE, AT)
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 100
    assert [line for line in lines if b"\r" in line or b"\n" in line or line.startswith(b".")] == []


def test_text_has_network_line_ends_inside() -> None:
    message = read(write(letter(text="一\n二\r\n三\r四"), OFFICE, AT))
    assert message.get_payload(decode=True) == "一\r\n二\r\n三\r\n四".encode()
