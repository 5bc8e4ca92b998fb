"""Unannounced visits (暗访, 不告知), behind a wall of their own (I11).

They have their own table; its three methods are called from this file alone, and every look into it is for one
person, who is of the team or made the visit. Nothing here is told to anybody else, over WeCom only, and the audit
log keeps no more than that there is something with a number. What others plan is never checked against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.application import Application, AuditEntry
from bot.model.message import Channel, Text
from bot.model.split import split
from bot.model.visit import CovertVisit, VisitPlan
from bot.ports import Draft
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.people import refused
from bot.staff.visit_acts import calendar_of, taken_around, with_usual
from bot.visits.conflicts import booked, obstacles
from bot.visits.own_sheet import keep_sheet, sheet_obstacles
from bot.visits.wording import spoken_team, spoken_when
from bot.work.carry_out import row_key


@dataclass(frozen=True, slots=True)
class CovertShown:
    """One as its team sees it."""

    id: int
    when: str
    unit: str
    number: str
    team: str
    place: str
    is_own: bool  # made by this person, who may cancel it


def make_covert(
    ask: StaffAsk, application: Application, plan: VisitPlan
) -> tuple[CovertVisit, Sequence[str]]:
    """Enter an unannounced visit, open its sheet and tell its team; with the names of those whom WeCom does not reach.

    `Refused` with every obstacle, among them only visits that this person knows of.
    """
    if not ask.is_office:
        raise Refused(refused(ask))
    wanted = booked(ask.clerk.campaign, 0, application, with_usual(ask, application, plan))
    # the unit may well have an announced visit, too
    elsewhere = [
        one for one in taken_around(ask, [(application.id, plan.day)]) if one.application != application.id
    ]
    own = [
        booked(ask.clerk.campaign, one.id, known, one.plan)
        for one in ask.store.covert_visits(ask.person.id)
        if not one.cancelled
        and one.application != application.id
        and (known := ask.store.application(one.application)) is not None
    ]
    wrong = [
        *obstacles(calendar_of(ask), wanted, [*elsewhere, *own]),
        *sheet_obstacles(ask, application, 0, wanted.plan),
    ]
    if wrong:
        raise Refused("\n".join(wrong))
    made = ask.store.add_covert_visit(CovertVisit(0, application.id, wanted.plan, ask.person.id, ask.now))
    _log(ask, made)
    keep_sheet(ask, application, made.id, made.plan, "", covert=True)
    return made, _tell_team(ask, made, ask.say("covert_team_told", **facts_of(ask, made)))


def own_covert(ask: StaffAsk) -> Sequence[CovertVisit]:
    """The unannounced visits ahead that this person knows of, by day and time."""
    ahead = (
        one
        for one in ask.store.covert_visits(ask.person.id)
        if not one.cancelled and one.plan.day >= ask.today
    )
    return sorted(ahead, key=lambda one: (one.plan.day, one.plan.start, one.id))


def own_shown(ask: StaffAsk) -> tuple[CovertShown, ...]:
    """The same as they are listed."""
    return tuple(_shown(ask, one) for one in own_covert(ask))


def numbers_made(ask: StaffAsk) -> tuple[int, ...]:
    """The numbers of all that this person has made, cancelled ones too."""
    me = ask.person.id
    return tuple(one.id for one in ask.store.covert_visits(me) if one.made_by == me)


def cancel_covert(ask: StaffAsk, visit: int) -> CovertVisit:
    """Let one not take place and tell its team. `Refused` alike where there is none and where it is not theirs."""
    found = next((one for one in own_covert(ask) if one.id == visit), None)
    if found is None or not (ask.is_office and found.made_by == ask.person.id):
        raise Refused(ordinary(ask))
    ask.store.cancel_covert_visit(visit)
    _log(ask, found)
    _tell_team(ask, found, ask.say("covert_cancelled", **facts_of(ask, found)))
    return found


def ordinary(ask: StaffAsk) -> str:
    """What everybody hears who asks about visits that do not concern them, whatever there is."""
    contact = ask.clerk.campaign.contact
    return ask.say("visit_ordinary", office=contact.office_short, phone=contact.phone)


def facts_of(ask: StaffAsk, visit: CovertVisit) -> dict[str, object]:
    """What its team reads of one."""
    known = ask.store.application(visit.application)
    unit = known.values.get(ask.clerk.campaign.form.unit_field, "") if known else ""
    return {
        "visit": visit.id,
        "unit": unit,
        "number": known.number if known else "",
        "when": spoken_when(visit.plan),
        "team": spoken_team(ask.clerk.campaign, visit.plan),
        "place": visit.plan.place or ask.say("visit_place_of_unit"),
    }


def _shown(ask: StaffAsk, visit: CovertVisit) -> CovertShown:
    facts = {name: str(value) for name, value in facts_of(ask, visit).items()}
    return CovertShown(
        visit.id,
        facts["when"],
        facts["unit"],
        facts["number"],
        facts["team"],
        facts["place"],
        ask.is_office and visit.made_by == ask.person.id,
    )


def _log(ask: StaffAsk, visit: CovertVisit) -> None:
    """Who it was stands in its own table; whoever reads the log learns neither unit, nor person, nor act."""
    ask.store.audit([AuditEntry("covert", None, None, "", {"covert": str(visit.id)})], ask.now)


def _tell_team(ask: StaffAsk, visit: CovertVisit, text: str) -> list[str]:
    """Over WeCom alone: a mail leaves traces in boxes that others read. The names of those not reached."""
    missed = []
    for one in visit.plan.team:
        if one.person == ask.person.id:
            continue
        members = [
            address
            for channel, address in ask.store.addresses(one.person)
            if channel is Channel.WECOM and not ask.store.is_unreachable(channel, address)
        ]
        if not members:
            missed.append(one.name)
        key = f"{row_key(ask.inbound)}#covert:{visit.id}:{one.person}"
        rows = [
            Draft(f"{key}:{place}", Channel.WECOM, one.person, address, Text(part))
            for address in members[:1]
            for place, part in enumerate(split(text), start=1)
        ]
        ask.store.queue(rows, ask.clerk.machine_now())
    return missed
