"""A process that does one thing with the database and may be killed, as by a power cut, at its n-th step.

A step is a statement that writes, and the end of a transaction before and after it. Ids are the same in every run,
so that what is there afterwards can be compared to the byte.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from bot.dialogue.understand import Labels
from bot.model.application import Person
from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.sheets.merging import Fate, apply_entries
from bot.sheets.read_entries import read_entries
from bot.staff.desk import StaffAsk
from bot.work.clerk import Clerk
from bot.work.live_staff import LiveStaff
from bot.work.turn import receive
from config.load import campaign_folder, load_campaign
from storage.database import open_database
from storage.session import Session
from storage.writer import ThreadWriter
from tests.fakes.conversation import Notice
from tests.fakes.recommending import MACHINE

CAMPAIGN = load_campaign(campaign_folder("pingdingshan-2019"))
NEVER = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A message as WeCom delivers it, the same one again after a kill."""

    userid: str
    text: str
    at: datetime
    key: str = "the-message"


def say(url: str, said: Said, step: int) -> None:
    """The whole turn of one message."""
    writer, clerk = _opened(url)
    inbound = Inbound(Channel.WECOM, said.userid, Kind.TEXT, said.text, said.at, said.key)
    _burn(step)
    writer.run_blocking(lambda store: receive(clerk, store, inbound))
    writer.stop()


@dataclass(frozen=True, slots=True)
class Entries:
    """An inspector's entries on a sheet, one form each; those that were answered are noted in a file."""

    person: int
    sheet: int
    rows: tuple[dict[str, Any], ...]
    at: datetime
    answered: str


def enter(url: str, entries: Entries, step: int) -> None:
    """Send all entries, one after another, until killed."""
    writer, clerk = _opened(url)
    _burn(step)
    file = os.open(entries.answered, os.O_WRONLY | os.O_APPEND)
    for row in entries.rows:
        merge = writer.run_blocking(partial(_enter, clerk, entries, row))
        assert [one.fate for one in merge] in ([Fate.ACCEPTED], [Fate.REPEATED])
        os.write(file, f"{row['id']}\n".encode())
    writer.stop()


def _enter(clerk: Clerk, entries: Entries, row: dict[str, Any], store: Store) -> list[Any]:
    inbound = Inbound(Channel.CONSOLE, str(entries.person), Kind.TEXT, "", entries.at, f"form-{row['id']}")
    person = Person(entries.person, "", "")
    ask = StaffAsk(clerk, store, inbound, person, tuple(store.memberships(person.id)), "")
    return list(apply_entries(ask, entries.sheet, read_entries({"entries": [row]}, CAMPAIGN).entries).results)


def _opened(url: str) -> tuple[ThreadWriter, Clerk]:
    numbers = count(1000)
    writer = ThreadWriter(open_database(url, CAMPAIGN.id))
    writer.start()
    clerk = Clerk(
        CAMPAIGN, Labels(CAMPAIGN.form), Notice(), lambda: f"{next(numbers):016x}", lambda: MACHINE,
        lambda number: f"<{number}.{next(numbers):032x}@126.com>", staff=LiveStaff(),
    )  # fmt: skip
    clerk.staff.take(writer.run_blocking(clerk.staff.load))
    return writer, clerk


def _burn(step: int) -> None:
    """From now on, end at this step; `NEVER` for not at all."""
    left = count(step - 1, -1)

    def pass_by() -> None:
        if step != NEVER and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    execute, command = Session._execute, Session.command

    def executing(self: Session, statement: Any, parameters: Any) -> None:
        if not self._sql(statement)[0].startswith("SELECT"):
            pass_by()
        execute(self, statement, parameters)

    def commanding(self: Session, sql: str, parameters: Any = None) -> None:
        if is_end := sql.startswith("COMMIT"):
            pass_by()
        command(self, sql, parameters)
        if is_end:
            pass_by()

    Session._execute, Session.command = executing, commanding  # type: ignore[method-assign]
