"""Every door of the console with every role: who gets in, what they read there, what their forms change (I11, I14)."""

from __future__ import annotations

import email
import html
import io
import re
import zipfile
from itertools import product
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import select

from handlers.console.console import console_routes
from handlers.console.session import COOKIE
from storage.tables import Base
from tests.fakes.console import Console, Reader
from tests.integration.console.door_rules import ACTS, PAGES, VIEWS
from tests.integration.console.door_world import HERE, THERE, VIEWERS, World, swapped

_NAME = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
_TAG = re.compile(r"<[^>]*>")
_RECORDS = ("audit", "console_session", "console_link", "setting", "alarm")


@pytest.fixture
def world(console: Console) -> World:
    return World(console)


def doors(console: Console, method: str) -> list[str]:
    """Every route with this method, its variables without their shapes."""
    found = [_NAME.sub(r"{\1}", route.path) for route in console_routes(console.site()) if route.method == method]
    return [path for path in found if "/static/" not in path]


def addresses(world: World, path: str, mark: str) -> list[str]:
    """A route's addresses about one unit."""
    values = world.values[mark]
    return [path.format(**{name: values.get(name, "1") for name in _NAME.findall(path)})]


def texts(content: bytes, kind: str) -> str:
    """Whatever a person finds in a page or a file."""
    if content.startswith(b"PK"):
        return "\n".join(_packed(content))
    text = content.decode(errors="replace")
    if kind == "message/rfc822":
        return text + str(email.message_from_bytes(content))
    return f"{html.unescape(text)}\n{_TAG.sub('', html.unescape(text))}\n{unquote(text)}"


def _packed(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" in archive.namelist():
            book = openpyxl.load_workbook(io.BytesIO(content))
            cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
            return [*book.sheetnames, *cells]
        return [f"{name}\n{texts(archive.read(name), '')}" for name in archive.namelist()]


async def look(reader: Reader, path: str) -> tuple[int, str]:
    """Status, and all that can be read, the file's name included."""
    response = await reader.client.get(path, allow_redirects=False)
    named = unquote(response.headers.get("Content-Disposition", "") + response.headers.get("Location", ""))
    return response.status, named + texts(await response.read(), response.content_type)


def kept(console: Console) -> dict[str, list[tuple[Any, ...]]]:
    """All that is in the database but records of who was there."""
    with console.database.engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name not in _RECORDS
        }


def test_every_door_has_a_rule(console: Console) -> None:
    assert sorted(doors(console, "GET")) == sorted(PAGES)
    assert sorted(doors(console, "POST")) == sorted(ACTS)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_doors_open_for_whom_they_are_and_show_nobody_what_is_not_theirs(
    world: World, viewer: str
) -> None:
    reader = await world.console.reader(VIEWERS[viewer])
    wrong, read = [], []
    for path, mark in product(PAGES, (HERE, THERE)):
        may, status = PAGES[path]
        expected = status if viewer in (may if mark == HERE else swapped(may)).split(",") else 404
        for address in addresses(world, path, mark):
            found, text = await look(reader, address)
            read.append((address, text))
            if found != expected:
                wrong.append((address, found, expected))
    for view in VIEWS:
        for mark in (HERE, THERE, "covert"):
            values = world.values[mark]
            address = view.format(**{name: values.get(name, "1") for name in _NAME.findall(view)}, mark=mark)
            read.append((address, (await look(reader, address))[1]))
    assert wrong == []
    leaks = [
        (secret, address)
        for secret, may in world.secrets.items()
        if viewer not in may.split(",")
        for address, text in read
        if secret in text.replace(unquote(address), "")
    ]
    assert leaks == []
    everything = "\n".join(text for _, text in read)
    assert [
        secret for secret, may in world.secrets.items() if viewer in may.split(",") and secret not in everything
    ] == []
