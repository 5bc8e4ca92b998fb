"""Whose word on a sender counts, and for which domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.mail import Trust
from handlers.mail.headers import Header
from handlers.mail.names import header_text
from handlers.mail.sender import from_addresses
from handlers.mail.trust import sender_trust

RECEIVED = (
    "from mail.pds.gov.cn (unknown [192.0.2.7])\r\n"
    "\tby mx19 (Coremail) with SMTP id x8mowAAX4tcS6zRe--.49102S3;\r\n"
    "\tWed, 10 Jul 2019 09:12:33 +0800 (CST)"
)
TRANSID = "x8mowAAX4tcS6zRe--.49102S3"
FROM = "=?utf-8?B?546L5p+Q?= <wang@pds.gov.cn>"
SPF = "mx19; spf=pass smtp.mail=wang@pds.gov.cn;"


def _trust(*results: str, sender: str = FROM, received: str = RECEIVED, transid: str = TRANSID) -> Trust:
    """The trust in a mail as NetEase delivers it: its own lines stand below the sender's."""
    lines = [("Received", received), ("From", sender), ("X-CM-TRANSID", transid)]
    lines += [("Authentication-Results", value) for value in results]
    return sender_trust(_headers(*lines))


def _headers(*lines: tuple[str, str]) -> tuple[Header, ...]:
    return tuple(Header(name.lower(), value, header_text(value)) for name, value in lines if value)


@pytest.mark.parametrize(
    "results",
    [
        "mx19; spf=pass smtp.mail=wang@pds.gov.cn;",
        "mx19; spf=pass smtp.mailfrom=bounce@mail.pds.gov.cn; dkim=none",
        "mx19; spf=pass smtp.mail=wang-\r\n\tlong-name@pds.go\r\n\tv.cn; dkim=none",
        "mx19; spf=fail smtp.mail=x@other.example; dkim=\r\n\tpass header.i=@pds.gov.cn",
        "mx19; dkim=pas\r\n\ts header.d=pds.gov.cn header.i=@pds.gov.cn",
        "MX19; SPF=PASS SMTP.MAIL=WANG@PDS.GOV.CN",
        " mx19 1; spf=pass (sender is wang; dkim=fail) smtp.mail=wang@pds.gov.cn",
        "mx19; dkim=none; dkim=pass header.i=@pds.gov.cn; spf=softfail smtp.mail=x@y.example",
    ],
)
def test_aligned_pass_of_the_own_server_passes(results: str) -> None:
    assert _trust(results) is Trust.PASSED


@pytest.mark.parametrize(
    ("results", "trust"),
    [
        ("mx19; spf=fail smtp.mail=wang@pds.gov.cn;", Trust.FAILED),
        ("mx19; spf=softfail smtp.mail=wang@pds.gov.cn; dkim=none", Trust.FAILED),
        ("mx19; spf=none smtp.mail=wang@pds.gov.cn; dkim=fail header.i=@pds.gov.cn", Trust.FAILED),
        ("mx19; spf=none smtp.mail=wang@pds.gov.cn; dkim=none", Trust.MISSING),
        ("mx19; spf=neutral smtp.mail=wang@pds.gov.cn; dkim=temperror", Trust.MISSING),
        ("mx19; none", Trust.MISSING),
        ("mx19", Trust.MISSING),
        ("", Trust.MISSING),
        # Somebody else's pass says that the From line is not the sender's own.
        ("mx19; spf=pass smtp.mail=x@evil.example; dkim=pass header.i=@evil.example", Trust.FAILED),
        ("mx19; spf=pass smtp.mail=x@gov.cn", Trust.FAILED),
        ("mx19; spf=pass smtp.mail=x@ha.gov.cn", Trust.FAILED),
        ("mx19; spf=pass smtp.mail=x@evilpds.gov.cn", Trust.FAILED),
        ("mx19; spf=pass smtp.mail=x@pds.gov.cn.evil.example", Trust.FAILED),
        ("mx19; dkim=pass header.i=@pds.gov.cn header.d=evil.example", Trust.FAILED),
        ("mx19; spf=pass smtp.helo=pds.gov.cn", Trust.FAILED),
        ("mx19; spf=pass", Trust.FAILED),
        # A fold behind a domain is no space.
        ("mx19; spf=pass smtp.mail=aaaaaaaaaaaaaaaa@pds.gov.cn\r\n\t.evil.example;", Trust.FAILED),
        # What the sender put in quotes is no result.
        ('mx19; spf=pass smtp.mail="a;dkim=pass header.i=@pds.gov.cn;"@evil.example', Trust.FAILED),
        ('mx19; spf=none smtp.mail="a; dkim=pass header.i=@pds.gov.cn', Trust.MISSING),
        ("mx19; spf=none (a; dkim=pass header.i=@pds.gov.cn) smtp.mail=a@b.example", Trust.MISSING),
    ],
)
def test_anything_else_does_not_pass(results: str, trust: Trust) -> None:
    assert _trust(results) is trust


@pytest.mark.parametrize(
    "forged",
    [
        "mx20; spf=pass smtp.mail=wang@pds.gov.cn",
        "mx1; spf=pass smtp.mail=wang@pds.gov.cn",
        "mx19.evil.example; spf=pass smtp.mail=wang@pds.gov.cn",
        "spf=pass smtp.mail=wang@pds.gov.cn; mx19",
        "; spf=pass smtp.mail=wang@pds.gov.cn",
        "(mx19); spf=pass smtp.mail=wang@pds.gov.cn",
    ],
)
def test_results_of_other_servers_do_not_count(forged: str) -> None:
    assert _trust(forged) is Trust.MISSING
    assert _trust(forged, "mx19; spf=fail smtp.mail=wang@pds.gov.cn") is Trust.FAILED
    assert _trust(forged, SPF) is Trust.PASSED


def test_two_results_in_the_name_of_the_server_prove_nothing() -> None:
    assert _trust(SPF, SPF) is not Trust.PASSED
    assert _trust(SPF, "mx19; spf=fail smtp.mail=x@evil.example") is Trust.FAILED
    assert _trust(SPF, "mx19; spf=none") is not Trust.PASSED


def test_only_the_topmost_received_line_names_the_server() -> None:
    lower = [("Received", "from x (unknown [192.0.2.8])\r\n\tby mx19 (Coremail) with SMTP id abc; Wed")]
    top = [("Received", RECEIVED.replace("mx19", "gzmx5"))]
    rest = [("From", FROM), ("X-CM-TRANSID", TRANSID), ("Authentication-Results", SPF)]
    assert sender_trust(_headers(*top, *lower, *rest)) is Trust.MISSING
    assert sender_trust(_headers(*rest)) is Trust.MISSING
    assert sender_trust(_headers(("Received", RECEIVED), *rest)) is Trust.PASSED


def test_delivery_of_another_name_does_not_count() -> None:
    assert _trust(SPF, transid="made-up") is Trust.MISSING
    assert _trust(SPF, transid="") is Trust.MISSING


@pytest.mark.parametrize(
    "received",
    [
        "from by (unknown [192.0.2.7]) by mx19 (Coremail) with SMTP id x8mowAAX4tcS6zRe--.49102S3; Wed",
        "from [192.0.2.7] (helo=by evil) by mx19 (Coremail) with SMTP id x8mowAAX4tcS6zRe--.49102S3; Wed",
        "by mx19 (Coremail) with SMTP id x8mowAAX4tcS6zRe--.49102S3; Wed",
        "from a by mx19. (Coremail)\r\n with SMTP id x8mowAAX4tcS6zRe--.49102S3; Wed",
    ],
)
def test_name_of_the_server_is_read_from_its_place(received: str) -> None:
    assert _trust(SPF, received=received) is Trust.PASSED


def test_other_servers_fold_between_words() -> None:
    received = "from mail.pds.gov.cn by mail.office.example (Postfix) with ESMTPS id 5A1; Wed"
    results = 'mail.office.example;\r\n\tdkim=pass (2048-bit key)\r\n\theader.d=pds.gov.cn header.b="A/;b"'
    assert _trust(results, received=received, transid="of-another-server") is Trust.PASSED


@pytest.mark.parametrize(
    ("sender", "trust"),
    [
        ("wang@pds.gov.cn", Trust.PASSED),
        ("wang@PDS.gov.cn", Trust.PASSED),
        ('"boss@evil.example" <wang@pds.gov.cn>', Trust.PASSED),
        ("wang@pds.gov.cn <wang@pds.gov.cn>", Trust.PASSED),
        ("(x@evil.example) wang@pds.gov.cn", Trust.PASSED),
        ("wang@pds.gov.cn, li@pds.gov.cn", Trust.FAILED),
        ("wang@pds.gov.cn <x@evil.example>", Trust.FAILED),
        ("<wang@pds.gov.cn> <x@evil.example>", Trust.FAILED),
        ('"wang@pds.gov.cn" wang@pds.gov.cn"x@evil.example"', Trust.PASSED),
        ('"x@evil.example"=?x?q?y?= wang@pds.gov.cn"z"]', Trust.FAILED),
        ("wang@pds", Trust.FAILED),
        ("王某", Trust.FAILED),
    ],
)
def test_one_address_must_be_the_sender(sender: str, trust: Trust) -> None:
    assert _trust(SPF, sender=sender.encode().decode("latin-1")) is trust


def test_two_from_lines_do_not_pass() -> None:
    lines = [
        ("Received", RECEIVED),
        ("From", FROM),
        ("X-CM-TRANSID", TRANSID),
        ("Authentication-Results", SPF),
    ]
    assert sender_trust(_headers(*lines)) is Trust.PASSED
    assert sender_trust(_headers(*lines, ("From", "x@evil.example"))) is Trust.FAILED


def test_from_addresses_shows_every_address_once() -> None:
    headers = _headers(("From", 'A <a@x.example>,\r\n "b@y.example" <C@z.example.>'), ("From", "a@X.example"))
    assert from_addresses(headers) == ("a@x.example", "c@z.example")


@pytest.mark.parametrize(
    ("sender", "envelope", "trust"),
    [
        ("a@qq.com", "a@qq.com", Trust.PASSED),
        ("a@vip.163.com", "b@163.com", Trust.PASSED),
        ("a@x.ha.cn", "b@y.ha.cn", Trust.FAILED),
        ("a@mail.x.ha.cn", "b@x.ha.cn", Trust.PASSED),
        ("a@x.com.cn", "b@y.com.cn", Trust.FAILED),
        ("a@x.co.uk", "b@y.co.uk", Trust.FAILED),
        ("a@x.com", "b@y.com", Trust.FAILED),
    ],
)
def test_domains_align_by_organisation(sender: str, envelope: str, trust: Trust) -> None:
    assert _trust(f"mx19; spf=pass smtp.mail={envelope}", sender=sender) is trust


_NAMES = st.sampled_from(["Received", "From", "X-CM-TRANSID", "Authentication-Results"])
_VALUES = st.one_of(
    st.text(st.characters(max_codepoint=255)),
    st.sampled_from([RECEIVED, FROM, TRANSID, "mx19; spf=none", '"', "(" * 500]),
)


@given(st.lists(st.tuples(_NAMES, _VALUES)))
def test_sender_trust_never_fails_and_never_passes_without_a_pass(lines: list[tuple[str, str]]) -> None:
    assert sender_trust(_headers(*lines)) is not Trust.PASSED
