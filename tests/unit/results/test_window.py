"""The window of the public notice in working days, holidays and make-up days included."""

from __future__ import annotations

from datetime import date

import pytest

from bot.results.window import days_left, last_day, read_workdays


@pytest.mark.parametrize(
    ("starts", "workdays", "ends"),
    [
        (date(2019, 8, 15), 5, date(2019, 8, 21)),  # Thursday to Wednesday
        (date(2019, 8, 17), 5, date(2019, 8, 23)),  # begins on a Saturday, which does not count
        (date(2019, 8, 16), 1, date(2019, 8, 16)),
        (date(2019, 9, 27), 5, date(2019, 10, 9)),  # Sunday the 29th is worked, 1–7 October are not
    ],
)
def test_last_day_counts_working_days(starts: date, workdays: int, ends: date) -> None:
    assert last_day(starts, workdays, {}) == ends


def test_last_day_follows_the_offices_own_days() -> None:
    assert last_day(date(2019, 8, 15), 2, {date(2019, 8, 16): False}) == date(2019, 8, 19)


def test_days_left_counts_today_and_ends_at_nothing() -> None:
    days = [date(2019, 8, day) for day in (14, 15, 17, 21, 22)]
    assert [days_left(day, date(2019, 8, 15), date(2019, 8, 21), {}) for day in days] == [5, 5, 3, 1, 0]


@pytest.mark.parametrize(
    ("text", "workdays"),
    [
        ("公示期5个工作日", 5), ("５工作日", 5), ("七个工作日，书面提出", 7), ("公示十个工作日", 10), ("5天", None),
        ("5个工作日或7个工作日", None), ("0个工作日", None), ("99个工作日", None),
    ],
)  # fmt: skip
def test_workdays_are_read_where_there_is_one_figure(text: str, workdays: int | None) -> None:
    assert read_workdays(text) == workdays
