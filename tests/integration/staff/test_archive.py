"""The campaign is sealed when all is over (C16): it still answers, and nothing of it is changed until it is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot.staff.finding import Refused
from bot.work.archive import reopen, seal, seal_of
from bot.work.clone import CloneOrder, build_clone
from config.load import campaign_folder, check_campaign, load_campaign
from tests.fakes.office_edits import act
from tests.fakes.recommending import BODY, OFFICE, County

UNTIL = date(2029, 12, 31)


@pytest.fixture
def county(new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(load_campaign(campaign_folder("pingdingshan-2019")), new_sqlite())
    yield opened
    opened.close()


def sealed(county: County) -> None:
    act(county, lambda ask: seal(ask, UNTIL, "活动结束"))


@pytest.mark.parametrize(
    ("day", "reason", "said"),
    [
        (None, "活动结束", "今天以后"),
        (date(2019, 7, 1), "活动结束", "今天以后"),
        (UNTIL, "  ", "理由"),
    ],
)
def test_seal_needs_a_day_to_come_and_a_reason(
    county: County, day: date | None, reason: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        act(county, lambda ask: seal(ask, day, reason))
    assert (county.campaign.keep_until, county.audited("seal_campaign")) == (None, [])


def test_sealed_application_is_not_changed_by_whoever_fills_it(county: County) -> None:
    application = county.apply("宝丰县市场监督管理局", stage="draft", unit_address="人民路1号")
    sealed(county)
    holder = "holder-宝丰县市场监督管理局"
    said = county.say(holder, "地址改为建设路2号")
    assert "已经结束并归档" in said
    assert county.application(application.id).values == application.values
    assert "创新加分" in county.say(holder, "创新加分怎么算？")
    act(county, lambda ask: reopen(ask, "更正地址"))
    county.say(holder, "地址改为建设路2号")
    assert county.application(application.id).values["unit_address"] == "建设路2号"


def test_nobody_begins_an_application_of_a_sealed_campaign(county: County) -> None:
    sealed(county)
    assert "已经结束并归档" in county.say("newcomer", "我要申报")
    county.say("newcomer", "郏县市场监督管理局")
    assert county.run(lambda store: len(store.applications("jiaxian"))) == 0


def test_staff_are_told_that_it_is_sealed_and_may_still_look(county: County) -> None:
    application = county.apply("宝丰县市场监督管理局")
    sealed(county)
    for userid, order in (
        (BODY, f"退回 {application.number} 补正：缺公章 7月20日"),
        (BODY, "推荐顺序 1 宝丰县市场监督管理局"),
        (OFFICE, "通知 全体推荐单位：请报送。"),
        (OFFICE, "截止改为7月31日"),
    ):
        assert "已经结束并归档" in county.say(userid, order), order
    assert county.stages([application]) == ["submitted"]
    assert "已经结束并归档" not in county.say(OFFICE, "进度")


def test_seal_is_on_record_and_can_be_prolonged(county: County) -> None:
    sealed(county)
    act(county, lambda ask: seal(ask, date(2034, 12, 31), "保存期延长"))
    kept = act(county, seal_of)
    assert kept is not None
    assert (kept.keep_until, kept.edit.reason, kept.edit.by_name) == (
        date(2034, 12, 31),
        "保存期延长",
        "李四",
    )
    assert (kept.is_over(date(2034, 12, 31)), kept.is_over(date(2035, 1, 1))) == (False, True)
    assert (len(county.audited("seal_campaign")), county.audited("reopen_campaign")) == (2, [])


def test_next_years_campaign_is_not_sealed(county: County, tmp_path_factory: pytest.TempPathFactory) -> None:
    sealed(county)
    edits = county.run(lambda store: tuple(store.edits()))
    order = CloneOrder(
        "pingdingshan-2020", "2020年度", "平法政办〔2020〕3号",
        date(2020, 6, 1), date(2020, 7, 24), date(2020, 12, 31),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("next")
    made = build_clone(county.campaign, edits, order)
    zipfile.ZipFile(io.BytesIO(made.content)).extractall(folder)
    assert list(check_campaign(folder / order.id)) == []
    assert load_campaign(folder / order.id).keep_until is None
