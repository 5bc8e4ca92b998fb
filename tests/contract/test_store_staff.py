"""The contract of what is remembered of roles, recommendation and notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.model.application import Change
from bot.model.message import Channel, Delivery, Outcome, Recall, Text
from bot.model.staff import (
    BUTTON,
    RECALLED,
    Invitation,
    Notice,
    NoticeState,
    Package,
    Paper,
    Ranked,
    Role,
    SentCount,
)
from bot.ports import Draft, Store
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
ONE, TWO = "a" * 16, "b" * 16


def someone(store: Store, address: str, name: str) -> int:
    return store.visitor(Channel.WECOM, address, name, NOW).person.id


def filled(store: Store) -> int:
    """Two applications of one holder, the first with a route."""
    holder = someone(store, "zhang", "张三")
    for application, unit, body in ((ONE, "甲局", "north"), (TWO, "乙局", "")):
        store.start(application, holder, "draft", NOW)
        changes = [Change("unit_name", unit, "")]
        store.revise(application, {"unit_name": unit}, changes, unit, holder, Channel.WECOM, NOW, body=body)
    return holder


def test_roles_begin_and_end(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        deputy, contact = someone(store, "li", "李四"), someone(store, "wang", "王五")
        store.add_member(deputy, Role.BODY, "north", True, NOW)
        store.add_member(contact, Role.BODY, "north", False, NOW)
        store.add_member(contact, Role.BODY, "north", False, NOW)
        assert [(one.name, one.deputy) for one in store.members(Role.BODY, "north")] == [
            ("王五", False),
            ("李四", True),
        ]
        assert dict(store.staff_addresses()) == {("wecom", "li"): deputy, ("wecom", "wang"): contact}
        store.end_member(store.memberships(deputy)[0].id, NOW)
        assert list(store.memberships(deputy)) == []
        assert [one.person for one in store.members()] == [contact]

    writer.run_blocking(act)


def test_invitation_is_taken_once_and_in_time(writer: ThreadWriter) -> None:
    invitation = Invitation(Role.BODY, "north", False, "李四", NOW + timedelta(days=30))

    def act(store: Store) -> None:
        store.invite("hash", invitation)
        store.invite("old", replace(invitation, expires_at=NOW))
        assert store.take_invitation("hash", NOW) == invitation
        assert store.take_invitation("hash", NOW) is None
        assert store.take_invitation("old", NOW) is None
        store.invite("new", invitation)
        assert list(store.drop_invitations(NOW)) == ["old"]
        assert list(store.drop_invitations(NOW)) == []
        assert store.take_invitation("new", NOW) == invitation

    writer.run_blocking(act)


def test_applications_are_seen_by_body_and_stage(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        filled(store)
        store.move(TWO, "submitted", True, "2031-002-1", NOW)
        assert [one.id for one in store.applications()] == [ONE, TWO]
        assert [(one.id, one.body) for one in store.applications("north")] == [(ONE, "north")]
        assert [one.id for one in store.applications("")] == [TWO]
        assert [one.id for one in store.applications(stages=("submitted",))] == [TWO]

    writer.run_blocking(act)


def test_many_applications_are_outlined_without_their_values(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        filled(store)
        store.set_form_version(TWO, "f" * 64)
        one, two = store.applications()
        assert (one.values, two.values) == ({"unit_name": "甲局"}, {"unit_name": "乙局"})
        outlined = [(replace(one, values={}), ""), (replace(two, values={}), "f" * 64)]
        assert store.outlines(("submitted", "draft")) == outlined
        store.move(TWO, "submitted", True, "2031-002-1", NOW)
        assert store.outlines(("draft",)) == outlined[:1]

    writer.run_blocking(act)


def test_order_is_replaced_and_an_application_stands_in_one_order_only(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        filled(store)
        store.set_ranking("north", [ONE, TWO])
        store.set_ranking("north", [TWO, ONE])
        assert list(store.ranking("north")) == [Ranked(TWO, 1), Ranked(ONE, 2)]
        store.set_ranking("south", [TWO])
        assert list(store.ranking("north")) == [Ranked(ONE, 2)]

    writer.run_blocking(act)


def test_packages_papers_and_dates_are_kept(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder = filled(store)
        package = Package(0, "north", "2031-B1-1", False, True, holder, NOW, {"order": [ONE]})
        kept = store.add_package(package)
        assert list(store.packages("north")) == [replace(package, id=kept.id)]
        assert list(store.packages("south")) == []
        paper = Paper(ONE, "ABCDEFG", "王五", holder, NOW)
        store.add_paper(paper)
        assert list(store.papers(ONE)) == [paper]
        store.set_cutoff("north", date(2031, 3, 20))
        store.set_cutoff("north", date(2031, 3, 18))
        assert dict(store.cutoffs()) == {"north": date(2031, 3, 18)}

    writer.run_blocking(act)


def test_units_of_a_package_are_counted_as_they_stand_now(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder = filled(store)
        order = [{"application": ONE, "values": {}}, {"application": "f" * 16, "values": {}}]
        whole = Package(0, "north", "2031-B1-1", False, False, holder, NOW, {"order": order})
        kept = store.add_package(whole)
        empty = store.add_package(Package(0, "south", "2031-B2-1", True, False, holder, NOW, {}))
        assert [one.id for one in store.sent_in(kept.id)] == [ONE]  # the other is gone
        gone, there = SentCount(kept.id, "", False, 1), SentCount(kept.id, "draft", False, 1)
        assert list(store.sent_counts([kept.id, empty.id])) == [gone, there]
        store.set_dossier(ONE, {"paper": "2031-03-01"})
        assert store.sent_counts([kept.id])[1] == replace(there, has_paper=True)
        assert list(store.package_heads()) == [replace(kept, content={}), empty]
        assert list(store.package_heads("south")) == [empty]
        assert (store.package("2031-B1-1"), store.package("2031-B1-2")) == (kept, None)

    writer.run_blocking(act)


def test_applications_are_found_by_id_and_by_body(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        filled(store)
        assert list(store.applications_by_id([ONE, "f" * 16])) == [store.application(ONE)]
        assert list(store.applications_by_id([])) == []
        store.set_route_key(ONE, "甲 局")
        assert list(store.handed_in_alike(["甲 局"])) == []  # a draft
        store.move(ONE, "submitted", True, "2031-001-1", NOW)
        assert list(store.handed_in_alike(["甲 局", "乙 局"])) == [(ONE, "north", "甲 局")]
        assert list(store.handed_in_alike(["乙 局"])) == []

    writer.run_blocking(act)


def test_notice_knows_what_became_of_each_copy(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        office, holder = someone(store, "zhao", "赵六"), filled(store)
        draft = Notice(0, "验收", "请确认", {"stage": "draft"}, True, office, NOW, NoticeState.DRAFT)
        notice = store.add_notice(draft)
        assert store.notice(notice.id) == notice
        store.set_notice(notice.id, NoticeState.RELEASED, office, NOW)
        store.set_notice(notice.id, NoticeState.STOPPED, None, None)
        assert [(one.state, one.released_by) for one in store.notices()] == [("stopped", office)]

        key = f"notice:{notice.id}:{holder}:wecom"
        assert store.add_delivery(notice.id, holder, "wecom", "zhang", key)
        assert not store.add_delivery(notice.id, holder, "wecom", "zhang", key)
        store.queue([Draft(key, Channel.WECOM, holder, "zhang", Text("请确认"))], NOW)
        assert store.confirm_delivery(notice.id, holder, NOW)
        assert not store.confirm_delivery(notice.id, holder, NOW)
        assert store.told_by_telephone(notice.id, holder, office, NOW)
        assert store.outbox_keys("notice:") == {key}
        assert store.outbox_keys("notice;") == set()
        assert store.cancel_outbox([key, "nothing"], NOW) == 1
        (copy,) = store.deliveries(notice.id)
        assert (copy.name, copy.state, copy.confirmed_at, copy.told_by) == ("张三", "cancelled", NOW, office)
        assert store.delivery_counts() == {notice.id: (1, 1, 0)}
        assert (list(store.copies_of(holder)), list(store.copies_of(office))) == ([copy], [])

        store.set_notice_time(notice.id, NOW)
        assert [one.at for one in store.notices()] == [NOW]
        store.set_letter(notice.id, holder, "wecom", "<1@a>")
        assert store.copy_of_letter("<1@a>") == (notice.id, holder, "zhang")
        assert store.copy_of_letter("<2@a>") is None

    writer.run_blocking(act)


def test_what_was_delivered_can_be_taken_back_once(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        holder = filled(store)
        draft = Notice(0, "验收", "请确认", {}, False, holder, NOW, NoticeState.DRAFT)
        notice = store.add_notice(draft).id
        key = f"notice:{notice}:{holder}:wecom"
        store.add_delivery(notice, holder, "wecom", "zhang", key)
        rows = [Draft(one, Channel.WECOM, holder, "zhang", Text("请确认")) for one in (key, key + BUTTON)]
        store.queue(rows, NOW)
        assert store.is_on_its_way(notice)
        for number in (1, 2):
            (row,) = store.claim_due(Channel.WECOM, "me", NOW, 9)
            store.settle(row.id, "me", Delivery(Outcome.SENT, remote_id=f"m{number}"), NOW)
        assert not store.is_on_its_way(notice)
        later = NOW + timedelta(seconds=1)
        last, found = store.recallable(notice, NOW, 0, 9)
        assert list(found) == [("m1", holder, "zhang"), ("m2", holder, "zhang")]
        assert store.recallable(notice, later, 0, 9) == (last, [])
        assert store.recallable(notice, NOW, last, 9) == (0, [])
        store.queue([Draft(f"{RECALLED}m1", Channel.WECOM, holder, "zhang", Recall(("m1",)))], NOW)
        assert store.recallable(notice, NOW, 0, 9) == (last, [("m2", holder, "zhang")])
        (copy,) = store.deliveries(notice)
        assert (copy.remote_id, copy.sent_at, copy.recall) == ("m1", NOW, "queued")

    writer.run_blocking(act)
