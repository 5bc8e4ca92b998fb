"""The office's tables of reviews and objections. Pure.

The table of reviews is one that `bot.results.review_sheet` reads back: it is the template, too. Who raised an
objection is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.model.results import CONCLUSIONS, EntryKind, ReviewOutcome
from bot.results.marks import figure
from bot.results.objections import ObjectionView
from config.campaign import Campaign

_SHORT, _MIDDLE, _LONG = 12.0, 18.0, 28.0


def review_table(campaign: Campaign, rows: Iterable[tuple[str, str, ReviewOutcome | None]]) -> Table:
    """评审意见表: (number, unit, a reviewer's sheet or None for room to write one in), a row each."""
    say, rules = campaign.phrases, campaign.results
    number, unit, reviewer = say["table_reviews_first"].split("|")
    columns = [Column(number, _SHORT), Column(unit, _LONG), Column(reviewer, _SHORT)]
    for clause in rules.conditions:
        condition = f"{clause}{campaign.clause(clause).title}"
        if rules.maximum:
            columns.append(
                Column(say["table_reviews_score"].format(condition=condition), _SHORT, Kind.NUMBER)
            )
        columns.append(Column(say["table_reviews_remark"].format(condition=condition), _LONG))
    filled = [[number, unit, *_marks(campaign, sheet)] for number, unit, sheet in rows]
    return Table(
        say["table_reviews_name"], say["table_reviews"].format(title=campaign.title), columns, filled
    )


def objection_table(campaign: Campaign, rows: Sequence[ObjectionView], made: datetime) -> Table:
    """异议登记表: every objection with what was done about it."""
    say = campaign.phrases
    labels = say["table_objections_columns"].split("|")
    widths = (6.0, 8.0, _SHORT, 8.0, 8.0, _LONG, 40.0, 40.0, _LONG, _LONG)
    kinds = {0: Kind.NUMBER, 1: Kind.NUMBER, 2: Kind.DATE}
    columns = [
        Column(label, width, kinds.get(place, Kind.TEXT))
        for place, (label, width) in enumerate(zip(labels, widths, strict=True))
    ]
    time = f"{made.astimezone(campaign.zone):%Y-%m-%d %H:%M}"
    return Table(
        say["table_objections_name"],
        say["table_objections"].format(title=campaign.title),
        columns,
        [[place, *_objection(campaign, row)] for place, row in enumerate(rows, start=1)],
        say["table_made"].format(office=campaign.contact.office, time=time),
    )


def _marks(campaign: Campaign, sheet: ReviewOutcome | None) -> list[Value]:
    cells: list[Value] = [sheet.reviewer if sheet else ""]
    for clause in campaign.results.conditions:
        mark = sheet.marks.get(clause) if sheet else None
        if campaign.results.maximum:
            cells.append(float(figure(mark.score)) if mark and mark.score is not None else None)
        cells.append(mark.remark if mark else "")
    return cells


def _objection(campaign: Campaign, row: ObjectionView) -> list[Value]:
    say, kept = campaign.phrases, row.objection
    steps = "\n".join(step.text for step in row.entries if step.kind is EntryKind.HANDLING)
    end = next(
        (f"{say[f'result_entry_{one.kind}']}：{one.text}" for one in row.entries if one.kind in CONCLUSIONS),
        "",
    )
    return [
        kept.number,
        kept.received_on,
        say[f"result_received_{kept.received}"],
        say["result_signed" if kept.signed else "result_unsigned"],
        f"{row.number} {row.unit}".strip(),
        kept.subject,
        steps,
        end,
        row.reply.text if row.reply else "",
    ]
