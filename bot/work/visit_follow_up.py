"""After a visit was announced: whoever keeps silent is reached otherwise (C5, C11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model.staff import Role
from bot.model.visit import AnswerKind, Visit, VisitAnswer
from bot.ports import Store, Writer
from bot.reminders.workdays import is_workday
from bot.visits.outline import is_confirmed, wish_of
from bot.visits.wording import spoken_when
from bot.work.clerk import Clerk
from bot.work.dates import kept_workdays
from bot.work.visit_notify import tell_people, to_call_sheet

LOCK = "visits"
_AT_ONCE = 25  # visits in one transaction


def unconfirmed(
    visits: list[Visit],
    holders: Mapping[str, int],
    today: date,
    waited: Callable[[Visit], int],
    patience: int,
) -> list[Visit]:
    """The visits ahead whose unit has kept silent for so many working days, and was not taken further yet.

    `holders`: application → person; `waited`: working days since it was told. On the eve of a visit and on its
    day nobody waits. Pure.
    """
    return [
        one
        for one in visits
        if one.is_on
        and one.current is not None
        and one.application in holders
        and one.current.plan.day >= today
        and not is_confirmed(one, holders[one.application])
        and wish_of(one) is None
        and not any(said.kind is AnswerKind.CHASED for said in one.answers_to(one.current.version))
        and (waited(one) >= patience or one.current.plan.day - today <= timedelta(days=1) <= _age(one, today))
    ]


def _age(visit: Visit, today: date) -> timedelta:
    assert visit.current is not None
    assert visit.current.settled_at is not None
    return today - visit.current.settled_at.date()


def chase(store: Store, clerk: Clerk, now: datetime) -> int:
    """Take the silent further: the body's deputies are told, the office telephones; how many. A use case.

    Called again until it says 0.
    """
    campaign = clerk.campaign
    today = now.astimezone(campaign.zone).date()
    ahead = store.visits_ahead(today)
    if not ahead:
        return 0
    days = {**campaign.reminders.workdays, **kept_workdays(store)}

    def waited(visit: Visit) -> int:
        assert visit.current is not None
        assert visit.current.settled_at is not None
        first = visit.current.settled_at.astimezone(campaign.zone).date()
        span = (today - first).days
        return sum(is_workday(first + timedelta(days=number), days) for number in range(1, span + 1))

    holders = {known.id: known.holder for _, known in ahead}
    visits = [one for one, _ in ahead]
    silent = unconfirmed(visits, holders, today, waited, campaign.visits.patience)[:_AT_ONCE]
    for one in silent:
        _take_further(store, clerk, one, now)
    return len(silent)


def _take_further(store: Store, clerk: Clerk, visit: Visit, now: datetime) -> None:
    version, known = visit.current, store.application(visit.application)
    assert version is not None
    assert known is not None
    said = VisitAnswer(
        visit.id, version.version, known.holder, AnswerKind.CHASED, "", version.settled_by or version.by, now
    )
    store.add_visit_answer(said)
    campaign = clerk.campaign
    if known.body and campaign.visits.bodies_see:
        members = store.members(Role.BODY, known.body)
        people = [member.person for member in members if member.deputy] or [one.person for one in members]
        text = campaign.phrases["visit_chase"].format(
            unit=known.values.get(campaign.form.unit_field) or known.number, when=spoken_when(version.plan)
        )
        tell_people(store, clerk, people, f"visit:{visit.id}:{version.version}:chase", text)
    to_call_sheet(store, clerk, known, version)


@dataclass(slots=True)
class VisitFollowUp:
    """Looks after what was announced, once a minute. `now` is the campaign clock; `done` wakes the courier."""

    writer: Writer
    clerk: Clerk
    now: Callable[[], datetime]
    done: Callable[[], None]
    _looked: datetime | None = None

    async def tick(self) -> None:
        """Take those further who keep silent, a few in each transaction."""
        if not self.clerk.campaign.visits.stages:
            return
        minute = self.now().replace(second=0, microsecond=0)
        if minute == self._looked:
            return
        while await self.writer.run(self._chase, LOCK):
            self.done()
        self._looked = minute

    def _chase(self, store: Store) -> int:
        return chase(store, self.clerk, self.now())
