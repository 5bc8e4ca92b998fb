"""Unannounced visits on the console: their team finds them, every other door of every role shows nothing (I11)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest

from bot.model.staff import Role
from config.campaign import Campaign
from handlers.console.console import console_routes
from storage.schema import migrate
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console, Reader
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER

HOME = "/console/visits/covert"
UNIT = "宝丰县公安局"
STANDER = "inspector-three"
OUTSIDERS = (OFFICE_TWO, BODY, DEPUTY, OTHER, STANDER)
_CHANCE = re.compile(r'(name="(?:csrf|once)" value=|data-csrf=)"[^"]*"')


@pytest.fixture
async def pair(campaign: Campaign, tmp_path: Path) -> AsyncIterator[tuple[Console, Console]]:
    """Two offices that differ in an unannounced visit alone, which has a sheet, and comes before all others."""
    opened = []
    for name in ("there", "not-there"):
        folder = tmp_path / name
        folder.mkdir()
        url = f"sqlite:///{folder / 'console.db'}"
        migrate(url)
        console = Console(campaign, url, folder=folder)
        console.people[STANDER] = console.member(STANDER, "褚九", Role.INSPECTOR, "")
        known = console.apply(UNIT, "baofeng", "accepted", unit_address="人民路1号")
        order = f"暗访 {known.number} 7月31日上午9:30 组长郑七 成员冯八"
        console.say(OFFICE, order if name == "there" else "暗访")
        other = console.apply("宝丰县水利局", "baofeng", "accepted", unit_address="人民路2号")
        console.say(OFFICE, f"安排验收 {other.number} 8月1日上午9:30 组长褚九 成员吴六")
        console.say(OFFICE_TWO, "发布验收安排")
        await console.start()
        opened.append(console)
    yield opened[0], opened[1]
    for console in opened:
        await console.stop()


def doors(console: Console) -> list[str]:
    """Every address of the console that shows something, with what may stand in it."""
    known = console.run(lambda store: store.applications())
    named = {
        "number": [one.number for one in known],
        "application": [one.id for one in known],
        "visit": ["1", "2"],
        "sheet": [str(one.id) for one in console.run(lambda store: store.sheets())] + ["1", "2"],
        "person": [str(console.people[one]) for one in (OFFICE, INSPECTOR, STANDER)],
        "body": ["baofeng"],
    }
    found = []
    for route in console_routes(console.site()):
        if route.method != "GET" or "/static/" in route.path:
            continue
        names = re.findall(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", route.path)
        shape = re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", r"{\1}", route.path)
        for values in product(*(named.get(name, ["1"]) for name in names)):
            found.append(shape.format(**dict(zip(names, values, strict=True))))
    found += [
        "/console/visits?show=list",
        "/console/visits?week=2019-07-29",
        "/console/visits?week=2019-07-29&show=list",
    ]
    return sorted(set(found))


async def shown(reader: Reader, path: str) -> tuple[int, object]:
    """Status and content, but for what is made by chance, and the moments at which archives were packed."""
    response = await reader.client.get(path, allow_redirects=False)
    content = await response.read()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return response.status, {name: archive.read(name) for name in archive.namelist()}
    if response.content_type == "text/html":
        content = _CHANCE.sub(r"\1", content.decode()).encode()
    return response.status, content


@pytest.mark.parametrize("userid", OUTSIDERS)
async def test_every_door_shows_the_same_with_one_and_without(
    pair: tuple[Console, Console], userid: str
) -> None:
    there, not_there = pair
    readers = await there.reader(userid), await not_there.reader(userid)
    paths = sorted(set(doors(there)) | set(doors(not_there)))
    for path in paths:
        one, other = await shown(readers[0], path), await shown(readers[1], path)
        assert one == other, path


async def test_team_and_maker_find_theirs(pair: tuple[Console, Console]) -> None:
    there, not_there = pair
    for userid in (OFFICE, INSPECTOR, INSPECTOR_TWO):
        page = await (await there.reader(userid)).get(HOME)
        assert ("7月31日（周三）上午9:30" in page, UNIT in page) == (True, True)
        assert UNIT not in await (await not_there.reader(userid)).get(HOME)
    for userid in OUTSIDERS:
        reader = await there.reader(userid)
        page = await reader.get(HOME, 404 if userid in (BODY, DEPUTY, OTHER) else 200)
        assert UNIT not in page


async def test_sheet_of_one_is_its_teams(pair: tuple[Console, Console]) -> None:
    there, _ = pair
    [sheet] = [one for one in there.run(lambda store: store.sheets()) if one.covert]
    assert ([one.name for one in sheet.team], sheet.opened_by) == (["郑七", "冯八"], there.people[OFFICE])


async def test_office_enters_and_cancels_one(pair: tuple[Console, Console]) -> None:
    _, console = pair
    office = await console.reader(OFFICE)
    typed = {"unit": UNIT, "day": "2019-07-31", "start": "09:30", "leader": str(console.people[INSPECTOR])}
    wrong = await office.send(f"{HOME}/new", typed | {"day": "2019-07-28"})
    assert "休息日" in await wrong.text()
    page = await office.post(f"{HOME}/new", typed)
    assert ("仅您和组内人员可见" in page, UNIT in page) == (True, True)
    [made] = console.run(lambda store: store.covert_visits(console.people[OFFICE]))
    second = await console.reader(OFFICE_TWO)
    assert UNIT not in await second.post(f"{HOME}/{made.id}/cancel")
    assert UNIT in await office.get(HOME)
    assert "已取消" in await office.post(f"{HOME}/{made.id}/cancel")
    assert UNIT not in await office.get(HOME)
