"""Which mails no person wrote, and what a bounce says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.mail import Bounce
from handlers.mail.automatic import bounce_of, why_automatic
from handlers.mail.headers import Header
from handlers.mail.names import header_text

BOUNCES = Path(__file__).parents[2] / "data" / "mail" / "bounces"
PERSON = "王某 <wang@example.com>"


def _headers(*lines: tuple[str, str]) -> tuple[Header, ...]:
    given_from = any(name.lower() == "from" for name, _ in lines)
    every = lines if given_from else (("From", PERSON), *lines)
    raw = [(name.lower(), value.encode().decode("latin-1")) for name, value in every]
    return tuple(Header(name, value, header_text(value)) for name, value in raw)


@pytest.mark.parametrize(
    "lines",
    [
        (("Subject", "某市司法局申报材料"),),
        (("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"), ("Subject", "申报报告")),
        (("Auto-Submitted", "no"),),
        (("Precedence", "normal"), ("X-Priority", "3")),
        (("Return-Path", "<wang@example.com>"),),
        (("Subject", "回复：自动回复：已收到"),),
        (("Subject", "Re: 申报材料(自动回复)"),),
        (("Subject", "Fwd: 系统退信"),),
        (("Subject", "关于系统退信的说明"),),
        (("Subject", "Delivery of the report"),),
        (("Subject", "自动化执法平台申报材料"),),
        (("From", "replyno@example.com"),),
        (("From", "norton.reply@example.com"),),
        (("From", "bouncer.chen@example.com"),),
        (("X-Loop", "office@example.org"), ("X-Mailer", "Foxmail 7.2")),
        (("Content-Type", "multipart/mixed; boundary=report"),),
    ],
)
def test_mail_of_a_person_is_not_automatic(lines: tuple[tuple[str, str], ...]) -> None:
    assert why_automatic(_headers(*lines), "您好，附件请查收。") == ""


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((("Auto-Submitted", "auto-replied"),), "auto_reply"),
        ((("Auto-Submitted", "auto-generated; x=1"),), "auto_reply"),
        ((("X-Autoreply", "yes"),), "auto_reply"),
        ((("X-Autorespond", "vacation"),), "auto_reply"),
        ((("X-Auto-Reply-From", "wang@example.com"),), "auto_reply"),
        ((("Precedence", "auto_reply"),), "auto_reply"),
        ((("Subject", "自动回复: 收到申报材料"),), "auto_reply"),
        ((("Subject", "自动答复: 收到"),), "auto_reply"),
        ((("Subject", "我在出差【自动回复】"),), "auto_reply"),
        ((("Subject", "Automatic reply: Report"),), "auto_reply"),
        ((("Subject", "Out of Office: Wang"),), "auto_reply"),
        ((("Return-Path", "<>"), ("Auto-Submitted", "auto-replied")), "auto_reply"),
        ((("Precedence", "list"),), "list"),
        ((("List-Id", "<news.example.com>"),), "list"),
        ((("List-Unsubscribe", "<mailto:out@example.com>"),), "list"),
        ((("Precedence", "bulk"),), "bulk"),
        ((("Precedence", "Junk"),), "bulk"),
        ((("From", "no-reply@example.com"),), "no_reply"),
        ((("From", '"系统" <NoReply@example.com>'),), "no_reply"),
        ((("From", "service.noreply@example.com"),), "no_reply"),
        ((("From", "donotreply@example.com"),), "no_reply"),
        ((("From", "postmaster@example.com"), ("Subject", "维护通知")), "no_reply"),
        ((("From", "MAILER-DAEMON <>"),), "bounce"),
        ((("From", "Mail Delivery Subsystem <MAILER-DAEMON>"),), "bounce"),
        ((("Return-Path", "<>"), ("Subject", "x")), "bounce"),
        ((("X-Failed-Recipients", "li@example.com"),), "bounce"),
        ((("Content-Type", "multipart/report; report-type=delivery-status; boundary=x"),), "bounce"),
        ((("Content-Type", 'multipart/report;\n\treport-type="disposition-notification"'),), "receipt"),
        ((("Content-Type", "multipart/report; report-type=feedback-report"),), "complaint"),
        ((("From", "Postmaster@163.example"), ("Subject", "系统退信")), "bounce"),
        ((("From", "postmaster@example.com"), ("Subject", "未传递: 收到申报材料")), "bounce"),
    ],
)
def test_automatic_mail_is_named(lines: tuple[tuple[str, str], ...], reason: str) -> None:
    assert why_automatic(_headers(*lines), "") == reason


def test_subject_of_a_bounce_needs_a_second_sign() -> None:
    headers = _headers(("From", "system@example.com"), ("Subject", "系统退信"))
    assert why_automatic(headers, "您好，附件请查收。") == ""
    assert why_automatic(headers, "抱歉，您的邮件被退回来了……") == "bounce"
    assert why_automatic(headers, "您好。" + "此前的邮件" * 200 + "抱歉，您的邮件被退回来了……") == ""


@pytest.mark.parametrize(
    ("name", "bounce"),
    [
        ("postfix", Bounce(("wang@example.com", "li@example.com"), ("<receipt-R-0001@example.org>",), True)),
        ("delayed", Bounce(("wang@example.com",), ("<receipt-R-0002@example.org>",), False)),
        ("success", None),
        ("exim", Bounce(("wang@example.com", "li@example.com"), ("<receipt-R-0003@example.org>",), True)),
        ("netease", Bounce(("wang@example.com",), (), True)),
        ("qq", Bounce(("wang@example.com",), ("<receipt-R-0005@example.org>",), True)),
        ("late", Bounce(("wang@example.com",), ("<receipt-R-0006@example.org>",), False)),
    ],
)
def test_bounce_says_who_was_not_reached_by_which_mail(name: str, bounce: Bounce | None) -> None:
    raw = (BOUNCES / f"{name}.eml").read_bytes()
    assert bounce_of(raw) == bounce
    assert bounce_of(raw.replace(b"\n", b"\r\n")) == bounce


def test_returned_mail_names_the_recipient_where_the_report_does_not() -> None:
    raw = b"From: MAILER-DAEMON <>\nSubject: Mail delivery failed\n\nFailed.\n\n"
    raw += b"Message-Id: <r@example.org>\nTo: <Wang@example.com>\n"
    assert bounce_of(raw) == Bounce(("wang@example.com",), ("<r@example.org>",), True)


def test_persons_mail_about_a_bounce_is_none() -> None:
    quoted = b"> From: MAILER-DAEMON@mx.example.net\n> Subject: Undelivered Mail\n> <li@example.com>: User unknown\n"
    raw = (
        b"From: wang@example.com\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nWhat is this?\n\n"
        + quoted
    )
    assert bounce_of(raw) is None


def test_attachments_behind_the_report_are_not_read() -> None:
    raw = (BOUNCES / "postfix.eml").read_bytes() + b"QUFB\n" * 1_000_000
    assert bounce_of(raw) == Bounce(
        ("wang@example.com", "li@example.com"), ("<receipt-R-0001@example.org>",), True
    )


def test_boundaries_within_boundaries_are_no_bounce() -> None:
    parts = (f"Content-Type: multipart/report; boundary=b{number}\n\n--b{number}\n" for number in range(3000))
    assert bounce_of("".join(parts).encode()) is None


_LINES = st.sampled_from(
    [
        b"From: MAILER-DAEMON <>\n",
        b"Content-Type: multipart/report; boundary=b\n",
        b"\n",
        b"--b\n",
        b"--b--\n",
        b"Content-Type: message/delivery-status\n",
        b"Action: failed\n",
        b"Final-Recipient: rfc822; a@example.com\n",
        b"Message-ID: <a@b>\n",
        b"To: \xc9\xea <a@example.com>\n",
        b"Subject: =?gbk?B?z7XNs83L0MU=?=\n",
        b"name*\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Transfer-Encoding: base64\n",
        b"\x00\xff",
    ]
)


@given(st.one_of(st.binary(), st.lists(_LINES).map(b"".join)))
def test_bounce_of_never_fails(raw: bytes) -> None:
    bounce = bounce_of(raw)
    assert bounce is None or all(address.isascii() and "@" in address for address in bounce.addresses)


@given(
    st.lists(st.tuples(st.sampled_from(["From", "Subject", "Precedence", "Return-Path"]), st.text())),
    st.text(),
)
def test_why_automatic_never_fails(lines: list[tuple[str, str]], text: str) -> None:
    assert why_automatic(_headers(*lines), text) in ("", "bounce", "auto_reply", "list", "bulk", "no_reply")
