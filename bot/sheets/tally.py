"""The score of a sheet as it stands (product page I10).

The points are the engine's (`bot.review.scoring`), over the entries that count (`bot.sheets.judging`). Where
inspectors differ and the leader has not settled it, the score runs from the worst to the best of what they
entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.model.sheet import Bonus, Found, Line, Looked, Scored, VetoProposed
from bot.review.findings import Finding, Findings
from bot.review.scoring import Sheet, Span, exact, score
from bot.sheets.judging import Entry, Group, Judged, Mark, Veto, judge
from config.campaign import Item, Rule, Standard


class Open(StrEnum):
    """Why an item is not finished."""

    NOT_LOOKED_AT = "not_looked_at"
    UNVERIFIED = "unverified"  # 待核实
    DIFFERENCE = "difference"
    NO_RESULTS = "no_results"  # of the tests
    NO_FORMULA = "no_formula"  # the office has not said how an average becomes points
    VETO_UNSIGNED = "veto_unsigned"  # a proposed veto lacks its second signature


@dataclass(frozen=True, slots=True)
class Tally:
    """A sheet as it stands. `worst` and `best` differ only while inspectors differ."""

    worst: Sheet
    best: Sheet
    judged: Judged
    open: Mapping[str, tuple[Open, ...]]  # by item, in the standard's order

    @property
    def base(self) -> Span:
        return Span(self.worst.base.low, self.best.base.high)

    @property
    def bonus(self) -> Span:
        return Span(self.worst.bonus, self.best.bonus)

    @property
    def total(self) -> Span:
        return Span(self.worst.total.low, self.best.total.high)

    @property
    def veto(self) -> bool:
        """Whether two persons have signed a veto that the office has not dismissed."""
        return self.worst.veto

    def points(self, item: str) -> Span:
        """What an item of the base can still be worth; KeyError if there is none."""
        low = {one.item: one.span.low for one in self.worst.items}
        high = {one.item: one.span.high for one in self.best.items}
        return Span(low[item], high[item])

    def section(self, section: str) -> Span:
        """What a section of the base can still be worth; KeyError if there is none."""
        return Span(self.worst.sections[section].low, self.best.sections[section].high)


def tally(standard: Standard, lines: Sequence[Line]) -> Tally:
    """The sheet that these lines make, in the order in which they came. They fit the standard."""
    judged = judge(lines)
    worst = score(standard, _findings(standard, judged, is_worst=True))
    best = score(standard, _findings(standard, judged, is_worst=False))
    waiting = {*worst.open, *best.open}
    open_items = {
        item.id: why
        for section in standard.sections
        for item in section.items
        if (why := tuple(_open(item, judged, item.id in waiting, not section.bonus)))
    }
    return Tally(worst, best, judged, open_items)


def base_items(standard: Standard) -> tuple[Item, ...]:
    """The items that deduct."""
    return tuple(item for section in standard.sections if not section.bonus for item in section.items)


def _findings(standard: Standard, judged: Judged, is_worst: bool) -> Findings:
    """The findings that are the worst, or the best, for the unit wherever inspectors differ."""
    rules = {(item.id, rule.id): rule for item in base_items(standard) for rule in item.rules}
    pick = max if is_worst else min
    entries = [_veto_finding(veto) for veto in judged.vetoes if veto.stands]
    averages: dict[str, Fraction] = {}
    bonus = Fraction(0)
    for group in judged.groups:
        rule = rules.get((group.item, group.rule))
        sides = _sides(group)
        if rule is not None:
            costs = [(_cost(rule, side), place) for place, side in enumerate(sides)]
            entries += [_finding(group, one) for one in sides[pick(costs)[1]]] if costs else []
        elif means := [mean for side in sides if (mean := _mean(side)) is not None]:
            averages[group.item] = min(means) if is_worst else max(means)
        elif sides:
            points = [_bonus(side) for side in sides]
            bonus += min(points) if is_worst else max(points)
    return Findings(tuple(entries), averages, bonus)


def _sides(group: Group) -> list[list[Entry]]:
    """The entries that count; while inspectors differ, those of each."""
    sides: dict[int, list[Entry]] = {}
    for entry in group.entries:
        if entry.mark is Mark.COUNTS:
            sides.setdefault(0, []).append(entry)
        elif entry.mark is Mark.DIFFERS:
            sides.setdefault(entry.line.by, []).append(entry)
    return list(sides.values())


def _count(entry: Entry) -> int:
    return entry.line.content.count if isinstance(entry.line.content, Found) else 0


def _finding(group: Group, entry: Entry) -> Finding:
    return Finding(group.item, group.rule, _count(entry), entry.verified)


def _veto_finding(veto: Veto) -> Finding:
    content = veto.line.content
    assert isinstance(content, VetoProposed)
    return Finding(content.item, content.rule, verified=True)


def _cost(rule: Rule, side: Iterable[Entry]) -> int:
    count = sum(_count(entry) for entry in side if entry.verified or not rule.verified)
    return min(count, 1) if rule.whole else count


def _mean(side: Iterable[Entry]) -> Fraction | None:
    contents = [entry.line.content for entry in side]
    scores = [exact(one) for said in contents if isinstance(said, Scored) for one in said.scores]
    return sum(scores, Fraction(0)) / len(scores) if scores else None


def _bonus(side: Iterable[Entry]) -> Fraction:
    contents = [entry.line.content for entry in side]
    return sum((exact(said.points) for said in contents if isinstance(said, Bonus)), Fraction(0))


def _open(item: Item, judged: Judged, is_waiting: bool, is_base: bool) -> Iterable[Open]:
    """Why an item is not finished. The bonus need not be looked at: most units have none."""
    groups = [group for group in judged.groups if group.item == item.id and _sides(group)]
    vetoes = [veto for veto in judged.vetoes if veto.item == item.id and veto.mark is Mark.COUNTS]
    if any(group.differs for group in groups):
        yield Open.DIFFERENCE
    if any(veto.second is None for veto in vetoes):
        yield Open.VETO_UNSIGNED
    if item.averaged:
        if is_waiting:
            yield Open.NO_FORMULA if groups else Open.NO_RESULTS
    elif is_waiting:
        yield Open.UNVERIFIED
    elif is_base and not groups and not vetoes and not _looked_at(item, judged):
        yield Open.NOT_LOOKED_AT


def _looked_at(item: Item, judged: Judged) -> bool:
    contents = (entry.line.content for entry in judged.looked if entry.mark is Mark.COUNTS)
    return any(isinstance(said, Looked) and said.item == item.id for said in contents)
