"""The route of an application: the body its form names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from config.campaign import Campaign
from tests.fakes.recommending import County

UNIT = "宝丰县卫生健康委员会"


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    made = County(campaign, new_sqlite())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("recommender", "body", "alarms"),
    [
        ("宝丰县司法局", "baofeng", []),
        ("平顶山市宝丰县法治政府建设领导小组办公室", "baofeng", []),
        ("市卫健委", "health", []),
        ("某某县人民政府", "", ["route:2019-001"]),
    ],
)
def test_route_follows_what_the_form_names(
    county: County, recommender: str, body: str, alarms: list[str]
) -> None:
    application = county.apply(UNIT, body="", stage="draft")
    county.say(f"holder-{UNIT}", f"推荐单位：{recommender}")
    assert county.application(application.id).body == body
    county.say(f"holder-{UNIT}", "提交")
    assert county.application(application.id).stage == "submitted"
    with county.database.engine.connect() as connection:
        raised = connection.execute(text("SELECT kind FROM alarm WHERE closed_at IS NULL")).scalars().all()
    assert raised == alarms
