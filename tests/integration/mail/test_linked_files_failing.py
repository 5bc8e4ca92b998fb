"""Linked files that cannot be fetched, and stops in between: three tries, nothing lost, nothing left."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.application import Application
from bot.model.mail import Link
from bot.model.message import Channel
from bot.work import linked_files
from bot.work.linked_files import LEASE, PAUSES
from bot.work.workers import Workers
from config.campaign import Campaign
from handlers.mail.fetch_links import TOTAL_SECONDS
from tests.fakes.decks import deck, good
from tests.fakes.link_office import DISK, FILE, LINK, PRELOAD, Service, link_office
from tests.fakes.mail_filing import CONTACT
from tests.fakes.share_host import gives, leads, status, streams

DECK = deck(good())


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(PRELOAD)
    yield made
    made.close()


@pytest.fixture
async def service(
    campaign: Campaign, new_sqlite: Callable[[], str], workers: Workers, tmp_path: Path
) -> AsyncIterator[Service]:
    async with link_office(campaign, new_sqlite(), workers, tmp_path, DECK) as running:
        yield running


@pytest.fixture
def application(service: Service) -> Application:
    return service.office.apply()


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
    assert (service.office.materials(application), service.letters(CONTACT)) == ([], [])
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
    assert (service.office.materials(application), service.letters(CONTACT)) == ([], [])
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
