"""A notice going out: to 10,000 people over WeCom and to 2,000 by mail, each beside a bare sender.

Both hand the same messages to a server in a process of its own that answers at once. The bare sender has them as
bytes before the clock starts and writes nothing down; ours claims each row of the outbox, hands it over within the
rates, judges the answer and writes down what became of it. Laying the notice out is told apart.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiosmtplib
from aiohttp import ClientSession

from bench.sinks import smtp_sink, wecom_sink
from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.message import Channel, Mail
from bot.model.staff import Notice, NoticeState, Role
from bot.ports import Sender, Store
from bot.work.alarms import Alarms
from bot.work.broadcast import lay_out, release
from bot.work.clerk import Clerk
from bot.work.deliver import Courier
from bot.work.hand_out import PrintShop
from config.addresses import MailServer
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from handlers.mail.compose import Letter, write
from handlers.mail.pool import CONNECTIONS, MailPool
from handlers.mail.send import MailSender
from handlers.wecom.cards import button_card
from handlers.wecom.client import WeComClient, dump, open_session
from handlers.wecom.limits import Limiter
from handlers.wecom.send import WeComSender
from storage.bodies import from_json
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.schema import migrate
from storage.shared_cache import DatabaseCache
from storage.writer import ThreadWriter

MEMBERS = int(os.environ.get("BENCH_MEMBERS", "10000"))
LETTERS = int(os.environ.get("BENCH_LETTERS", "2000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TARGET = 0.5
AT_ONCE = 32  # calls under way, ours and the bare sender's
OFFICE = "office@example.com"
TEXT = "请各单位认真核对联系人、联系电话和电子邮箱，如有变化请在企业微信中直接回复更正内容，谢谢配合。"


@dataclass(slots=True)
class Rates:
    """Messages a second in one round."""

    bare: float
    ours: float
    written: float  # copies laid out a second


def main() -> None:
    """Print both channels, and the ratios."""
    with wecom_sink() as port:
        _print(f"to {MEMBERS} over WeCom", [asyncio.run(_by_wecom(port)) for _ in range(ROUNDS)])
    with smtp_sink() as port:
        _print(f"to {LETTERS} by mail", [asyncio.run(_by_mail(port)) for _ in range(ROUNDS)])


def _print(what: str, rounds: Sequence[Rates]) -> None:
    bare, ours = (statistics.median(getattr(one, side) for one in rounds) for side in ("bare", "ours"))
    written = statistics.median(one.written for one in rounds)
    ratio = statistics.median(one.ours / one.bare for one in rounds)
    print(f"notice {what}, median of {ROUNDS} rounds")
    print(f"  {'bare sender, messages ready-made':<36}{bare:>7.0f}/s")
    print(f"  {'ours, from the outbox':<36}{ours:>7.0f}/s  {ratio:5.2f} (target {TARGET})")
    print(f"  {'laid out before that':<36}{written:>7.0f}/s")


async def _by_wecom(port: int) -> Rates:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with _office(Path(folder)) as office, open_session() as session:
            written = await office.lay_out(Channel.WECOM, MEMBERS)
            api = f"http://127.0.0.1:{port}"
            bare = await _bare_calls(session, api, await office.cards())
            cache = DatabaseCache(office.database)
            client = WeComClient(
                api_base=api, corp_id="corp", agent_id=1, secret="secret", cache=cache, session=session
            )
            sender = WeComSender(client, DiskFiles(Path(folder)), cache, Limiter(time.time))
            return Rates(bare, await office.deliver(Channel.WECOM, sender, MEMBERS), written)


async def _bare_calls(session: ClientSession, api: str, contents: Sequence[bytes]) -> float:
    waiting = iter(contents)

    async def send() -> None:
        for content in waiting:
            url = f"{api}/cgi-bin/message/send?access_token=token"
            async with session.post(url, data=content) as response:
                await response.read()

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    return len(contents) / (time.perf_counter() - began)


async def _by_mail(port: int) -> Rates:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with _office(Path(folder)) as office:
            written = await office.lay_out(Channel.MAIL, LETTERS)
            bare = await _bare_mails(port, await office.letters())
            cache = DatabaseCache(office.database)
            server = MailServer("127.0.0.1", port, False, "", "")
            files = DiskFiles(Path(folder))
            sender = MailPool(
                [
                    MailSender(server, OFFICE, "告警", files, cache, 1_000_000, 0, _now)
                    for _ in range(CONNECTIONS)
                ]
            )
            try:
                return Rates(bare, await office.deliver(Channel.MAIL, sender, LETTERS), written)
            finally:
                await sender.close()


async def _bare_mails(port: int, letters: Sequence[tuple[str, bytes]]) -> float:
    clients = [
        aiosmtplib.SMTP(hostname="127.0.0.1", port=port, local_hostname="localhost", start_tls=False)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(client.connect() for client in clients))
    waiting = iter(letters)

    async def send(client: aiosmtplib.SMTP) -> None:
        for to, letter in waiting:
            await client.sendmail(OFFICE, [to], letter)

    began = time.perf_counter()
    await asyncio.gather(*(send(client) for client in clients))
    spent = time.perf_counter() - began
    await asyncio.gather(*(client.quit() for client in clients))
    return len(letters) / spent


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _office(folder: Path) -> AsyncIterator[_Office]:
    campaign = load_campaign(campaign_folder("pingdingshan-2019"))
    url = f"sqlite:///{folder}/bench.db"
    await asyncio.to_thread(migrate, url)
    database = open_database(url, campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    yield _Office(campaign, database, writer, folder)
    await asyncio.to_thread(writer.stop)
    database.close()


@dataclass(slots=True)
class _Office:
    """An office whose one notice goes to everybody who has a role."""

    campaign: Campaign
    database: Database
    writer: ThreadWriter
    folder: Path

    async def lay_out(self, channel: Channel, people: int) -> float:
        """Release a notice to so many people on one channel; copies written a second."""
        campaign = self.campaign
        names = (f"<{number}@example.com>" for number in range(people))
        clerk = Clerk(
            campaign, Labels(campaign.form), Knowledge(campaign), lambda: "", _now, lambda number: next(names)
        )

        def begin(store: Store) -> Notice:
            for number in range(people):
                address = f"member{number}@example.com" if channel is Channel.MAIL else f"member{number}"
                person = store.visitor(channel, address, f"成员{number}", _now()).person.id
                store.add_member(person, Role.INSPECTOR, "", False, _now())
            draft = Notice(0, "请核对", TEXT, {"role": "inspector"}, False, 1, _now(), NoticeState.DRAFT)
            return store.add_notice(draft)

        notice = await self.writer.run(begin)
        began = time.perf_counter()
        await self.writer.run(lambda store: release(store, clerk, notice, 1, _now()))
        while await self.writer.run(lambda store: lay_out(store, clerk, _now())):
            pass
        return people / (time.perf_counter() - began)

    async def cards(self) -> list[bytes]:
        """The same messages as WeCom is to get, as bytes."""
        return [
            dump(
                {
                    "touser": address,
                    "agentid": 1,
                    "msgtype": "template_card",
                    "template_card": button_card(from_json(body)),  # type: ignore[arg-type]
                    "enable_duplicate_check": 1,
                    "duplicate_check_interval": 14400,
                }
            )
            for address, body in self._waiting()
        ]

    async def letters(self) -> list[tuple[str, bytes]]:
        """The same mails as the server is to get, each with its address."""
        made = []
        for address, body in self._waiting():
            mail = from_json(body)
            assert isinstance(mail, Mail)
            made.append(
                (address, write(Letter(address, mail.subject, mail.text, mail.message_id), OFFICE, _now()))
            )
        return made

    def _waiting(self) -> list[tuple[str, str]]:
        with self.database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT address, body FROM outbox ORDER BY id")
            return [(address, body) for address, body in rows]

    async def deliver(self, channel: Channel, sender: Sender, count: int) -> float:
        """Deliver all of it; messages a second."""
        shop = PrintShop(self.campaign, self.writer, DiskFiles(self.folder), "", _now, lambda: _now().date())
        courier = Courier(self.writer, {channel: sender}, shop, Alarms(self.writer, "", _now), "bench", _now)
        began = time.perf_counter()
        while await courier.look():
            pass
        spent = time.perf_counter() - began
        with self.database.engine.connect() as connection:
            sent = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE state = 'sent'").scalar_one()
        if sent != count:
            raise RuntimeError(f"{count - sent} messages of {count} were not sent")
        return count / spent


if __name__ == "__main__":
    main()
