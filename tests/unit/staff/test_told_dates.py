"""A notice names a day in whichever everyday wording."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model.staff import Notice, NoticeState
from bot.work.told_dates import names_day

RELEASED = datetime(2019, 7, 10, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("请于7月25日前报送", True),
        ("请于2019-07-25前报送", True),
        ("请于25日前报送", True),
        ("请于本月25号下班前报送", True),
        ("7月12日开会，材料7.25前交齐", True),
        ("请于七月二十五日前报送", True),
        ("请于下月25日前报送", False),
        ("请于8月25日前报送", False),
        ("请于7月12日前报送，电话0375-2663225", False),
        ("共25个单位", False),
    ],
)
def test_notice_names_a_day(text: str, named: bool) -> None:
    notice = Notice(1, "", text, {}, False, 1, RELEASED, NoticeState.RELEASED, 2, RELEASED)
    assert names_day(notice, date(2019, 7, 25), ZoneInfo("Asia/Shanghai")) is named
