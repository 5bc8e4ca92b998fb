"""Mail over several connections of one account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.message import Channel, Delivery, Mail, Outcome, Outgoing
from config.addresses import MailServer
from handlers.mail.pool import MailPool
from handlers.mail.send import MailSender
from storage.database import open_database
from storage.files import DiskFiles
from storage.schema import migrate_engine
from storage.shared_cache import DatabaseCache
from tests.fakes.smtp_server import Told, smtp_server


@pytest.fixture
async def server() -> AsyncIterator[Told]:
    async with smtp_server() as running:
        yield running


async def send_through_pool(server: Told, folder: Path, mails: int, per_day: int) -> list[Outcome]:
    database = open_database(f"sqlite:///{folder / 'bot.db'}", "spring")
    migrate_engine(database.engine)
    at = MailServer("127.0.0.1", server.port, tls=False, user=server.user, code=server.code)
    cache, files = DatabaseCache(database), DiskFiles(folder / "files")
    pool = MailPool(
        [
            MailSender(at, "office@126.com", "告警", files, cache, per_day, 0, lambda: datetime.now(UTC))
            for _ in range(4)
        ]
    )
    waiting = [
        Outgoing(
            str(number),
            Channel.MAIL,
            (f"to{number}@example.com",),
            Mail("通知", "请核对。", f"<{number}@126.com>"),
        )
        for number in range(mails)
    ]

    async def send(outgoing: Outgoing) -> Delivery:
        """As the outbox does: what is to come again within a second does."""
        while (fate := await pool.send(outgoing)).outcome is Outcome.RETRY and fate.retry_after < 1:  # noqa: ASYNC110 - the wait is the answer
            await asyncio.sleep(fate.retry_after)
        return fate

    fates = await asyncio.gather(*(send(one) for one in waiting))
    await pool.close()
    database.close()
    return [fate.outcome for fate in fates]


async def test_every_mail_is_sent_once(server: Told, tmp_path: Path) -> None:
    assert await send_through_pool(server, tmp_path, 12, 1000) == [Outcome.SENT] * 12
    reached = sorted(address for mail in server.mails for address in mail.rcpt_tos)
    assert reached == sorted(f"to{number}@example.com" for number in range(12))


async def test_connections_share_what_the_account_allows(server: Told, tmp_path: Path) -> None:
    outcomes = await send_through_pool(server, tmp_path, 12, 8)
    assert len(server.mails) == outcomes.count(Outcome.SENT) == 8
    assert outcomes.count(Outcome.RETRY) == 4
