"""Entries as a page sends them, from untrusted JSON to typed values that fit the standard.

Shape: {"entries": [{"id": UUID, "kind": …, "noted_at": ISO with zone or absent, …}]}, with by kind
  finding        item, rule, count (1), verified (false), evidence, photos ([SHA-256])
  looked         item, evidence, photos: looked at, nothing found
  tested         item, scores: [0…100], one per person tested, without names
  bonus          item, points, system, measures, effect
  veto           item, rule, evidence, photos
  veto_seconded  entry (id of the proposal), evidence
  verified       entry, evidence
  withdrawn      entry, reason
  settled        item, rule ("" for tests and the bonus), counted: [ids], known: [ids], reason
Keys beyond these are ignored. A bad entry does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.model.sheet import (
    Bonus,
    Entered,
    EntryIn,
    Found,
    Looked,
    Scored,
    Settled,
    Verified,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)
from config.campaign import Campaign, Item, Rule, Section

MOST_ENTRIES = 500  # in one go
MOST_COUNT = 999
MOST_PHOTOS = 20
MOST_SCORES = 500
LONGEST_TEXT = 1000  # characters
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that cannot be taken."""

    place: int  # from 1
    id: str  # "" where not even that can be read
    problem: str  # what is wrong and what to do


@dataclass(frozen=True, slots=True)
class ReadEntries:
    entries: tuple[EntryIn, ...]
    problems: tuple[Unread, ...] = ()


class _Bad(Exception):
    """The message says what is wrong with an entry."""


def read_entries(data: object, campaign: Campaign) -> ReadEntries:
    """The entries in decoded JSON, those that are good; and what is wrong with the others."""
    rows = data.get("entries") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return ReadEntries((), (Unread(1, "", campaign.phrases["sheet_bad_shape"]),))
    if len(rows) > MOST_ENTRIES:
        return ReadEntries((), (Unread(1, "", campaign.phrases["sheet_too_many"].format(most=MOST_ENTRIES)),))
    entries: list[EntryIn] = []
    problems: list[Unread] = []
    for place, row in enumerate(rows, start=1):
        reader = _Reader(campaign, row if isinstance(row, dict) else {})
        try:
            entries.append(reader.entry())
        except _Bad as problem:
            problems.append(Unread(place, reader.id, str(problem)))
    return ReadEntries(tuple(entries), tuple(problems))


class _Reader:
    """Reads one entry; `_Bad` for the first thing that is wrong with it."""

    def __init__(self, campaign: Campaign, row: Mapping[str, Any]) -> None:
        self.campaign = campaign
        self.row = row
        self.id = _uuid(row.get("id"))

    def entry(self) -> EntryIn:
        if not self.id:
            raise self.bad("sheet_bad_id")
        kind = self.row.get("kind")
        read = _KINDS.get(kind) if isinstance(kind, str) else None
        if read is None:
            raise self.bad("sheet_bad_kind")
        return EntryIn(self.id, read(self), self.moment())

    def bad(self, phrase: str, **facts: object) -> _Bad:
        return _Bad(self.campaign.phrases[phrase].format(**facts))

    def moment(self) -> datetime | None:
        value = self.row.get("noted_at")
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.bad("sheet_bad_time") from None
        if moment.tzinfo is None or moment.year not in _YEARS:
            raise self.bad("sheet_bad_time")
        return moment

    def place(self) -> tuple[Section, Item]:
        name = self.row.get("item")
        for section in self.campaign.standard.sections:
            for item in section.items:
                if item.id == name:
                    return section, item
        raise self.bad("sheet_bad_item")

    def rule(self, item: Item, veto: bool) -> Rule:
        for rule in item.rules:
            if rule.id == self.row.get("rule"):
                if rule.veto is veto:
                    return rule
                raise self.bad("sheet_veto_apart" if rule.veto else "sheet_no_veto_rule", number=item.number)
        raise self.bad("sheet_bad_rule", number=item.number)

    def text(self, name: str, missing: str = "", **facts: object) -> str:
        """A text without what cannot be stored; `missing` is said where there is none."""
        value = self.row.get(name)
        if value is not None and not isinstance(value, str):
            raise self.bad("sheet_bad_text")
        text = (value or "").encode(errors="ignore").decode().replace("\0", "").strip()
        if len(text) > LONGEST_TEXT:
            raise self.bad("sheet_long_text", most=LONGEST_TEXT, count=len(text))
        if missing and not text:
            raise self.bad(missing, **facts)
        return text

    def photos(self) -> tuple[str, ...]:
        value = self.row.get("photos") or []
        if not isinstance(value, list) or not all(_is_sha256(one) for one in value):
            raise self.bad("sheet_bad_photos")
        if len(value) > MOST_PHOTOS:
            raise self.bad("sheet_many_photos", most=MOST_PHOTOS)
        return tuple(dict.fromkeys(value))

    def number(self, value: Any, low: float, high: float, phrase: str, **facts: object) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:  # a NaN is not within anything
            raise self.bad(phrase, **facts)
        return float(value) if isinstance(value, float) else int(value)

    def ids(self, name: str) -> tuple[str, ...]:
        value = self.row.get(name)
        found = [_uuid(one) for one in value] if isinstance(value, list) else []
        if not found or not all(found) or len(found) > MOST_ENTRIES:
            raise self.bad("sheet_bad_settlement")
        return tuple(dict.fromkeys(found))

    def reference(self) -> str:
        entry = _uuid(self.row.get("entry"))
        if not entry:
            raise self.bad("sheet_bad_reference")
        return entry


def _finding(read: _Reader) -> Found:
    _, item = read.place()
    rule = read.rule(item, veto=False)
    count = read.row.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_COUNT:
        raise read.bad("sheet_bad_count", number=item.number, most=MOST_COUNT)
    verified = read.row.get("verified", False)
    if not isinstance(verified, bool):
        raise read.bad("sheet_bad_verified", number=item.number)
    photos, evidence = read.photos(), read.text("evidence")
    if not photos and not evidence:
        raise read.bad("sheet_needs_evidence", number=item.number)
    return Found(item.id, rule.id, count, verified, evidence, photos)


def _looked(read: _Reader) -> Looked:
    section, item = read.place()
    if section.bonus or item.averaged:
        raise read.bad("sheet_not_looked", number=item.number)
    return Looked(item.id, read.text("evidence"), read.photos())


def _tested(read: _Reader) -> Scored:
    _, item = read.place()
    if not item.averaged:
        raise read.bad("sheet_not_averaged", number=item.number)
    scores = read.row.get("scores")
    if not isinstance(scores, list) or not 1 <= len(scores) <= MOST_SCORES:
        raise read.bad("sheet_bad_scores", number=item.number)
    values = (read.number(one, 0, 100, "sheet_bad_scores", number=item.number) for one in scores)
    return Scored(item.id, tuple(values))


def _bonus(read: _Reader) -> Bonus:
    section, item = read.place()
    if not section.bonus:
        raise read.bad("sheet_not_bonus", number=item.number)
    most = min(section.points, item.maximum)
    points = read.number(read.row.get("points"), 0, most, "sheet_bad_bonus", most=f"{most:g}")
    said = [read.text(name, "sheet_bonus_parts") for name in ("system", "measures", "effect")]
    return Bonus(item.id, points, *said)


def _veto(read: _Reader) -> VetoProposed:
    _, item = read.place()
    rule = read.rule(item, veto=True)
    return VetoProposed(item.id, rule.id, read.text("evidence", "sheet_veto_evidence"), read.photos())


def _seconded(read: _Reader) -> VetoSeconded:
    return VetoSeconded(read.reference(), read.text("evidence", "sheet_veto_evidence"))


def _verified(read: _Reader) -> Verified:
    return Verified(read.reference(), read.text("evidence", "sheet_verify_evidence"))


def _withdrawn(read: _Reader) -> Withdrawn:
    return Withdrawn(read.reference(), read.text("reason", "sheet_withdraw_reason"))


def _settled(read: _Reader) -> Settled:
    section, item = read.place()
    rule = "" if item.averaged or section.bonus else read.rule(item, veto=False).id
    counted, known = read.ids("counted"), read.ids("known")
    if not set(counted) <= set(known) or (section.bonus and len(counted) > 1):
        raise read.bad("sheet_bad_settlement")
    return Settled(item.id, rule, counted, known, read.text("reason"))


_KINDS: dict[str, Callable[[_Reader], Entered]] = {
    "finding": _finding,
    "looked": _looked,
    "tested": _tested,
    "bonus": _bonus,
    "veto": _veto,
    "veto_seconded": _seconded,
    "verified": _verified,
    "withdrawn": _withdrawn,
    "settled": _settled,
}


def _uuid(value: object) -> str:
    """In its usual spelling, "" if it is none."""
    if not isinstance(value, str) or len(value) != 36:
        return ""
    try:
        return str(UUID(value))
    except ValueError:
        return ""


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def needed_photos(contents: Sequence[Entered]) -> set[str]:
    """The pictures that these entries name."""
    return {
        one for said in contents if isinstance(said, Found | Looked | VetoProposed) for one in said.photos
    }
