"""The package: read back, sent as one act, late, corrected, with a gap, received; and the zero report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.documents.deck_json import report_json
from bot.documents.form_version import version_of
from bot.model.deck import DeckProblem, DeckReport
from bot.model.mail import FileKind, Material, MaterialState
from bot.staff.packages import package_items
from config.campaign import Campaign
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER, County

LATE = datetime(2019, 7, 26, 1, 30, tzinfo=UTC)


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


def test_package_is_read_back_before_it_is_sent(county: County) -> None:
    found = county.three()
    county.apply("宝丰县水利局")
    said = county.say(BODY, "上报")
    assert "宝丰县人民政府将上报3家" in said
    assert (
        f"2. {found[1].number} 宝丰县城市管理局：申报表第1次报送；待补：申报报告PPT、盖章扫描件、两项声明"
        in said
    )
    assert "纸质申报表3份待交市政大厦1130办公室" in said
    assert "不在其中的：新报1件" in said
    assert "倾向基层" in said
    assert county.packages() == []
    assert county.stages(found) == ["candidate"] * 3


def test_package_is_sent_as_one_act_with_a_receipt_and_a_snapshot(county: County, campaign: Campaign) -> None:
    found = county.three()
    county.say(BODY, "排序", "把3放第一", "上报")
    said = county.say(BODY, "确认上报")
    assert "已上报3家，回执 2019-B05-1" in said
    assert county.stages(found) == ["recommended"] * 3
    (package,) = county.packages()
    assert (package.receipt, package.late, package.zero, package.body) == (
        "2019-B05-1",
        False,
        False,
        "baofeng",
    )
    items = package_items(package)
    assert [(item["rank"], item["number"]) for item in items] == [
        (1, found[2].number),
        (2, found[0].number),
        (3, found[1].number),
    ]
    assert items[0]["values"] == found[2].values
    assert items[0]["version"] == version_of(campaign, found[2].values)
    assert any("2019-B05-1" in text and "收件 宝丰县人民政府" in text for text in county.told(OFFICE))
    assert any("推荐单位已推荐" in text for text in county.told("holder-宝丰县公安局"))
    assert "已经上报" in county.say(BODY, "上报")


def test_package_that_changed_since_it_was_read_back_is_read_back_again(county: County) -> None:
    found = county.three()
    county.say(BODY, "上报")
    county.say(DEPUTY, "排序", "把3放第一")
    assert "请回复“确认上报”" in county.say(BODY, "确认上报")
    assert county.stages(found) == ["candidate"] * 3
    assert "回执 2019-B05-1" in county.say(BODY, "确认上报")


def test_confirmation_without_a_read_back_reads_back(county: County) -> None:
    county.three()
    assert "请回复“确认上报”" in county.say(BODY, "确认上报")
    assert county.packages() == []


def test_deck_that_cannot_be_opened_is_named_and_does_not_block(county: County) -> None:
    known = county.apply("宝丰县公安局")
    report = DeckReport(9, "d" * 64, "pptx", False, DeckProblem.ENCRYPTED)
    deck = Material(
        0,
        known.id,
        FileKind.DECK,
        0,
        "d" * 64,
        "报告.pptx",
        9,
        "pptx",
        MaterialState.REGISTERED,
        "upload:x",
        county.now,
    )
    deck = replace(deck, report=json.dumps(report_json(report, "报告.pptx")))
    county.run(lambda store: store.add_material(deck))
    county.run(lambda store: store.set_dossier(known.id, {"deck": "d" * 64}))
    county.say(BODY, f"列为候选 {known.number}")
    assert "待补：申报报告打不开（报告.pptx）" in county.say(BODY, "上报")
    assert "已上报1家" in county.say(BODY, "确认上报")
    items = package_items(county.packages()[0])
    assert items[0]["materials"] == [
        {"kind": "deck", "version": 1, "sha256": "d" * 64, "state": "registered"}
    ]


def test_late_package_is_received_with_its_times_and_waits_for_the_office(county: County) -> None:
    found = county.three()
    county.now = LATE
    assert "是否受理由市办公室认定" in county.say(BODY, "上报")
    assert "记为逾期待认定" in county.say(BODY, "确认上报")
    assert county.stages(found) == ["late_pending"] * 3
    (package,) = county.packages()
    assert package.late
    times = package.content["times"]
    assert isinstance(times, dict)
    assert set(times) == {"sent", "arrived", "read"}
    assert "理由" in county.say(OFFICE, "收件 宝丰县")
    assert county.stages(found) == ["late_pending"] * 3
    county.say(OFFICE, f"收件 {found[0].number}，理由网络故障")
    assert county.stages(found) == ["received", "late_pending", "late_pending"]
    county.say(OFFICE, "收件 宝丰县，理由网络故障")
    assert county.stages(found) == ["received"] * 3


def test_office_receives_a_whole_package(county: County) -> None:
    found = county.three()
    assert "还没有上报" in county.say(OFFICE, "收件 宝丰县")
    county.say(BODY, "上报", "确认上报")
    assert "2019-B05-1 宝丰县人民政府：3家，待收件3家，纸质件0/3" in county.say(OFFICE, "包")
    assert "已收件3家" in county.say(OFFICE, "收件 宝丰县")
    assert county.stages(found) == ["received"] * 3
    assert any("市办公室已收件" in text for text in county.told(BODY))
    assert "没有待收" in county.say(OFFICE, "收件 宝丰县")


def test_body_receives_nothing(county: County) -> None:
    found = county.three()
    county.say(BODY, "上报", "确认上报")
    county.say(BODY, "收件 宝丰县")
    county.say(OTHER, "收件 宝丰县")
    assert county.stages(found) == ["recommended"] * 3


def test_order_sent_is_changed_by_a_stamped_correction_alone(county: County) -> None:
    found = county.three()
    numbers = [known.number for known in found]
    county.say(BODY, "上报", "确认上报", "排序")
    assert "须提交盖章的更正" in county.say(BODY, "把3放第一")
    assert county.order() == numbers
    assert any("同意更正 宝丰县人民政府" in text for text in county.told(OFFICE))
    assert "已更正，新回执 2019-B05-2" in county.say(OFFICE, "同意更正 宝丰县")
    assert county.order() == [numbers[2], numbers[0], numbers[1]]
    old, new = county.packages()
    assert [item["number"] for item in package_items(old)] == numbers
    assert [item["number"] for item in package_items(new)] == county.order()
    assert new.content["corrects"] == "2019-B05-1"
    assert "没有待定" in county.say(OFFICE, "同意更正 宝丰县")


def test_refused_correction_leaves_the_order(county: County) -> None:
    found = county.three()
    county.say(BODY, "上报", "确认上报", "排序", "把3放第一")
    county.say(BODY, "同意更正 宝丰县")
    county.say(OFFICE, "不同意更正 宝丰县")
    assert county.order() == [known.number for known in found]
    assert len(county.packages()) == 1


def test_withdrawal_after_sending_closes_up_only_when_the_office_says_so(county: County) -> None:
    a, b, c = county.three()
    county.say(BODY, "上报", "确认上报")
    county.say(BODY, f"同意撤回 {b.number}，理由改制")
    assert county.application(b.id).stage == "recommended"
    county.say(OFFICE, f"同意撤回 {b.number}，理由改制")
    assert county.application(b.id).stage == "withdrawn"
    assert county.order() == [a.number, b.number, c.number]
    assert any("是否递补" in text for text in county.told(BODY))
    assert "［撤回］" in county.say(BODY, "排序")
    assert "2019-B05-2" in county.say(OFFICE, "递补 宝丰县")
    assert county.order() == [a.number, c.number]
    assert "没有撤回后待定" in county.say(OFFICE, "递补 宝丰县")


def test_gap_is_decided_once_and_further_candidates_may_follow(county: County) -> None:
    a, b, c = county.three()
    county.say(BODY, "上报", "确认上报")
    new = county.apply("宝丰县水利局")
    county.say(OFFICE, f"同意撤回 {b.number}，理由改制")
    county.say(BODY, f"列为候选 {new.number}")
    assert "是否递补还没有确定" in county.say(BODY, "上报")
    assert "不递补" in county.say(OFFICE, "不递补 宝丰县")
    assert ["已决定不递补" in county.say(OFFICE, f"{word} 宝丰县") for word in ("递补", "不递补")] == [
        True,
        True,
    ]
    assert county.order() == [a.number, b.number, c.number, new.number]
    assert "回执 2019-B05-2" in county.say(BODY, "上报", "确认上报")
    # the next one is asked about anew, and the place that was kept stays
    county.say(OFFICE, f"同意撤回 {c.number}，理由改制")
    assert "2019-B05-3" in county.say(OFFICE, "递补 宝丰县")
    assert county.order() == [a.number, b.number, new.number]


def test_supplement_keeps_the_places_that_were_sent(county: County) -> None:
    found = county.three()
    county.say(BODY, "上报", "确认上报")
    new = county.apply("宝丰县水利局")
    county.say(BODY, f"列为候选 {new.number}")
    assert "此前已报" in county.say(BODY, "上报")
    assert "回执 2019-B05-2" in county.say(BODY, "确认上报")
    assert county.order() == [*[known.number for known in found], new.number]
    assert county.stages([*found, new]) == ["recommended"] * 4


def test_unit_on_two_routes_is_not_sent_before_one_is_chosen(county: County) -> None:
    ours = county.apply("宝丰县市场监督管理局")
    county.apply("市场监管局宝丰县局", body="market")
    county.say(BODY, f"列为候选 {ours.number}")
    assert "请先确定推荐渠道" in county.say(BODY, "上报")
    county.say(BODY, f"由我单位推荐 {ours.number}", "上报")
    assert "已上报1家" in county.say(BODY, "确认上报")


def test_zero_report_is_confirmed_and_then_on_record(county: County) -> None:
    assert "确认请回复“确认零报告”" in county.say(BODY, "零报告")
    assert county.packages() == []
    assert "已登记零报告，回执 2019-B05-1" in county.say(BODY, "确认零报告")
    (package,) = county.packages()
    assert (package.zero, package.body, package_items(package)) == (True, "baofeng", [])
    assert any("零报告" in text for text in county.told(OFFICE))
    assert "已经登记" in county.say(BODY, "零报告")
    assert "零报告" in county.say(OFFICE, "包")


def test_zero_report_is_refused_while_there_are_candidates(county: County) -> None:
    county.three()
    assert "还有候选单位" in county.say(BODY, "零报告", "确认零报告")
    assert county.packages() == []
