"""A table of review outcomes, a row per application and reviewer: columns are found by their headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.documents.sheet_read import SheetRow
from config.campaign import Campaign

_NUMBER = ("编号", "申报编号", "序列号", "申报号")
_UNIT = ("单位", "单位名称", "申报单位", "参评单位", "被评单位")
_REVIEWER = (
    "评审人",
    "评审专家",
    "评审员",
    "评委",
    "专家",
    "专家姓名",
    "评审人姓名",
    "评审人员",
    "打分人",
    "姓名",
)
_SCORE_ENDS = ("得分", "评分", "分数", "分值", "打分", "分")
_REMARK_ENDS = ("评审意见", "意见", "评语", "备注", "说明", "理由")


@dataclass(frozen=True, slots=True)
class SheetFault:
    """A row that cannot be taken, and why. Row 0: the table as a whole."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row as written."""

    row: int
    which: str  # number, else the unit's name
    reviewer: str
    marks: Mapping[str, tuple[str, str]]  # clause id → (score, remark)


@dataclass(frozen=True, slots=True)
class _Columns:
    number: int | None
    unit: int | None
    reviewer: int
    scores: Mapping[str, int]
    remarks: Mapping[str, int]


def read_sheet(campaign: Campaign, rows: Sequence[SheetRow]) -> tuple[list[SheetLine], list[SheetFault]]:
    """The lines below the heading, and what is wrong with rows as such."""
    phrases = campaign.phrases
    found = next(((place, head) for place, row in enumerate(rows) if (head := _columns(campaign, row))), None)
    if found is None:
        needed = "、".join((_NUMBER[0], _REVIEWER[0], *campaign.results.conditions))
        return [], [SheetFault(0, phrases["result_sheet_headings"].format(needed=needed))]
    place, columns = found
    lines: list[SheetLine] = []
    faults: list[SheetFault] = []
    for row in rows[place + 1 :]:
        if not any(cell.strip() for cell in row.cells) or _columns(campaign, row):
            continue  # an empty row, or the heading repeated on the next page
        which = _cell(row, columns.number) or _cell(row, columns.unit)
        if not which:
            faults.append(SheetFault(row.number, phrases["result_sheet_no_number"]))
            continue
        marks = {
            clause: (_cell(row, columns.scores.get(clause)), _cell(row, columns.remarks.get(clause)))
            for clause in campaign.results.conditions
        }
        lines.append(SheetLine(row.number, which, _cell(row, columns.reviewer), marks))
    if not lines and not faults:
        faults.append(SheetFault(0, phrases["result_sheet_empty"]))
    return lines, faults


def _columns(campaign: Campaign, row: SheetRow) -> _Columns | None:
    """The columns, if this row is a heading with all that is needed."""
    heads = [re.sub(r"[\s（(].*[)）]$|\s", "", cell) for cell in row.cells]
    scores: dict[str, int] = {}
    remarks: dict[str, int] = {}
    for place, head in enumerate(heads):
        clause, is_remark = _condition(campaign, head)
        if clause:
            (remarks if is_remark else scores).setdefault(clause, place)
    reviewer = _place(heads, _REVIEWER)
    number, unit = _place(heads, _NUMBER), _place(heads, _UNIT)
    needed = scores if campaign.results.maximum else {**scores, **remarks}
    if (
        reviewer is None
        or (number is None and unit is None)
        or len(needed) < len(campaign.results.conditions)
    ):
        return None
    if not campaign.results.maximum:  # a bare heading then holds the remark
        remarks = {**scores, **remarks}
    return _Columns(number, unit, reviewer, scores, remarks)


def _condition(campaign: Campaign, head: str) -> tuple[str, bool]:
    """2.1, 2.1得分, 组织领导强, 2.1组织领导强意见 → (clause id, whether it is the remark); "" for no condition."""
    for clause in campaign.results.conditions:
        title = campaign.clause(clause).title
        for name in (clause + title, f"{clause}.{title}", title, clause):
            rest = head.removeprefix(name) if head.startswith(name) else None
            if rest is None or (rest and rest not in _SCORE_ENDS and rest not in _REMARK_ENDS):
                continue
            return clause, rest in _REMARK_ENDS
    return "", False


def _place(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, head in enumerate(heads) if head in names), None)


def _cell(row: SheetRow, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""
