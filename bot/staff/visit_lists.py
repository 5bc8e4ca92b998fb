"""Inspections as they are listed in a chat: for the office, a body, somebody of a team, a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.model.message import Choice
from bot.model.visit import Visit, VisitState, VisitVersion
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.moves import unit_of
from bot.staff.visit_answers import awaiting, visits_of_holder
from bot.staff.visit_views import Schedule, VisitShown, schedule
from bot.visits.covert import ordinary
from bot.visits.wording import spoken_day, spoken_span, spoken_team, spoken_when

_MOST_LINES = 60


def line_of(ask: StaffAsk, visit: Visit, version: VisitVersion) -> str:
    """One version of a visit in one line."""
    known = ask.store.application(visit.application)
    unit = unit_of(ask.clerk.campaign, known) if known else ""
    key = "visit_line_cancelled" if version.cancelled else "visit_line"
    team = spoken_team(ask.clerk.campaign, version.plan)
    return ask.say(key, visit=visit.id, unit=unit, when=spoken_when(version.plan), team=team)


def _span(ask: StaffAsk, words: str) -> tuple[date, date]:
    """The days that are asked for: this week, one day, else all from today on."""
    monday = ask.today - timedelta(days=ask.today.weekday())
    if "下周" in words:
        return monday + timedelta(days=7), monday + timedelta(days=13)
    if "本周" in words or "这周" in words:
        return monday, monday + timedelta(days=6)
    for word, days in (("今", 0), ("明", 1), ("后天", 2)):
        if word in words:
            return ask.today + timedelta(days=days), ask.today + timedelta(days=days)
    return ask.today, max(ask.today, ask.clerk.campaign.ends)


def _looked(ask: StaffAsk, words: str) -> Schedule:
    first, last = _span(ask, words)
    return schedule(ask.store, ask.clerk.campaign, ask.viewer, first, last, ask.today)


def show_list(ask: StaffAsk, words: str) -> StaffAnswer:
    """The schedule as this person may see it; `words` may name the days."""
    found = _looked(ask, words)
    if not any(day.visits for day in found.days) and not found.others:
        return answer(ask.say("visit_list_none") if ask.is_office else ordinary(ask))
    lines: list[str] = []
    for day in found.days:
        if day.visits:
            lines.append(ask.say("visit_list_day", day=spoken_day(day.day), count=len(day.visits)))
            lines += [_shown_line(ask, one) for one in day.visits]
            lines += day.hints
    lines += [_shown_line(ask, one) for one in found.others if one.state is VisitState.CANCELLED]
    if found.waiting:
        lines.append(ask.say("visit_list_waiting", count=found.waiting))
    choices = (
        (Choice(ask.say("visit_button_release"), ask.say("visit_says_release")),) if found.waiting else ()
    )
    return answer("\n".join(lines[:_MOST_LINES]), choices=choices)


def _shown_line(ask: StaffAsk, one: VisitShown) -> str:
    """One visit in a list: what counts, what is void, how it stands."""
    plan = one.shown.plan
    facts = {
        "visit": one.id,
        "span": spoken_span(plan.start, plan.end),
        "unit": one.unit,
        "team": spoken_team(ask.clerk.campaign, plan),
        "state": ask.say(f"visit_state_{one.state}"),
        "when": one.when,
    }
    if one.shown.cancelled or one.state is VisitState.CANCELLED:
        return ask.say("visit_list_cancelled", **facts)
    line = ask.say("visit_list_line", **facts)
    if one.wish:
        line += ask.say("visit_list_wish", words=one.wish)
    elif one.state is not VisitState.PLANNED:
        line += ask.say("visit_list_confirmed" if one.confirmed else "visit_list_open")
    void = [version for version in one.versions if version.superseded and not version.version.cancelled]
    if void and void[-1].when != one.when:
        line += ask.say("visit_list_void", when=void[-1].when)
    return line


def show_own(ask: StaffAsk) -> StaffAnswer:
    """What somebody of a team has before them: D5."""
    campaign = ask.clerk.campaign
    viewer = replace(ask.viewer, roles=())  # as one of the team, whatever else they are
    found = schedule(ask.store, campaign, viewer, ask.today, max(ask.today, campaign.ends), ask.today)
    own = [one for day in found.days for one in day.visits if one.shown.plan.has(ask.person.id)]
    if not own:
        return answer(ordinary(ask))
    lines = [ask.say("visit_mine", count=len(own))]
    for one in own:
        lines.append(
            ask.say(
                "visit_mine_line",
                visit=one.id,
                when=one.when,
                unit=one.unit,
                team=spoken_team(campaign, one.shown.plan),
                place=one.shown.plan.place or ask.say("visit_place_of_unit"),
                count=len(one.checklist),
            )
        )
    return answer("\n".join(lines[:_MOST_LINES]))


def show_units(ask: StaffAsk) -> StaffAnswer | None:
    """The holder's own visits; None where there is none, so that the notice answers."""
    found = visits_of_holder(ask)
    if not found:
        return None
    lines = [line_of(ask, one, one.current) for one in found if one.current]
    if awaiting(ask):
        lines.append(ask.say("visit_please_confirm"))
    return answer("\n".join(lines))


def show_open(ask: StaffAsk) -> StaffAnswer:
    """The visits whose unit has not confirmed, for the office."""
    found = _looked(ask, "")
    open_ones = [
        one
        for day in found.days
        for one in day.visits
        if one.state in (VisitState.ANNOUNCED, VisitState.CHANGING) and not one.confirmed
    ]
    if not open_ones:
        return answer(ask.say("visit_open_none"))
    head = ask.say("visit_open", count=len(open_ones))
    return answer("\n".join([head, *(_shown_line(ask, one) for one in open_ones)][:_MOST_LINES]))
