"""The contract of what is remembered of mail, of materials and of uploads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.model.application import Change
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    MailFile,
    MailOutcome,
    Matched,
    Material,
    MaterialState,
    ParsedMail,
    Part,
    Settled,
    Upload,
)
from bot.model.message import Channel, Text
from bot.ports import Draft, Store
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
APPLICATION = "a" * 16
FIRST = Arrival("box@a.cn", "INBOX", 1, 7, "1" * 64, 900, NOW, NOW + timedelta(minutes=1))
DECK = Material(
    0,
    APPLICATION,
    FileKind.DECK,
    0,
    "d" * 64,
    "报告.pptx",
    70,
    "pptx",
    MaterialState.REGISTERED,
    "mail:1",
    NOW,
)


def begin(store: Store, address: str = "zhangsan") -> int:
    person = store.visitor(Channel.WECOM, address, "张三", NOW).person.id
    store.start(APPLICATION, person, "draft", NOW)
    return person


def keep(arrival: Arrival, store: Store) -> int:
    return store.keep_mail(arrival)[0]


def settle(mail: int, parsed: ParsedMail, settled: Settled, store: Store) -> None:
    store.settle_mail(mail, parsed, settled)


def add(material: Material, store: Store) -> Material:
    return store.add_material(material)


def open_upload(upload: Upload, store: Store) -> None:
    store.add_upload(upload)


def test_message_is_kept_once_per_place(writer: ThreadWriter) -> None:
    first = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    again = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    assert (first[1], again) == (True, (first[0], False))
    assert writer.run_blocking(lambda store: store.places("box@a.cn", "INBOX", 1)) == {7}
    assert writer.run_blocking(lambda store: store.places("box@a.cn", "INBOX", 2)) == set()


def test_same_bytes_elsewhere_are_the_same_mail_and_are_not_fetched_again(writer: ThreadWriter) -> None:
    first, _ = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    copy = replace(FIRST, folder="垃圾邮件", uid=3, junk=True)
    assert writer.run_blocking(lambda store: store.keep_mail(copy)) == (first, False)
    assert writer.run_blocking(lambda store: store.places("box@a.cn", "垃圾邮件", 1)) == {3}
    assert writer.run_blocking(lambda store: store.has_mail("1" * 64)) is True


def test_number_given_to_another_message_is_that_message(writer: ThreadWriter) -> None:
    first, _ = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    other, is_new = writer.run_blocking(lambda store: store.keep_mail(replace(FIRST, sha256="2" * 64)))
    assert (other != first, is_new) == (True, True)
    assert [mail.id for mail in writer.run_blocking(lambda store: store.open_mail(9))] == [first, other]


def test_open_mail_comes_oldest_first_until_it_is_settled(writer: ThreadWriter) -> None:
    later = replace(FIRST, uid=8, sha256="2" * 64, arrived_at=NOW + timedelta(hours=1))
    earlier = replace(FIRST, uid=9, sha256="3" * 64, arrived_at=NOW - timedelta(hours=1))
    ids = [writer.run_blocking(partial(keep, it)) for it in (FIRST, later, earlier)]
    opened = writer.run_blocking(lambda store: store.open_mail(9))
    assert [mail.id for mail in opened] == [ids[2], ids[0], ids[1]]
    assert len(writer.run_blocking(lambda store: store.open_mail(2))) == 2
    quarantine = Settled(MailOutcome.QUARANTINE, "unknown")
    writer.run_blocking(lambda store: store.settle_mail(ids[2], ParsedMail(sender="a@b.cn"), quarantine))
    assert [mail.id for mail in writer.run_blocking(lambda store: store.open_mail(9))] == ids[:2]
    kept = writer.run_blocking(lambda store: store.mail(ids[2]))
    assert kept is not None
    assert (kept.outcome, kept.reason, kept.sender) == (MailOutcome.QUARANTINE, "unknown", "a@b.cn")


def test_attempts_are_counted(writer: ThreadWriter) -> None:
    mail, _ = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    counted = [writer.run_blocking(lambda store: store.count_attempt(mail, "timeout")) for _ in range(3)]
    assert counted == [1, 2, 3]


def test_settling_again_replaces_the_attachments(writer: ThreadWriter) -> None:
    mail, _ = writer.run_blocking(lambda store: store.keep_mail(FIRST))
    part = Part("报告.pptx", ("资料.zip",), 70, "d" * 64, "pptx")
    files = (MailFile(part, FileKind.DECK, FileState.REGISTERED),)
    for outcome in (MailOutcome.QUARANTINE, MailOutcome.FILED):
        settled = Settled(outcome, "", None, Matched.RECEIPT, True, files, "收到")
        writer.run_blocking(partial(settle, mail, ParsedMail(parts=(part,)), settled))
    kept = writer.run_blocking(lambda store: store.mail(mail))
    assert kept is not None
    assert kept.outcome is MailOutcome.FILED
    with pytest.raises(KeyError):
        writer.run_blocking(lambda store: store.settle_mail(99, ParsedMail(), Settled(MailOutcome.FILED)))


def test_thread_finds_our_mail_and_filed_mail(writer: ThreadWriter) -> None:
    def fill(store: Store) -> None:
        begin(store)
        store.sent_mail("<2031-001.x@box>", APPLICATION, "a@b.cn")
        mail, _ = store.keep_mail(FIRST)
        filed = Settled(MailOutcome.FILED, application=APPLICATION)
        store.settle_mail(mail, ParsedMail(message_id="<theirs@b.cn>"), filed)

    writer.run_blocking(fill)
    asked = ["<nobody@x>", "<2031-001.x@box>", "<theirs@b.cn>"]
    found = writer.run_blocking(lambda store: store.thread(asked))
    assert list(found) == [(APPLICATION, "a@b.cn"), (APPLICATION, "")]


def test_replies_to_an_address_are_counted(writer: ThreadWriter) -> None:
    rows = [Draft(f"k{n}", Channel.MAIL, None, "a@b.cn", Text("收到")) for n in range(2)]
    writer.run_blocking(lambda store: store.queue(rows, NOW))
    writer.run_blocking(
        lambda store: store.queue([Draft("w", Channel.WECOM, None, "a@b.cn", Text("收到"))], NOW)
    )
    assert writer.run_blocking(lambda store: store.replies_since("a@b.cn", NOW)) == 2
    assert writer.run_blocking(lambda store: store.replies_since("a@b.cn", NOW + timedelta(seconds=1))) == 0


def test_unreachable_address_is_known(writer: ThreadWriter) -> None:
    assert not writer.run_blocking(lambda store: store.is_unreachable(Channel.MAIL, "a@b.cn"))
    writer.run_blocking(lambda store: store.unreachable(Channel.MAIL, "a@b.cn", 550, NOW))
    assert writer.run_blocking(lambda store: store.is_unreachable(Channel.MAIL, "a@b.cn"))
    assert not writer.run_blocking(lambda store: store.is_unreachable(Channel.WECOM, "a@b.cn"))


def test_application_is_found_by_its_contact_and_by_its_holders_address(writer: ThreadWriter) -> None:
    def fill(store: Store) -> None:
        person = begin(store)
        values = {"unit_name": "甲局", "contact_email": "Li@a.cn"}
        changes = [Change("contact_email", "Li@a.cn", "")]
        store.revise(APPLICATION, values, changes, "甲局", person, Channel.WECOM, NOW, email="li@a.cn")
        assert store.bind(person, Channel.MAIL, "zhang@a.cn")
        assert not store.bind(person, Channel.MAIL, "zhang@a.cn")
        store.set_dossier(APPLICATION, {"deck": "d" * 64})

    writer.run_blocking(fill)
    by_contact = writer.run_blocking(lambda store: store.applications_of_address("li@a.cn"))
    by_holder = writer.run_blocking(lambda store: store.applications_of_address("zhang@a.cn"))
    assert [found.id for found in by_contact] == [APPLICATION]
    assert [found.dossier for found in by_holder] == [{"deck": "d" * 64}]
    assert list(writer.run_blocking(lambda store: store.applications_of_address(""))) == []


def test_address_of_somebody_without_an_application_is_taken_over(writer: ThreadWriter) -> None:
    def fill(store: Store) -> tuple[bool, int, int]:
        person = begin(store)
        store.visitor(Channel.MAIL, "li@a.cn", "", NOW)  # asked a question once
        return (
            store.bind(person, Channel.MAIL, "li@a.cn"),
            person,
            store.visitor(Channel.MAIL, "li@a.cn", "", NOW).person.id,
        )

    bound, person, now_stands_for = writer.run_blocking(fill)
    assert (bound, now_stands_for) == (True, person)


def test_materials_are_numbered_by_kind(writer: ThreadWriter) -> None:
    writer.run_blocking(begin)
    scan = replace(DECK, kind=FileKind.SCAN, sha256="5" * 64, state=MaterialState.PENDING)
    added = [writer.run_blocking(partial(add, it)) for it in (DECK, scan, replace(DECK, sha256="e" * 64))]
    assert [(it.kind, it.version) for it in added] == [("deck", 1), ("scan", 1), ("deck", 2)]
    writer.run_blocking(
        lambda store: store.set_material(added[1].id, MaterialState.REGISTERED, "ABCDEFG", "v" * 64)
    )
    writer.run_blocking(lambda store: store.set_material(added[0].id, MaterialState.SET_ASIDE))
    kept = writer.run_blocking(lambda store: store.materials(APPLICATION))
    assert list(kept) == [
        replace(added[0], state=MaterialState.SET_ASIDE),
        added[2],
        replace(added[1], state=MaterialState.REGISTERED, code="ABCDEFG", printed="v" * 64),
    ]


def test_deck_waits_for_its_pictures(writer: ThreadWriter) -> None:
    writer.run_blocking(begin)
    for material in (DECK, replace(DECK, kind=FileKind.SCAN)):
        writer.run_blocking(partial(add, material))
    waiting = writer.run_blocking(lambda store: store.unpictured(9))
    assert [material.kind for material in waiting] == [FileKind.DECK]
    writer.run_blocking(lambda store: store.set_pictures(waiting[0].id, ["1" * 64, "2" * 64]))
    assert list(writer.run_blocking(lambda store: store.unpictured(9))) == []
    kept = writer.run_blocking(lambda store: store.materials(APPLICATION))
    assert kept[0].pictures == ("1" * 64, "2" * 64)


def test_upload_advances_and_expires(writer: ThreadWriter) -> None:
    person = writer.run_blocking(begin)
    upload = Upload("0" * 32, APPLICATION, person, "报告.pptx", 3 << 30, 0, NOW + timedelta(days=1))
    writer.run_blocking(lambda store: store.add_upload(upload))
    writer.run_blocking(lambda store: store.advance_upload("0" * 32, 1 << 31))
    kept = writer.run_blocking(lambda store: store.upload("0" * 32, NOW))
    assert kept == replace(upload, offset=1 << 31)
    assert list(writer.run_blocking(lambda store: store.uploads(APPLICATION, person, NOW))) == [kept]
    assert writer.run_blocking(lambda store: store.upload("0" * 32, NOW + timedelta(days=1))) is None


def test_whole_upload_waits_to_be_registered_and_an_unfinished_one_expires(writer: ThreadWriter) -> None:
    person = writer.run_blocking(begin)
    whole = Upload("1" * 32, APPLICATION, person, "报告.pptx", 4, 4, NOW)
    half = Upload("2" * 32, APPLICATION, person, "报告.pptx", 4, 2, NOW)
    for upload in (whole, half):
        writer.run_blocking(partial(open_upload, upload))
    assert list(writer.run_blocking(lambda store: store.complete_uploads())) == [whole]
    assert list(writer.run_blocking(lambda store: store.expired_uploads(NOW))) == ["2" * 32]
    writer.run_blocking(lambda store: store.advance_upload("1" * 32, 4, "d" * 64))
    writer.run_blocking(lambda store: store.drop_upload("2" * 32))
    assert list(writer.run_blocking(lambda store: store.complete_uploads())) == []
    assert list(writer.run_blocking(lambda store: store.expired_uploads(NOW))) == []
