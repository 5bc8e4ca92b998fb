"""Pictures of a deck's pages as LibreOffice draws them: in time, without the network, judged by what it leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from bot.work import thumbnails as module
from bot.work.thumbnails import WIDEST, thumbnails
from tests.fakes import decks
from tests.fakes.decks import Sheet

pytestmark = pytest.mark.needs("libreoffice-impress-nogui")


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(decks.picture())

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a.png", asked
    server.shutdown()
    thread.join()
    server.server_close()


def saved(content: bytes, folder: Path) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def test_pages_are_drawn_in_order_hidden_ones_included(tmp_path: Path) -> None:
    sheets = [Sheet("甲"), Sheet("乙", hidden=True), Sheet("丙")]
    made = thumbnails(saved(decks.deck(sheets), tmp_path), tmp_path / "out", 10)

    assert [path.name for path in made] == ["page-001.jpg", "page-002.jpg", "page-003.jpg"]
    for path in made:
        with Image.open(path) as picture:
            assert (picture.format, picture.width, picture.height) == ("JPEG", WIDEST, 240)


def test_no_more_pages_are_drawn_than_asked_for(tmp_path: Path) -> None:
    path = saved(decks.deck([Sheet(str(n)) for n in range(5)]), tmp_path)

    assert len(thumbnails(path, tmp_path / "out", 2)) == 2


@pytest.mark.parametrize("content", [decks.encrypted(decks.deck([Sheet("甲")])), b"PK\x03\x04"])
def test_file_that_does_not_open_has_no_pictures(content: bytes, tmp_path: Path) -> None:
    assert thumbnails(saved(content, tmp_path), tmp_path / "out", 3) == []


def test_time_is_limited(tmp_path: Path) -> None:
    assert thumbnails(saved(decks.deck([Sheet("甲")]), tmp_path), tmp_path / "out", 3, seconds=0.1) == []


def test_nothing_is_fetched_from_the_network(
    tmp_path: Path, web: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = web
    content = decks.with_linked_picture(decks.deck([Sheet("甲", pictures=1)]), address)
    path = saved(content, tmp_path)

    assert len(thumbnails(path, tmp_path / "out", 1)) == 1
    assert asked == []
    monkeypatch.setattr(module, "_SETTINGS", ())
    monkeypatch.setattr(module, "_NOWHERE", "")
    thumbnails(path, tmp_path / "out", 1)
    assert asked != []  # without its settings it would have been


def test_without_libreoffice_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert thumbnails(saved(decks.deck([Sheet("甲")]), tmp_path), tmp_path / "out", 3) == []
