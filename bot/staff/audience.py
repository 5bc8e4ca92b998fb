"""Who a notice goes to, and what its variables say to each of them. Pure.

An audience is kept as words: {"role": …} with a role or `HOLDER`, {"stage": …} the holders of applications there,
{"body": …} the contacts of recommending bodies (with a stage or `HOLDER`: the holders that go by them),
{"application": …} by number, {"notice": …} whoever an earlier notice reached, {} everybody. Several values of
one key are separated by blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.application import Application
from bot.model.spoken import spoken_date
from bot.model.staff import Meant, Membership, Role
from bot.review.debts import debt_labels, owes
from bot.staff.routes import body_by_id
from config.campaign import Campaign

HOLDER = "holder"
"""Beside the roles of `bot.model.staff.Role`: whoever fills an application."""

Audience = Mapping[str, str]

UNIT, NUMBER, STATE, OWED, DUE = "单位", "编号", "状态", "还需", "截止"
VARIABLES = (UNIT, NUMBER, STATE, OWED, DUE)
_NUMBER = re.compile(r"\d{4}-\d{1,4}")
_VARIABLE = re.compile(r"[{｛]\s*([^{}｛｝]{0,20}?)\s*[}｝]")
RESULTS = frozenset(
    {"late_pending", "deemed_abandoned", "vetoed", "not_selected", "shortlisted", "in_public_notice",
     "announced", "awarded"}
)  # fmt: skip
"""Stages whose very choice as an audience tells a decision (commands page §13)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a notice goes to, and on whose behalf: a body they speak for, applications they fill."""

    person: int
    name: str
    body: str = ""
    applications: tuple[Application, ...] = ()


def is_audience(campaign: Campaign, audience: Audience) -> bool:
    """Whether an audience that no words were read for names what there is, in keys that go together."""
    stages = {stage.id for stage in campaign.stages}
    bodies = {body.id for body in campaign.bodies}
    known = {"role": {*(role.value for role in Role), HOLDER}, "stage": stages, "body": bodies}
    if not audience:
        return True
    for key, words in audience.items():
        values = words.split()
        if not values or (key in known and not set(values) <= known[key]):
            return False
        if key == "application" and not all(_NUMBER.fullmatch(value) for value in values):
            return False
    keys = set(audience)
    holders_of = keys == {"role", "body"} and audience["role"] == HOLDER
    return (len(keys) == 1 and keys <= {*known, "application"}) or keys == {"stage", "body"} or holders_of


# Resolving


def meant_by(campaign: Campaign, audience: Audience) -> Meant:
    """Whom an audience means: of a body its contacts (its deputies where it has none), then the others with a
    role, then the holders by number. Without a stage only what is still in the running has holders to be told.
    """
    if "notice" in audience:
        return Meant(read=int(audience["notice"]))
    said = {key: tuple(words.split()) for key, words in audience.items()}
    roles = said.get("role", ()) if audience else (*(role.value for role in Role), HOLDER)
    of_holders = HOLDER in roles or "stage" in said
    numbers = said.get("application", ())
    bodies = said.get("body", ())
    running = (one.id for one in campaign.stages if not one.final and one.replay != "withdrawn")
    return Meant(
        roles=tuple(role for role in roles if role not in (HOLDER, Role.BODY)),
        speaks=Role.BODY in roles or (bool(bodies) and not of_holders),
        speaks_for=() if of_holders else bodies,
        holds=of_holders or bool(numbers),
        stages=() if numbers else said.get("stage") or tuple(running),
        bodies=bodies if of_holders else (),
        numbers=numbers,
        order=tuple(body.id for body in campaign.bodies),
    )


def resolve(
    campaign: Campaign,
    audience: Audience,
    members: Iterable[Membership],
    applications: Iterable[Application],
) -> list[Recipient]:
    """Those of them whom an audience means, once each."""
    meant = meant_by(campaign, audience)
    members = list(members)
    return merged(_chosen(meant, members), [one for one in applications if _is_meant(meant, one)])


def _chosen(meant: Meant, members: Sequence[Membership]) -> list[Membership]:
    speakers = [one for one in members if meant.speaks and one.role is Role.BODY]
    if meant.speaks_for:
        speakers = [one for one in speakers if one.body in meant.speaks_for]
    with_contact = {one.body for one in speakers if not one.deputy}
    first = [one for one in speakers if not one.deputy or one.body not in with_contact]
    order = {body: position for position, body in enumerate(meant.order)}
    first.sort(key=lambda one: order.get(one.body, len(order)))
    others = (role for role in (Role.OFFICE, Role.INSPECTOR) if role in meant.roles)
    return [*first, *(one for role in others for one in members if one.role is role)]


def _is_meant(meant: Meant, application: Application) -> bool:
    return meant.holds and all(
        not wanted or value in wanted
        for wanted, value in (
            (meant.stages, application.stage),
            (meant.bodies, application.body),
            (meant.numbers, application.number),
        )
    )


def everybody(members: Iterable[Membership], applications: Iterable[Application]) -> list[Recipient]:
    """Everybody with a role or an application, whatever its stage."""
    return merged(list(members), list(applications))


def merged(members: Iterable[Membership], holders: Iterable[Application]) -> list[Recipient]:
    """Members and holders, once each, with all they are."""
    found: dict[int, Recipient] = {}
    for one in members:
        found.setdefault(one.person, Recipient(one.person, one.name, one.body))
    held: dict[int, list[Application]] = {}
    for application in holders:
        held.setdefault(application.holder, []).append(application)
    for person, theirs in held.items():
        known = found.get(person, Recipient(person, ""))
        found[person] = Recipient(person, known.name, known.body, tuple(theirs))
    return list(found.values())


# Variables


def variables_in(text: str) -> tuple[str, ...]:
    """The names in braces, each once, as they stand."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def variables_for(audience: Audience) -> tuple[str, ...]:
    """The variables that say something to everybody in the audience."""
    roles = set(audience.get("role", "").split())
    if "notice" in audience or "stage" in audience or "application" in audience or roles == {HOLDER}:
        return VARIABLES
    if "body" in audience or (roles and roles <= {Role.BODY.value, HOLDER}):
        return (UNIT, DUE)
    return (DUE,)


def values_of(campaign: Campaign, recipient: Recipient, cutoffs: Mapping[str, date]) -> dict[str, str]:
    """What the variables say to one recipient. States in the words the unit may read, never the staff's."""
    theirs = recipient.applications
    unit = campaign.form.unit_field
    body = body_by_id(campaign, recipient.body)
    own = [one.values.get(unit) or one.number for one in theirs]
    due = campaign.deadline if not theirs else min(_due(campaign, cutoffs, one.body) for one in theirs)
    return {
        UNIT: "、".join(own) or (body.name if body else recipient.name),
        NUMBER: "、".join(one.number for one in theirs),
        STATE: _for_each(theirs, lambda one: campaign.stage(one.stage).public_label),
        OWED: _for_each(theirs, lambda one: _owed(campaign, one)),
        DUE: spoken_date(due),
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; what is filled in is not read again."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _for_each(applications: Collection[Application], say: Callable[[Application], str]) -> str:
    """One saying, or one per application with its number where they differ."""
    said = {one.number: say(one) for one in applications}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "；".join(f"{number} {words}" for number, words in said.items())


def _due(campaign: Campaign, cutoffs: Mapping[str, date], body: str) -> date:
    """The day by which an application must be with its body, never after the campaign's own."""
    stated = body_by_id(campaign, body)
    own = cutoffs.get(body) or (stated.cutoff if stated else None)
    return min(own, campaign.deadline) if own else campaign.deadline


def _owed(campaign: Campaign, application: Application) -> str:
    phrases = campaign.phrases
    empty = sum(not application.values.get(item.id) for item in campaign.form.fields)
    owed = list(debt_labels(campaign, owes(campaign, application)))
    if empty and campaign.stage(application.stage).editable:
        owed.insert(0, phrases["notice_owed_items"].format(count=empty))
    return "、".join(owed) or phrases["notice_owed_nothing"]
