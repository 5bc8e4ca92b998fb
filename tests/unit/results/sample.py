"""An announcement as it went out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.model.results import Listed, Release, ReleaseKind, ReleaseState

_UNITS = (Listed("a", "2027-001", "甲局（东区） 分局"), Listed("b", "2027-002", "乙局"))
ANNOUNCEMENT = Release(
    1, ReleaseKind.ANNOUNCEMENT, _UNITS, "清水〔2027〕9号", "", date(2027, 6, 1), date(2027, 6, 1), 0, "", 1,
    datetime(2027, 6, 1, tzinfo=UTC), ReleaseState.RELEASED, 2, datetime(2027, 6, 1, tzinfo=UTC),
)  # fmt: skip
