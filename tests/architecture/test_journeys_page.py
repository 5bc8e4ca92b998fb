"""docs/journeys.md names tests; every one of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`((?:tests/)?[\w/]+?)(\.py)?(?:::(\w+))?`")


def test_every_test_that_the_journeys_name_is_there() -> None:
    text = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
    named = [match for match in _NAMED.finditer(text) if "test" in match[1]]
    missing = [match[0] for match in named if not _is_there(match)]
    assert len(named) > 40
    assert missing == []


def test_every_journey_is_named() -> None:
    text = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
    files = {file.name for file in (ROOT / "tests" / "e2e").glob("test_journey_*.py")}
    assert {name for name in files if f"`{name}" not in text} == set()


def _is_there(named: re.Match[str]) -> bool:
    path, suffix, test = named.groups()
    place = ROOT / path if path.startswith("tests/") else ROOT / "tests" / "e2e" / path
    if not suffix:
        return place.is_dir()
    file = place.with_name(place.name + ".py")
    return file.is_file() and (test is None or f"def {test}(" in file.read_text(encoding="utf-8"))
