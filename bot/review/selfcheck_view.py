"""A self-check as people read it: in the chat, on the unit's own page and on paper. Plain text, no markup.

No expected result is ever given as one number: the base is always written from … to …
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bot.model.split import split
from bot.review.scoring import Span, exact, number
from bot.review.selfcheck import Assessment, Gap, ItemCheck
from config.campaign import Campaign, Item, Section

SHOWN_GAPS = 3


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the base."""

    number: str  # "1.4"
    title: str
    maximum: str  # "5"; "" for a declaration, which has no points
    own: bool  # False: only inspectors see it
    points: str  # "4", or "0–5" while it is open; "" for a declaration
    finding: str  # "缺1次，扣1分", 符合要求, 未答, 现场验收时查看 …
    evidence: tuple[str, ...]  # all papers (佐证材料) that belong to the item
    missing: tuple[str, ...]  # those of them still to be found


@dataclass(frozen=True, slots=True)
class SectionLines:
    number: str
    title: str
    points: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """One item in which points can be won back."""

    number: str
    title: str
    finding: str
    points: str  # what can be won back


@dataclass(frozen=True, slots=True)
class SelfCheckView:
    """All that a unit sees of its self-check. Private to the unit: never for office, bodies or reviewers."""

    low: str  # of the base; always shown together with `high`
    high: str
    maximum: str
    bonus: str  # the most that innovation can add; "0" for none
    range: str  # the range as a sentence
    private: str  # that it is for the unit alone
    scope: str  # how much of the base the unit can know; "" if all
    veto: str  # what a declared veto means; "" without one
    unanswered: str  # that questions are left; "" without any
    gaps: tuple[GapLine, ...]  # at most three, cheapest first
    sections: tuple[SectionLines, ...]


def view(assessment: Assessment, campaign: Campaign) -> SelfCheckView:
    """The view of an assessment against the campaign's standard."""
    phrases = campaign.phrases
    rows = {row.item.id: row for row in assessment.items}
    return SelfCheckView(
        low=_figure(assessment.base.low),
        high=_figure(assessment.base.high),
        maximum=_figure(assessment.maximum),
        bonus=_figure(assessment.bonus),
        range=_range(assessment, campaign),
        private=phrases["selfcheck_private"],
        scope=_scope(assessment, campaign),
        veto=_veto(assessment, campaign),
        unanswered=(
            phrases["selfcheck_unanswered"].format(count=assessment.unanswered)
            if assessment.unanswered
            else ""
        ),
        gaps=tuple(_gap(gap) for gap in assessment.gaps[:SHOWN_GAPS]),
        sections=tuple(
            _section(section, rows, campaign) for section in campaign.standard.sections if not section.bonus
        ),
    )


def lines(assessment: Assessment, campaign: Campaign) -> tuple[str, ...]:
    """The result for a chat: the range first, then gaps and items; parts of at most 2048 bytes."""
    shown = view(assessment, campaign)
    phrases = campaign.phrases
    text = [shown.range + shown.private, shown.veto, shown.scope, shown.unanswered]
    text.extend(gap_lines(shown, campaign))
    if not shown.gaps and not assessment.unanswered:
        text.append(phrases["selfcheck_no_gaps"])
    text.append(phrases["selfcheck_items"])
    for section in shown.sections:
        for item in section.items:
            text.extend(_item_lines(item, campaign))
    text.append(_inspected(shown, campaign))
    return tuple(part.rstrip("\n") for part in split("\n".join(line for line in text if line)))


def gap_lines(shown: SelfCheckView, campaign: Campaign) -> tuple[str, ...]:
    """What to mend first, a heading and a line each; nothing where there is no gap."""
    if not shown.gaps:
        return ()
    phrase = campaign.phrases["selfcheck_gap"]
    gaps = (
        phrase.format(place=place, number=gap.number, title=gap.title, finding=gap.finding, points=gap.points)
        for place, gap in enumerate(shown.gaps, start=1)
    )
    return (campaign.phrases["selfcheck_gaps"], *gaps)


def finding_of(row: ItemCheck, campaign: Campaign) -> str:
    """What the self-check found in one item, in a few words."""
    phrases = campaign.phrases
    if not row.own:
        return phrases["selfcheck_finding_inspector"]
    said = list(row.reasons)
    if row.open:
        said.append(phrases["selfcheck_finding_rest_open" if said else "selfcheck_finding_open"])
    if said:
        return "；".join(said)
    return phrases["selfcheck_finding_fine" if row.item.maximum else "selfcheck_finding_declared"]


def _range(assessment: Assessment, campaign: Campaign) -> str:
    bonus = ""
    if assessment.bonus:
        bonus = campaign.phrases["selfcheck_bonus"].format(bonus=_figure(assessment.bonus))
    return campaign.phrases["selfcheck_range"].format(
        low=_figure(assessment.base.low),
        high=_figure(assessment.base.high),
        maximum=_figure(assessment.maximum),
        bonus=bonus,
    )


def _scope(assessment: Assessment, campaign: Campaign) -> str:
    rest = assessment.maximum - assessment.own_maximum
    if not rest:
        return ""
    return campaign.phrases["selfcheck_scope"].format(
        maximum=_figure(assessment.maximum), own=_figure(assessment.own_maximum), rest=_figure(rest)
    )


def _veto(assessment: Assessment, campaign: Campaign) -> str:
    if assessment.veto is None:
        return ""
    item, rule = assessment.veto.item, assessment.veto.rule
    return campaign.phrases["selfcheck_veto"].format(
        title=item.title,
        words=rule.words,
        label=campaign.clause(item.id).label,
        office=campaign.contact.office_short,
    )


def _section(section: Section, rows: dict[str, ItemCheck], campaign: Campaign) -> SectionLines:
    return SectionLines(
        number=section.id,
        title=section.title,
        points=_figure(exact(section.points)),
        items=tuple(_item(rows[item.id], campaign) for item in section.items),
    )


def _item(row: ItemCheck, campaign: Campaign) -> ItemLine:
    item: Item = row.item
    return ItemLine(
        number=item.number,
        title=item.title,
        maximum=_figure(exact(item.maximum)) if item.maximum else "",
        own=row.own,
        points=_span(row.points) if item.maximum else "",
        finding=finding_of(row, campaign),
        evidence=item.evidence if item.maximum or not row.reasons else (),  # no paper heals a veto
        missing=row.missing,
    )


def _gap(gap: Gap) -> GapLine:
    return GapLine(gap.item.number, gap.item.title, "；".join(gap.reasons), _figure(gap.points))


def _item_lines(item: ItemLine, campaign: Campaign) -> list[str]:
    if not item.own:
        return []
    phrase = campaign.phrases["selfcheck_item" if item.maximum else "selfcheck_declaration"]
    told = [
        phrase.format(
            number=item.number,
            title=item.title,
            points=item.points,
            maximum=item.maximum,
            finding=item.finding,
        )
    ]
    if item.missing:
        told.append(campaign.phrases["selfcheck_papers"].format(papers="、".join(item.missing)))
    return told


def _inspected(shown: SelfCheckView, campaign: Campaign) -> str:
    items = [
        campaign.phrases["selfcheck_inspected_item"].format(
            number=item.number, title=item.title, maximum=item.maximum
        )
        for section in shown.sections
        for item in section.items
        if not item.own
    ]
    return campaign.phrases["selfcheck_inspected"].format(items="、".join(items)) if items else ""


def _span(points: Span) -> str:
    if points.low == points.high:
        return _figure(points.low)
    return f"{_figure(points.low)}–{_figure(points.high)}"


def _figure(value: Fraction) -> str:
    return str(number(value))
