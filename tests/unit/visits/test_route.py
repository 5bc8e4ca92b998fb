"""In which order a team goes round."""

from __future__ import annotations

from datetime import date, time

from bot.model.visit import Inspector, VisitPlan
from bot.visits.conflicts import Booked
from bot.visits.route import crossings, is_roundabout, routes, suggested

DAY = date(2019, 7, 30)


def stop(number: int, area: str, hour: int, leader: int = 1) -> Booked:
    plan = VisitPlan(DAY, time(hour), time(hour + 1), Inspector(leader, "王五"))
    return Booked(number, str(number), f"2019-{number:03}", f"单位{number}", "accepted", area, plan)


def test_route_is_a_leaders_day_by_time() -> None:
    visits = [stop(1, "a", 15), stop(2, "a", 9), stop(3, "b", 9, leader=2)]
    found = routes(visits)
    assert {key: [one.visit for one in route] for key, route in found.items()} == {
        (DAY, 1): [2, 1],
        (DAY, 2): [3],
    }


def test_suggested_route_keeps_each_county_together() -> None:
    route = [stop(1, "a", 8), stop(2, "b", 9), stop(3, "a", 15), stop(4, "b", 17)]
    assert [one.visit for one in suggested(route)] == [1, 3, 2, 4]
    assert (crossings(route), crossings(suggested(route))) == (3, 1)
    assert is_roundabout(route)
    assert not is_roundabout(suggested(route))
    assert not is_roundabout([])
