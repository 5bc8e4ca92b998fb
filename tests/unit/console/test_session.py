"""Where people are sent after signing in, what they read with, how long a session lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.console import ConsoleSession, Device
from handlers.console.session import HOME, device_of, login_address, safe_next

NOW = datetime(2026, 7, 12, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "there", ["/console/", "/console/applications?stage=submitted&page=2", "/console/mail/12"]
)
def test_next_page_of_the_console_is_kept(there: str) -> None:
    assert safe_next(there) == there


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/console/",
        "//evil.example/console/",
        "///evil.example/console/",
        "/\\evil.example/console/",
        "/console/\\evil.example",
        "/console/../u/token",
        "/console/..//evil.example",
        "/consolex/",
        "/u/token",
        "javascript:alert(1)//console/",
        "/console/\r\nSet-Cookie: a=b",
        "/console/login",
        "/console/login/wecom",
        "/console/in/token",
        "/console/logout",
        "/console/" + "a" * 1000,
        "http://[/console/",
    ],
)
def test_next_page_elsewhere_becomes_the_first_page(elsewhere: str) -> None:
    assert safe_next(elsewhere) == HOME


def test_login_address_names_the_page_to_return_to() -> None:
    assert login_address(HOME) == "/console/login"
    assert login_address("/console/mail?page=2") == "/console/login?next=%2Fconsole%2Fmail%3Fpage%3D2"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36",
            Device.DESKTOP,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 wxwork/4.1.20 MicroMessenger/7.0.1",
            Device.WECOM,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 wxwork/4.1.8 MicroMessenger/7.0.1",
            Device.WECOM,
        ),
        ("Mozilla/5.0 (Linux; Android 13; Pixel 7) Chrome/120 Mobile Safari/537.36", Device.PHONE),
        ("", Device.DESKTOP),
    ],
)
def test_device_is_what_the_program_says_of_itself(user_agent: str, device: Device) -> None:
    assert device_of(user_agent) is device


@pytest.mark.parametrize(
    ("age", "idle", "is_open"),
    [
        (timedelta(), timedelta(), True),
        (timedelta(hours=11, minutes=59), timedelta(hours=1, minutes=59), True),
        (timedelta(hours=12), timedelta(), False),
        (timedelta(hours=3), timedelta(hours=2), False),
    ],
)
def test_session_lasts_twelve_hours_and_two_without_use(
    age: timedelta, idle: timedelta, is_open: bool
) -> None:
    session = ConsoleSession("hash", 1, NOW - age, NOW - idle, Device.DESKTOP)
    assert session.is_open(NOW) is is_open
