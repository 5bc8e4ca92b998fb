"""Logs are one JSON object a line, and never quote what an error says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import configure


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_error_is_logged_with_its_kind_and_place_but_not_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("info")
    try:
        try:
            raise KeyError("张敏 13800000012")
        except KeyError as cause:
            raise ValueError("地址是人民路1号") from cause
    except ValueError:
        logging.getLogger("bot.test").exception("a turn failed")
    printed = capsys.readouterr().err
    line = json.loads(printed)
    assert (line["event"], line["level"], line["logger"]) == ("a turn failed", "error", "bot.test")
    assert [raised["type"] for raised in line["exception"]] == ["KeyError", "ValueError"]
    assert all("test_logs.py" in raised["at"][-1] for raised in line["exception"])
    assert [word for word in ("张敏", "13800000012", "人民路") if word in printed] == []


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning")
    logging.getLogger("bot.test").info("quiet")
    logging.getLogger("bot.test").warning("loud %s", 1)
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud 1"]
