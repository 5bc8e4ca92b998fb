"""A visit as somebody types it into a form: read, looked over before it is saved, and entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.application import Application
from bot.model.visit import CovertVisit, Visit, VisitPlan, VisitState
from bot.ports_visits import UnitQuery
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find, title
from bot.staff.lengths import within
from bot.staff.people import office_only
from bot.staff.visit_acts import Wanted, calendar_of, change, plan, taken_around, with_usual
from bot.staff.visit_answers import application_of, one_visit
from bot.staff.visit_import import inspectors
from bot.visits.conflicts import booked, obstacles
from bot.visits.covert import make_covert
from bot.visits.when import read_when

_MOST_UNITS = 20  # offered while typing; any other may be typed
_LONGEST_LINE = 200  # characters of a place, of what to prepare, of a reason
_LONGEST_CONTACT = 40
_MOST_ROWS = 20_000  # of the sheet that is filled to be imported


@dataclass(frozen=True, slots=True)
class TypedVisit:
    """The fields of the form as they were typed; people by id."""

    unit: str = ""
    day: str = ""
    start: str = ""
    end: str = ""
    leader: str = ""
    members: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    place: str = ""
    prepare: str = ""
    reason: str = ""


def units(ask: StaffAsk, search: str, covert: bool = False) -> tuple[tuple[str, str], ...]:
    """Number and name of some units that may be visited and have no visit so far, found by a part of either.

    `Refused` outside the office. `covert`: whether the unit has a visit does not matter.
    """
    return _may_be_visited(ask, search.strip(), covert, _MOST_UNITS)


def unvisited(ask: StaffAsk) -> tuple[tuple[str, str], ...]:
    """All of them; `Refused` outside the office."""
    return _may_be_visited(ask, "", False, _MOST_ROWS)


def typed_of(visit: Visit, unit: str) -> TypedVisit:
    """A visit as the form shows it, to be changed."""
    was = visit.latest.plan
    return TypedVisit(
        unit,
        was.day.isoformat(),
        f"{was.start:%H:%M}",
        f"{was.end:%H:%M}",
        str(was.leader.person),
        tuple(str(one.person) for one in was.members),
        was.contact,
        was.phone,
        was.place,
        was.prepare,
    )


def typed_visit(ask: StaffAsk, visit: int) -> TypedVisit:
    """The visit with this number as the form shows it; `Refused` if it is over, or outside the office."""
    office_only(ask)
    found = one_visit(ask, visit)
    if found.state in (VisitState.CANCELLED, VisitState.DROPPED):
        raise Refused(ask.say("visit_over", visit=visit))
    return typed_of(found, title(ask.clerk.campaign, application_of(ask, found)))


def check(ask: StaffAsk, typed: TypedVisit, visit: int = 0) -> tuple[str, ...]:
    """What stands in the way of what is typed so far, a sentence each; nothing is kept.

    () where nothing does, and while there is not yet enough to tell.
    """
    office_only(ask)
    if not typed.day or not typed.start:
        return ()
    try:
        known = _unit(ask, typed, visit)
        wanted = booked(ask.clerk.campaign, visit, known, with_usual(ask, known, _plan(ask, typed)))
    except Refused as why:
        return (str(why),) if typed.unit and typed.leader else ()
    return obstacles(calendar_of(ask), wanted, taken_around(ask, [(known.id, wanted.plan.day)]))


def plan_typed(ask: StaffAsk, typed: TypedVisit) -> Visit:
    """Enter it as a new visit. `Refused` with what is missing or stands in the way."""
    office_only(ask)
    _refuse_gaps(ask, typed)
    (made,) = plan(ask, [Wanted(_unit(ask, typed).id, _plan(ask, typed))])
    return made


def change_typed(ask: StaffAsk, visit: int, typed: TypedVisit) -> Visit:
    """Enter it as another version of a visit. `Refused` as above."""
    office_only(ask)
    _refuse_gaps(ask, typed, of_visit=True)
    reason = within(ask, "变更理由", typed.reason, _LONGEST_LINE)
    return change(ask, visit, _plan(ask, typed), reason)


def covert_typed(ask: StaffAsk, typed: TypedVisit) -> tuple[CovertVisit, Sequence[str]]:
    """Enter it as an unannounced visit; as `make_covert`."""
    office_only(ask)
    _refuse_gaps(ask, typed)
    return make_covert(ask, _unit(ask, typed), _plan(ask, typed))


def _may_be_visited(ask: StaffAsk, search: str, covert: bool, most: int) -> tuple[tuple[str, str], ...]:
    office_only(ask)
    campaign = ask.clerk.campaign
    stages = tuple(sorted(campaign.visits.stages))
    return tuple(ask.store.units_to_visit(UnitQuery(stages, campaign.form.unit_field, search, covert, most)))


def _refuse_gaps(ask: StaffAsk, typed: TypedVisit, of_visit: bool = False) -> None:
    labels = ask.say("visit_form_labels").split("|")
    values = ("-" if of_visit else typed.unit, typed.day, typed.start, typed.leader)
    missing = [label for label, value in zip(labels, values, strict=True) if not value.strip()]
    if missing:
        raise Refused(ask.say("visit_form_missing", names="、".join(missing)))


def _unit(ask: StaffAsk, typed: TypedVisit, visit: int = 0) -> Application:
    """The unit of the visit; of a new one by number or name, or both as they are offered."""
    if visit:
        return application_of(ask, one_visit(ask, visit))
    return find(ask, typed.unit)


def _plan(ask: StaffAsk, typed: TypedVisit) -> VisitPlan:
    for what, text, most in (
        ("地点", typed.place, _LONGEST_LINE),
        ("联系人", typed.contact, _LONGEST_CONTACT),
        ("电话", typed.phone, _LONGEST_CONTACT),
        ("另请准备", typed.prepare, _LONGEST_LINE),
    ):
        within(ask, what, text, most)
    if typed.end and typed.end <= typed.start:  # as a browser sends them: 09:30
        raise Refused(ask.say("visit_form_end"))
    until = f"-{typed.end}" if typed.end else ""
    written = f"{typed.day} {typed.start}{until}"
    when = read_when(written, ask.today, ask.clerk.campaign.visits)
    if when.day is None or when.start is None or when.end is None:
        raise Refused(ask.say("visit_bad_time", written=when.wrong or written))
    people = {str(one.person): one for one in inspectors(ask)}
    ids = (typed.leader, *(one for one in dict.fromkeys(typed.members) if one != typed.leader))
    if strangers := [one for one in ids if one not in people]:
        raise Refused(ask.say("visit_form_stranger", count=len(strangers)))
    leader, *members = (people[one] for one in ids)
    return VisitPlan(
        when.day,
        when.start,
        when.end,
        leader,
        tuple(members),
        typed.contact,
        typed.phone,
        typed.place,
        typed.prepare,
    )
