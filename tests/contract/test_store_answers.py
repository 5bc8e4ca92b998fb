"""The store's contract: approved answers, who waits for one, who was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.model.answers import ApprovedAnswer, Asked
from bot.model.message import Channel
from bot.ports import Store
from storage.database import Database
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, 0, 123456, tzinfo=UTC)
FIRST = ApprovedAnswer(
    number=1,
    version=1,
    question="3月25日当天算不算？",
    wordings=("25号几点截止", "“之前”含不含当天"),
    text="3月25日24时前收到的都算。",
    clauses=("3.1", "contact"),
    author="王主任",
    decided_on=date(2031, 3, 1),
    open_point="Q1",
    active=True,
    reason="",
    created_at=NOW,
)
CORRECTED = replace(FIRST, version=2, text="3月25日18时前收到的都算。", author="李主任")
WITHDRAWN = replace(CORRECTED, version=3, active=False, reason="重新研究")
OTHER = replace(FIRST, number=2, question="能不能传真", wordings=(), clauses=(), open_point="")


def keep(store: Store, *answers: ApprovedAnswer) -> list[bool]:
    return [store.keep_answer(answer) for answer in answers]


def test_answer_every_version_is_kept_in_order(writer: ThreadWriter) -> None:
    kept = writer.run_blocking(lambda store: keep(store, OTHER, FIRST, CORRECTED, WITHDRAWN))
    assert kept == [True] * 4
    found = writer.run_blocking(lambda store: store.answer_versions())
    assert list(found) == [FIRST, CORRECTED, WITHDRAWN, OTHER]


def test_answer_kept_version_is_never_replaced(writer: ThreadWriter) -> None:
    changed = replace(FIRST, text="不算。")
    assert writer.run_blocking(lambda store: keep(store, FIRST, changed)) == [True, False]
    assert list(writer.run_blocking(lambda store: store.answer_versions())) == [FIRST]


def test_answer_of_another_campaign_is_not_seen(writer: ThreadWriter, database: Database) -> None:
    writer.run_blocking(lambda store: keep(store, FIRST))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE approved_answer SET campaign = 'another'")
    assert list(writer.run_blocking(lambda store: store.answer_versions())) == []


def test_what_is_decided_is_the_setting_and_the_answers_in_force_to_a_point(writer: ThreadWriter) -> None:
    second = replace(FIRST, number=4)
    moved = replace(FIRST, number=3)
    elsewhere = replace(moved, version=2, open_point="Q2")

    def act(store: Store) -> None:
        assert store.decided("a", "Q1") == (None, [])
        keep(store, second, CORRECTED, FIRST, OTHER, moved, elsewhere)
        store.set_setting("a", "five")
        assert store.decided("a", "Q1") == ("five", [CORRECTED, second])
        assert store.decided("b", "Q2") == (None, [elsewhere])
        assert store.decided("b", "") == (None, [])
        keep(store, WITHDRAWN)
        assert store.decided("b", "Q1") == (None, [second])

    writer.run_blocking(act)


def test_refused_questions_come_oldest_first_in_portions(writer: ThreadWriter) -> None:
    def ask(store: Store) -> int:
        person = store.visitor(Channel.WECOM, "zhangsan", "", NOW).person.id
        for text, refused in (("一", True), ("二", False), ("三", True), ("四", True)):
            store.question(person, text, [] if refused else ["3.1"], refused, NOW)
        return person

    def all_in_portions(store: Store) -> list[Sequence[Asked]]:
        first = store.refused_questions(0, 2)
        return [first, store.refused_questions(first[-1].id, 2)]

    person = writer.run_blocking(ask)
    portions = writer.run_blocking(all_in_portions)
    assert [[(q.person, q.text, q.at) for q in portion] for portion in portions] == [
        [(person, "一", NOW), (person, "三", NOW)],
        [(person, "四", NOW)],
    ]


def test_told_names_the_latest_version_of_each_person(writer: ThreadWriter) -> None:
    def tell(store: Store) -> tuple[list[int], list[bool]]:
        people = [store.visitor(Channel.WECOM, name, "", NOW).person.id for name in ("a", "b", "c")]
        told = [
            store.tell_answer(number, version, people[who], NOW)
            for number, version, who in ((1, 1, 0), (1, 2, 0), (1, 1, 1), (2, 1, 2), (1, 1, 1))
        ]
        return people, told

    (a, b, c), told = writer.run_blocking(tell)
    assert told == [True, True, True, True, False]
    assert writer.run_blocking(lambda store: store.told(1)) == {a: 2, b: 1}
    assert writer.run_blocking(lambda store: store.told(2)) == {c: 1}
    assert writer.run_blocking(lambda store: store.told(3)) == {}
