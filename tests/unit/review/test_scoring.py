"""The scoring engine on the notice's own standard (附件2), and on one quite unlike it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.review.score_command import run
from bot.review.scoring import ScoreError, Sheet, parse_findings, rules_table, score, sheet_as_dict
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign

NOTICE = load_campaign(campaign_folder("pingdingshan-2019"))
SECOND = load_campaign(Path(__file__).parents[2] / "data" / "campaigns" / "second")


def found(item: str, rule: str, count: int = 1, *, verified: bool = False) -> dict[str, object]:
    return {"item": item, "rule": rule, "count": count, "verified": verified}


def sheet_of(*findings: dict[str, object], campaign: Campaign = NOTICE, **parts: object) -> Sheet:
    return score(campaign.standard, parse_findings({"findings": list(findings), **parts}))


def printed(*findings: dict[str, object], campaign: Campaign = NOTICE, **parts: object) -> dict[str, Any]:
    return sheet_as_dict(sheet_of(*findings, campaign=campaign, **parts))


def row(sheet: dict[str, Any], item: str) -> dict[str, Any]:
    (only,) = [entry for entry in sheet["items"] if entry["item"] == item]
    return dict(only)


def refusal(data: object, campaign: Campaign = NOTICE) -> str:
    with pytest.raises(ScoreError) as refused:
        score(campaign.standard, parse_findings(data))
    return refused.value.code


def test_flawless_unit_without_innovation_has_90_at_most() -> None:
    sheet = printed()

    assert sheet["base"] == {"min": 82, "max": 90}
    assert sheet["total"] == {"min": 82, "max": 90}
    assert sheet["sections"] == {"1": 20, "2": None, "3": 25, "4": 15, "5": 10}
    assert (sheet["bonus"], sheet["veto"], sheet["open"]) == (0, False, ["a2.2.3"])
    assert [entry["item"] for entry in sheet["items"]] == [
        *("a2.1.1", "a2.1.2", "a2.1.3", "a2.1.4", "a2.2.1", "a2.2.2", "a2.2.3", "a2.3.1", "a2.3.2"),
        *("a2.3.3", "a2.3.4", "a2.3.5", "a2.3.6", "a2.4.1", "a2.4.2", "a2.5.1", "a2.5.2"),
    ]


@pytest.mark.parametrize(
    ("item", "rule", "count", "deducted", "points", "reasons"),
    [
        ("a2.1.1", "missing", 2, 4, 2, ["缺2项，扣4分"]),
        ("a2.1.1", "missing", 3, 6, 0, ["缺3项，扣6分"]),
        ("a2.1.2", "missing", 1, 2, 2, ["缺1项，扣2分"]),
        ("a2.1.2", "missing", 3, 4, 0, ["缺3项，扣6分", "已扣完，不倒扣分"]),
        ("a2.1.3", "late_or_poor", 1, 5, 0, ["完成不及时、质量不高，扣5分"]),
        ("a2.1.3", "late_or_poor", 7, 5, 0, ["完成不及时、质量不高，扣5分"]),
        ("a2.1.4", "guidance_short", 1, 1, 4, ["缺1次，扣1分"]),
        ("a2.1.4", "guidance_short", 0, 0, 5, []),
        ("a2.1.4", "none", 1, 5, 0, ["未开展工作，扣5分"]),
        ("a2.1.4", "none", 0, 0, 5, []),
        ("a2.2.1", "wrong_view", 1, 4, 4, ["1人次认识不正确，扣4分"]),
        ("a2.2.1", "wrong_view", 2, 8, 0, ["2人次认识不正确，扣8分"]),
        ("a2.2.2", "unmet", 3, 3, 1, ["3项不符合要求，扣3分"]),
        ("a2.3.1", "none", 2, 6, 0, ["无行政指导案卷、案例，扣6分"]),
        ("a2.3.1", "defect", 4, 4, 2, ["4处不规范，扣4分"]),
        ("a2.3.2", "missing", 1, 1, 1, ["缺1次，扣1分"]),
        ("a2.3.3", "not_combined", 2, 2, 3, ["2处未与行政指导有效结合，扣2分"]),
        ("a2.3.4", "none", 1, 5, 0, ["无行政调解人员、行政调解室，扣5分"]),
        ("a2.3.5", "none", 3, 2, 0, ["没有统计分析，扣2分"]),
        ("a2.3.6", "unskilled", 2, 2, 3, ["2人次不能熟练模拟，扣2分"]),
        ("a2.4.1", "weak", 5, 4, 3, ["成效不明显，扣4分"]),
        ("a2.4.1", "none", 1, 7, 0, ["未开展工作，扣7分"]),
        ("a2.5.2", "guidance_omitted", 2, 4, 6, ["2次应实施行政指导而未实施，扣4分"]),
    ],
)
def test_rule_deducts_as_the_notice_says(
    item: str, rule: str, count: int, deducted: int, points: int, reasons: list[str]
) -> None:
    entry = row(printed(found(item, rule, count)), item)

    assert (entry["deducted"], entry["points"], entry["reasons"]) == (deducted, points, reasons)
    assert entry["points"] + entry["deducted"] == entry["max"]


def test_item_stops_at_zero_whatever_is_found() -> None:
    sheet = printed(found("a2.3.1", "none"), found("a2.3.1", "defect", 4))

    assert row(sheet, "a2.3.1") == {
        "item": "a2.3.1",
        "max": 6,
        "deducted": 6,
        "points": 0,
        "reasons": ["无行政指导案卷、案例，扣6分", "4处不规范，扣4分", "已扣完，不倒扣分"],
    }
    assert sheet["sections"]["3"] == 19
    assert sheet["base"] == {"min": 76, "max": 84}


def test_repeated_findings_of_one_rule_add_up() -> None:
    repeated = printed(found("a2.3.1", "defect", 1), found("a2.1.1", "missing"), found("a2.3.1", "defect", 2))

    assert repeated == printed(found("a2.1.1", "missing"), found("a2.3.1", "defect", 3))
    assert row(repeated, "a2.3.1")["reasons"] == ["3处不规范，扣3分"]


@pytest.mark.parametrize("item", ["a2.4.2", "a2.5.2"])
def test_unverified_problem_deducts_nothing_and_stays_open(item: str) -> None:
    sheet = printed(found(item, "problem", 2))

    assert (row(sheet, item)["deducted"], row(sheet, item)["reasons"]) == (0, ["2个问题待核实，暂不扣分"])
    assert sheet["open"] == ["a2.2.3", item]
    assert sheet["base"] == {"min": 82, "max": 90}


def test_verified_and_unverified_problems_are_kept_apart() -> None:
    sheet = printed(found("a2.4.2", "problem", 1, verified=True), found("a2.4.2", "problem", 3))

    assert row(sheet, "a2.4.2")["points"] == 6
    assert row(sheet, "a2.4.2")["reasons"] == ["经核实1个问题，扣2分", "3个问题待核实，暂不扣分"]
    assert sheet["open"] == ["a2.2.3", "a2.4.2"]


def test_verified_problems_leave_nothing_open() -> None:
    sheet = printed(found("a2.5.2", "problem", 2, verified=True), found("a2.5.2", "guidance_omitted"))

    assert row(sheet, "a2.5.2")["points"] == 4
    assert sheet["open"] == ["a2.2.3"]


def test_veto_stands_beside_the_points() -> None:
    sheet = printed(found("a2.5.1", "veto"))

    assert sheet == printed() | {"veto": True, "items": sheet["items"]}
    assert row(sheet, "a2.5.1") == {
        "item": "a2.5.1",
        "max": 0,
        "deducted": 0,
        "points": 0,
        "reasons": ["存在严重行政违法行为，一票否决"],
    }
    assert not sheet_of(found("a2.5.1", "veto", 0)).veto


def test_average_without_the_offices_formula_is_shown_and_stays_open() -> None:
    sheet = printed(averages={"a2.2.3": 86.5})

    assert row(sheet, "a2.2.3") == {
        "item": "a2.2.3",
        "max": 8,
        "deducted": 0,
        "points": None,
        "reasons": ["平均分86.5，折算办法尚未明确"],
    }
    assert (sheet["open"], sheet["base"]) == (["a2.2.3"], {"min": 82, "max": 90})


def test_average_with_a_formula_gives_points() -> None:
    sheet = printed(campaign=SECOND, averages={"s2": 86.5})

    assert row(sheet, "s2") == {
        "item": "s2",
        "max": 40,
        "deducted": 5.4,
        "points": 34.6,
        "reasons": ["平均分86.5，折合34.6分"],
    }
    assert (sheet["open"], sheet["sections"]) == ([], {"A": 54.6, "B": 40})
    assert sheet["base"] == {"min": 94.6, "max": 94.6}


def test_formula_without_the_average_stays_open() -> None:
    sheet = printed(campaign=SECOND)

    assert (row(sheet, "s2")["points"], sheet["open"]) == (None, ["s2"])
    assert sheet["base"] == {"min": 60, "max": 100}


def test_half_points_are_exact_and_whole_ones_print_whole() -> None:
    sheet = printed(found("s1", "missing", 3), found("s3", "leak", 2, verified=True), campaign=SECOND)

    assert (row(sheet, "s1")["points"], row(sheet, "s1")["reasons"]) == (12.5, ["缺3个月，扣7.5分"])
    assert json.dumps(row(sheet, "s3")["points"]) == "34"
    assert json.dumps(row(printed(found("s1", "missing", 2), campaign=SECOND), "s1")["points"]) == "15"


def test_bonus_is_added_to_the_base() -> None:
    sheet = printed(found("a2.1.4", "guidance_short"), bonus={"points": 4, "reason": "一窗受理"})

    assert (sheet["bonus"], sheet["bonus_reason"]) == (4, "一窗受理")
    assert (sheet["base"], sheet["total"]) == ({"min": 81, "max": 89}, {"min": 85, "max": 93})


def test_bonus_may_reach_ten() -> None:
    assert printed(bonus={"points": 10})["total"] == {"min": 92, "max": 100}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "bad_input"),
        ({"findings": {}}, "bad_input"),
        ({"findings": ["a2.1.1"]}, "bad_input"),
        ({"findings": [{"item": "a2.1.1"}]}, "bad_input"),
        ({"findings": [found("a2.1.1", "missing") | {"verified": "yes"}]}, "bad_input"),
        ({"findings": [found("a2.9.9", "missing")]}, "unknown_item"),
        ({"findings": [found("a2.6.1", "missing")]}, "unknown_item"),
        ({"findings": [found("a2.1.1", "defect")]}, "unknown_rule"),
        ({"findings": [found("a2.2.3", "missing")]}, "unknown_rule"),
        ({"findings": [found("a2.1.1", "missing", -1)]}, "bad_count"),
        ({"findings": [found("a2.1.1", "missing", 10**4299)]}, "bad_count"),
        ({"findings": [found("a2.1.1", "missing") | {"count": 1.5}]}, "bad_count"),
        ({"findings": [found("a2.1.1", "missing") | {"count": True}]}, "bad_count"),
        ({"findings": [found("a2.1.1", "missing") | {"count": "1"}]}, "bad_count"),
        ({"averages": {"a2.2.3": 100.5}}, "bad_average"),
        ({"averages": {"a2.2.3": -1}}, "bad_average"),
        ({"averages": {"a2.2.3": float("nan")}}, "bad_average"),
        ({"averages": {"a2.2.3": "86"}}, "bad_average"),
        ({"averages": {"a2.1.1": 86}}, "unknown_item"),
        ({"bonus": {"points": 10.5}}, "bad_bonus"),
        ({"bonus": {"points": -1}}, "bad_bonus"),
        ({"bonus": {"reason": "好"}}, "bad_bonus"),
        ({"bonus": 4}, "bad_input"),
    ],
)
def test_findings_that_do_not_fit_are_refused(data: object, code: str) -> None:
    assert refusal(data) == code


def test_standard_without_a_bonus_allows_none() -> None:
    assert refusal({"bonus": {"points": 1}}, SECOND) == "bad_bonus"
    assert printed(campaign=SECOND, bonus={"points": 0})["bonus"] == 0


def test_count_is_one_and_parts_may_be_absent_or_null() -> None:
    given = {"findings": [{"item": "a2.1.1", "rule": "missing"}], "averages": {"a2.2.3": None}, "bonus": None}

    assert score(NOTICE.standard, parse_findings(given)) == sheet_of(found("a2.1.1", "missing"))


def test_rules_table_has_every_rule_with_the_notices_words() -> None:
    rows = rules_table(NOTICE.standard)

    assert len(rows) == 22
    assert rows[4] == {
        "item": "a2.1.4",
        "rule": "guidance_short",
        "max": 5,
        "points": 1,
        "whole": False,
        "verified": False,
        "veto": False,
        "words": "现场指导不少于3次，缺1次扣1分",
    }


def command(*argv: str, given: str = "") -> tuple[int, str]:
    stdout = io.StringIO()
    return run(argv, io.StringIO(given), stdout, NOTICE), stdout.getvalue()


def test_command_prints_the_sheet_of_stdin_and_of_a_file(tmp_path: Path) -> None:
    given = json.dumps({"findings": [found("a2.1.4", "guidance_short")], "bonus": {"points": 4}})
    file = tmp_path / "findings.json"
    file.write_text(given, encoding="utf-8")

    status, output = command("-", "--json", given=given)

    assert (status, json.loads(output)) == (
        0,
        printed(found("a2.1.4", "guidance_short"), bonus={"points": 4}),
    )
    assert command(given=given) == command(str(file)) == (0, output)


def test_command_lists_the_rules() -> None:
    status, output = command("--rules")

    assert status == 0
    assert output.splitlines()[3:5] == [
        "a2.1.4 none 一次扣5分 未开展工作的，扣5分",
        "a2.1.4 guidance_short 每个扣1分 现场指导不少于3次，缺1次扣1分",
    ]
    assert json.loads(command("--rules", "--json")[1]) == rules_table(NOTICE.standard)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{", "bad_json"),
        ("9" * 5000, "bad_json"),
        ("[" * 100_000, "bad_json"),
        ('{"bonus": {"points": 11}}', "bad_bonus"),
        ('{"averages": {"a2.2.3": NaN}}', "bad_average"),
    ],
)
def test_command_refuses_with_status_one_and_an_error_object(given: str, code: str) -> None:
    status, output = command(given=given)

    assert status == 1
    assert json.loads(output)["error"]["code"] == code


def test_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    status, output = command(str(tmp_path / "none.json"))

    assert (status, json.loads(output)["error"]["code"]) == (1, "unreadable")


def test_command_knows_no_other_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--points") == (2, "")
    assert "--points" in capsys.readouterr().err
