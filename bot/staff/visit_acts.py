"""The office's acts on inspections (实地验收): plan, change, cancel, release, keep the day; and the answers to them.

Nobody is told of a visit before a second person of the office has released it, nor of a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.model.application import Application
from bot.model.visit import AnswerKind, VersionState, Visit, VisitPlan, VisitState, VisitVersion
from bot.ports_visits import VisitQuery
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.moves import unit_of
from bot.staff.people import office_only
from bot.staff.standing import log
from bot.staff.visit_answers import application_of, keep_answer, one_visit, wish_alarm
from bot.visits.conflicts import Booked, Calendar, booked, obstacles, taken
from bot.visits.outline import wish_of
from bot.visits.own_sheet import keep_sheet, sheet_obstacles
from bot.visits.wording import spoken_when
from bot.work.carry_out import row_key
from bot.work.dates import kept_workdays
from bot.work.visit_notify import announce, tell_people, withdraw_messages


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that is to be planned. An empty contact, telephone or place becomes the usual one."""

    application: str  # id
    plan: VisitPlan


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did. `own` are those that somebody else has to release, `to_call` reach no unit."""

    visits: tuple[Visit, ...]
    own: tuple[Visit, ...]
    to_call: tuple[Visit, ...]


# the office


def plan(ask: StaffAsk, wanted: Sequence[Wanted]) -> tuple[Visit, ...]:
    """Enter visits, all or none. `Refused` with every obstacle, of the calendar, the units and the teams."""
    office_only(ask)
    calendar = calendar_of(ask)
    others = taken_around(ask, ((one.application, one.plan.day) for one in wanted))
    found: list[str] = []
    ready: list[Booked] = []
    for one in wanted:
        application = ask.store.application(one.application)
        if application is None:
            raise Refused(ask.say("staff_not_found"))
        new = booked(ask.clerk.campaign, 0, application, with_usual(ask, application, one.plan))
        found += obstacles(calendar, new, [*others, *ready])
        found += _of_the_team(ask, application, 0, new.plan)
        ready.append(new)
    if found:
        raise Refused("\n".join(dict.fromkeys(found)))
    return tuple(_keep_new(ask, one) for one in ready)


def change(ask: StaffAsk, visit: int, plan: VisitPlan, reason: str) -> Visit:
    """Enter another version of a visit; one that was never released needs no reason. `Refused` as `plan`."""
    office_only(ask)
    found = one_visit(ask, visit)
    if found.state in (VisitState.CANCELLED, VisitState.DROPPED):
        raise Refused(ask.say("visit_over", visit=visit))
    if found.current is not None and not reason.strip():
        raise Refused(ask.say("visit_needs_reason"))
    if plan == found.latest.plan and not found.latest.cancelled:
        raise Refused(ask.say("visit_unchanged", visit=visit))
    application = application_of(ask, found)
    new = booked(ask.clerk.campaign, found.id, application, with_usual(ask, application, plan))
    wrong = [
        *obstacles(calendar_of(ask), new, taken_around(ask, [(application.id, plan.day)])),
        *_of_the_team(ask, application, found.id, plan),
    ]
    if wrong:
        raise Refused("\n".join(wrong))
    return propose(ask, found, new.plan, reason)


def cancel(ask: StaffAsk, visit: int, reason: str) -> Visit:
    """Let a visit not take place: at once where nobody was told, else once somebody else has released that."""
    office_only(ask)
    found = one_visit(ask, visit)
    if found.state in (VisitState.CANCELLED, VisitState.DROPPED):
        raise Refused(ask.say("visit_over", visit=visit))
    if found.current is None:
        return drop(ask, visit)
    if found.latest.cancelled:
        raise Refused(ask.say("visit_unchanged", visit=visit))
    if not reason.strip():
        raise Refused(ask.say("visit_needs_reason"))
    return propose(ask, found, found.current.plan, reason, cancelled=True)


def drop(ask: StaffAsk, visit: int) -> Visit:
    """Take back what was not released yet; what was told before stays in force."""
    office_only(ask)
    found = one_visit(ask, visit)
    if found.proposed is None:
        raise Refused(ask.say("visit_nothing_to_release"))
    _drop_proposal(ask, found)
    return one_visit(ask, visit)


def release(ask: StaffAsk, visits: Sequence[int] = ()) -> Released:
    """Release what waits (of these visits, else all), open the on-site sheets, and tell everybody concerned.

    What this person has entered is left to somebody else; `Refused` if nothing else waits.
    """
    office_only(ask)
    rows = ask.store.find_visits(VisitQuery(is_office=True, is_waiting=True))
    wanted = {row.visit for row in rows if not visits or row.visit in visits}
    waiting = [one for one, _ in ask.store.visits_with(wanted)]
    own = tuple(one for one in waiting if one.proposed and one.proposed.by == ask.person.id)
    others = [one for one in waiting if one not in own]
    if not others:
        if own:
            numbers = "、".join(str(one.id) for one in own)
            raise Refused(ask.say("visit_second_person", visits=numbers))
        raise Refused(ask.say("visit_nothing_to_release"))
    _refuse_stale(ask, others)
    done = [_release_one(ask, one) for one in others]
    return Released(tuple(one for one, _ in done), own, tuple(one for one, reached in done if not reached))


def keep_day(ask: StaffAsk, visit: int, reason: str) -> Visit:
    """Decide that the day stays, though the unit asked for another: it and the team are told."""
    office_only(ask)
    found = one_visit(ask, visit)
    current = found.current
    if current is None or not found.is_on or wish_of(found) is None:
        raise Refused(ask.say("visit_no_wish", visit=visit))
    if not reason.strip():
        raise Refused(ask.say("visit_needs_reason"))
    application = application_of(ask, found)
    keep_answer(ask, found, current.version, application.holder, AnswerKind.KEPT, reason.strip())
    ask.store.close_alarms(wish_alarm(found), ask.clerk.machine_now())
    text = ask.say(
        "visit_day_kept",
        unit=unit_of(ask.clerk.campaign, application),
        when=spoken_when(current.plan),
        reason=reason.strip(),
        visit=visit,
    )
    people = [application.holder, *(one.person for one in current.plan.team)]
    tell_people(ask.store, ask.clerk, people, f"{row_key(ask.inbound)}#kept:{visit}", text)
    return one_visit(ask, visit)


def told_by_telephone(ask: StaffAsk, visit: int, words: str) -> Visit:
    """Write down that the unit was told by telephone and agrees."""
    office_only(ask)
    found = one_visit(ask, visit)
    current = found.current
    if current is None or not found.is_on:
        raise Refused(ask.say("visit_not_announced", visit=visit))
    keep_answer(
        ask, found, current.version, application_of(ask, found).holder, AnswerKind.TOLD, words.strip()
    )
    ask.store.close_alarms(f"visit_call:{visit}:", ask.clerk.machine_now())
    return one_visit(ask, visit)


# what they have in common


def calendar_of(ask: StaffAsk) -> Calendar:
    """The days as they stand for this person's message."""
    return Calendar(ask.clerk.campaign, ask.today, kept_workdays(ask.store))


def taken_around(ask: StaffAsk, wanted: Iterable[tuple[str, date]]) -> list[Booked]:
    """The visits that may stand in the way of these (application, day), as the calendar sees them."""
    pairs = set(wanted)
    found = ask.store.visits_on({day for _, day in pairs}, {application for application, _ in pairs})
    return taken(ask.clerk.campaign, found)


def with_usual(ask: StaffAsk, application: Application, wanted: VisitPlan) -> VisitPlan:
    """The plan with the office's contact and the unit's address where it says nothing else."""
    campaign = ask.clerk.campaign
    own = (wanted.contact, wanted.phone)
    contact, phone = own if any(own) else (campaign.contact.person, campaign.contact.phone)
    place = wanted.place or application.values.get(campaign.visits.address_field, "")
    return replace(wanted, contact=contact, phone=phone or campaign.contact.phone, place=place)


def propose(ask: StaffAsk, found: Visit, wanted: VisitPlan, reason: str, cancelled: bool = False) -> Visit:
    """Keep another version in place of the one that waits, if any. What stands in the way was looked at before."""
    if found.proposed is not None:
        _drop_proposal(ask, found)
    number = found.versions[-1].version + 1
    version = VisitVersion(found.id, number, wanted, cancelled, reason.strip(), ask.person.id, ask.now)
    ask.store.add_visit_version(version)
    action = "visit_cancel_proposed" if cancelled else "visit_change_proposed"
    _log_version(ask, action, found.application, version)
    return one_visit(ask, found.id)


def _of_the_team(ask: StaffAsk, known: Application, visit: int, wanted: VisitPlan) -> list[str]:
    """Only people with a role are sent, nobody twice, and nobody who must not judge this unit."""
    unknown = [one for one in wanted.team if not ask.store.memberships(one.person)]
    wrong = [ask.say("visit_no_inspector", name=one.name) for one in unknown]
    ids = [one.person for one in wanted.team]
    doubled = {one.name for one in wanted.team if ids.count(one.person) > 1}
    wrong += [ask.say("visit_person_twice", name=name) for name in sorted(doubled)]
    return wrong or sheet_obstacles(ask, known, visit, wanted)


def _keep_new(ask: StaffAsk, one: Booked) -> Visit:
    visit = ask.store.add_visit(one.application)
    ask.store.add_visit_version(VisitVersion(visit, 1, one.plan, False, "", ask.person.id, ask.now))
    log(ask, "visit_planned", one.application, visit=str(visit), version="1")
    return one_visit(ask, visit)


def _drop_proposal(ask: StaffAsk, found: Visit) -> None:
    assert found.proposed is not None
    ask.store.settle_visit_version(
        found.id, found.proposed.version, VersionState.DROPPED, ask.person.id, ask.now
    )
    _log_version(ask, "visit_dropped", found.application, found.proposed)


def _refuse_stale(ask: StaffAsk, waiting: Sequence[Visit]) -> None:
    """The world may have moved on since a visit was entered: days pass, stages change, people leave."""
    calendar = calendar_of(ask)
    others = taken_around(ask, ((one.application, one.latest.plan.day) for one in waiting))
    wrong: list[str] = []
    for one in waiting:
        latest = one.latest
        if latest.cancelled:
            continue
        known = application_of(ask, one)
        entry = booked(ask.clerk.campaign, one.id, known, latest.plan)
        found = [*obstacles(calendar, entry, others), *_of_the_team(ask, known, one.id, latest.plan)]
        wrong += [ask.say("visit_cannot_release", visit=one.id, why=why) for why in found]
    if wrong:
        raise Refused("\n".join(wrong))


def _release_one(ask: StaffAsk, visit: Visit) -> tuple[Visit, bool]:
    before, version = visit.current, visit.proposed
    assert version is not None
    ask.store.settle_visit_version(visit.id, version.version, VersionState.RELEASED, ask.person.id, ask.now)
    _log_version(ask, "visit_released", visit.application, version)
    if before is not None:
        people = [application_of(ask, visit).holder, *(one.person for one in before.plan.team)]
        withdraw_messages(ask.store, before, people, ask.clerk.machine_now())
        ask.store.close_alarms(wish_alarm(visit), ask.clerk.machine_now())
        ask.store.close_alarms(f"visit_call:{visit.id}:", ask.clerk.machine_now())
    if not version.cancelled:
        keep_sheet(ask, application_of(ask, visit), visit.id, version.plan, version.reason)
    now = one_visit(ask, visit.id)
    return now, announce(ask.store, ask.clerk, now, before)


def _log_version(ask: StaffAsk, action: str, application: str, version: VisitVersion) -> None:
    details = {"visit": str(version.visit), "version": str(version.version)}
    if version.reason:
        details["reason"] = hashlib.sha256(version.reason.encode()).hexdigest()
    log(ask, action, application, **details)
