"""A unit's own check against the acceptance standard (自查): answers in, a range of points out.

1. A unit is asked only what it can know. Every answer becomes a count of one deduction rule and goes
   through the one scoring engine, as an inspector's finding does.
2. The high end of the range assumes that nothing else is found. The low end assumes the worst of all
   that is not answered: the questions left open, and whatever only inspectors see.
3. An item that the answers have already brought to zero is asked no further (扣完为止).
4. A veto that the unit declares stands beside the range and changes none of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.review.findings import Finding, Findings
from bot.review.scoring import ItemScore, Span, exact, score
from config.campaign import AnswerKind, Item, Rule, Section, Standard

Answers = Mapping[str, int | None]
"""Question key → how often the rule is met (0: not at all); None: the unit cannot say. A key that is no
question of the standard counts for nothing."""


@dataclass(frozen=True, slots=True)
class SelfQuestion:
    """One question of the self-check: one rule of one item."""

    item: Item
    rule: Rule

    @property
    def key(self) -> str:
        """Names the question within its standard: "a2.1.4/guidance_short"."""
        return f"{self.item.id}/{self.rule.id}"


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """What an item can still be worth, and why."""

    item: Item
    own: bool  # the unit is asked about it
    points: Span  # from the worst to the best that the answers leave
    reasons: tuple[str, ...]  # of the deductions that the answers bring
    open: bool  # a question of the unit's own is without an answer
    missing: tuple[str, ...]  # papers (佐证材料) still to be found, of the unit's own items


@dataclass(frozen=True, slots=True)
class Gap:
    """Points the unit can still win back in one item."""

    item: Item
    points: Fraction
    things: int  # how many things are missing: what winning them back takes
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The range of a self-check. All points are of the base but for `bonus`."""

    base: Span  # never to be shown as one number
    maximum: Fraction  # of the base: 90
    bonus: Fraction  # the most that innovation can add
    own_maximum: Fraction  # of the items the unit is asked about: 51
    items: tuple[ItemCheck, ...]  # of the base, in the standard's order
    gaps: tuple[Gap, ...]  # cheapest first
    unanswered: int  # questions that could still narrow the range
    veto: SelfQuestion | None  # the veto the unit declares to apply


def questions(standard: Standard) -> tuple[SelfQuestion, ...]:
    """All that a unit is asked, in the standard's order."""
    return tuple(
        SelfQuestion(item, rule) for item in _base_items(standard) for rule in item.rules if rule.question
    )


def outstanding(standard: Standard, answers: Answers) -> tuple[SelfQuestion, ...]:
    """The questions without an answer that could still change the range, in order; those left open too."""
    return _outstanding(standard, answers, score(standard, Findings(_answered(standard, answers))).items)


def _outstanding(
    standard: Standard, answers: Answers, scored: tuple[ItemScore, ...]
) -> tuple[SelfQuestion, ...]:
    spent = {row.item for row in scored if row.points == 0 and row.maximum > 0}
    return tuple(
        question
        for question in questions(standard)
        if answers.get(question.key) is None and (question.rule.veto or question.item.id not in spent)
    )


def assess(standard: Standard, answers: Answers) -> Assessment:
    """The range that the answers (counts of 0 or more) leave."""
    answered = _answered(standard, answers)
    best = score(standard, Findings(answered))
    worst = score(standard, Findings((*answered, *_feared(standard, answers))))
    unanswered = _outstanding(standard, answers, best.items)
    left = {question.item.id for question in unanswered}
    own = {question.item.id for question in questions(standard)}
    items = tuple(
        ItemCheck(
            item=item,
            own=item.id in own,
            points=Span(low.span.low, high.span.high),
            reasons=high.reasons if item.id in own else (),
            open=item.id in left,
            missing=_missing(item, answers) if item.id in own else (),
        )
        for item, low, high in zip(_base_items(standard), worst.items, best.items, strict=True)
    )
    return Assessment(
        base=Span(worst.base.low, best.base.high),
        maximum=_sum_of(standard, bonus=False),
        bonus=_sum_of(standard, bonus=True),
        own_maximum=sum((exact(row.item.maximum) for row in items if row.own), Fraction(0)),
        items=items,
        gaps=_gaps(standard, answers),
        unanswered=len(unanswered),
        veto=_declared_veto(standard, answers),
    )


def _base_items(standard: Standard) -> tuple[Item, ...]:
    return tuple(item for section in _sections(standard, bonus=False) for item in section.items)


def _sections(standard: Standard, *, bonus: bool) -> tuple[Section, ...]:
    return tuple(section for section in standard.sections if section.bonus is bonus)


def _sum_of(standard: Standard, *, bonus: bool) -> Fraction:
    return sum((exact(section.points) for section in _sections(standard, bonus=bonus)), Fraction(0))


def _answered(standard: Standard, answers: Answers) -> tuple[Finding, ...]:
    """What the unit says of itself; it needs no further verification."""
    return tuple(
        Finding(question.item.id, question.rule.id, count, verified=True)
        for question in questions(standard)
        if (count := answers.get(question.key)) is not None
    )


def _feared(standard: Standard, answers: Answers) -> Iterator[Finding]:
    """The worst of every rule that no answer speaks of. A veto is not feared: it has no points."""
    for item in _base_items(standard):
        for rule in item.rules:
            if not rule.veto and answers.get(SelfQuestion(item, rule).key) is None:
                yield Finding(item.id, rule.id, _worst(item, rule), verified=True)


def _worst(item: Item, rule: Rule) -> int:
    if rule.whole or not rule.points:
        return 1
    if rule.answer is AnswerKind.DONE:
        return rule.required
    return math.ceil(exact(item.maximum) / exact(rule.points))


def _declared_veto(standard: Standard, answers: Answers) -> SelfQuestion | None:
    for question in questions(standard):
        if question.rule.veto and answers.get(question.key):
            return question
    return None


def _missing(item: Item, answers: Answers) -> tuple[str, ...]:
    """The papers of every rule that is met or not answered, in the item's order; none heals a veto."""
    wanted: set[str] = set()
    for rule in item.rules:
        count = answers.get(SelfQuestion(item, rule).key)
        if rule.question and count != 0 and not (rule.veto and count):
            wanted.update(rule.evidence or item.evidence)
    return tuple(paper for paper in item.evidence if paper in wanted)


def _gaps(standard: Standard, answers: Answers) -> tuple[Gap, ...]:
    """What the answers cost; a declared veto is no gap, and nothing mends it."""
    vetoes = {question.key for question in questions(standard) if question.rule.veto}
    costly = {key: count for key, count in answers.items() if key not in vetoes}
    scored = score(standard, Findings(_answered(standard, costly)))
    gaps = [
        Gap(item, row.deducted, _things(item, costly), row.reasons)
        for item, row in zip(_base_items(standard), scored.items, strict=True)
        if row.deducted
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.points, gap.things)))  # stable: then the standard's order


def _things(item: Item, answers: Answers) -> int:
    counts = [(rule, answers.get(SelfQuestion(item, rule).key) or 0) for rule in item.rules]
    return sum(min(count, 1) if rule.whole else count for rule, count in counts)
