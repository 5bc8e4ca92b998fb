"""The desk over a real database, real files and real workers: keep, read, inspect, decide, and what goes wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    Inspection,
    MailOutcome,
    MailRecord,
    ParsedMail,
    Part,
    Settled,
)  # fmt: skip
from bot.ports import StorageUnavailable
from bot.work import mail_desk, open_mail
from bot.work.ingest_mail import Ingested, ingest
from bot.work.workers import WorkerFailed
from tests.fakes.intake import Intake, campaign_now, mail

ARRIVED = datetime(2019, 7, 12, 1, 30, tzinfo=UTC)


@pytest.fixture
def intake(tmp_path: Path, new_sqlite: Callable[[], str]) -> Iterator[Intake]:
    opened = Intake(new_sqlite(), tmp_path / "files")
    opened.open()
    yield opened
    opened.close()


async def keep(intake: Intake, raw: bytes, uid: int, at: datetime = ARRIVED, junk: bool = False) -> int:
    folder = intake.files.folder()
    (folder / "message").write_bytes(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    arrival = Arrival("office@126.com", "INBOX", 1, uid, sha256, len(raw), at, campaign_now(), junk)
    number = await intake.desk.keep(folder / "message", arrival)
    folder.rmdir()
    return number


def outcomes(intake: Intake) -> dict[str, MailOutcome]:
    return {each.subject: each.outcome for each in intake.mails()}


async def ingested(intake: Intake, *paths: Path, at: datetime | None = None) -> list[Ingested]:
    return [each async for each in ingest(intake.desk, paths, at)]


async def test_a_mail_is_kept_as_it_came_before_anything_is_read(intake: Intake) -> None:
    raw = b"\xff\x00 no mail at all"
    number = await keep(intake, raw, 1)
    (record,) = intake.mails()
    assert (record.id, record.outcome, record.size) == (number, MailOutcome.NEW, len(raw))
    assert intake.files.get(record.sha256) == raw


async def test_a_mail_is_read_inspected_and_decided_once(intake: Intake) -> None:
    deck, note = b"a deck", b"a note"
    await keep(intake, mail("申报", ("报告.pptx", deck), ("说明.txt", note)), 1)
    assert await intake.desk.work()
    assert await intake.desk.work()
    (record,) = intake.mails()
    assert (record.outcome, record.subject) == (MailOutcome.FILED, "申报")
    assert intake.decided() == [1]
    for content in (deck, note):
        assert intake.files.get(hashlib.sha256(content).hexdigest()) == content
    assert intake.left_over() == []


async def test_only_files_that_say_more_when_opened_are_inspected(intake: Intake) -> None:
    seen: list[tuple[str, Inspection | None]] = []

    def settle(store: object, record: object, parsed: ParsedMail, found: list[Inspection | None]) -> Settled:
        seen.extend(zip((part.name for part in parsed.parts), found, strict=True))
        return Settled(MailOutcome.FILED)

    intake.desk.settle = settle  # type: ignore[assignment]
    same = b"the same"
    await keep(
        intake,
        mail("x", ("甲.pptx", same), ("乙.pptx", same), ("a.txt", b"t"), ("b.pdf", b"bomb"), ("c.doc", b"d")),
        1,
    )
    await intake.desk.work()
    deck = Inspection(FileKind.DECK, code="second", pages=len(same))
    assert seen == [
        ("甲.pptx", deck),
        ("乙.pptx", deck),
        ("a.txt", None),
        ("b.pdf", Inspection(FileKind.SCAN, FileState.DAMAGED)),
        ("c.doc", Inspection(FileKind.DECK, code="second", pages=1)),
    ]


@pytest.mark.parametrize(
    ("part", "is_worth_it"),
    [
        (Part("a.pptx", (), 1, "0", "pptx"), True),
        (Part("a.pptx", (), 1, "0", "unknown"), True),
        (Part("a.pptx", (), 1, "0", "pptx", FileState.ENCRYPTED), False),
        (Part("a.pptx", (), 1, "0", "pptx", FileState.MACRO), True),
        (Part("a.ppt", (), 1, "0", "pptx", FileState.MISLABELLED), True),
        (Part("a.jpg", (), 1, "0", "jpg"), True),
        (Part("a.jpg", (), 1, "0", "jpg", inline=True), False),
        (Part("a.mp4", (), 1, "0", "mp4"), False),
    ],
)
def test_what_is_worth_opening(part: Part, is_worth_it: bool) -> None:
    assert open_mail.is_worth_it(part) is is_worth_it


async def test_mail_is_decided_in_the_order_of_its_arrival(intake: Intake) -> None:
    for uid, hours in ((1, 5), (2, 1), (3, 3)):
        await keep(intake, mail(str(hours)), uid, ARRIVED + timedelta(hours=hours))
    await intake.desk.work()
    rows = intake.database.read(lambda store: [store.mail(number) for number in (1, 2, 3)])
    assert [row.subject for row in rows if row] == ["5", "1", "3"]
    with intake.database.engine.connect() as connection:
        queued = connection.exec_driver_sql("SELECT key FROM outbox ORDER BY id").scalars().all()
    assert queued == ["receipt:2", "receipt:3", "receipt:1"]


@pytest.mark.parametrize("order", ["crash", "fail", "hog"])
async def test_a_mail_that_cannot_be_read_is_laid_aside_and_holds_up_nobody(
    intake: Intake, order: str
) -> None:
    await keep(intake, mail(order), 1, ARRIVED)
    await keep(intake, mail("good"), 2, ARRIVED + timedelta(hours=1))
    assert not await intake.desk.work()
    assert outcomes(intake) == {"": MailOutcome.NEW, "good": MailOutcome.FILED}
    assert not await intake.desk.work()
    assert intake.alarms() == ()
    await intake.desk.work()
    poison, _ = intake.mails()
    reason = {"crash": "crashed", "fail": "error", "hog": "memory"}[order]
    assert (poison.outcome, poison.attempts, poison.reason) == (MailOutcome.UNREADABLE, 3, reason)
    assert intake.alarms() == ("intake:unreadable:1",)
    assert intake.decided() == [0, 1]
    assert await intake.desk.work()
    assert intake.mails()[0].attempts == 3
    assert intake.left_over() == []


async def test_a_mail_that_hangs_is_given_up(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_mail, "SECONDS", 0.5)
    await keep(intake, mail("hang"), 1)
    for _ in range(3):
        await intake.desk.work()
    assert intake.mails()[0].reason == "timeout"


async def test_what_failed_before_comes_after_the_others(intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "cause").touch()
    await keep(intake, mail("once", ("cause", str(tmp_path / "cause").encode())), 1, ARRIVED)
    await intake.desk.work()
    for uid in (2, 3):
        await keep(intake, mail(str(uid)), uid, ARRIVED + timedelta(hours=uid))
    order: list[int] = []

    def settle(store: object, record: MailRecord, parsed: object, found: object) -> Settled:
        order.append(record.id)
        return Settled(MailOutcome.FILED)

    (tmp_path / "cause").unlink()
    intake.desk.settle = settle
    await intake.desk.work()
    assert order == [2, 3, 1]


async def test_a_decision_that_fails_undoes_itself_and_counts(intake: Intake) -> None:
    await keep(intake, mail("undecidable"), 1)
    await keep(intake, mail("good"), 2)
    for _ in range(3):
        await intake.desk.work()
    first, second = intake.mails()
    assert (first.outcome, first.reason) == (MailOutcome.UNREADABLE, "error")
    assert second.outcome is MailOutcome.FILED


async def test_a_full_disk_is_not_the_mails_fault(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    await keep(intake, mail("good", ("a.pptx", b"deck")), 1)

    def full(path: Path, sha256: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(intake.files, "take", full)
        for _ in range(4):
            with pytest.raises(OSError, match="No space"):
                await intake.desk.work()
    assert intake.mails()[0].attempts == 0
    await intake.desk.work()
    assert intake.decided() == [1]


async def test_a_mail_laid_aside_is_replayed(intake: Intake, tmp_path: Path) -> None:
    cause = tmp_path / "cause"
    cause.touch()
    await keep(intake, mail("once", ("cause", str(cause).encode())), 1)
    for _ in range(3):
        await intake.desk.work()
    with pytest.raises(WorkerFailed):
        await intake.desk.replay(1)
    assert intake.alarms() == ("intake:unreadable:1",)
    cause.unlink()
    decided = await intake.desk.replay(1)
    assert decided.settled.outcome is MailOutcome.FILED
    assert intake.mails()[0].outcome is MailOutcome.FILED
    assert intake.alarms() == ()
    with pytest.raises(ValueError, match="已经归档"):
        await intake.desk.replay(1)
    with pytest.raises(LookupError):
        await intake.desk.replay(99)


async def test_of_a_mail_too_large_to_fetch_staff_see_the_header(intake: Intake) -> None:
    header = mail("很大的邮件").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    folder = intake.files.folder()
    (folder / "message").write_bytes(header)
    sha256 = hashlib.sha256(header).hexdigest()
    arrival = Arrival("office@126.com", "INBOX", 1, 1, sha256, 200 << 20, ARRIVED, campaign_now())
    await intake.desk.keep(folder / "message", arrival)
    await intake.desk.work()
    (record,) = intake.mails()
    assert (record.outcome, record.reason, record.subject, record.size) == (
        MailOutcome.UNREADABLE, "too_large", "很大的邮件", 200 << 20,
    )  # fmt: skip
    assert intake.alarms() == ("intake:unreadable:1",)


async def test_two_processes_decide_about_a_mail_once(intake: Intake) -> None:
    other = Intake(intake.url, intake.folder)
    other.open()
    try:
        for uid in range(1, 6):
            await keep(intake, mail(str(uid)), uid)
        await asyncio.gather(intake.desk.work(), other.desk.work())
    finally:
        other.close()
    assert intake.decided() == [1] * 5


async def test_what_was_kept_before_the_end_is_decided_after_the_start(intake: Intake) -> None:
    await keep(intake, mail("early"), 1)
    intake.close()
    desk = intake.open()
    running = asyncio.create_task(desk.run())
    while intake.decided() != [1]:  # noqa: ASYNC110 - another thread writes it
        await asyncio.sleep(0.02)
    await keep(intake, mail("later"), 2)
    while intake.decided() != [1, 1]:  # noqa: ASYNC110 - another thread writes it
        await asyncio.sleep(0.02)
    desk.stop()
    await asyncio.wait_for(running, 5)


async def test_the_desk_outlives_a_database_that_does_not_answer(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_desk, "AGAIN", 0.05)
    await keep(intake, mail("good"), 1)
    run, left = intake.writer.run, 3

    async def failing(*arguments: object, **more: object) -> object:
        nonlocal left
        if left:
            left -= 1
            raise StorageUnavailable("the disk is full")
        return await run(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(intake.writer, "run", failing)
    running = asyncio.create_task(intake.desk.run())
    while intake.decided() != [1]:  # noqa: ASYNC110 - another thread writes it
        await asyncio.sleep(0.02)
    intake.desk.stop()
    await asyncio.wait_for(running, 5)
    assert intake.mails()[0].attempts == 0


# files given by hand


async def test_files_and_folders_are_ingested_in_order(intake: Intake, tmp_path: Path) -> None:
    box = tmp_path / "in"
    (box / "deeper").mkdir(parents=True)
    for name, subject in (("b.eml", "b"), ("a.eml", "a"), ("deeper/c.eml", "c"), ("note.txt", "no mail")):
        (box / name).write_bytes(mail(subject))
    (tmp_path / "single.eml").write_bytes(mail("single", ("a.pptx", b"deck")))
    found = await ingested(intake, tmp_path / "single.eml", box, at=ARRIVED)
    assert [(Path(each.source).name, each.index) for each in found] == [
        ("single.eml", 0), ("a.eml", 0), ("b.eml", 0), ("c.eml", 0),
    ]  # fmt: skip
    assert [each.decided.parsed.subject for each in found] == ["single", "a", "b", "c"]
    assert {each.decided.settled.outcome for each in found} == {MailOutcome.FILED}
    assert {each.arrival.arrived_at for each in found} == {ARRIVED}
    assert intake.decided() == [1, 1, 1, 1]
    assert (box / "a.eml").read_bytes() == mail("a")
    assert intake.left_over() == []


async def test_the_same_file_again_is_a_duplicate_with_its_attachments(
    intake: Intake, tmp_path: Path
) -> None:
    for name in ("first.eml", "second.eml"):
        (tmp_path / name).write_bytes(mail("申报", ("a.pptx", b"deck"), ("b.txt", b"text")))
    found = await ingested(intake, tmp_path / "first.eml", tmp_path / "first.eml", tmp_path / "second.eml")
    assert [each.decided.settled.outcome for each in found] == [
        MailOutcome.FILED, MailOutcome.DUPLICATE, MailOutcome.DUPLICATE,
    ]  # fmt: skip
    assert [each.decided.mail for each in found] == [1, 1, 1]
    for each in found:
        assert [(file.part.name, file.kind, file.state) for file in each.decided.settled.files] == [
            ("a.pptx", FileKind.DECK, FileState.KEPT),
            ("b.txt", FileKind.OTHER, FileState.KEPT),
        ]
    assert intake.decided() == [1]


async def test_a_file_that_cannot_be_read_as_mail_does_not_stop_the_others(
    intake: Intake, tmp_path: Path
) -> None:
    for name, subject in (("1.eml", "crash"), ("2.eml", "good")):
        (tmp_path / name).write_bytes(mail(subject))
    found = await ingested(intake, tmp_path / "1.eml", tmp_path / "2.eml")
    assert [each.decided.settled.outcome for each in found] == [MailOutcome.UNREADABLE, MailOutcome.FILED]


async def test_a_path_that_is_not_there_is_an_error(intake: Intake, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await ingested(intake, tmp_path / "none.eml")
    assert intake.left_over() == []


async def mbox(intake: Intake, tmp_path: Path, content: bytes) -> AsyncIterator[bytes]:
    (tmp_path / "box.mbox").write_bytes(content)
    async for each in ingest(intake.desk, [tmp_path / "box.mbox"]):
        yield intake.files.get(each.arrival.sha256)


async def test_an_mbox_is_taken_apart_as_it_was_put_together(intake: Intake, tmp_path: Path) -> None:
    one = b"Subject: 1\n\nFrom here on it is text.\n\nFrom Monday to Friday.\n>From me\n"
    two = b"Subject: 2\r\n\r\nFrom the office\r\n\r\n\r\n"
    three = b"Subject: 3\n\n>>From you\nno end of line"
    content = (
        b"From - Fri Jul 12 09:30:00 2019\n" + one.replace(b"\n>From", b"\n>>From") + b"\n"
        b"From zhang@example.com Fri Jul 12 09:31:00 2019\r\n" + two + b"\r\n"
        b"From MAILER-DAEMON Fri Jul 12 09:32 +0800 2019\n" + three.replace(b">>From", b">>>From")
    )
    assert [each async for each in mbox(intake, tmp_path, content)] == [one, two, three]
    assert await ingested(intake, tmp_path / "box.mbox") != []
    assert intake.decided() == [1, 1, 1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"Subject: bare\n\ntext\n", [b"Subject: bare\n\ntext\n"]),
        (b"From - Fri Jul 12 09:30:00 2019\nSubject: 1\n\ntext\n", [b"Subject: 1\n\ntext\n"]),
    ],
)
async def test_an_mbox_may_be_hardly_one(
    intake: Intake, tmp_path: Path, content: bytes, expected: list[bytes]
) -> None:
    assert [each async for each in mbox(intake, tmp_path, content)] == expected
