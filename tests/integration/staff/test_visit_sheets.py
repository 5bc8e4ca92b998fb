"""A released visit has its on-site sheet, of the team that comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.model.sheet import OnSiteSheet
from bot.model.staff import Role
from bot.model.visit import VisitState
from config.campaign import Campaign
from tests.fakes.recommending import OFFICE, County
from tests.integration.staff.visit_office import LEADER, SECOND, WHEN, accepted, announced, open_office


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = open_office(County(campaign, new_sqlite()))
    yield opened
    opened.close()


def sheets(county: County) -> list[OnSiteSheet]:
    return list(county.run(lambda store: store.sheets()))


def teams(county: County) -> list[list[str]]:
    return [[one.name for one in sheet.team] for sheet in sheets(county)]


def test_sheet_is_opened_with_the_release_not_before(county: County) -> None:
    known = accepted(county)
    county.say(OFFICE, f"安排验收 {known.number} {WHEN} 组长王五 成员赵六")
    assert sheets(county) == []
    county.say(SECOND, "发布验收安排")
    [sheet] = sheets(county)
    assert (sheet.application, sheet.visit, sheet.covert) == (known.id, 1, False)
    assert teams(county) == [["王五", "赵六"]]


def test_team_that_comes_instead_gets_the_same_sheet(county: County) -> None:
    announced(county)
    [before] = sheets(county)
    county.say(OFFICE, "改期 验收1 组长赵六 成员王五 理由：另有任务")
    assert teams(county) == [["王五", "赵六"]]
    county.say(SECOND, "发布验收安排")
    assert (teams(county), [one.id for one in sheets(county)]) == ([["赵六", "王五"]], [before.id])


def test_other_day_for_the_same_team_and_a_cancelled_visit_leave_the_sheet_alone(county: County) -> None:
    announced(county)
    county.say(OFFICE, "改期 验收1 8月1日上午9:30 理由：防汛")
    county.say(SECOND, "发布验收安排")
    county.say(OFFICE, "取消 验收1 理由：活动调整")
    county.say(SECOND, "发布验收安排")
    assert (teams(county), len(county.audited("sheet_team"))) == ([["王五", "赵六"]], 0)


def test_team_too_small_to_sign_has_none_until_it_is_larger(county: County) -> None:
    known = accepted(county)
    county.say(OFFICE, f"安排验收 {known.number} {WHEN} 组长王五")
    county.say(SECOND, "发布验收安排")
    assert sheets(county) == []
    county.say(OFFICE, "改期 验收1 成员赵六 理由：增加一人")
    county.say(SECOND, "发布验收安排")
    assert teams(county) == [["王五", "赵六"]]


def test_somebody_of_the_units_body_is_not_sent(county: County) -> None:
    known = accepted(county)
    person = county.people[LEADER]
    order = f"安排验收 {known.number} {WHEN} 组长王五 成员赵六"
    county.say(OFFICE, order)
    county.run(lambda store: store.add_member(person, Role.BODY, known.body, False, county.now))
    assert "应当回避" in county.say(SECOND, "发布验收安排")
    found = county.run(lambda store: store.visit(1))
    assert found is not None
    assert (found.state, sheets(county)) == (VisitState.PLANNED, [])
    county.say(OFFICE, "撤回 验收1")
    for words in (order, order.replace("安排验收", "暗访")):
        assert "应当回避" in county.say(OFFICE, words)
    assert (len(county.run(lambda store: store.visits())), sheets(county)) == (1, [])


def test_unannounced_visit_has_a_sheet_that_only_its_people_know(county: County) -> None:
    known = accepted(county)
    county.say(OFFICE, f"暗访 {known.number} {WHEN} 组长王五 成员赵六")
    [sheet] = sheets(county)
    assert (sheet.covert, sheet.opened_by, teams(county)) == (True, county.people[OFFICE], [["王五", "赵六"]])
    assert county.audited("sheet_open") == []
