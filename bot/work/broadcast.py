"""A released notice on its way: laid out a portion at a time, one copy per person and channel, and followed up.

What is left to do is always on record. Releasing lists everybody it is for, as things stand then; `lay_out` turns
the first few of the list into copies and outbox rows in one transaction and strikes them off. A process that dies
goes on with whoever is left, and nobody is written to twice: copies are unique, and so are the keys
`notice:ID:PERSON:CHANNEL`. What has a set time is released by `dispatch`, as late as it may be after an outage;
what was stopped is wound up by `wind_up`: copies that were being sent just then are held or taken back, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.application import AuditEntry
from bot.model.staff import Listed, Notice, NoticeState
from bot.ports import StorageUnavailable, Store, Writer
from bot.staff.audience import Recipient, everybody, meant_by, resolve
from bot.staff.notice_board import Standing, again
from bot.staff.tell import tell
from bot.work.clerk import Clerk
from bot.work.notice_copies import hand_over, hand_over_by
from bot.work.notice_listing import Source, are_many, begin_listing, list_next
from bot.work.notice_stop import hold_back_all, stop, wind_up
from config.campaign import Campaign

PAGE = 20  # people laid out in one transaction: a few milliseconds of the writer's time
MANY = 1000  # people whom to list is enough for one transaction
IDLE = 1.0  # seconds between two looks where nothing calls for one
LOCK = "notices"  # of the writer, so that no two processes lay out for the same people

log = logging.getLogger(__name__)


# Who it goes to


def count_recipients(store: Store, campaign: Campaign, notice: Notice) -> int:
    """How many people a notice goes to as things stand; of one that corrects another, those it reached."""
    return store.count_meant(meant_by(campaign, notice.audience))


def first_recipients(store: Store, campaign: Campaign, notice: Notice, limit: int) -> list[Recipient]:
    """The first of them, at most `limit`."""
    listed = store.some_meant(meant_by(campaign, notice.audience), limit)
    return _recipients(store, campaign, notice, listed)[:limit]


def _recipients(
    store: Store, campaign: Campaign, notice: Notice, listed: Sequence[Listed]
) -> list[Recipient]:
    """Who is on a list, once each, with what the notice is about for them."""
    if "notice" in notice.audience:
        return recipients_of(store, campaign, notice, {one.person: one.name for one in listed})
    rows: dict[int, list[Listed]] = {}
    for one in listed:
        rows.setdefault(one.person, []).append(one)
    named = [one.application for one in listed if one.application]
    held = {one.id: one for one in store.applications_among(rows)} if named else {}
    for missing in set(named) - set(held):  # handed over to somebody since
        if (found := store.application(missing)) is not None:
            held[missing] = found
    return [
        Recipient(
            person,
            "" if theirs[0].application else theirs[0].name,
            next((one.body for one in theirs if one.body), ""),
            tuple(held[one.application] for one in theirs if one.application in held),
        )
        for person, theirs in rows.items()
    ]


def recipients_of(
    store: Store, campaign: Campaign, notice: Notice, people: Mapping[int, str]
) -> list[Recipient]:
    """People (id → name) who have a copy, or are to have one, with what the notice is about as things stand."""
    audience = _first_of_chain(store, notice).audience
    members, held = store.members_among(people), store.applications_among(people)
    known = {one.person: one for one in everybody(members, held)}
    if "notice" not in audience:
        known |= {one.person: one for one in resolve(campaign, audience, members, held)}
    return [known.get(person, Recipient(person, name)) for person, name in people.items()]


def recipient_of(store: Store, clerk: Clerk, notice: Notice, person: int, name: str) -> Recipient:
    """The same of one of them."""
    return recipients_of(store, clerk.campaign, notice, {person: name})[0]


def _first_of_chain(store: Store, notice: Notice) -> Notice:
    """The notice that the first correction in a row of them corrected: its audience says whose matter it is."""
    while "notice" in notice.audience:
        earlier = store.notice(int(notice.audience["notice"]))
        if earlier is None:
            break
        notice = earlier
    return notice


# Releasing


def release(store: Store, clerk: Clerk, notice: Notice, by: int | None, now: datetime) -> int | None:
    """Let a draft go; to how many people. They are listed; unless they are many, the first few are laid out at once.

    None: to so many readers of the notice which it corrects that they are listed, and counted, afterwards.
    """
    store.set_notice(notice.id, NoticeState.RELEASED, by, now)
    meant = meant_by(clerk.campaign, notice.audience)
    if notice.replaces is not None and (corrected := store.notice(notice.replaces)) is not None:
        if corrected.state is NoticeState.RELEASED:
            stop(store, clerk, corrected.id)
        if meant.read == corrected.id and are_many(store, corrected.id):
            begin_listing(store, clerk, notice.id, Source.READERS)
            return None
        hold_back_all(store, clerk, corrected.id)  # nobody may get it any more once its readers are listed
    count = store.list_recipients(notice.id, meant)
    if count <= MANY:
        lay_out(store, clerk, now)
    return count


def dispatch(store: Store, clerk: Clerk, now: datetime) -> bool:
    """Release the next notice whose set time has come; whether there was one. A use case (lock `LOCK`).

    Whoever drafted it and whoever set the time hear of it.
    """
    for notice in store.notices():
        if notice.state is NoticeState.SCHEDULED and notice.at is not None and notice.at <= now:
            count = release(store, clerk, notice, None, now)
            store.audit([AuditEntry("notice_dispatched", None, None, "", {"notice": str(notice.id)})], now)
            facts = {"number": notice.id, "title": notice.title, "count": count, "replaced": notice.replaces}
            phrase = "notice_dispatched" if count is not None else "notice_dispatched_readers"
            text = clerk.campaign.phrases[phrase].format(**facts)
            for person in dict.fromkeys((notice.drafted_by, notice.released_by or notice.drafted_by)):
                tell(store, clerk, person, f"notice:{notice.id}:dispatched:{person}", text)
            return True
    return False


def lay_out(store: Store, clerk: Clerk, now: datetime) -> bool:
    """Turn the next few of a released notice's list into messages; whether there were any.

    A use case (lock `LOCK`).
    """
    found = store.next_recipients(PAGE)
    if found is None or (notice := store.notice(found[0])) is None:
        return False
    listed = found[1]
    once_more = {one.person: one.name for one in listed if one.again}
    anew = [one for one in listed if one.person not in once_more]
    cutoffs = store.cutoffs()
    addresses = store.addresses_among({one.person for one in listed})
    for recipient in _recipients(store, clerk.campaign, notice, anew):
        hand_over(store, clerk, notice, recipient, cutoffs, addresses.get(recipient.person, ()))
    if once_more:
        _send_again(store, clerk, notice, once_more)
    store.strike_recipients(notice.id, {one.person for one in listed})
    return True


def _send_again(store: Store, clerk: Clerk, notice: Notice, people: Mapping[int, str]) -> None:
    """Try what failed again, each on its channel. Nobody who confirmed or was told gets another."""
    cutoffs = store.cutoffs()
    recipients = {one.person: one for one in recipients_of(store, clerk.campaign, notice, people)}
    for one in store.reached(notice.id, [*people]):
        if one.standing in (Standing.CONFIRMED, Standing.TOLD):
            continue
        for copy in one.failed:
            channel = again(copy.channel.partition("/")[0], one.copies)
            hand_over_by(store, clerk, notice, recipients[one.person], cutoffs, channel, copy.address)


def resend(store: Store, clerk: Clerk, notice: Notice, now: datetime) -> int | None:
    """List the failed copies to be tried again, and begin; how many. None: some of very many, listed afterwards."""
    if are_many(store, notice.id):
        if not store.has_failed(notice.id):
            return 0
        begin_listing(store, clerk, notice.id, Source.FAILED)
        return None
    count = store.list_failed(notice.id)
    if count:
        lay_out(store, clerk, now)
    return count


# The process


@dataclass(slots=True)
class Broadcaster:
    """Lays out what was released. `now` is the campaign clock; `done` wakes the courier."""

    writer: Writer
    clerk: Clerk
    now: Callable[[], datetime]
    done: Callable[[], None]
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def stop(self) -> None:
        """End `run` after the portion under way."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """Something was released or stopped."""
        self._wake.set()

    async def run(self) -> None:
        """Lay out until `stop`."""
        while not self._stopping:
            self._wake.clear()
            if not await self._look_safely() and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE)

    async def look(self) -> bool:
        """Lay out a portion, or wind up what was stopped; whether there was anything."""
        found = await self.writer.run(self._step, LOCK)
        if found:
            self.done()
        return found

    def _step(self, store: Store) -> bool:
        now = self.now()
        return (
            wind_up(store, self.clerk)
            or dispatch(store, self.clerk, now)
            or list_next(store, self.clerk)
            or lay_out(store, self.clerk, now)
        )

    async def _look_safely(self) -> bool:
        """`look`; a trouble is logged and tried again, because half a notice is worse than a late one."""
        try:
            return await self.look()
        except StorageUnavailable:
            log.warning("notices: the database does not answer")
        except Exception:
            log.exception("notices: a portion could not be laid out")
        return False
