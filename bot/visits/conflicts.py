"""What stands in the way of a visit: the calendar, the unit, the people of the team. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.model.application import Application
from bot.model.visit import Visit, VisitPlan
from bot.reminders.workdays import is_workday
from bot.visits.wording import spoken_day, spoken_span
from config.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Booked:
    """One visit as the calendar sees it."""

    visit: int  # 0 while it is new
    application: str
    number: str
    unit: str
    stage: str
    area: str  # id of the county it lies in; "" for the city itself
    plan: VisitPlan


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is fixed while visits are arranged. `workdays` are those that differ from the national calendar."""

    campaign: Campaign
    today: date
    workdays: Mapping[date, bool]


def booked(campaign: Campaign, visit: int, application: Application, plan: VisitPlan) -> Booked:
    """A visit of this application."""
    unit = application.values.get(campaign.form.unit_field, "")
    is_county = any(body.id == application.body and body.kind == "county" for body in campaign.bodies)
    area = application.body if is_county else ""
    return Booked(visit, application.id, application.number, unit, application.stage, area, plan)


def taken(campaign: Campaign, visits: Iterable[tuple[Visit, Application]]) -> list[Booked]:
    """The visits that take time: by what the office goes by, cancelled and dropped ones aside."""
    found = []
    for visit, known in visits:
        latest = visit.latest
        if not latest.cancelled and (visit.proposed or visit.is_on):
            found.append(booked(campaign, visit.id, known, latest.plan))
    return found


def obstacles(calendar: Calendar, wanted: Booked, others: Sequence[Booked]) -> tuple[str, ...]:
    """A sentence for each thing that stands in the way; () for a visit that may be made."""
    found = [
        *_of_the_stage(calendar, wanted),
        *_of_the_day(calendar, wanted),
        *_of_the_hours(calendar, wanted),
    ]
    for other in others:
        if wanted.visit and other.visit == wanted.visit:
            continue
        found += _of_another(calendar, wanted, other)
    return tuple(dict.fromkeys(found))


def _say(calendar: Calendar, phrase: str, **facts: object) -> str:
    return calendar.campaign.phrases[phrase].format(**facts)


def _of_the_stage(calendar: Calendar, wanted: Booked) -> list[str]:
    campaign = calendar.campaign
    if wanted.stage in campaign.visits.stages:
        return []
    stage = campaign.stage(wanted.stage).label
    return [_say(calendar, "visit_wrong_stage", number=wanted.number, unit=wanted.unit, stage=stage)]


def _of_the_day(calendar: Calendar, wanted: Booked) -> list[str]:
    day, campaign = wanted.plan.day, calendar.campaign
    spoken = spoken_day(day)
    if day < calendar.today:
        return [_say(calendar, "visit_day_past", day=spoken)]
    if day > campaign.ends:
        return [_say(calendar, "visit_day_late", day=spoken, last=spoken_day(campaign.ends))]
    if not is_workday(day, {**campaign.reminders.workdays, **calendar.workdays}):
        return [_say(calendar, "visit_day_off", day=spoken)]
    return []


def _of_the_hours(calendar: Calendar, wanted: Booked) -> list[str]:
    plan, hours = wanted.plan, calendar.campaign.visits.hours
    if not hours or (_within(plan.start, hours) and _within(plan.end, hours)):
        return []
    spans = "、".join(spoken_span(start, end) for start, end in hours)
    return [_say(calendar, "visit_hours", span=spoken_span(plan.start, plan.end), hours=spans)]


def _within(moment: time, spans: Iterable[tuple[time, time]]) -> bool:
    return any(start <= moment <= end for start, end in spans)


def _of_another(calendar: Calendar, wanted: Booked, other: Booked) -> list[str]:
    same_unit = other.application == wanted.application and other.plan.day >= calendar.today
    if not same_unit and other.plan.day != wanted.plan.day:
        return []  # nearly always: a schedule is compared each with each
    common = [one.name for one in wanted.plan.team if other.plan.has(one.person)]
    if not same_unit and not common:
        return []
    facts = {
        "day": spoken_day(other.plan.day),
        "span": spoken_span(other.plan.start, other.plan.end),
        "number": other.number,
        "unit": other.unit,
        "visit": other.visit,
        "names": "、".join(common),
    }
    if same_unit:
        return [_say(calendar, "visit_unit_taken" if other.visit else "visit_unit_twice", **facts)]
    gap = _gap(wanted.plan, other.plan)
    if gap < timedelta():
        return [_say(calendar, "visit_person_taken", **facts)]
    travel = calendar.campaign.visits.travel_minutes
    if wanted.area != other.area and gap < timedelta(minutes=travel):
        return [_say(calendar, "visit_too_far", minutes=travel, **facts)]
    return []


def _gap(one: VisitPlan, other: VisitPlan) -> timedelta:
    """The time between two visits of a day; negative where they overlap."""
    first, second = sorted((one, other), key=lambda plan: (plan.start, plan.end))
    return datetime.combine(first.day, second.start) - datetime.combine(first.day, first.end)
