"""kill -9 at every step of a run of 200 mails: none is lost, none is decided or answered twice."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model.mail import MailOutcome
from tests.fakes.dovecot import ADVERTS, running_dovecot
from tests.fakes.intake import Intake, mail
from tests.fakes.netease_proxy import netease
from tests.process import ROOT, clean_environment

MAILS = 200
STEPS = ("box.fetch", "files.take", "writer.run", "box.mark_read", "workers.run")
ROUNDS = 2
USER = "office"

pytestmark = pytest.mark.needs("dovecot-imapd")


def sent() -> list[bytes]:
    """Every third with a deck; the same deck in several."""
    return [
        mail(str(number), ("报告.pptx", b"deck %d" % (number % 7))) if number % 3 == 0 else mail(str(number))
        for number in range(MAILS)
    ]


async def run(folder: Path, url: str, port: int, step: str, when: str, calls: int) -> int:
    with (folder / "err").open("ab") as err:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.fakes.intake_process", url, str(folder / "files"), str(port), USER,
            str(MAILS), step, when, str(calls), cwd=ROOT, env=clean_environment({}), stderr=err,
        )  # fmt: skip
    return await asyncio.wait_for(process.wait(), 120)


async def test_a_killed_intake_loses_and_doubles_nothing(
    tmp_path: Path, new_sqlite: Callable[[], str]
) -> None:
    url = new_sqlite()
    messages = sent()
    with running_dovecot() as dovecot:
        dovecot.deliver(USER, *messages[:150])
        dovecot.deliver(USER, *messages[150:], folder=ADVERTS)
        dovecot.deliver(USER, *messages[:5])  # the same bytes again
        async with netease(dovecot.port) as proxy:
            calls = 0
            for _ in range(ROUNDS):
                for step in STEPS:
                    for when in ("before", "after"):
                        calls += 1
                        status = await run(tmp_path, url, proxy.port, step, when, 1 + calls % 8)
                        assert status == -signal.SIGKILL, (step, when, (tmp_path / "err").read_text())
            status = await run(tmp_path, url, proxy.port, "box.fetch", "before", 0)
        assert status == 0, (tmp_path / "err").read_text()
        flags = [seen for folder in ("INBOX", ADVERTS) for _, seen in dovecot.contents(USER, folder).values()]
    assert_everything_once(tmp_path, url, messages)
    # what is taken out of the junk arrives in the INBOX and is flagged there
    assert len(flags) >= MAILS + 5
    assert flags.count(False) == 0


def assert_everything_once(folder: Path, url: str, messages: list[bytes]) -> None:
    intake = Intake(url, folder / "files")
    intake.open()
    try:
        records = intake.mails()
        assert Counter(record.outcome for record in records) == {MailOutcome.FILED: MAILS}
        assert intake.decided() == [1] * MAILS
        kept = sorted(intake.files.get(record.sha256) for record in records)
        assert kept == sorted(messages)
        for number in range(7):
            deck = b"deck %d" % number
            assert intake.files.get(hashlib.sha256(deck).hexdigest()) == deck
        with intake.database.engine.connect() as connection:
            keys = connection.exec_driver_sql("SELECT key FROM outbox").scalars().all()
        assert sorted(keys) == sorted(f"receipt:{record.id}" for record in records)
        assert {record.attempts for record in records} == {0}
    finally:
        intake.close()
