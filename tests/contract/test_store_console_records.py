"""The contract of the console's other lists, on both databases: mails, messages, questions, people, records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.console.query import (
    ApplicationQuery,
    AuditQuery,
    LateQuery,
    MailQuery,
    MailState,
    Mark,
    OutboxQuery,
    OutboxState,
    QuestionQuery,
    QuestionSort,
    QuestionState,
)
from bot.model.application import AuditEntry, Change, Printed
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    MailFile,
    MailOutcome,
    ParsedMail,
    Part,
    Settled,
)
from bot.model.message import Channel, Delivery, Inbound, Kind, Outcome, Text
from bot.model.staff import Role
from bot.ports import Draft, Store
from bot.ports_console import Scope
from storage.database import Database
from storage.session import Session
from storage.writer import ThreadWriter
from tests.fakes.four_applications import (
    EVERYTHING,
    NORTH,
    NOW,
    OFFICE,
    ONE,
    SOUTH,
    THREE,
    TWO,
    VERSION,
    begin,
    four,
    wanted,
)


def mail(store: Store, number: int, settled: Settled, sender: str, subject: str) -> None:
    arrival = Arrival(
        "box@a.cn", "INBOX", 1, number, f"{number:064x}", 10, NOW + timedelta(minutes=number), NOW
    )
    known, _ = store.keep_mail(arrival)
    store.settle_mail(known, ParsedMail(sender=sender, subject=subject), settled)


def deck(state: FileState) -> MailFile:
    return MailFile(Part("申报报告.pptx", (), 10, "3" * 64, "pptx"), FileKind.DECK, state)


def test_mails_are_listed_by_scope_outcome_and_words(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        four(store)
        mail(
            store,
            1,
            Settled(MailOutcome.FILED, application=ONE, files=(deck(FileState.REGISTERED),)),
            "a@a.cn",
            "甲",
        )
        mail(
            store,
            2,
            Settled(MailOutcome.REJECTED, application=THREE, files=(deck(FileState.DAMAGED),)),
            "c@a.cn",
            "丙",
        )
        mail(store, 3, Settled(MailOutcome.QUARANTINE), "x@x.cn", "你好")
        store.keep_mail(Arrival("box@a.cn", "INBOX", 1, 4, "4" * 64, 10, NOW + timedelta(minutes=4), NOW))

        def found(query: MailQuery, scope: Scope = OFFICE) -> list[str]:
            page = store.list_mails(query, scope, "unit")
            assert len(page.rows) == page.total
            return [row.subject for row in page.rows]

        assert found(MailQuery()) == ["", "你好", "丙", "甲"]
        assert found(MailQuery(descending=False)) == ["甲", "丙", "你好", ""]
        assert found(MailQuery(), NORTH) == ["甲"]
        assert found(MailQuery(search="x@X"), NORTH) == []
        assert found(MailQuery(), Scope()) == []
        assert found(MailQuery(outcome=MailState.WAITING)) == ["", "你好"]
        assert found(MailQuery(outcome=MailState.REJECTED)) == ["丙"]
        assert found(MailQuery(search="申报报告")) == ["丙", "甲"]
        assert found(MailQuery(search="C@A")) == ["丙"]
        assert found(MailQuery(application=ONE)) == ["甲"]
        page = store.list_mails(MailQuery(outcome=MailState.FILED), OFFICE, "unit")
        assert page.sums == {"filed": 1, "rejected": 1, "quarantine": 1, "new": 1}
        (row,) = page.rows
        assert (row.number, row.unit, row.files) == ("2031-001", "甲局", 1)
        (file,) = store.files_of_mails([row.mail])
        assert (file.mail, file.name, file.kind, file.state) == (
            row.mail,
            "申报报告.pptx",
            FileKind.DECK,
            FileState.REGISTERED,
        )
        unreadable = store.list_applications(wanted(ApplicationQuery(mark=Mark.UNREADABLE_DECK)))
        assert [one.application.id for one in unreadable.rows] == [THREE]

    writer.run_blocking(act)


def test_outbox_is_listed_by_state_and_person_and_seen_to_once(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        one = store.visitor(Channel.WECOM, "zhang", "张三", NOW).person.id
        two = store.visitor(Channel.WECOM, "li", "李四", NOW).person.id
        for number, (person, address) in enumerate([(one, "zhang"), (two, "li")]):
            store.queue([Draft(f"notice:{number}", Channel.WECOM, person, address, Text(f"第{number}"))], NOW)
        first, second = store.claim_due(Channel.WECOM, "me", NOW, 10)
        store.settle(first.id, "me", Delivery(Outcome.FAILED, 60020, "not trusted"), NOW)
        store.settle(second.id, "me", Delivery(Outcome.SENT), NOW)

        def found(**query: object) -> list[str]:
            page = store.list_outbox(OutboxQuery(**query))  # type: ignore[arg-type]
            assert len(page.rows) == page.total
            return [row.name for row in page.rows]

        assert found() == ["李四", "张三"]
        assert found(descending=False) == ["张三", "李四"]
        assert found(state=OutboxState.TROUBLE) == found(state=OutboxState.FAILED) == ["张三"]
        assert found(state=OutboxState.OPEN) == found(state=OutboxState.HELD) == []
        assert found(person=two) == found(search="李") == found(search="li") == ["李四"]
        assert (found(begins="notice:1"), found(begins="remind:")) == (["李四"], [])
        assert found(channel="mail") == []
        page = store.list_outbox(OutboxQuery(state=OutboxState.SENT))
        assert page.sums == {"failed": 1, "sent": 1}
        assert page.rows[0].body == Text("第1")
        assert list(store.sent_since(NOW)) == [("notice:1", "wecom")]
        assert list(store.sent_since(NOW + timedelta(seconds=1))) == []
        assert store.see_to_delivery(first.id, two, NOW)
        assert not store.see_to_delivery(first.id, two, NOW)
        assert not store.see_to_delivery(second.id, two, NOW)
        assert found(state=OutboxState.TROUBLE) == []
        assert store.list_outbox(OutboxQuery(state=OutboxState.FAILED)).rows[0].seen

    writer.run_blocking(act)


def test_questions_alike_are_one(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        one = store.visitor(Channel.WECOM, "zhang", "张三", NOW).person.id
        two = store.visitor(Channel.WECOM, "li", "李四", NOW).person.id
        for minute, (person, text, refused) in enumerate(
            [
                (one, "25号当天算吗？", True),
                (two, " 25号当天算吗", True),
                (two, "25号，当天算吗?", False),
                (one, "几份纸质件", False),
            ]
        ):
            store.question(person, text, [], refused, NOW + timedelta(minutes=minute))

        def found(**query: object) -> list[tuple[int, int, int]]:
            page = store.list_questions(QuestionQuery(**query))  # type: ignore[arg-type]
            assert len(page.rows) == page.total
            return [(row.count, row.refused, row.people) for row in page.rows]

        assert found() == [(1, 0, 1), (3, 2, 2)]
        assert found(sort=QuestionSort.COUNT) == [(3, 2, 2), (1, 0, 1)]
        assert found(state=QuestionState.REFUSED) == found(state=QuestionState.OPEN) == [(3, 2, 2)]
        assert found(state=QuestionState.ANSWERED) == found(search="纸质") == [(1, 0, 1)]
        assert store.list_questions(QuestionQuery()).sums == {"asked": 4, "refused": 2}
        first = store.list_questions(QuestionQuery(state=QuestionState.REFUSED)).rows[0]
        assert (first.first_at, first.last_at) == (NOW, NOW + timedelta(minutes=2))
        assert store.list_questions(QuestionQuery(search="没有")).sums == {"asked": 0, "refused": 0}

    writer.run_blocking(act)


def test_audit_and_late_attempts_are_listed(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        four(store)
        person = store.visitor(Channel.WECOM, "li", "李四", NOW).person.id
        store.audit(
            [AuditEntry("view", ONE, person, "console"), AuditEntry("login", None, person, "console")], NOW
        )
        store.audit([AuditEntry("view", TWO, None, "", {"of": "deck"})], NOW)

        def actions(**query: object) -> list[tuple[str, str]]:
            page = store.list_audit(AuditQuery(**query))  # type: ignore[arg-type]
            assert len(page.rows) == page.total
            return [(row.action, row.number) for row in page.rows]

        assert actions() == [("view", "2031-002"), ("login", ""), ("view", "2031-001")]
        assert actions(action="view") == [("view", "2031-002"), ("view", "2031-001")]
        assert actions(person=person, descending=False) == [("view", "2031-001"), ("login", "")]
        assert actions(application=TWO) == [("view", "2031-002")]
        assert store.list_audit(AuditQuery(action="view")).sums == {"view": 2, "login": 1}
        assert [row.details for row in store.audit_of(TWO)] == [{"of": "deck"}]

        store.late_attempt(THREE, person, "submit", "提交", NOW)
        store.late_attempt(None, person, "start", "我要申报", NOW)

        def late(scope: Scope, application: str = "") -> list[tuple[str, str]]:
            page = store.list_late(LateQuery(application=application), scope, "unit")
            assert page.total == len(page.rows) == sum(page.sums.values())
            return [(row.what, row.unit) for row in page.rows]

        assert late(OFFICE) == [("start", ""), ("submit", "丙局")]
        assert late(SOUTH) == late(OFFICE, THREE) == [("submit", "丙局")]
        assert late(NORTH) == []

    writer.run_blocking(act)


def test_people_have_a_row_for_each_address(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        li = store.visitor(Channel.WECOM, "li", "李四", NOW).person.id
        assert store.bind(li, Channel.MAIL, "li@a.cn")
        wang = store.new_person("王五", NOW)
        store.add_member(li, Role.BODY, "north", False, NOW)
        store.add_member(wang, Role.OFFICE, "", False, NOW)
        store.unreachable(Channel.WECOM, "li", 81013, NOW)
        assert [
            (row.name, row.role, row.channel, row.address, row.unreachable_at)
            for row in store.member_addresses()
        ] == [
            ("李四", "body", "wecom", "li", NOW),
            ("李四", "body", "mail", "li@a.cn", None),
            ("王五", "office", "", "", None),
        ]

    writer.run_blocking(act)


def test_everything_of_one_application_is_read(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = begin(store, ONE, "甲局", "north", "王五", 1)
        begin(store, TWO, "乙局", "north", "李四", 1)
        said = Inbound(Channel.WECOM, "holder-甲局", Kind.TEXT, "你好", NOW, "m1")
        store.record(said, person, ["您好"])
        store.queue([Draft("notice:1", Channel.WECOM, person, "holder-甲局", Text("通知"))], NOW)
        store.add_print(Printed(ONE, VERSION, "7K3F2", "2" * 64, NOW))
        store.add_clerical_note(ONE, person, "已电话核实", NOW)
        (revision,) = store.revisions(ONE)
        assert (revision.name, revision.channel, revision.change) == (
            "填表人甲局",
            "wecom",
            Change("unit", "甲局", ""),
        )
        (chat,) = store.said(ONE, 10)
        assert (chat.key, chat.text, chat.replies, chat.failed) == ("m1", "你好", ("您好",), False)
        assert list(store.said(TWO, 10)) == []
        assert list(store.messages_about(TWO, 10)) == []
        assert [one.key for one in store.messages_about(ONE, 10)] == ["notice:1"]
        assert [one.code for one in store.prints_of(ONE)] == ["7K3F2"]
        assert [(one.text, one.name, one.at) for one in store.clerical_notes(ONE)] == [
            ("已电话核实", "填表人甲局", NOW)
        ]
        assert list(store.clerical_notes(TWO)) == []
        store.drop(ONE)
        assert list(store.clerical_notes(ONE)) == []

    writer.run_blocking(act)


def test_alarms_and_settings_are_read(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        store.alarm("mail", "请检查", NOW)
        store.alarm("route:1", "请确定", NOW)
        store.close_alarms("mail", NOW)
        assert list(store.open_alarms()) == [("route:1", "请确定", NOW)]
        store.set_setting("route:x:a_b", "1")
        store.set_setting("route:y", "2")
        assert store.settings("route:x:") == {"route:x:a_b": "1"}

    writer.run_blocking(act)


def test_lists_take_as_many_queries_for_a_thousand_rows(
    database: Database, writer: ThreadWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists: list[Callable[[Store], object]] = [
        lambda store: store.list_applications(wanted(EVERYTHING)),
        lambda store: store.list_mails(MailQuery(), OFFICE, "unit"),
        lambda store: store.list_outbox(OutboxQuery(state=OutboxState.OPEN)),
        lambda store: store.list_questions(QuestionQuery()),
        lambda store: store.list_audit(AuditQuery()),
        lambda store: store.list_late(LateQuery(), OFFICE, "unit"),
    ]
    asked = 0
    execute = Session._execute

    def counted(session: Session, *arguments: object) -> None:
        nonlocal asked
        asked += 1
        execute(session, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "_execute", counted)

    def queries() -> list[int]:
        nonlocal asked
        found = []
        for look in lists:
            asked = 0
            database.read(look)
            found.append(asked)
        return found

    def fill(store: Store, first: int, last: int) -> None:
        for number in range(first, last):
            person = begin(store, f"{number:016x}", f"第{number}局", "north", "王", 1)
            mail(store, number, Settled(MailOutcome.FILED, application=f"{number:016x}"), "a@a.cn", "甲")
            store.queue([Draft(f"n:{number}", Channel.WECOM, person, "a", Text("好"))], NOW)
            store.question(person, f"第{number}问", [], False, NOW)
            store.audit([AuditEntry("view", None, person, "console")], NOW)
            store.late_attempt(None, person, "submit", "提交", NOW)

    writer.run_blocking(lambda store: fill(store, 0, 1))
    few = queries()
    writer.run_blocking(lambda store: fill(store, 1, 1001))
    assert queries() == few == [2, 2, 3, 3, 2, 2]
