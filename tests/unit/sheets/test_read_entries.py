"""Entries from a page, which may hold anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model.sheet import Bonus, EntryIn, Found, Looked, Scored, Settled, VetoProposed, Withdrawn
from bot.sheets.read_entries import read_entries
from tests.fakes.conversation import campaign

ID, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
FINDING = {"id": ID, "kind": "finding", "item": "a2.3.1", "rule": "defect", "evidence": " 案卷3号\0 "}
BONUS = {
    "id": ID, "kind": "bonus", "item": "a2.6.1", "points": 4.5, "system": "甲", "measures": "乙", "effect": "丙",
}  # fmt: skip
SETTLED = {
    "id": ID, "kind": "settled", "item": "a2.3.1", "rule": "defect", "counted": [ID], "known": [ID, OTHER],
}  # fmt: skip
VETO = {"id": ID, "kind": "veto", "item": "a2.5.1", "rule": "veto", "evidence": "决定书"}
TESTED = {"id": ID, "kind": "tested", "item": "a2.2.3", "scores": [80, 92.5]}


def problem(row: object) -> str:
    """What is wrong with one entry."""
    read = read_entries({"entries": [row]}, campaign())
    assert read.entries == ()
    (unread,) = read.problems
    return unread.problem


@pytest.mark.parametrize(
    ("row", "content"),
    [
        (FINDING, Found("a2.3.1", "defect", 1, False, "案卷3号")),
        (
            {**FINDING, "count": 3, "verified": True, "evidence": None, "photos": ["a" * 64, "a" * 64]},
            Found("a2.3.1", "defect", 3, True, "", ("a" * 64,)),
        ),
        ({"id": ID, "kind": "looked", "item": "a2.1.1"}, Looked("a2.1.1", "")),
        (TESTED, Scored("a2.2.3", (80, 92.5))),
        (BONUS, Bonus("a2.6.1", 4.5, "甲", "乙", "丙")),
        (VETO, VetoProposed("a2.5.1", "veto", "决定书")),
        ({"id": ID, "kind": "withdrawn", "entry": OTHER, "reason": "重复"}, Withdrawn(OTHER, "重复")),
        (SETTLED, Settled("a2.3.1", "defect", (ID,), (ID, OTHER))),
        ({**SETTLED, "item": "a2.2.3", "rule": ""}, Settled("a2.2.3", "", (ID,), (ID, OTHER))),
    ],
)
def test_entry_is_read(row: dict[str, Any], content: object) -> None:
    read = read_entries({"entries": [row]}, campaign())
    assert (read.entries, read.problems) == ((EntryIn(ID, content),), ())  # type: ignore[arg-type]


def test_id_and_time_are_read_in_any_spelling() -> None:
    row = {**FINDING, "id": ID.upper(), "noted_at": "2019-07-30T09:30:00Z"}
    (entry,) = read_entries({"entries": [row]}, campaign()).entries
    assert (entry.id, entry.noted_at) == (ID, datetime(2019, 7, 30, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (None, "没有编号"),
        ({**FINDING, "id": "1"}, "没有编号"),
        ({**FINDING, "kind": ["finding"]}, "不认识"),
        ({**FINDING, "item": "a2.9.9"}, "没有这一项"),
        ({**FINDING, "item": {}}, "没有这一项"),
        ({**FINDING, "rule": "missing"}, "3.1没有这条扣分规则"),
        ({**FINDING, "count": 0}, "3.1的数量请填1至999"),
        ({**FINDING, "count": True}, "3.1的数量请填1至999"),
        ({**FINDING, "count": 10**400}, "3.1的数量请填1至999"),
        ({**FINDING, "verified": "yes"}, "“已核实”或“待核实”"),
        ({**FINDING, "evidence": " "}, "3.1凭什么材料"),
        ({**FINDING, "evidence": 7}, "应为文字"),
        ({**FINDING, "evidence": "字" * 1001}, "最多1000字，现有1001字"),
        ({**FINDING, "photos": ["../../etc"]}, "照片信息不完整"),
        ({**FINDING, "photos": [f"{n:064x}" for n in range(21)]}, "最多20张"),
        ({**FINDING, "noted_at": "2019-07-30T09:30"}, "核对手机的日期"),
        ({**FINDING, "noted_at": "0001-01-01T00:00+00:00"}, "核对手机的日期"),
        ({**FINDING, "item": "a2.5.1", "rule": "veto"}, "由两人签署"),
        ({**VETO, "item": "a2.3.1", "rule": "defect"}, "不是一票否决事项"),
        ({**VETO, "evidence": ""}, "一票否决须写明依据"),
        ({"id": ID, "kind": "looked", "item": "a2.2.3"}, "2.3不能标为"),
        ({"id": ID, "kind": "looked", "item": "a2.6.1"}, "6.1不能标为"),
        ({**TESTED, "item": "a2.1.1"}, "1.1不按测试成绩"),
        ({**TESTED, "scores": []}, "逐人填写成绩"),
        ({**TESTED, "scores": [101]}, "逐人填写成绩"),
        ({**TESTED, "scores": [float("nan")]}, "逐人填写成绩"),
        ({**TESTED, "scores": [10**400]}, "逐人填写成绩"),
        ({**TESTED, "scores": ["90"]}, "逐人填写成绩"),
        ({**BONUS, "points": 10.5}, "0至10之间"),
        ({**BONUS, "points": -1}, "0至10之间"),
        ({**BONUS, "effect": ""}, "制度、措施、成效各一条"),
        ({**BONUS, "item": "a2.1.1"}, "不是加分项"),
        ({"id": ID, "kind": "withdrawn", "entry": OTHER}, "撤回的理由"),
        ({"id": ID, "kind": "withdrawn", "reason": "重复"}, "哪一条记录"),
        ({"id": ID, "kind": "verified", "entry": OTHER}, "核实的依据"),
        ({**SETTLED, "counted": []}, "选择计分的记录"),
        ({**SETTLED, "known": [OTHER]}, "选择计分的记录"),
        ({**SETTLED, "item": "a2.6.1", "rule": "", "counted": [ID, OTHER]}, "选择计分的记录"),
    ],
)
def test_bad_entry_is_refused_with_what_to_do(row: object, words: str) -> None:
    assert words in problem(row)


@pytest.mark.parametrize("data", [None, [], {"entries": {}}, {}, "x"])
def test_what_is_no_list_of_entries_is_refused(data: object) -> None:
    assert [one.problem for one in read_entries(data, campaign()).problems] == [
        "没有收到可以识别的记录，请刷新页面后重新同步。"
    ]


def test_good_entries_are_taken_beside_bad_ones() -> None:
    read = read_entries({"entries": [{"id": OTHER, "kind": "?"}, FINDING]}, campaign())
    assert [entry.id for entry in read.entries] == [ID]
    assert [(one.place, one.id) for one in read.problems] == [(1, OTHER)]


def test_too_many_at_once_are_refused() -> None:
    read = read_entries({"entries": [FINDING] * 501}, campaign())
    assert (read.entries, [one.problem for one in read.problems]) == (
        (),
        ["一次最多同步500条记录，请分几次同步。"],
    )


def test_standard_of_another_campaign_decides() -> None:
    row = {"id": ID, "kind": "finding", "item": "s3", "rule": "leak", "evidence": "照片"}
    assert read_entries({"entries": [row]}, campaign("second")).problems == ()
    assert "没有这一项" in problem(row)
