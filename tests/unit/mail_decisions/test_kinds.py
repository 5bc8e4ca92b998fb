"""What a file was taken for, and what others' words look like in ours."""

from __future__ import annotations

import pytest

from bot.mail.kinds import Taken, take
from bot.mail.wording import bare_subject, shown, size
from bot.model.mail import FileKind, FileState, Inspection, Part

DECK, SCAN = Inspection(FileKind.DECK), Inspection(FileKind.SCAN)


def part(name: str, type: str, problem: FileState | None = None, inline: bool = False) -> Part:
    return Part(name, (), 1000, "0" * 64, type, problem, inline)


@pytest.mark.parametrize(
    ("found", "seen", "taken"),
    [
        (part("a.pptx", "pptx"), DECK, Taken(FileKind.DECK)),
        (part("a.pptx", "pptx"), None, Taken(FileKind.DECK, is_checked=False)),
        (part("a.pptx", "unknown", FileState.EMPTY), None, Taken(FileKind.DECK, FileState.EMPTY)),
        (
            part("a.pptx", "pptx"),
            Inspection(FileKind.DECK, FileState.ENCRYPTED),
            Taken(FileKind.DECK, FileState.ENCRYPTED),
        ),
        (
            part("a.doc", "ppt"),
            Inspection(FileKind.DECK, FileState.MISLABELLED),
            Taken(FileKind.DECK, hint=FileState.MISLABELLED),
        ),
        (
            part("预算.pptx", "xlsx"),
            Inspection(FileKind.OTHER, FileState.NOT_A_DECK),
            Taken(FileKind.OTHER, FileState.NOT_A_DECK),
        ),
        (part("盖章.jpg", "jpg"), SCAN, Taken(FileKind.SCAN)),
        (part("image001.jpg", "jpg", inline=True), SCAN, Taken(FileKind.INLINE, FileState.KEPT)),
        (part("a.pptx", "pptx", inline=True), DECK, Taken(FileKind.DECK)),
        (part("空白.docx", "docx"), Inspection(FileKind.FORM, form={}), Taken(FileKind.FORM, FileState.KEPT)),
        (part("材料.zip", "zip"), None, Taken(FileKind.ARCHIVE, FileState.KEPT)),
        (
            part("材料.rar", "rar", FileState.ENCRYPTED),
            None,
            Taken(FileKind.ARCHIVE, FileState.ENCRYPTED),
        ),
    ],
)
def test_file_is_taken_for_what_it_is(found: Part, seen: Inspection | None, taken: Taken) -> None:
    assert take(found, seen) == taken


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (1023, "1023 B"), (35_840, "35 KB"), (1_834_211, "1.7 MB"), (268_435_456, "256.0 MB")],
)
def test_size_is_said_as_people_read_it(count: int, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: 回复：申报报告 [2019-017-1]", "申报报告"),
        ("[2019-017] 转发: 申报报告", "申报报告"),
        ("材料\r\nBcc: x@y.cn", "材料 Bcc: x@y.cn"),
        ("", ""),
    ],
)
def test_subject_is_taken_without_what_replies_put_there(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_words_of_others_are_cut_and_hide_nothing() -> None:
    assert shown("a\u202excod.exe\tb") == "a xcod.exe b"
    assert len(shown("长" * 500)) == 80
