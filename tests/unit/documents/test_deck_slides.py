"""What is read of a .pptx: all that shows on the screen, in order, and nothing else."""

from __future__ import annotations

import io

import pytest

from bot.documents.deck_pptx import read_pptx
from bot.documents.deck_slide import Clip, Deck, Slide
from tests.fakes.decks import VIDEO, Sheet, deck, retyped, with_macros, without_part

MEDIA = "ppt/media/media1.mp4"


def read(*sheets: Sheet, prompts: tuple[str, ...] = ()) -> Deck:
    return read_pptx(io.BytesIO(deck(sheets, prompts)))


def only(sheet: Sheet) -> Slide:
    (slide,) = read(sheet).slides
    return slide


def test_slides_come_in_order_hidden_ones_included() -> None:
    slides = read(Sheet("甲"), Sheet("乙", hidden=True), Sheet("丙")).slides

    assert [slide.titles for slide in slides] == [("甲",), ("乙",), ("丙",)]


def test_title_and_body_are_told_apart() -> None:
    slide = only(Sheet("标题", ("第一行", "第二行")))

    assert (slide.titles, slide.paragraphs) == (("标题",), ("第一行", "第二行"))


def test_text_is_found_in_groups_tables_charts_and_smart_art() -> None:
    slide = only(
        Sheet(
            "标题", grouped=("组内",), table=(("表头",), ("单元格",)), chart="图题", smart_art=("图示文字",)
        )
    )

    assert slide.paragraphs == ("组内", "表头", "单元格", "图题", "数量", "一季度", "二季度", "图示文字")
    assert slide.figures == 2


def test_notes_and_masters_are_not_on_the_slide() -> None:
    found = read(Sheet("标题", notes="备注里的便民服务"), prompts=("母版里的柔性执法",))

    assert [slide.texts for slide in found.slides] == [("标题",)]
    assert found.notes


def test_notes_page_without_text_is_no_note() -> None:
    assert not read(Sheet("标题")).notes


def test_pictures_are_counted_by_use_with_their_share_of_the_slide() -> None:
    slide = only(Sheet("标题", pictures=2))

    assert [round(picture.share or 0, 3) for picture in slide.pictures] == [0.08, 0.08]
    assert len({picture.image for picture in slide.pictures}) == 2


def test_linked_video_is_not_in_the_deck() -> None:
    assert only(Sheet("录像", linked_video=VIDEO)).clips == (Clip("video.mp4", False, VIDEO),)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("file:///D:/录像/a.mp4", "D:\\录像\\a.mp4"),
        ("file:///D:\\%E5%BD%95%E5%83%8F.mp4", "D:\\录像.mp4"),
        ("file://server/share/a.wmv", "server/share/a.wmv"),
        ("media/a.avi", "media/a.avi"),
        ("https://v.example.cn/a%20b.mp4", "https://v.example.cn/a%20b.mp4"),
    ],
)
def test_target_of_a_linked_video_is_shown_as_people_know_it(written: str, shown: str) -> None:
    assert [clip.target for clip in only(Sheet("录像", linked_video=written)).clips] == [shown]


def test_embedded_video_is_in_the_deck_and_no_picture() -> None:
    slide = only(Sheet("录像", embedded_video=True))

    assert slide.clips == (Clip("movie.mp4", True),)
    assert slide.pictures == ()


def test_video_whose_part_is_lost_is_not_in_the_deck() -> None:
    content = without_part(deck([Sheet("录像", embedded_video=True)]), MEDIA)

    assert read_pptx(io.BytesIO(content)).slides[0].clips == (Clip("media1.mp4", False, MEDIA),)


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_shows_and_templates_are_read_too(kind: str) -> None:
    found = read_pptx(io.BytesIO(retyped(deck([Sheet("标题")]), kind)))

    assert [slide.titles for slide in found.slides] == [("标题",)]


def test_macros_are_seen() -> None:
    content = deck([Sheet("标题")])

    assert [read_pptx(io.BytesIO(one)).macros for one in (content, with_macros(content))] == [False, True]
