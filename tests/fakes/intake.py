"""An intake over a real database and real files, whose decisions are written down in the simplest way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from bot.model.mail import (
    FileKind,
    FileState,
    Inspection,
    MailFile,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Settled,
)  # fmt: skip
from bot.model.message import Channel, Text
from bot.ports import Draft, Store
from bot.work.alarms import Alarms
from bot.work.mail_desk import MailDesk
from bot.work.open_mail import MailOpener
from bot.work.workers import Workers
from config.load import load_campaign
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.writer import ThreadWriter
from tests.fakes import mail_reader

AHEAD = timedelta(days=-2690)
"""How far the campaign clock is ahead of the machine's."""

CAMPAIGN = load_campaign(Path(__file__).parent.parent / "data/campaigns/second")


def machine_now() -> datetime:
    return datetime.now(UTC)


def campaign_now() -> datetime:
    return machine_now() + AHEAD


def settle(
    store: Store, mail: MailRecord, parsed: ParsedMail, inspections: Sequence[Inspection | None]
) -> Settled:
    """File everything, answer everything, count how often it was decided."""
    if parsed.subject == "undecidable":
        raise RuntimeError(parsed.subject)
    times = int(store.setting(f"decided:{mail.id}") or 0) + 1
    store.set_setting(f"decided:{mail.id}", str(times))
    row = Draft(f"receipt:{mail.id}", Channel.MAIL, None, parsed.sender, Text(parsed.subject))
    store.queue([row], machine_now())
    files = tuple(
        MailFile(part, found.kind if found else FileKind.OTHER, (found and found.problem) or FileState.KEPT)
        for part, found in zip(parsed.parts, inspections, strict=True)
    )
    settled = Settled(MailOutcome.FILED, files=files, reply=parsed.subject)
    store.settle_mail(mail.id, parsed, settled)
    return settled


@dataclass
class Intake:
    """`open`, use, `close`; again for another process over the same data."""

    url: str
    folder: Path
    settle: Callable[..., Settled] = settle
    database: Database = field(init=False)
    writer: ThreadWriter = field(init=False)
    workers: Workers = field(init=False)
    files: DiskFiles = field(init=False)
    desk: MailDesk = field(init=False)

    def open(self) -> MailDesk:
        self.database = open_database(self.url, "spring-2031")
        self.writer = ThreadWriter(self.database)
        self.writer.start()
        self.workers = Workers(preload=("tests.fakes.mail_reader",))
        self.files = DiskFiles(self.folder)
        self.desk = MailDesk(
            self.writer,
            self.files,
            MailOpener(self.files, self.workers, mail_reader.read, mail_reader.inspect, CAMPAIGN),
            self.settle,
            Alarms(self.writer, "", machine_now),
            campaign_now,
            machine_now,
        )
        return self.desk

    def close(self) -> None:
        self.workers.close()
        self.writer.stop()
        self.database.close()

    def mails(self) -> list[MailRecord]:
        """All on record, in the order of their ids."""

        def every(store: Store) -> list[MailRecord]:
            found = []
            with suppress(StopIteration):
                for number in range(1, 100_000):
                    mail = store.mail(number)
                    if mail is None:
                        break
                    found.append(mail)
            return found

        return self.database.read(every)

    def decided(self) -> list[int]:
        """How often each mail was decided, in the order of their ids."""
        mails = self.mails()
        return self.database.read(
            lambda store: [int(store.setting(f"decided:{mail.id}") or 0) for mail in mails]
        )

    def alarms(self) -> Sequence[str]:
        """The kinds of open alarms."""
        return self.database.counts().alarms

    def left_over(self) -> list[Path]:
        """Files and folders in the making."""
        return [path for path in self.folder.rglob("*") if path.name in ("half", "message")]


def mail(subject: str, *attachments: tuple[str, bytes], sender: str = "zhang@example.com") -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "office@126.com"
    message["Subject"] = subject
    message.set_content("请查收。")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if attachments:
        message.set_boundary("=-=-=")  # the same mail has the same bytes
    return message.as_bytes().replace(b"\n", b"\r\n")
