"""Databases with something in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.answers import ApprovedAnswer
from bot.model.application import AuditEntry, Change, Printed
from bot.model.console import ConsoleSession, Device
from bot.model.edits import ContactCard, Edit
from bot.model.long_work import LongWork, Made, WorkState
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    MailFile,
    MailOutcome,
    Material,
    MaterialState,
    ParsedMail,
    Part,
    Settled,
    Upload,
)
from bot.model.message import Channel, Delivery, File, Inbound, Kind, Outcome, Text
from bot.model.staff import Invitation, Meant, Notice, NoticeState, Package, Paper, Role
from bot.ports import Draft, Store
from storage.database import Database, open_database
from storage.files import DiskFiles
from storage.writer import ThreadWriter
from tests.fakes.filled_results import fill_results
from tests.fakes.filled_rounds import fill_rounds
from tests.fakes.filled_sheets import fill_sheets
from tests.fakes.visiting import fill_visits

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
REGISTERED = MaterialState.REGISTERED
MINE, OTHER = "a" * 16, "b" * 16

SIGNED = hashlib.sha256(b"signed by both").hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files")


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest, files: DiskFiles) -> str:
    """Two applications of two people, with all that hangs on them."""
    make: Callable[[], str] = request.getfixturevalue(
        "new_sqlite" if request.param == "sqlite" else "new_postgres"
    )
    url = make()
    database = open_database(url, "spring-2031")
    writer = ThreadWriter(database)
    writer.start()
    for unit in ("甲局", "乙局"):
        files.put(unit.encode())  # the raw mail
    assert files.put(b"signed by both") == SIGNED
    writer.run_blocking(lambda store: fill(store, MINE, "zhangsan", "张三", "甲局", files.put(b"mine")))
    writer.run_blocking(lambda store: fill(store, OTHER, "lisi", "李四", "乙局", files.put(b"other")))
    writer.stop()
    database.close()
    return url


@pytest.fixture
def filled(filled_url: str) -> Iterator[Database]:
    database = open_database(filled_url, "spring-2031")
    yield database
    database.close()


def fill(store: Store, application: str, address: str, name: str, unit: str, sha256: str) -> None:
    """Every table gets a row. All values of a person contain their unit's name."""
    person = store.visitor(Channel.WECOM, address, name, NOW).person.id
    store.start(application, person, "draft", NOW)
    store.revise(
        application,
        {"unit_name": unit},
        [Change("unit_name", unit, f"{unit}前")],
        unit,
        person,
        Channel.WECOM,
        NOW,
    )
    store.record(
        Inbound(Channel.WECOM, address, Kind.TEXT, f"{unit}说", NOW, f"{address}:1"), person, [f"{unit}答"]
    )
    store.save_dialogue(person, f'{{"last": "{unit}"}}', NOW)
    store.queue(
        [
            Draft(f"{address}:1:0", Channel.WECOM, person, address, Text(f"{unit}收到")),
            Draft(f"{address}:1:1", Channel.WECOM, person, address, File(sha256, "form.docx")),
        ],
        NOW,
    )
    store.note(person, "takeover_asked", {"application": application, "unit": unit}, NOW)
    store.question(person, "截止时间", ["3.1"], False, NOW)
    store.late_attempt(application, person, "submit", f"{unit}提交", NOW)
    store.add_print(Printed(application, "version", f"CODE-{address}", sha256, NOW))
    store.add_page(f"token-{address}", application, person, NOW + timedelta(days=30))
    store.audit([AuditEntry("revise", application, person, "wecom", {"field": "unit_name"})], NOW)
    store.alarm(f"kind-{address}", "请检查", NOW)
    store.unreachable(Channel.WECOM, address, 81013, NOW)
    store.set_setting(f"key-{address}", "value")
    store.keep_answer(
        ApprovedAnswer(
            person, 1, "当天算吗", ("几点止",), "算", ("3.1",), "王主任", date(2031, 3, 1), "", True, "", NOW
        )
    )
    store.tell_answer(person, 1, person, NOW)
    fill_mail(store, application, person, address, unit, sha256)
    fill_staff(store, application, person)
    fill_visits(store, application, person, unit, NOW)
    fill_sheets(store, application, person, unit, sha256)
    fill_results(store, application, person, unit, SIGNED)
    fill_rounds(store, application, person, unit)
    fill_console(store, application, person)


def fill_staff(store: Store, application: str, person: int) -> None:
    """The person as a member of a body: an order, a package, a paper form, a notice and its copy."""
    body = f"body{person}"
    store.add_member(person, Role.BODY, body, False, NOW)
    store.invite(f"hash{person}", Invitation(Role.BODY, body, True, "副手", NOW))
    store.set_ranking(body, [application])
    sent = {"order": [{"rank": 1, "application": application}]}
    store.add_package(Package(0, body, "2031-B1", False, False, person, NOW, sent))
    store.add_paper(Paper(application, f"CODE{person}", "王五", person, NOW))
    store.set_cutoff(body, date(2031, 3, 18))
    draft = Notice(0, "通知", "请确认", {}, False, person, NOW, NoticeState.DRAFT)
    notice = store.add_notice(draft)
    store.add_delivery(notice.id, person, "wecom", "someone", f"notice:{notice.id}")
    store.list_recipients(notice.id, Meant(speaks=True, speaks_for=(body,)))


def fill_console(store: Store, application: str, person: int) -> None:
    """The person at the console: a session, a link, a note; an edit of the campaign, and their telephone."""
    store.add_session(ConsoleSession(f"session{person}", person, NOW, NOW, Device.DESKTOP))
    store.add_console_link(f"link{person}", person, NOW + timedelta(minutes=10))
    store.add_edit(Edit(0, "campaign/contact/phone", '"1"', None, "换号", person, NOW))
    store.set_card(ContactCard(person, "0375-2663225", "上午在"))
    store.add_clerical_note(application, person, "来电询问", NOW)
    kept = (NOW, NOW, NOW + timedelta(hours=1))
    work = LongWork(f"work{person}", "export", person, "导出Excel", "/", WorkState.DONE, "", 1, 1, "", *kept)
    store.add_work(work)
    store.end_work(work.id, WorkState.DONE, "", Made("汇总表.xlsx", "application/zip", b"PK"), NOW)
    address = f"lost{person}"
    store.queue([Draft(f"{address}:0", Channel.MAIL, None, address, Text("没有送达"))], NOW)
    [lost] = [
        one for one in store.claim_due(Channel.MAIL, "me", NOW, 9) if one.outgoing.addresses == (address,)
    ]
    store.settle(lost.id, "me", Delivery(Outcome.FAILED, 550, "no such box"), NOW)
    store.see_to_delivery(lost.id, person, NOW)


def fill_mail(store: Store, application: str, person: int, address: str, unit: str, sha256: str) -> None:
    """A mail with a deck, our answer to it, and an upload."""
    raw = hashlib.sha256(unit.encode()).hexdigest()
    mail, _ = store.keep_mail(Arrival("box", "INBOX", 1, person, raw, 9, NOW, NOW))
    part = Part(f"{unit}.pptx", (), 4, sha256, "pptx")
    parsed = ParsedMail(f"<{address}@a>", f"{address}@a.cn", unit, text=f"{unit}报送", parts=(part,))
    files = (MailFile(part, FileKind.DECK, FileState.REGISTERED),)
    settled = Settled(MailOutcome.FILED, application=application, files=files, reply=f"{unit}收到")
    store.settle_mail(mail, parsed, settled)
    store.sent_mail(f"<{address}.1@b>", application, f"{address}@a.cn")
    store.add_material(
        Material(
            0, application, FileKind.DECK, 0, sha256, f"{unit}.pptx", 4, "pptx", REGISTERED, "mail:1", NOW
        )
    )
    store.add_upload(Upload(f"{person:032x}", application, person, f"{unit}.pptx", 4, 4, NOW, sha256))
