"""Working days: the office's word, the national calendar with its make-up days, the days of the week."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reminders.workdays import is_in_calendar, is_workday, workday_before


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2019, 7, 25), True),  # a Thursday
        (date(2019, 7, 20), False),  # a Saturday
        (date(2019, 5, 1), False),  # 劳动节
        (date(2019, 5, 5), True),  # a Sunday, worked for it
        (date(2019, 10, 1), False),  # 国庆
        (date(2019, 9, 29), True),  # a Sunday, worked for it
        (date(2019, 10, 12), True),  # a Saturday, worked for it
    ],
)
def test_national_calendar_tells_holidays_and_make_up_days(day: date, worked: bool) -> None:
    assert is_in_calendar(day)
    assert is_workday(day, {}) is worked


def test_the_office_has_the_last_word() -> None:
    assert not is_workday(date(2019, 5, 5), {date(2019, 5, 5): False})
    assert is_workday(date(2019, 10, 1), {date(2019, 10, 1): True})


def test_beyond_the_calendar_the_days_of_the_week_count() -> None:
    saturday, monday = date(2040, 10, 6), date(2040, 10, 1)
    assert not is_in_calendar(monday)
    assert (is_workday(monday, {}), is_workday(saturday, {})) == (True, False)
    assert (is_workday(monday, {monday: False}), is_workday(saturday, {saturday: True})) == (False, True)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2019, 7, 18), date(2019, 7, 18)),
        (date(2019, 7, 21), date(2019, 7, 19)),  # Sunday → Friday
        (date(2019, 10, 7), date(2019, 9, 30)),  # the end of 国庆 → the day before it
        (date(2019, 5, 5), date(2019, 5, 5)),  # a worked Sunday stays
        (date(2019, 5, 4), date(2019, 4, 30)),
    ],
)
def test_day_that_is_not_worked_moves_to_the_working_day_before(day: date, found: date) -> None:
    assert workday_before(day, {}) == found


def test_where_no_day_is_worked_the_day_itself_stays() -> None:
    closed = {date.fromordinal(date(2019, 7, 18).toordinal() - back): False for back in range(60)}
    assert workday_before(date(2019, 7, 18), closed) == date(2019, 7, 18)
