"""What servers' answers mean."""

from __future__ import annotations

import pytest

from handlers.mail.smtp_answers import Measure, Step, judge, readable

NETEASE: list[tuple[Step, int, str, Measure]] = [
    ("to", 550, "RP:TRC 126 smtp10,xxx", Measure.STOP_FOR_TODAY),
    ("from", 550, "MI:STC 126 smtp10", Measure.STOP_FOR_TODAY),
    ("from", 554, "MI:STC 126 smtp10", Measure.STOP_FOR_TODAY),
    ("from", 451, "MI:SFQ 126 smtp10", Measure.PAUSE),
    ("to", 451, "RP:QRC 126 smtp10", Measure.PAUSE),
    ("from", 450, "MI:DMC 126 smtp10", Measure.RECONNECT),
    ("from", 451, "MI:DMC 126 smtp10", Measure.RECONNECT),
    ("to", 450, "RP:DRC 126 smtp10", Measure.RECONNECT),
    ("data", 451, "DT:SPM, please try again", Measure.SOON),
    ("data", 554, "DT:SPM 126 smtp10,http://mail.163.com/help/help_spam_16.htm", Measure.NEVER),
    ("data", 550, "DT:SPM", Measure.NEVER),
    ("data", 554, "DT:SUM", Measure.NEVER),
    ("to", 550, "RP:RCL", Measure.NEVER),
    ("data", 552, "Requested mail action aborted: exceeded mailsize limit", Measure.NEVER),
    ("data", 552, "Illegal Attachment", Measure.NEVER),
    ("from", 553, "Requested action not taken: NULL sender is not allowed", Measure.NEVER),
    ("connect", 421, "HL:REP", Measure.PAUSE),
    ("connect", 421, "HL:ICC", Measure.PAUSE),
    ("connect", 421, "HL:IFC", Measure.PAUSE),
    ("connect", 421, "HL:MEP", Measure.PAUSE),
    ("connect", 554, "HL:IHU", Measure.PAUSE),
    ("connect", 554, "HL:IPB", Measure.PAUSE),
    ("login", 535, "Error: authentication failed", Measure.ASK_OPERATOR),
    ("login", 550, "用户无权登陆", Measure.ASK_OPERATOR),
    ("connect", 554, "IP is rejected, smtp auth error limit exceed", Measure.ASK_OPERATOR),
    ("login", 451, "Requested mail action not taken: too much fail authentication", Measure.ASK_OPERATOR),
    ("from", 553, "authentication is required", Measure.ASK_OPERATOR),
    ("from", 551, "User suspended", Measure.ASK_OPERATOR),
    ("to", 550, "Invalid User", Measure.NO_SUCH_ADDRESS),
    ("data", 451, "Requested action aborted: local error in processing", Measure.LATER),
]  # fmt: skip
OTHERS: list[tuple[Step, int, str, Measure]] = [
    ("data", 550, "Mail content denied. http://service.mail.qq.com/", Measure.NEVER),
    ("from", 550, "Ip frequency limited", Measure.PAUSE),
    ("from", 550, "Connection frequency limited", Measure.PAUSE),
    ("to", 550, "Mailbox unavailable or access denied", Measure.NEVER),
    ("to", 550, "5.1.1 The email account that you tried to reach does not exist", Measure.NO_SUCH_ADDRESS),
    ("to", 551, "not local", Measure.NO_SUCH_ADDRESS),
    ("to", 552, "5.2.2 mailbox is full", Measure.NEVER),
    ("to", 450, "4.2.1 try later", Measure.LATER),
    ("from", 421, "closing", Measure.PAUSE),
    ("connect", 421, "too busy", Measure.PAUSE),
    ("connect", 554, "no", Measure.PAUSE),
    ("login", 454, "temporary authentication failure", Measure.ASK_OPERATOR),
    ("login", 421, "busy", Measure.PAUSE),
    ("data", 550, "5.7.26 unauthenticated email is not accepted due to DMARC authentication", Measure.NEVER),
    ("data", 554, "refused", Measure.NEVER),
]  # fmt: skip


@pytest.mark.parametrize(("step", "code", "text", "measure"), [*NETEASE, *OTHERS])
def test_answer_has_its_measure(step: Step, code: int, text: str, measure: Measure) -> None:
    assert judge(step, code, text).measure is measure


@pytest.mark.parametrize(("step", "code", "text", "measure"), NETEASE)
def test_whoever_can_do_something_is_told(step: Step, code: int, text: str, measure: Measure) -> None:
    verdict = judge(step, code, text)
    assert verdict.reason
    alarms = measure in (Measure.STOP_FOR_TODAY, Measure.PAUSE, Measure.ASK_OPERATOR)
    assert bool(verdict.advice) is alarms


def surrogates(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("用户无权登陆".encode(), "用户无权登陆"),
        ("用户无权登陆".encode("gb18030"), "用户无权登陆"),
        (b"first\nsecond\x00 \xff", "first second \ufffd"),
        (b"wang@example.com not found <li.x@example.com>", "（地址） not found <（地址）>"),
        (b"x" * 500, "x" * 200),
        (b"", ""),
    ],
)
def test_words_of_a_server_are_one_readable_line_without_addresses(raw: bytes, words: str) -> None:
    assert readable(surrogates(raw)) == words


def test_login_refused_in_gbk_is_understood() -> None:
    words = readable(surrogates("用户无权登陆".encode("gb18030")))
    assert judge("login", 550, words).measure is Measure.ASK_OPERATOR
