"""A long table is entered in portions: a bar meanwhile, the sentence afterwards, and a second time nothing twice."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta

import pytest

from bot.model.long_work import ALIVE, LongWork, WorkState
from bot.model.message import Channel
from bot.model.staff import Role
from handlers.console import long_work
from tests.fakes.console import OFFICE_TWO, Console, Reader
from tests.fakes.recommending import BODY, MACHINE, OFFICE
from tests.integration.console.test_people_pages import HOME, names, table, upload

PEOPLE = [[f"周{place}", "副手", "叶县", "", f"z{place}@yx.gov.cn", "", ""] for place in range(5)]


@pytest.fixture(autouse=True)
def few_in_a_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "AT_ONCE", 0.0)
    monkeypatch.setattr(long_work, "PORTION", 2)


async def entered(office: Reader, people: list[list[str]]) -> str:
    """Upload a table and enter it; the address of its bar."""
    page = await upload(office, table(people))
    (rows,) = re.findall(r'name="rows" value="([^"]*)"', page)
    form = {"csrf": office.csrf, "rows": html.unescape(rows), "once": f"form-{len(people)}"}
    response = await office.client.post(f"{HOME}/import/confirm", data=form, allow_redirects=False)
    return response.headers["Location"]


async def ended(console: Console, page: str) -> LongWork:
    for _ in range(300):
        found = console.run(lambda store: store.long_work(page.rpartition("/")[2], MACHINE))
        assert found is not None
        if found.state is not WorkState.RUNNING:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the import did not end")


async def test_import_is_waited_for_on_a_page_that_says_what_was_done(console: Console) -> None:
    office = await console.reader(OFFICE)
    bar = await entered(office, PEOPLE)
    work = await ended(console, bar)
    assert (work.kind, work.title, work.said, work.state) == (
        "import", "导入人员", "已登记5人。", WorkState.DONE,
    )  # fmt: skip
    page = await office.get(bar)
    assert [word for word in ("已登记5人。", f'href="{HOME}"') if word not in page] == []
    assert "下载文件" not in page
    await office.get(f"{bar}/file", 404)
    assert names(console, Role.BODY, "yexian") == [row[0] for row in PEOPLE]
    for other in (OFFICE_TWO, BODY):
        await (await console.reader(other)).get(bar, 404)


async def test_refused_portion_leaves_those_before_it_and_the_mended_table_enters_the_rest_once(
    console: Console,
) -> None:
    console.apply("叶县公安局")
    holder = console.run(
        lambda store: store.visitor(Channel.WECOM, "holder-叶县公安局", "", MACHINE)
    ).person.id
    console.run(lambda store: store.bind(holder, Channel.MAIL, "unit@yx.gov.cn"))
    office = await console.reader(OFFICE)
    wrong = [*PEOPLE[:3], ["周九", "副手", "叶县", "", "unit@yx.gov.cn", "zhoujiu", ""], *PEOPLE[3:]]
    bar = await entered(office, wrong)
    work = await ended(console, bar)
    assert (work.state, work.said.partition("\n")[2]) == (
        WorkState.FAILED,
        "前2行已登记，其余没有登记。请改正后把同一个表格再上传一次，已登记的不会重复。",
    )
    assert "unit@yx.gov.cn" in work.said
    assert "前2行已登记" in await office.get(bar)
    assert names(console, Role.BODY, "yexian") == ["周0", "周1"]
    assert (await ended(console, await entered(office, PEOPLE))).said == "已登记5人。"
    assert names(console, Role.BODY, "yexian") == [row[0] for row in PEOPLE]
    people = {one.person for one in console.run(lambda store: store.members(Role.BODY, "yexian"))}
    assert len(people) == len(PEOPLE)


async def test_bar_of_a_process_that_is_gone_asks_for_the_table_again(console: Console) -> None:
    person = console.people[OFFICE]
    at = MACHINE - ALIVE - timedelta(seconds=1)
    work = LongWork(
        "b1", "import", person, "导入人员", HOME, WorkState.RUNNING, "正在登记（行）", 2, 5, "", at, at, MACHINE + ALIVE
    )  # fmt: skip
    console.run(lambda store: store.add_work(work))
    page = await (await console.reader(OFFICE)).get("/console/work/b1")
    assert ("没有完成" in page, "再试一次" in page, "hx-trigger" in page) == (True, True, False)
