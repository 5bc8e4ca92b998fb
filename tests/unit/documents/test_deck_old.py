"""What is read of an old binary .ppt, record by record."""

from __future__ import annotations

import io

import pytest

from bot.documents.deck_ppt import read_ppt
from bot.documents.deck_slide import Clip, UnreadableDeck
from bot.model.deck import DeckProblem
from tests.fakes.deck_ppt import OldSheet, compound_file, old_deck


def test_text_comes_from_shapes_and_from_the_outline_they_name() -> None:
    found = read_ppt(io.BytesIO(old_deck([OldSheet("标题", ("一行\r又一行",), "大纲里的字")])))

    assert [slide.texts for slide in found.slides] == [("标题", "一行", "又一行", "大纲里的字")]
    assert found.slides[0].titles == ("标题",)


def test_footer_is_shown_but_no_text_of_the_slide() -> None:
    (slide,) = read_ppt(io.BytesIO(old_deck([OldSheet("标题", footer="柔性执法")]))).slides

    assert (slide.texts, slide.margins, slide.blank) == (("标题",), ("柔性执法",), False)


def test_earlier_saves_left_in_the_file_are_no_slides() -> None:
    content = old_deck([OldSheet("甲"), OldSheet("乙"), OldSheet("丙")], saved_again=True)

    assert [slide.titles for slide in read_ppt(io.BytesIO(content)).slides] == [("甲",), ("乙",), ("丙",)]


def test_pictures_are_counted_by_use() -> None:
    found = read_ppt(io.BytesIO(old_deck([OldSheet("甲", pictures=2), OldSheet("乙", pictures=1)])))

    assert [[picture.image for picture in slide.pictures] for slide in found.slides] == [["1", "2"], ["1"]]


def test_video_of_an_old_deck_is_a_file_outside_it() -> None:
    found = read_ppt(io.BytesIO(old_deck([OldSheet("甲"), OldSheet("乙", movie="D:\\录像\\a.avi")])))

    assert [slide.clips for slide in found.slides] == [(), (Clip("a.avi", False, "D:\\录像\\a.avi"),)]


def test_macros_are_seen() -> None:
    sheets = [OldSheet("甲")]

    assert [read_ppt(io.BytesIO(old_deck(sheets, macros=has))).macros for has in (False, True)] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (old_deck([OldSheet("甲")], encrypted=True), DeckProblem.ENCRYPTED),
        (old_deck([OldSheet("甲")])[:3000], DeckProblem.DAMAGED),
        (compound_file({"Current User": b"", "PowerPoint Document": b""}), DeckProblem.DAMAGED),
        (compound_file({"PowerPoint Document": b"\x0f\x00\xe8\x03"}), DeckProblem.DAMAGED),
    ],
    ids=["encrypted", "cut short", "no records", "no current user"],
)
def test_old_deck_that_does_not_open_says_why(content: bytes, problem: DeckProblem) -> None:
    with pytest.raises(UnreadableDeck) as raised:
        read_ppt(io.BytesIO(content))
    assert raised.value.problem is problem


def test_records_that_point_to_themselves_come_to_an_end() -> None:
    content = bytearray(old_deck([OldSheet("甲")]))
    edit = content.index(bytes.fromhex("0000f50f"))  # the edit record, whose earlier edit is made itself
    start = content.index(bytes.fromhex("0f00e803"))
    content[edit + 16 : edit + 20] = (edit - start).to_bytes(4, "little")

    assert [slide.titles for slide in read_ppt(io.BytesIO(bytes(content))).slides] == [("甲",)]
