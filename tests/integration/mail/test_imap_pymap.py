"""The intake over pymap, the demo's IMAP server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.model.mail import MailOutcome
from config.addresses import MailServer
from handlers.mail.imap import CHUNK, ImapBox
from tests.fakes.intake import Intake, mail
from tests.fakes.pymap_server import deliver, running_pymap


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with running_pymap() as running:
        yield running


@pytest.fixture
async def intake(server: MailServer, tmp_path: Path, new_sqlite: Callable[[], str]) -> AsyncIterator[Intake]:
    opened = Intake(new_sqlite(), tmp_path / "files")
    desk = opened.open()
    desk.watch(ImapBox(server, "office@demo.invalid"), 0.1)
    yield opened
    await asyncio.to_thread(opened.close)


async def test_the_intake_works_over_the_demos_server(server: MailServer, intake: Intake) -> None:
    large = mail("大附件", ("报告.pptx", bytes(range(256)) * (3 * CHUNK // 256)))
    await asyncio.to_thread(deliver, server, mail("先到"))
    desk = intake.desk
    running = asyncio.create_task(desk.run())
    await subjects_are(intake, {"先到"})
    await asyncio.to_thread(deliver, server, mail("后到"), large, mail("先到"))
    await subjects_are(intake, {"先到", "后到", "大附件"})
    desk.stop()
    await asyncio.wait_for(running, 5)
    ours = [each for each in intake.mails() if each.subject in ("先到", "后到", "大附件")]
    assert [each.outcome for each in ours] == [MailOutcome.FILED] * 3
    assert {each.subject: intake.files.get(each.sha256) for each in ours}["大附件"] == large
    assert set(intake.decided()) == {1}
    assert intake.left_over() == []


async def subjects_are(intake: Intake, expected: set[str]) -> None:
    async with asyncio.timeout(20):
        while not expected <= {each.subject for each in intake.mails()}:  # noqa: ASYNC110 - written elsewhere
            await asyncio.sleep(0.05)
