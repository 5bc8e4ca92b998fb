"""Receipts going out: the real sender over its one connection against a bare client with ready-made mails.

Both hand the same mails to an SMTP server in a process of its own. The bare client has them as bytes before
the clock starts; the sender writes each, counts it in the database and judges the server's answers.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.model.message import Channel, Mail, Outcome, Outgoing
from config.addresses import MailServer
from handlers.mail.compose import Letter, write
from handlers.mail.send import MailSender
from storage.database import open_database
from storage.files import DiskFiles
from storage.schema import migrate
from storage.shared_cache import DatabaseCache

COUNT = 500
BLOCK = 50  # the two take turns after so many, so that other work on the machine meets both
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TARGET = 0.6
OFFICE = "office@example.com"
_SENTENCE = "您的材料已收到：申报报告PPT一份，共28页，尚缺加盖公章的申报表扫描件，请于2019年7月25日前补交。"
TEXT = "\n".join([_SENTENCE] * 16)  # about 2 kB in UTF-8


@dataclass(slots=True)
class Spent:
    """On so many mails, by the clock and by this process's processor."""

    mails: int = 0
    seconds: float = 0.0
    work: float = 0.0

    @contextmanager
    def on(self, mails: int) -> Iterator[None]:
        """Add what the block takes."""
        began, work = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - began
        self.work += time.process_time() - work
        self.mails += mails

    @property
    def rate(self) -> float:
        return self.mails / self.seconds

    @property
    def microseconds(self) -> float:
        """Of processor time per mail."""
        return self.work / self.mails * 1e6


def main() -> None:
    """Print both, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _sink() as port:
        rounds = [asyncio.run(_round(Path(folder), port)) for _ in range(ROUNDS)]
    print(f"receipts, {COUNT} a round of {len(TEXT.encode())} bytes of text, median of {ROUNDS} rounds")
    for name, side in (("bare client, mails ready-made", 0), ("the sender, as for receipts", 1)):
        rate = statistics.median(each[side].rate for each in rounds)
        work = statistics.median(each[side].microseconds for each in rounds)
        ratio = statistics.median(each[side].rate / each[0].rate for each in rounds)
        target = f" (target {TARGET})" if side else ""
        print(f"  {name:<32}{rate:>7.0f}/s  {work:5.0f} µs of processor each  {ratio:5.2f}{target}")


async def _round(folder: Path, port: int) -> tuple[Spent, Spent]:
    """The bare client's and the sender's, after a block of each that does not count."""
    addresses = [f"applicant{number}@example.com" for number in range(BLOCK)]
    ready_made = [
        (to, write(Letter(to, "材料已收到", TEXT, f"<{number}@example.com>"), OFFICE, _now()))
        for number, to in enumerate(addresses)
    ]
    waiting = [
        Outgoing(str(number), Channel.MAIL, (to,), Mail("材料已收到", TEXT, f"<{number}@example.com>"))
        for number, to in enumerate(addresses)
    ]
    bare, real = Spent(), Spent()
    async with _client(port) as client, _sender(folder, port) as sender:
        await _send_bare(client, ready_made)
        await _send(sender, waiting)
        for _ in range(COUNT // BLOCK):
            with bare.on(BLOCK):
                await _send_bare(client, ready_made)
            with real.on(BLOCK):
                await _send(sender, waiting)
    return bare, real


async def _send_bare(client: aiosmtplib.SMTP, mails: Sequence[tuple[str, bytes]]) -> None:
    for to, mail in mails:
        await client.sendmail(OFFICE, [to], mail)


async def _send(sender: MailSender, waiting: Sequence[Outgoing]) -> None:
    for outgoing in waiting:
        delivery = await sender.send(outgoing)
        if delivery.outcome is not Outcome.SENT:
            raise RuntimeError(f"a receipt was not sent: {delivery.error}")


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[aiosmtplib.SMTP]:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, local_hostname="localhost", start_tls=False)
    await client.connect()
    yield client
    await client.quit()


@asynccontextmanager
async def _sender(folder: Path, port: int) -> AsyncIterator[MailSender]:
    """As the service has it: what was sent is counted in a SQLite file."""
    url = f"sqlite:///{folder}/bench.db"
    await asyncio.to_thread(migrate, url)
    database = open_database(url, "bench")
    server = MailServer("127.0.0.1", port, False, "", "")
    cache = DatabaseCache(database)
    sender = MailSender(server, OFFICE, "告警", DiskFiles(folder), cache, 1_000_000, 0, _now)
    yield sender
    await sender.close()
    database.close()


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _sink() -> Iterator[int]:
    """An SMTP server that throws every mail away; its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(15)


def _serve(pipe: Connection) -> None:
    asyncio.run(_listen(pipe))


class _Sink:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


async def _listen(pipe: Connection) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Sink(), hostname="localhost"), "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    gone = asyncio.Event()
    loop.add_reader(pipe.fileno(), gone.set)  # the bench hung up
    await gone.wait()
    server.close()
