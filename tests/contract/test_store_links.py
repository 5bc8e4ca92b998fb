"""The contract of what is remembered of links whose files are still to be fetched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bot.model.linked_mail import LinkedMail
from bot.model.mail import Arrival, Link, MailOutcome, Matched, ParsedMail, Settled, Trust
from bot.model.message import Channel
from bot.ports import Store
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
APPLICATION = "a" * 16
EXPIRES = datetime(2031, 4, 1, 9, tzinfo=timezone(timedelta(hours=8)))
LINKS = (
    Link("https://mail.163.com/a?file=1", "mail.163.com", "报告.pptx", 70, EXPIRES),
    Link("https://pan.baidu.com/s/1", "pan.baidu.com"),
)
PARSED = ParsedMail(sender="a@b.cn", text="请查收", trust=Trust.PASSED, links=LINKS)


def settle(
    store: Store,
    uid: int,
    parsed: ParsedMail = PARSED,
    outcome: MailOutcome = MailOutcome.FILED,
    application: str | None = APPLICATION,
) -> int:
    arrival = Arrival("box@a.cn", "INBOX", 1, uid, f"{uid:064x}", 900, NOW, NOW)
    mail, _ = store.keep_mail(arrival)
    store.settle_mail(mail, parsed, Settled(outcome, "", application, Matched.RECEIPT))
    return mail


def begin(store: Store) -> None:
    person = store.visitor(Channel.WECOM, "zhangsan", "张三", NOW).person.id
    store.start(APPLICATION, person, "draft", NOW)


def linked(store: Store) -> list[int]:
    return [one.record.id for one in store.linked_mail(0, 9)]


def test_filed_mail_with_links_is_found_with_all_that_is_needed(writer: ThreadWriter) -> None:
    def fill(store: Store) -> int:
        begin(store)
        return settle(store, 1)

    mail = writer.run_blocking(fill)
    (found,) = writer.run_blocking(lambda store: store.linked_mail(0, 9))
    record = writer.run_blocking(lambda store: store.mail(mail))
    assert record is not None
    assert found == LinkedMail(record, Trust.PASSED, Matched.RECEIPT, "请查收", LINKS)


def test_mail_without_links_or_application_or_not_filed_is_not_found(writer: ThreadWriter) -> None:
    def fill(store: Store) -> int:
        begin(store)
        settle(store, 1, ParsedMail(sender="a@b.cn"))
        settle(store, 2, application=None)
        settle(store, 3, outcome=MailOutcome.QUARANTINE)
        settle(store, 4, outcome=MailOutcome.REJECTED)
        return settle(store, 5)

    mail = writer.run_blocking(fill)
    assert writer.run_blocking(linked) == [mail]


def test_closed_links_are_not_found_again(writer: ThreadWriter) -> None:
    def fill(store: Store) -> list[int]:
        begin(store)
        return [settle(store, uid) for uid in range(1, 13)]

    mails = writer.run_blocking(fill)
    for _ in range(2):
        writer.run_blocking(lambda store: store.close_links(mails[0]))
    assert writer.run_blocking(lambda store: [one.record.id for one in store.linked_mail(0, 99)]) == mails[1:]


def test_pages_follow_each_other(writer: ThreadWriter) -> None:
    def fill(store: Store) -> list[int]:
        begin(store)
        return [settle(store, uid) for uid in range(1, 6)]

    mails = writer.run_blocking(fill)
    assert (
        writer.run_blocking(lambda store: [one.record.id for one in store.linked_mail(mails[1], 2)])
        == (mails[2:4])
    )
