"""Values as somebody types them into a form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.campaign_edits.places import PLACES, place_of
from bot.campaign_edits.values import Kind, ValueProblem, read_text, shown
from tests.fakes.conversation import campaign


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.LINE, "  市政大厦 1130室 ", "市政大厦 1130室"),
        (Kind.LINE, "张三（科长）", "张三（科长）"),
        (Kind.LINES, "宝丰县\n\n 宝丰县政府；宝丰", ["宝丰县", "宝丰县政府", "宝丰"]),
        (Kind.LINES, "", []),
        (Kind.PHONE, "０３７５－２６６３２２５", "0375-2663225"),
        (Kind.PHONE, "13800001111", "13800001111"),
        (Kind.PHONE, "0375-2663225转8012", "0375-2663225转8012"),
        (Kind.EMAIL, " a@b.gov.cn ", "a@b.gov.cn"),
        (Kind.NUMBER, "１２０", 120),
        (Kind.NUMBERS, "14、7，3 1", [14, 7, 3, 1]),
        (Kind.FLAG, "是", True),
        (Kind.FLAG, "on", True),
        (Kind.FLAG, "", False),
        (Kind.DATE, "2019-12-31", date(2019, 12, 31)),
        (Kind.DATE, "2019年12月31日", date(2019, 12, 31)),
        (Kind.DATE, "2019/1/5", date(2019, 1, 5)),
        (Kind.SPANS, "9:05-10:55、14:35—16:55", [["09:05", "10:55"], ["14:35", "16:55"]]),
        (Kind.SPANS, "09：05 至 10：55\n14点35分到16点55分", [["09:05", "10:55"], ["14:35", "16:55"]]),
        (Kind.WORDING, "您好，{name}\r\n再见 ", "您好，{name}\n再见"),
    ],
)
def test_text_is_read(kind: Kind, text: str, value: Any) -> None:
    assert read_text(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.LINE, " "),
        (Kind.PHONE, "没有"),
        (Kind.PHONE, "12"),
        (Kind.EMAIL, "a@b"),
        (Kind.NUMBER, "十"),
        (Kind.NUMBER, "-1"),
        (Kind.NUMBERS, "7天"),
        (Kind.FLAG, "也许"),
        (Kind.DATE, "2019-02-30"),
        (Kind.DATE, "年底"),
        (Kind.SPANS, "上午"),
        (Kind.SPANS, "09:00-10:00和别的"),
        (Kind.ROW, "x"),
    ],
)
def test_text_that_is_no_value_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(ValueProblem):
        read_text(kind, text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.LINES, ["宝丰县", "宝丰"]),
        (Kind.NUMBER, 120),
        (Kind.NUMBERS, [14, 7]),
        (Kind.FLAG, True),
        (Kind.FLAG, False),
        (Kind.DATE, date(2019, 12, 31)),
        (Kind.SPANS, [["09:05", "10:55"], ["14:35", "16:55"]]),
        (Kind.LINE, "市政大厦"),
    ],
)
def test_what_is_shown_can_be_typed_again(kind: Kind, value: Any) -> None:
    assert read_text(kind, shown(kind, value)) == value


def test_places_have_names_and_are_found() -> None:
    assert [place.label for place in PLACES if place.label not in campaign().phrases] == []
    found = place_of("campaign/body/baofeng/name")
    assert found is not None
    assert found.label == "edit_body_name"
    for path in ("campaign/body//name", "campaign/deadline", "notice/clause/1.1", "", "campaign/body/a/id"):
        assert place_of(path) is None
