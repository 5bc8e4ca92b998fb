"""One pass over a snapshot: every reminder that lies within what is asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from bot.model.application import Application
from bot.model.message import Channel
from bot.model.staff import Membership
from bot.reminders import words
from bot.reminders.planned import CALL_SHEET, OFFICE, Batch, Planned, World, in_order, key_of
from bot.reminders.rules import Base, Calendar, base_of, cutoffs_of
from bot.review.debts import owes, owes_anything
from config.campaign import Audience, Body, Campaign, ReminderRule


def owed_by(campaign: Campaign, rule: ReminderRule, application: Application) -> tuple[str, ...]:
    """What the holder still owes by this rule: the form until it is filed, then the debts; () for nothing."""
    if application.stage not in rule.stages:
        return ()
    debts = owes(campaign, application)
    return (words.FORM, *debts) if _owes_form(campaign, application) else debts


def owing(campaign: Campaign, outlines: Iterable[tuple[Application, str]]) -> list[Application]:
    """Those whose holders still owe anything by any rule, told by what is on file and the version of the form."""
    return [
        one for one, version in outlines if _owes_form(campaign, one) or owes_anything(campaign, one, version)
    ]


def _owes_form(campaign: Campaign, application: Application) -> bool:
    return campaign.stage(application.stage).replay == "draft"


class Planner:
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
        return in_order(found.values())

    def each(self) -> Iterator[Planned]:
        """Of each group the latest first."""
        yield from self._units()
        yield from self._bodies()

    def batches(self) -> Iterator[Batch]:
        """The same in short, for applications that all owe something; they need no values. Cheap for very many."""
        held: dict[tuple[str, Base], list[tuple[str, int]]] = {}
        rules = {rule.id: rule for rule in self._campaign.reminders.rules}
        for rule, application in self._ruled():
            base = base_of(self._campaign, rule.base, self._cutoffs, application)
            held.setdefault((rule.id, base), []).append((application.number, application.holder))
        for (rule_id, base), who in held.items():
            for count, day, start in self._days(base, rules[rule_id]):
                is_ahead = start < self._calendar.first(day) and self._calendar.last(day) <= self._until
                yield Batch(
                    rule_id,
                    count,
                    base,
                    day,
                    who
                    if is_ahead
                    else [one for one in who if self._when(start, day, key_of(base, count, *one), one[1])],
                )
        for item in self._bodies():
            yield Batch(item.rule, item.days, item.base, item.at.date(), [(item.subject, item.person)])

    # applications

    def _units(self) -> Iterator[Planned]:
        for rule, application in self._ruled():
            yield from self._unit(rule, application)

    def _ruled(self) -> Iterator[tuple[ReminderRule, Application]]:
        """Every application with the rules that remind where it stands."""
        rules: dict[str, list[ReminderRule]] = {}
        for rule in self._campaign.reminders.rules:
            if rule.audience is Audience.HOLDER:
                for stage in rule.stages:
                    rules.setdefault(stage, []).append(rule)
        for application in self._world.applications:
            for rule in rules.get(application.stage, ()):
                yield rule, application

    def _unit(self, rule: ReminderRule, application: Application) -> Iterator[Planned]:
        base = base_of(self._campaign, rule.base, self._cutoffs, application)
        days = self._days(base, rule)
        owed = owed_by(self._campaign, rule, application) if days else ()
        frame: tuple[str, str] | None = None
        for count, day, start in days if owed else ():
            key = key_of(base, count, application.number, application.holder)
            found = self._when(start, day, key, application.holder)
            if found is None:
                continue
            at, channel = found
            if frame is not None and self._today is not None:
                text = ""  # a later one of the group was given already
            elif channel is None:
                text = words.unit_line(self._campaign, application, owed)
            else:
                frame = frame or words.unit_frame(self._campaign, application, owed)
                text = "\n".join((frame[0], self._until_words(base, self._today or day), frame[1]))
            yield Planned(
                at,
                key,
                application.holder,
                words.contact_of(self._campaign, application)[0],
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
                key = key_of(base, count, body.id, person or "office")
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
