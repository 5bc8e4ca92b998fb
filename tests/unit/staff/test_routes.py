"""Which body a name stands for, and which two names may be one unit on two routes."""

from __future__ import annotations

import pytest

from bot.model.application import Application
from bot.staff.balance import Balance, balance, is_grass_roots
from bot.staff.routes import body_named, other_routes, same_unit, trade_of, twins
from config.campaign import Campaign


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宝丰县市场监督管理局", "市场监管局宝丰县局"),
        ("宝丰县市监局", "平顶山市市场监督管理局宝丰分局"),
        ("新华区公安局", "平顶山市公安局新华分局"),
        ("汝州市环保局", "平顶山市生态环境局汝州分局"),
        ("寶豐縣公安局", "宝丰县公安局"),
        ("宝丰县公安局交通警察大队", "平顶山市公安局宝丰县局交通警察大队"),
        ("平顶山市水利局", "水利局"),
    ],
)
def test_names_of_one_unit_are_proposed_as_the_same(campaign: Campaign, one: str, other: str) -> None:
    assert same_unit(campaign, one, other)
    assert same_unit(campaign, other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宝丰县市场监督管理局", "叶县市场监督管理局"),
        ("宝丰县公安局", "宝丰县水利局"),
        ("宝丰县公安局", "宝丰县公安局交通警察大队"),
        ("平顶山市公安局", "宝丰县公安局"),
        ("", "宝丰县公安局"),
        ("", ""),
        ("宝丰县", "宝丰"),
    ],
)
def test_different_units_are_not(campaign: Campaign, one: str, other: str) -> None:
    assert not same_unit(campaign, one, other)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("宝丰县", "baofeng"),
        ("宝丰县法治政府建设领导小组办公室", "baofeng"),
        ("平顶山市市监局", "market"),
        ("市市场监管局", "market"),
        ("宝丰", ""),
        ("", ""),
        ("某某局", ""),
    ],
)
def test_body_is_known_by_its_names(campaign: Campaign, name: str, body: str) -> None:
    found = body_named(campaign, name)
    assert (found.id if found else "") == body


def test_other_routes_are_those_of_place_and_trade(campaign: Campaign) -> None:
    assert other_routes(campaign, "宝丰县市场监督管理局", "baofeng") == ("market", "")
    assert other_routes(campaign, "市场监管局宝丰县局", "market") == ("baofeng", "")
    assert other_routes(campaign, "宝丰县烟草局", "baofeng") == ("",)


def test_second_campaign_has_its_own_places_and_trades(second_campaign: Campaign) -> None:
    assert same_unit(second_campaign, "东城街道水务局", "清河市水利局东城分局")
    assert not same_unit(second_campaign, "西城街道水利局", "清河市水利局东城分局")


def test_twins_are_live_and_on_another_route(campaign: Campaign) -> None:
    def known(number: int, unit: str, body: str, stage: str) -> Application:
        receipt = "" if stage == "draft" else f"2019-{number:03d}-1"
        values = {"unit_name": unit}
        return Application(f"{number:016x}", f"2019-{number:03d}", 1, stage, values, receipt, body=body)

    ours = known(1, "宝丰县市场监督管理局", "baofeng", "candidate")
    twin = known(2, "市场监管局宝丰县局", "market", "submitted")
    others = [
        twin,
        known(3, "市场监管局宝丰县局", "baofeng", "submitted"),
        known(4, "市场监管局宝丰县局", "market", "withdrawn"),
        known(6, "市场监管局宝丰县局", "market", "draft"),
        known(5, "市场监管局叶县局", "market", "submitted"),
        ours,
    ]
    assert twins(campaign, ours, others) == (twin,)


def test_trade_is_called_as_the_citys_department(campaign: Campaign) -> None:
    assert trade_of(campaign, "宝丰县公安局交通警察大队") == "公安"
    assert trade_of(campaign, "宝丰县环保局") == "生态环境"
    assert trade_of(campaign, "宝丰县烟草专卖局") == "烟草专卖"


def test_balance_counts_grass_roots_fields_and_places(campaign: Campaign) -> None:
    units = [("宝丰县公安局", "正科级"), ("宝丰县公安局城关派出所", "股级"), ("叶县公安局", "正科级")]
    found = balance(campaign, units)
    assert found == Balance(3, 1, {"公安": 3}, {"宝丰县": 2, "叶县": 1})
    assert found.one_field == "公安"
    assert balance(campaign, units[:1]).one_field == ""
    assert balance(campaign, []) == Balance(0, 0)


def test_grass_roots_are_told_by_name_or_level() -> None:
    assert is_grass_roots("宝丰县城关镇人民政府", "正科级")
    assert is_grass_roots("宝丰县公安局", "基层所队")
    assert not is_grass_roots("宝丰县公安局", "正科级")
