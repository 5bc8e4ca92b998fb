"""The reminders that are still to come, as a page shows them. What was sent is in the list of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.console.notices import PAGE, pages_of
from bot.model.message import Channel
from bot.reminders.plan import plan
from bot.reminders.planned import Planned
from bot.reminders.workdays import is_in_calendar
from bot.staff.desk import StaffAsk
from bot.staff.people import office_only
from bot.work.dates import campaign_in_force, kept_workdays
from bot.work.reminder_world import road_among, world_of

_FARTHEST = timedelta(days=366)

Addresses = Mapping[int, Sequence[tuple[Channel, str, bool]]]
"""Person → (channel, address, whether it is open) of all addresses."""


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which days, both included; None: from today, to the deadline."""

    first: date | None = None
    last: date | None = None
    channel: str = ""
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One reminder, the unit or body that it is about ("" while it has no name), and what its reader goes by."""

    item: Planned
    about: str
    reader: str

    @property
    def words(self) -> str:
        """What is searched."""
        return f"{self.reader} {self.item.subject} {self.about}".casefold()


@dataclass(frozen=True, slots=True)
class PlanView:
    """A page of the plan. The counts are of all that fits the days and the words."""

    rows: tuple[PlannedRow, ...]
    total: int
    page: int
    pages: int
    first: date
    last: date
    deadline: date
    by_day: Mapping[date, int]
    by_channel: Mapping[str, int]
    unknown_years: str  # of which the calendar of holidays does not tell


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is planned for some days."""

    rows: tuple[PlannedRow, ...]  # by time, then key
    first: date
    last: date
    deadline: date
    unknown_years: str
    zone: ZoneInfo


class Plans:
    """The last plan that was made, for the next page of it: thousands of applications are looked at for one.

    It is made anew when anything was changed or sent, when other days are asked for, and every minute.
    """

    def __init__(self) -> None:
        self._kept: tuple[object, Plan] | None = None

    def plan(self, ask: StaffAsk, query: PlanQuery) -> Plan:
        """Who would be reminded of what on the days of the query. The office's alone; `Refused`."""
        office_only(ask)
        minute = ask.now.replace(second=0, microsecond=0)
        key = (minute, query.first, query.last, ask.store.last_changes())
        kept = self._kept
        if kept is not None and kept[0] == key:
            return kept[1]
        made = plan_days(ask, query)
        self._kept = key, made
        return made


def plan_days(ask: StaffAsk, query: PlanQuery) -> Plan:
    """Who would be reminded of what on these days, as things stand now."""
    campaign = campaign_in_force(ask.clerk.campaign, ask.store)
    first = query.first or ask.today
    last = query.last or max(first, campaign.deadline)
    last = min(max(first, last), first + _FARTHEST)
    by_mail = ask.clerk.message_id is not None
    addresses = ask.store.every_address()

    def reach(person: int) -> Channel | None:
        return road_among({channel for channel, _, is_open in addresses.get(person, ()) if is_open}, by_mail)

    world = world_of(ask.store, campaign, reach, reminded=True)
    start = max(ask.now, datetime.combine(first, time(), campaign.zone))
    found = plan(campaign, world, start, datetime.combine(last, time.max, campaign.zone))
    units = {one.number: one.values.get(campaign.form.unit_field, "") for one in world.applications}
    units |= {body.id: body.name for body in campaign.bodies}
    known = {*campaign.reminders.workdays, *kept_workdays(ask.store)}
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    years = sorted({day.year for day in days if day not in known and not is_in_calendar(day)})
    return Plan(
        _rows(
            found, units, ask.store.names_among({item.person for item in found if not item.name}), addresses
        ),
        first,
        last,
        campaign.deadline,
        "、".join(map(str, years)),
        campaign.zone,
    )


def page_of(plan: Plan, query: PlanQuery, *, everything: bool = False) -> PlanView:
    """One page of what fits the words and the channel, or everything."""
    wanted = query.search.casefold().strip()
    fitting = [row for row in plan.rows if wanted in row.words] if wanted else plan.rows
    by_channel = Counter(row.item.channel for row in fitting)
    minutes = Counter(row.item.at for row in fitting)  # few: many fall on one
    by_day: Counter[date] = Counter()
    for at, count in minutes.items():
        by_day[at.astimezone(plan.zone).date()] += count
    shown = [row for row in fitting if not query.channel or row.item.channel == query.channel]
    pages = pages_of(len(shown))
    page = min(max(query.page, 1), pages)
    total = len(shown)
    shown = shown if everything else shown[(page - 1) * PAGE : page * PAGE]
    return PlanView(
        tuple(shown),
        total,
        page,
        pages,
        plan.first,
        plan.last,
        plan.deadline,
        dict(sorted(by_day.items())),
        by_channel,
        plan.unknown_years,
    )


def _rows(
    items: Sequence[Planned], units: Mapping[str, str], names: Mapping[int, str], addresses: Addresses
) -> tuple[PlannedRow, ...]:
    """Who has no name in the form goes by the one they are known by, else by their unit, else by an address."""
    found = []
    for item in items:
        about = units.get(item.subject, "")
        reader = item.name
        if not reader and item.person:
            road = next((address for _, address, _ in addresses.get(item.person, ())), "")
            reader = names.get(item.person) or about or road
        found.append(PlannedRow(item, about, reader))
    return tuple(found)
