"""After a notice has gone out: whoever was not reached or keeps silent is reached otherwise (C5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.model.staff import Membership, Notice, NoticeState, Role
from bot.ports import Store, Writer
from bot.reminders.workdays import Overrides, is_workday
from bot.staff.audience import Recipient
from bot.staff.notice_board import CALL_SHEET, MAIL, Reached, Standing, by_person
from bot.work.broadcast import LOCK, dispatch, is_laid_out, recipient_of
from bot.work.clerk import Clerk
from bot.work.dates import kept_workdays
from bot.work.notice_copies import hand_over, hand_over_by, phone_of, roads

PATIENCE = 2  # working days without an answer, after which a deputy is told, and then the call sheet
_AT_ONCE = 25  # people in one transaction

Workdays = Callable[[date, date], int]
"""How many working days lie after the first day, up to and including the second."""


def fall_back(store: Store, clerk: Clerk, now: datetime) -> int:
    """Whoever could not be reached gets the notice by mail, else comes on the call sheet; how many. A use case.

    One notice at a time, and not many people: called again until it says 0.
    """
    for notice in _followed(store):
        stuck = [one for one in by_person(store.deliveries(notice.id)) if one.standing is Standing.FAILED]
        if stuck:
            return _elsewhere(store, clerk, notice, stuck[:_AT_ONCE])
    return 0


def _elsewhere(store: Store, clerk: Clerk, notice: Notice, stuck: Sequence[Reached]) -> int:
    cutoffs = store.cutoffs()
    moved = 0
    for one in stuck:
        person = recipient_of(store, clerk, notice, one.person, one.name)
        road = roads(store, clerk, person, in_parallel=True)
        if MAIL in road and not one.has(MAIL):
            moved += hand_over_by(store, clerk, notice, person, cutoffs, MAIL, road[MAIL])
        else:
            moved += _to_call(store, clerk, notice, person)
    return moved


def _to_call(store: Store, clerk: Clerk, notice: Notice, person: Recipient) -> bool:
    return store.add_delivery(notice.id, person.person, CALL_SHEET, phone_of(clerk.campaign, person), "")


def escalate(store: Store, clerk: Clerk, now: datetime, workdays: Workdays) -> int:
    """Follow up on silence (C5); how many people were taken further. A use case, called until it says 0.

    After two working days without 收到 a body's deputies are told; after two more, or at once where there is no
    deputy, the silent one comes on the call sheet. A deputy's 收到 speaks for the body.
    """
    zone = clerk.campaign.zone
    for notice in _followed(store):
        assert notice.released_at is not None  # it was released
        waited = workdays(notice.released_at.astimezone(zone).date(), now.astimezone(zone).date())
        if waited >= PATIENCE and (taken := _escalate(store, clerk, notice, waited >= 2 * PATIENCE)):
            return taken
    return 0


def _escalate(store: Store, clerk: Clerk, notice: Notice, deputies_silent: bool) -> int:
    people = {one.person: one for one in by_person(store.deliveries(notice.id))}
    silent = [one for one in people.values() if one.standing in (Standing.SENT, Standing.UNSURE)]
    if not silent:
        return 0
    speakers = store.members(Role.BODY)
    cutoffs = store.cutoffs()
    taken = 0
    for one in silent:
        bodies = {member.body for member in speakers if member.person == one.person and not member.deputy}
        deputies = [member for member in speakers if member.deputy and member.body in bodies]
        if _stands_in(one.person, speakers, people):
            continue
        if any(_has_answered(people.get(member.person)) for member in deputies):
            continue
        fresh = [member for member in deputies if member.person not in people]
        for member in fresh:
            person = recipient_of(store, clerk, notice, member.person, member.name)
            hand_over(store, clerk, notice, replace(person, body=member.body), cutoffs)
        if fresh:
            taken += 1
        elif not deputies or deputies_silent:
            taken += _to_call(store, clerk, notice, recipient_of(store, clerk, notice, one.person, one.name))
        if taken >= _AT_ONCE:
            break
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

    `now` is the campaign clock; `done` wakes the courier.
    """

    writer: Writer
    clerk: Clerk
    now: Callable[[], datetime]
    done: Callable[[], None]
    _looked: datetime | None = None

    async def tick(self) -> None:
        """Take those further who were not reached or keep silent, a few people in each transaction."""
        now = self.now()
        minute = now.replace(second=0, microsecond=0)
        if minute == self._looked:
            return
        for step in (self._dispatch, self._fall_back, self._escalate):
            while await self.writer.run(partial(step, now), LOCK):
                self.done()
        self._looked = minute

    def _dispatch(self, now: datetime, store: Store) -> int:
        return dispatch(store, self.clerk, now)

    def _fall_back(self, now: datetime, store: Store) -> int:
        return fall_back(store, self.clerk, now)

    def _escalate(self, now: datetime, store: Store) -> int:
        days = {**self.clerk.campaign.reminders.workdays, **kept_workdays(store)}
        return escalate(store, self.clerk, now, partial(_workdays_after, days))


def _workdays_after(days: Overrides, first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`."""
    span = (last - first).days
    return sum(is_workday(first + timedelta(days=number), days) for number in range(1, span + 1))


def _followed(store: Store) -> list[Notice]:
    """Notices that have gone out whole and are in force."""
    return [
        notice
        for notice in store.notices()
        if notice.state is NoticeState.RELEASED and is_laid_out(store, notice.id)
    ]
