"""Reminding: what is due and was not yet sent is queued once, whatever crashes and however many processes run.

How far each base date's reminders are done is kept as marks; a mark moves on only after everything before
it is in the outbox, and every row there has the reminder's own key. So a crash repeats work, never a
message, and an outage or a week-end only delays it. The dialogue's state is never touched.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Protocol, TypeVar

from bot.model.application import Application, AuditEntry
from bot.model.staff import Role
from bot.ports import Store, Writer
from bot.reminders import words
from bot.reminders.dates import correction, corrections, told_of
from bot.reminders.plan import Due, due, may_be_due
from bot.reminders.planned import CALL_SHEET, Planned
from bot.reminders.planner import owed_by
from bot.reminders.rules import FULL_MINUTES, Base, Calendar, shared_bases
from bot.staff.tell import tell
from bot.work.clerk import Clerk
from bot.work.dates import KeptMove, campaign_in_force, kept_move, kept_workdays, move_is_told
from bot.work.reminder_world import road_to, world_of
from bot.work.told_dates import told_by_notice
from config.campaign import BaseDate, Campaign

T = TypeVar("T")

Holder = tuple[int, Sequence[Application]]
"""A person and the applications they hold."""

LOCK = "reminders"
CHUNK = 25  # rows a use case writes: well below 20 ms of the writer
DUE_MINUTES = 10  # how often the dates of single applications are looked at
JUMP = timedelta(
    seconds=30
)  # by which the campaign clock is ahead of the machine's when somebody has moved it
_GENERAL = "*"  # the mark of dates that belong to one application

log = logging.getLogger(__name__)


class Reader(Protocol):
    """Looks at what is stored without disturbing who writes. Blocking."""

    def read(self, look: Callable[[Store], T], /) -> T:
        """The result of a function that only reads; it sees one state throughout."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What every look begins with; cheap."""

    campaign: Campaign
    workdays: Mapping[date, bool]
    marks: Mapping[str, datetime]
    move: KeptMove | None


class ReminderDesk:
    """Sends what falls due. `now` is the campaign clock, `wake` says that there is something to send."""

    def __init__(
        self,
        clerk: Clerk,
        reader: Reader,
        writer: Writer,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._clerk = clerk
        self._reader = reader
        self._writer = writer
        self._now = now
        self._wake = wake
        self._looked: datetime | None = None  # the campaign minute that was looked at
        self._offset: timedelta | None = None  # the campaign clock's, at the last tick
        self._read: datetime | None = None  # when applications were read last

    async def tick(self) -> int:
        """Queue what is due; how many reminders and corrections. Costs next to nothing when nothing is."""
        if not self._clerk.campaign.reminders.rules:
            return 0
        now = self._now()
        was, self._offset = self._offset, now - self._clerk.machine_now()
        jumped = was is not None and self._offset - was > JUMP
        standing = await asyncio.to_thread(self._reader.read, self._stand)
        count = 0
        if standing.move is not None and not standing.move.told:
            count += await self._correct(standing, standing.move)
        minute = now.replace(second=0, microsecond=0)
        busy = (
            minute.minute in FULL_MINUTES and not jumped
        )  # nobody waits for the minute after a jump to 10:00
        if minute != self._looked and not busy and self._is_time(standing, now):
            count += await self._remind(standing, now)
        self._looked = minute
        if count:
            self._wake()
        return count

    def _stand(self, store: Store) -> _Standing:
        campaign = campaign_in_force(self._clerk.campaign, store)
        return _Standing(campaign, kept_workdays(store), _marks(store, campaign), kept_move(store, campaign))

    def _is_time(self, standing: _Standing, now: datetime) -> bool:
        """Whether people may be written to and something may be due."""
        campaign = standing.campaign
        if not Calendar(campaign, standing.workdays).may_write(now):
            return False
        if may_be_due(campaign, standing.workdays, _since(standing), now):
            return True
        has_own_dates = any(rule.base is BaseDate.DUE for rule in campaign.reminders.rules)
        last = self._read
        return has_own_dates and (last is None or now - last >= timedelta(minutes=DUE_MINUTES))

    # reminders

    async def _remind(self, standing: _Standing, now: datetime) -> int:
        found = await asyncio.to_thread(self._plan, standing, now)
        self._read = now
        clerk = replace(self._clerk, campaign=standing.campaign)
        older: dict[tuple[int, str, str], list[Planned]] = {}
        for item in found.superseded:
            older.setdefault(item.group, []).append(item)
        unreached = [item for item in found.now if item.channel == CALL_SHEET]
        messages = [item for item in found.now if item.channel != CALL_SHEET]
        count = 0
        for chunk in _chunks(messages):
            portion = [(item, older.get(item.group, ())) for item in chunk]
            sent, silent = await self._writer.run(partial(_send, clerk, portion, now), LOCK)
            count += sent
            unreached += silent
        skipped = [item for newer in unreached for item in older.get(newer.group, ())]
        finish = partial(_finish, clerk, standing, unreached, skipped, now)
        count += await self._writer.run(finish, LOCK)
        if count:
            log.info("reminders: %d queued, %d superseded", count, len(found.superseded))
        return count

    def _plan(self, standing: _Standing, now: datetime) -> Due:
        """Blocking: reads every application and works out what is due."""
        clerk = self._clerk

        def look(store: Store) -> Due:
            by_mail = clerk.message_id is not None
            world = world_of(store, standing.campaign, partial(road_to, store, by_mail), reminded=True)
            return due(standing.campaign, world, _since(standing), now)

        return self._reader.read(look)

    # a moved date

    async def _correct(self, standing: _Standing, kept: KeptMove) -> int:
        """Tell exactly those who were told the old date, once each."""
        people, held = await asyncio.to_thread(self._reader.read, partial(_told_old, standing.campaign, kept))
        clerk = replace(self._clerk, campaign=standing.campaign)
        unreached: list[Holder] = []
        for chunk in _chunks([(person, held.get(person, ())) for person in people]):
            unreached += await self._writer.run(partial(announce_move, clerk, kept, chunk), LOCK)
        await self._writer.run(partial(_close_move, clerk, kept, unreached), LOCK)
        return len(people)


def announce_move(clerk: Clerk, kept: KeptMove, people: Sequence[Holder], store: Store) -> Sequence[Holder]:
    """Tell these people the new date; those whom nothing reaches are returned."""
    subject = clerk.campaign.phrases["moved_subject"].format(title=clerk.campaign.title)
    unreached = []
    for person, held in people:
        text = correction(clerk.campaign, kept.move, kept.old_words, held)
        key = f"{corrections(kept.move.new)}{person}"
        if tell(store, clerk, person, key, text, subject, held[-1] if held else None) is None:
            unreached.append((person, held))
    return unreached


def _close_move(clerk: Clerk, kept: KeptMove, unreached: Sequence[Holder], store: Store) -> None:
    """Let the office telephone those whom nothing reaches; the move is told then."""
    campaign = clerk.campaign
    if unreached:
        names = {member.person: member.name for member in store.members()}
        news = campaign.phrases["call_sheet_moved"].format(new=campaign.deadline_words)
        lines = [words.moved_line(campaign, held, names.get(person, ""), news) for person, held in unreached]
        day = kept.at.astimezone(campaign.zone).date()
        _call(clerk, f"call_sheet:moved:{kept.move.new}", words.sheet(campaign, day, lines), store)
    move_is_told(store, campaign, kept)


def _told_old(
    campaign: Campaign, kept: KeptMove, store: Store
) -> tuple[list[int], dict[int, list[Application]]]:
    """Who is still to be told of a move, and what they hold."""
    applications = store.applications()
    bodies = {application.number: application.body for application in applications}
    keys = store.outbox_keys("remind:") | store.outbox_keys(corrections(kept.move.old))
    known = {key.partition("/")[0] for key in store.outbox_keys(corrections(kept.move.new))}
    told = told_of(keys, kept.move, bodies) | told_by_notice(store, kept.move.old, campaign.zone)
    people = [one for one in sorted(told) if f"{corrections(kept.move.new)}{one}" not in known]
    held: dict[int, list[Application]] = {}
    for application in applications:
        if campaign.stage(application.stage).replay != "withdrawn":
            held.setdefault(application.holder, []).append(application)
    return people, held


def _send(
    clerk: Clerk, items: Sequence[tuple[Planned, Sequence[Planned]]], now: datetime, store: Store
) -> tuple[int, list[Planned]]:
    """Queue reminders whose debt still stands, each with the older ones it takes the place of.

    How many, and those whom nothing reaches. What another process has queued meanwhile is passed over.
    """
    campaign = clerk.campaign
    today = now.astimezone(campaign.zone).date()
    reported = {package.body for package in store.packages()}
    subject = campaign.phrases["remind_subject"].format(title=campaign.title)
    sent = 0
    silent: list[Planned] = []
    entries: list[AuditEntry] = []
    for item, older in items:
        if store.outbox_keys(item.key):
            continue
        about = store.application(item.application) if item.application else None
        text = _still(campaign, item, about, reported, today)
        if text is None:
            entries.append(_entry("reminder_dropped", item))
        elif tell(store, clerk, item.person, item.key, text, subject, about) is None:
            silent.append(item)
        else:
            sent += 1
            entries += [_entry("reminder_superseded", one) for one in older]
    if entries:
        store.audit(entries, now)
    return sent, silent


def _still(
    campaign: Campaign, item: Planned, about: Application | None, reported: set[str], today: date
) -> str | None:
    """The text as things stand now; None if nothing is owed any more, or by somebody else."""
    if not item.application:
        return None if item.subject in reported else item.text
    if about is None or about.holder != item.person:
        return None
    rule = next(rule for rule in campaign.reminders.rules if rule.id == item.rule)
    owed = owed_by(campaign, rule, about)
    return words.unit_text(campaign, about, owed, item.base, today) if owed else None


def _finish(
    clerk: Clerk,
    standing: _Standing,
    unreached: Sequence[Planned],
    skipped: Sequence[Planned],
    now: datetime,
    store: Store,
) -> int:
    """Write the call sheet and the log and move the marks on, once; how many reminders stand on the sheet.

    Nothing if another process did so meanwhile: it has told the same people.
    """
    campaign = standing.campaign
    if _marks(store, campaign) != standing.marks:
        return 0
    if unreached:
        _write_sheet(clerk, unreached, now, store)
    if skipped:
        store.audit([_entry("reminder_superseded", item) for item in skipped], now)
    marks = dict.fromkeys((base.mark for _, base in shared_bases(campaign)), now) | {_GENERAL: now}
    kept = {mark: moment.isoformat() for mark, moment in marks.items()}
    store.set_setting(_marks_setting(campaign), json.dumps(kept))
    return len(unreached)


def _write_sheet(clerk: Clerk, items: Sequence[Planned], now: datetime, store: Store) -> None:
    """Raise the call sheet as an alarm and send it to the office's people."""
    campaign = clerk.campaign
    here = now.astimezone(campaign.zone)
    lines = [item.text.splitlines()[0] for item in sorted(items, key=lambda item: item.key)]
    text = words.sheet(campaign, here.date(), lines)
    kind = f"call_sheet:{here:%Y-%m-%d}"
    if not _call(clerk, kind, text, store):
        _call(clerk, f"{kind}:{here:%H%M}", text, store)  # some more, later on the same day


def _call(clerk: Clerk, kind: str, text: str, store: Store) -> bool:
    """Raise a call sheet as an alarm and send it to the office's people; False if there is this one already."""
    if not store.alarm(kind, text, clerk.machine_now()):
        return False
    subject = clerk.campaign.phrases["call_sheet_subject"].format(title=clerk.campaign.title)
    for person in dict.fromkeys(member.person for member in store.members(Role.OFFICE)):
        tell(store, clerk, person, f"{kind}:{person}", text, subject)
    return True


def _marks_setting(campaign: Campaign) -> str:
    return f"reminder_marks.{campaign.id}"


def _marks(store: Store, campaign: Campaign) -> Mapping[str, datetime]:
    """Up to when the reminders of each base date are done (see `Base.mark`)."""
    text = store.setting(_marks_setting(campaign))
    return {mark: datetime.fromisoformat(at) for mark, at in json.loads(text).items()} if text else {}


def _since(standing: _Standing) -> Callable[[Base], datetime]:
    """Of a date that is new, everything since the campaign opened; of one application's, since the last look."""
    campaign = standing.campaign
    opening = datetime.combine(campaign.opens, time(), campaign.zone)

    def since(base: Base) -> datetime:
        mark = _GENERAL if base.kind is BaseDate.DUE else base.mark
        return standing.marks.get(mark, opening)

    return since


def _entry(action: str, item: Planned) -> AuditEntry:
    return AuditEntry(action, item.application or None, item.person or None, item.channel, {"key": item.key})


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
