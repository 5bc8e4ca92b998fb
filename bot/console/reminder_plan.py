"""The reminders that are still to come, as a page shows them. What was sent is in the list of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.console.notices import PAGE, pages_of
from bot.model.message import Channel
from bot.reminders.plan import plan
from bot.reminders.planned import Planned
from bot.reminders.workdays import is_in_calendar
from bot.staff.desk import StaffAsk
from bot.staff.notice_checks import check_office
from bot.work.dates import campaign_in_force, kept_workdays
from bot.work.reminder_world import road_among, world_of

_FARTHEST = timedelta(days=366)


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
    """One reminder, and the unit or body that it is about."""

    item: Planned
    about: str

    @property
    def words(self) -> str:
        """What is searched."""
        return f"{self.item.name} {self.item.subject} {self.about}".casefold()


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


def planned(ask: StaffAsk, query: PlanQuery, everything: bool = False) -> PlanView:
    """Who would be reminded of what on these days, as things stand now; one page of it, or everything."""
    check_office(ask)
    campaign = campaign_in_force(ask.clerk.campaign, ask.store)
    first = query.first or ask.today
    last = query.last or max(first, campaign.deadline)
    last = min(max(first, last), first + _FARTHEST)
    by_mail = ask.clerk.message_id is not None
    addresses = ask.store.every_address()

    def reach(person: int) -> Channel | None:
        return road_among({channel for channel, _, is_open in addresses.get(person, ()) if is_open}, by_mail)

    world = world_of(ask.store, campaign, reach)
    start = max(ask.now, datetime.combine(first, time(), campaign.zone))
    found = plan(campaign, world, start, datetime.combine(last, time.max, campaign.zone))
    units = {one.number: one.values.get(campaign.form.unit_field, "") for one in world.applications}
    units |= {body.id: body.name for body in campaign.bodies}
    wanted = query.search.casefold().strip()
    rows = (PlannedRow(item, units.get(item.subject, "")) for item in found)
    fitting = [row for row in rows if wanted in row.words]
    by_channel = Counter(row.item.channel for row in fitting)
    by_day = Counter(row.item.at.astimezone(campaign.zone).date() for row in fitting)
    shown = [row for row in fitting if not query.channel or row.item.channel == query.channel]
    pages = pages_of(len(shown))
    page = min(max(query.page, 1), pages)
    total = len(shown)
    shown = shown if everything else shown[(page - 1) * PAGE : page * PAGE]
    known = {*campaign.reminders.workdays, *kept_workdays(ask.store)}
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    years = sorted({day.year for day in days if day not in known and not is_in_calendar(day)})
    return PlanView(
        tuple(_named(addresses, row) for row in shown),
        total,
        page,
        pages,
        first,
        last,
        campaign.deadline,
        dict(sorted(by_day.items())),
        by_channel,
        "、".join(map(str, years)),
    )


def _named(addresses: Mapping[int, Sequence[tuple[Channel, str, bool]]], row: PlannedRow) -> PlannedRow:
    """Somebody whose name is not known goes by an address."""
    item = row.item
    if item.name or not item.person:
        return row
    address = next((address for _, address, _ in addresses.get(item.person, ())), "")
    return replace(row, item=replace(item, name=address))
