"""A table of outcomes: columns are found by their headings, wherever they stand."""

from __future__ import annotations

import pytest

from bot.documents.results_text import release_text
from bot.documents.sheet_read import SheetRow
from bot.results.review_sheet import SheetFault, read_sheet
from config.campaign import Campaign
from tests.unit.results.sample import ANNOUNCEMENT

HEADS = {
    "clauses": ("编号", "评审人", "s1", "s2"),
    "titles, other order": ("{s2}", "单位名称", "评委", "{s1}"),
    "clause and title with a range": ("评审专家", "申报单位", "s1 {s1}（0-10分）", "s2{s2}得分"),
}


@pytest.mark.parametrize("heads", HEADS.values(), ids=HEADS.keys())
def test_heading_is_found_below_a_title(second_campaign: Campaign, heads: tuple[str, ...]) -> None:
    titles = {clause: second_campaign.clause(clause).title for clause in ("s1", "s2")}
    row = tuple(head.format(**titles) for head in heads)
    cells = {
        "编号": "甲局",
        "单位名称": "甲局",
        "申报单位": "甲局",
        "评审人": "张",
        "评委": "张",
        "评审专家": "张",
    }
    values = tuple(
        cells.get(head) or ("8" if "s1" in raw else "9") for head, raw in zip(row, heads, strict=True)
    )
    lines, faults = read_sheet(
        second_campaign, [SheetRow(1, ("汇总",)), SheetRow(3, row), SheetRow(4, values), SheetRow(5, row)]
    )
    assert faults == []
    assert [(line.row, line.which, line.reviewer) for line in lines] == [(4, "甲局", "张")]
    assert dict(lines[0].marks) == {"s1": ("8", ""), "s2": ("9", "")}


def test_rows_without_a_unit_and_empty_tables_are_named(second_campaign: Campaign) -> None:
    head = SheetRow(1, ("编号", "评审人", "s1", "s2"))
    _, faults = read_sheet(second_campaign, [head, SheetRow(2, ("", "张", "8", "9"))])
    assert faults == [SheetFault(2, "缺少申报编号或单位名称。")]
    _, faults = read_sheet(second_campaign, [head])
    assert faults == [SheetFault(0, "表头以下没有内容，请填写后重新导入。")]


def test_paper_of_another_campaign_has_its_own_words(second_campaign: Campaign) -> None:
    text = release_text(second_campaign, ANNOUNCEMENT)
    assert text.heading == ("关于公布“清河市节水示范单位”名单的通知", "清水〔2027〕9号")
    assert "1. 甲局（东区） 分局\n2. 乙局\n" in text.plain
    assert (text.signature, text.day) == ("清河市节约用水办公室", "2027年6月1日")
