"""The list of applications: filters, order, columns, ticked rows, Excel; nothing of another's."""

from __future__ import annotations

import re
from pathlib import Path

from bot.documents.sheet_read import read_rows
from handlers.console.applications import COLUMNS
from tests.fakes.busy_county import busy, move
from tests.fakes.console import INSPECTOR, Console, Reader
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE, OTHER

HOME = "/console/applications"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def numbers(page: str) -> list[str]:
    return re.findall(r'name="pick" value="([^"]+)"', page)


async def sheet(reader: Reader, path: str, folder: Path) -> list[tuple[str, ...]]:
    """The rows of a table below its headings, without the note."""
    content, _ = await reader.file(path)
    kept = folder / "list.xlsx"
    kept.write_bytes(content)
    return [row.cells for row in read_rows(str(kept))][2:-1]


async def test_filters_narrow_the_list(console: Console) -> None:
    known = busy(console)
    office = await console.reader(OFFICE)
    expected = {
        "search=宝丰县公安": ["ours"],
        "body=market": ["other"],
        "body=-": ["lost"],
        "stage=draft": ["draft"],
        "mark=late": ["late"],
        "mark=two_routes": ["twin", "other"],
        "stage=draft&body=market": [],
        "owes=none": [],
        "owes=nonsense&sort=nonsense&page=x": list(known),
    }
    for asked, which in expected.items():
        page = await office.get(f"{HOME}?{asked}")
        assert numbers(page) == [known[name].number for name in which], asked


async def test_an_unknown_stage_finds_nothing_and_a_page_too_far_leads_back(console: Console) -> None:
    busy(console)
    office = await console.reader(OFFICE)
    assert numbers(await office.get(f"{HOME}?stage=nonsense")) == []
    response = await office.client.get(f"{HOME}?stage=draft&page=9", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, f"{HOME}?stage=draft")


async def test_columns_sort_both_ways_and_pages_keep_the_filter(console: Console) -> None:
    for number in range(60):
        console.apply(f"宝丰县第{number:02}管理局")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}?sort=unit&descending=1&search=管理局")
    first = numbers(page)
    assert (len(first), "第 1 / 2 页" in page) == (50, True)
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    rest = numbers(await office.get(following.replace("&amp;", "&")))
    upwards = numbers(await office.get(f"{HOME}?sort=unit&search=管理局"))
    assert len({*first, *rest}) == 60
    assert upwards[:10] == list(reversed(rest))[:10]
    assert 'aria-sort="descending"' in page


async def test_a_search_while_typing_gets_the_rows_alone(console: Console) -> None:
    known = busy(console)
    office = await console.reader(OFFICE)
    part = await office.get(f"{HOME}?search=公安&body=&stage=", headers=PART)
    assert numbers(part) == [known["ours"].number]
    assert ("<html" in part, part.lstrip().startswith('<div id="rows"')) == (False, True)


async def test_chosen_columns_are_kept(console: Console) -> None:
    busy(console)
    office = await console.reader(OFFICE)
    assert "13800001111" in await office.get(HOME)
    page = await office.post(f"{HOME}/columns", {"column": ["rank", "nonsense"], "back": "stage=submitted"})
    assert ("推荐顺序</a>" in page, "13800001111" in page) == (True, False)
    assert len(numbers(page)) == 4
    none = await office.post(f"{HOME}/columns")
    assert "推荐顺序</a>" not in none
    assert COLUMNS in {cookie.key for cookie in office.client.session.cookie_jar}


async def test_ticked_rows_are_received_and_accepted_where_that_may_be(console: Console) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    draft = console.apply("宝丰县水利局", stage="draft")
    office = await console.reader(OFFICE)
    form = {"pick": [one.number, two.number, draft.number], "once": "a"}
    page = await office.post(f"{HOME}/ticked/receive", form)
    assert console.stages([one, two, three, draft]) == ["received", "received", "recommended", "draft"]
    assert ("2件" in page, "宝丰县水利局" in page) == (True, True)
    (told,) = [text for text in console.told(BODY) if text.startswith("市办公室已收件")]
    assert ("宝丰县公安局" in told, "宝丰县城市管理局" in told) == (True, True)
    await office.post(f"{HOME}/ticked/accept", {"pick": [one.number, three.number], "back": "stage=received"})
    assert console.stages([one, two, three]) == ["accepted", "received", "recommended"]


async def test_an_act_that_fits_no_ticked_row_is_refused_with_the_reason(console: Console) -> None:
    draft = console.apply("宝丰县水利局", stage="draft")
    office = await console.reader(OFFICE)
    page = await office.post(f"{HOME}/ticked/accept", {"pick": draft.number})
    assert ("都不能这样办理" in page, console.stages([draft])) == (True, ["draft"])
    assert "请先勾选" in await office.post(f"{HOME}/ticked/accept", {"back": "stage=draft"})
    assert (await office.send(f"{HOME}/ticked/nonsense", {"pick": draft.number})).status == 404


async def test_a_body_makes_candidates_of_its_own_ticked_rows_only(console: Console) -> None:
    ours, foreign = console.apply("宝丰县公安局"), console.apply("市市场监管局执法支队", body="market")
    body = await console.reader(BODY)
    page = await body.post(f"{HOME}/ticked/accept_candidate", {"pick": [ours.number, foreign.number]})
    assert "执法支队" not in page
    assert console.stages([ours, foreign]) == ["submitted", "submitted"]
    await body.post(f"{HOME}/ticked/accept_candidate", {"pick": ours.number})
    assert console.stages([ours, foreign]) == ["candidate", "submitted"]
    await body.post(f"{HOME}/ticked/receive", {"pick": ours.number})
    assert console.stages([ours]) == ["candidate"]


async def test_ticked_rows_become_the_audience_of_a_notice(console: Console) -> None:
    known = busy(console)
    office, body = await console.reader(OFFICE), await console.reader(BODY)
    form = {"pick": [known["ours"].number, known["twin"].number]}
    response = await office.send(f"{HOME}/ticked/notice", form)
    one, two = form["pick"]
    assert response.headers["Location"] == f"/console/notices/new?applications={one}+{two}"
    assert (await body.send(f"{HOME}/ticked/notice", form)).status == 404


async def test_excel_has_the_rows_of_the_page(console: Console, tmp_path: Path) -> None:
    known = busy(console)
    office = await console.reader(OFFICE)
    rows = await sheet(office, f"{HOME}.xlsx?stage=submitted&sort=unit&descending=1", tmp_path)
    page = numbers(await office.get(f"{HOME}?stage=submitted&sort=unit&descending=1"))
    assert [row[1] for row in rows] == page
    response = await office.send(f"{HOME}/ticked/excel", {"pick": known["twin"].number})
    kept = tmp_path / "ticked.xlsx"
    kept.write_bytes(await response.read())
    assert [row.cells[1] for row in read_rows(str(kept))][2:-1] == [known["twin"].number]


async def test_a_body_reads_nothing_of_others_on_page_or_sheet(console: Console, tmp_path: Path) -> None:
    known = busy(console)
    other = await console.reader(OTHER)
    for asked in ("", "?body=baofeng", "?search=宝丰县公安局", "?stage=draft", "?mark=late"):
        assert set(numbers(await other.get(f"{HOME}{asked}"))) <= {known["other"].number}, asked
        rows = await sheet(other, f"{HOME}.xlsx{asked}", tmp_path)
        assert {row[1] for row in rows} <= {known["other"].number}, asked
    response = await other.send(f"{HOME}/ticked/excel", {"pick": known["ours"].number})
    kept = tmp_path / "ticked.xlsx"
    kept.write_bytes(await response.read())
    assert [row.cells[1] for row in read_rows(str(kept))][2:-1] == []


async def test_a_body_reads_no_more_of_a_draft_than_its_unit(console: Console, tmp_path: Path) -> None:
    known = busy(console)
    body = await console.reader(BODY)
    page = await body.get(f"{HOME}?stage=draft")
    assert (known["draft"].number in page, "宝丰县教育体育局" in page) == (True, True)
    assert ("李晓明" in page, "13800001111" in page) == (False, False)
    ((*cells,),) = await sheet(body, f"{HOME}.xlsx?stage=draft", tmp_path)
    assert "13800001111" not in cells


async def test_before_results_a_body_cannot_tell_them(console: Console, tmp_path: Path) -> None:
    units = {stage: console.apply(f"宝丰县{stage}局") for stage in ("inspected", "shortlisted", "reviewed")}
    for stage, known in units.items():
        move(console, known, stage)
    body, office = await console.reader(BODY), await console.reader(OFFICE)
    everything = [known.number for known in units.values()]
    pages = {stage: await body.get(f"{HOME}?stage={stage}") for stage in units}
    assert [numbers(page) for page in pages.values()] == [everything] * 3
    for label in ("已评审", "已验收", "拟定"):
        assert (label in pages["reviewed"], label in await office.get(HOME)) == (False, True)
    assert numbers(await body.get(f"{HOME}?sort=stage")) == everything
    assert numbers(await body.get(f"{HOME}?owes=any")) == []
    rows = await sheet(body, f"{HOME}.xlsx", tmp_path)
    assert not {"已评审", "已验收", "拟定"} & {cell for row in rows for cell in row}


async def test_inspectors_find_no_such_page(console: Console) -> None:
    inspector = await console.reader(INSPECTOR)
    for path in (HOME, f"{HOME}.xlsx"):
        await inspector.get(path, 404)
    assert (await inspector.send(f"{HOME}/ticked/excel", {"pick": "2019-001"})).status == 404


async def test_three_queries_with_one_row_and_with_a_page_of_them_under_100_kb(
    console: Console, tmp_path: Path
) -> None:
    office = await console.reader(OFFICE)
    console.apply("宝丰县公安局")
    await office.get(HOME)
    with counted() as few:
        await office.get(HOME)
    for number in range(1000):
        console.apply(f"宝丰县第{number}管理局")
    with counted() as many:
        page = await office.get(HOME)
    listing = [sql for sql in many if "application" in sql.lower() and "dossier" in sql.lower()]
    assert (many == few, len(listing)) == (True, 2)
    assert (len(numbers(page)), len(page.encode()) < 100_000) == (50, True)
    assert len(await sheet(office, f"{HOME}.xlsx", tmp_path)) == 1001
