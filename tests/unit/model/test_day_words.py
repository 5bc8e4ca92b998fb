"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.model.day_words import FoundDay, find_day, plain, read_day

FRIDAY = date(2019, 7, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7月30日", "2019-07-30"),
        ("7月30号前", "2019-07-30"),
        ("7月30", "2019-07-30"),
        ("7 月 30 日", "2019-07-30"),
        ("7月30日（周二）之前", "2019-07-30"),
        ("七月三十日", "2019-07-30"),
        ("二〇一九年七月三十日", "2019-07-30"),
        ("２０１９年７月３０日", "2019-07-30"),
        ("2019-07-30", "2019-07-30"),
        ("2019—07—30", "2019-07-30"),
        ("2019/7/30", "2019-07-30"),
        ("2019.7.30", "2019-07-30"),
        ("20190730", "2019-07-30"),
        ("7.30", "2019-07-30"),
        ("7-30", "2019-07-30"),
        ("7/30", "2019-07-30"),
        ("30号", "2019-07-30"),
        ("30日", "2019-07-30"),
        ("三十号", "2019-07-30"),
        ("12日", "2019-07-12"),
        ("5号", "2019-08-05"),
        ("本月30日", "2019-07-30"),
        ("下个月5号", "2019-08-05"),
        ("今天", "2019-07-12"),
        ("今日", "2019-07-12"),
        ("明天", "2019-07-13"),
        ("后天", "2019-07-14"),
        ("大后天", "2019-07-15"),
        ("周五", "2019-07-12"),
        ("周三", "2019-07-17"),
        ("本周日", "2019-07-14"),
        ("这周五下班前", "2019-07-12"),
        ("下周一", "2019-07-15"),
        ("下个星期天", "2019-07-21"),
        ("下下周一", "2019-07-22"),
        ("7月9日前", "2019-07-09"),
        ("6月30日", "2019-06-30"),
        ("1月5日", "2020-01-05"),
        ("2019年1月5日", "2019-01-05"),
        ("2月29日", "2020-02-29"),
    ],
)
def test_day_is_read_in_every_usual_spelling(text: str, day: str) -> None:
    assert read_day(text, FRIDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "", "7月32日", "2019-02-30", "13.1", "0日", "32号", "下周", "下个月", "尽快", "5个工作日内",
        "7月30日开会", "13800000000", "2019-017", "第3号", "9:30", "今后日程",
    ],
)  # fmt: skip
def test_what_is_no_day_is_not_taken_for_one(text: str) -> None:
    assert read_day(text, FRIDAY) is None


def test_day_is_found_in_a_text_and_the_rest_is_left() -> None:
    found = find_day(plain("宝丰县公安局 7月30日（周二） 上午9：30"), FRIDAY)
    assert (found.day, found.rest.split()) == (date(2019, 7, 30), ["宝丰县公安局", "上午9:30"])


def test_what_looks_like_a_day_and_is_none_is_named() -> None:
    assert find_day("7月32日", FRIDAY) == FoundDay(None, " ", "7月32日")
    assert find_day("没有日子", FRIDAY) == FoundDay(None, "没有日子")
