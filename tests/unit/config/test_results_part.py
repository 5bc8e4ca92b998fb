"""The part of a campaign about results: read as it is, every mistake named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.campaign import Campaign, ResultRules
from config.load import check_campaign, load_campaign

SECOND = Path(__file__).parents[2] / "data" / "campaigns" / "second"

# what stands in results.toml, what is written instead, the one mistake reported
MISTAKES = {
    "no clause of the notice": (
        '"s1"',
        '"s9"',
        "results.toml: conditions[1]: 应为notice.toml 中的条款编号，没有 's9'",
    ),
    "a total without scores": (
        "maximum = 10",
        "maximum = 0",
        "results.toml: total: 应为 false，maximum 为0时没有分数可以相加",
    ),
    "an unknown open point": (
        "workdays = 3",
        'workdays = 3\nopen_point = "Q99"',
        "results.toml: open_point: 应为campaign.toml 中待明确事项的编号，没有 'Q99'",
    ),
}


def test_shipped_campaign_leaves_the_window_open(campaign: Campaign) -> None:
    conditions = ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6")
    assert campaign.results == ResultRules(conditions, 100, False, "平顶山市普法网", 0, "", "Q8")


@pytest.mark.parametrize(("stands", "instead", "mistake"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_mistake_is_named(tmp_path: Path, stands: str, instead: str, mistake: str) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(SECOND, folder)
    file = folder / "results.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(stands, instead, 1), encoding="utf-8")
    assert check_campaign(folder) == [mistake]


def test_campaign_without_the_file_says_nothing_of_results(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(SECOND, folder)
    (folder / "results.toml").unlink()
    assert load_campaign(folder).results == ResultRules()
