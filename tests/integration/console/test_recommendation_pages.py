"""A body's page: what waits, the order, the package; nobody else's."""

from __future__ import annotations

import io
import re

from openpyxl import load_workbook

from tests.fakes.console import INSPECTOR, Console
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER

HOME = "/console/recommendation"


def order_on(page: str) -> list[str]:
    """The ids in the form of the order, first to last."""
    form = page[page.index("data-ranking") :]
    return re.findall(r'name="application" value="([0-9a-f]+)"', form[: form.index("</form>")])


async def test_what_was_handed_in_becomes_a_candidate_and_is_ranked(console: Console) -> None:
    one, two = console.apply("宝丰县公安局"), console.apply("宝丰县城市管理局")
    body = await console.reader(BODY)
    page = await body.post(f"{HOME}/accept", {"pick": one.number})
    page = await body.post(f"{HOME}/accept", {"pick": two.number})
    assert order_on(page) == [one.id, two.id]
    form = {"application": [one.id, two.id], "seen": f"{one.id} {two.id}", "down": one.id}
    assert order_on(await body.post(f"{HOME}/order", form)) == [two.id, one.id]
    assert console.order() == [two.number, one.number]


async def test_an_order_changed_meanwhile_is_shown_beside_ones_own_and_nothing_is_saved(
    console: Console,
) -> None:
    one, two, three = console.three()
    ids, numbers = [one.id, two.id, three.id], [one.number, two.number, three.number]
    body, deputy = await console.reader(BODY), await console.reader(DEPUTY)
    await deputy.post(f"{HOME}/order", {"application": [ids[1], ids[0], ids[2]], "seen": " ".join(ids)})
    response = await body.send(
        f"{HOME}/order", {"application": [ids[2], ids[0], ids[1]], "seen": " ".join(ids)}
    )
    page = await response.text()
    assert (response.status, "尚未保存" in page) == (200, True)
    assert console.order() == [numbers[1], numbers[0], numbers[2]]
    chosen = {"application": [ids[2], ids[0], ids[1]], "seen": " ".join([ids[1], ids[0], ids[2]])}
    await body.post(f"{HOME}/order", chosen)
    assert console.order() == [numbers[2], numbers[0], numbers[1]]


async def test_a_stranger_in_the_order_is_not_taken(console: Console) -> None:
    one, two, three = console.three()
    foreign = console.apply("平顶山市市场监督管理局新华分局", body="market", stage="candidate")
    body = await console.reader(BODY)
    ids = [one.id, two.id, three.id]
    response = await body.send(f"{HOME}/order", {"application": [*ids, foreign.id], "seen": " ".join(ids)})
    assert "新华分局" not in await response.text()
    assert console.order() == [one.number, two.number, three.number]


async def test_a_package_is_read_back_sent_once_and_has_a_receipt(console: Console) -> None:
    console.three()
    body = await console.reader(BODY)
    page = await body.get(f"{HOME}/package")
    found = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert found is not None
    sent = await body.post(f"{HOME}/package", {"digest": found[1], "once": "a"})
    [package] = console.packages()
    assert f"上报回执 {package.receipt}" in sent
    again = await body.post(f"{HOME}/package", {"digest": found[1], "once": "a"})
    assert "已上报" in again or "没有" in again
    assert len(console.packages()) == 1
    assert package.receipt in await body.get(f"{HOME}/packages/{package.receipt}")


async def test_a_digest_of_an_older_state_sends_nothing(console: Console) -> None:
    console.three()
    body = await console.reader(BODY)
    page = await body.post(f"{HOME}/package", {"digest": "0" * 32})
    assert ("尚未上报" in page, console.packages()) == (True, [])


async def test_a_return_names_reason_and_date(console: Console) -> None:
    known = console.apply("宝丰县公安局")
    body = await console.reader(BODY)
    form = {"number": known.number, "reason": "请补充附件", "due": "2019-07-16"}
    page = await body.post(f"{HOME}/return", form)
    assert console.stages([known]) == ["returned"]
    assert "请补充附件" in page


async def test_what_was_typed_of_a_refused_return_is_kept(console: Console) -> None:
    known = [console.apply(unit) for unit in ("宝丰县公安局", "宝丰县水利局")]
    body = await console.reader(BODY)
    form = {"number": known[1].number, "reason": "请补充<附件>", "due": "2019-07-30"}
    page = await (await body.send(f"{HOME}/return", form)).text()
    assert console.stages(known) == ["submitted"] * 2
    assert "不能晚于7月25日" in page
    kept = page[page.index('action="/console/recommendation/return"') :]
    assert ("请补充&lt;附件&gt;</textarea>" in kept, 'value="2019-07-30"' in kept) == (True, True)
    assert f'<option value="{known[1].number}" selected>' in kept


async def test_other_roles_find_no_such_page(console: Console) -> None:
    for userid in (OFFICE, INSPECTOR):
        reader = await console.reader(userid)
        await reader.get(HOME, 404)
    other = await console.reader(OTHER)
    known = console.apply("宝丰县公安局")
    assert "宝丰县公安局" not in await other.get(HOME)
    assert "宝丰县公安局" not in await other.post(f"{HOME}/accept", {"pick": known.number})
    assert console.stages([known]) == ["submitted"]


async def test_the_opinion_page_is_the_bodys_own(console: Console) -> None:
    one, *_ = console.three()
    content, _ = await (await console.reader(BODY)).file(f"{HOME}/opinion/{one.number}")
    assert content[:2] == b"PK"
    await (await console.reader(OTHER)).file(f"{HOME}/opinion/{one.number}", 404)


async def test_long_order_is_cut_into_pages_and_moved_across_them(console: Console) -> None:
    known = [console.apply(f"宝丰县第{place}综合行政执法大队", stage="candidate") for place in range(1, 33)]
    ids = [one.id for one in known]
    body = await console.reader(BODY)
    assert order_on(await body.get(HOME)) == ids[:30]
    assert order_on(await body.get(f"{HOME}?page=2")) == ids[30:]
    form = {"application": ids[30:], "seen": " ".join(ids), "first": "31", "up": ids[30]}
    page = await body.post(f"{HOME}/order", form)
    moved = [*ids[:29], ids[30], ids[29], ids[31]]
    assert order_on(page) == moved[:30]
    jump = {"seen": " ".join(moved), "from_place": "32", "to_place": "1", "move": "1"}
    await body.post(f"{HOME}/order", jump)
    assert console.order() == [console.application(one).number for one in (moved[-1], *moved[:-1])]


async def test_the_order_is_handed_out_as_a_table_of_ones_own_body(console: Console) -> None:
    found = console.three()
    console.say(BODY, "排序 3 1 2")
    content, _ = await (await console.reader(BODY)).file(f"{HOME}.xlsx")
    rows = [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]
    assert [row[1] for row in rows[2:-1]] == [found[place].number for place in (2, 0, 1)]
    assert "宝丰县人民政府" in str(rows[-1][0])
    foreign, _ = await (await console.reader(OTHER)).file(f"{HOME}.xlsx")
    assert [
        row[1].value for row in load_workbook(io.BytesIO(foreign)).worksheets[0].iter_rows(min_row=3)
    ] == [None]
