"""The contract of what pages read of many applications at once, on both databases."""

from __future__ import annotations

from bot.model.mail import FileKind, Material, MaterialState
from bot.model.message import Channel
from bot.model.sheet import Inspector, OnSiteSheet
from bot.ports import Store
from storage.writer import ThreadWriter
from tests.fakes.four_applications import FOUR, NOW, ONE, THREE, TWO, four


def deck(application: str, sha256: str) -> Material:
    state = MaterialState.REGISTERED
    return Material(0, application, FileKind.DECK, 0, sha256, "报告.pptx", 4, "pptx", state, "mail:1", NOW)


def test_what_is_read_of_many_is_what_is_read_of_each(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        four(store)
        for application, content in ((ONE, "1"), (ONE, "2"), (FOUR, "3"), (THREE, "4")):
            store.add_material(deck(application, content * 64))
        holder = store.application(TWO)
        assert holder is not None
        person = holder.holder
        store.bind(person, Channel.MAIL, "two@a.cn")
        store.unreachable(Channel.MAIL, "two@a.cn", 550, NOW)
        store.open_sheet(OnSiteSheet(0, TWO, 1, False, (Inspector(person, "组长"),), person, NOW))

        assert dict(store.count_by_body()) == {"north": 2, "": 1, "south": 1}
        assert {key: list(found) for key, found in store.materials_of_body("north").items()} == {
            ONE: list(store.materials(ONE)),
            FOUR: list(store.materials(FOUR)),
        }
        assert list(store.every_address()[person]) == [
            (Channel.WECOM, "holder-乙局", True),
            (Channel.MAIL, "two@a.cn", False),
        ]

    writer.run_blocking(act)
