"""A sheet as a page shows it: plain texts, ready to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.sheets.judging import Mark
from bot.sheets.tally import Open


class Act(StrEnum):
    """What whoever looks may do with the sheet as it stands."""

    ENTER = "enter"  # entries, pictures, draws
    SETTLE = "settle"
    SIGN_AS_LEADER = "sign_as_leader"
    SIGN_AS_MEMBER = "sign_as_member"
    REOPEN = "reopen"
    RECUSE = "recuse"  # oneself; leader and office anybody
    CHANGE_TEAM = "change_team"
    CONCLUDE_VETO = "conclude_veto"
    FINISH = "finish"  # conclude the inspection of the unit


@dataclass(frozen=True, slots=True)
class RuleButton:
    """One rule of an item, to be entered at a touch."""

    rule: str
    words: str  # the notice's
    points: str  # "1"; "" for a veto
    whole: bool  # deducts once, whatever the count
    verified: bool  # deducts only what was verified
    veto: bool
    differs: bool  # inspectors differ, the leader has to settle it
    valid: tuple[str, ...]  # ids of its entries that are neither withdrawn nor void: `known` of a settlement


@dataclass(frozen=True, slots=True)
class EntryView:
    id: str
    kind: str
    rule: str  # "" where the entry is about none
    text: str  # what was entered
    evidence: str
    photos: tuple[str, ...]  # SHA-256
    by: str
    is_mine: bool
    at: datetime  # in the campaign's zone
    noted_at: datetime | None  # by the maker's own clock
    verified: bool
    mark: Mark
    mark_label: str  # 计分, 不一致，待组长核定, 已撤回 …
    word: str  # who withdrew or settled it and why


@dataclass(frozen=True, slots=True)
class VetoView:
    id: str
    item: str
    text: str
    evidence: str
    photos: tuple[str, ...]
    by: str
    second: str  # who signed it as the second, and on what evidence; "" while nobody did
    state: str  # in words: 待第二人签署, 待市办公室认定 …
    may_second: bool
    may_withdraw: bool
    may_conclude: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    id: str
    number: str  # "1.4"
    title: str
    maximum: str
    method: str  # the notice's words
    criteria: str  # the notice's words
    papers: tuple[str, ...]  # what a unit should have at hand
    known_by: str
    points: str  # "4", or "0–8" while it is open
    is_exhausted: bool  # 已扣完
    reasons: tuple[str, ...]
    open: tuple[Open, ...]
    open_words: tuple[str, ...]
    averaged: bool
    bonus: bool
    differs: bool  # of tests or the bonus, which have no rule
    valid: tuple[str, ...]  # likewise, as in `RuleButton`
    rules: tuple[RuleButton, ...]
    entries: tuple[EntryView, ...]
    is_vetoed: bool  # a veto about it was proposed, and neither taken back nor dismissed

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was entered, so that its points say nothing so far."""
        return Open.NOT_LOOKED_AT in self.open or Open.NO_RESULTS in self.open


@dataclass(frozen=True, slots=True)
class SectionView:
    id: str
    title: str
    standard: str  # the notice's words
    maximum: str
    points: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    person: int
    name: str
    is_leader: bool
    is_recused: bool


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw; before it is opened without names."""

    id: int  # counted among those of its sheet
    item: str
    text: str
    list_sha256: str
    seed: str
    is_open: bool
    names: tuple[str, ...]  # the list, in the order in which it is hashed
    chosen: tuple[str, ...]
    log: tuple[str, ...]  # who drew and who opened it, when


@dataclass(frozen=True, slots=True)
class SheetView:
    id: int
    application: str  # id
    number: str
    unit: str
    visit: int
    covert: bool
    team: tuple[MemberView, ...]
    sections: tuple[SectionView, ...]  # the bonus among them
    base: str  # "83", or "75–83" while something is open
    bonus: str
    total: str
    vetoes: tuple[VetoView, ...]
    open: tuple[str, ...]  # what is not finished, a line each
    counting: str  # how entries about the same thing are counted
    draws: tuple[DrawView, ...]
    history: tuple[str, ...]  # signatures, openings, changes of the team, conflicts of interest; oldest first
    digest: str  # what a signature would stand for
    leader_signed: bool  # under the sheet as it stands
    open_reason: str  # why the leader signed although something is open
    is_locked: bool
    version: int  # how often it was signed off
    may: frozenset[Act]

    @property
    def is_provisional(self) -> bool:
        """Whether items that nobody has looked at still count as if nothing were wrong."""
        items = (item for section in self.sections for item in section.items)
        return not self.is_locked and any(item.is_untouched for item in items)
