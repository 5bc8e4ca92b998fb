"""The contract of what is remembered of the office's edits, and of its directory."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model.edits import ContactCard, Edit, MessageState
from bot.model.message import Channel, Text
from bot.model.staff import Role
from bot.ports import Draft, Store
from storage.database import Database, open_database
from storage.writer import ThreadWriter

NOW = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)


def someone(store: Store, address: str, name: str) -> int:
    return store.visitor(Channel.WECOM, address, name, NOW).person.id


def test_edits_are_kept_in_order_and_never_replaced(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = someone(store, "li", "李四")
        first = store.add_edit(Edit(0, "campaign/contact/phone", '"1"', '"0"', "换号", person, NOW))
        second = store.add_edit(Edit(0, "campaign/contact/phone", None, '"1"', "", person, NOW))
        assert first.id < second.id
        assert store.edits() == [
            Edit(first.id, "campaign/contact/phone", '"1"', '"0"', "换号", person, NOW, "李四"),
            Edit(second.id, "campaign/contact/phone", None, '"1"', "", person, NOW, "李四"),
        ]

    writer.run_blocking(act)


def test_edits_of_another_campaign_are_not_ours(writer: ThreadWriter, store_url: str) -> None:
    def act(store: Store) -> None:
        person = someone(store, "li", "李四")
        store.add_edit(Edit(0, "campaign/contact/phone", '"1"', None, "", person, NOW))

    writer.run_blocking(act)
    other: Database = open_database(store_url, "autumn-2031")
    assert other.read(lambda store: list(store.edits())) == []
    other.close()


def test_card_is_replaced(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = someone(store, "li", "李四")
        store.set_card(ContactCard(person, "0375-2663225", "上午在"))
        store.set_card(ContactCard(person, "13800000000", ""))
        assert store.cards() == {person: ContactCard(person, "13800000000", "")}

    writer.run_blocking(act)


def test_address_is_removed_from_its_person_alone(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        li, wang = someone(store, "li", "李四"), someone(store, "wang", "王五")
        assert not store.remove_address(wang, Channel.WECOM, "li")
        assert store.remove_address(li, Channel.WECOM, "li")
        assert not store.remove_address(li, Channel.WECOM, "li")
        assert list(store.addresses(li)) == []
        assert someone(store, "li", "李四") not in (li, wang)

    writer.run_blocking(act)


def test_members_are_copied_once_and_without_those_who_left(writer: ThreadWriter, store_url: str) -> None:
    def act(store: Store) -> tuple[int, int]:
        li, wang = someone(store, "li", "李四"), someone(store, "wang", "王五")
        store.add_member(li, Role.BODY, "north", True, NOW)
        store.add_member(wang, Role.OFFICE, "", False, NOW)
        store.end_member(store.memberships(wang)[0].id, NOW)
        return store.copy_members("autumn-2031", NOW), store.copy_members("autumn-2031", NOW)

    assert writer.run_blocking(act) == (1, 0)
    other = open_database(store_url, "autumn-2031")
    members = other.read(lambda store: list(store.members()))
    assert [(one.name, one.role, one.body, one.deputy) for one in members] == [
        ("李四", Role.BODY, "north", True)
    ]
    other.close()


def test_message_states_are_those_of_the_prefix(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        person = someone(store, "li", "李四")
        keys = ("test:1:2", "test:10:1", "test:1:1")
        store.queue([Draft(key, Channel.WECOM, person, "li", Text("试发")) for key in keys], NOW)
        assert store.message_states("test:1:") == [
            MessageState("test:1:2", "wecom", "li", "queued", "", NOW),
            MessageState("test:1:1", "wecom", "li", "queued", "", NOW),
        ]

    writer.run_blocking(act)


def test_address_that_could_not_be_reached_is_tried_again(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        for address in ("li", "wang"):
            store.unreachable(Channel.WECOM, address, 81013, NOW)
        store.forget_unreachable(Channel.WECOM, "li")
        assert not store.is_unreachable(Channel.WECOM, "li")
        assert store.is_unreachable(Channel.WECOM, "wang")

    writer.run_blocking(act)
