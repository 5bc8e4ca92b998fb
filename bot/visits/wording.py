"""How a visit is worded for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from bot.model.visit import VisitPlan, VisitVersion
from config.campaign import Campaign

_WEEK = "一二三四五六日"
_NOON = time(12)


def spoken_day(day: date) -> str:
    """7月30日（周二）."""
    return f"{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"


def spoken_span(start: time, end: time) -> str:
    """上午9:30—11:30."""
    half = "上午" if start < _NOON else "下午"
    return f"{half}{start.hour}:{start:%M}—{end.hour}:{end:%M}"


def spoken_when(plan: VisitPlan) -> str:
    """7月30日（周二）上午9:30—11:30."""
    return f"{spoken_day(plan.day)}{spoken_span(plan.start, plan.end)}"


def spoken_team(campaign: Campaign, plan: VisitPlan) -> str:
    """组长王五，成员赵六、钱七."""
    members = "、".join(one.name for one in plan.members)
    if not members:
        return campaign.phrases["visit_team_alone"].format(leader=plan.leader.name)
    return campaign.phrases["visit_team"].format(leader=plan.leader.name, members=members)


def papers(campaign: Campaign) -> tuple[str, ...]:
    """The papers of the standard that are looked at on site, each under the number of its item."""
    return tuple(
        f"{item.number} {paper}"
        for section in campaign.standard.sections
        for item in section.items
        for paper in item.evidence
    )


def checklist(campaign: Campaign, plan: VisitPlan, on_site: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """All that a unit prepares: what this visit asks for, what every visit does, the papers (`on_site`, if known)."""
    own = (plan.prepare,) if plan.prepare else ()
    return (*own, *campaign.visits.prepare, *(papers(campaign) if on_site is None else on_site))


def prepare_words(campaign: Campaign, plan: VisitPlan) -> str:
    """What to prepare, in one line: what fits a card."""
    phrases = campaign.phrases
    named = "、".join((*((plan.prepare,) if plan.prepare else ()), *campaign.visits.prepare))
    count = len(papers(campaign))
    if not count:
        return named or phrases["visit_prepare_nothing"]
    return phrases["visit_prepare" if named else "visit_prepare_papers"].format(named=named, count=count)


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))


def unit_text(campaign: Campaign, unit: str, version: VisitVersion, before: VisitVersion | None) -> str:
    """What the unit reads of a version; `before` is what it was told last, which is void now."""
    phrases, plan = campaign.phrases, version.plan
    facts = {
        "unit": unit,
        "when": spoken_when(plan),
        "team": spoken_team(campaign, plan),
        "contact": plan.contact,
        "phone": plan.phone,
        "place": plan.place or phrases["visit_place_of_unit"],
        "prepare": prepare_words(campaign, plan),
        "office": campaign.contact.office_short,
    }
    if version.cancelled:
        return phrases["visit_unit_cancelled"].format(reason=version.reason, **facts)
    lines = []
    if before is not None and not before.cancelled:
        lines.append(_changed(campaign, version, before))
    lines.append(phrases["visit_unit"].format(**facts))
    return "\n".join(lines)


def team_text(
    campaign: Campaign, unit: str, number: str, version: VisitVersion, before: VisitVersion | None
) -> str:
    """What somebody of the team reads of a version."""
    phrases, plan = campaign.phrases, version.plan
    facts = {
        "unit": unit,
        "number": number,
        "when": spoken_when(plan),
        "team": spoken_team(campaign, plan),
        "place": plan.place or phrases["visit_place_of_unit"],
        "count": len(checklist(campaign, plan)),
    }
    if version.cancelled:
        return phrases["visit_team_cancelled"].format(reason=version.reason, **facts)
    lines = []
    if before is not None and not before.cancelled:
        lines.append(_changed(campaign, version, before))
    lines.append(phrases["visit_team_text"].format(**facts))
    return "\n".join(lines)


def _changed(campaign: Campaign, version: VisitVersion, before: VisitVersion) -> str:
    """What was told before, as struck through: the same time with another team is not another time."""
    moved = spoken_when(before.plan) != spoken_when(version.plan)
    key = "visit_changed_time" if moved else "visit_changed"
    return campaign.phrases[key].format(before=spoken_when(before.plan), reason=version.reason)
