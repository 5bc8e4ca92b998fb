"""The service in a process of its own, told what to do over a pipe, and what it cost.

The parent sends a command and gets a `Cost`. Nothing but the intake runs: replies stay in the outbox.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from bench.intake.memory import Family, peak, resident
from bot.model.mail import Arrival, Inspection, MailRecord, ParsedMail, Settled
from bot.ports import Store
from bot.work.mail_desk import MailDesk
from config.settings import Settings, load_settings

TICK = 0.005  # seconds between two looks at the loop's clock
ARRIVED = datetime(2019, 7, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw mail in a file, which the intake takes over."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Put raw mails on record, then decide about them."""

    mails: Sequence[Raw]


@dataclass(frozen=True, slots=True)
class Poll:
    """Look into the mailbox once, and decide about what was found."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Do nothing for so many seconds."""

    seconds: float


_Inspections = Sequence[Inspection | None]
Command = Keep | Poll | Idle


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command. Memory is the service process's, in bytes."""

    taken: float  # seconds until it was safe
    decided: float  # seconds from then until it was decided
    attachments: tuple[int, ...]  # bytes of those of each mail that was decided about
    before: int
    highest: int
    lag_highest: float  # seconds the loop was late
    lag_p99: float

    @property
    def seconds(self) -> float:
        return self.taken + self.decided


class Service:
    """The parent's handle."""

    def __init__(self, settings: dict[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings))
        self._process.start()
        theirs.close()
        self._pipe.recv()
        assert self._process.pid is not None
        self.family = Family(self._process.pid)

    def run(self, command: Command) -> Cost:
        """EOFError if the service died."""
        self._pipe.send(command)
        cost: Cost = self._pipe.recv()
        return cost

    def settle_down(self) -> int:
        """Wait until it is idle; what it holds then. What its children held until now is forgotten."""
        before = self.run(Idle(0.5)).before
        self.family.forget()
        return before

    def close(self) -> None:
        self.family.close()
        self._pipe.close()
        self._process.join(30)


@contextmanager
def running(folder: Path, **mail: str) -> Iterator[Service]:
    """A service over a new database in `folder`. `mail`: settings of the mailbox, without prefix."""
    from storage.schema import migrate

    folder.mkdir(parents=True, exist_ok=True)
    migrate(f"sqlite:///{folder}/bench.db")
    settings = {
        "BOT_DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "BOT_FILES_DIR": f"{folder}/files",
        "BOT_SECRET_KEY": "bench",
        "BOT_CLOCK": ARRIVED.isoformat(),
        **{f"BOT_MAIL__{name.upper()}": value for name, value in mail.items()},
    }
    service = Service(settings)
    try:
        yield service
    finally:
        service.close()


def _serve(pipe: Connection, environment: dict[str, str]) -> None:
    from bot.logs import configure

    configure("error")
    asyncio.run(_commands(pipe, load_settings(environment, env_file=None)))


async def _commands(pipe: Connection, settings: Settings) -> None:
    from bot.app import build

    service = build(settings, "worker")
    await service.start()
    desk = service.mail
    settle = desk.settle
    attachments: list[int] = []

    def settled(store: Store, mail: MailRecord, parsed: ParsedMail, inspections: _Inspections) -> Settled:
        attachments.append(sum(part.size for part in parsed.parts))
        return settle(store, mail, parsed, inspections)

    desk.settle = settled
    pipe.send("ready")
    while True:
        try:
            command = await asyncio.to_thread(pipe.recv)
        except EOFError:
            break
        attachments.clear()
        pipe.send(await _measured(_take(desk, command), desk.work(), attachments))
    await service.stop()


async def _take(desk: MailDesk, command: Command) -> None:
    match command:
        case Keep(mails):
            for mail in mails:
                place = ("bench", mail.path.name, 1, 1)
                await desk.keep(mail.path, Arrival(*place, mail.sha256, mail.size, ARRIVED, ARRIVED))
        case Poll():
            if desk.poller is None:
                raise RuntimeError("there is no mailbox")
            await desk.poller.poll()
        case Idle(seconds):
            await asyncio.sleep(seconds)


async def _measured(take: Awaitable[object], decide: Awaitable[bool], attachments: Sequence[int]) -> Cost:
    lags: list[float] = []
    before = resident()
    with peak() as highest:
        ticking = asyncio.ensure_future(_tick(lags))
        began = time.perf_counter()
        await take
        safe = time.perf_counter()
        if not await decide:
            raise RuntimeError("a mail could not be decided about")
        decided = time.perf_counter()
        ticking.cancel()
        lags.sort()
        return Cost(
            safe - began,
            decided - safe,
            tuple(attachments),
            before,
            highest(),
            lags[-1],
            lags[int(len(lags) * 0.99)],
        )


async def _tick(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - began - TICK)
