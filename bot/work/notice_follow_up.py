"""After a notice has gone out: whoever was not reached or keeps silent is reached otherwise (C5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.model.staff import Membership, Notice, NoticeState, Role
from bot.ports import Store, Writer
from bot.ports_notices import PeopleQuery
from bot.reminders.workdays import Overrides, is_workday
from bot.staff.notice_board import CALL_SHEET, MAIL, Reached, Standing
from bot.work.broadcast import LOCK, dispatch, recipients_of
from bot.work.clerk import Clerk
from bot.work.dates import kept_workdays
from bot.work.notice_copies import hand_over, hand_over_by, phone_of, roads
from bot.work.notice_listing import is_listing
from bot.work.remind import Reader

T = TypeVar("T")

PATIENCE = 2  # working days without an answer, after which a deputy is told, and then the call sheet
SILENCE = timedelta(minutes=15)  # how often silence is looked for: every copy of every notice is read for it
_AT_ONCE = 25  # people in one transaction
_ALL = 1_000_000_000
_SILENT = (Standing.SENT, Standing.UNSURE)

Workdays = Callable[[date, date], int]
"""How many working days lie after the first day, up to and including the second."""


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody of a notice to be reached otherwise: through deputies, or () by telephone."""

    person: int
    deputies: tuple[Membership, ...] = ()


# Whom nothing reached


def stuck(store: Store, clerk: Clerk) -> Iterator[tuple[Notice, Sequence[int]]]:
    """By notice, the people whom nothing has reached."""
    people: dict[int, list[int]] = {}
    for number, person in store.stuck():
        people.setdefault(number, []).append(person)
    for notice in _followed(store, clerk) if people else ():
        if notice.id in people:
            yield notice, people[notice.id]


def fall_back(store: Store, clerk: Clerk, notice: Notice, people: Sequence[int]) -> int:
    """Those of a few people whom nothing has reached get it by mail, else come on the call sheet; how many."""
    found = [one for one in store.reached(notice.id, people) if one.standing is Standing.FAILED]
    who = recipients_of(store, clerk.campaign, notice, {one.person: one.name for one in found})
    addresses, cutoffs = store.addresses_among(people), store.cutoffs()
    moved = 0
    for one, recipient in zip(found, who, strict=True):
        road = roads(store, clerk, recipient, addresses.get(one.person, ()), in_parallel=True)
        if MAIL in road and not one.has(MAIL):
            moved += hand_over_by(store, clerk, notice, recipient, cutoffs, MAIL, road[MAIL])
        else:
            phone = phone_of(clerk.campaign, recipient)
            moved += store.add_delivery(notice.id, one.person, CALL_SHEET, phone, "")
    return moved


# Who keeps silent


def silent(
    store: Store, clerk: Clerk, now: datetime, workdays: Workdays
) -> Iterator[tuple[Notice, list[Step]]]:
    """By notice, whom silence takes further (C5).

    After two working days without 收到 a body's deputies are told; after two more, or at once where there is no
    deputy, the silent one comes on the call sheet. A deputy's 收到 speaks for the body.
    """
    zone = clerk.campaign.zone
    for notice in _followed(store, clerk):
        assert notice.released_at is not None  # it was released
        waited = workdays(notice.released_at.astimezone(zone).date(), now.astimezone(zone).date())
        if waited >= PATIENCE and (steps := _steps(store, notice, waited >= 2 * PATIENCE)):
            yield notice, steps


def _steps(store: Store, notice: Notice, deputies_silent: bool) -> list[Step]:
    people = store.find_people(PeopleQuery(notice.id, _SILENT), _ALL)
    if not people:
        return []
    speakers = store.members(Role.BODY)
    reached = {one.person: one for one in store.reached(notice.id, [one.person for one in speakers])}
    found = []
    for person in people:
        bodies = {member.body for member in speakers if member.person == person and not member.deputy}
        deputies = [member for member in speakers if member.deputy and member.body in bodies]
        if _stands_in(person, speakers, reached) or any(
            _has_answered(reached.get(member.person)) for member in deputies
        ):
            continue
        fresh = tuple(member for member in deputies if member.person not in reached)
        if fresh or not deputies or deputies_silent:
            found.append(Step(person, fresh))
    return found


def escalate(store: Store, clerk: Clerk, notice: Notice, steps: Sequence[Step]) -> int:
    """Take a few people further who still keep silent; how many."""
    still = {one.person: one for one in store.reached(notice.id, [step.person for step in steps])}
    steps = [step for step in steps if step.person in still and still[step.person].standing in _SILENT]
    deputies = {member.person: member for step in steps for member in step.deputies}
    names = {step.person: still[step.person].name for step in steps}
    names |= {person: member.name for person, member in deputies.items()}
    who = {one.person: one for one in recipients_of(store, clerk.campaign, notice, names)}
    addresses, cutoffs = store.addresses_among(deputies), store.cutoffs()
    taken = 0
    for step in steps:
        for member in step.deputies:
            deputy = replace(who[member.person], body=member.body)
            hand_over(store, clerk, notice, deputy, cutoffs, addresses.get(member.person, ()))
        if step.deputies:
            taken += 1
        else:
            phone = phone_of(clerk.campaign, who[step.person])
            taken += store.add_delivery(notice.id, step.person, CALL_SHEET, phone, "")
    return taken


def _stands_in(person: int, speakers: Sequence[Membership], people: Mapping[int, Reached]) -> bool:
    """Whether somebody is only a deputy of a body whose contact has the notice: then the contact is called."""
    own = [member for member in speakers if member.person == person]
    return bool(own) and all(
        member.deputy
        and any(
            not other.deputy and other.body == member.body and other.person in people for other in speakers
        )
        for member in own
    )


def _has_answered(one: Reached | None) -> bool:
    return one is not None and one.standing in (Standing.CONFIRMED, Standing.TOLD)


@dataclass(slots=True)
class FollowUp:
    """Sends what is due at a set time and looks after what went out, once a minute.

    Who is to be taken further is found by the reader, so that the writer is held only for a few people at a time.
    `now` is the campaign clock; `done` wakes the courier.
    """

    reader: Reader
    writer: Writer
    clerk: Clerk
    now: Callable[[], datetime]
    done: Callable[[], None]
    _looked: datetime | None = None
    _asked: datetime | None = None  # when silence was looked for

    async def tick(self) -> None:
        """Take those further who were not reached or keep silent, a few people in each transaction."""
        now = self.now()
        minute = now.replace(second=0, microsecond=0)
        if minute == self._looked:
            return
        while await self.writer.run(partial(self._dispatch, now), LOCK):
            self.done()
        for notice, people in await asyncio.to_thread(
            self.reader.read, lambda store: [*stuck(store, self.clerk)]
        ):
            for some in _portions(people):
                await self._run(partial(self._fall_back, notice, some))
        if self._asked is None or self._day(now) != self._day(self._asked) or now - self._asked >= SILENCE:
            for notice, steps in await asyncio.to_thread(self.reader.read, partial(self._silent, now)):
                for few in _portions(steps):
                    await self._run(partial(self._escalate, notice, few))
            self._asked = now
        self._looked = minute

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.clerk.campaign.zone).date()

    async def _run(self, step: Callable[[Store], int]) -> None:
        if await self.writer.run(step, LOCK):
            self.done()

    def _dispatch(self, now: datetime, store: Store) -> bool:
        return dispatch(store, self.clerk, now)

    def _fall_back(self, notice: Notice, people: Sequence[int], store: Store) -> int:
        return fall_back(store, self.clerk, notice, people) if _is_in_force(store, notice) else 0

    def _silent(self, now: datetime, store: Store) -> list[tuple[Notice, list[Step]]]:
        days = {**self.clerk.campaign.reminders.workdays, **kept_workdays(store)}
        return [*silent(store, self.clerk, now, partial(_workdays_after, days))]

    def _escalate(self, notice: Notice, steps: Sequence[Step], store: Store) -> int:
        return escalate(store, self.clerk, notice, steps) if _is_in_force(store, notice) else 0


def _portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def _is_in_force(store: Store, notice: Notice) -> bool:
    kept = store.notice(notice.id)
    return kept is not None and kept.state is NoticeState.RELEASED


def _workdays_after(days: Overrides, first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`."""
    span = (last - first).days
    return sum(is_workday(first + timedelta(days=number), days) for number in range(1, span + 1))


def _followed(store: Store, clerk: Clerk) -> Iterator[Notice]:
    """Notices that have gone out whole and are in force."""
    for notice in store.notices():
        is_whole = not store.recipients_left(notice.id) and not is_listing(store, clerk, notice.id)
        if notice.state is NoticeState.RELEASED and is_whole:
            yield notice
