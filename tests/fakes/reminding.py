"""A snapshot for the planner: applications, bodies' people, and roads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime, time

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Membership, Role
from bot.reminders.plan import plan
from bot.reminders.planned import Planned, World
from config.campaign import Campaign
from tests.fakes.conversation import FORM, campaign

CONTACT, DEPUTY = 90, 91


def application(
    number: int = 17,
    stage: str = "draft",
    values: Mapping[str, str] | None = None,
    body: str = "",
    dossier: Mapping[str, str] | None = None,
) -> Application:
    """Filled by person `number`; complete, with nothing on file, unless told otherwise."""
    filed = stage not in ("draft",)
    return Application(
        f"{number:016x}",
        f"2019-{number:03d}",
        number,
        stage,
        FORM if values is None else values,
        f"2019-{number:03d}-1" if filed else "",
        int(filed),
        {} if dossier is None else dossier,
        body,
    )


def people_of(body: str) -> tuple[Membership, Membership]:
    """A contact and a deputy."""
    return (
        Membership(1, CONTACT, Role.BODY, body, False, "王联系"),
        Membership(2, DEPUTY, Role.BODY, body, True, "赵副手"),
    )


def world(
    applications: Sequence[Application] = (),
    members: Sequence[Membership] = (),
    reported: AbstractSet[str] | None = None,
    roads: Mapping[int, Channel | None] | None = None,
    sent: AbstractSet[str] = frozenset(),
    workdays: Mapping[date, bool] | None = None,
) -> World:
    """Everybody is reached over WeCom unless told otherwise; all bodies have reported unless told otherwise."""
    known = roads or {}
    everybody = {body.id for body in campaign().bodies}
    return World(
        applications,
        members,
        everybody if reported is None else reported,
        lambda person: known.get(person, Channel.WECOM),
        sent,
        workdays or {},
    )


def dated(deadline: date, opens: date | None = None, **cutoffs: date) -> Campaign:
    """The shipped campaign with other dates."""
    shipped = campaign()
    bodies = tuple(replace(body, cutoff=cutoffs.get(body.id)) for body in shipped.bodies)
    return replace(shipped, deadline=deadline, opens=opens or date(2019, 1, 1), bodies=bodies)


def planned(found: Campaign, snapshot: World, first: date, last: date) -> tuple[Planned, ...]:
    """The plan of these days, both included."""
    start = datetime.combine(first, time(), found.zone)
    return plan(found, snapshot, start, datetime.combine(last, time.max, found.zone))


def days_of(items: Sequence[Planned]) -> list[tuple[int, date]]:
    """(days before, day) in order of time."""
    return [(item.days, item.at.date()) for item in items]
