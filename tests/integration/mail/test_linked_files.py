"""Linked files from a filed mail to the register: a real database, files, workers and HTTPS."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.documents.inspect_file import inspect
from bot.mail.wording import Wording
from bot.model.application import Application
from bot.model.mail import FileKind, Link, MailOutcome, MaterialState, Trust
from bot.model.message import Channel
from bot.work import linked_files
from bot.work.alarms import Alarms
from bot.work.linked_files import LEASE, PAUSES, LinkDesk
from bot.work.open_mail import MailOpener
from bot.work.register_link import register_link
from bot.work.workers import Workers
from config.campaign import Campaign
from handlers.mail.fetch_links import TOTAL_SECONDS, LinkFetcher
from handlers.mail.linked_parts import linked_parts
from handlers.mail.read import read_mail
from storage.files import DiskFiles
from tests.fakes.decks import deck, good
from tests.fakes.mail_filing import CONTACT, LATE, STRANGER, Office
from tests.fakes.share_host import ShareHost, client_tls, gives, leads, says, share_host, status, streams

PREPARE = "mail.163.com/filehub/bg/dl/prepare"
FILE = "fs.163.com/files/1"
DECK = deck(good())
SHA = hashlib.sha256(DECK).hexdigest()
LINK = Link(
    "https://mail.163.com/large-attachment-download/index.html?file=KEY", "mail.163.com", "申报报告.pptx"
)
DISK = Link("https://pan.baidu.com/s/1abc", "pan.baidu.com", "申报报告.pptx")


@dataclass
class Service:
    """An office with its link desk; `restart` gives another one over the same data."""

    office: Office
    host: ShareHost
    workers: Workers
    root: Path

    def __post_init__(self) -> None:
        self.files = DiskFiles(self.root / "files")
        self.folder = self.root / "links"
        self.told = 0
        self.fetchers: list[LinkFetcher] = []
        self.restart()

    def restart(self) -> LinkDesk:
        campaign = self.office.campaign
        opener = MailOpener(self.files, self.workers, read_mail, inspect, Path(campaign.folder))
        names, tls = self.host.resolver(), client_tls()
        self.fetchers.append(LinkFetcher(names, tls, lambda address: address == "127.0.0.1"))
        self.desk = LinkDesk(
            self.office.writer,
            opener,
            Alarms(self.office.writer, "", lambda: self.office.machine),
            self.fetchers[-1],
            linked_parts,
            partial(register_link, self.office.desk, lambda: self.office.now),
            Wording(campaign),
            self.folder,
            lambda: self.office.machine,
            self._done,
        )
        return self.desk

    def _done(self) -> None:
        self.told += 1

    async def work(self) -> int:
        """Look until no link's turn has come; how many were dealt with."""
        count = 0
        while await self.desk.look():
            count += 1
        return count

    def filed(self, *links: Link, sender: str = CONTACT, trust: Trust = Trust.PASSED, **more: Any) -> None:
        settled = self.office.receive(sender, trust=trust, links=links, **more)
        assert settled.outcome is MailOutcome.FILED

    def state(self) -> list[str]:
        return [row["value"] for row in self.office.table("setting") if row["key"].startswith("link:")]

    def alarms(self) -> list[str]:
        """The texts of those about links that were not fetched."""
        return [row["text"] for row in self.office.table("alarm") if row["kind"].startswith("link_fetch:")]

    def pass_time(self, by: timedelta) -> None:
        self.office.machine += by


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(("handlers.mail.linked_parts", "bot.documents.inspect_file"))
    yield made
    made.close()


@pytest.fixture
async def service(
    campaign: Campaign, new_sqlite: Callable[[], str], workers: Workers, tmp_path: Path
) -> AsyncIterator[Service]:
    office = Office(campaign, new_sqlite())
    async with share_host() as host:
        host.answers |= {PREPARE: says({"data": {"downloadUrl": f"https://{FILE}"}}), FILE: gives(DECK)}
        running = Service(office, host, workers, tmp_path)
        yield running
        for fetcher in running.fetchers:
            await fetcher.close()
    office.close()


@pytest.fixture
def application(service: Service) -> Application:
    return service.office.apply()


def letters(service: Service, address: str) -> list[str]:
    """What mails of ours say beyond the receipt."""
    return [letter.text for letter in service.office.letters(address)][1:]


async def test_linked_deck_is_registered_and_its_sender_and_the_holder_are_told(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.kind, material.state, material.sha256, material.source, material.doubtful) == (
        FileKind.DECK, MaterialState.REGISTERED, SHA, "link:1", False,
    )  # fmt: skip
    assert (material.at, material.late, material.name) == (service.office.now, False, "申报报告.pptx")
    assert service.files.get(SHA) == DECK
    assert service.office.application(application.id).dossier["deck"] == SHA
    (told,) = letters(service, CONTACT)
    assert "下载链接“申报报告.pptx”，文件现已取回：\n·申报报告.pptx（" in told
    assert f"校验码{SHA[:8]}）：已登记为申报报告（第1版）。" in told
    receipt, letter = service.office.letters(CONTACT)
    assert (letter.in_reply_to, letter.subject) == (receipt.in_reply_to, receipt.subject)
    assert letter.message_id != receipt.message_id
    (pushed,) = service.office.pushed()
    assert told.startswith(pushed)
    assert (service.told, service.state(), service.alarms()) == (1, ["fetched"], [])


async def test_fetched_link_is_never_asked_for_again(service: Service, application: Application) -> None:
    service.filed(LINK)
    assert await service.work() == 1
    service.pass_time(timedelta(days=9))
    service.restart()
    assert await service.work() == 0
    assert service.host.files == [FILE]
    assert service.office.run(lambda store: store.linked_mail(0, 9)) == []
    assert len(service.office.materials(application)) == 1


async def test_file_from_an_unproven_sender_waits_and_the_contact_is_asked(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    assert await service.work() == 1
    other = deck(good(agenda=True))
    service.host.answers[FILE] = gives(other)
    before = len(service.office.pushed())
    service.filed(LINK, trust=Trust.FAILED, subject="新的一版")
    assert await service.work() == 1
    first, second = service.office.materials(application)
    assert (first.state, second.state, second.doubtful) == (
        MaterialState.REGISTERED,
        MaterialState.PENDING,
        True,
    )
    assert service.office.application(application.id).dossier["deck"] == SHA
    (asked,) = service.office.pushed()[before:]
    assert "这封邮件是您发的吗？" in asked
    assert "已收到，尚未采用" in letters(service, CONTACT)[-1]
    assert "回复本邮件“用新版”" in letters(service, CONTACT)[-1]


async def test_first_file_of_a_stranger_with_the_number_is_doubtful_and_tells_nothing_more(
    service: Service, application: Application
) -> None:
    service.filed(LINK, sender=STRANGER, subject=f"申报 {application.receipt}")
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.state, material.doubtful) == (MaterialState.REGISTERED, True)
    (told,) = letters(service, STRANGER)
    assert "未能核实发件人" in told
    assert application.values["unit_name"] not in told


async def test_deck_in_a_linked_archive_is_registered(service: Service, application: Application) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("材料/报告.pptx", DECK)
        archive.writestr("材料/说明.txt", "说明")
    service.host.answers[FILE] = gives(packed.getvalue(), "application/zip")
    service.filed(Link(LINK.url, LINK.host, "材料.zip"))
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.kind, material.sha256, material.name) == (FileKind.DECK, SHA, "报告.pptx")
    (told,) = letters(service, CONTACT)
    assert "·材料.zip / 材料 / 报告.pptx（" in told


async def test_file_that_is_fetched_after_the_deadline_is_late(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    service.office.now = LATE
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.at, material.late) == (LATE, True)
    (told,) = letters(service, CONTACT)
    assert "取回时已超过通知规定的报送时间" in told
    assert [row["what"] for row in service.office.table("late_attempt")] == ["link"]


async def test_mail_from_a_junk_folder_is_not_answered(service: Service, application: Application) -> None:
    service.filed(LINK, junk=True)
    assert await service.work() == 1
    assert len(service.office.materials(application)) == 1
    assert service.office.letters(CONTACT) == []


async def test_net_disks_are_left_alone_and_the_mail_is_closed(
    service: Service, application: Application
) -> None:
    service.filed(DISK)
    assert await service.work() == 0
    assert service.office.run(lambda store: store.linked_mail(0, 9)) == []
    assert (service.host.asked, service.alarms()) == ([], [])


async def test_each_link_of_a_mail_is_fetched_and_told_of(service: Service, application: Application) -> None:
    second = Link(LINK.url.replace("KEY", "KEY2"), LINK.host, "申报报告二.pptx")
    service.filed(LINK, DISK, second, LINK)
    assert await service.work() == 2
    assert len(letters(service, CONTACT)) == 2
    assert len(service.office.materials(application)) == 1
    assert service.state() == ["fetched", "fetched"]


async def test_quarantined_mail_is_not_fetched_for(service: Service) -> None:
    settled = service.office.receive(STRANGER, trust=Trust.PASSED, links=(LINK,))
    assert settled.outcome is MailOutcome.QUARANTINE
    assert (await service.work(), service.host.asked) == (0, [])


# failures


async def test_failure_is_tried_three_times_with_growing_pauses_then_staff_know(
    service: Service, application: Application
) -> None:
    service.host.answers[FILE] = status(404)
    service.filed(LINK)
    for number, pause in enumerate(PAUSES, 1):
        assert (await service.work(), len(service.host.files)) == (1, number)
        service.pass_time(pause - timedelta(seconds=1))
        assert (await service.work(), service.alarms()) == (0, [])
        service.pass_time(timedelta(seconds=1))
    assert (await service.work(), len(service.host.files)) == (1, 3)
    assert service.alarms() == [
        f"第1号邮件（申报{application.number}）的下载链接（mail.163.com）没有取回："
        "对方没有提供文件，可能已过期、被删除或需要登录。请联系申报单位改发附件或在申报页面上传，或人工下载后补登。"
    ]
    service.pass_time(timedelta(days=30))
    service.restart()
    assert (await service.work(), len(service.host.files)) == (0, 3)
    assert (service.office.materials(application), letters(service, CONTACT)) == ([], [])
    assert (service.office.pushed(), list(service.folder.iterdir())) == ([], [])


async def test_second_try_may_succeed(service: Service, application: Application) -> None:
    service.host.answers[FILE] = status(503)
    service.filed(LINK)
    assert await service.work() == 1
    service.host.answers[FILE] = gives(DECK)
    service.pass_time(PAUSES[0])
    assert await service.work() == 1
    assert len(service.office.materials(application)) == 1
    assert service.alarms() == []


async def test_no_try_is_made_after_the_expiry(service: Service, application: Application) -> None:
    expires = service.office.machine + timedelta(minutes=5)
    service.host.answers[FILE] = status(404)
    service.filed(Link(LINK.url, LINK.host, LINK.name, None, expires))
    assert await service.work() == 1
    assert (service.state(), len(service.alarms())) == (["failed"], 1)  # the next try would be too late
    service.filed(Link(LINK.url, LINK.host, LINK.name, None, service.office.machine), subject="再发")
    assert (await service.work(), len(service.host.files)) == (1, 1)
    assert "链接已过期" in service.alarms()[1]


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><body>\xe8\xaf\xb7\xe7\x99\xbb\xe5\xbd\x95</body></html>",
        b'{"code": 400}',
        b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
        b"",
    ],
)
async def test_page_that_calls_itself_a_file_is_no_file(
    service: Service, application: Application, content: bytes
) -> None:
    service.host.answers[FILE] = gives(content, "application/vnd.ms-powerpoint")
    service.filed(LINK)
    assert await service.work() == 1
    assert (service.office.materials(application), letters(service, CONTACT)) == ([], [])
    assert service.state()[0].startswith("1 ")


async def test_redirect_to_this_machine_leaves_all_as_it_was(
    service: Service, application: Application
) -> None:
    service.host.answers[FILE] = leads(f"https://127.0.0.1:{service.host.port}/secret")
    service.filed(LINK)
    assert await service.work() == 1
    assert (service.host.files, service.office.materials(application)) == ([FILE], [])


async def test_too_large_a_file_is_not_tried_again(
    service: Service, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_files, "LARGEST", 1000)
    service.filed(LINK)
    assert await service.work() == 1
    assert (service.state(), len(service.alarms())) == (["failed"], 1)
    assert "文件超过2GB" in service.alarms()[0]
    assert list(service.folder.iterdir()) == []


async def test_full_disk_is_tried_again(
    service: Service, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_files, "SPARE", 1 << 60)
    service.filed(LINK)
    assert await service.work() == 1
    assert (service.host.asked, service.state()[0][:2], service.alarms()) == ([], "1 ", [])


# stops in between


async def until_it_streams(service: Service) -> None:
    while not any(path.stat().st_size for path in service.folder.rglob("unfinished")):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_cancelled_download_is_taken_up_at_the_next_start(
    service: Service, application: Application
) -> None:
    service.host.answers[FILE] = streams(DECK[:70_000], asyncio.Event())
    service.filed(LINK)
    running = asyncio.create_task(service.desk.run())
    await until_it_streams(service)
    service.desk.stop()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (service.state(), list(service.folder.iterdir())) == ([""], [])
    service.host.answers[FILE] = gives(DECK)
    service.restart()
    assert await service.work() == 1
    assert len(service.office.materials(application)) == 1


async def test_killed_download_is_taken_up_when_its_lease_ends_and_leaves_nothing(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    (mail,) = service.office.run(lambda store: store.linked_mail(0, 9))
    due = linked_files.Due(mail, LINK, 0, "")
    assert await service.desk._claim(due)  # as far as a process came that was killed
    left = service.folder / hashlib.sha256(due.key.encode()).hexdigest()[:32]
    left.mkdir(parents=True)
    (left / "unfinished").write_bytes(os.urandom(99))
    service.restart()
    assert await service.work() == 0
    service.pass_time(LEASE)
    assert await service.work() == 1
    assert (len(service.office.materials(application)), list(service.folder.iterdir())) == (1, [])


async def test_download_that_is_killed_three_times_is_told_to_staff(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    (mail,) = service.office.run(lambda store: store.linked_mail(0, 9))
    state = ""
    for tries in range(3):
        assert await service.desk._claim(linked_files.Due(mail, LINK, tries, state))
        (state,) = service.state()
    service.pass_time(LEASE)
    assert (await service.work(), service.host.asked, service.state()) == (1, [], ["failed"])
    assert "下载几次被中断" in service.alarms()[0]


async def test_two_processes_do_not_fetch_the_same_link(service: Service, application: Application) -> None:
    service.filed(LINK)
    (mail,) = service.office.run(lambda store: store.linked_mail(0, 9))
    due = linked_files.Due(mail, LINK, 0, "")
    assert [await service.desk._claim(due), await service.desk._claim(due)] == [True, False]


async def test_desk_works_through_many_mails_and_stops(service: Service, application: Application) -> None:
    for number in range(linked_files.PAGE + 2):
        service.filed(DISK, subject=f"第{number}封", sender=CONTACT)
    service.filed(LINK, subject="最后一封")
    done = asyncio.Event()
    service.desk.done = done.set
    running = asyncio.create_task(service.desk.run())
    await asyncio.wait_for(done.wait(), 30)
    service.desk.stop()
    await asyncio.wait_for(running, 5)
    assert len(service.office.materials(application)) == 1
    assert service.office.rows(Channel.WECOM) != []


def test_lease_outlasts_a_try() -> None:
    assert LEASE.total_seconds() - 60 > TOTAL_SECONDS + linked_files.UNPACK_SECONDS
