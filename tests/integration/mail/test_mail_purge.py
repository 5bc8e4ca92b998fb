"""What a purge leaves of an application's mail, and what it must not take from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.model.application import Application
from bot.model.mail import Trust, Upload
from bot.ports import Store
from config.campaign import Campaign
from storage.export import purge_application
from storage.files import DiskFiles
from tests.fakes.conversation import FORM
from tests.fakes.mail_filing import CONTACT, Office, deck, form

STRANGER = "passer-by@qq.com"
OTHER = "other@unit.example"
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    opened = Office(campaign, new_sqlite())
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files")


def _found(office: Office, *words: str) -> list[tuple[str, str]]:
    """The tables and columns in which one of the words stands."""
    tables = ("mail", "mail_file", "mail_sent", "outbox", "material", "upload", "alarm", "setting")
    return [
        (name, column)
        for name in tables
        for row in office.table(name)
        for column, value in row.items()
        if isinstance(value, str) and any(word in value for word in words)
    ]


def test_purge_leaves_nothing_of_mail(office: Office, files: DiskFiles) -> None:
    application = office.apply()
    printed = office.print(application)
    other = office.apply("other", unit_name="叶县林业局", applicant_unit="叶县林业局", contact_email=OTHER)
    office.receive(
        CONTACT,
        deck("ours", "机密.pptx"),
        text="机密",
        trust=Trust.PASSED,
        full_text="机密",
        sender_name="机密",
        to=("机密@a.example",),
    )
    office.receive(STRANGER, deck("theirs", "机密.pptx"), subject=f"机密 {application.receipt}")
    office.receive(STRANGER, form({**FORM, "contact_name": "机密"}), subject=application.receipt)
    disagreeing = f"机密 打印码 {printed.code} {other.receipt}"
    assert office.receive(CONTACT, subject=disagreeing).outcome == "quarantine"
    assert _found(office, "机密", CONTACT, STRANGER) != []
    purge_application(office.database, files, application.number, NOW)
    assert _found(office, "机密", CONTACT, STRANGER) == []
    assert {row["state"] for row in office.table("outbox")} == {"cancelled"}


def test_purge_takes_nothing_that_another_application_has_too(office: Office, files: DiskFiles) -> None:
    mine = office.apply()
    other = office.apply("other", unit_name="叶县林业局", contact_email=OTHER)
    page, video = files.put(b"a page of the deck"), files.put(b"a video")
    for number, (sender, application) in enumerate(((CONTACT, mine), (OTHER, other))):
        office.receive(sender, deck("the same"), trust=Trust.PASSED)
        (kept,) = office.materials(application)
        office.run(partial(_set_pictures, kept.id, page))
        upload = Upload(
            f"{number:032x}", application.id, application.holder, "v.mp4", 7, 7, NOW, video, "kept"
        )
        office.run(partial(_add_upload, upload))
    untouched = office.receive(OTHER, text="我们的")
    purge_application(office.database, files, mine.number, NOW)
    assert (files.get(page), files.get(video)) == (b"a page of the deck", b"a video")
    assert _kept_of(office, other) == [1, 1, 2]
    assert untouched.application == other.id


def _set_pictures(material: int, page: str, store: Store) -> None:
    store.set_pictures(material, [page])


def _add_upload(upload: Upload, store: Store) -> None:
    store.add_upload(upload)


def _kept_of(office: Office, application: Application) -> list[int]:
    rows = {name: office.table(name) for name in ("material", "upload", "mail")}
    return [sum(row["application"] == application.id for row in kept) for kept in rows.values()]
