"""What inspectors found, read from untrusted JSON into typed values.

Shape: {"findings": [{"item", "rule", "count", "verified", "evidence", "by"}], "averages": {item: 0…100},
"bonus": {"points", "reason"}}. All three parts may be absent, as may count (1), verified (false), evidence,
by and reason (empty). Keys beyond these are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MOST = 1_000_000  # no real count comes near it; longer numbers could not even be printed


class ScoreError(ValueError):
    """Findings that cannot be scored; `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry: a rule of an item was met `count` times."""

    item: str
    rule: str
    count: int = 1  # 0 or more
    verified: bool = False
    evidence: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    entries: tuple[Finding, ...] = ()
    averages: Mapping[str, Fraction] = field(default_factory=dict)  # item id → 0…100
    bonus: Fraction = Fraction(0)  # 0 or more
    bonus_reason: str = ""


def parse_findings(data: object) -> Findings:
    """The findings in decoded JSON; ScoreError naming what is wrong and where."""
    table = _table(data, "输入内容")
    entries = _part(table, "findings", [])
    if not isinstance(entries, list):
        raise ScoreError("bad_input", "findings 应为数组")
    averages = _table(_part(table, "averages", {}), "averages")
    bonus = _table(_part(table, "bonus", {"points": 0}), "bonus")
    return Findings(
        entries=tuple(_finding(entry, f"findings[{place}]") for place, entry in enumerate(entries, start=1)),
        averages={name: _average(value, name) for name, value in averages.items() if value is not None},
        bonus=_bonus(bonus.get("points")),
        bonus_reason=_text(bonus, "reason", "bonus"),
    )


def _finding(entry: object, path: str) -> Finding:
    table = _table(entry, path)
    verified = _part(table, "verified", False)
    if not isinstance(verified, bool):
        raise ScoreError("bad_input", f"{path}.verified 应为 true 或 false")
    return Finding(
        item=_name(table, "item", path),
        rule=_name(table, "rule", path),
        count=_count(_part(table, "count", 1), path),
        verified=verified,
        evidence=_text(table, "evidence", path),
        by=_text(table, "by", path),
    )


def _table(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ScoreError("bad_input", f"{path} 应为对象")
    return value


def _part(table: dict[str, Any], name: str, absent: object) -> Any:
    """A part that may be absent or null."""
    value = table.get(name)
    return absent if value is None else value


def _name(table: dict[str, Any], name: str, path: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise ScoreError("bad_input", f"{path}.{name} 应为编号")
    return value


def _text(table: dict[str, Any], name: str, path: str) -> str:
    value = _part(table, name, "")
    if not isinstance(value, str):
        raise ScoreError("bad_input", f"{path}.{name} 应为文字")
    return value


def _count(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ScoreError("bad_count", f"{path}.count 应为0至{MOST}之间的整数")
    return value


def _average(value: object, name: str) -> Fraction:
    average = _exact(value)
    if average is None or not 0 <= average <= 100:
        raise ScoreError("bad_average", f"averages.{name} 应为0至100之间的数")
    return average


def _bonus(value: object) -> Fraction:
    points = _exact(value)
    if points is None or points < 0:
        raise ScoreError("bad_bonus", "bonus.points 应为不小于0的数")
    return points


def _exact(value: object) -> Fraction | None:
    """A finite number as written, without binary noise; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Fraction(value) if isinstance(value, int) else Fraction(str(value))
