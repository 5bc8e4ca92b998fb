"""A file that cannot be used as a deck says exactly why, and what to do about it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from bot.documents.deck import check_deck
from bot.model.deck import DeckProblem, DeckReport
from config.campaign import Campaign
from tests.fakes import decks
from tests.fakes.deck_ppt import OldSheet, old_deck

GOOD = decks.deck(decks.good())
OLD = old_deck([OldSheet("一、服务意识强", ("便民",))])


def check(content: bytes, name: str, folder: Path, campaign: Campaign) -> DeckReport:
    path = folder / "file"
    path.write_bytes(content)
    return check_deck(path, name, campaign)


@pytest.mark.parametrize(
    ("name", "content", "format", "problem"),
    [
        ("a.pptx", decks.encrypted(GOOD), "pptx", DeckProblem.ENCRYPTED),
        ("a.ppt", old_deck([OldSheet("甲")], encrypted=True), "ppt", DeckProblem.ENCRYPTED),
        ("a.pptx", decks.truncated(GOOD), "pptx", DeckProblem.DAMAGED),
        ("a.ppt", OLD[:3000], "ppt", DeckProblem.DAMAGED),
        ("a.pptx", decks.without_part(GOOD, "ppt/slides/slide3.xml"), "pptx", DeckProblem.DAMAGED),
        ("a.pptx", decks.entity_bomb(), "pptx", DeckProblem.DAMAGED),
        ("a.pptx", b"", None, DeckProblem.ZERO_BYTES),
        ("a.pptx", decks.document(), None, DeckProblem.NOT_A_DECK),
        ("a.ppt", b"%PDF-1.7\n" + bytes(600), None, DeckProblem.NOT_A_DECK),
        ("a.pptx", decks.picture(), None, DeckProblem.NOT_A_DECK),
        ("a.pptx", "这不是演示文稿".encode(), None, DeckProblem.NOT_A_DECK),
    ],
)
def test_file_that_does_not_open_has_no_counts(
    name: str,
    content: bytes,
    format: str | None,
    problem: DeckProblem,
    tmp_path: Path,
    campaign: Campaign,
) -> None:
    report = check(content, name, tmp_path, campaign)

    assert (report.format, report.opens, report.problem) == (format, False, problem)
    assert (report.slides, report.characters, report.pictures, report.videos) == (None, None, None, ())
    assert (report.size, report.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(report.messages) == 1


def test_bomb_is_not_unpacked(tmp_path: Path, campaign: Campaign) -> None:
    content = decks.bomb(megabytes=300)
    report = check(content, "a.pptx", tmp_path, campaign)

    assert len(content) < 400_000
    assert (report.opens, report.problem) == (False, DeckProblem.TOO_LARGE)


def test_plain_zip_is_no_deck(tmp_path: Path, campaign: Campaign) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("照片.jpg", b"\xff\xd8\xff")

    assert check(out.getvalue(), "a.pptx", tmp_path, campaign).problem is DeckProblem.NOT_A_DECK


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.pptx", GOOD, "pptx"),
        ("a.ppsx", GOOD, "pptx"),
        ("a.ppsx", decks.retyped(GOOD, "slideshow"), "ppsx"),
        ("a.potx", decks.retyped(GOOD, "template"), "potx"),
        ("a.pptm", decks.with_macros(GOOD), "pptm"),
        ("a.ppt", OLD, "ppt"),
        ("a.pps", OLD, "pps"),
        ("申报报告.DPS", OLD, "dps"),
        ("申报报告", GOOD, "pptx"),
    ],
)
def test_every_kind_of_deck_opens(
    name: str, content: bytes, format: str, tmp_path: Path, campaign: Campaign
) -> None:
    report = check(content, name, tmp_path, campaign)

    assert (report.format, report.opens, report.problem) == (format, True, None)


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.ppt", GOOD, "pptx"),
        ("a.pptx", OLD, "ppt"),
        ("a.doc", OLD, "ppt"),
        ("a.pptx", decks.with_macros(GOOD), "pptm"),
    ],
)
def test_deck_under_another_kinds_name_opens_and_says_so(
    name: str, content: bytes, format: str, tmp_path: Path, campaign: Campaign
) -> None:
    report = check(content, name, tmp_path, campaign)

    assert (report.format, report.opens, report.problem) == (format, True, DeckProblem.MISLABELLED)
    given = name.rpartition(".")[2]
    assert report.messages[0] == (
        f"文件名后缀是.{given}，内容实际是.{format}，有的电脑会打不开。请改正后缀或另存为.pptx后重发"
    )


@pytest.mark.parametrize(
    "content",
    [decks.deck([]), decks.deck([decks.Sheet(), decks.Sheet()]), old_deck([OldSheet(), OldSheet()])],
)
def test_deck_with_nothing_on_it_opens_and_is_empty(
    content: bytes, tmp_path: Path, campaign: Campaign
) -> None:
    name = "a.pptx" if content[:2] == b"PK" else "a.ppt"
    report = check(content, name, tmp_path, campaign)

    assert (report.opens, report.problem, report.characters) == (True, DeckProblem.EMPTY, 0)


def test_deck_with_notes_only_is_empty_and_told_why(tmp_path: Path, campaign: Campaign) -> None:
    content = decks.deck([decks.Sheet(notes="服务意识强，全年上门服务86次")])
    report = check(content, "a.pptx", tmp_path, campaign)

    assert (report.problem, report.characters) == (DeckProblem.EMPTY, 0)
    assert report.messages[-1] == campaign.phrases["deck_notes_only"]
    assert {found.level.value for found in report.conditions.values()} == {"absent"}


def test_deck_of_pictures_alone_is_not_empty(tmp_path: Path, campaign: Campaign) -> None:
    report = check(decks.deck([decks.Sheet(pictures=1)]), "a.pptx", tmp_path, campaign)

    assert (report.problem, report.characters, report.pictures) == (None, 0, 1)


def test_deck_of_too_many_slides_is_too_large(tmp_path: Path, campaign: Campaign) -> None:
    report = check(old_deck([OldSheet("页")] * 2001), "a.ppt", tmp_path, campaign)

    assert (report.opens, report.problem) == (False, DeckProblem.TOO_LARGE)
