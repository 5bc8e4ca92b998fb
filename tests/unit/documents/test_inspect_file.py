from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from msoffcrypto.format.ooxml import OOXMLFile
from PIL import Image
from pptx import Presentation

from bot.documents.file_type import file_type
from bot.documents.form_fill import fill_form
from bot.documents.inspect_file import inspect
from bot.documents.print_code import print_code
from bot.model.mail import FileKind, FileState, Inspection
from config.campaign import Campaign
from tests.unit.documents.ole_files import ole_file, ppt_streams
from tests.unit.documents.packed_files import zip_file
from tests.unit.documents.pdf_files import LANDSCAPE, pdf_file

CODE = print_code("a version")
A4_LYING = (842, 595)

Inspect = Callable[[str, bytes], Inspection]


def deck(*, macros: bool = False, slides: int = 2) -> bytes:
    presentation = Presentation()
    for _ in range(slides):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = "组织领导强"
    written = io.BytesIO()
    presentation.save(written)
    if macros:
        with zipfile.ZipFile(written, "a") as archive:
            archive.writestr("ppt/vbaProject.bin", b"macros")
    return written.getvalue()


def document(*lines: str) -> bytes:
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def with_text(content: bytes, old: str, new: str) -> bytes:
    """A paper on which somebody wrote something else."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as paper, zipfile.ZipFile(written, "w") as archive:
        for name in paper.namelist():
            text = paper.read(name)
            is_body = name == "word/document.xml"
            archive.writestr(name, text.replace(old.encode(), new.encode()) if is_body else text)
    return written.getvalue()


def locked(content: bytes) -> bytes:
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("secret", written)
    return written.getvalue()


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4, 3)).save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def inspected(tmp_path: Path, campaign: Campaign) -> Inspect:
    """Inspects content under a name, with the type it has by its content."""

    def of(name: str, content: bytes) -> Inspection:
        path = tmp_path / "content"
        path.write_bytes(content)
        return inspect(str(path), name, file_type(path, name).type, campaign)

    return of


def summary(found: Inspection) -> tuple[FileKind, FileState | None, int | None]:
    return found.kind, found.problem, found.pages


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("报告.pptx", deck(), (FileKind.DECK, None, 2)),
        ("报告.dps", deck(slides=3), (FileKind.DECK, None, 3)),
        ("没有扩展名", deck(), (FileKind.DECK, None, 2)),
        ("报告.pptx", deck(macros=True), (FileKind.DECK, FileState.MACRO, 2)),
        ("报告.ppt", deck(), (FileKind.DECK, FileState.MISLABELLED, 2)),
        ("报告.pptx", deck(slides=0), (FileKind.DECK, FileState.EMPTY, 0)),
        ("报告.pptx", locked(deck()), (FileKind.DECK, FileState.ENCRYPTED, None)),
        ("报告.ppt", ole_file(ppt_streams(locked=True)), (FileKind.DECK, FileState.ENCRYPTED, None)),
        ("报告.pptx", deck()[:-3000], (FileKind.DECK, FileState.DAMAGED, None)),
    ],
)
def test_deck_is_a_deck_even_when_it_does_not_open(
    inspected: Inspect, name: str, content: bytes, expected: tuple[FileKind, FileState | None, int | None]
) -> None:
    found = inspected(name, content)
    assert summary(found) == expected
    assert found.deck is not None
    assert (found.deck.slides, found.form, found.code) == (expected[2], None, "")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("报告.pptx", b"", FileState.EMPTY),
        ("报告.pptx", "只有文字".encode(), FileState.NOT_A_DECK),
        ("报告.ppt", picture(), FileState.NOT_A_DECK),
        ("报告.pptx", document("不是申报表"), FileState.NOT_A_DECK),
        ("报告.pptx", zip_file({"a.txt": b"1"}), FileState.NOT_A_DECK),
        ("报告.ppt", zip_file({"a.txt": b"1"})[:-10], FileState.DAMAGED),
        ("报告.ppt", bytes(range(256)) * 4, FileState.NOT_A_DECK),
    ],
)
def test_what_only_calls_itself_a_deck_is_none(
    inspected: Inspect, name: str, content: bytes, problem: FileState
) -> None:
    assert summary(inspected(name, content)) == (FileKind.OTHER, problem, None)


def test_filled_form_gives_its_values_and_its_code(inspected: Inspect, campaign: Campaign) -> None:
    values = {"applicant_unit": "宝丰县市场监督管理局", "fill_date": "2019-07-10", "leader": "张三"}
    found = inspected("申报表.wps", fill_form(campaign, values, CODE))
    assert found == Inspection(FileKind.FORM, form=values, code=CODE)


def test_value_that_cannot_be_taken_is_given_as_it_stands(inspected: Inspect, campaign: Campaign) -> None:
    content = fill_form(campaign, {"leader": "张三", "unit_level": "正科级"}, None)
    found = inspected("申报表.docx", with_text(content, "正科级", "很" * 21))
    assert found == Inspection(FileKind.FORM, form={"leader": "张三", "unit_level": "很" * 21})


def test_blank_form_is_a_form_without_values(inspected: Inspect, campaign: Campaign) -> None:
    blank = fill_form(campaign, {}, None)
    assert inspected("附件1.docx", blank) == Inspection(FileKind.FORM, form={})


def test_form_under_the_name_of_a_deck_is_still_a_form(inspected: Inspect, campaign: Campaign) -> None:
    found = inspected("报告.pptx", fill_form(campaign, {"leader": "张三"}, CODE))
    assert found == Inspection(FileKind.FORM, form={"leader": "张三"}, code=CODE)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("情况说明.docx", document("关于申报工作的情况说明"), None),
        ("申报表.docx", locked(document("密")), FileState.ENCRYPTED),
        ("申报表.docx", document("残")[:-200], FileState.DAMAGED),
        ("申报表.docx", b"", FileState.EMPTY),
    ],
)
def test_word_file_that_is_no_form_is_other(
    inspected: Inspect, name: str, content: bytes, problem: FileState | None
) -> None:
    assert inspected(name, content) == Inspection(FileKind.OTHER, problem)


def test_word_file_beyond_all_measure_is_too_large(
    tmp_path: Path, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.documents.word_file.MOST_BYTES", 1000)
    path = tmp_path / "content"
    path.write_bytes(bytes(1001))
    found = inspect(path, "申报表.doc", "doc", campaign)
    assert found == Inspection(FileKind.OTHER, FileState.TOO_LARGE)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf_file(2), Inspection(FileKind.SCAN, pages=2)),
        (pdf_file(2, text=f"Code {CODE}"), Inspection(FileKind.SCAN, code=CODE, pages=2)),
        (pdf_file(5, A4_LYING), Inspection(FileKind.SCAN, pages=5)),
        (pdf_file(5, LANDSCAPE, f"Code {CODE}"), Inspection(FileKind.SCAN, code=CODE, pages=5)),
        (pdf_file(30, LANDSCAPE), Inspection(FileKind.OTHER, pages=30)),
        (pdf_file(30, A4_LYING, "Slide"), Inspection(FileKind.OTHER, pages=30)),
        (pdf_file(3, LANDSCAPE, "Slide"), Inspection(FileKind.SCAN, pages=3)),
        (pdf_file(2, locked=True), Inspection(FileKind.SCAN, FileState.ENCRYPTED)),
        (b"%PDF-1.4\nnothing", Inspection(FileKind.SCAN, FileState.DAMAGED)),
    ],
)
def test_pdf_is_a_scan_unless_it_is_made_of_slides(
    inspected: Inspect, content: bytes, expected: Inspection
) -> None:
    assert inspected("扫描件.pdf", content) == expected


def test_pdf_under_the_name_of_a_deck_is_none(inspected: Inspect) -> None:
    found = inspected("报告.pptx", pdf_file(30, LANDSCAPE))
    assert found == Inspection(FileKind.OTHER, FileState.NOT_A_DECK, pages=30)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("扫描.jpg", picture(), FileKind.SCAN),
        ("扫描.ofd", zip_file({"OFD.xml": b"<ofd/>"}), FileKind.SCAN),
        ("材料.zip", zip_file({"a.txt": b"1"}), FileKind.ARCHIVE),
        ("说明.txt", "说明".encode(), FileKind.OTHER),
    ],
)
def test_other_files_are_told_by_their_type(
    inspected: Inspect, name: str, content: bytes, kind: FileKind
) -> None:
    assert inspected(name, content) == Inspection(kind)
