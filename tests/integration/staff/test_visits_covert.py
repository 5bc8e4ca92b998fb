"""Unannounced visits (暗访): nothing anybody outside the team can do tells whether there is one (I11)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.console.viewer import Viewer
from bot.model.application import Person
from bot.ports import Store
from bot.staff.visit_views import one_visit, schedule, visits_of
from config.campaign import Campaign
from storage.tables import Base
from tests.fakes.recommending import BODY, OFFICE, OTHER, County
from tests.integration.staff.visit_office import (
    LEADER,
    MEMBER,
    SECOND,
    accepted,
    announced,
    open_office,
    read,
)

ROOT = Path(__file__).parents[3]
HOLDER = "holder-宝丰县公安局"
STRANGER = "somebody"
ORDER = "暗访 {number} 7月31日上午9:30 组长王五"
ORDINARY = "实地验收的时间由市办公室另行通知，请以收到的通知为准。如有疑问请致电0375-2663225。"
ASKED = (
    "暗访", "我的暗访", "有没有暗访", "暗访安排在哪天", "会不会突击检查", "什么时候来验收",
    "验收安排", "我的验收", "查看本周验收安排", "7月31日有人来吗", "王五7月31日去哪", "取消暗访 1",
    "暗访1", "确认 验收1-1", "未确认的验收", "进度", "查 宝丰县公安局",
)  # fmt: skip
OUTSIDERS = (HOLDER, STRANGER, BODY, OTHER, SECOND, MEMBER)


def covert_number(county: County) -> int:
    """The number of the one unannounced visit that the office's first person has made."""
    office = county.people[OFFICE]
    [found] = county.run(lambda store: store.covert_visits(office))
    return found.id


def counties(campaign: Campaign, new_sqlite: Callable[[], str]) -> tuple[County, County]:
    """Two that differ in an unannounced visit alone."""
    pair = open_office(County(campaign, new_sqlite())), open_office(County(campaign, new_sqlite()))
    known, _ = (accepted(county) for county in pair)
    for county in pair:
        announced(county, "宝丰县交通运输局")
    made = pair[0].say(OFFICE, ORDER.format(number=known.number))
    assert made == (
        f"已登记，仅您和组内人员可见（编号{covert_number(pair[0])}）："
        f"7月31日（周三）上午9:30—11:30 宝丰县公安局（{known.number}），"
        "组长王五，地点：人民路1号。"
        "不通知单位，请勿转发。"
    )
    pair[1].say(OFFICE, "暗访")
    assert pair[0].now == pair[1].now
    return pair


def test_no_words_of_anybody_outside_tell_that_there_is_one(
    campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    pair = counties(campaign, new_sqlite)
    number = covert_number(pair[0])
    for who in OUTSIDERS:
        for words in (*ASKED, f"取消暗访 {number}", f"暗访{number}"):
            there, not_there = (county.say(who, words) for county in pair)
            assert there == not_there, (who, words)
        assert read(pair[0], who) == read(pair[1], who)
    for county in pair:
        county.close()


def test_no_view_shows_one(campaign: Campaign, new_sqlite: Callable[[], str]) -> None:
    pair = counties(campaign, new_sqlite)
    for who in (OFFICE, SECOND, LEADER, MEMBER, BODY, OTHER):
        there, not_there = (county.run(partial(_looked, county, county.people[who])) for county in pair)
        assert there == not_there
    for county in pair:
        county.close()


def _looked(county: County, person: int, store: Store) -> list[object]:
    """Everything that the views show to somebody, but for ids, which are made by chance."""
    viewer = Viewer(Person(person, "", ""), tuple(store.memberships(person)))
    today, campaign = date(2019, 7, 12), county.campaign
    found = schedule(store, campaign, viewer, date(2019, 7, 1), date(2019, 8, 31), today)
    one_by_one = [one_visit(store, campaign, viewer, number, today) for number in (1, 2)]
    of_units = [visits_of(store, campaign, viewer, one.id, today) for one in store.applications()]
    return [found, one_by_one, of_units]


def test_planning_by_others_does_not_meet_one(campaign: Campaign, new_sqlite: Callable[[], str]) -> None:
    pair = counties(campaign, new_sqlite)
    order = "安排验收 宝丰县公安局 7月31日上午10点 组长王五"
    there, not_there = (county.say(SECOND, order) for county in pair)
    assert there == not_there
    assert there.startswith("已登记")
    for county in pair:
        county.close()


def test_audit_log_says_no_more_than_that_there_is_a_number(
    campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    pair = counties(campaign, new_sqlite)
    table = Base.metadata.tables["audit"]
    with pair[0].database.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.action == "covert")).all()
    assert [(row.application, row.person, row.channel, row.details) for row in rows] == [
        (None, None, "", f'{{"covert": "{covert_number(pair[0])}"}}')
    ]
    for county in pair:
        county.close()


def test_team_knows_and_may_look(campaign: Campaign, new_sqlite: Callable[[], str]) -> None:
    county, other = counties(campaign, new_sqlite)
    other.close()
    number = covert_number(county)
    told = [text for text in county.told(LEADER) if "仅您和组内人员可见" in text]
    known = next(one for one in county.run(lambda store: store.applications()) if one.stage == "accepted")
    line = f"编号{number}：7月31日（周三）上午9:30—11:30 宝丰县公安局（{known.number}），组长王五，地点：人民路1号"
    assert told == [
        f"仅您和组内人员可见（编号{number}）：7月31日（周三）上午9:30—11:30 宝丰县公安局（{known.number}），"
        "组长王五，地点：人民路1号。"
        "不通知单位，请勿转发。"
    ]
    assert [county.say(one, "我的暗访") for one in (OFFICE, LEADER)] == [f"·{line}"] * 2
    assert county.say(SECOND, "我的暗访") == ORDINARY
    assert county.say(SECOND, f"取消暗访 {number}") == ORDINARY
    assert county.say(LEADER, f"取消暗访 {number}") == ORDINARY
    assert county.say(OFFICE, f"取消暗访 {number}").startswith(
        f"仅您和组内人员可见（编号{number}）：原定7月31日"
    )
    assert county.say(OFFICE, "我的暗访") == ORDINARY
    county.close()


@pytest.mark.parametrize("who", [BODY, LEADER, HOLDER])
def test_only_the_office_makes_one(campaign: Campaign, new_sqlite: Callable[[], str], who: str) -> None:
    county = open_office(County(campaign, new_sqlite()))
    known = accepted(county)
    county.say(who, ORDER.format(number=known.number))
    people = list(county.people.values())
    found = county.run(lambda store: [one for person in people for one in store.covert_visits(person)])
    assert found == []
    county.close()


def test_wall_has_one_door() -> None:
    """The three methods of the store are called from one file."""
    methods = {"add_covert_visit", "covert_visits", "cancel_covert_visit"}
    callers = set()
    for room in ("bot", "handlers", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in methods:
                    callers.add(str(path.relative_to(ROOT)))
    assert callers == {"bot/visits/covert.py"}
