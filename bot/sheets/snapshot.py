"""What is signed off, as JSON for good: the score, every item's deductions, and every line it rests on.

Shape: {"sheet", "application", "number", "unit", "visit", "covert", "version", "title", "team": [{"person",
"name"}], "items": [{"item", "number", "title", "max", "points": {"min", "max"}, "reasons", "open"}], "sections":
{id: {"min", "max"}}, "base", "bonus", "total": {"min", "max"}, "veto", "open": [items], "open_reason", "signed":
[{"person", "name", "at"}], "marks": {line: mark}, "lines": [{"id", "kind", "by", "name", "at", "noted_at",
"content"}], "photos": [SHA-256]}. Moments as ISO.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.application import Application
from bot.model.sheet import Line, OnSiteSheet
from bot.review.scoring import Span, exact, number
from bot.sheets.content_json import content_as_dict, kind_of
from bot.sheets.judging import Judged
from bot.sheets.tally import Tally, base_items, tally
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Signing:
    """What is signed, by whom, in this order."""

    sheet: OnSiteSheet
    application: Application
    version: int
    signed: tuple[Line, Line]  # the leader's line and the member's
    open_reason: str


def snapshot_of(campaign: Campaign, signing: Signing, lines: Sequence[Line]) -> dict[str, Any]:
    """The snapshot of a sheet with these lines."""
    sheet, application = signing.sheet, signing.application
    stands = tally(campaign.standard, lines)
    return {
        "sheet": sheet.id,
        "application": application.id,
        "number": application.number,
        "unit": application.values.get(campaign.form.unit_field, ""),
        "visit": sheet.visit,
        "covert": sheet.covert,
        "version": signing.version,
        "title": campaign.standard.title,
        "team": [{"person": one.person, "name": one.name} for one in sheet.team],
        "items": _items(campaign, stands),
        "sections": {name: _range(stands.section(name)) for name in stands.worst.sections},
        "base": _range(stands.base),
        "bonus": _range(stands.bonus),
        "total": _range(stands.total),
        "veto": stands.veto,
        "open": list(stands.open),
        "open_reason": signing.open_reason,
        "signed": [{"person": one.by, "name": one.name, "at": one.at.isoformat()} for one in signing.signed],
        "marks": _marks(stands.judged),
        "lines": [_line(line) for line in lines],
        "photos": sorted(set(_photos(lines))),
    }


def _items(campaign: Campaign, stands: Tally) -> list[dict[str, Any]]:
    scored = {one.item: one for one in stands.worst.items}
    return [
        {
            "item": item.id,
            "number": item.number,
            "title": item.title,
            "max": number(exact(item.maximum)),
            "points": _range(stands.points(item.id)),
            "reasons": list(scored[item.id].reasons),
            "open": [str(why) for why in stands.open.get(item.id, ())],
        }
        for item in base_items(campaign.standard)
    ]


def _marks(judged: Judged) -> dict[str, str]:
    marks = {entry.line.id: str(entry.mark) for entry in judged.looked}
    marks |= {entry.line.id: str(entry.mark) for group in judged.groups for entry in group.entries}
    return marks | {veto.line.id: str(veto.mark) for veto in judged.vetoes}


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": kind_of(line.content),
        "by": line.by,
        "name": line.name,
        "at": line.at.isoformat(),
        "noted_at": line.noted_at.isoformat() if line.noted_at else None,
        "content": content_as_dict(line.content),
    }


def _photos(lines: Sequence[Line]) -> list[str]:
    return [sha256 for line in lines for sha256 in getattr(line.content, "photos", ())]


def _range(span: Span) -> dict[str, int | float]:
    return {"min": number(span.low), "max": number(span.high)}
