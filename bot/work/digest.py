"""The bodies' daily digest: due from its minute on each working day, and sent once to each person and day.

What the last digest knew of each body is kept and moved on only after everybody's message is in the outbox; every
message has the key of its day and person. So a crash repeats work, never a message, and a day on which nothing
ran is made up for by the next.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from bot.model.application import Application
from bot.model.spoken import spoken_date
from bot.model.staff import Role
from bot.ports import Store, Writer
from bot.reminders.rules import FULL_MINUTES, Calendar, cutoffs_of
from bot.staff.digest import Seen, digest_line, digest_of, has_news, seen_of
from bot.staff.routes import body_by_id
from bot.staff.tell import tell
from bot.work.clerk import Clerk
from bot.work.dates import campaign_in_force, kept_workdays
from bot.work.remind import Reader
from config.campaign import Campaign

LOCK = "digest"
CHUNK = 25  # people told in one transaction
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Digests:
    """Everything a day's digests come to."""

    texts: Mapping[int, str]  # person → what they are told
    seen: Mapping[str, Seen]  # body → what its digest knows, of the bodies with news


_NONE = Digests({}, {})


@dataclass(slots=True)
class DigestDesk:
    """Sends the digests. `now` is the campaign clock, `done` wakes the courier."""

    clerk: Clerk
    reader: Reader
    writer: Writer
    now: Callable[[], datetime]
    done: Callable[[], None]
    _looked: datetime | None = field(default=None)

    async def tick(self) -> int:
        """Queue what is due; to how many people. Costs next to nothing when nothing is."""
        now = self.now()
        minute = now.replace(second=0, microsecond=0)
        before, self._looked = self._looked, minute
        at = self.clerk.campaign.reminders.digest
        here = now.astimezone(self.clerk.campaign.zone)
        if at is None or minute == before or here.time() < at:
            return 0
        if minute.minute in FULL_MINUTES and before is not None and minute - before <= _MINUTE:
            return 0  # a minute later; nobody waits after an outage, or when the clock was moved
        today = here.date()
        found = await asyncio.to_thread(self.reader.read, partial(self._plan, now))
        if found is None:
            return 0
        people = sorted(found.texts.items())
        for start in range(0, len(people), CHUNK):
            await self.writer.run(
                partial(tell_digests, self.clerk, today, people[start : start + CHUNK]), LOCK
            )
        await self.writer.run(partial(close_day, self.clerk.campaign, today, found), LOCK)
        if people:
            self.done()
        return len(people)

    def _plan(self, now: datetime, store: Store) -> Digests | None:
        """None where no digest may be sent now, or today's are done."""
        campaign = campaign_in_force(self.clerk.campaign, store)
        today = now.astimezone(campaign.zone).date()
        if not campaign.opens <= today <= campaign.ends or store.setting(_day(campaign)) == today.isoformat():
            return None
        if not Calendar(campaign, kept_workdays(store)).may_write(now):
            return None
        return digests(store, campaign, today)


def digests(store: Store, campaign: Campaign, today: date) -> Digests:
    """What each contact of a body with news is told; of a body without one its deputies are."""
    speakers: dict[str, list[int]] = {}
    deputies: dict[str, list[int]] = {}
    for member in store.members(Role.BODY):
        (deputies if member.deputy else speakers).setdefault(member.body, []).append(member.person)
    held: dict[str, list[Application]] = {}
    for application in store.applications():
        held.setdefault(application.body, []).append(application)
    cutoffs = cutoffs_of(campaign)
    lines: dict[int, list[tuple[str, str]]] = {}
    seen: dict[str, Seen] = {}
    for body in {**deputies, **speakers}:
        theirs, before = held.get(body, []), _kept(store, campaign, body)
        if not has_news(campaign, theirs, before):
            continue
        seen[body] = seen_of(theirs)
        line = digest_line(
            campaign, digest_of(campaign, theirs, before), cutoffs.get(body, campaign.deadline), today
        )
        for person in dict.fromkeys(speakers.get(body) or deputies[body]):
            lines.setdefault(person, []).append((body, line))
    return Digests({person: _text(campaign, said, today) for person, said in lines.items()}, seen)


def tell_digests(clerk: Clerk, today: date, people: Sequence[tuple[int, str]], store: Store) -> None:
    """Queue these people's digests of a day; whoever has theirs is passed over. A use case."""
    subject = clerk.campaign.phrases["digest_subject"].format(title=clerk.campaign.title)
    for person, text in people:
        key = f"digest:{today.isoformat()}:{person}"
        if key not in store.outbox_keys(key):
            tell(store, clerk, person, key, text, subject)


def close_day(campaign: Campaign, today: date, found: Digests, store: Store) -> None:
    """Keep what the digests of a day knew, and that the day is done. A use case."""
    if store.setting(_day(campaign)) == today.isoformat():
        return  # another process was faster; it told the same people
    for body, seen in found.seen.items():
        store.set_setting(_seen(campaign, body), json.dumps(dict(seen)))
    store.set_setting(_day(campaign), today.isoformat())


def _text(campaign: Campaign, said: Sequence[tuple[str, str]], today: date) -> str:
    """One line per body, with its name where somebody speaks for several."""
    phrases = campaign.phrases
    lines = [line for _, line in said]
    if len(said) > 1:
        known = [(body_by_id(campaign, body), line) for body, line in said]
        lines = [
            phrases["digest_of"].format(body=body.name if body else "", line=line) for body, line in known
        ]
    head = phrases["digest_head"].format(day=spoken_date(today))
    return "\n".join([head, *lines, phrases["digest_more"]])


def _kept(store: Store, campaign: Campaign, body: str) -> Seen:
    kept: dict[str, str] = json.loads(store.setting(_seen(campaign, body)) or "{}")
    return kept


def _seen(campaign: Campaign, body: str) -> str:
    return f"digest_seen.{campaign.id}.{body}"


def _day(campaign: Campaign) -> str:
    return f"digest_day.{campaign.id}"
