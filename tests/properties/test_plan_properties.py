"""Whatever the dates, the applications and the office's working days: the plan keeps its promises."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model.application import Application
from bot.model.message import Channel
from bot.reminders.plan import due, may_be_due
from bot.reminders.planned import World
from bot.reminders.planner import owed_by
from bot.reminders.rules import FULL_MINUTES, Base
from bot.reminders.workdays import is_workday
from tests.fakes.conversation import FORM, campaign
from tests.fakes.reminding import application, dated, people_of, planned, world

STAGES = [stage.id for stage in campaign().stages]
DAYS = st.dates(date(2019, 2, 1), date(2026, 12, 1))
ROADS = st.sampled_from([Channel.WECOM, Channel.MAIL, None])


@st.composite
def applications(draw: st.DrawFn) -> list[Application]:
    numbers = draw(st.lists(st.integers(1, 60), unique=True, max_size=8))
    kept = st.dictionaries(st.sampled_from(["deck", "paper", "declared_accepted"]), st.just("x"))
    return [
        application(
            number,
            draw(st.sampled_from(STAGES)),
            {key: FORM[key] for key in draw(st.sets(st.sampled_from(sorted(FORM))))},
            draw(st.sampled_from(["", "baofeng", "xinhua"])),
            draw(kept),
        )
        for number in numbers
    ]


@st.composite
def snapshots(draw: st.DrawFn) -> World:
    roads = draw(st.dictionaries(st.integers(1, 60), ROADS))
    closed = draw(st.dictionaries(DAYS, st.booleans(), max_size=4))
    reported = draw(st.sets(st.sampled_from([body.id for body in campaign().bodies])))
    return world(draw(applications()), people_of("baofeng"), reported, roads, workdays=closed)


@given(deadline=DAYS, cutoff=DAYS, snapshot=snapshots())
def test_plan_keeps_to_working_days_windows_and_debts(deadline: date, cutoff: date, snapshot: World) -> None:
    dates = dated(deadline, baofeng=cutoff)
    found = planned(dates, snapshot, deadline - timedelta(days=60), deadline)
    assert list(found) == sorted(found, key=lambda item: (item.at, item.key))
    assert len({item.key for item in found}) == len(found)
    known = {one.number: one for one in snapshot.applications}
    rules = {rule.id: rule for rule in dates.reminders.rules}
    for item in found:
        day, at = item.at.date(), item.at.time()
        assert is_workday(day, snapshot.workdays)
        assert any(start <= at <= end for start, end in dates.reminders.windows)
        assert at.minute not in FULL_MINUTES
        assert day < item.base.day <= deadline
        assert 0 < len(item.text.encode()) <= 2048
        assert item.owes
        if item.application:
            assert item.owes == owed_by(dates, rules[item.rule], known[item.subject])
        else:
            assert item.subject not in snapshot.reported
        expected = snapshot.reach(item.person) if item.person else None
        assert item.channel == (expected or "call_sheet")
    daily = Counter((item.person, item.subject, item.rule, item.at.date()) for item in found)
    assert set(daily.values()) <= {1}


@given(deadline=DAYS, snapshot=snapshots())
def test_everybody_who_owes_is_reminded_before_the_date(deadline: date, snapshot: World) -> None:
    dates = dated(deadline)
    found = {item.subject for item in planned(dates, snapshot, deadline - timedelta(days=60), deadline)}
    owing = {
        one.number
        for one in snapshot.applications
        for rule in dates.reminders.rules
        if rule.audience == "holder" and owed_by(dates, rule, one)
    }
    assert owing <= found


@given(
    deadline=st.dates(date(2019, 7, 1), date(2019, 12, 1)),
    snapshot=snapshots(),
    looks=st.lists(st.integers(1, 40 * 24 * 60), min_size=1, max_size=12, unique=True),
)
def test_however_rarely_it_looks_nothing_is_missed_and_nothing_is_sent_twice(
    deadline: date, snapshot: World, looks: list[int]
) -> None:
    dates = dated(deadline)
    start = datetime.combine(deadline - timedelta(days=40), time(), dates.zone)
    end = datetime.combine(deadline, time(12), dates.zone)
    mark, sent, skipped = start, set[str](), set[str]()
    for now in (*(start + timedelta(minutes=minute) for minute in sorted(looks)), end):
        since = mark

        def done(base: Base, since: datetime = since) -> datetime:
            return since

        found = due(dates, snapshot, done, now)
        assert may_be_due(dates, snapshot.workdays, done, now) or not found.now
        new = {item.key for item in found.now}
        assert not new & (sent | skipped)
        sent |= new
        skipped |= {item.key for item in found.superseded}
        mark = max(mark, now)
    every = {item.key for item in planned(dates, snapshot, start.date(), deadline)}
    assert sent | skipped == every
