from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import py7zr
import pytest

from bot.documents.archives import Budget, Unpacked, unpack
from bot.model.mail import FileState, Part
from tests.unit.documents.packed_files import (
    locked_zip,
    lying_zip,
    rar3_file,
    rar5_file,
    zip_file,
)

MEGABYTE = 1 << 20
NAME = "宝丰县市场监管局申报报告（终稿）.txt"

Unpack = Callable[..., Unpacked]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(tmp_path: Path, out: Path) -> Unpack:
    """Unpacks content of a type into `out`."""

    def of(content: bytes, type: str, budget: Budget | None = None) -> Unpacked:
        path = tmp_path / "archive"
        path.write_bytes(content)
        return unpack(path, type, out, budget or Budget())

    return of


def text(name: str, content: bytes, *path: str) -> Part:
    return Part(name, path, len(content), hashlib.sha256(content).hexdigest(), "txt")


def stored(out: Path) -> dict[str, bytes]:
    """Everything that lies in the folder, by name."""
    return {path.name: path.read_bytes() for path in out.iterdir()}


def by_hash(*contents: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def tar_file(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


def seven_zip(files: dict[str, bytes], password: str | None = None) -> bytes:
    written = io.BytesIO()
    with py7zr.SevenZipFile(written, "w", password=password) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return written.getvalue()


@pytest.mark.parametrize(
    "raw",
    [NAME, NAME.encode("gbk"), NAME.encode("utf-8")],
    ids=["flagged utf-8", "gbk without a flag", "utf-8 without a flag, as a Mac writes it"],
)
def test_zip_name_is_read_as_it_was_written(opened: Unpack, out: Path, raw: str | bytes) -> None:
    assert opened(zip_file({raw: b"one"}), "zip") == Unpacked((text(NAME, b"one"),))
    assert stored(out) == by_hash(b"one")


def test_gbk_name_that_is_valid_utf8_is_still_gbk(opened: Unpack) -> None:
    assert "平.txt".encode("gbk").decode("utf-8") == "ƽ.txt"
    assert opened(zip_file({"平.txt".encode("gbk"): b"one"}), "zip").parts == (text("平.txt", b"one"),)


def test_each_zip_entry_says_its_own_encoding(opened: Unpack) -> None:
    files: dict[str | bytes, bytes] = {"甲.txt": b"1", "乙.txt".encode("gbk"): b"2"}
    assert opened(zip_file(files), "zip").parts == (text("甲.txt", b"1"), text("乙.txt", b"2"))


def test_unicode_path_field_wins_for_its_own_name_only(opened: Unpack) -> None:
    def field(raw: bytes) -> bytes:
        content = b"\1" + struct.pack("<I", zlib.crc32(raw)) + "真名.txt".encode()
        return struct.pack("<HH", 0x7075, len(content)) + content

    named = [
        opened(zip_file({b"other.txt": b"1"}, extra=field(raw)), "zip").parts[0].name
        for raw in (b"other.txt", b"changed.txt")
    ]
    assert named == ["真名.txt", "other.txt"]


def test_folders_stand_in_the_path_of_a_part(opened: Unpack) -> None:
    files: dict[str | bytes, bytes] = {"材料/一/a.txt": b"1", "材料\\二\\b.txt".encode("gbk"): b"2"}
    assert opened(zip_file(files), "zip").parts == (
        text("a.txt", b"1", "材料", "一"),
        text("b.txt", b"2", "材料", "二"),
    )


def test_second_byte_of_a_character_is_no_folder_mark(opened: Unpack) -> None:
    raw = "材料/甛".encode("gbk")
    assert raw.endswith(b"\\")
    assert opened(zip_file({raw: b"1"}), "zip").parts == (text("甛", b"1", "材料"),)


def test_file_without_a_name_is_kept(opened: Unpack) -> None:
    assert opened(zip_file({b"": b"1"}), "zip").parts == (text("未命名", b"1"),)


def test_what_a_computer_adds_is_left_out(opened: Unpack, out: Path) -> None:
    system = ["__MACOSX/._a.txt", ".DS_Store", "材料/.DS_Store", "材料/Thumbs.db", "desktop.ini", "空/"]
    files: dict[str | bytes, bytes] = {**dict.fromkeys(system, b""), "a.txt": b"1"}
    assert opened(zip_file(files), "zip") == Unpacked((text("a.txt", b"1"),))
    assert stored(out) == by_hash(b"1")


def test_zip_written_to_a_stream_is_read(opened: Unpack) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    written = Unseekable()
    with zipfile.ZipFile(written, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as entry:
        entry.write(b"one")
    assert opened(written.getvalue(), "zip") == Unpacked((text("a.txt", b"one"),))


def test_names_never_become_paths(opened: Unpack, out: Path, tmp_path: Path) -> None:
    names = ["../../evil.txt", "/etc/evil.txt", "..\\..\\evil.txt", "C:\\evil.txt", "a/../../evil.txt"]
    found = opened(zip_file({name: name.encode() for name in names}), "zip")
    assert [(part.path, part.name) for part in found.parts] == [
        ((), "evil.txt"),
        (("etc",), "evil.txt"),
        ((), "evil.txt"),
        (("C:",), "evil.txt"),
        (("a",), "evil.txt"),
    ]
    assert stored(out) == by_hash(*(name.encode() for name in names))
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "out"}


def test_links_and_devices_are_no_files(opened: Unpack, out: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert opened(written.getvalue(), "zip") == Unpacked()

    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            entry = tarfile.TarInfo("link.txt")
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry)
    assert opened(written.getvalue(), "tar") == Unpacked()
    assert stored(out) == {}


def test_locked_zip_is_named_as_such(opened: Unpack, out: Path) -> None:
    assert opened(locked_zip({"a.txt": b"1"}), "zip") == Unpacked((), FileState.ENCRYPTED, "password")
    assert stored(out) == {}


def test_broken_entry_does_not_cost_the_others(opened: Unpack, out: Path) -> None:
    content = b"first " * 100
    data = bytearray(zip_file({"a.txt": content, "b.txt": b"second"}))
    data[40] ^= 0xFF  # within the packed bytes of the first
    found = opened(bytes(data), "zip")
    assert found == Unpacked((text("b.txt", b"second"),), FileState.DAMAGED, "damaged")
    assert stored(out) == by_hash(b"second")


@pytest.mark.parametrize("type", ["zip", "tar", "gz", "bz2", "xz", "7z", "rar"])
def test_nonsense_is_damaged(opened: Unpack, out: Path, type: str) -> None:
    assert opened(b"PK\x03\x04 nothing of the kind" * 50, type) == Unpacked((), FileState.DAMAGED, "damaged")
    assert stored(out) == {}


def test_type_that_is_no_archive_is_refused(opened: Unpack) -> None:
    with pytest.raises(ValueError, match="pptx is no archive"):
        opened(b"", "pptx")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_tar_is_read_in_either_encoding(opened: Unpack, encoding: str) -> None:
    files = {f"材料/{NAME}": b"one", "b.txt": b"two"}
    expected = Unpacked((text(NAME, b"one", "材料"), text("b.txt", b"two")))
    content = tar_file(files, encoding)
    assert opened(content, "tar") == expected
    assert opened(gzip.compress(content), "gz") == expected


def test_single_packed_file_keeps_its_own_name(opened: Unpack) -> None:
    written = io.BytesIO()
    with gzip.GzipFile("report.txt", "wb", fileobj=written, mtime=0) as file:
        file.write(b"one")
    raw = written.getvalue().replace(b"report.txt", "报告.txt".encode("gbk"))
    assert opened(raw, "gz") == Unpacked((text("报告.txt", b"one"),))
    assert opened(gzip.compress(b"one"), "gz") == Unpacked((text("未命名", b"one"),))


def test_cut_gz_leaves_nothing_behind(opened: Unpack, out: Path) -> None:
    assert opened(gzip.compress(bytes(100_000))[:-20], "gz") == Unpacked((), FileState.DAMAGED, "damaged")
    assert stored(out) == {}


def test_7z_is_read(opened: Unpack, out: Path) -> None:
    files = {f"材料/{NAME}": b"one", ".DS_Store": b"x", "empty.txt": b"", "b.txt": b"two"}
    found = opened(seven_zip(files), "7z")
    empty = Part("empty.txt", (), 0, hashlib.sha256(b"").hexdigest(), "unknown", FileState.EMPTY)
    assert found.problem is None
    assert sorted(found.parts, key=lambda part: part.name) == sorted(
        [text(NAME, b"one", "材料"), empty, text("b.txt", b"two")], key=lambda part: part.name
    )
    assert stored(out) == by_hash(b"one", b"", b"two")


def test_locked_7z_is_named_as_such(opened: Unpack) -> None:
    locked = seven_zip({"a.txt": b"1"}, password="secret")
    assert opened(locked, "7z") == Unpacked((), FileState.ENCRYPTED, "password")


def test_broken_7z_leaves_nothing_behind(opened: Unpack, out: Path) -> None:
    data = bytearray(seven_zip({"a.txt": bytes(range(256)) * 40}))
    data[60] ^= 0xFF
    assert opened(bytes(data), "7z") == Unpacked((), FileState.DAMAGED, "damaged")
    assert stored(out) == {}


def test_rar_of_stored_files_is_read_without_a_tool(opened: Unpack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    old = rar3_file({f"材料\\{NAME}".encode("gbk"): b"one", b"b.txt": b"two"})
    new = rar5_file({f"材料/{NAME}": b"one", "b.txt": b"two"})
    expected = Unpacked((text(NAME, b"one", "材料"), text("b.txt", b"two")))
    assert [opened(old, "rar"), opened(new, "rar")] == [expected, expected]


@pytest.mark.needs("unar")
def test_packed_rar_is_read(opened: Unpack) -> None:
    content = "申报材料如下\n".encode() * 50
    found = opened(rar5_file({f"材料/{NAME}": content, "b.txt": b"two"}, packed=True), "rar")
    assert found == Unpacked((text(NAME, content, "材料"), text("b.txt", b"two")))


def test_packed_rar_without_a_tool_says_so(opened: Unpack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rarfile.CURRENT_SETUP", None)
    monkeypatch.setenv("PATH", "")
    found = opened(rar5_file({"a.txt": b"one"}, packed=True), "rar")
    assert found == Unpacked((), FileState.KEPT, "no_tool")


def test_locked_rar_is_named_as_such(opened: Unpack) -> None:
    assert opened(rar5_file({}, locked=True), "rar") == Unpacked((), FileState.ENCRYPTED, "password")


def test_archive_in_an_archive_is_opened_a_third_is_kept(opened: Unpack) -> None:
    third = zip_file({"c.txt": b"3"})
    inner = zip_file({"b.txt": b"2", "third.zip": third})
    outer = zip_file({"a.txt": b"1", "材料/内.zip".encode("gbk"): inner, "d.txt": b"4"})
    found = opened(outer, "zip")
    assert found.problem is None
    assert [(part.path, part.name, part.type) for part in found.parts] == [
        ((), "a.txt", "txt"),
        (("材料",), "内.zip", "zip"),
        (("材料", "内.zip"), "b.txt", "txt"),
        (("材料", "内.zip"), "third.zip", "zip"),
        ((), "d.txt", "txt"),
    ]


def test_problem_of_an_inner_archive_is_its_own(opened: Unpack) -> None:
    found = opened(zip_file({"a.txt": b"1", "内.zip": locked_zip({"b.txt": b"2"})}), "zip")
    assert found.problem is None
    assert [(part.name, part.problem) for part in found.parts] == [
        ("a.txt", None),
        ("内.zip", FileState.ENCRYPTED),
    ]


BOMB: dict[str | bytes, bytes] = {"a.txt": b"1", "bomb.txt": bytes(300 * MEGABYTE)}


def test_bomb_is_refused_before_it_is_written(opened: Unpack, out: Path) -> None:
    budget = Budget()
    assert opened(zip_file(BOMB), "zip", budget) == Unpacked((), FileState.TOO_LARGE, "ratio")
    assert stored(out) == {}
    assert budget == Budget()


def test_bomb_that_lies_about_its_size_is_stopped(opened: Unpack, out: Path) -> None:
    lying = lying_zip("bomb.txt", bytes(120 * MEGABYTE), claimed=1000)
    assert opened(lying, "zip") == Unpacked((), FileState.DAMAGED, "damaged")
    assert stored(out) == {}


def test_bomb_in_gz_and_7z_is_stopped(opened: Unpack, out: Path) -> None:
    zeros = bytes(80 * MEGABYTE)
    for content, type in ((gzip.compress(zeros, 1), "gz"), (seven_zip({"a.txt": zeros}), "7z")):
        assert opened(content, type) == Unpacked((), FileState.TOO_LARGE, "ratio")
    assert stored(out) == {}


def test_bomb_in_an_inner_archive_is_that_ones_problem(opened: Unpack) -> None:
    inner = zip_file({"bomb.txt": bytes(80 * MEGABYTE)})
    found = opened(zip_file({"a.txt": b"1", "内.zip": inner}), "zip")
    assert [(part.name, part.problem) for part in found.parts] == [
        ("a.txt", None),
        ("内.zip", FileState.TOO_LARGE),
    ]


def test_files_beyond_the_budget_are_left_out(opened: Unpack) -> None:
    many = zip_file({f"{number}.txt": b"1" for number in range(6)})
    budget = Budget(entries=8)
    assert [len(opened(many, "zip", budget).parts), budget.entries] == [6, 2]
    rest = opened(many, "zip", budget)
    assert (len(rest.parts), rest.problem, rest.reason) == (2, FileState.TOO_LARGE, "too_many_files")


def test_bytes_of_a_whole_mail_are_counted_together(opened: Unpack, out: Path) -> None:
    budget = Budget(bytes=1000)
    first = zip_file({"a.txt": b"1" * 700})
    assert opened(first, "zip", budget) == Unpacked((text("a.txt", b"1" * 700),))
    second = opened(zip_file({"b.txt": b"2" * 700}), "zip", budget)
    assert second == Unpacked((), FileState.TOO_LARGE, "too_large")
    assert stored(out) == by_hash(b"1" * 700)


def test_tar_whose_headers_never_end_is_stopped(opened: Unpack) -> None:
    folder = tarfile.TarInfo("材料")
    folder.type = tarfile.DIRTYPE
    endless = gzip.compress(folder.tobuf(tarfile.GNU_FORMAT) * 200)
    budget = Budget(bytes=20_000, free_bytes=20_000)
    assert opened(endless, "gz", budget) == Unpacked((), FileState.TOO_LARGE, "too_large")


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (zip_file({NAME.encode("gbk"): b"one" * 50, "b.txt": b"two"}), "zip"),
        (rar3_file({NAME.encode("gbk"): b"one" * 50}), "rar"),
        (rar5_file({NAME: b"one" * 50}), "rar"),
        (seven_zip({NAME: b"one" * 50}), "7z"),
        (gzip.compress(tar_file({"a.txt": b"one"})), "gz"),
    ],
)
def test_any_cut_or_flipped_byte_gives_an_answer(
    opened: Unpack, out: Path, content: bytes, type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    for at in range(0, len(content), max(1, len(content) // 80)):
        flipped = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        for hurt in (content[:at], flipped):
            assert isinstance(opened(hurt, type), Unpacked)
    assert "unpacking" not in stored(out)
