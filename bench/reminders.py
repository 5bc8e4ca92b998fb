"""Reminders: planning over many applications, a tick with all of them due, and two processes at once.

The plan is a pure function over values in memory. The tick runs on a SQLite file with every application
overdue, which no working day brings; meanwhile the event loop's longest stall and the longest time that one
use case holds the writer are taken. The two processes share a PostgreSQL database.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as clock_time
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeVar

from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.application import Application
from bot.model.message import Channel
from bot.ports import Store
from bot.reminders.dates import DateMove, moved_campaign
from bot.reminders.plan import due, plan
from bot.reminders.planned import Planned, World
from bot.reminders.shift import shift
from bot.work.remind import ReminderDesk
from bot.work.turn import Clerk
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from storage.database import Database, open_database
from storage.schema import migrate
from storage.writer import ThreadWriter
from tests.plugins import postgres

T = TypeVar("T")

MANY = 10_000
AT_ONCE = 1_000
PROCESSES = 2
PLAN_TARGET, SHIFT_TARGET, STALL_TARGET = 0.5, 0.2, 20.0  # seconds, seconds, milliseconds
_PORTION = 100


def main() -> None:
    """Print the figures."""
    campaign = load_campaign(campaign_folder("pingdingshan-2019"))
    print(f"reminders: {MANY} applications")
    _print_plans(campaign)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_print_tick(campaign, Path(folder)))
    _print_processes(campaign)


# planning


def _print_plans(campaign: Campaign) -> None:
    applications = [_application(campaign, number) for number in range(1, MANY + 1)]
    reported = frozenset(body.id for body in campaign.bodies)
    world = World(applications, (), reported, lambda person: Channel.WECOM)
    opening, last = _moment(campaign, campaign.opens, 0), _moment(campaign, date(2019, 7, 24), 17)
    today = _moment(campaign, date(2019, 7, 24), 0)
    works: dict[str, Callable[[], Sequence[Planned]]] = {
        "planning one day": lambda: plan(campaign, world, today, last),
        "what is due after an outage": lambda: due(campaign, world, lambda base: opening, last).now,
        "planning the whole campaign": lambda: plan(campaign, world, opening, last),
    }
    for name, work in works.items():
        times = []
        for _ in range(3):
            began = time.process_time()
            found = work()
            times.append(time.process_time() - began)
        print(
            f"  {name:<30}{len(found):>6} reminders  {statistics.median(times):5.2f} s (target {PLAN_TARGET})"
        )
    _print_shift(campaign, world, _moment(campaign, date(2019, 7, 18), 10))


def _print_shift(campaign: Campaign, world: World, now: datetime) -> None:
    """What the preview of another deadline counts, beside reading the snapshot."""
    after = moved_campaign(campaign, DateMove(campaign.deadline, date(2019, 7, 31), {}))
    times = []
    for _ in range(3):
        began = time.process_time()
        moving = shift(campaign, after, world, now, lambda number: number).moving
        times.append(time.process_time() - began)
    print(
        f"  {'what another deadline changes':<30}{moving:>6} reminders  {statistics.median(times):5.2f} s "
        f"(target {SHIFT_TARGET})"
    )


def _application(campaign: Campaign, number: int) -> Application:
    """Every second one is filed; all owe something."""
    filed = number % 2 == 0
    receipt = f"2019-{number}-1" if filed else ""
    stage = "submitted" if filed else "draft"
    values = _values(campaign, number)
    return Application(f"{number:016x}", f"2019-{number}", number, stage, values, receipt, int(filed))


def _values(campaign: Campaign, number: int) -> dict[str, str]:
    values = {field.id: field.example for field in campaign.form.fields}
    return {**values, campaign.form.unit_field: f"第{number}局"}


# a tick


async def _print_tick(campaign: Campaign, folder: Path) -> None:
    url = f"sqlite:///{folder}/bench.db"
    migrate(url)
    database = open_database(url, campaign.id)
    writer = _Timed(database)
    writer.start()
    _fill(campaign, writer, MANY)
    for name, day in (("", date(2019, 7, 22)), (", with gc.freeze()", date(2019, 7, 24))):
        if name:
            gc.collect()
            gc.freeze()  # else a full collection of all that the process holds for good counts as a stall
        desk = _desk(campaign, database, writer, _moment(campaign, day, 17))
        writer.longest = 0.0
        began = time.perf_counter()
        count, stall = await _watched(desk)
        took = time.perf_counter() - began
        print(
            f"  a tick that queues {count}{name}: {took:.1f} s, longest stall of the loop {stall:.0f} ms, "
            f"longest use case {writer.longest * 1e3:.0f} ms (targets {STALL_TARGET:.0f})"
        )
    gc.unfreeze()
    began = time.perf_counter()
    for _ in range(100):
        await desk.tick()
    print(f"  a tick with nothing due: {(time.perf_counter() - began) * 1e4:.0f} µs")
    writer.stop()
    database.close()


class _Timed(ThreadWriter):
    """Takes the longest time that one use case ran."""

    longest = 0.0

    async def run(self, use_case: Callable[[Store], T], lock: str = "") -> T:
        def timed(store: Store) -> T:
            began = time.perf_counter()
            try:
                return use_case(store)
            finally:
                self.longest = max(self.longest, time.perf_counter() - began)

        return await super().run(timed, lock)


async def _watched(desk: ReminderDesk) -> tuple[int, float]:
    """What the tick queued, and the loop's longest stall meanwhile in milliseconds."""
    longest = 0.0
    work = asyncio.ensure_future(desk.tick())
    while not work.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - began - 0.001)
    return await work, longest * 1e3


def _desk(campaign: Campaign, database: Database, writer: ThreadWriter, now: datetime) -> ReminderDesk:
    clerk = Clerk(
        campaign,
        Labels(campaign.form),
        Knowledge(campaign),
        partial(secrets.token_hex, 8),
        lambda: datetime.now(UTC),
        lambda number: f"<{number}@example.com>",
    )
    return ReminderDesk(clerk, database, writer, lambda: now, lambda: None)


def _fill(campaign: Campaign, writer: ThreadWriter, count: int) -> None:
    """So many drafts of as many people."""
    for first in range(1, count + 1, _PORTION):
        writer.run_blocking(partial(_fill_some, campaign, range(first, min(first + _PORTION, count + 1))))


def _fill_some(campaign: Campaign, numbers: range, store: Store) -> None:
    opened = _moment(campaign, campaign.opens, 9)
    for number in numbers:
        person = store.visitor(Channel.WECOM, f"unit{number}", "", opened).person.id
        values = _values(campaign, number)
        store.start(f"{number:016x}", person, campaign.stages[0].id, opened)
        store.revise(f"{number:016x}", values, [], f"第{number}局", person, Channel.WECOM, opened)


# two processes


def _print_processes(campaign: Campaign) -> None:
    with _postgres() as url:
        migrate(url)
        database = open_database(url, campaign.id)
        writer = ThreadWriter(database)
        writer.start()
        _fill(campaign, writer, AT_ONCE)
        writer.stop()
        context = multiprocessing.get_context("spawn")
        ready = context.Barrier(PROCESSES + 1)
        processes = [context.Process(target=_process, args=(url, ready)) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        ready.wait(120)
        began = time.perf_counter()
        for process in processes:
            process.join(120)
        took = time.perf_counter() - began
        keys = database.read(lambda store: store.outbox_keys("remind:"))
        database.close()
    failed = [process.exitcode for process in processes if process.exitcode]
    if failed or len(keys) != AT_ONCE:
        raise RuntimeError(f"{len(keys)} of {AT_ONCE} reminders were queued, exit codes {failed}")
    print(
        f"  {AT_ONCE} due at once, {PROCESSES} processes on PostgreSQL: {len(keys)} rows, each once, {took:.1f} s"
    )


def _process(url: str, ready: Barrier) -> None:
    campaign = load_campaign(campaign_folder("pingdingshan-2019"))
    database = open_database(url, campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    desk = _desk(campaign, database, writer, _moment(campaign, date(2019, 7, 24), 17))
    ready.wait(120)
    asyncio.run(desk.tick())
    writer.stop()
    database.close()


@contextmanager
def _postgres() -> Iterator[str]:
    """A PostgreSQL server of its own, as the tests start it."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        yield from postgres._debian(binaries[-1], folder) if binaries else postgres._embedded(folder)


def _moment(campaign: Campaign, day: date, hour: int) -> datetime:
    """Ten past the hour."""
    return datetime.combine(day, clock_time(hour, 10), campaign.zone)


if __name__ == "__main__":
    main()
