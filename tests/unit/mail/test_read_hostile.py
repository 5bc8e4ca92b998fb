"""Messages made to hurt end soon, read or refused, and never with another error."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.mail.read import TooMuch, read_mail
from tests.fakes.hostile_mail import HOSTILE

REFUSED = {"nested_multiparts", "nested_same_boundary", "nested_messages", "many_parts", "many_files"}
SECONDS = 20.0  # of this process's own time; a pattern that backtracks takes minutes


@pytest.mark.parametrize(("name", "build"), HOSTILE.items(), ids=HOSTILE)
def test_hostile_message_ends_soon(name: str, build: Callable[[], bytes], tmp_path: Path) -> None:
    raw = tmp_path / "raw.eml"
    raw.write_bytes(build())
    begun = time.process_time()
    try:
        mail = read_mail(raw, tmp_path / "out")
        refused = False
        repr(mail).encode()
    except TooMuch:
        refused = True
    assert refused == (name in REFUSED)
    assert time.process_time() - begun < SECONDS


def test_hostile_name_without_value_keeps_its_file(tmp_path: Path) -> None:
    raw = tmp_path / "raw.eml"
    raw.write_bytes(HOSTILE["star_without_value"]())
    assert [part.size for part in read_mail(raw, tmp_path / "out").parts] == [len(b"text\r\n")]
