"""On-site sheets (实地验收评分表): what a team writes down at a unit, entry by entry. Nothing is ever taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Inspector:
    """A member of a team. The name is the one at that time: a record keeps the old name."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class OnSiteSheet:
    """The sheet of one inspection of one application. There is one per application and announced visit."""

    id: int  # 0 before it is kept
    application: str
    visit: int  # number of the visit; 0: none was announced
    covert: bool  # of an unannounced visit (暗访): only its team knows of it until it is signed off
    team: tuple[Inspector, ...]  # the leader first
    opened_by: int  # person
    opened_at: datetime

    @property
    def leader(self) -> int:
        return self.team[0].person

    def has(self, person: int) -> bool:
        """Whether somebody is of the team."""
        return any(member.person == person for member in self.team)


# What an entry says.


@dataclass(frozen=True, slots=True)
class Found:
    """A rule of an item was met `count` times."""

    item: str
    rule: str
    count: int  # from 1
    verified: bool  # 经核实; matters to rules that need it
    evidence: str
    photos: tuple[str, ...] = ()  # SHA-256


@dataclass(frozen=True, slots=True)
class Looked:
    """An item was looked at and nothing was found."""

    item: str
    evidence: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Results (0–100) of the persons tested for an averaged item, without their names."""

    item: str
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points for innovation, with one thing each about 制度, 措施 and 成效."""

    item: str
    points: float
    system: str
    measures: str
    effect: str


@dataclass(frozen=True, slots=True)
class VetoProposed:
    """One of the two signatures under a veto (一票否决); another person's `VetoSeconded` is the second."""

    item: str
    rule: str
    evidence: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VetoSeconded:
    entry: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A problem that awaited verification (待核实) is confirmed."""

    entry: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An entry no longer counts; it stays to be read."""

    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The leader's word on what several inspectors entered differently about the same thing."""

    item: str
    rule: str  # "" for results of tests and for the bonus
    counted: tuple[str, ...]  # the entries that count
    known: tuple[str, ...]  # the entries that were seen when this was settled
    reason: str = ""


# What else happens to a sheet; not entered from a list.


@dataclass(frozen=True, slots=True)
class Recused:
    """Somebody has a conflict of interest (回避): whatever they entered is void and stays to be read."""

    person: int
    reason: str


@dataclass(frozen=True, slots=True)
class TeamChanged:
    team: tuple[int, ...]  # persons, the leader first
    reason: str


@dataclass(frozen=True, slots=True)
class LeaderSigned:
    """The leader's signature under what `digest` stands for; any later change makes it void."""

    digest: str
    open_reason: str  # why items stay open; "" where none is


@dataclass(frozen=True, slots=True)
class MemberSigned:
    """The second signature: the sheet is signed off and locked."""

    digest: str
    version: int  # of the snapshot


@dataclass(frozen=True, slots=True)
class Reopened:
    reason: str


@dataclass(frozen=True, slots=True)
class VetoConcluded:
    """The office's word on a proposed veto."""

    entry: str
    upheld: bool
    reason: str


Entered = Found | Looked | Scored | Bonus | VetoProposed | VetoSeconded | Verified | Withdrawn | Settled
"""What inspectors enter, on or off line."""

Happened = Recused | TeamChanged | LeaderSigned | MemberSigned | Reopened | VetoConcluded

Content = Entered | Happened


@dataclass(frozen=True, slots=True)
class EntryIn:
    """An entry as it comes in: with the id its maker gave it, by which it counts once however often it is sent."""

    id: str  # a UUID
    content: Entered
    noted_at: datetime | None = None  # by the maker's own clock; shown, never judged by


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet, for good."""

    id: str  # unique within the sheet
    by: int  # person
    name: str  # of that person at that time
    at: datetime  # by the campaign clock, when it reached us
    content: Content
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was signed off: never changed; a sheet that is opened again gets a further version."""

    sheet: int
    version: int  # from 1
    sha256: str  # of `content` in UTF-8
    content: str  # JSON, see bot.sheets.snapshot
    leader: int
    member: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture taken on site. The file lies in the file store."""

    sheet: int
    sha256: str
    type: str  # jpg | png
    size: int  # bytes
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Draw:
    """A random draw (随机抽取) that anybody can do again: same list, ratio and seed, same persons.

    The names stay sealed until the draw is opened: before that `names` and `chosen` are empty.
    """

    id: int  # 0 before it is kept
    sheet: int
    item: str  # what the persons are drawn for
    list_sha256: str
    size: int  # of the list
    count: int  # how many are drawn
    percent: float
    seed: str
    by: int
    at: datetime
    reason: str = ""  # why it was drawn again
    opened_by: int | None = None
    opened_at: datetime | None = None
    names: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
