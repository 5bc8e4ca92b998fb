"""A sheet as a table for Excel, item by item."""

from __future__ import annotations

from bot.documents.sheet_write import Column, Kind, Table, Value
from bot.sheets.judging import Mark
from bot.sheets.views import EntryView, ItemView, SheetView
from config.campaign import Campaign

_WIDTHS = (7.0, 18.0, 36.0, 7.0, 8.0, 30.0, 44.0, 22.0)
_MAXIMUM, _POINTS = 3, 4  # columns
_UNTOUCHED = "—"


def sheet_table(campaign: Campaign, view: SheetView) -> Table:
    """Every item with its points, deductions and entries; the sums and who signed stand below."""
    say = campaign.phrases
    labels = say["sheet_table_columns"].split("|")
    kinds = [Kind.NUMBER if place in (_MAXIMUM, _POINTS) else Kind.TEXT for place in range(len(labels))]
    columns = [Column(*one) for one in zip(labels, _WIDTHS, kinds, strict=True)]
    rows = [_row(item, view.is_locked) for section in view.sections for item in section.items]
    state = say["sheet_table_unsigned"]
    if view.is_locked:
        state = say["sheet_table_signed"].format(version=view.version)
    team = "、".join(one.name for one in view.team)
    note = [
        say["sheet_table_team"].format(team=team, number=view.number, state=state),
        say["sheet_table_sum"].format(base=view.base, bonus=view.bonus, total=view.total),
        *(f"{veto.text}：{veto.state}" for veto in view.vetoes),
        *view.history,
    ]
    name = say["sheet_table_name"]
    return Table(name, f"{view.unit}{name}", columns, rows, "\n".join(note))


def _row(item: ItemView, is_locked: bool) -> list[Value]:
    entries = [_words(one) for one in item.entries if one.mark not in (Mark.WITHDRAWN, Mark.VOID)]
    return [
        item.number,
        item.title,
        item.criteria,
        _figure(item.maximum),
        _UNTOUCHED if item.is_untouched and not is_locked else _figure(item.points),
        "；".join(item.reasons),
        "\n".join(entries),
        "、".join(item.open_words),
    ]


def _figure(text: str) -> Value:
    """A number as one; a range of points as it is written."""
    try:
        return float(text)
    except ValueError:
        return text


def _words(entry: EntryView) -> str:
    said = [f"{entry.by}：{entry.text}", entry.evidence, entry.mark_label]
    return "；".join(one for one in said if one)
