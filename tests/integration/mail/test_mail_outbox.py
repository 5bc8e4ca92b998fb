"""Mail on its way from the outbox over a real SMTP server: what is kept of it, and how often it is sent."""

from __future__ import annotations

import email
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.model.message import Channel, FormOrder, Mail, PageOrder
from bot.ports import Draft, Store
from bot.work.alarms import Alarms
from bot.work.deliver import Courier
from bot.work.hand_out import PrintShop
from config.addresses import MailServer
from config.campaign import Campaign
from handlers.mail.allowance import BEIJING
from handlers.mail.send import MailSender
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.schema import migrate_engine
from storage.shared_cache import DatabaseCache
from storage.writer import ThreadWriter
from tests.fakes.smtp_server import CLOSE, Told, smtp_server

OFFICE = "pdszffzb@126.com"


@dataclass
class Office:
    """A courier for mail, with its database and the server it talks to."""

    database: Database
    writer: ThreadWriter
    server: Told
    courier: Courier
    sender: MailSender
    moment: datetime

    def queue(self, *mails: Mail, person: int | None = None) -> None:
        drafts = [
            Draft(one.message_id, Channel.MAIL, person, f"to-{number}@example.com", one)
            for number, one in enumerate(mails)
        ]
        self.writer.run_blocking(lambda store: store.queue(drafts, self.moment))

    async def after(self, seconds: float) -> None:
        """Put the clock forward and deliver what is due."""
        self.moment += timedelta(seconds=seconds)
        await self.courier.look()

    def states(self) -> list[tuple[str, int]]:
        """State and attempts of every mail to an applicant."""
        with self.database.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT state, attempts FROM outbox WHERE address LIKE 'to-%' ORDER BY id")
            )
            return [(state, attempts) for state, attempts in rows]

    def arrived(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(one.content, policy=policy.default)  # type: ignore[arg-type]
            for one in self.server.mails
        ]


@pytest.fixture
async def office(campaign: Campaign, tmp_path: Path) -> AsyncIterator[Office]:
    """Sends two mails a day at most; one application, "a", held by the first person."""
    database = open_database(f"sqlite:///{tmp_path / 'bot.db'}", campaign.id)
    migrate_engine(database.engine)
    writer = ThreadWriter(database)
    writer.start()
    noon = datetime.combine(datetime.now(BEIJING).date() + timedelta(days=1), time(12), BEIJING)
    files = DiskFiles(tmp_path / "files")

    def now() -> datetime:
        return made.moment

    def begin(store: Store) -> None:
        store.visitor(Channel.WECOM, "zhangmin", "", noon)
        store.start("a", 1, campaign.stages[0].id, noon)

    writer.run_blocking(begin)
    async with smtp_server() as server:
        at = MailServer("127.0.0.1", server.port, tls=False, user=server.user, code=server.code)
        sender = MailSender(at, OFFICE, "告警", files, DatabaseCache(database), 2, 0, now)
        shop = PrintShop(campaign, writer, files, "https://example.com", now, lambda: noon.date())
        courier = Courier(writer, {Channel.MAIL: sender}, shop, Alarms(writer, OFFICE, now), "one", now)
        made = Office(database, writer, server, courier, sender, noon)
        yield made
        await sender.close()
    writer.stop()
    database.close()


def receipt(number: int, *orders: FormOrder | PageOrder) -> Mail:
    return Mail(f"回执 {number}", f"第{number}封\n", f"<r{number}@126.com>", orders=orders)


async def test_mail_of_unknown_fate_is_sent_once_more_and_then_left(office: Office) -> None:
    office.server.say("data", CLOSE, CLOSE, CLOSE)
    office.queue(receipt(1))
    await office.after(0)
    assert office.states() == [("waiting", 1)]
    await office.after(120)
    assert office.states() == [("unsure", 2)]
    await office.after(3600)
    assert office.states() == [("unsure", 2)]
    assert [one["Message-ID"] for one in office.arrived()] == ["<r1@126.com>"] * 2


async def test_refusal_between_does_not_give_a_third_try(office: Office) -> None:
    office.server.say("data", CLOSE, b"451 DT:SPM, please try again", CLOSE, CLOSE)
    office.queue(receipt(1))
    for _ in range(4):
        await office.after(3600 * 24)
    assert office.states() == [("unsure", 3)]
    assert len(office.server.mails) == 2


async def test_mail_beyond_the_limit_of_a_day_waits_as_long_as_it_takes(office: Office) -> None:
    office.queue(*(receipt(number) for number in range(30)))
    for _ in range(14):
        await office.after(86400)
    assert office.states() == [("sent", 1)] * 28 + [("waiting", 0)] * 2
    await office.after(86400)
    assert office.states() == [("sent", 1)] * 30
    assert sorted(one["Message-ID"] for one in office.arrived()) == sorted(
        f"<r{n}@126.com>" for n in range(30)
    )


async def test_second_try_encloses_the_same_file_and_a_new_address_of_the_page(office: Office) -> None:
    office.server.say("data", b"451 DT:SPM, please try again")
    office.queue(receipt(1, FormOrder("a"), PageOrder("a", 1)), person=1)
    await office.after(0)
    (kept,) = office.writer.run_blocking(
        lambda store: store.claim_due(Channel.MAIL, "two", office.moment + timedelta(hours=1), 9)
    )
    body = kept.outgoing.body
    assert isinstance(body, Mail)
    assert (body.text, body.orders) == ("第1封\n", (PageOrder("a", 1),))
    assert [file.name for file in body.files] == ["申报表_2019-001.docx"]
    await office.after(7200)
    (message,) = office.arrived()
    (part,) = message.iter_attachments()
    assert part.get_filename() == "申报表_2019-001.docx"
    assert part.get_payload(decode=True) == office.courier.shop.files.get(body.files[0].sha256)
    shown = message.get_body()
    assert shown is not None
    words = shown.get_content().replace("\r\n", "\n")
    assert words.startswith("第1封\n\n您的申报页面（请勿转发）：https://example.com/u/")
