"""Entries coming in, as often and in whatever order a telephone without a network sends them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.application import Application
from bot.model.sheet import (
    Bonus,
    Entered,
    EntryIn,
    Found,
    Line,
    Looked,
    Scored,
    Settled,
    Verified,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)
from bot.sheets.access import Desk, log, require_stage, take
from bot.sheets.content_json import canonical, content_as_dict, kind_of
from bot.sheets.judging import Mark, judge
from bot.sheets.opening import tell_arrangers
from bot.sheets.read_entries import needed_photos
from bot.sheets.reading import sheet_view
from bot.sheets.views import SheetView
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of

Original = Found | Looked | Scored | Bonus | VetoProposed
"""What stands by itself and can be withdrawn."""


class Fate(StrEnum):
    ACCEPTED = "accepted"
    REPEATED = "repeated"  # it was there already and counts once
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one entry."""

    id: str
    fate: Fate
    problem: str = ""  # why it was refused and what to do


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of the entries, in their order, and the sheet afterwards."""

    results: tuple[Merged, ...]
    view: SheetView


def apply_entries(ask: StaffAsk, sheet: int, entries: Sequence[EntryIn]) -> Merge:
    """Write entries down, each once however often it comes; one that is refused does not hold up the others.

    By members of the team. `Refused` for everybody else.
    """
    desk = take(ask, sheet)
    if not desk.is_member:
        raise Refused(ask.say("sheet_members_only"))
    photos = {photo.sha256 for photo in ask.store.photos(sheet)}
    lines = {line.id: line for line in desk.lines}
    results = [_merge(ask, desk, lines, photos, entry) for entry in entries]
    return Merge(tuple(results), sheet_view(ask, sheet))


def _merge(
    ask: StaffAsk, desk: Desk, lines: dict[str, Line], photos: Collection[str], entry: EntryIn
) -> Merged:
    line = Line(entry.id, ask.person.id, ask.person.label, ask.now, entry.content, entry.noted_at)
    there = lines.get(entry.id)
    if there is not None:
        if (there.by, there.content) == (line.by, line.content):
            return Merged(entry.id, Fate.REPEATED)
        return Merged(entry.id, Fate.REFUSED, ask.say("sheet_id_taken"))
    problem = _shut(ask, desk) or _problem(ask, desk, list(lines.values()), photos, entry.content)
    if problem:
        return Merged(entry.id, Fate.REFUSED, problem)
    ask.store.add_line(desk.sheet.id, line)
    lines[entry.id] = line
    log(
        ask,
        desk.sheet,
        "sheet_entry",
        entry=entry.id,
        kind=kind_of(entry.content),
        sha256=_hash(entry.content),
    )
    if isinstance(entry.content, VetoSeconded):
        _tell_veto(ask, desk, desk.application)
    return Merged(entry.id, Fate.ACCEPTED)


def _shut(ask: StaffAsk, desk: Desk) -> str:
    """Why nothing can be entered now."""
    if desk.is_locked:
        return ask.say("sheet_locked")
    try:
        require_stage(ask, desk.application)
    except Refused as why:
        return str(why)
    return ""


def _problem(
    ask: StaffAsk, desk: Desk, lines: Sequence[Line], photos: Collection[str], content: Entered
) -> str:
    """Why this cannot be entered by this person; "" if it can."""
    if not needed_photos([content]) <= set(photos):
        return ask.say("sheet_photo_missing")
    match content:
        case Withdrawn(entry=named):
            return _no_withdrawal(ask, desk, lines, named)
        case Verified(entry=named):
            known = _standing(lines, named)
            return "" if known and isinstance(known.content, Found) else ask.say("sheet_no_such_entry")
        case VetoSeconded(entry=named):
            known = _standing(lines, named)
            if known is None or not isinstance(known.content, VetoProposed):
                return ask.say("sheet_no_such_entry")
            return ask.say("sheet_veto_same_person") if known.by == ask.person.id else ""
        case Settled():
            return _no_settlement(ask, desk, lines, content)
    return ""


def _no_withdrawal(ask: StaffAsk, desk: Desk, lines: Sequence[Line], named: str) -> str:
    known = next((line for line in lines if line.id == named), None)
    if known is None or not isinstance(known.content, Original | VetoSeconded):
        return ask.say("sheet_no_such_entry")
    if known.by != ask.person.id and not desk.is_leader:
        return ask.say("sheet_not_yours", name=known.name)
    if any(isinstance(line.content, Withdrawn) and line.content.entry == named for line in lines):
        return ask.say("sheet_withdrawn_already")
    return ""


def _no_settlement(ask: StaffAsk, desk: Desk, lines: Sequence[Line], content: Settled) -> str:
    if not desk.is_leader:
        return ask.say("sheet_leader_settles")
    groups = [one for one in judge(lines).groups if (one.item, one.rule) == (content.item, content.rule)]
    there = {entry.line.id for group in groups for entry in group.entries}
    valid = {
        entry.line.id
        for group in groups
        for entry in group.entries
        if entry.mark in (Mark.COUNTS, Mark.DIFFERS, Mark.SET_ASIDE)
    }
    if not set(content.known) <= there or not valid & set(content.counted):
        return ask.say("sheet_bad_settlement")
    return "" if valid <= set(content.known) else ask.say("sheet_settle_again")


def _standing(lines: Sequence[Line], named: str) -> Line | None:
    """The line with this id, unless it was withdrawn or is void."""
    judged = judge(lines)
    entries = [(entry.line, entry.mark) for group in judged.groups for entry in group.entries]
    entries += [(veto.line, veto.mark) for veto in judged.vetoes]
    gone = (Mark.WITHDRAWN, Mark.VOID)
    return next((line for line, mark in entries if line.id == named and mark not in gone), None)


def _hash(content: Entered) -> str:
    return hashlib.sha256(canonical(content_as_dict(content)).encode()).hexdigest()


def _tell_veto(ask: StaffAsk, desk: Desk, application: Application) -> None:
    unit = unit_of(ask.clerk.campaign, application)
    tell_arrangers(ask, desk, "sheet_veto_told", unit=unit, number=application.number)
