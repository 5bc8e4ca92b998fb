"""Dates as clients write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from handlers.mail.mime_dates import sent_at

MORNING = datetime(2019, 7, 12, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    "raw",
    [
        "Fri, 12 Jul 2019 09:30:00 +0800",
        "Fri, 12 Jul 2019 09:30:00 +0800 (CST)",
        "Fri, 12 Jul 2019 09:30:00 +0800 (中国标准时间)",
        "Fri,12 Jul 2019 9:30 +08:00",
        "12 Jul 19 09:30:00 CST",
        "Fri Jul 12 09:30:00 CST 2019",
        "Fri, 12 Jul 2019 01:30:00 GMT",
        "Thu, 11 Jul 2019 21:30:00 -0400",
        "Fri, 12 Jul 2019 09:30:00 GMT+0800",
        "Fri, 12 Jul 2019 09:30:00",
        "Fri, 12 Jul 2019\r\n 09:30:00 +0800",
        "Friday, July 12, 2019 9:30 AM",
        "2019-07-12 09:30:00 +0800",
        "2019-07-12T09:30:00+08:00",
        "2019/7/12 9:30",
        "2019年7月12日 9:30",
        "2019年7月12日(星期五) 上午9:30",
        "星期五, 12 七月 2019 09:30:00 +0800",
        "周五, 12 7月 2019 09:30:00 +0800",
    ],
)
def test_sent_at_reads_any_writing(raw: str) -> None:
    assert sent_at(raw.encode().decode("latin-1")) == MORNING


def test_sent_at_knows_the_afternoon() -> None:
    raw = "2019年7月12日 下午5:30".encode("gbk").decode("latin-1")
    assert sent_at(raw) == MORNING + timedelta(hours=8)


def test_sent_at_takes_a_leap_second() -> None:
    assert sent_at("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "99 Jul 2019 09:30:00",
        "31 Feb 2019 09:30 +0800",
        "12 Jul 2019 25:61",
        "1:2",
        "12 Jul 2019 09:30 +9999",
    ],
)
def test_sent_at_of_nonsense_is_none(raw: str) -> None:
    assert sent_at(raw) is None
