"""What takes long has a bar that every process shows truthfully, and its file goes to whoever asked for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.long_work import ALIVE, LongWork, Made, WorkState
from bot.work.long_work import BROKEN_OFF, LongWorks, Progress, WorkFailed
from handlers.console import long_work
from tests.fakes.console import OFFICE_TWO, Console
from tests.fakes.recommending import BODY, MACHINE, OFFICE

FILE = Made("表.txt", "text/plain", b"rows")


def kept(console: Console, **changes: object) -> LongWork:
    at = (MACHINE, MACHINE, MACHINE + timedelta(hours=1))
    person = console.people[OFFICE]
    work = LongWork(
        "a1", "export", person, "导出Excel", "/console/log", WorkState.RUNNING, "读取", 3, 10, "", *at
    )
    work = replace(work, **changes)  # type: ignore[arg-type]  # the test's own fields
    console.run(lambda store: store.add_work(work))
    return work


def seen(console: Console, work: str) -> LongWork:
    found = console.run(lambda store: store.long_work(work, MACHINE))
    assert found is not None
    return found


async def ended(console: Console, work: str) -> LongWork:
    for _ in range(200):
        if (found := seen(console, work)).state is not WorkState.RUNNING:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the work did not end")


async def test_table_that_takes_longer_is_waited_for_on_a_page_of_its_own(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "AT_ONCE", 0.0)
    office = await console.reader(OFFICE)
    response = await office.client.get("/console/log/log.xlsx", allow_redirects=False)
    page = response.headers["Location"]
    await ended(console, page.rpartition("/")[2])
    assert "文件已经做好" in await office.get(page)
    content, kind = await office.file(f"{page}/file")
    assert (content[:2], kind) == (b"PK", long_work_type(console, page))
    for other in (OFFICE_TWO, BODY):
        reader = await console.reader(other)
        await reader.get(page, 404)
        await reader.get(f"{page}/file", 404)


def long_work_type(console: Console, page: str) -> str:
    made = console.run(lambda store: store.work_made(page.rpartition("/")[2], MACHINE))
    assert made is not None
    return made.content_type


async def test_bar_says_how_far_it_is_whichever_process_does_the_work(console: Console) -> None:
    work = kept(console)
    office = await console.reader(OFFICE)
    part = await office.get(f"/console/work/{work.id}?part=1")
    assert ("读取：3 / 10" in part, 'hx-trigger="every 1s"' in part, "<h1" in part) == (True, True, False)
    console.run(lambda store: store.beat_work(work.id, "生成", 4, 10, MACHINE))
    assert "生成：4 / 10" in await office.get(f"/console/work/{work.id}")
    await office.get(f"/console/work/{work.id}/file", 404)


async def test_work_whose_process_is_gone_is_shown_as_broken_off(console: Console) -> None:
    work = kept(console, beat_at=MACHINE - ALIVE - timedelta(seconds=1))
    page = await (await console.reader(OFFICE)).get(f"/console/work/{work.id}")
    assert ("没有完成" in page, "请返回后再试一次" in page, "hx-get" in page) == (True, True, False)


async def test_failed_work_says_what_to_do_next(console: Console) -> None:
    works = LongWorks(console.writer.run, lambda: MACHINE)

    async def refused() -> Made:
        raise WorkFailed("请缩小范围。")

    async def broken() -> Made:
        raise ValueError

    said = []
    for id, making in (("b1", refused), ("b2", broken)):
        work = kept(console, id=id)
        works.watch(work, Progress(), making())
        said.append((await ended(console, id)).said)
    assert said == ["请缩小范围。", BROKEN_OFF]


async def test_end_of_the_service_breaks_off_and_says_so(console: Console) -> None:
    works = LongWorks(console.writer.run, lambda: MACHINE)
    work = kept(console)
    started = asyncio.Event()

    async def endless() -> Made:
        started.set()
        await asyncio.sleep(3600)
        return FILE

    works.watch(work, Progress(), endless())
    await started.wait()
    await works.close()
    assert (seen(console, work.id).state, seen(console, work.id).said) == (WorkState.FAILED, BROKEN_OFF)


def test_work_forgets_itself(console: Console) -> None:
    work = kept(console)
    console.run(lambda store: store.end_work(work.id, WorkState.DONE, "", FILE, MACHINE))
    assert console.run(lambda store: store.work_made(work.id, MACHINE)) == FILE
    later = work.keep_until
    assert console.run(lambda store: (store.long_work(work.id, later), store.work_made(work.id, later))) == (
        None,
        None,
    )
    kept(console, id="a2", began_at=later, beat_at=later, keep_until=later + timedelta(hours=1))
    assert console.run(lambda store: store.long_work(work.id, MACHINE)) is None
