"""The scoring engine of the acceptance standard (附件2): findings in, a score sheet out.

1. An item starts at its maximum; each finding deducts by one of the item's rules, at
   most what is left (扣完为止，不倒扣分). Findings of one rule add up; order is irrelevant.
2. A rule deducts its points per count, or once whatever the count (`whole`). A rule that
   needs verification (经核实) deducts only verified counts; the others leave the item open.
3. A veto stands beside the points and changes none.
4. An averaged item without its average, or without a formula set by the office, has no
   points: it spans 0 to its maximum, and so do the sums it enters.
5. The total is the base plus the bonus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.review.findings import Finding, Findings, ScoreError, parse_findings
from config.campaign import Item, Rule, Section, Standard

__all__ = ["Findings", "ScoreError", "Sheet", "parse_findings", "rules_table", "score", "sheet_as_dict"]


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most a score can still be; equal once nothing is open."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)


@dataclass(frozen=True, slots=True)
class ItemScore:
    item: str
    maximum: Fraction
    deducted: Fraction  # at most the maximum; 0 while points are None
    points: Fraction | None  # None: not to be known yet
    reasons: tuple[str, ...]
    open: bool  # something is still to be verified, averaged or decided

    @property
    def span(self) -> Span:
        """What the item can still be worth."""
        if self.points is None:
            return Span(Fraction(0), self.maximum)
        return Span(self.points, self.points)


@dataclass(frozen=True, slots=True)
class Sheet:
    items: tuple[ItemScore, ...]
    sections: Mapping[str, Span]
    base: Span
    bonus: Fraction
    total: Span
    veto: bool
    open: tuple[str, ...]  # ids of the items still open, in the standard's order
    bonus_reason: str


def score(standard: Standard, findings: Findings) -> Sheet:
    """The sheet of `findings`; ScoreError where they do not fit the standard."""
    base = [section for section in standard.sections if not section.bonus]
    _refuse_strangers(standard, base, findings)
    scored = {
        section.id: [_score_item(standard, item, findings) for item in section.items] for section in base
    }
    items = tuple(item for row in scored.values() for item in row)
    sections = {name: _sum(item.span for item in row) for name, row in scored.items()}
    total = _sum(sections.values())
    bonus = Span(findings.bonus, findings.bonus)
    return Sheet(
        items=items,
        sections=sections,
        base=total,
        bonus=findings.bonus,
        total=total + bonus,
        veto=any(_vetoed(item, findings.entries) for section in base for item in section.items),
        open=tuple(item.item for item in items if item.open),
        bonus_reason=findings.bonus_reason,
    )


def sheet_as_dict(sheet: Sheet) -> dict[str, object]:
    """The sheet as the `score` command prints it; a section with an open span is null."""
    return {
        "items": [
            {
                "item": item.item,
                "max": number(item.maximum),
                "deducted": number(item.deducted),
                "points": None if item.points is None else number(item.points),
                "reasons": list(item.reasons),
            }
            for item in sheet.items
        ],
        "sections": {
            name: number(span.low) if span.low == span.high else None for name, span in sheet.sections.items()
        },
        "base": _range(sheet.base),
        "bonus": number(sheet.bonus),
        "bonus_reason": sheet.bonus_reason,
        "total": _range(sheet.total),
        "veto": sheet.veto,
        "open": list(sheet.open),
    }


def rules_table(standard: Standard) -> list[dict[str, object]]:
    """One row per rule: its item, id, points, how it deducts and the notice's words."""
    return [
        {
            "item": item.id,
            "rule": rule.id,
            "max": number(exact(item.maximum)),
            "points": number(exact(rule.points)),
            "whole": rule.whole,
            "verified": rule.verified,
            "veto": rule.veto,
            "words": rule.words,
        }
        for section in standard.sections
        for item in section.items
        for rule in item.rules
    ]


def number(value: Fraction) -> int | float:
    """`value` to two places as it is printed: 5, not 5.0."""
    rounded = round(value, 2)
    return int(rounded) if rounded.denominator == 1 else float(rounded)


def exact(value: float) -> Fraction:
    """A configured or given number without binary noise: 0.1 is one tenth."""
    return Fraction(str(value))


def _refuse_strangers(standard: Standard, base: Iterable[Section], findings: Findings) -> None:
    items = {item.id: item for section in base for item in section.items}
    for finding in findings.entries:
        item = items.get(finding.item)
        if item is None:
            raise ScoreError("unknown_item", f"验收标准中没有可扣分的项目 {finding.item}")
        if finding.rule not in {rule.id for rule in item.rules}:
            raise ScoreError("unknown_rule", f"项目 {finding.item} 没有扣分规则 {finding.rule}")
    for name in findings.averages:
        if name not in items or not items[name].averaged:
            raise ScoreError("unknown_item", f"项目 {name} 不按平均分计分")
    limit = sum((exact(section.points) for section in standard.sections if section.bonus), Fraction(0))
    if findings.bonus > limit:
        raise ScoreError("bad_bonus", f"加分应在0至{number(limit)}分之间")


def _score_item(standard: Standard, item: Item, findings: Findings) -> ItemScore:
    if item.averaged:
        return _score_average(item, findings.averages.get(item.id), standard.average_formula)
    return _score_deductions(item, findings.entries)


def _score_deductions(item: Item, entries: Iterable[Finding]) -> ItemScore:
    maximum = exact(item.maximum)
    outcomes = [_apply(rule, _counts(item, rule, entries)) for rule in item.rules]
    total = sum((outcome.points for outcome in outcomes), Fraction(0))
    reasons = [outcome.reason for outcome in outcomes if outcome.reason]
    unverified = sum(outcome.unverified for outcome in outcomes)
    if unverified:
        reasons.append(f"{unverified}个问题待核实，暂不扣分")
    if total > maximum:
        reasons.append("已扣完，不倒扣分")
    deducted = min(total, maximum)
    return ItemScore(item.id, maximum, deducted, maximum - deducted, tuple(reasons), unverified > 0)


def _score_average(item: Item, average: Fraction | None, formula: str) -> ItemScore:
    maximum = exact(item.maximum)
    if average is None:
        return ItemScore(item.id, maximum, Fraction(0), None, ("尚无平均分",), True)
    if not formula:
        reason = f"平均分{number(average)}，折算办法尚未明确"
        return ItemScore(item.id, maximum, Fraction(0), None, (reason,), True)
    points = average / 100 * maximum
    reason = f"平均分{number(average)}，折合{number(points)}分"
    return ItemScore(item.id, maximum, maximum - points, points, (reason,), False)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often a rule was met: what deducts, and what still awaits verification."""

    valid: int
    unverified: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    points: Fraction
    reason: str  # "" when nothing is deducted
    unverified: int


def _counts(item: Item, rule: Rule, entries: Iterable[Finding]) -> _Counts:
    own = [entry for entry in entries if entry.item == item.id and entry.rule == rule.id]
    valid = sum(entry.count for entry in own if entry.verified or not rule.verified)
    return _Counts(valid, sum(entry.count for entry in own) - valid)


def _apply(rule: Rule, counts: _Counts) -> _Outcome:
    if not counts.valid:
        return _Outcome(Fraction(0), "", counts.unverified)
    points = exact(rule.points) * (1 if rule.whole else counts.valid)
    reason = rule.reason.format(count=counts.valid, points=number(points))
    return _Outcome(points, reason, counts.unverified)


def _vetoed(item: Item, entries: Iterable[Finding]) -> bool:
    return any(rule.veto and _counts(item, rule, entries).valid > 0 for rule in item.rules)


def _sum(spans: Iterable[Span]) -> Span:
    return sum(spans, Span(Fraction(0), Fraction(0)))


def _range(span: Span) -> dict[str, int | float]:
    return {"min": number(span.low), "max": number(span.high)}
