"""The paper ledger: whose paper it is, which version, who brought it; and the page a body stamps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.documents.form_read import read_form
from bot.model.message import File, OpinionOrder
from bot.review.debts import owes
from bot.work.hand_out import PrintShop
from config.campaign import Campaign
from storage.files import DiskFiles
from tests.fakes.recommending import BODY, MACHINE, OFFICE, OTHER, County


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files")


def handed_out(county: County, files: DiskFiles, order: OpinionOrder, userid: str) -> bytes | None:
    """The page that is made for an order, at the moment it is sent to somebody."""
    shop = PrintShop(
        county.campaign, county.writer, files, "http://x", lambda: MACHINE, lambda: date(2019, 7, 12)
    )
    made = asyncio.run(shop.prepare(order, county.people[userid]))
    return files.get(made.sha256) if isinstance(made, File) else None


def test_paper_is_entered_with_its_code_and_ends_the_debt(county: County, campaign: Campaign) -> None:
    found = county.three()
    county.say(BODY, "上报", "确认上报")
    code = county.print(found[0]).code
    said = county.say(OFFICE, f"收到纸质件 {found[0].number} 打印码 {code} 送件人 王五")
    assert said == f"已登记{found[0].number} 宝丰县公安局的纸质件：打印码 {code}，送件人王五。纸质件已收1/3。"
    known = county.application(found[0].id)
    assert known.dossier["paper"] == "2019-07-12"
    assert "paper" not in owes(campaign, known)
    (paper,) = county.run(lambda store: store.papers(known.id))
    assert (paper.code, paper.brought_by, paper.received_by) == (code, "王五", county.people[OFFICE])
    assert any("已收1/3" in text for text in county.told(BODY))
    assert "没有重复登记" in county.say(OFFICE, f"收到纸质件 {known.number} 打印码 {code} 送件人 王五")
    assert "纸质件已收1/3" in county.say(OFFICE, "纸质件")
    assert f"未收：{found[1].number} 宝丰县城市管理局" in county.say(BODY, "纸质件")
    assert "宝丰县" not in county.say(OTHER, "纸质件")


def test_what_is_left_out_is_asked_for(county: County) -> None:
    known = county.apply("宝丰县公安局")
    code = county.print(known).code
    assert "打印码" in county.say(OFFICE, f"收到纸质件 {known.number}")
    assert "送件人" in county.say(OFFICE, code.lower())
    assert "已登记" in county.say(OFFICE, "送件人 王五")
    assert county.run(lambda store: store.papers(known.id))[0].code == code


def test_form_typed_by_hand_is_entered_without_a_code(county: County) -> None:
    known = county.apply("宝丰县公安局")
    assert "请人工核对" in county.say(OFFICE, f"收到纸质件 {known.number} 无打印码 送件人 王五")
    assert county.run(lambda store: store.papers(known.id))[0].code == ""


def test_paper_of_an_older_version_another_unit_or_no_code_is_not_taken(county: County) -> None:
    known, other = county.apply("宝丰县公安局"), county.apply("宝丰县水利局")
    old = county.print(known).code
    values = {**known.values, "unit_address": "宝丰县新址1号"}
    theirs = county.print(other).code
    for code, why in ((theirs, "不是"), ("ABCDEFG", "不存在")):
        assert why in county.say(OFFICE, f"收到纸质件 {known.number} 打印码 {code} 送件人 王五")
    county.change(known, values)
    assert "旧版" in county.say(OFFICE, f"收到纸质件 {known.number} 打印码 {old} 送件人 王五")
    assert county.run(lambda store: store.papers(known.id)) == []


def test_body_enters_no_paper(county: County) -> None:
    known = county.apply("宝丰县公安局")
    county.say(BODY, f"收到纸质件 {known.number} 无打印码 送件人 王五")
    assert county.run(lambda store: store.papers(known.id)) == []


def test_opinion_page_has_the_rank_and_a_code_of_its_own(
    county: County, files: DiskFiles, campaign: Campaign
) -> None:
    _, b, _ = county.three()
    own = county.print(b)
    content = handed_out(county, files, OpinionOrder(b.id, 2, 3), BODY)
    assert content is not None
    page = read_form(campaign, content)
    assert page.recommender_opinion == "推荐顺序：第2位（共3家）"
    assert page.print_code not in (None, own.code)
    assert handed_out(county, files, OpinionOrder(b.id, 2, 3), BODY) is not None
    assert county.run(lambda store: store.printed(b.id, own.version)) == own
    assert "已登记" in county.say(OFFICE, f"收到纸质件 {b.number} 打印码 {page.print_code} 送件人 王五")


def test_opinion_page_of_an_earlier_rank_is_an_old_paper(
    county: County, files: DiskFiles, campaign: Campaign
) -> None:
    _, b, _ = county.three()
    content = handed_out(county, files, OpinionOrder(b.id, 2, 3), BODY)
    assert content is not None
    code = read_form(campaign, content).print_code
    county.say(BODY, "排序", "把2放第一")
    assert "旧版" in county.say(OFFICE, f"收到纸质件 {b.number} 打印码 {code} 送件人 王五")


def test_opinion_page_is_made_only_for_the_body_of_the_application(county: County, files: DiskFiles) -> None:
    known = county.apply("宝丰县公安局")
    assert handed_out(county, files, OpinionOrder(known.id, 1, 1), OTHER) is None
    assert handed_out(county, files, OpinionOrder(known.id, 1, 1), OFFICE) is None
    assert handed_out(county, files, OpinionOrder("0" * 16, 1, 1), BODY) is None
