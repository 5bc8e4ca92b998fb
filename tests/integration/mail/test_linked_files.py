"""Linked files from a filed mail to the register: a real database, files, workers and HTTPS."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.application import Application
from bot.model.mail import FileKind, Link, MailOutcome, MaterialState, Trust
from bot.work.workers import Workers
from config.campaign import Campaign
from tests.fakes.decks import deck, good
from tests.fakes.link_office import DISK, FILE, LINK, PRELOAD, Service, link_office
from tests.fakes.mail_filing import CONTACT, LATE, STRANGER
from tests.fakes.share_host import gives

DECK = deck(good())
SHA = hashlib.sha256(DECK).hexdigest()


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
    (told,) = service.letters(CONTACT)
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
    assert "已收到，尚未采用" in service.letters(CONTACT)[-1]
    assert "回复本邮件“用新版”" in service.letters(CONTACT)[-1]


async def test_first_file_of_a_stranger_with_the_number_is_doubtful_and_tells_nothing_more(
    service: Service, application: Application
) -> None:
    service.filed(LINK, sender=STRANGER, subject=f"申报 {application.receipt}")
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.state, material.doubtful) == (MaterialState.REGISTERED, True)
    (told,) = service.letters(STRANGER)
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
    (told,) = service.letters(CONTACT)
    assert "·材料.zip / 材料 / 报告.pptx（" in told


async def test_file_that_is_fetched_after_the_deadline_is_late(
    service: Service, application: Application
) -> None:
    service.filed(LINK)
    service.office.now = LATE
    assert await service.work() == 1
    (material,) = service.office.materials(application)
    assert (material.at, material.late) == (LATE, True)
    (told,) = service.letters(CONTACT)
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
    assert len(service.letters(CONTACT)) == 2
    assert len(service.office.materials(application)) == 1
    assert service.state() == ["fetched", "fetched"]


async def test_quarantined_mail_is_not_fetched_for(service: Service) -> None:
    settled = service.office.receive(STRANGER, trust=Trust.PASSED, links=(LINK,))
    assert settled.outcome is MailOutcome.QUARANTINE
    assert (await service.work(), service.host.asked) == (0, [])
