"""Files given by hand, through exactly the path of mail from the mailbox."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.model.mail import (
    Arrival,
    FileState,
    MailFile,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Settled,
)
from bot.ports import Store
from bot.work.mail_desk import Decided, MailDesk
from bot.work.mail_files import RawFile, messages, sources
from bot.work.open_mail import guess
from bot.work.workers import WorkerFailed


@dataclass(frozen=True, slots=True)
class Ingested:
    """A message of a file given by hand, after it went through the intake."""

    source: str
    index: int
    arrival: Arrival
    decided: Decided


async def ingest(
    desk: MailDesk, paths: Sequence[Path], arrived: datetime | None = None
) -> AsyncIterator[Ingested]:
    """Every message of the files through the intake, in order, each decided before the next is read.

    `arrived`: by the campaign clock, now if None. A message on record already is read and shown as a
    duplicate. OSError for a path that cannot be read.
    """
    folder = await asyncio.to_thread(desk.files.folder)
    try:
        for source in await asyncio.to_thread(sources, paths):
            found = messages(source, folder)
            while (raw := await asyncio.to_thread(next, found, None)) is not None:
                yield await _ingest(desk, raw, arrived)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _ingest(desk: MailDesk, raw: RawFile, arrived: datetime | None) -> Ingested:
    now = desk.now()
    arrival = Arrival("ingest", raw.source, 1, raw.index + 1, raw.sha256, raw.size, arrived or now, now)
    mail, is_new = await desk.put_on_record(raw.path, arrival)
    record = await desk.writer.run(lambda store: store.mail(mail))
    assert record is not None
    if not is_new and record.outcome is not MailOutcome.NEW:
        return Ingested(raw.source, raw.index, arrival, await _shown_again(desk, record))
    decided = None
    while decided is None:
        decided = await desk.attempt(record)
    return Ingested(raw.source, raw.index, arrival, decided)


async def _shown_again(desk: MailDesk, record: MailRecord) -> Decided:
    """A mail that came again: what is in it, with nothing changed."""
    try:
        parsed = await desk.opener.read(await asyncio.to_thread(desk.files.path, record.sha256))
    except WorkerFailed:
        parsed = ParsedMail()
    inspections = await desk.opener.inspect(parsed.parts)

    def registered(store: Store) -> set[str]:
        return {each.sha256 for each in store.materials(record.application or "")}

    known = await desk.writer.run(registered)
    files = tuple(
        MailFile(
            part,
            found.kind if found else guess(part),
            FileState.ALREADY_REGISTERED if part.sha256 in known else part.problem or FileState.KEPT,
        )
        for part, found in zip(parsed.parts, inspections, strict=True)
    )
    settled = Settled(MailOutcome.DUPLICATE, "same_bytes", record.application, files=files)
    return Decided(record.id, parsed, settled)
