"""Which entries of a sheet count, and what stands in the way of the others.

1. Entries that were withdrawn, and all that somebody recused entered, count for nothing and stay to be read.
2. Entries of one person about the same rule of the same item add up; of results of tests likewise; of the
   bonus a person's latest stands.
3. Entries of several persons about the same are a difference and are never added up, until the leader has
   settled which of them count. "Looked at, nothing found" is such an entry, too. A settlement holds until
   something is entered that it did not know.
4. A veto stands once a second person has signed it, unless the office has dismissed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.sheet import (
    Bonus,
    Found,
    Line,
    Looked,
    Recused,
    Scored,
    Settled,
    Verified,
    VetoConcluded,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)


class Mark(StrEnum):
    """What became of an entry."""

    COUNTS = "counts"
    DIFFERS = "differs"  # somebody else entered something about the same; the leader has to settle it
    SET_ASIDE = "set_aside"  # another entry was settled to count
    REPLACED = "replaced"  # by a later one of the same person
    WITHDRAWN = "withdrawn"
    VOID = "void"  # of somebody recused


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry and what became of it."""

    line: Line  # Found, Looked, Scored or Bonus
    mark: Mark
    verified: bool  # of a finding: entered so, or confirmed since
    by_word: Line | None = None  # what withdrew it, or settled it aside


@dataclass(frozen=True, slots=True)
class Group:
    """All entries about one rule of an item; about its tests or the bonus, where `rule` is ""."""

    item: str
    rule: str
    entries: tuple[Entry, ...]
    settled: Line | None = None

    @property
    def differs(self) -> bool:
        """Whether the leader has to settle it."""
        return any(entry.mark is Mark.DIFFERS for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Veto:
    """A proposed veto."""

    line: Line
    second: Line | None
    concluded: Line | None
    mark: Mark  # COUNTS, WITHDRAWN or VOID

    @property
    def item(self) -> str:
        assert isinstance(self.line.content, VetoProposed)
        return self.line.content.item

    @property
    def is_signed(self) -> bool:
        """Whether two persons stand behind it and it was not taken back."""
        return self.mark is Mark.COUNTS and self.second is not None

    @property
    def is_live(self) -> bool:
        """Whether it was neither taken back nor dismissed by the office."""
        return self.mark is Mark.COUNTS and (self.concluded is None or _upheld(self.concluded))

    @property
    def stands(self) -> bool:
        """Whether it is to be reckoned with: signed by two, and not dismissed by the office."""
        return self.is_live and self.is_signed


@dataclass(frozen=True, slots=True)
class Judged:
    """All entries of a sheet."""

    groups: tuple[Group, ...]
    looked: tuple[Entry, ...]  # "nothing found", for each item
    vetoes: tuple[Veto, ...]


def judge(lines: Sequence[Line]) -> Judged:
    """What these lines, in the order in which they came, make of each entry."""
    said = _Said(lines)
    return Judged(
        groups=tuple(_group(said, key, members) for key, members in _grouped(said).items()),
        looked=tuple(said.entry(line) for line in lines if isinstance(line.content, Looked)),
        vetoes=tuple(_veto(said, line) for line in lines if isinstance(line.content, VetoProposed)),
    )


def recused(lines: Iterable[Line]) -> frozenset[int]:
    """Everybody who was found to have a conflict of interest."""
    return frozenset(line.content.person for line in lines if isinstance(line.content, Recused))


class _Said:
    """The lines, looked up by what they say of each other."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.void = recused(lines)
        self.lines = lines
        valid = [line for line in lines if line.by not in self.void]
        self.withdrawn = {line.content.entry: line for line in valid if isinstance(line.content, Withdrawn)}
        self.verified = {line.content.entry for line in valid if isinstance(line.content, Verified)}
        self.seconded: dict[str, list[Line]] = {}
        for line in valid:
            if isinstance(line.content, VetoSeconded) and line.id not in self.withdrawn:
                self.seconded.setdefault(line.content.entry, []).append(line)
        self.concluded = {
            line.content.entry: line for line in lines if isinstance(line.content, VetoConcluded)
        }
        self.settled: dict[tuple[str, str], Line] = {
            (line.content.item, line.content.rule): line
            for line in valid
            if isinstance(line.content, Settled)
        }

    def mark(self, line: Line) -> Mark:
        """As far as the line alone can tell."""
        if line.by in self.void:
            return Mark.VOID
        return Mark.WITHDRAWN if line.id in self.withdrawn else Mark.COUNTS

    def entry(self, line: Line, mark: Mark | None = None, by_word: Line | None = None) -> Entry:
        entered = isinstance(line.content, Found) and line.content.verified
        found = mark or self.mark(line)
        word = self.withdrawn.get(line.id) if found is Mark.WITHDRAWN else by_word
        return Entry(line, found, entered or line.id in self.verified, word)


def _grouped(said: _Said) -> dict[tuple[str, str], list[Line]]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in said.lines:
        match line.content:
            case Found(item=item, rule=rule):
                groups.setdefault((item, rule), []).append(line)
            case Scored(item=item) | Bonus(item=item):
                groups.setdefault((item, ""), []).append(line)
    for line in said.lines:
        if isinstance(line.content, Looked) and not _found_too(said, line):
            for (item, _), members in groups.items():
                if item == line.content.item:
                    members.append(line)
    return groups


def _found_too(said: _Said, looked: Line) -> bool:
    """Whether whoever found nothing in an item entered a finding in it as well: then that one stands."""
    assert isinstance(looked.content, Looked)
    return any(
        isinstance(line.content, Found)
        and line.content.item == looked.content.item
        and line.by == looked.by
        and said.mark(line) is Mark.COUNTS
        for line in said.lines
    )


def _group(said: _Said, key: tuple[str, str], lines: Sequence[Line]) -> Group:
    standing = [line for line in lines if said.mark(line) is Mark.COUNTS]
    if all(isinstance(line.content, Looked) for line in standing):  # nothing is left to differ from
        standing = []
    members = [line for line in lines if line in standing or not isinstance(line.content, Looked)]
    latest = {line.by: line.id for line in standing if isinstance(line.content, Bonus)}
    replaced = {line.id for line in standing if latest.get(line.by, line.id) != line.id}
    valid = [line for line in standing if line.id not in replaced]
    settled = said.settled.get(key) if len({line.by for line in valid}) > 1 else None
    counted = _counted(settled, valid)
    if not counted:
        settled = None

    def judged(line: Line) -> Entry:
        if line.id in replaced:
            return said.entry(line, Mark.REPLACED)
        if line not in valid:
            return said.entry(line)
        if len({one.by for one in valid}) == 1:
            return said.entry(line, Mark.COUNTS)
        if settled is None:
            return said.entry(line, Mark.DIFFERS)
        return said.entry(line, Mark.COUNTS if line.id in counted else Mark.SET_ASIDE, settled)

    return Group(*key, tuple(judged(line) for line in members), settled)


def _counted(settled: Line | None, valid: Sequence[Line]) -> set[str]:
    """The entries that a settlement lets count; none where it no longer holds."""
    if settled is None or not isinstance(settled.content, Settled):
        return set()
    ids = {line.id for line in valid}
    return ids & set(settled.content.counted) if ids <= set(settled.content.known) else set()


def _veto(said: _Said, line: Line) -> Veto:
    seconds = [second for second in said.seconded.get(line.id, ()) if second.by != line.by]
    return Veto(line, seconds[0] if seconds else None, said.concluded.get(line.id), said.mark(line))


def _upheld(line: Line) -> bool:
    return isinstance(line.content, VetoConcluded) and line.content.upheld
