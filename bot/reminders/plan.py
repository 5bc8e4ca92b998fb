"""Who is to be reminded of what, when and how: worked out from a snapshot, nothing remembered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Membership
from bot.reminders import words
from bot.reminders.rules import Base, Calendar, base_of, cutoffs_of, shared_bases
from bot.review.debts import owes
from config.campaign import Audience, BaseDate, Body, Campaign, ReminderRule

CALL_SHEET = "call_sheet"
"""The road of those whom only the office's telephone reaches."""

OFFICE = 0
"""Stands for the office where a reminder is nobody's own."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Who was told, and when, that these dates are the ones that count now."""

    at: datetime
    dates: AbstractSet[tuple[BaseDate, date]]
    people: AbstractSet[int]

    def covers(self, item: Planned) -> bool:
        """Whether an earlier reminder would only repeat what the correction said."""
        base = (item.base.kind, item.base.day)
        return item.at <= self.at and item.person in self.people and base in self.dates


@dataclass(frozen=True, slots=True)
class World:
    """What is known when the plan is made."""

    applications: Sequence[Application]
    members: Sequence[Membership]  # of the bodies, contacts before deputies
    reported: AbstractSet[str]  # bodies that sent what they recommend, or that they recommend nobody
    reach: Callable[
        [int], Channel | None
    ]  # person → the road to them, asked once each; None: only by telephone
    sent: AbstractSet[str] = frozenset()  # keys of the reminders that were queued
    workdays: Mapping[date, bool] = field(default_factory=dict)  # as the office says, above the campaign's
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to one person."""

    at: datetime
    key: str  # remind:BASE-DAYS:DATE:SUBJECT:PERSON, unique for ever
    person: int  # `OFFICE` for the call sheet's own
    name: str
    role: str  # an `Audience`
    channel: str  # wecom | mail | call_sheet
    subject: str  # number of the application, or id of the body
    owes: tuple[str, ...]  # form, deck, scan, paper, declarations; for a body: package, waiting
    text: str
    rule: str
    days: int
    base: Base
    application: str = ""  # its id; "" for a body

    @property
    def group(self) -> tuple[int, str, str]:
        """Reminders of one group say the same, the later one with less time left."""
        return self.person, self.subject, self.rule


def plan(campaign: Campaign, world: World, start: datetime, end: datetime) -> tuple[Planned, ...]:
    """Everything that falls due after `start` and up to `end` and was not sent, by time, then key."""
    found = _Planner(campaign, world, lambda base: start, end).all()
    return tuple(item for item in found if item.key not in world.sent)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be sent now, and what is skipped because something later says the same."""

    now: tuple[Planned, ...]  # by time, then key
    superseded: tuple[Planned, ...]  # without a text


def due(campaign: Campaign, world: World, since: Callable[[Base], datetime], now: datetime) -> Due:
    """What fell due after `since` (up to when a base date's reminders are done) and by `now`.

    Of several for the same person, subject and rule only the latest is sent; none whose date is over.
    The texts are of `now`'s day.
    """
    today = now.astimezone(campaign.zone).date()
    latest: dict[tuple[int, str, str], Planned] = {}
    older: list[Planned] = []
    for item in _Planner(campaign, world, since, now, today).each():
        if item.base.day < today or (world.corrected and world.corrected.covers(item)):
            continue
        first = latest.setdefault(item.group, item)
        if first is not item and first.key != item.key:
            older.append(item)
    return Due(
        tuple(_in_order(item for item in latest.values() if item.key not in world.sent)),
        tuple(_in_order(item for item in older if item.key not in world.sent)),
    )


def may_be_due(
    campaign: Campaign, workdays: Mapping[date, bool], since: Callable[[Base], datetime], now: datetime
) -> bool:
    """Whether any reminder may have fallen due after `since`, as far as the dates that many share tell.

    Costs next to nothing, so that it may be asked at every tick.
    """
    calendar = Calendar(campaign, workdays)
    return any(
        since(base) < calendar.last(day) and calendar.first(day) <= now
        for rule, base in shared_bases(campaign)
        for _, day in calendar.days(base, rule.days)
    )


def owed_by(campaign: Campaign, rule: ReminderRule, application: Application) -> tuple[str, ...]:
    """What the holder still owes by this rule: the form until it is filed, then the debts; () for nothing."""
    if application.stage not in rule.stages:
        return ()
    debts = owes(campaign, application)
    return (words.FORM, *debts) if campaign.stage(application.stage).replay == "draft" else debts


class _Planner:
    """One pass over the snapshot."""

    def __init__(
        self,
        campaign: Campaign,
        world: World,
        since: Callable[[Base], datetime],
        until: datetime,
        today: date | None = None,
    ) -> None:
        """`today`: the texts are of this day, and of each group only the latest has one.

        None: every reminder has the text of its own day.
        """
        self._campaign = campaign
        self._world = world
        self._calendar = Calendar(campaign, world.workdays)
        self._cutoffs = cutoffs_of(campaign)
        self._since = since
        self._until = until
        self._today = today
        self._open: dict[tuple[Base, tuple[int, ...]], list[tuple[int, date, datetime]]] = {}
        self._roads: dict[int, Channel | None] = {}
        self._said: dict[tuple[Base, date], str] = {}

    def all(self) -> list[Planned]:
        """By time, then key; no key twice."""
        found: dict[str, Planned] = {}
        for item in self.each():
            found.setdefault(item.key, item)
        return _in_order(found.values())

    def each(self) -> Iterator[Planned]:
        """Of each group the latest first."""
        yield from self._units()
        yield from self._bodies()

    # applications

    def _units(self) -> Iterator[Planned]:
        rules: dict[str, list[ReminderRule]] = {}
        for rule in self._campaign.reminders.rules:
            if rule.audience is Audience.HOLDER:
                for stage in rule.stages:
                    rules.setdefault(stage, []).append(rule)
        for application in self._world.applications:
            for rule in rules.get(application.stage, ()):
                yield from self._unit(rule, application)

    def _unit(self, rule: ReminderRule, application: Application) -> Iterator[Planned]:
        base = base_of(self._campaign, rule.base, self._cutoffs, application)
        days = self._days(base, rule)
        owed = owed_by(self._campaign, rule, application) if days else ()
        frame: tuple[str, str] | None = None
        for count, day, start in days if owed else ():
            key = _key(base, count, application.number, application.holder)
            found = self._when(start, day, key, application.holder)
            if found is None:
                continue
            at, channel = found
            if frame is not None and self._today is not None:
                text = ""  # a later one of the group was given already
            elif channel is None:
                text = words.unit_line(self._campaign, application, owed, *self._contact(application))
            else:
                frame = frame or words.unit_frame(self._campaign, application, owed)
                text = "\n".join((frame[0], self._until_words(base, self._today or day), frame[1]))
            yield Planned(
                at,
                key,
                application.holder,
                self._contact(application)[0],
                rule.audience,
                channel or CALL_SHEET,
                application.number,
                owed,
                text,
                rule.id,
                count,
                base,
                application.id,
            )

    def _contact(self, application: Application) -> tuple[str, str]:
        """Name and telephone of whom the form names."""
        fields, values = self._campaign.reminders, application.values
        return values.get(fields.contact_name, ""), values.get(fields.contact_phone, "")

    def _until_words(self, base: Base, today: date) -> str:
        known = self._said.get((base, today))
        if known is None:
            known = self._said[base, today] = words.until(self._campaign, base, today)
        return known

    # recommending bodies

    def _bodies(self) -> Iterator[Planned]:
        rules = [rule for rule in self._campaign.reminders.rules if rule.audience is not Audience.HOLDER]
        members: dict[str, list[Membership]] = {}
        for member in self._world.members:
            members.setdefault(member.body, []).append(member)
        for rule in rules:
            waiting = _waiting(self._world.applications, rule)
            for body in self._campaign.bodies:
                if body.id not in self._world.reported:
                    yield from self._body(rule, body, members.get(body.id, []), waiting.get(body.id, 0))

    def _body(
        self, rule: ReminderRule, body: Body, members: Sequence[Membership], waiting: int
    ) -> Iterator[Planned]:
        of_body = Application("", "", 0, "", {}, body=body.id)
        base = base_of(self._campaign, rule.base, self._cutoffs, of_body)
        owed = (words.PACKAGE, words.WAITING) if waiting else (words.PACKAGE,)
        for count, day, start in self._days(base, rule):
            for person, name in _told(rule.audience, members):
                key = _key(base, count, body.id, person or "office")
                found = self._when(start, day, key, person)
                if found is None:
                    continue
                at, channel = found
                spoken = self._today or at.date()
                text = (
                    words.body_line(self._campaign, body, owed, name)
                    if channel is None
                    else words.body_text(self._campaign, body, waiting, rule.audience, base, spoken)
                )
                yield Planned(
                    at,
                    key,
                    person,
                    name,
                    rule.audience,
                    channel or CALL_SHEET,
                    body.id,
                    owed,
                    text,
                    rule.id,
                    count,
                    base,
                )

    # times and roads

    def _days(self, base: Base, rule: ReminderRule) -> list[tuple[int, date, datetime]]:
        """(days before, day, after which moment) of what may lie within what is asked, the latest first."""
        key = (base, rule.days)
        known = self._open.get(key)
        if known is None:
            start = self._since(base)
            calendar = self._calendar
            known = self._open[key] = [
                (count, day, start)
                for count, day in reversed(calendar.days(base, rule.days))
                if start < calendar.last(day) and calendar.first(day) <= self._until
            ]
        return known

    def _when(
        self, start: datetime, day: date, key: str, person: int
    ) -> tuple[datetime, Channel | None] | None:
        """The moment and the road, None where it lies outside of what is asked.

        Whom only the telephone reaches stands on the day's one call sheet.
        """
        own, sheet = self._calendar.minute(day, key), self._calendar.first(day)
        in_own, in_sheet = start < own <= self._until, start < sheet <= self._until
        if not (in_own or in_sheet):
            return None
        channel = self._road(person) if person != OFFICE else None
        if channel is None:
            return (sheet, None) if in_sheet else None
        return (own, channel) if in_own else None

    def _road(self, person: int) -> Channel | None:
        if person not in self._roads:
            self._roads[person] = self._world.reach(person)
        return self._roads[person]


def _in_order(items: Iterable[Planned]) -> list[Planned]:
    """By time, then key. In small portions: one long sort would keep other threads from running."""
    minutes: dict[datetime, list[Planned]] = {}
    for item in items:
        minutes.setdefault(item.at, []).append(item)
    return [item for at in sorted(minutes) for item in sorted(minutes[at], key=lambda item: item.key)]


def _waiting(applications: Iterable[Application], rule: ReminderRule) -> dict[str, int]:
    """How many applications wait for each body."""
    count: dict[str, int] = {}
    for application in applications:
        if application.body and application.stage in rule.stages:
            count[application.body] = count.get(application.body, 0) + 1
    return count


def _told(audience: Audience, members: Sequence[Membership]) -> list[tuple[int, str]]:
    """(person, name) of those of a body whom a rule means; of the call sheet, whom to ask for.

    Where a body has no contact, its deputies stand in.
    """
    if audience is Audience.CALL_SHEET:
        return [(OFFICE, members[0].name if members else "")]
    wanted = [member for member in members if member.deputy is (audience is Audience.DEPUTY)]
    if audience is Audience.CONTACT:
        wanted = wanted or list(members)
    return list({member.person: member.name for member in wanted}.items())


def _key(base: Base, days: int, subject: str, person: int | str) -> str:
    return f"remind:{base.kind}-{days}:{base.day}:{subject}:{person}"


def told_by(key: str) -> tuple[BaseDate, date, str, int] | None:
    """(base, its day, subject, person) out of a reminder's key; None for another key."""
    parts = key.partition("/")[0].split(":")
    if len(parts) != 5 or parts[0] != "remind" or not parts[4].isdigit():
        return None
    kind = parts[1].partition("-")[0]
    return BaseDate(kind), date.fromisoformat(parts[2]), parts[3], int(parts[4])
