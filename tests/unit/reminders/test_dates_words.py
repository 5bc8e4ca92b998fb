"""How the office says that the date moves."""

from __future__ import annotations

from datetime import date

import pytest

from bot.model.day_words import read_day
from bot.staff.dates_words import asked_day, confirmed_bodies


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("截止改为7月31日", date(2019, 7, 31)),
        ("截止改到7月31号", date(2019, 7, 31)),
        ("把截止日期推迟到7月31日", date(2019, 7, 31)),
        ("截止时间延期至2019年7月31日之前。", date(2019, 7, 31)),
        ("报送截止调整为7.31", date(2019, 7, 31)),
        ("请将申报截止日期延长到2019-08-02", date(2019, 8, 2)),
        ("截止日期提前到7/20", date(2019, 7, 20)),
        ("截止改为2月30日", None),
        ("截止改为下周五", date(2019, 7, 19)),
        ("截止改为下周", None),
    ],
)
def test_order_to_move_the_date_is_read(text: str, day: date | None) -> None:
    said = asked_day(text)
    assert said is not None
    assert read_day(said, date(2019, 7, 12)) == day


@pytest.mark.parametrize("text", ["截止日期是哪天？", "内部截止改为7月18日", "地址改为建设路8号", "截止了吗"])
def test_other_sentences_are_left_alone(text: str) -> None:
    assert asked_day(text) is None


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("确认改期", ()),
        ("确认改期。", ()),
        ("确认改期 宝丰县", ("宝丰县",)),
        ("确认改期，宝丰县、新华区一并顺延", ("宝丰县", "新华区")),
        ("确认改期 全部", ("全部",)),
        ("确认", None),
        ("不要确认改期", None),
    ],
)
def test_confirmation_names_the_bodies_that_move_too(text: str, bodies: tuple[str, ...] | None) -> None:
    assert confirmed_bodies(text) == bodies
