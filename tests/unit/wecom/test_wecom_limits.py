"""The rates of pushing: what waits, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.wecom.limits import Limiter

MIDNIGHT = 1562774400.0  # 2019-07-11 00:00 Beijing


@dataclass
class Clock:
    now: float = MIDNIGHT

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_thirty_a_minute_go_and_the_next_waits_for_the_first_to_age(clock: Clock) -> None:
    limiter = Limiter(clock)
    for _ in range(30):
        assert limiter.wait(["LiSi"]) == 0
        limiter.take(["LiSi"])
        clock.now += 1
    assert limiter.wait(["lisi"]) == 35.0
    assert limiter.wait(["WangWu"]) == 0
    assert limiter.wait(["WangWu", "LiSi"]) == 35.0
    clock.now += 35
    assert limiter.wait(["LiSi"]) == 0


def test_a_thousand_an_hour_go(clock: Clock) -> None:
    limiter = Limiter(clock)
    for _ in range(1000):
        limiter.take(["LiSi"])
        clock.now += 3
    assert limiter.wait(["LiSi"]) == 605.0
    clock.now += 605
    assert limiter.wait(["LiSi"]) == 0


def test_day_quota_counts_persons_and_ends_at_midnight_in_beijing(clock: Clock) -> None:
    limiter = Limiter(clock, per_day=100)
    clock.now = MIDNIGHT - 3600
    limiter.take([f"u{number}" for number in range(98)])
    assert limiter.wait(["a", "b"]) == 0
    assert limiter.wait(["a", "b", "c"]) == 3600
    clock.now = MIDNIGHT
    assert limiter.wait(["a", "b", "c"]) == 0


def test_message_to_more_than_a_day_allows_goes_first_thing(clock: Clock) -> None:
    limiter = Limiter(clock, per_day=2)
    assert limiter.wait(["a", "b", "c"]) == 0
    limiter.take(["a", "b", "c"])
    assert limiter.wait(["d"]) == 86400


@given(st.lists(st.floats(0, 20), min_size=1, max_size=200))
def test_no_minute_ever_holds_more_than_its_limit(gaps: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(clock, per_minute=3, per_hour=10)
    sent: list[float] = []
    for gap in gaps:
        clock.now += gap + limiter.wait(["a"])
        clock.now += limiter.wait(["a"])  # rounding
        limiter.take(["a"])
        sent.append(clock.now)
    for start in sent:
        assert len([at for at in sent if start <= at < start + 59.99]) <= 3
        assert len([at for at in sent if start <= at < start + 3599.99]) <= 10


def test_idle_members_are_forgotten(clock: Clock) -> None:
    limiter = Limiter(clock)
    limiter.take([f"u{number}" for number in range(10_000)])
    clock.now += 3606
    limiter.take(["LiSi"])
    assert list(limiter._pushed) == ["lisi"]
