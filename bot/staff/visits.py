"""The desk of inspections (实地验收): the office arranges and releases, teams and bodies look, those told answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.state import parse
from bot.model.application import Application
from bot.model.visit import Inspector, Visit, VisitPlan, VisitState
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.finding import NUMBER, Refused, addresses, find
from bot.staff.moves import unit_of
from bot.staff.people import refused
from bot.staff.visit_acts import Wanted, cancel, change, drop, keep_day, plan, release, told_by_telephone
from bot.staff.visit_answers import ask_other_day, awaiting, confirm, one_visit, visits_of_holder
from bot.staff.visit_import import inspectors
from bot.staff.visit_lists import line_of, show_list, show_open, show_own, show_units
from bot.staff.visit_words import (
    Act,
    Arrangement,
    Confirm,
    VisitOrder,
    VisitReply,
    asks_when,
    read_visit_order,
    read_visit_reply,
)
from bot.visits.covert import cancel_covert, facts_of, make_covert, ordinary, own_covert
from bot.visits.when import When, read_when

_FOR_OTHERS = (Act.LIST, Act.MINE, Act.COVERT, Act.COVERT_MINE, Act.COVERT_CANCEL)
_COVERT_ACTS = (Act.COVERT, Act.COVERT_MINE, Act.COVERT_CANCEL)


def visit_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Orders about inspections, and the answers of those who were told of one."""
    order = read_visit_order(text)
    if order is None or not ask.roles:
        return visit_reply_desk(ask, text)
    if not ask.is_office and order.act not in _FOR_OTHERS:
        return visit_reply_desk(ask, text) or answer(refused(ask))
    try:
        return _carry_out(ask, order)
    except Refused as why:
        return answer(str(why))


def visit_reply_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """确认, 收到，届时接待, 需改期…, from whoever was told of a visit, and when it is; None from anybody else."""
    if asks_when(text):
        return show_units(ask)
    reply = read_visit_reply(text)
    if reply is None:
        return None
    try:
        return _reply(ask, reply)
    except Refused as why:
        return answer(str(why))


# those who are told


def _reply(ask: StaffAsk, reply: VisitReply) -> StaffAnswer | None:
    if not isinstance(reply, Confirm):
        if not visits_of_holder(ask) or (not reply.surely and _is_busy(ask)):
            return None
        done = ask_other_day(ask, reply.visit, reply.words)
        return answer(ask.say("visit_wish_noted", visit=done.id, **addresses(ask)))
    if not reply.surely and (_is_busy(ask) or not awaiting(ask)):
        return None
    confirmed = confirm(ask, reply.visit, reply.version)
    if confirmed:
        lines = [line_of(ask, one, one.current) for one in confirmed if one.current]
        return answer(ask.say("visit_confirmed", visits="\n".join(lines)))
    if visits_of_holder(ask) or reply.visit:
        return answer(ask.say("visit_nothing_to_confirm"))
    return None


def _is_busy(ask: StaffAsk) -> bool:
    """Whether what is not surely about a visit answers something else: what was asked, or a form being filled."""
    state = parse(ask.store.dialogue(ask.person.id))
    if state.pending or state.amendments or state.collected or state.requests:
        return True
    known = ask.store.application(state.current) if state.current else None
    return known is not None and ask.clerk.campaign.stage(known.stage).editable


# orders


def _carry_out(ask: StaffAsk, order: VisitOrder) -> StaffAnswer | None:
    if order.act is Act.MINE:
        return show_own(ask)
    if order.act is Act.LIST:
        return show_list(ask, order.said.about)
    if order.act in _COVERT_ACTS:
        return _covert(ask, order)
    match order.act:
        case Act.OPEN:
            return show_open(ask)
        case Act.PLAN:
            return _plan(ask, order.said)
        case Act.CHANGE:
            return _change(ask, order)
        case Act.CANCEL:
            found = _visit_meant(ask, order)
            return _proposed(ask, cancel(ask, found.id, order.said.reason))
        case Act.DROP:
            return _proposed(ask, drop(ask, order.visits[0]))
        case Act.RELEASE:
            return _release(ask, order.visits)
        case Act.KEEP:
            keep_day(ask, order.visits[0], order.said.reason)
            return answer(ask.say("visit_kept_done", visit=order.visits[0]))
        case _:
            told_by_telephone(ask, order.visits[0], order.said.reason)
            return answer(ask.say("visit_told_done", visit=order.visits[0], name=ask.person.label))


def _plan(ask: StaffAsk, said: Arrangement) -> StaffAnswer:
    known, when = _unit_and_time(ask, said)
    wanted = _new_plan(ask, said, when)
    made = plan(ask, [Wanted(known.id, wanted)])
    return answer(*(_shown_plan(ask, one) for one in made))


def _unit_and_time(ask: StaffAsk, said: Arrangement) -> tuple[Application, When]:
    """The unit and the time in what was written before the labels. `Refused` for what is missing."""
    number = NUMBER.search(said.about)
    about = f"{said.about[: number.start()]} {said.about[number.end() :]}" if number else said.about
    when = _when(ask, about)
    rest = re.sub(r"^(?:给|对|到|去|在|于)|(?:进行|开展|去|到|在|于)$", "", when.rest.strip(" ,，、;；"))
    named = number[0] if number else rest.strip(" ,，、;；")
    if not named:
        raise Refused(ask.say("visit_how"))
    return find(ask, named), when


def _when(ask: StaffAsk, text: str) -> When:
    when = read_when(text, ask.today, ask.clerk.campaign.visits)
    if when.wrong:
        raise Refused(ask.say("visit_bad_time", written=when.wrong))
    return when


def _new_plan(ask: StaffAsk, said: Arrangement, when: When) -> VisitPlan:
    if when.day is None or when.start is None or when.end is None or not said.leader:
        raise Refused(ask.say("visit_how"))
    leader, *others = _team(ask, (said.leader, *said.members))
    return VisitPlan(
        when.day,
        when.start,
        when.end,
        leader,
        tuple(others),
        said.contact,
        said.phone,
        said.place,
        said.prepare,
    )


def _team(ask: StaffAsk, names: Sequence[str]) -> list[Inspector]:
    known = inspectors(ask)
    found = []
    for name in dict.fromkeys(names):
        people = [one for one in known if one.name == name]
        if len({one.person for one in people}) > 1:
            raise Refused(ask.say("visit_namesakes", name=name))
        if not people:
            raise Refused(ask.say("visit_no_inspector", name=name))
        found.append(people[0])
    return found


def _change(ask: StaffAsk, order: VisitOrder) -> StaffAnswer:
    """What is named anew replaces what was; the rest stays."""
    found, said = _visit_meant(ask, order), order.said
    number = NUMBER.search(said.about)
    about = f"{said.about[: number.start()]} {said.about[number.end() :]}" if number else said.about
    when, was = _when(ask, about), found.latest.plan
    start, end = when.start or was.start, when.end or was.end
    team = _team(ask, (said.leader, *said.members)) if said.leader else None
    if said.members and not said.leader:
        team = [was.leader, *_team(ask, said.members)]
    leader = team[0] if team else was.leader
    members = tuple(team[1:]) if team and said.members else tuple(one for one in was.members if one != leader)
    wanted = replace(
        was,
        day=when.day or was.day,
        start=start,
        end=end,
        leader=leader,
        members=members,
        contact=said.contact or was.contact,
        phone=said.phone or was.phone,
        place=said.place or was.place,
        prepare=said.prepare or was.prepare,
    )
    return _proposed(ask, change(ask, found.id, wanted, said.reason))


def _visit_meant(ask: StaffAsk, order: VisitOrder) -> Visit:
    """By its number, else the one visit of the unit that is still on or planned."""
    if order.visits:
        return one_visit(ask, order.visits[0])
    number = NUMBER.search(order.said.about)
    word = number[0] if number else read_when(order.said.about, ask.today, ask.clerk.campaign.visits).rest
    if not word.strip():
        raise Refused(ask.say("visit_which_one"))
    known = find(ask, word.strip(" ,，、;；"))
    over = (VisitState.CANCELLED, VisitState.DROPPED)
    found = [one for one, _ in ask.store.visits_on((), (known.id,)) if one.state not in over]
    if not found:
        raise Refused(ask.say("visit_none_of_unit", unit=unit_of(ask.clerk.campaign, known)))
    return max(found, key=lambda one: (one.latest.plan.day, one.id))


def _release(ask: StaffAsk, visits: Sequence[int]) -> StaffAnswer:
    done = release(ask, visits)
    lines = [ask.say("visit_released", count=len(done.visits))]
    lines += [line_of(ask, one, one.current) for one in done.visits if one.current]
    if done.own:
        lines.append(ask.say("visit_second_person", visits="、".join(str(one.id) for one in done.own)))
    if done.to_call:
        lines.append(ask.say("visit_released_call", visits="、".join(str(one.id) for one in done.to_call)))
    return answer("\n".join(lines))


# saying


def _shown_plan(ask: StaffAsk, visit: Visit) -> str:
    lines = [ask.say("visit_planned"), line_of(ask, visit, visit.latest)]
    team = visit.latest.plan.team
    if len(team) < ask.clerk.campaign.visits.least_team:
        lines.append(ask.say("visit_small_team", count=len(team), least=ask.clerk.campaign.visits.least_team))
    lines.append(ask.say("visit_next_release"))
    return "\n".join(lines)


def _proposed(ask: StaffAsk, visit: Visit) -> StaffAnswer:
    """A change as it waits to be released; or that nothing waits any more."""
    if visit.proposed is None:
        return answer(ask.say("visit_dropped", visit=visit.id))
    lines = [ask.say("visit_change_kept", visit=visit.id)]
    if visit.current is not None:
        lines.append(ask.say("visit_void_line", line=line_of(ask, visit, visit.current)))
    lines += [line_of(ask, visit, visit.proposed), ask.say("visit_next_release")]
    return answer("\n".join(lines))


# unannounced visits


def _covert(ask: StaffAsk, order: VisitOrder) -> StaffAnswer | None:
    """For the office and inspectors; from anybody else this is a question about the notice."""
    if order.act is Act.COVERT and ask.is_office:
        known, when = _unit_and_time(ask, order.said)
        made, missed = make_covert(ask, known, _new_plan(ask, order.said, when))
        lines = [ask.say("covert_made", **facts_of(ask, made))]
        if missed:
            lines.append(ask.say("covert_missed", names="、".join(missed)))
        return answer("\n".join(lines))
    own = own_covert(ask)
    if not own:
        return answer(ordinary(ask)) if ask.is_office else None
    if order.act is Act.COVERT_CANCEL:
        return answer(ask.say("covert_cancelled", **facts_of(ask, cancel_covert(ask, order.visits[0]))))
    return answer("\n".join(ask.say("covert_line", **facts_of(ask, one)) for one in own))
