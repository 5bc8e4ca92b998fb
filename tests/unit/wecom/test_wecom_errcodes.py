"""The table of error codes, code by code."""

from __future__ import annotations

import pytest

from bot.model.message import Outcome
from handlers.wecom.errcodes import REACTIONS, Reaction, failure, reaction

TABLE = {
    0: Reaction.DONE,
    -1: Reaction.RETRY_SOON,
    40014: Reaction.REFRESH_TOKEN,
    42001: Reaction.REFRESH_TOKEN,
    40001: Reaction.STOP,
    41001: Reaction.FIX_SETTINGS,
    40013: Reaction.FIX_SETTINGS,
    40056: Reaction.FIX_SETTINGS,
    301002: Reaction.FIX_SETTINGS,
    45009: Reaction.WAIT,
    45033: Reaction.LATER,
    60020: Reaction.TRUST_IP,
    60011: Reaction.UNREACHABLE,
    81013: Reaction.UNREACHABLE,
    60111: Reaction.UNREACHABLE,
    40003: Reaction.UNREACHABLE,
    40031: Reaction.UNREACHABLE,
    82001: Reaction.UNREACHABLE,
    48002: Reaction.FIX_RIGHTS,
    50001: Reaction.FIX_RIGHTS,
    50003: Reaction.FIX_RIGHTS,
    301007: Reaction.FIX_RIGHTS,
    40007: Reaction.UPLOAD_AGAIN,
    40029: Reaction.LOGIN_AGAIN,
    40033: Reaction.FIX_TEXT,
    44004: Reaction.FIX_TEXT,
    45002: Reaction.FIX_TEXT,
    40006: Reaction.FIX_FILE,
    40009: Reaction.FIX_FILE,
    45001: Reaction.FIX_FILE,
    93000: Reaction.CLOSE_CHANNEL,
    93004: Reaction.CLOSE_CHANNEL,
    93008: Reaction.CLOSE_CHANNEL,
    853000: Reaction.STOP,
    846605: Reaction.GIVE_UP,
    846608: Reaction.PUSH_INSTEAD,
    **dict.fromkeys(range(95000, 95019), Reaction.GIVE_UP),
}
HELD = {
    Reaction.RETRY_SOON,
    Reaction.REFRESH_TOKEN,
    Reaction.STOP,
    Reaction.FIX_SETTINGS,
    Reaction.WAIT,
    Reaction.LATER,
    Reaction.TRUST_IP,
    Reaction.FIX_RIGHTS,
    Reaction.UPLOAD_AGAIN,
}
ALARMED = {
    Reaction.REFRESH_TOKEN,
    Reaction.STOP,
    Reaction.FIX_SETTINGS,
    Reaction.TRUST_IP,
    Reaction.FIX_RIGHTS,
    Reaction.FIX_TEXT,
    Reaction.CLOSE_CHANNEL,
    Reaction.REPORT,
}


@pytest.mark.parametrize(("code", "expected"), TABLE.items())
def test_code_has_its_reaction(code: int, expected: Reaction) -> None:
    assert reaction(code) is expected


def test_table_holds_these_codes_and_no_others() -> None:
    assert dict(REACTIONS) == TABLE


@pytest.mark.parametrize("code", [1, 40000, 99999, -2])
def test_unknown_code_is_reported_and_not_retried(code: int) -> None:
    failed = failure(code)
    assert (failed.reaction, failed.outcome) == (Reaction.REPORT, Outcome.FAILED)
    assert str(code) in failed.error
    assert str(code) in failed.alarm


@pytest.mark.parametrize("code", [code for code in TABLE if code])
def test_message_is_held_when_something_can_be_mended(code: int) -> None:
    failed = failure(code)
    assert failed.outcome is (Outcome.RETRY if failed.reaction in HELD else Outcome.FAILED)
    assert (failed.retry_after > 0) is (failed.outcome is Outcome.RETRY)
    assert bool(failed.alarm) is (failed.reaction in ALARMED)


@pytest.mark.parametrize(
    ("errmsg", "shown"),
    [
        ("not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at …", "203.0.113.7"),
        ("not allow to access from your ip, from ip: 2001:db8::7, more", "2001:db8::7"),
        ("not allow to access from your ip", "（企业微信未说明"),
    ],
)
def test_untrusted_address_is_named_with_the_place_to_enter_it(errmsg: str, shown: str) -> None:
    alarm = failure(60020, errmsg).alarm
    assert f"来自 {shown}" in alarm
    assert "企业微信管理后台→应用管理→本应用→企业可信IP" in alarm


def test_text_of_the_platform_stays_out_of_errors() -> None:
    failed = failure(99999, "user LiSi secret=abc from ip: 203.0.113.7")
    assert ("LiSi" in failed.error + failed.alarm, "abc" in failed.error + failed.alarm) == (False, False)
