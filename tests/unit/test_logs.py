"""What the log keeps of an error nobody waited for."""

from __future__ import annotations

from bot.logs import quote_nothing


def test_lost_exception_of_a_task_is_logged_without_its_words() -> None:
    told = "Task exception was never retrieved\nfuture: <Task exception=ValueError('孔令 13800000000')>"
    event = {"logger": "asyncio", "event": told}
    assert quote_nothing(None, "error", event) == {
        "logger": "asyncio",
        "event": "Task exception was never retrieved",
    }
    assert quote_nothing(None, "error", {"logger": "bot.app", "event": "a\nb"})["event"] == "a\nb"
