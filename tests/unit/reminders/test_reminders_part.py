"""reminders.toml: what it holds, and what is said of mistakes in it."""

from __future__ import annotations

import shutil
from datetime import date, time
from pathlib import Path

import pytest

from config.campaign import Audience, BaseDate, Campaign
from config.load import check_campaign, load_campaign
from tests.fakes.conversation import ROOT

SECOND = ROOT / "tests/data/campaigns/second"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SECOND, tmp_path / "campaign"))


def spoil(folder: Path, old: str, new: str) -> list[str]:
    file = folder / "reminders.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return check_campaign(folder)


def test_rules_windows_and_days_are_read(second_campaign: Campaign) -> None:
    reminders = second_campaign.reminders
    first = reminders.rules[0]
    assert (first.audience, first.base, first.days) == (Audience.HOLDER, BaseDate.CUTOFF, (10, 4))
    assert reminders.windows == ((time(10, 10), time(12, 40)),)
    assert reminders.workdays == {date(2027, 3, 19): False, date(2027, 3, 27): True}


def test_a_campaign_without_the_file_reminds_nobody(folder: Path) -> None:
    (folder / "reminders.toml").unlink()
    assert load_campaign(folder).reminders.rules == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '[["10:10", "12:40"]]',
            '[["12:40", "10:10"]]',
            "windows: 应为由 [\"09:05\", \"10:55\"] 组成、先后相接的数组，现为 [['12:40', '10:10']]",
        ),
        (
            '[["10:10", "12:40"]]',
            '[["10:10", "14:40"]]',
            "windows: 应在 hours（办公时间）之内，现有 10:10—14:40",
        ),
        ("days = [10, 4]", "days = [10, 0]", "rule[1].days: 应为由大于0的整数组成的数组，现为 [10, 0]"),
        (
            '["draft", "returned"]',
            '["draft", "gone"]',
            "rule[1].stages: 应为stages.toml 中的状态编号，没有 'gone'",
        ),
        (
            'contact_phone = "duty_phone"',
            'contact_phone = "fax"',
            "contact_phone: 应为form.toml 中的栏目编号，没有 'fax'",
        ),
        ('id = "backer"', 'id = "applicant"', "rule[2].id: 应与其他各项不同，'applicant' 已用于 rule[1].id"),
        (
            'audience = "contact"\nbase = "deadline"',
            'audience = "contact"\nbase = "due"',
            "rule[2].base: due 只用于 audience 为 holder 的规则",
        ),
        (
            "date = 2027-03-27",
            "date = 2027-03-19",
            "workday[2].date: 应与其他各项不同，datetime.date(2027, 3, 19) 已用于 workday[1].date",
        ),
    ],
)
def test_a_mistake_is_a_line_that_says_what_was_expected(
    folder: Path, old: str, new: str, problem: str
) -> None:
    assert spoil(folder, old, new) == [f"reminders.toml: {problem}"]
