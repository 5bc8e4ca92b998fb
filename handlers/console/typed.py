"""Values in what a browser sends as text, whatever the page's own fields would allow."""

from __future__ import annotations

from datetime import date


def day_of(text: str) -> date | None:
    """A day as a date field sends it; None for anything else, and where there may be no year before or after."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def number_of(text: str) -> int | None:
    """A whole number of at most nine figures; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
