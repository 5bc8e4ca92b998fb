"""The campaign with the dates in force, and what changes when the city's date is moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.model.application import Application
from bot.reminders.planned import told_by
from bot.reminders.words import day_words, state_of, unit_of
from config.campaign import BaseDate, Body, Campaign

_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DateMove:
    """The city's date moved, and with it the own dates of the bodies that were ticked: id → (old, new)."""

    old: date
    new: date
    cutoffs: Mapping[str, tuple[date, date]]


def with_dates(campaign: Campaign, deadline: date | None, cutoffs: Mapping[str, date]) -> Campaign:
    """The campaign with another deadline (None: its own) and with bodies' own dates by body id.

    A moved deadline is worded as the campaign's phrases word one. The same campaign if nothing differs.
    """
    bodies = tuple(_with_cutoff(body, cutoffs.get(body.id, body.cutoff)) for body in campaign.bodies)
    if bodies != campaign.bodies:
        campaign = replace(campaign, bodies=bodies)
    if deadline is None or deadline == campaign.deadline:
        return campaign
    spoken = deadline_words(campaign, deadline)
    ends = max(campaign.ends, deadline)
    return replace(campaign, deadline=deadline, deadline_words=spoken, ends=ends)


def _with_cutoff(body: Body, cutoff: date | None) -> Body:
    return body if cutoff == body.cutoff else replace(body, cutoff=cutoff)


def deadline_words(campaign: Campaign, day: date) -> str:
    """A moved deadline as people read it: 2019年7月31日之前."""
    return campaign.phrases["moved_deadline_words"].format(year=day.year, month=day.month, day=day.day)


def ticked(campaign: Campaign, new: date, bodies: Iterable[str]) -> dict[str, tuple[date, date]]:
    """Old and new own date of these bodies when the deadline becomes `new`: moved by as many days."""
    delta: timedelta = new - campaign.deadline
    own = {body.id: body.cutoff for body in campaign.bodies if body.cutoff}
    return {body: (own[body], own[body] + delta) for body in bodies if body in own}


def moved_campaign(campaign: Campaign, move: DateMove) -> Campaign:
    """The campaign once the move is made."""
    return with_dates(campaign, move.new, {body: new for body, (_, new) in move.cutoffs.items()})


def told_of(keys: Iterable[str], move: DateMove, bodies: Mapping[str, str]) -> frozenset[int]:
    """Everybody who was told a date that the move replaces, out of the keys of what was queued.

    `bodies`: number of an application → id of its body, for dates that are a body's own.
    """
    told: set[int] = set()
    for key in keys:
        if key.startswith(corrections(move.old)):
            told.add(int(key.partition("/")[0].rpartition(":")[2]))
            continue
        reminder = told_by(key)
        if reminder is None:
            continue
        kind, day, subject, person = reminder
        own = move.cutoffs.get(bodies.get(subject, subject))
        if (kind is BaseDate.DEADLINE and day == move.old) or (
            kind is BaseDate.CUTOFF and own is not None and day == own[0]
        ):
            told.add(person)
    return frozenset(told)


def corrections(day: date) -> str:
    """How the keys begin of the corrections that told this new date; then the person."""
    return f"moved:{day}:"


def correction(campaign: Campaign, move: DateMove, old_words: str, held: Sequence[Application]) -> str:
    """What somebody who was told the old date is told. `campaign` has the new one, `held` are their units'."""
    phrases, contact = campaign.phrases, campaign.contact
    lines = [
        phrases["moved_told"].format(
            title=campaign.title, old=old_words, new=campaign.deadline_words, office=contact.office_short
        )
    ]
    concerned = {application.body for application in held}
    lines += [
        phrases["moved_told_cutoff"].format(body=body.name, day=day_words(campaign, move.cutoffs[body.id][1]))
        for body in campaign.bodies
        if body.id in move.cutoffs and body.id in concerned
    ]
    lines.append(phrases["moved_told_ask"].format(office=contact.office_short, phone=contact.phone))
    lines += [
        phrases["moved_state"].format(unit=unit_of(campaign, one), state=state_of(campaign, one))
        for one in held
    ]
    return "\n".join(lines)


def listed(campaign: Campaign, names: Iterable[str]) -> str:
    """Names for people to read, each once, the first ones where there are many: no more are asked for."""
    first: dict[str, None] = {}
    for name in names:
        if len(first) == _NAMES_SHOWN and name not in first:
            return campaign.phrases["move_and_more"].format(names="、".join(first))
        first[name] = None
    return "、".join(first)
