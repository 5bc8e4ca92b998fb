"""What another deadline changes about the reminders that are still to come: counts and who, no texts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.reminders.dates import listed
from bot.reminders.planned import World, mark_of
from bot.reminders.planner import Planner
from bot.reminders.words import day_words
from config.campaign import Campaign, ReminderRule

_Group = tuple[str, int]  # rule, days before
_Who = tuple[str, int]  # subject, person


@dataclass(frozen=True, slots=True)
class Shift:
    """How many reminders move or fall away, and a line per kind of reminder that falls on other days."""

    moving: int
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Kind:
    """Those of one rule that are sent so many days before."""

    days: set[date] = field(default_factory=set)
    who: set[_Who] = field(default_factory=set)


@dataclass(slots=True)
class _Planned:
    kinds: dict[_Group, _Kind] = field(default_factory=dict)
    keys: dict[str, set[_Who]] = field(default_factory=dict)  # by what they begin with


def shift(
    campaign: Campaign, after: Campaign, world: World, now: datetime, unit: Callable[[str], str]
) -> Shift:
    """From what is in force to `after`, which differs in its dates.

    The snapshot's applications are those that are `owing`, without values; `unit` names one's by its number.
    """
    sent = {":".join((*key.split(":", 3)[:3], "")) for key in world.sent}
    old, new = (_planned(which, world, sent, now) for which in (campaign, after))
    lines = []
    for rule in campaign.reminders.rules:
        for count in sorted(rule.days, reverse=True):
            before, then = (found.kinds.get((rule.id, count), _Kind()) for found in (old, new))
            if before.days != then.days:
                lines.append(_line(campaign, rule, count, before, then, unit))
    return Shift(sum(len(who - new.keys.get(mark, set())) for mark, who in old.keys.items()), tuple(lines))


def _planned(campaign: Campaign, world: World, sent: AbstractSet[str], now: datetime) -> _Planned:
    """What is still to come up to the deadline; no key twice, none that was sent."""
    found = _Planned()
    end = datetime.combine(campaign.deadline, time.max, campaign.zone)
    for batch in Planner(campaign, world, lambda base: now, end).batches():
        mark = mark_of(batch.base, batch.days)
        keys = found.keys.setdefault(mark, set())
        who = set(batch.who) - keys
        if mark in sent:
            who = {one for one in who if f"{mark}{one[0]}:{one[1] or 'office'}" not in world.sent}
        if who:
            keys |= who
            kind = found.kinds.setdefault((batch.rule, batch.days), _Kind())
            kind.days.add(batch.day)
            kind.who |= who
    return found


def _line(
    campaign: Campaign,
    rule: ReminderRule,
    count: int,
    before: _Kind,
    after: _Kind,
    unit: Callable[[str], str],
) -> str:
    bodies = {body.id: body.name for body in campaign.bodies}
    who = before.who | after.who
    names = (bodies.get(subject) or unit(subject) for subject, _ in sorted(who))
    return campaign.phrases["move_line"].format(
        who=campaign.phrases[f"move_who_{rule.audience}"],
        days=count,
        before=_spoken(campaign, before.days),
        after=_spoken(campaign, after.days),
        count=len(who),
        names=listed(campaign, names),
    )


def _spoken(campaign: Campaign, days: Iterable[date]) -> str:
    return "、".join(day_words(campaign, day) for day in sorted(days)) or campaign.phrases["move_no_day"]
