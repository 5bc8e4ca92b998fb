"""The first page for every role: its numbers, the chart, and what it must not tell."""

from __future__ import annotations

import re

import pytest

from bot.console.query import ApplicationQuery
from bot.console.today import Number, Task
from bot.model.staff import Role
from bot.ports import Store
from bot.work.form_versions import note_routes, note_versions
from handlers.console.today import PAGES, TASKS, href_of
from tests.fakes.busy_county import busy
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE, OTHER

HOME = "/console/"


def tiles(page: str) -> dict[str, int]:
    """Count by address of every tile."""
    found = re.findall(r'<a class="card tile[^"]*" href="([^"]+)"><span class="count">(\d+)</span>', page)
    return {href.replace("&amp;", "&"): int(count) for href, count in found}


def segments(page: str) -> dict[str, int]:
    """Applications by address of every piece of the chart."""
    found = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>[^<]*?(\d+) 件</title>', page)
    return {href.replace("&amp;", "&"): int(count) for href, count in found}


async def test_every_tile_of_applications_opens_a_list_of_as_many(console: Console) -> None:
    busy(console)
    office = await console.reader(OFFICE)
    counts = {href: n for href, n in tiles(await office.get(HOME)).items() if "/applications" in href}
    assert counts == {
        "/console/applications?mark=late": 1,
        "/console/applications?mark=unreadable_deck": 1,
        "/console/applications?mark=no_route": 1,
        "/console/applications?mark=two_routes": 2,
        "/console/applications?mark=return_overdue": 1,
    }
    for href, count in counts.items():
        assert f"共 {count} 件" in await office.get(href), href


async def test_late_attempts_are_counted_and_listed(console: Console) -> None:
    busy(console)
    office, body = await console.reader(OFFICE), await console.reader(BODY)
    assert tiles(await office.get(HOME))["/console/late"] == 1
    page = await office.get("/console/late")
    assert ("宝丰县教育体育局" in page, "共 1 条" in page) == (True, True)
    assert "宝丰县教育体育局" in await body.get("/console/late")
    assert "宝丰县教育体育局" not in await (await console.reader(OTHER)).get("/console/late")
    await (await console.reader(INSPECTOR)).get("/console/late", 404)


async def test_every_piece_of_the_chart_opens_a_list_of_as_many(console: Console) -> None:
    busy(console)
    office = await console.reader(OFFICE)
    pieces = segments(await office.get(HOME))
    assert sum(pieces.values()) == 6
    for href, count in pieces.items():
        assert f"共 {count} 件" in await office.get(href), href


async def test_a_body_reads_of_its_own_alone(console: Console) -> None:
    known = busy(console)
    page = await (await console.reader(OTHER)).get(HOME)
    number = known["other"].number
    assert "平顶山市市场监督管理局" in page
    for told in ("宝丰", "各推荐单位进度", "邮件待认领", number, "导出进度表"):
        assert told not in page
    assert {href: count for href, count in tiles(page).items() if "two_routes" in href} == {
        "/console/applications?mark=two_routes": 1
    }


async def test_a_bodys_counts_open_its_lists(console: Console) -> None:
    busy(console)
    body = await console.reader(BODY)
    page = await body.get(HOME)
    counts = re.findall(r'<a class="tile" href="([^"]+)"><span class="count">(\d+)</span>', page)
    assert [int(count) for _, count in counts] == [1, 2, 0, 0, 4]
    for href, count in counts:
        listed = await body.get(href.replace("&amp;", "&"))
        assert (f"共 {count} 件" in listed) == (count != "0")


async def test_an_inspector_finds_no_numbers_of_others(console: Console) -> None:
    busy(console)
    page = await (await console.reader(INSPECTOR)).get(HOME)
    assert ("我的实地验收" in page, "待完成的现场评分" in page) == (True, True)
    for told in ("宝丰", "待处理", "本单位申报件", "/console/applications"):
        assert told not in page


async def test_somebody_with_several_roles_sees_the_parts_of_all(console: Console) -> None:
    def add(store: Store) -> None:
        store.add_member(console.people[OFFICE], Role.BODY, "market", False, console.now)
        store.add_member(console.people[OFFICE], Role.INSPECTOR, "", False, console.now)

    console.run(add)
    page = await (await console.reader(OFFICE)).get(HOME)
    parts = [heading in page for heading in ("各推荐单位进度", "本单位申报件", "我的实地验收")]
    assert parts == [True, True, True]


async def test_progress_table_is_the_offices(console: Console) -> None:
    busy(console)
    content, kind = await (await console.reader(OFFICE)).file("/console/progress.xlsx")
    assert (content[:2], "spreadsheetml" in kind) == (b"PK", True)
    await (await console.reader(BODY)).get("/console/progress.xlsx", 404)


async def test_as_many_queries_with_one_application_and_with_many(console: Console) -> None:
    office = await console.reader(OFFICE)
    console.apply("宝丰县公安局")
    await office.get(HOME)
    with counted() as few:
        await office.get(HOME)
    for number in range(60):
        console.apply(f"宝丰县第{number}管理局")
    with counted() as many:
        await office.get(HOME)
    assert many == few


@pytest.mark.parametrize("task", list(Task))
def test_every_task_has_words_and_a_list(task: Task) -> None:
    query = None if task in PAGES else ApplicationQuery()
    assert TASKS[task][0]
    assert href_of(Number(task, 1, query)).startswith("/console/")


async def test_form_versions_are_put_on_record_after_a_start(console: Console) -> None:
    known = [console.apply(f"宝丰县第{number}局") for number in range(3)]
    assert len(console.run(lambda store: store.unversioned(10))) == 3
    await note_versions(console.writer, console.campaign)
    assert console.run(lambda store: store.unversioned(10)) == []
    assert [console.application(one.id) for one in known] == known


async def test_route_keys_are_put_on_record_after_a_start(console: Console) -> None:
    known = busy(console)
    office = await console.reader(OFFICE)
    listed = await office.get(f"{HOME}applications?mark=two_routes")
    for one in known.values():
        console.run(lambda store, one=one: store.set_route_key(one.id, ""))  # type: ignore[misc]
    assert "/console/applications?mark=two_routes" not in tiles(await office.get(HOME))
    await note_routes(console.writer, console.campaign)
    assert tiles(await office.get(HOME))["/console/applications?mark=two_routes"] == 2
    assert known["twin"].number in listed
