"""The contract of the file store."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.files import DiskFiles


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "kept" / "files")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=5000))
def test_content_comes_back_under_its_hash(files: DiskFiles, content: bytes) -> None:
    sha256 = files.put(content)
    assert (sha256, files.get(sha256)) == (hashlib.sha256(content).hexdigest(), content)


def test_same_content_twice_is_one_file(files: DiskFiles, tmp_path: Path) -> None:
    assert files.put(b"form") == files.put(b"form")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_removed_content_is_gone_and_may_be_removed_again(files: DiskFiles) -> None:
    sha256 = files.put(b"form")
    files.remove(sha256)
    files.remove(sha256)
    with pytest.raises(KeyError, match="no file"):
        files.get(sha256)


def test_damaged_content_is_refused_and_can_be_put_again(files: DiskFiles, tmp_path: Path) -> None:
    sha256 = files.put(b"form")
    (tmp_path / "kept" / "files" / sha256[:2] / sha256[2:]).write_bytes(b"f0rm")
    with pytest.raises(KeyError, match="damaged"):
        files.get(sha256)
    files.put(b"form")
    assert files.get(sha256) == b"form"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "a" * 63 + "/"])
def test_name_that_is_no_hash_is_refused(files: DiskFiles, name: str) -> None:
    with pytest.raises(KeyError, match="not a SHA-256"):
        files.get(name)


def test_finished_file_is_taken_in_and_read_in_place(files: DiskFiles) -> None:
    folder = files.folder()
    made = folder / "made"
    made.write_bytes(b"deck")
    sha256 = hashlib.sha256(b"deck").hexdigest()
    files.take(made, sha256)
    assert (files.path(sha256).read_bytes(), made.exists()) == (b"deck", False)
    made.write_bytes(b"deck")
    files.take(made, sha256)  # the same once more
    assert made.exists() is False
    with pytest.raises(KeyError):
        files.path("0" * 64)


def test_folders_of_a_killed_process_are_swept_after_a_day(files: DiskFiles) -> None:
    old, new = files.folder(), files.folder()
    (old / "half").write_bytes(b"de")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    files.sweep()
    assert (old.exists(), new.exists()) == (False, True)
