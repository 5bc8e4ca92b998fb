"""Another notice, other fields, another paper: the same code fills and reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.documents.form_fill import fill_form, missing_marks, version_of
from bot.documents.form_read import Origin, read_form
from config.campaign import Campaign
from config.load import load_campaign
from tests.unit.documents.test_form_fill import cells, paragraphs
from tests.unit.documents.word_xml_forms import docx_of, p, tbl, tr

VALUES = {
    "organisation": "清河市第一中学",
    "backer": "东城街道办事处",
    "start_day": "2026-05-01",
    "duty_phone": "0990-6880123",
    "plan": "一是更换节水器具；\n二是回收雨水。",
    "pledge": "我单位承诺所填内容真实。",
}


@pytest.fixture(scope="module")
def second() -> Campaign:
    return load_campaign(Path(__file__).parents[2] / "data/campaigns/second")


def test_other_form_is_filled_from_its_own_paper(second: Campaign) -> None:
    content = fill_form(second, VALUES, "7K3F9Q2")
    assert missing_marks(second) == []
    assert paragraphs(content)[3] == "参评单位清河市第一中学"
    assert cells(content)[:3] == [
        ["推荐街道", "东城街道办事处", "节水改造\n开始日期", "2026年5月1日"],
        ["节水方案", "一是更换节水器具；\n二是回收雨水。"],
        ["承诺", "我单位承诺所填内容真实。\n盖章"],
    ]


def test_other_form_is_read_back_exactly(second: Campaign) -> None:
    reading = read_form(second, fill_form(second, VALUES, "7K3F9Q2"))
    assert (reading.values, reading.origin, reading.edited) == (VALUES, Origin.OURS, ())
    assert reading.version == version_of(second, VALUES)


def test_other_form_filled_by_hand_is_read(second: Campaign) -> None:
    content = docx_of(
        p("参评单位：清河市第一中学"),
        tbl(
            tr("推荐街道", "东城街道办事处"),
            tr("节水改造\n开始日期", "5月1日"),
            tr("值班电话", "0990-6880123"),
            tr("节水方案", "一是更换节水器具；\n二是回收雨水。"),
            tr("承诺", "我单位承诺所填内容真实。\n盖章"),
            tr("审核意见", "同意。\n盖章"),
        ),
    )
    reading = read_form(second, content)
    assert reading.values == VALUES | {"duty_phone": None, "start_day": f"{second.opens.year}-05-01"}
    assert (reading.recommender_opinion, reading.origin) == ("同意。", Origin.HAND)
