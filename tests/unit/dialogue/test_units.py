"""Dialogue page §9: which spellings name the same unit."""

from __future__ import annotations

import pytest

from bot.dialogue.units import unit_key
from tests.fakes.conversation import campaign

UNITS = campaign().units


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新华区市场监管局", "平顶山市新华区市场监督管理局"),
        ("新华区市监局", "河南省平顶山市新华区市场监管局"),
        ("新 华 區市場監管局。", "新华区市场监督管理局"),
        ("卫东区城管局", "卫东区城市管理局"),
        ("市卫健委", "市卫生健康委员会"),
        ("叶县人社局", "叶县人力资源和社会保障局"),
        ("叶县文旅局", "叶县文广旅局"),
        ("叶县文广旅局", "叶县文化广电和旅游局"),
        ("郏县交通局", "郏县交通运输局"),
        ("郏县应急局", "郏县应急管理局"),
        ("鲁山县农业局", "鲁山县农业农村局"),
        ("ＡＢ公司", "AB公司"),
    ],
)
def test_spellings_of_one_unit_have_one_key(one: str, other: str) -> None:
    assert unit_key(UNITS, one) == unit_key(UNITS, other)


@pytest.mark.parametrize(
    "other",
    [
        "卫东区市场监管局",
        "新华区市场监管局曙光街市场监管所",
        "新华区市场监督管理局曙光街所",
        "新华区市场监督管理",
    ],
)
def test_another_unit_has_another_key(other: str) -> None:
    assert unit_key(UNITS, "新华区市场监管局") != unit_key(UNITS, other)


def test_key_of_a_key_is_the_key() -> None:
    key = unit_key(UNITS, "河南省平顶山市新华区市监局")
    assert unit_key(UNITS, key) == key == "新华区市场监督管理局"


@pytest.mark.parametrize("extra", ["\u200e", "\u202e", "\ufe0f", "\u0301", "😀", "\u2066", "\x00"])
def test_key_leaves_out_what_names_nothing(extra: str) -> None:
    names = campaign().units
    assert unit_key(names, f"新华区{extra}司法局{extra}") == unit_key(names, "新华区司法局")
