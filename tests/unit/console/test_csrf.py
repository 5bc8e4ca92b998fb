"""Whether an act comes from one of our own pages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from handlers.console.csrf import csrf_token, fits, is_own, origins_of

KEY = b"a key for tests"
ORIGINS = origins_of("https://pingxuan.example.cn")


def test_token_belongs_to_one_session_and_one_key() -> None:
    token = csrf_token(KEY, "session")
    assert fits(KEY, "session", token)
    given = [
        csrf_token(KEY, "another"),
        csrf_token(b"another key", "session"),
        token[:-1],
        "",
        "令牌",
        "\udc80",
    ]
    assert [fits(KEY, "session", one) for one in given] == [False] * len(given)


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("https://pingxuan.example.cn", {"https://pingxuan.example.cn"}),
        ("https://pingxuan.example.cn:8443/path", {"https://pingxuan.example.cn:8443"}),
        ("http://127.0.0.1:8080", {"http://127.0.0.1:8080", "http://localhost:8080"}),
        ("http://localhost:80", {"http://127.0.0.1", "http://localhost"}),
    ],
)
def test_origins_are_the_public_address_and_both_names_of_loopback(
    public_url: str, origins: set[str]
) -> None:
    assert origins_of(public_url) == origins


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://pingxuan.example.cn"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://pingxuan.example.cn"}, False),
        ({"Origin": "https://pingxuan.example.cn.evil.example"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
    ],
)
def test_browser_tells_where_a_request_was_made(headers: Mapping[str, str], own: bool) -> None:
    assert is_own(headers, ORIGINS) is own
