"""The contract of what is remembered of reviews, the final list, public notice, objections and plaques."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from bot.model.application import Change
from bot.model.message import Channel
from bot.model.results import (
    EntryKind,
    FinalDecision,
    Informant,
    ListApproval,
    Listed,
    Mark,
    Objection,
    ObjectionEntry,
    Outcome,
    Plaque,
    Received,
    Release,
    ReleaseKind,
    ReleaseState,
    ReviewOutcome,
)
from bot.ports import Store
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
DAY = date(2031, 3, 1)
ONE, TWO = "a" * 16, "b" * 16
LISTED = (Listed(ONE, "2031-001", "甲局（含下属）"), Listed(TWO, "2031-002", "乙局"))


def filled(store: Store) -> int:
    """Two applications; the person who decides."""
    holder = store.visitor(Channel.WECOM, "zhang", "张三", NOW).person.id
    for application, unit in ((ONE, "甲局"), (TWO, "乙局")):
        store.start(application, holder, "draft", NOW)
        changes = [Change("unit_name", unit, "")]
        store.revise(application, {"unit_name": unit}, changes, unit, holder, Channel.WECOM, NOW)
    return store.visitor(Channel.WECOM, "li", "李四", NOW).person.id


def test_review_gets_the_next_revision_of_its_reviewer(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        marks = {"2.1": Mark(Fraction(171, 2), "扎实"), "2.2": Mark(None, "")}
        sheet = ReviewOutcome(ONE, "张教授", 0, marks, "f" * 64, by, NOW)
        assert store.add_review(sheet) == replace(sheet, revision=1)
        assert store.add_review(replace(sheet, reviewer="李教授")).revision == 1
        assert store.add_review(replace(sheet, marks={}, at=NOW + timedelta(1))).revision == 2
        assert store.add_review(replace(sheet, application=TWO)).revision == 1
        kept = [(one.application, one.reviewer, one.revision) for one in store.reviews()]
        assert kept == [(ONE, "张教授", 1), (ONE, "李教授", 1), (ONE, "张教授", 2), (TWO, "张教授", 1)]
        assert [one.revision for one in store.reviews(ONE)] == [1, 1, 2]
        assert store.reviews(ONE)[0] == replace(sheet, revision=1)

    writer.run_blocking(act)


def test_decisions_and_approvals_are_kept_in_order(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        first = FinalDecision(ONE, Outcome.IN, "三项居前", by, NOW)
        second = replace(first, outcome=Outcome.VETO, reason="败诉")
        store.add_decision(first)
        store.add_decision(second)
        assert list(store.decisions()) == [first, second]
        assert (store.decision(ONE), store.decision(TWO)) == (second, None)
        approval = ListApproval("平法〔2031〕1号", "王某某", DAY, LISTED, by, NOW)
        store.add_approval(approval)
        assert list(store.approvals()) == [approval]

    writer.run_blocking(act)


def test_release_is_drafted_and_released_by_somebody(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        draft = Release(
            0, ReleaseKind.PUBLIC_NOTICE, LISTED, "", "https://a.example/1", DAY, DAY + timedelta(6), 5, "电话", by,
            NOW, ReleaseState.DRAFT,
        )  # fmt: skip
        kept = store.add_release(draft)
        other = store.add_release(replace(draft, kind=ReleaseKind.ANNOUNCEMENT))
        store.set_release(kept.id, ReleaseState.RELEASED, by, NOW)
        store.set_release(other.id, ReleaseState.DROPPED, None, None)
        out = replace(kept, state=ReleaseState.RELEASED, released_by=by, released_at=NOW)
        assert list(store.releases()) == [out, replace(other, state=ReleaseState.DROPPED)]
        with pytest.raises(KeyError):
            store.set_release(other.id + 1, ReleaseState.DROPPED, None, None)

    writer.run_blocking(act)


def test_objection_is_numbered_and_its_informant_kept_apart(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        new = Objection(0, Received.PHONE, DAY, True, False, ONE, "不实", by, NOW)
        first = store.add_objection(new, Informant("赵某", "138"))
        second = store.add_objection(replace(new, application="", late=True), None)
        assert (first.number, second.number) == (1, 2)
        rows = store.objection_rows()
        assert [row.objection for row in rows] == [first, second]
        assert [row.about.id if row.about else "" for row in rows] == [ONE, ""]
        assert store.informant(1) == Informant("赵某", "138")
        assert store.informant(2) is None
        entry = ObjectionEntry(2, EntryKind.HANDLING, "已调阅", by, NOW)
        store.add_objection_entry(entry)
        store.add_objection_entry(replace(entry, objection=1, kind=EntryKind.REPLY))
        assert list(store.objection_entries()) == [entry, replace(entry, objection=1, kind=EntryKind.REPLY)]
        assert list(store.objection_entries([1])) == [replace(entry, objection=1, kind=EntryKind.REPLY)]
        with pytest.raises(KeyError):
            store.add_objection_entry(replace(entry, objection=3))

    writer.run_blocking(act)


def test_plaque_is_handed_over_once(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        by = filled(store)
        plaque = Plaque(ONE, "甲局（含下属）", "张三", DAY, "e" * 64, by, NOW)
        assert store.add_plaque(plaque)
        assert not store.add_plaque(replace(plaque, taken_by="李四"))
        assert list(store.plaques()) == [plaque]
        store.sign_plaque(ONE, "f" * 64)
        assert list(store.plaques()) == [replace(plaque, signature="f" * 64)]
        with pytest.raises(KeyError):
            store.sign_plaque(TWO, "f" * 64)

    writer.run_blocking(act)
