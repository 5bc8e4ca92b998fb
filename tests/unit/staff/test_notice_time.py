"""The time set for a notice, read from the office's words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.staff.notice_time import off_the_hour, read_moment
from bot.staff.notice_words import Act, Order, decides, read_mailed_confirmation, read_order

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2019, 7, 10, 9, 7, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "month", "day", "hour", "minute"),
    [
        ("7月12日 9:05", 7, 12, 9, 5),
        ("7月12日9：05", 7, 12, 9, 5),
        ("7月12日（周五）9:05", 7, 12, 9, 5),
        ("2019-07-12 14:07", 7, 12, 14, 7),
        ("2019/7/12 9:05", 7, 12, 9, 5),
        ("7-12 9:05", 7, 12, 9, 5),
        ("12号上午9点5分", 7, 12, 9, 5),
        ("5号9:05", 8, 5, 9, 5),
        ("七月十二日上午九点零五分", 7, 12, 9, 5),
        ("二十号下午两点十分", 7, 20, 14, 10),
        ("明天上午9点05分", 7, 11, 9, 5),
        ("今天下午3点半", 7, 10, 15, 30),
        ("今晚8点17分", 7, 10, 20, 17),
        ("后天中午12点", 7, 12, 12, 0),
        ("大后天9:17", 7, 13, 9, 17),
        ("周五9:05", 7, 12, 9, 5),
        ("下周一下午2点1刻", 7, 15, 14, 15),
        ("15时07分", 7, 10, 15, 7),
        ("9:05", 7, 10, 9, 5),
    ],
)
def test_moment_is_read_from_everyday_words(words: str, month: int, day: int, hour: int, minute: int) -> None:
    words = words.replace("1刻", "一刻")
    assert read_moment(words, NOW) == datetime(2019, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    "words", ["", "早点", "明天", "2月30日9:05", "25:00", "9:75", "7月12日", "通知里说的9:05吗"]
)
def test_other_words_are_no_moment(words: str) -> None:
    assert read_moment(words, NOW) is None


def test_day_of_next_year_is_found_in_december() -> None:
    december = datetime(2019, 12, 28, 9, 7, tzinfo=ZONE)
    assert read_moment("1月3日9:05", december) == datetime(2020, 1, 3, 9, 5, tzinfo=ZONE)
    assert read_moment("3号9:05", december) == datetime(2020, 1, 3, 9, 5, tzinfo=ZONE)


@pytest.mark.parametrize(("minute", "moved"), [(0, 1), (30, 31), (1, 1), (29, 29), (59, 59)])
def test_full_and_half_hours_are_left_by_a_minute(minute: int, moved: int) -> None:
    at = NOW.replace(minute=minute, second=17)
    assert off_the_hour(at) == NOW.replace(minute=moved, second=0)


@pytest.mark.parametrize(
    "said",
    [
        "定时 通知3 7月12日 9:05",
        "定时通知3 7月12日9:05",
        "通知3 定时 7月12日 9:05",
        "通知3定于7月12日9:05发送",
        "7月12日9:05发送通知3",
        "7月12日9:05 定时发送 通知3",
        "发送 通知3 7月12日9:05",
        "签发 通知3 7月12日9:05",
        "改时间 通知3 7月12日9:05",
        "把通知3改到7月12日9:05",
        "通知3号7月12日9:05发",
        "第3号通知7月12日9:05发",
    ],
)
def test_order_names_the_notice_and_its_time(said: str) -> None:
    order = read_order(said, said)
    assert order is not None
    assert (order.act, order.notice) == (Act.SCHEDULE, 3)
    assert read_moment(order.when, NOW) == datetime(2019, 7, 12, 9, 5, tzinfo=ZONE)


def test_time_that_is_not_understood_is_asked_for() -> None:
    assert read_order("定时 通知3 早点", "定时 通知3 早点") == Order(Act.SCHEDULE, 3)
    assert read_order("定时 通知3", "定时 通知3") == Order(Act.SCHEDULE, 3)


@pytest.mark.parametrize("said", ["改到7月20日", "通知里说的7月12日是什么", "7月12日9:05", "明天上午9点开会"])
def test_other_words_about_days_set_no_time(said: str) -> None:
    order = read_order(said, said)
    assert order is None


@pytest.mark.parametrize(
    "said",
    ["请报送联系人名单", "请核对名单", "请报送参会人员名单", "请各单位更新通讯录名单", "请填报联络员名单"],
)
def test_list_of_people_is_no_result(said: str) -> None:
    assert not decides(said)


@pytest.mark.parametrize(
    "said", ["名单见附件", "示范点名单", "推荐名单", "请报送人员名单，入围名单另发", "获评名单"]
)
def test_list_of_those_chosen_is_a_result(said: str) -> None:
    assert decides(said)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("收到", 0), ("已收到，谢谢！", 0), ("确认", 0), ("知悉", 0), ("已阅", 0), ("确认收到", 0),
        ("通知3已收到", 3), ("收到通知3", 3), ("您发来的邮件已收到", 0), ("贵办通知收悉。", 0),
        ("已知晓，会按时报送", 0), ("通知已收悉，我局将按要求落实。", 0),
        ("没收到", None), ("收到了吗？", None), ("未收到附件", None), ("收到，但是有个问题", None),
        ("请问收到我们的材料了吗", None), ("自动回复：您的邮件我已收到", None),
    ],
)  # fmt: skip
def test_confirmation_by_mail_is_told_from_other_words(said: str, number: int | None) -> None:
    assert read_mailed_confirmation(said) == number
