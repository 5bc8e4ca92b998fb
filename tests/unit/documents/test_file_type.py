from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto
import py7zr
import pytest
from docx import Document
from msoffcrypto.format.ooxml import OOXMLFile
from PIL import Image
from pptx import Presentation

from bot.documents.file_type import FileType, file_type
from bot.model.mail import FileState
from tests.unit.documents.ole_files import doc_streams, ole_file, ppt_streams
from tests.unit.documents.packed_files import locked_zip, rar3_file, rar5_file, zip_file
from tests.unit.documents.pdf_files import pdf_file

PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def deck() -> bytes:
    written = io.BytesIO()
    Presentation().save(written)
    return written.getvalue()


def document() -> bytes:
    written = io.BytesIO()
    Document().save(written)
    return written.getvalue()


def rewritten(content: bytes, *, main: str = PPTX_MAIN, more: tuple[str, ...] = ()) -> bytes:
    """The deck with another content type of its main part, and more parts in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(PPTX_MAIN.encode(), main.encode()))
        for name in more:
            target.writestr(name, b"more")
    return written.getvalue()


def locked(content: bytes) -> bytes:
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("secret", written)
    assert msoffcrypto.OfficeFile(written).is_encrypted()
    return written.getvalue()


def picture(format: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4, 3)).save(written, format)
    return written.getvalue()


def seven_zip(password: str | None = None, *, names_too: bool = False) -> bytes:
    written = io.BytesIO()
    with py7zr.SevenZipFile(written, "w", password=password, header_encryption=names_too) as archive:
        archive.writestr(b"content", "a.txt")
    return written.getvalue()


@pytest.fixture
def typed(tmp_path: Path) -> Callable[[str, bytes], FileType]:
    """What a file of this name and content is taken for."""

    def of(name: str, content: bytes) -> FileType:
        path = tmp_path / "content"
        path.write_bytes(content)
        return file_type(path, name)

    return of


Typed = Callable[[str, bytes], FileType]

OPEN_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
MACRO_MAIN = "application/vnd.ms-powerpoint."


@pytest.mark.parametrize(
    ("name", "main", "expected"),
    [
        ("报告.pptx", OPEN_MAIN + "presentation.main+xml", "pptx"),
        ("报告.ppsx", OPEN_MAIN + "slideshow.main+xml", "ppsx"),
        ("报告.potx", OPEN_MAIN + "template.main+xml", "potx"),
        ("报告.pptm", MACRO_MAIN + "presentation.macroEnabled.main+xml", "pptm"),
        ("报告.ppsm", MACRO_MAIN + "slideshow.macroEnabled.main+xml", "ppsm"),
        ("报告.PPTX ", OPEN_MAIN + "presentation.main+xml", "pptx"),
        ("报告．pptx", OPEN_MAIN + "presentation.main+xml", "pptx"),
        ("报告.dps", OPEN_MAIN + "presentation.main+xml", "dps"),
        ("报告", OPEN_MAIN + "presentation.main+xml", "pptx"),
    ],
)
def test_new_deck_is_told_by_its_main_part(typed: Typed, name: str, main: str, expected: str) -> None:
    assert typed(name, rewritten(deck(), main=main)) == FileType(expected)


@pytest.mark.parametrize(
    ("name", "streams", "expected"),
    [
        ("报告.ppt", ppt_streams(), "ppt"),
        ("报告.pps", ppt_streams(), "pps"),
        ("报告.dps", ppt_streams(), "dps"),
        ("申报表.doc", doc_streams(), "doc"),
        ("申报表.wps", doc_streams(), "wps"),
        ("申报表.wps", {"CONTENTS": b"", "MatOST": b""}, "works"),
        ("申报表.wps", {"MN0": b"", "MM": b""}, "works"),
        ("预算.xls", {"Workbook": b"\x09\x08\x10\0" + bytes(16)}, "xls"),
        ("预算.et", {"Workbook": b"\x09\x08\x10\0" + bytes(16)}, "et"),
        ("邮件.msg", {"__properties_version1.0": b""}, "msg"),
        ("别的.bin", {"Something": b""}, "unknown"),
    ],
)
def test_old_office_file_is_told_by_its_streams(
    typed: Typed, name: str, streams: dict[str, bytes | None], expected: str
) -> None:
    assert typed(name, ole_file(streams)) == FileType(expected)


def test_word_file_is_a_wps_only_by_its_name(typed: Typed) -> None:
    assert [typed(name, document()).type for name in ("表.docx", "表.wps")] == ["docx", "wps"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", picture("JPEG")),
        ("a.png", picture("PNG")),
        ("a.gif", picture("GIF")),
        ("a.bmp", picture("BMP")),
        ("a.tif", picture("TIFF")),
        ("a.webp", picture("WEBP")),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(12)),
        ("a.mp4", b"\0\0\0\x18ftypisom" + bytes(12)),
        ("a.mov", b"\0\0\0\x14ftypqt  " + bytes(12)),
        ("a.avi", b"RIFF\x10\0\0\0AVI LIST" + bytes(12)),
        ("a.wmv", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")),
        ("a.mp3", b"ID3\x04" + bytes(20)),
        ("a.rtf", rb"{\rtf1\ansi }"),
        ("a.tnef", bytes.fromhex("789f3e22") + bytes(20)),
        ("a.exe", b"MZ\x90\0\x03" + bytes(60)),
        ("a.gz", bytes.fromhex("1f8b0800") + bytes(20)),
        ("a.html", "<!DOCTYPE html><p>通知</p>".encode("gbk")),
        ("a.eml", "From: a@b.cn\r\nTo: c@d.cn\r\nSubject: 申报\r\n\r\n正文".encode("gbk")),
        ("a.txt", "申报材料如下".encode("gbk")),
        ("a.txt", "\ufeff申报".encode("utf-16-le")),
        ("a.ofd", zip_file({"OFD.xml": b"<ofd/>"})),
        ("a.odp", zip_file({"mimetype": b"application/vnd.oasis.opendocument.presentation"})),
        ("a.zip", zip_file({"a.txt": b"a"})),
        ("a.zip", zip_file({})),
        ("a.rar", rar3_file({b"a.txt": b"a"})),
        ("a.rar", rar5_file({"a.txt": b"a"})),
        ("a.7z", seven_zip()),
        ("a.pdf", pdf_file(1)),
    ],
)
def test_file_is_told_by_its_first_bytes(typed: Typed, name: str, content: bytes) -> None:
    assert typed(name, content) == FileType(name.rpartition(".")[2])


def test_bytes_without_a_meaning_are_unknown(typed: Typed) -> None:
    assert typed("a.bin", bytes(range(256)) * 4) == FileType("unknown")


def test_nothing_is_empty(typed: Typed) -> None:
    assert typed("报告.pptx", b"") == FileType("unknown", FileState.EMPTY)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("报告.pptx", locked(deck()), "pptx"),
        ("申报表.docx", locked(document()), "docx"),
        ("报告.dps", locked(deck()), "dps"),
        ("报告", locked(deck()), "unknown"),
        ("报告.ppt", ole_file(ppt_streams(locked=True)), "ppt"),
        ("报告.ppt", ole_file(ppt_streams(session=True)), "ppt"),
        ("报告.ppt", ole_file({**ppt_streams(), "EncryptedSummary": b""}), "ppt"),
        ("申报表.doc", ole_file(doc_streams(locked=True)), "doc"),
        ("申报表.wps", ole_file(doc_streams(locked=True)), "wps"),
        ("预算.xls", ole_file({"Workbook": struct.pack("<HHIHH", 0x809, 4, 0, 0x2F, 2)}), "xls"),
        ("材料.zip", locked_zip({"a.txt": b"a"}), "zip"),
        ("材料.rar", rar5_file({}, locked=True), "rar"),
        ("材料.7z", seven_zip("secret"), "7z"),
        ("材料.7z", seven_zip("secret", names_too=True), "7z"),
        ("扫描.pdf", pdf_file(1, locked=True), "pdf"),
    ],
)
def test_password_is_seen(typed: Typed, name: str, content: bytes, expected: str) -> None:
    assert typed(name, content) == FileType(expected, FileState.ENCRYPTED)


def test_pdf_that_only_mentions_encryption_is_not_locked(typed: Typed) -> None:
    assert typed("扫描.pdf", pdf_file(1) + b"% /Encrypt\n") == FileType("pdf")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("报告.pptx", deck()[:-2000], "pptx"),
        ("报告.pptx", deck()[:3000], "pptx"),
        ("报告.dps", deck()[:3000], "dps"),
        ("申报表.docx", document()[:-100], "docx"),
        ("材料.zip", zip_file({"a.txt": b"a"})[:-10], "zip"),
        ("报告.ppt", ole_file(ppt_streams())[:-6000], "ppt"),
        ("申报表.wps", ole_file(doc_streams())[:-3000], "wps"),
        ("报告.ppt", ole_file(ppt_streams())[:700], "ppt"),
        ("无名", ole_file(ppt_streams())[:700], "unknown"),
    ],
)
def test_cut_file_is_damaged(typed: Typed, name: str, content: bytes, expected: str) -> None:
    assert typed(name, content) == FileType(expected, FileState.DAMAGED)


def test_broken_list_of_contents_is_damage(typed: Typed) -> None:
    broken = deck().replace(b"PK\x01\x02", b"PK\x09\x09")
    assert typed("报告.pptx", broken) == FileType("pptx", FileState.DAMAGED)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("报告.pptm", rewritten(deck(), main=MACRO_MAIN + "presentation.macroEnabled.main+xml",
                              more=("ppt/vbaProject.bin",))),
        ("报告.pptx", rewritten(deck(), more=("ppt/vbaProject.bin",))),
        ("报告.ppt", ole_file(ppt_streams(macros=True))),
        ("申报表.doc", ole_file({**doc_streams(), "Macros": None})),
    ],
)  # fmt: skip
def test_macros_are_seen(typed: Typed, name: str, content: bytes) -> None:
    assert typed(name, content) == FileType(name.rpartition(".")[2], FileState.MACRO)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("报告.ppt", deck(), "pptx"),
        ("报告.pptx", ole_file(ppt_streams()), "ppt"),
        ("报告.pptx", pdf_file(1), "pdf"),
        ("报告.pptx", document(), "docx"),
        ("报告.pptx", "只有文字".encode(), "txt"),
        ("申报表.doc", rb"{\rtf1 }", "rtf"),
        ("申报表.doc", document(), "docx"),
        ("扫描.jpg", picture("PNG"), "png"),
        ("材料.rar", zip_file({"a.txt": b"a"}), "zip"),
    ],
)
def test_name_that_promises_another_format_is_mislabelled(
    typed: Typed, name: str, content: bytes, expected: str
) -> None:
    assert typed(name, content) == FileType(expected, FileState.MISLABELLED)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("报告.ppsx", deck(), "pptx"),
        ("扫描.jpeg", picture("JPEG"), "jpg"),
        ("说明.txt", b"<html>", "html"),
        ("没有扩展名", picture("PNG"), "png"),
        ("报告.pptx", bytes(range(256)) * 4, "unknown"),
    ],
)
def test_name_that_opens_all_the_same_is_left_alone(
    typed: Typed, name: str, content: bytes, expected: str
) -> None:
    assert typed(name, content) == FileType(expected)


def test_list_of_contents_beyond_all_measure_is_too_large(typed: Typed) -> None:
    many = zip_file({f"{number:0200}": b"" for number in range(10_000)})
    assert typed("材料.zip", many) == FileType("zip", FileState.TOO_LARGE)


@pytest.mark.parametrize("content", [deck(), ole_file(ppt_streams(macros=True)), seven_zip(), pdf_file(2)])
def test_any_cut_or_flipped_byte_gives_an_answer(typed: Typed, content: bytes) -> None:
    step = max(1, len(content) // 60)
    for at in range(0, len(content), step):
        flipped = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        assert isinstance(typed("a", content[:at] or b"a"), FileType)
        assert isinstance(typed("a.ppt", flipped), FileType)
