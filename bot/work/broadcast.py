"""A released notice on its way: laid out a page at a time, one copy per person and channel, and followed up.

What is left to do is always on record. Releasing writes down who it goes to, in pages; `lay_out` turns one page
into copies and outbox rows in one transaction and empties it. A process that dies goes on with the next page, and
a page laid out twice writes nothing twice: copies are unique, and so are the keys `notice:ID:PERSON:CHANNEL`.
What has a set time is released by `dispatch`, as late as it may be after an outage; what was stopped is wound up
by `wind_up`: copies that were being sent just then are held or taken back, too.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.application import Application, AuditEntry
from bot.model.staff import Membership, Notice, NoticeState
from bot.ports import StorageUnavailable, Store, Writer
from bot.staff.audience import Recipient, everybody, needs_applications, resolve
from bot.staff.notice_board import Standing, again, by_person
from bot.staff.tell import tell
from bot.work.clerk import Clerk
from bot.work.notice_copies import hand_over, hand_over_by
from bot.work.notice_stop import stop, wind_up
from config.campaign import Campaign

PAGE = 25  # people laid out in one transaction: a few milliseconds of the writer's time
IDLE = 1.0  # seconds between two looks where nothing calls for one
LOCK = "notices"  # of the writer, so that no two processes lay out the same page

log = logging.getLogger(__name__)


# Who it goes to


def recipients(store: Store, campaign: Campaign, notice: Notice) -> list[Recipient]:
    """Everybody a notice goes to as things stand; of one that corrects another, exactly those it reached."""
    if "notice" not in notice.audience:
        members, applications = _looked_up(store, notice.audience)
        return resolve(campaign, notice.audience, members, applications)
    return _those_reached(store, campaign, notice)


def _those_reached(store: Store, campaign: Campaign, correction: Notice) -> list[Recipient]:
    shown = [one for one in by_person(store.deliveries(int(correction.audience["notice"]))) if one.was_shown]
    audience = _first_of_chain(store, correction).audience
    members = store.members()
    applications = store.applications() if needs_applications(audience) else ()
    known = {one.person: one for one in everybody(members, applications)}
    if "notice" not in audience:
        known |= {one.person: one for one in resolve(campaign, audience, members, applications)}
    return [known.get(one.person, Recipient(one.person, one.name)) for one in shown]


def _first_of_chain(store: Store, notice: Notice) -> Notice:
    """The notice that the first correction in a row of them corrected: its audience says whose matter it is."""
    while "notice" in notice.audience:
        earlier = store.notice(int(notice.audience["notice"]))
        if earlier is None:
            break
        notice = earlier
    return notice


def _looked_up(
    store: Store, audience: Mapping[str, str]
) -> tuple[Sequence[Membership], Sequence[Application]]:
    """What is needed to know who is meant, and no more."""
    members = store.members()
    if not needs_applications(audience):
        return members, ()
    if "application" in audience:
        found = [store.find_application(number) for number in audience["application"].split()]
        return members, [one for one in found if one is not None]
    stages = audience.get("stage", "").split()
    if "body" in audience:
        bodies = audience["body"].split()
        return members, [one for body in bodies for one in store.applications(body, stages)]
    return members, store.applications(None, stages)


def recipient_of(store: Store, clerk: Clerk, notice: Notice, person: int, name: str) -> Recipient:
    """Somebody who has a copy, or is to have one, with what the notice is about for them as things stand."""
    audience = _first_of_chain(store, notice).audience
    members, known = store.memberships(person), store.addresses(person)
    held = store.visitor(*known[0], "", clerk.machine_now()).applications if known else ()
    meant = [] if "notice" in audience else resolve(clerk.campaign, audience, members, held)
    return (meant or everybody(members, held) or [Recipient(person, name)])[0]


# Releasing


def release(store: Store, clerk: Clerk, notice: Notice, by: int | None, now: datetime) -> int:
    """Let a draft go; to how many people. Only the first page is laid out here, the rest by `lay_out`."""
    corrected = None if notice.replaces is None else store.notice(notice.replaces)
    if corrected is not None and corrected.state is NoticeState.RELEASED:
        stop(store, clerk, corrected.id)
    people = recipients(store, clerk.campaign, notice)
    pages = [people[start : start + PAGE] for start in range(0, len(people), PAGE)]
    store.set_notice(notice.id, NoticeState.RELEASED, by, now)
    for number, page in enumerate(pages):
        kept = [[one.person, one.name, one.body, [known.id for known in one.applications]] for one in page]
        store.set_setting(_page(notice.id, number), json.dumps(kept, ensure_ascii=False))
    store.set_setting(_left(notice.id), f"0 {len(pages)}")
    lay_out(store, clerk, now)
    return len(people)


def dispatch(store: Store, clerk: Clerk, now: datetime) -> bool:
    """Release the next notice whose set time has come; whether there was one. A use case (lock `LOCK`).

    Whoever drafted it and whoever set the time hear of it.
    """
    for notice in store.notices():
        if notice.state is NoticeState.SCHEDULED and notice.at is not None and notice.at <= now:
            count = release(store, clerk, notice, None, now)
            store.audit([AuditEntry("notice_dispatched", None, None, "", {"notice": str(notice.id)})], now)
            facts = {"number": notice.id, "title": notice.title, "count": count}
            text = clerk.campaign.phrases["notice_dispatched"].format(**facts)
            for person in dict.fromkeys((notice.drafted_by, notice.released_by or notice.drafted_by)):
                tell(store, clerk, person, f"notice:{notice.id}:dispatched:{person}", text)
            return True
    return False


def lay_out(store: Store, clerk: Clerk, now: datetime) -> bool:
    """Turn the next page of a released notice into messages; whether there was one. A use case (lock `LOCK`)."""
    for notice in store.notices():
        if notice.state is not NoticeState.RELEASED:
            continue
        done, total = _progress(store, notice.id)
        if done < total:
            page = store.setting(_page(notice.id, done)) or "[]"
            cutoffs = store.cutoffs()
            for person, name, body, ids in json.loads(page):
                held = [found for one in ids if (found := store.application(one)) is not None]
                hand_over(store, clerk, notice, Recipient(person, name, body, tuple(held)), cutoffs)
            store.set_setting(_page(notice.id, done), "")
            store.set_setting(_left(notice.id), f"{done + 1} {total}")
            return True
    return False


def is_laid_out(store: Store, notice: int) -> bool:
    """Whether every copy of a released notice has been written."""
    done, total = _progress(store, notice)
    return done >= total


def still_to_lay_out(store: Store, notice: int) -> int:
    """How many people of a released notice have no copies written yet."""
    done, total = _progress(store, notice)
    if done >= total:
        return 0
    last = json.loads(store.setting(_page(notice, total - 1)) or "[]")
    return (total - done - 1) * PAGE + len(last)


def _progress(store: Store, notice: int) -> tuple[int, int]:
    done, _, total = (store.setting(_left(notice)) or "0 0").partition(" ")
    return int(done), int(total)


def _left(notice: int) -> str:
    return f"notice:{notice}:pages"


def _page(notice: int, number: int) -> str:
    return f"notice:{notice}:page:{number}"


# Trying again


def resend(store: Store, clerk: Clerk, notice: Notice) -> int:
    """Try the failed ones again, each on its channel; how many. Nobody who confirmed or was told gets another."""
    failed = [
        (one, copy)
        for one in by_person(store.deliveries(notice.id))
        if one.standing not in (Standing.CONFIRMED, Standing.TOLD)
        for copy in one.failed
    ]
    if not failed:
        return 0
    cutoffs = store.cutoffs()
    return sum(
        hand_over_by(
            store,
            clerk,
            notice,
            recipient_of(store, clerk, notice, one.person, one.name),
            cutoffs,
            again(copy.channel.partition("/")[0], one.copies),
            copy.address,
        )
        for one, copy in failed
    )


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
        """End `run` after the page under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Lay out until `stop`."""
        while not self._stopping:
            if not await self._look_safely() and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE)

    async def look(self) -> bool:
        """Lay out one page, or wind up what was stopped; whether there was anything."""
        found = await self.writer.run(self._step, LOCK)
        if found:
            self.done()
        return found

    def _step(self, store: Store) -> bool:
        now = self.now()
        return (
            wind_up(store, self.clerk) or dispatch(store, self.clerk, now) or lay_out(store, self.clerk, now)
        )

    async def _look_safely(self) -> bool:
        """`look`; a trouble is logged and tried again, because half a notice is worse than a late one."""
        try:
            return await self.look()
        except StorageUnavailable:
            log.warning("notices: the database does not answer")
        except Exception:
            log.exception("notices: a page could not be laid out")
        return False
