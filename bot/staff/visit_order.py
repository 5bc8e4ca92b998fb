"""A team's round of one day in another order: two visits that follow each other change places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.model.visit import Visit, VisitPlan, VisitState
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import office_only
from bot.staff.visit_acts import calendar_of, propose, taken_around
from bot.staff.visit_answers import application_of, one_visit
from bot.staff.visit_views import VisitShown
from bot.visits.conflicts import booked, obstacles
from bot.visits.route import routes


def move_in_route(ask: StaffAsk, visit: int, earlier: bool, reason: str) -> tuple[Visit, Visit]:
    """Let a visit change places with the one before or after it on its leader's round of the day.

    Each keeps its length: the one begins when the other began, and the other ends when the one ended. Both are
    entered like any change, to be released. `Refused` at the end of the round, without the reason that an
    announced visit needs, and with what stands in the way.
    """
    office_only(ask)
    wanted = one_visit(ask, visit)
    that_day = taken_around(ask, [(wanted.application, wanted.latest.plan.day)])
    round_of_day = next(
        (route for route in routes(that_day).values() if any(one.visit == visit for one in route)), ()
    )
    places = [one.visit for one in round_of_day]
    if visit not in places:
        raise Refused(ask.say("visit_over", visit=visit))
    at = places.index(visit) - (1 if earlier else 0)
    if not 0 <= at < len(places) - 1:
        raise Refused(ask.say("visit_route_end", visit=visit))
    first, second = (one_visit(ask, one) for one in places[at : at + 2])
    if not reason.strip() and (first.current is not None or second.current is not None):
        raise Refused(ask.say("visit_form_reason"))
    new = _exchanged(first.latest.plan, second.latest.plan)
    _refuse_obstacles(ask, (first, second), new)
    return propose(ask, first, new[0], reason), propose(ask, second, new[1], reason)


def movable(visits: Sequence[VisitShown]) -> frozenset[tuple[int, str]]:
    """(visit, "earlier" or "later") where one of these has a neighbour of its leader's round on that side."""
    rounds: dict[tuple[date, int], list[VisitShown]] = {}
    for one in visits:
        if one.state not in (VisitState.CANCELLED, VisitState.DROPPED) and not one.shown.cancelled:
            rounds.setdefault((one.shown.plan.day, one.shown.plan.leader.person), []).append(one)
    found = set()
    for around in rounds.values():
        found |= {(one.id, "earlier") for one in around[1:]} | {(one.id, "later") for one in around[:-1]}
    return frozenset(found)


def _exchanged(first: VisitPlan, second: VisitPlan) -> tuple[VisitPlan, VisitPlan]:
    """The second begins when the first did; the first ends when the second did."""
    length, other = _length(first), _length(second)
    return (
        replace(first, start=_moved(second, second.end, -length), end=second.end),
        replace(second, start=first.start, end=_moved(first, first.start, other)),
    )


def _length(plan: VisitPlan) -> timedelta:
    return datetime.combine(plan.day, plan.end) - datetime.combine(plan.day, plan.start)


def _moved(plan: VisitPlan, clock: time, by: timedelta) -> time:
    return (datetime.combine(plan.day, clock) + by).time()


def _refuse_obstacles(ask: StaffAsk, visits: tuple[Visit, Visit], plans: tuple[VisitPlan, VisitPlan]) -> None:
    campaign, calendar = ask.clerk.campaign, calendar_of(ask)
    both = [
        booked(campaign, visit.id, application_of(ask, visit), plan)
        for visit, plan in zip(visits, plans, strict=True)
    ]
    around = taken_around(ask, ((one.application, one.plan.day) for one in both))
    others = [one for one in around if one.visit not in {visit.id for visit in visits}]
    wrong = [
        what
        for one in both
        for what in obstacles(calendar, one, [*others, *(each for each in both if each is not one)])
    ]
    if wrong:
        raise Refused("\n".join(dict.fromkeys(wrong)))
