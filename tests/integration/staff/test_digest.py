"""The bodies' daily digest: what it says, to whom, and once a day whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model.staff import Role
from bot.work.digest import DigestDesk, close_day, digests, tell_digests
from config.campaign import Campaign
from tests.fakes.recommending import BODY, DEPUTY, OTHER, County


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    made = County(campaign, new_sqlite())
    made.now = datetime(2019, 7, 12, 0, 46, tzinfo=UTC)  # 8:46 on a Friday
    yield made
    made.close()


def desk(county: County) -> DigestDesk:
    return DigestDesk(county.clerk, county.database, county.writer, lambda: county.now, lambda: None)


def tick(county: County, **later: float) -> int:
    county.now += timedelta(**later)
    return asyncio.run(desk(county).tick())


def test_digest_counts_what_is_new_returned_and_draft(county: County) -> None:
    county.run(lambda store: store.set_cutoff("baofeng", date(2019, 7, 16)))
    for unit in ("宝丰县公安局", "宝丰县城市管理局"):
        county.apply(unit)
    county.apply("宝丰县水利局", stage="returned")
    county.apply("宝丰县林业局", stage="draft")
    assert tick(county) == 0  # 8:46
    assert tick(county, minutes=1) == 1
    assert county.told(BODY) == [
        "7月12日情况：\n新报3件，待审2件，待补正1件，草稿1件（离内部截止4天）。\n回复“进度”看明细。"
    ]
    assert (county.told(DEPUTY), county.told(OTHER)) == ([], [])


def test_nothing_is_said_where_nothing_changed(county: County) -> None:
    county.apply("宝丰县公安局")
    assert tick(county, minutes=1) == 1
    assert [tick(county, minutes=2), tick(county, hours=3)] == [0, 0]
    assert tick(county, days=3) == 0  # Monday
    county.apply("宝丰县林业局", stage="draft")
    assert tick(county, days=1) == 1
    assert county.told(BODY)[-1].splitlines()[1].startswith("待审1件，草稿1件（离报送截止9天）。")


def test_no_digest_on_a_day_off_and_none_is_lost(county: County) -> None:
    county.now += timedelta(days=1)  # Saturday
    county.apply("宝丰县公安局")
    assert tick(county, minutes=5) == 0
    assert tick(county, days=2) == 1
    assert county.told(BODY)[0].startswith("7月15日情况：\n新报1件")


def test_no_digest_outside_office_hours(county: County) -> None:
    county.apply("宝丰县公安局")
    assert tick(county, hours=11) == 0  # the service was down until the evening
    assert tick(county, hours=62) == 1


def test_person_of_two_bodies_gets_one_message(county: County) -> None:
    person = county.people[BODY]
    county.run(lambda store: store.add_member(person, Role.BODY, "yexian", False, county.now))
    county.apply("宝丰县公安局")
    county.apply("叶县公安局", body="yexian")
    assert tick(county, minutes=1) == 1
    [text] = county.told(BODY)
    assert "宝丰县人民政府：新报1件" in text
    assert "叶县人民政府：新报1件" in text


def test_process_that_died_in_between_repeats_no_message(county: County) -> None:
    county.apply("宝丰县公安局")
    county.apply("平顶山某支队", body="market")
    today = date(2019, 7, 12)
    found = county.run(lambda store: digests(store, county.campaign, today))
    assert set(found.texts) == {county.people[BODY], county.people[OTHER]}
    first = [(county.people[BODY], found.texts[county.people[BODY]])]
    county.run(lambda store: tell_digests(county.clerk, today, first, store))
    assert tick(county, minutes=3) == 2  # the one that came after takes up all of it
    assert (len(county.told(BODY)), len(county.told(OTHER))) == (1, 1)
    county.run(lambda store: close_day(county.campaign, today, found, store))  # and a third, too late
    assert tick(county, minutes=3) == 0


def test_clock_that_jumps_to_a_full_hour_waits_for_no_minute(county: County) -> None:
    county.apply("宝丰县公安局")
    running = desk(county)
    county.now = datetime(2019, 7, 11, 23, 59, tzinfo=UTC)  # 7:59
    assert asyncio.run(running.tick()) == 0
    county.now = datetime(2019, 7, 12, 2, 0, tzinfo=UTC)  # 10:00, two hours ahead at once
    assert asyncio.run(running.tick()) == 1
