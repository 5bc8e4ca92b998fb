"""`plan`: the plan of some days, from the database of the settings, writing nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from bot.commands.plan import run
from bot.model.message import Channel
from bot.model.staff import Role
from bot.reminders.dates import DateMove
from bot.work.dates import keep_move
from config.settings import Settings, load_settings
from tests.fakes.conversation import ROOT, campaign
from tests.fakes.reminder_office import Office, open_office


def settings_for(url: str, folder: str = "pingdingshan-2019") -> Settings:
    return load_settings({"BOT_DATABASE_URL": url, "BOT_CAMPAIGN": folder}, env_file=None)


def printed(url: str, *arguments: str) -> list[dict[str, Any]]:
    stdout, stderr = io.StringIO(), io.StringIO()
    assert run([*arguments, "--json"], settings_for(url), stdout, stderr) == 0
    assert stderr.getvalue() == ""
    return [json.loads(line) for line in stdout.getvalue().splitlines()]


def test_plan_has_a_line_for_each_reminder_by_time_then_key(office: Office, office_url: str) -> None:
    people = [office.draft(1), office.draft(2, by_mail=True, leaves_out=["leader"]), office.draft(3)]
    office.do(lambda store: store.unreachable(Channel.WECOM, "unit3", 60111, datetime.now(campaign().zone)))
    office.member("王联系", Role.BODY, "baofeng")
    office.zero_reports("baofeng")
    lines = printed(office_url, "--from", "2019-07-24", "--to", "2019-07-25")
    assert [(line["at"], line["key"]) for line in lines] == sorted(
        (line["at"], line["key"]) for line in lines
    )
    assert {tuple(line) for line in lines} == {
        ("at", "key", "person", "role", "channel", "subject", "owes", "text")
    }
    assert all(datetime.fromisoformat(line["at"]).utcoffset() is not None for line in lines)
    assert {line["at"][:10] for line in lines} == {"2019-07-24"}
    of_units = {line["subject"]: line for line in lines if line["role"] == "holder"}
    assert {subject: line["channel"] for subject, line in of_units.items()} == {
        "2019-001": "wecom", "2019-002": "mail", "2019-003": "call_sheet",
    }  # fmt: skip
    assert of_units["2019-001"]["key"] == f"remind:deadline-1:2019-07-25:2019-001:{people[0]}"
    assert of_units["2019-002"]["owes"] == ["form", "deck", "scan", "paper", "declarations"]
    assert "申报表还缺1项：负责人姓名。" in of_units["2019-002"]["text"]
    of_body = sorted(
        (line["role"], line["person"], line["channel"]) for line in lines if line["subject"] == "baofeng"
    )
    assert of_body == [("call_sheet", "王联系", "call_sheet"), ("contact", "王联系", "wecom")]


def test_both_days_are_included_and_nothing_is_written(office: Office, office_url: str) -> None:
    office.draft(1)
    office.zero_reports()
    days = [line["at"][:10] for line in printed(office_url, "--from", "2019-07-11", "--to", "2019-07-18")]
    assert days == ["2019-07-11", "2019-07-18"]
    assert office.rows() == []


def test_plan_goes_by_the_dates_in_force(office: Office, office_url: str) -> None:
    office.draft(1)
    office.zero_reports()
    move = DateMove(date(2019, 7, 25), date(2019, 7, 31), {})
    office.do(lambda store: keep_move(store, campaign(), move, office.clock.now))
    lines = printed(office_url, "--from", "2019-07-24", "--to", "2019-07-31")
    assert [line["at"][:10] for line in lines] == ["2019-07-24", "2019-07-26", "2019-07-30"]
    assert "2019年7月31日之前" in lines[0]["text"]


def test_plan_without_json_is_a_line_each(office: Office, office_url: str) -> None:
    office.draft(1)
    office.zero_reports()
    stdout = io.StringIO()
    run(["--from", "2019-07-24", "--to", "2019-07-24"], settings_for(office_url), stdout, io.StringIO())
    (line,) = stdout.getvalue().splitlines()
    assert line.startswith("2019-07-24 ")
    assert "  wecom  holder  2019-001  李晓明  form,deck,scan,paper,declarations  【报送提醒】第1局" in line


def test_years_beyond_the_calendar_are_said_once(new_sqlite: Callable[[], str]) -> None:
    url = new_sqlite()
    open_office(url).writer.stop()
    stderr = io.StringIO()
    second = str(ROOT / "tests/data/campaigns/second")
    arguments = ["--from", "2027-03-01", "--to", "2027-03-31"]
    assert run(arguments, settings_for(url, second), io.StringIO(), stderr) == 0
    assert stderr.getvalue() == (
        "节假日历中没有2027年的安排，按周一至周五为工作日计算；调休请在 reminders.toml 中写明。\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "2019-07-12"],
        ["--from", "2019-07-12", "--to", "2019-07-11"],
        ["--from", "12 July", "--to", "2019-07-31"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], new_sqlite: Callable[[], str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments, settings_for(new_sqlite()), io.StringIO(), io.StringIO())
    assert ended.value.code == 2


def test_without_a_database_it_says_what_to_do(tmp_path: Any) -> None:
    stderr = io.StringIO()
    arguments = ["--from", "2019-07-11", "--to", "2019-07-25"]
    settings = settings_for(f"sqlite:///{tmp_path}/none.db")
    assert run(arguments, settings, io.StringIO(), stderr) == 1
    assert "python -m bot migrate" in stderr.getvalue()
