"""Files that are no forms, or mean harm: each is told by its content and refused in its own words."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from bot.documents.form_read import Origin, read_form
from bot.documents.unreadable import SENTENCES, UnreadableForm
from bot.documents.word_file import MOST_BYTES, MOST_ELEMENTS, MOST_PART_BYTES, MOST_PARTS, open_paper
from config.campaign import Campaign
from tests.unit.documents.word_xml_forms import (
    COVER,
    NAMESPACES,
    TABLE,
    VALUES,
    docx_of,
    p,
    package,
    tbl,
    tc,
    tr,
)

HAND_DOC = Path(__file__).parents[2] / "data/forms/hand.doc"
FORM = docx_of(*COVER, tbl(*TABLE))
ENTITIES = '<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]>'


def code_of(content: bytes) -> str:
    with pytest.raises(UnreadableForm) as refused:
        open_paper(content)
    assert str(refused.value) == SENTENCES[refused.value.code]
    return refused.value.code


def ole(*streams: str) -> bytes:
    """The least of an OLE file that names its streams: a header and a directory."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(22) + struct.pack("<H", 9) + bytes(480)
    entries = b""
    for name in streams:
        text = (name + "\0").encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text)) + bytes(62)
    return header + entries


@pytest.mark.parametrize("file", [HAND_DOC, HAND_DOC.with_name("merged.doc")])
def test_doc_that_a_unit_filled_is_read_like_a_docx(campaign: Campaign, file: Path) -> None:
    """merged.doc: labels and values merged over three rows each."""
    reading = read_form(campaign, file.read_bytes())
    assert (reading.values, reading.problems, reading.origin) == (VALUES, (), Origin.HAND)


def test_doc_with_a_password_is_called_encrypted() -> None:
    content = bytearray(HAND_DOC.read_bytes())
    information_block = content.index(b"\xec\xa5")  # the magic number of a Word 97 document
    content[information_block + 11] |= 0x01
    assert code_of(bytes(content)) == "encrypted"


def test_cut_or_garbled_doc_is_damaged() -> None:
    content = HAND_DOC.read_bytes()
    assert code_of(content[:3000]) in ("damaged", "unsupported_format")
    garbled = content[:512] + bytes(len(content) - 2048) + content[-1536:]
    assert code_of(garbled) in ("damaged", "unsupported_format")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"hello", "unsupported_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"{\\rtf1 ...}", "unsupported_format"),
        (FORM[: len(FORM) // 2], "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (ole("EncryptedPackage", "EncryptionInfo"), "encrypted"),
        (ole("CONTENTS", "CompObj"), "unsupported_format"),
        (ole("Workbook"), "unsupported_format"),
        (bytes(MOST_BYTES + 1), "too_large"),
    ],
)
def test_file_that_is_no_word_file_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_zip_without_a_document_is_an_unsupported_format() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("budget.txt", "1")
    assert code_of(written.getvalue()) == "unsupported_format"
    assert code_of(package({"word/document.xml": "<workbook/>"})) == "unsupported_format"


def test_zip_with_a_password_is_called_encrypted() -> None:
    content = bytearray(FORM)
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 8] |= 1
    assert code_of(bytes(content)) == "encrypted"


def test_missing_document_part_is_damage() -> None:
    assert code_of(package({})) == "damaged"


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/header1.xml", "word/numbering.xml", "docProps/custom.xml"]
)
def test_document_type_is_refused_before_entities_are_seen(part: str) -> None:
    body = f"<w:document {NAMESPACES}><w:body>{p('&b;')}</w:body></w:document>"
    parts: dict[str, str | bytes] = {"word/document.xml": f"<w:document {NAMESPACES}/>"}
    assert code_of(package(parts | {part: ENTITIES + body})) == "damaged"
    wide = ("<?xml version='1.0' encoding='UTF-16'?>" + ENTITIES + body).encode("utf-16")
    assert code_of(package(parts | {part: wide})) == "damaged"


def test_part_that_unpacks_beyond_the_limit_is_too_large() -> None:
    bomb = b"<w:document>" + b" " * (MOST_PART_BYTES + 1)
    content = package({"word/document.xml": bomb})
    assert len(content) < 20_000
    assert code_of(content) == "too_large"


def test_bomb_beside_the_document_is_never_unpacked(campaign: Campaign) -> None:
    written = io.BytesIO(FORM)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(4 * MOST_PART_BYTES))
    assert read_form(campaign, written.getvalue()).values == VALUES


def test_too_many_parts_are_too_large() -> None:
    assert code_of(package({f"x{number}": "" for number in range(MOST_PARTS)})) == "too_large"


def test_absurd_depth_is_damage() -> None:
    nested = "".join("<w:tbl><w:tr><w:tc>" for _ in range(5000))
    closing = "".join("</w:tc></w:tr></w:tbl>" for _ in range(5000))
    assert code_of(docx_of(nested + closing)) == "damaged"


def test_more_elements_than_any_form_has_are_too_large() -> None:
    assert code_of(docx_of("<w:p/>" * MOST_ELEMENTS)) == "too_large"


def test_document_that_is_not_well_formed_is_damage() -> None:
    assert code_of(package({"word/document.xml": "<w:document>"})) == "damaged"


def test_strict_file_with_another_main_part_is_read(campaign: Campaign) -> None:
    body = f"<w:document {NAMESPACES}><w:body>{''.join(COVER)}{tbl(*TABLE)}</w:body></w:document>"
    strict = body.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" '
        'Target="/doc/main.xml" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"/>'
        "</Relationships>"
    )
    content = package({"_rels/.rels": relations, "doc/main.xml": strict})
    assert read_form(campaign, content).values == VALUES


@pytest.mark.parametrize(
    "body",
    [
        (p("会议通知"), p("请于明日上午开会。")),
        (p("负责人：王强"),),
        (tbl(tr("姓名", "年龄"), tr("王强", "40")),),
        (p(""),),
    ],
)
def test_other_document_is_not_a_form(campaign: Campaign, body: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableForm) as refused:
        read_form(campaign, docx_of(*body))
    assert refused.value.code == "not_a_form"


def test_much_white_space_takes_no_time(campaign: Campaign) -> None:
    blank = " " * 300_000
    table = tbl(
        tr("申报单位意见", tc("同意" + blank + "盖" + blank + "章" + "（" * 1000)), tr("单位名称", "甲局")
    )
    assert (
        read_form(campaign, docx_of(p("申 报 单 位" + blank + "甲局"), table)).values["unit_name"] == "甲局"
    )
