"""What the pages say and what the program has are the same: settings, commands, stages, tables, releases."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bot.__main__ import COMMANDS, USAGE
from config.campaign import Campaign
from config.settings_help import settings_table
from storage.tables import Base
from tests.architecture.stages_page import stages_page

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


def first_words(parts: list[str]) -> list[str]:
    """The commands named in spans of code: `ask "问题"` · `ask --jsonl` is one command."""
    return list(dict.fromkeys(part.split()[0] for part in parts))


def test_readme_lists_every_setting() -> None:
    assert between(README, "<!-- settings -->\n", "<!-- /settings -->") == settings_table()


def test_readme_lists_every_command() -> None:
    rows = between(README, "| command | what it does |\n|---|---|\n", "\n\n").splitlines()
    named = [span for row in rows for span in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert sorted(first_words(named)) == sorted(COMMANDS)


def test_usage_lists_every_command() -> None:
    named = [part for line in USAGE.splitlines()[2:] for part in re.split(r"\s{2,}| · ", line.strip())]
    assert set(COMMANDS) - set(first_words([part for part in named if part])) == set()


def test_drawn_stages_are_the_campaigns(campaign: Campaign) -> None:
    assert (ROOT / "docs/stages.md").read_text("utf-8") == stages_page(campaign)


def test_personal_data_page_speaks_of_every_table() -> None:
    page = (ROOT / "docs/personal-data.md").read_text("utf-8")
    named = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert sorted(named) == sorted(Base.metadata.tables)


def test_changelog_begins_with_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[:2] in ([project["version"]], ["Unreleased", project["version"]])
