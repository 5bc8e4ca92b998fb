"""Names of the files that are handed out, and whom they are handed to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.application import Change
from bot.model.message import Channel, File, FormOrder, Mail, PageOrder, SelfCheckOrder, Text
from bot.ports import Store
from bot.work.hand_out import PrintShop, to_keep, token_hash
from config.campaign import Campaign
from storage.database import open_database
from storage.files import DiskFiles
from storage.schema import migrate_engine
from storage.writer import ThreadWriter

NOW = datetime(2026, 7, 10, tzinfo=UTC)
HOLDER = 1


@pytest.fixture
async def shop(campaign: Campaign, tmp_path: Path) -> AsyncIterator[PrintShop]:
    """With one application, "a", held by the first of two people."""
    database = open_database("sqlite://", campaign.id)
    migrate_engine(database.engine)
    writer = ThreadWriter(database)
    writer.start()

    def begin(store: Store) -> None:
        for userid in ("zhangmin", "liqiang"):
            store.visitor(Channel.WECOM, userid, "", NOW)
        store.start("a", HOLDER, campaign.stages[0].id, NOW)

    await writer.run(begin)
    yield PrintShop(campaign, writer, DiskFiles(tmp_path), "https://example.com", lambda: NOW, NOW.date)
    writer.stop()
    database.close()


async def call_it(shop: PrintShop, unit: str) -> None:
    field = shop.campaign.form.unit_field
    change = Change(field, unit, "")
    await shop.writer.run(
        lambda store: store.revise("a", {field: unit}, [change], "", HOLDER, Channel.WECOM, NOW)
    )


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("宝丰县司法局", "申报表_宝丰县司法局.docx"),
        ('../../etc:*?"<>|\\局', "申报表_....etc局.docx"),
        ("局\u202efdp.exe\x00\n", "申报表_局fdp.exe.docx"),
        ("长" * 60, f"申报表_{'长' * 40}.docx"),
        ("///", "申报表_2019-001.docx"),
    ],
)
async def test_file_is_named_by_its_unit_without_what_a_disk_would_read_into_it(
    shop: PrintShop, unit: str, name: str
) -> None:
    await call_it(shop, unit)
    sheet = await shop.form("a")
    assert sheet is not None
    assert (sheet.name, sheet.code) == (name, "")


async def test_orders_are_carried_out_for_the_holder_only(shop: PrintShop) -> None:
    form = await shop.prepare(FormOrder("a"), HOLDER)
    page = await shop.prepare(PageOrder("a", HOLDER), HOLDER)
    assert isinstance(form, File)
    assert isinstance(page, Text)
    token = page.text.rpartition("/u/")[2]
    found = await shop.writer.run(lambda store: store.page(token_hash(token), NOW))
    assert found is not None
    assert (found[0].id, found[1]) == ("a", HOLDER)
    for person in (HOLDER + 1, None):
        assert await shop.prepare(FormOrder("a"), person) is None
        assert await shop.prepare(PageOrder("a", HOLDER), person) is None
    assert await shop.prepare(FormOrder("gone"), HOLDER) is None


async def test_other_bodies_pass_as_they_are(shop: PrintShop) -> None:
    assert await shop.prepare(Text("您好"), None) == Text("您好")


async def test_mail_goes_with_what_its_receiver_may_have(shop: PrintShop) -> None:
    orders = (FormOrder("a"), SelfCheckOrder("a", HOLDER), PageOrder("a", HOLDER), FormOrder("gone"))
    mail = Mail("回执", "已收到。\n", "<a@b>", orders=orders, files=(File("0" * 64, "通知.pdf"),))
    made = await shop.prepare(mail, HOLDER)
    assert isinstance(made, Mail)
    assert [file.name for file in made.files] == ["通知.pdf", "申报表_2019-001.docx", "自查表.docx"]
    text, _, token = made.text.strip().rpartition("/u/")
    assert text == "已收到。\n\n您的申报页面（请勿转发）：https://example.com"
    assert await shop.writer.run(lambda store: store.page(token_hash(token), NOW)) is not None
    assert made == replace(mail, text=made.text, files=made.files, orders=())
    for person in (HOLDER + 1, None):
        assert await shop.prepare(mail, person) == replace(mail, orders=())


async def test_address_of_a_page_does_not_stay_in_the_outbox(shop: PrintShop) -> None:
    mail = Mail("回执", "已收到。", "<a@b>", orders=(FormOrder("a"), PageOrder("a", HOLDER)))
    made = await shop.prepare(mail, HOLDER)
    assert isinstance(made, Mail)
    kept = replace(mail, orders=(PageOrder("a", HOLDER),), files=made.files)
    assert to_keep(mail, made) == kept
    form = await shop.prepare(FormOrder("a"), HOLDER)
    assert to_keep(FormOrder("a"), form) == form
    assert to_keep(PageOrder("a", HOLDER), await shop.prepare(PageOrder("a", HOLDER), HOLDER)) is None
    for body in (Text("您好"), File("0" * 64, "a.pdf"), Mail("回执", "已收到。", "<a@b>")):
        assert to_keep(body, await shop.prepare(body, HOLDER)) is None
