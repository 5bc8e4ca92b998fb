"""What another deadline changes is counted as the plans before and after would say, and without their cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import cycle

import pytest

from bot.documents.form_version import version_of
from bot.model.message import Channel
from bot.reminders.dates import DateMove, moved_campaign
from bot.reminders.plan import plan
from bot.reminders.planned import Planned, World
from bot.reminders.planner import owing
from bot.reminders.shift import shift
from bot.reminders.words import day_words
from bot.staff.dossier import RETURN_DUE
from config.campaign import Campaign
from tests.fakes.conversation import FORM
from tests.fakes.reminding import application, dated, people_of, world

SCANNED = {"scans": version_of(dated(date(2019, 7, 25)), FORM)}
SETTLED = {"deck": "1", "paper": "2019-07-10", "declared_accepted": "yes", "declared_lawful": "yes"}
DOSSIERS: tuple[dict[str, str], ...] = (
    {},
    {"deck": "1"} | SCANNED,
    SETTLED | SCANNED,  # owes nothing
    SETTLED | {"scans": "0" * 64},
    {RETURN_DUE: "2019-07-23"},
    {RETURN_DUE: "2019-07-28"},
)


@pytest.mark.parametrize("new", [date(2019, 7, 31), date(2019, 7, 22), date(2019, 7, 26)])
@pytest.mark.parametrize(("day", "hour"), [(10, 8), (18, 10), (18, 15), (19, 20)])
@pytest.mark.parametrize("part", [0, 1])
def test_shift_is_what_the_two_plans_differ_in(new: date, day: int, hour: int, part: int) -> None:
    campaign = dated(date(2019, 7, 25), baofeng=date(2019, 7, 22), yexian=date(2019, 7, 28))
    after = moved_campaign(campaign, DateMove(campaign.deadline, new, {}))
    now = datetime(2019, 7, day, hour, 10, tzinfo=campaign.zone)
    snapshot = _snapshot(campaign, after, now, part)
    old, then = (plan(one, snapshot, now, _end(one)) for one in (campaign, after))
    keys = {item.key for item in then}
    assert len(old) > 100
    found = shift(campaign, after, _outlined(campaign, snapshot), now, _name)
    assert found.moving == sum(item.key not in keys for item in old)
    assert list(found.lines) == _lines(campaign, old, then)


def _snapshot(campaign: Campaign, after: Campaign, now: datetime, part: int) -> World:
    """Sixty of each stage with everything that may be on file; every second road is closed."""
    stages = ("draft", "submitted", "returned", "candidate", "recommended", "withdrawn")
    bodies, dossiers = cycle(("", "baofeng", "yexian", "wugang")), cycle(DOSSIERS)
    applications = [
        application(number, stages[number % len(stages)], body=next(bodies), dossier=next(dossiers))
        for number in range(100, 460)
        if number % 7
    ]
    roads: dict[int, Channel | None] = {one.holder: None for one in applications[::2]}
    members = [*people_of("baofeng"), *people_of("wugang")]
    snapshot = world(applications, members, reported={"yexian"}, roads=roads)
    if not part:
        return snapshot
    sent = [plan(one, snapshot, now, _end(one))[::3] for one in (campaign, after)]
    return replace(snapshot, sent={item.key for items in sent for item in items})


def _outlined(campaign: Campaign, snapshot: World) -> World:
    bare = [(replace(one, values={}), version_of(campaign, one.values)) for one in snapshot.applications]
    return replace(snapshot, applications=owing(campaign, bare))


def _name(number: str) -> str:
    return f"第{int(number[-3:]) // 2}局"  # some have the same


def _end(campaign: Campaign) -> datetime:
    return datetime.combine(campaign.deadline, time.max, campaign.zone)


def _lines(campaign: Campaign, old: Sequence[Planned], new: Sequence[Planned]) -> list[str]:
    """A line per rule and number of days whose days are others, the long way round."""
    lines = []
    for rule in campaign.reminders.rules:
        for count in sorted(rule.days, reverse=True):
            before, then = (
                [item for item in items if (item.rule, item.days) == (rule.id, count)] for items in (old, new)
            )
            days = [
                "、".join(day_words(campaign, day) for day in sorted({item.at.date() for item in items}))
                for items in (before, then)
            ]
            if days[0] == days[1]:
                continue
            bodies = {body.id: body.name for body in campaign.bodies}
            both = sorted((*before, *then), key=lambda item: item.subject)
            names = list(dict.fromkeys(bodies.get(item.subject) or _name(item.subject) for item in both))
            shown = "、".join(names[:20])
            lines.append(
                campaign.phrases["move_line"].format(
                    who=campaign.phrases[f"move_who_{rule.audience}"],
                    days=count,
                    before=days[0] or campaign.phrases["move_no_day"],
                    after=days[1] or campaign.phrases["move_no_day"],
                    count=len({(item.person, item.subject) for item in both}),
                    names=campaign.phrases["move_and_more"].format(names=shown) if len(names) > 20 else shown,
                )
            )
    return lines
