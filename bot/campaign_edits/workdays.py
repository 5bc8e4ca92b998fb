"""Days that are worked, or not, unlike in the calendar, as the office set them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.campaign_edits.overlay import standing
from bot.campaign_edits.paths import from_json
from bot.model.edits import Edit

_WORKDAY = "reminders/workday/"


def workday_path(day: date) -> str:
    """The place of a day's row."""
    return f"{_WORKDAY}{day.isoformat()}"


def workday_row(day: date, works: bool) -> dict[str, Any]:
    """What stands there."""
    return {"date": day, "works": works}


def own_workdays(edits: Iterable[Edit]) -> Mapping[date, bool]:
    """The days that stand in the edits."""
    rows = [
        from_json(edit.value) for edit in standing(edits) if edit.path.startswith(_WORKDAY) and edit.value
    ]
    return {row["date"]: bool(row["works"]) for row in rows if row}
