"""Every door of the console with every role: who gets in, what they read there, what their forms change (I11, I14)."""

from __future__ import annotations

import email
import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import openpyxl
import pytest
from aiohttp import ClientResponse
from sqlalchemy import select

from bot.work.dates import follow_campaign
from handlers.console.console import console_routes
from handlers.console.session import COOKIE
from handlers.console.site import AFTER_SEALING
from storage.tables import Base
from tests.fakes.console import INSPECTOR_TWO, Console, Reader
from tests.fakes.recommending import MORNING
from tests.integration.console.door_rules import ACTS, AFTERWARDS, PAGES, UNIT, VIEWS
from tests.integration.console.door_world import HERE, THERE, VIEWERS, World, swapped

_NAME = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
_TAG = re.compile(r"<[^>]*>")
_RECORDS = ("audit", "console_session", "console_link")


@pytest.fixture
def world(console: Console) -> World:
    return World(console)


def doors(console: Console, method: str) -> list[str]:
    """Every route with this method, its variables without their shapes."""
    found = [
        _NAME.sub(r"{\1}", route.path) for route in console_routes(console.site()) if route.method == method
    ]
    return [path for path in found if "/static/" not in path]


def address_of(world: World, path: str, mark: str) -> str:
    """A route's address about one unit."""
    values = world.values[mark] | {"mark": mark}
    if "/photos/" in path:
        values |= {"sha256": values.get("photo", "0" * 64)}
    if path.endswith("/campaign/edit"):
        path += "?place=campaign/contact/phone"
    if "/notices/" in path or "/answers/" in path:
        values |= {"number": "1"}
    return path.format(**{name: values.get(name, "1") for name in _NAME.findall(path)})


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
    assert sorted(doors(console, "GET")) == sorted([*PAGES, *AFTERWARDS])
    assert sorted(doors(console, "POST")) == sorted(ACTS)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_doors_open_for_whom_they_are_and_show_nobody_what_is_not_theirs(
    world: World, viewer: str
) -> None:
    reader = await world.console.reader(VIEWERS[viewer])
    wrong, read = [], []
    for path, mark in product(PAGES, (HERE, THERE)):
        may, status = PAGES[path]
        expected = status if viewer in (may if mark == HERE else swapped(may)).split() else 404
        address = address_of(world, path, mark)
        found, text = await look(reader, address)
        read.append((address, text))
        if found != expected:
            wrong.append((address, found, expected))
    for view, mark in product(VIEWS, (HERE, THERE, "covert")):
        address = address_of(world, view, mark)
        read.append((address, (await look(reader, address))[1]))
    world.announce()
    for path in AFTERWARDS:
        found, text = await look(reader, path)
        read.append((path, text))
        expected = 200 if viewer in ("maker", "office") else 404
        if found != expected:
            wrong.append((path, found, expected))
    assert wrong == []
    assert leaked(world, viewer, read) == []
    everything = "\n".join(text for _, text in read)
    allowed = [secret for secret, may in world.secrets.items() if viewer in may.split()]
    assert [secret for secret in allowed if secret not in everything] == []


@pytest.mark.parametrize("who", ["nobody", "an applicant"])
async def test_doors_are_shut_to_whoever_has_no_role(world: World, who: str) -> None:
    reader = await world.console.reader()
    if who == "an applicant":
        cookies = {COOKIE: world.roleless_token()}
        reader.client.session.cookie_jar.update_cookies(cookies, reader.client.make_url("/console"))
    wrong, read = [], []
    for path in [*PAGES, *AFTERWARDS, *VIEWS]:
        status, text = await look(reader, address := address_of(world, path, HERE))
        read.append((address, text))
        if status != 303 or "/console/login" not in text:
            wrong.append((address, status))
    before = kept(world.console)
    for path in ACTS:
        response = await send(world, reader, path, HERE)
        if response.headers.get("Location") != "/console/login":
            wrong.append((path, response.status))
    assert (wrong, leaked(world, "", read)) == ([], [])
    assert kept(world.console) == before


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_forms_of_whoever_may_not_change_nothing_and_tell_nothing(world: World, viewer: str) -> None:
    world.console.now = MORNING  # before the deadline, when most is allowed
    reader, before = await world.console.reader(VIEWERS[viewer]), kept(world.console)
    wrong: list[tuple[object, ...]] = []
    read: list[tuple[str, str]] = []
    for path, mark in [
        (path, mark) for path in ACTS for mark in (HERE, "fresh") if mark == HERE or UNIT in path
    ]:
        act = ACTS[path]
        if viewer in act.may.split():
            continue
        comes_in = viewer in act.refused.split() and not (mark == "fresh" and viewer == "team")
        response = await send(world, reader, path, mark)
        read.append((path, texts(await response.read(), response.content_type)))
        if (response.status == 404) == comes_in or response.status >= 500:
            wrong.append((path, mark, response.status))
        if (after := kept(world.console)) != before:
            wrong.append((path, mark, [name for name in after if after[name] != before[name]]))
            before = after
    assert wrong == []
    assert leaked(world, viewer, read) == []


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_forms_change_nothing_of_a_sealed_campaign(world: World, viewer: str) -> None:
    world.console.now = MORNING
    open_campaign = replace(world.console.campaign)
    follow_campaign(world.console.campaign, replace(open_campaign, keep_until=date(2029, 12, 31)))
    reader, before = await world.console.reader(VIEWERS[viewer]), kept(world.console)
    wrong: list[tuple[object, ...]] = []
    for path in ACTS:
        if path.startswith(AFTER_SEALING):
            continue
        response = await send(world, reader, path, "fresh" if UNIT in path else HERE)
        after = kept(world.console)
        if response.status >= 500 or after != before:
            wrong.append((path, response.status, [name for name in after if after[name] != before[name]]))
            before = after
    follow_campaign(world.console.campaign, open_campaign)
    assert wrong == []


async def test_the_same_forms_work_for_whoever_may(world: World) -> None:
    """What is refused to others above is not refused for another reason."""
    world.console.now = MORNING
    for path, mark, viewer in (
        (f"{UNIT}/note", "fresh", "office"),
        (f"{UNIT}/paper", "fresh", "office"),
        ("/console/applications/ticked/{action}", "fresh", "own"),
        ("/console/recommendation/return", "fresh", "own"),
        ("/console/visits/{visit}/confirm", HERE, "team"),
        ("/console/reviews/{number}/problem", HERE, "team"),
        ("/console/sheets/{sheet}/entries", HERE, "team"),
        ("/console/sheets/{sheet}/draws", HERE, "team"),
        ("/console/sheets/{sheet}/recuse", HERE, "team"),
        ("/console/notices/new", HERE, "office"),
        ("/console/visits/{visit}/keep", HERE, "office"),
    ):
        before = kept(world.console)
        response = await send(world, await world.console.reader(VIEWERS[viewer]), path, mark)
        assert (response.status in (200, 303), kept(world.console) != before) == (True, True), path


def leaked(world: World, viewer: str, read: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody read that is not for them, and where."""
    secrets = [secret for secret, may in world.secrets.items() if viewer not in may.split()]
    return [(one, at) for at, text in read for one in secrets if one in text.replace(unquote(at), "")]


async def send(world: World, reader: Reader, path: str, mark: str) -> ClientResponse:
    """Send a form, as complete as any page has it, about one unit."""
    address = address_of(world, path.replace("{action}", "accept_candidate"), mark if UNIT in path else HERE)
    if path.endswith("/entries"):
        found = {
            "item": "a2.1.4",
            "rule": "guidance_short",
            "evidence": "案卷",
            "kind": "finding",
            "id": str(uuid4()),
        }
        headers = {"X-CSRF-Token": reader.csrf}
        return await reader.client.post(
            address, json={"entries": [found]}, headers=headers, allow_redirects=False
        )
    form = {
        "number": world.fresh.number, "pick": world.fresh.number, "which": world.fresh.number,
        "application": world.fresh.id, "action": "accept_candidate", "reason": "理由充分", "due": "2019-07-20",
        "text": "请各单位核对。", "title": "核对", "to": "role", "roles": "body", "brought_by": "某人", "code": "",
        "version": "1", "person": str(world.console.people[INSPECTOR_TWO]), "item": "a2.1.4", "names": "甲\n乙\n丙",
        "percent": "50", "day": "2019-07-20", "body": "宝丰县人民政府", "granted": "yes", "once": uuid4().hex,
    }  # fmt: skip
    return await reader.send(address, form)
