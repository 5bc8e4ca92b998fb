"""The first page: what calls for a decision, how far the bodies are, how long there is, and what went out.

Every number is counted by the list it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.console.applications import list_applications, wanted_of
from bot.console.outbox_log import Sending, sent_by_kind
from bot.console.query import (
    ApplicationQuery,
    LateQuery,
    MailQuery,
    MailState,
    Mark,
    OutboxQuery,
    OutboxState,
    Query,
    QuestionQuery,
    QuestionState,
)
from bot.console.questions import Answered, count_open
from bot.console.stages import shown_stages
from bot.ports import Store
from bot.ports_console import Scope
from config.campaign import Campaign


class Task(StrEnum):
    """What calls for somebody's decision, in the order in which it is shown."""

    LATE = "late"
    TRIED_LATE = "tried_late"
    QUARANTINE = "quarantine"
    QUESTIONS = "questions"
    DELIVERIES = "deliveries"
    VISITS = "visits"  # announced, and not confirmed
    WISHES = "wishes"  # the unit asks for another day
    RELEASES = "releases"  # a visit waits to be released
    CHANGES = "changes"  # a change of a visit waits to be released
    UNREADABLE_DECKS = "unreadable_decks"
    NO_ROUTE = "no_route"
    TWO_ROUTES = "two_routes"
    RETURN_OVERDUE = "return_overdue"
    PROBLEMS = "problems"  # reported by reviewers, not answered
    ALARMS = "alarms"
    NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Number:
    """How much of a task there is. `query` opens the list; None where the list has a page of its own."""

    task: Task
    count: int
    query: Query | None


@dataclass(frozen=True, slots=True)
class Countdown:
    """A date and the days until it; negative once it is past."""

    body: str  # id; "" for the campaign's own date
    day: date
    days: int


@dataclass(frozen=True, slots=True)
class Board:
    """Applications by body and stage. Only bodies and stages of the campaign, and "" for no route."""

    bodies: tuple[str, ...]
    stages: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]  # by (body, stage); absent for none

    def of_body(self, body: str) -> int:
        return sum(self.counts.get((body, stage), 0) for stage in self.stages)

    def of_stage(self, stage: str) -> int:
        return sum(self.counts.get((body, stage), 0) for body in self.bodies)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Today:
    numbers: tuple[Number, ...]
    deadline: Countdown
    cutoffs: tuple[Countdown, ...]  # of the bodies in scope that have a date of their own, soonest first
    board: Board
    sent: Mapping[tuple[Sending, str], int]  # today, by what it is and channel; only for the office


def today(
    store: Store,
    campaign: Campaign,
    scope: Scope,
    now: datetime,
    machine_now: datetime,
    answered: Answered,
    visits: Mapping[Task, int] | None = None,
) -> Today:
    """The page's values at `now`, by the campaign clock. `visits`: what is to be decided of visits."""
    day = now.astimezone(campaign.zone).date()
    return Today(
        numbers=task_numbers(store, campaign, scope, day, answered, visits or {}),
        deadline=Countdown("", campaign.deadline, (campaign.deadline - day).days),
        cutoffs=_cutoffs(store, campaign, scope, day),
        board=board(store, campaign, scope, day),
        sent=_sent(store, campaign, now, machine_now) if scope.everything else {},
    )


def board(store: Store, campaign: Campaign, scope: Scope, day: date) -> Board:
    """Bodies by stages; the total is that of the list of applications. Bodies out of scope have no row."""
    sums = list_applications(store, campaign, scope, ApplicationQuery(), day, 0).sums
    known = [body.id for body in campaign.bodies if scope.everything or body.id in scope.bodies]
    others = sorted({body for body, _ in sums} - set(known))  # no route, or a body the list no longer has
    stages = shown_stages(campaign, scope.everything)
    return Board((*known, *others), tuple(stage.id for stage in stages), sums)


def task_numbers(
    store: Store, campaign: Campaign, scope: Scope, day: date, answered: Answered, visits: Mapping[Task, int]
) -> tuple[Number, ...]:
    """Of the office all, of a body those about its own applications. In the order of `Task`."""
    counts = store.count_tasks(wanted_of(campaign, scope, ApplicationQuery(), day))
    found: dict[Task, tuple[int, Query | None]] = {
        Task.LATE: (counts.late, ApplicationQuery(mark=Mark.LATE)),
        Task.TRIED_LATE: (counts.tried_late, LateQuery()),
        Task.UNREADABLE_DECKS: (counts.unreadable_decks, ApplicationQuery(mark=Mark.UNREADABLE_DECK)),
        Task.NO_ROUTE: (counts.no_route, ApplicationQuery(mark=Mark.NO_ROUTE)),
        Task.TWO_ROUTES: (counts.two_routes, ApplicationQuery(mark=Mark.TWO_ROUTES)),
        Task.RETURN_OVERDUE: (counts.return_overdue, ApplicationQuery(mark=Mark.RETURN_OVERDUE)),
        **{task: (count, None) for task, count in visits.items()},
    }
    if scope.everything:
        found |= {
            Task.QUARANTINE: (counts.quarantine, MailQuery(outcome=MailState.QUARANTINE)),
            Task.QUESTIONS: (count_open(store, answered), QuestionQuery(state=QuestionState.OPEN)),
            Task.DELIVERIES: (counts.deliveries, OutboxQuery(state=OutboxState.TROUBLE)),
            Task.PROBLEMS: (counts.problems, None),
            Task.ALARMS: (counts.alarms, None),
            Task.NOTICES: (counts.drafts, None),
        }
    return tuple(Number(task, *found[task]) for task in Task if task in found)


def _cutoffs(store: Store, campaign: Campaign, scope: Scope, day: date) -> tuple[Countdown, ...]:
    kept = store.cutoffs()
    found = []
    for body in campaign.bodies:
        own = kept.get(body.id) or body.cutoff
        if own and (scope.everything or body.id in scope.bodies):
            last = min(own, campaign.deadline)
            found.append(Countdown(body.id, last, (last - day).days))
    return tuple(sorted(found, key=lambda one: one.day))


def _sent(
    store: Store, campaign: Campaign, now: datetime, machine_now: datetime
) -> Mapping[tuple[Sending, str], int]:
    """Since midnight of the campaign's day."""
    local = now.astimezone(campaign.zone)
    midnight = datetime.combine(local.date(), time(), campaign.zone)
    return sent_by_kind(store, machine_now - (now - midnight))
