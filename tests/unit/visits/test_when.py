"""Days and times of visits as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.visits.when import read_when
from config.campaign import Campaign

TODAY = date(2019, 7, 12)  # a Friday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7月30日上午9:30", "07-30 09:30-11:30"),
        ("7月30日 上午 9:30", "07-30 09:30-11:30"),
        ("7月30日（周二）上午9：30—11：00", "07-30 09:30-11:00"),
        ("30号下午3点", "07-30 15:00-17:00"),
        ("30日3点半", "07-30 15:30-17:30"),
        ("2019-07-30 9:30", "07-30 09:30-11:30"),
        ("2019/7/30 9:30-10:45", "07-30 09:30-10:45"),
        ("2019.7.30 下午", "07-30 15:00-17:00"),
        ("2019年7月30日9时30分", "07-30 09:30-11:30"),
        ("2019-07-30T09:30:00", "07-30 09:30-11:30"),
        ("七月三十日上午十点一刻", "07-30 10:15-12:15"),
        ("7.30 9:30", "07-30 09:30-11:30"),
        ("7-30 上午", "07-30 09:30-11:30"),
        ("明天下午", "07-13 15:00-17:00"),
        ("后天9点", "07-14 09:00-11:00"),
        ("周三15:00", "07-17 15:00-17:00"),
        ("本周五上午10点至中午12点", "07-12 10:00-12:00"),
        ("下周一 上午", "07-15 09:30-11:30"),
        ("12日 16:00到17:30", "07-12 16:00-17:30"),
        ("5号上午", "08-05 09:30-11:30"),
    ],
)
def test_time_is_read_in_everyday_spellings(campaign: Campaign, text: str, expected: str) -> None:
    read = read_when(text, TODAY, campaign.visits)
    assert read.day is not None
    assert f"{read.day:%m-%d} {read.start:%H:%M}-{read.end:%H:%M}" == expected
    assert (read.rest.strip(), read.wrong) == ("", "")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("7月32日上午", "7月32日"), ("7月30日25:00", "25:00"), ("7月30日15:00-14:00", "15:00-14:00")],
)
def test_time_that_does_not_exist_is_named(campaign: Campaign, text: str, wrong: str) -> None:
    assert read_when(text, TODAY, campaign.visits).wrong == wrong


def test_day_without_year_is_the_next_of_that_name(campaign: Campaign) -> None:
    assert read_when("1月6日", TODAY, campaign.visits).day == date(2020, 1, 6)
    assert read_when("6月30日", TODAY, campaign.visits).day == date(2019, 6, 30)


def test_rest_is_what_says_nothing_of_time(campaign: Campaign) -> None:
    read = read_when("宝丰县公安局 7月30日 上午", TODAY, campaign.visits)
    assert read.rest.split() == ["宝丰县公安局"]


def test_slots_are_the_campaigns(second_campaign: Campaign) -> None:
    read = read_when("3月30日下午", date(2027, 3, 1), second_campaign.visits)
    assert (read.day, read.start, read.end) == (date(2027, 3, 30), time(16), time(18))
    read = read_when("3月30日11点", date(2027, 3, 1), second_campaign.visits)
    assert (read.start, read.end) == (time(11), time(12, 30))
