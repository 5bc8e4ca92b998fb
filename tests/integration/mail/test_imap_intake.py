"""Mail from the server into the record: nothing lost, nothing twice, whatever the server does meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.mail import MailOutcome
from bot.ports import StorageUnavailable
from bot.work import poll_mail
from bot.work.mailbox import MailboxTrouble
from bot.work.poll_mail import Poller
from config.addresses import MailServer
from handlers.mail.imap import ImapBox
from tests.fakes.dovecot import ADVERTS, JUNK, NEWSLETTERS, VIRUS, Dovecot
from tests.fakes.intake import AHEAD, Intake, campaign_now, mail
from tests.fakes.netease_proxy import Proxy

pytestmark = pytest.mark.needs("dovecot-imapd")

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@dataclass
class Office:
    """The office's mailbox, and the program that reads it; `restart` is a new process."""

    dovecot: Dovecot
    user: str
    server: MailServer
    intake: Intake
    box: ImapBox = field(init=False)

    def start(self) -> None:
        desk = self.intake.open()
        self.box = ImapBox(self.server, f"{self.user}@126.com")
        desk.watch(self.box, 0.1)

    def stop(self) -> None:
        self.box.close()
        self.intake.close()

    async def restart(self) -> None:
        await asyncio.to_thread(self.stop)
        self.start()

    async def hang_up(self) -> None:
        await asyncio.to_thread(self.box.close)

    @property
    def poller(self) -> Poller:
        assert self.intake.desk.poller is not None
        return self.intake.desk.poller

    def deliver(self, *subjects: str, folder: str = "INBOX", at: datetime | None = None) -> None:
        self.dovecot.deliver(self.user, *(mail(each) for each in subjects), folder=folder, at=at)

    def delete(self, *uids: int) -> None:
        """What a person does in the webmail."""
        with self.dovecot.client(self.user) as person:
            person.select_folder("INBOX")
            person.delete_messages(list(uids))
            person.expunge()

    async def poll(self) -> None:
        await self.poller.poll()

    async def taken(self) -> list[str]:
        """The subjects on record after a look, in the order they were kept."""
        await self.poll()
        await self.intake.desk.work()
        assert self.intake.left_over() == []
        return [each.subject for each in self.intake.mails()]


@pytest.fixture
async def office(
    dovecot: Dovecot, proxy: Proxy, user: str, tmp_path: Path, new_sqlite: Callable[[], str]
) -> AsyncIterator[Office]:
    server = replace(dovecot.server(user), port=proxy.port)
    opened = Office(dovecot, user, server, Intake(new_sqlite(), tmp_path / "files"))
    opened.start()
    yield opened
    await asyncio.to_thread(opened.stop)


async def test_a_mail_is_kept_with_its_time_and_flagged(office: Office) -> None:
    office.deliver("申报", at=AT)
    assert await office.taken() == ["申报"]
    (record,) = office.intake.mails()
    assert office.intake.files.get(record.sha256) == mail("申报")
    assert abs(record.arrived_at - (AT + AHEAD)) < timedelta(seconds=1)
    assert record.outcome is MailOutcome.FILED
    assert office.dovecot.contents(office.user) == {1: (mail("申报"), True)}


async def test_a_server_whose_clock_is_fast_makes_no_mail_late(office: Office) -> None:
    office.deliver("x", at=datetime.now(UTC) + timedelta(hours=3))
    await office.poll()
    assert office.intake.mails()[0].arrived_at <= campaign_now()


async def test_mail_is_flagged_only_when_it_is_safe(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver("x")

    async def full(*arguments: object) -> int:
        raise StorageUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(office.poller, "keep", full)
        with pytest.raises(StorageUnavailable):
            await office.poll()
    assert office.dovecot.contents(office.user)[1][1] is False
    assert await office.taken() == ["x"]
    assert office.dovecot.contents(office.user)[1][1] is True


async def test_mail_is_taken_oldest_first_over_all_folders(office: Office) -> None:
    office.deliver("third", at=AT + timedelta(hours=2))
    office.deliver("first", at=AT)
    office.deliver("second", folder=ADVERTS, at=AT + timedelta(hours=1))
    office.deliver("fourth", folder=NEWSLETTERS, at=AT + timedelta(hours=3))
    assert await office.taken() == ["first", "second", "third", "fourth"]


async def test_each_look_takes_what_is_new(office: Office) -> None:
    assert await office.taken() == []
    office.deliver("1", "2")
    assert await office.taken() == ["1", "2"]
    assert await office.taken() == ["1", "2"]
    office.deliver("3")
    assert await office.taken() == ["1", "2", "3"]
    await office.restart()
    office.deliver("4")
    assert await office.taken() == ["1", "2", "3", "4"]
    assert office.intake.decided() == [1, 1, 1, 1]


async def test_mail_in_the_junk_is_marked_and_rescued_when_it_is_ours(office: Office) -> None:
    office.deliver("ours", folder=VIRUS)
    office.deliver("news", folder=NEWSLETTERS)
    assert sorted(await office.taken()) == ["news", "ours"]
    assert {each.subject: each.junk for each in office.intake.mails()} == {"ours": True, "news": False}
    await office.poll()  # after the decision
    assert office.dovecot.contents(office.user, VIRUS) == {}
    assert office.dovecot.contents(office.user) == {1: (mail("ours"), True)}
    assert len(office.dovecot.contents(office.user, NEWSLETTERS)) == 1
    await office.taken()
    assert sorted(office.intake.decided()) == [1, 1]


async def test_different_mails_without_message_id_both_arrive_and_the_same_bytes_once(
    office: Office,
) -> None:
    office.deliver("one", "two", "one")
    assert await office.taken() == ["one", "two"]
    office.deliver("two", folder=JUNK)
    assert await office.taken() == ["one", "two"]
    assert office.intake.decided() == [1, 1]


async def test_a_mail_that_a_person_moves_is_not_taken_twice(office: Office) -> None:
    office.deliver("x", folder=NEWSLETTERS)
    await office.taken()
    with office.dovecot.client(office.user) as person:
        person.select_folder(NEWSLETTERS)
        person.move([1], "INBOX")
    assert await office.taken() == ["x"]
    assert office.intake.decided() == [1]


# numbers that change


async def test_another_uidvalidity_is_read_again_without_doubling(office: Office, dovecot: Dovecot) -> None:
    office.server = dovecot.server(office.user)  # which says when it numbers anew
    await office.restart()
    office.deliver("1", "2")
    await office.taken()
    await office.hang_up()
    office.dovecot.forget_numbers(office.user)
    office.deliver("3")
    assert await office.taken() == ["1", "2", "3"]
    assert office.intake.decided() == [1, 1, 1]


@pytest.mark.parametrize("restarted", [False, True])
async def test_numbers_given_out_anew_in_silence_lose_nothing(office: Office, restarted: bool) -> None:
    office.deliver(*"12345")
    assert await office.taken() == [*"12345"]
    office.delete(1, 2)
    assert await office.taken() == [*"12345"]
    await office.hang_up()
    office.dovecot.forget_numbers(office.user)  # 3, 4 and 5 become 1, 2 and 3
    office.deliver("6")  # takes the number 4, which is on record for another mail
    if restarted:
        await office.restart()
    assert await office.taken() == [*"123456"]
    office.deliver("7")
    assert await office.taken() == [*"1234567"]
    assert office.intake.decided() == [1] * 7


async def test_numbers_given_out_anew_before_the_next_mail_lose_nothing(office: Office) -> None:
    office.deliver(*"12345")
    await office.taken()
    office.delete(1, 2)
    await office.hang_up()
    office.dovecot.forget_numbers(office.user)
    assert await office.taken() == [*"12345"]
    office.deliver("6")
    assert await office.taken() == [*"123456"]


async def test_a_mailbox_replaced_by_another_is_read_from_the_start(office: Office) -> None:
    office.deliver(*"123")
    await office.taken()
    office.delete(1, 2, 3)
    await office.hang_up()
    office.dovecot.forget_numbers(office.user)
    office.deliver(*"abcd")
    assert await office.taken() == [*"123", *"abcd"]


async def test_deleting_mail_costs_nothing(office: Office, proxy: Proxy) -> None:
    office.deliver(*"123")
    await office.taken()
    office.delete(3)
    await office.poll()
    proxy.commands.clear()
    await office.poll()
    assert "UID FETCH" not in proxy.commands


@pytest.mark.parametrize(("age", "hinted"), [(timedelta(days=3), True), (timedelta(days=90), False)])
async def test_a_mailbox_that_seems_to_hide_older_mail_is_hinted_at(
    office: Office, caplog: pytest.LogCaptureFixture, age: timedelta, hinted: bool
) -> None:
    office.deliver("1", "2", at=datetime.now(UTC) - age)
    office.delete(1)
    with caplog.at_level("INFO", "bot.work.poll_mail"):
        await office.taken()
    assert ("收取全部邮件" in caplog.text) is hinted


# messages and lines that fail


@pytest.mark.parametrize("how", ["nothing", "garble", "refuse", "drop"])
async def test_a_message_that_cannot_be_fetched_holds_up_nobody(
    office: Office, proxy: Proxy, how: str
) -> None:
    office.deliver("bad", "good", "better")
    proxy.spoiled[1] = how
    if how == "drop":
        with pytest.raises(MailboxTrouble):
            await office.poll()
    assert await office.taken() == ["good", "better"]
    proxy.spoiled.clear()
    assert await office.taken() == ["good", "better"]  # it rests
    for rest in office.poller._rests.values():
        rest.until = 0
    assert await office.taken() == ["good", "better", "bad"]


async def test_the_office_is_told_of_a_message_that_cannot_be_fetched_until_it_can(
    office: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll_mail, "REST", 0.0)
    office.deliver("bad")
    proxy.spoiled[1] = "refuse"
    for _ in range(2):
        await office.poll()
    assert office.intake.alarms() == ()
    await office.poll()
    assert office.intake.alarms() == ("intake:message",)
    proxy.spoiled.clear()
    assert await office.taken() == ["bad"]
    assert office.intake.alarms() == ()


async def test_a_broken_line_is_taken_up_where_it_broke(office: Office, proxy: Proxy) -> None:
    office.deliver("1")
    await office.taken()
    proxy.cut()
    office.deliver("2")
    with pytest.raises(MailboxTrouble):
        await office.poll()
    assert await office.taken() == ["1", "2"]


# the loop


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - other threads make it true
            await asyncio.sleep(0.02)


async def test_the_loop_takes_mail_until_it_is_stopped(office: Office, proxy: Proxy) -> None:
    desk = office.intake.desk
    running = asyncio.create_task(desk.run())
    office.deliver("1")
    await until(lambda: office.intake.decided() == [1])
    proxy.cut()
    office.deliver("2")
    await until(lambda: office.intake.decided() == [1, 1])
    await until(lambda: desk.trouble == "" and desk.last_read_at is not None)
    desk.stop()
    await asyncio.wait_for(running, 5)


async def test_a_closed_mailbox_alarms_at_once_and_is_left_alone_for_long(
    office: Office, proxy: Proxy
) -> None:
    desk = office.intake.desk
    office.box._identify = False
    office.deliver("1")
    running = asyncio.create_task(desk.run())
    await until(lambda: office.intake.alarms() == ("intake:server:unsafe_login",))
    await asyncio.sleep(0.5)
    assert proxy.connections == 1
    assert "Unsafe Login" in desk.trouble
    with office.intake.database.engine.connect() as connection:
        (text,) = connection.exec_driver_sql("SELECT text FROM alarm").scalars().all()
    assert "Unsafe Login" in text
    desk.stop()
    await asyncio.wait_for(running, 5)
    await office.restart()
    await office.poller._look_safely()
    assert office.intake.alarms() == ()


async def test_a_mailbox_out_of_reach_alarms_after_a_while_and_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = office.box._server
    office.box._server = replace(good, port=1)
    office.poller._since = datetime.now(UTC)
    await office.poller._look_safely()
    assert office.intake.alarms() == ()
    assert office.poller.trouble != ""
    office.poller._since = datetime.now(UTC) - poll_mail.BLIND
    await office.poller._look_safely()
    assert office.intake.alarms() == ("intake:server:blind",)
    office.box._server = good
    await office.poller._look_safely()
    assert (office.intake.alarms(), office.poller.trouble) == ((), "")


async def test_raw_bytes_are_never_changed(office: Office) -> None:
    odd = b"Subject: =?gb2312?B?xr0=?=\r\nFrom: \xc6\xbd <a@b.cn>\r\n\r\n\xc6\xbd\r\n.\r\n.\r\n"
    office.dovecot.deliver(office.user, odd)
    await office.poll()
    (record,) = office.intake.mails()
    assert record.sha256 == hashlib.sha256(odd).hexdigest()
    assert office.intake.files.get(record.sha256) == odd
