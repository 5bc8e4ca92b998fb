"""The pages of inspections: planned, released by a second person, changed, answered, imported; each role its own."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import icalendar
import openpyxl
import pytest
from aiohttp import FormData

from bot.documents.sheet_write import Column, Table, workbook
from bot.model.application import Application
from bot.model.visit import Visit, VisitState
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console, Reader
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE, OTHER

HOME = "/console/visits"
WEEK = f"{HOME}?week=2019-07-29"
UNIT = "宝丰县公安局"


def accepted(console: Console, unit: str = UNIT, body: str = "baofeng") -> Application:
    return console.apply(unit, body, "accepted", unit_address="人民路1号")


def form(console: Console, known: Application, **changed: object) -> dict[str, object]:
    return {
        "unit": known.number,
        "day": "2019-07-30",
        "start": "09:30",
        "end": "11:30",
        "leader": str(console.people[INSPECTOR]),
        "member": str(console.people[INSPECTOR_TWO]),
    } | changed


async def announced(console: Console, unit: str = UNIT, **changed: object) -> Visit:
    """A visit to a unit that has been released: the newest."""
    known = accepted(console, unit)
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    await office.post(f"{HOME}/new", form(console, known, **changed))
    await second.post(f"{HOME}/release")
    return console.run(lambda store: store.visits())[-1]


def visit(console: Console, number: int = 1) -> Visit:
    found = console.run(lambda store: store.visit(number))
    assert found is not None
    return found


def plain(page: str) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def closed(page: str) -> str:
    """The text of a page without any blank."""
    return plain(page).replace(" ", "")


async def test_visit_is_entered_by_one_and_released_by_another(console: Console) -> None:
    known = accepted(console)
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    page = await office.post(f"{HOME}/new", form(console, known))
    assert ("未发布" in page, UNIT in page, console.told(INSPECTOR)) == (True, True, [])
    refused = await office.post(f"{HOME}/release")
    assert ("登记人不能自行发布" in refused, visit(console).state) == (True, VisitState.PLANNED)
    page = await second.post(f"{HOME}/release", {"pick": "1", "back": WEEK})
    assert ("已发布1项" in page, "已通知" in page) == (True, True)
    assert visit(console).state is VisitState.ANNOUNCED
    assert console.bodies(INSPECTOR) != []
    [sheet] = console.run(lambda store: store.sheets(known.id))
    assert (sheet.visit, [one.name for one in sheet.team], sheet.covert) == (1, ["郑七", "冯八"], False)


async def test_what_stands_in_the_way_is_told_beside_what_was_typed(console: Console) -> None:
    known = accepted(console)
    office = await console.reader(OFFICE)
    typed = form(console, known, day="2019-07-28", place="北门")
    response = await office.send(f"{HOME}/new", typed)
    page = await response.text()
    assert (response.status, "休息日" in page, 'value="北门"' in page) == (200, True, True)
    assert console.run(lambda store: store.visits()) == []
    checked = await (await office.send(f"{HOME}/check", typed)).text()
    assert "休息日" in checked
    free = await (await office.send(f"{HOME}/check", form(console, known))).text()
    assert "没有冲突" in free
    gaps = await (await office.send(f"{HOME}/new", form(console, known, leader="", day=""))).text()
    assert "请填写：日期、组长。" in gaps
    assert console.run(lambda store: store.visits()) == []


async def test_units_are_offered_while_their_name_is_typed(console: Console) -> None:
    known, other = accepted(console), accepted(console, "宝丰县水利局")
    console.apply("宝丰县司法局")  # not accepted so far
    office = await console.reader(OFFICE)

    async def offered(query: str) -> list[str]:
        page = await office.get(f"{HOME}/units?{query}")
        return re.findall(r'<option value="([^"]+)"', page)

    assert await offered("unit=宝丰县") == [
        f"{one.number} {unit}" for one, unit in ((known, UNIT), (other, "宝丰县水利局"))
    ]
    assert await offered(f"unit={other.number}") == [f"{other.number} 宝丰县水利局"]
    console.say(OFFICE, f"安排验收 {known.number} 7月30日上午9:30 组长郑七 成员冯八")
    assert (await offered("unit=公安"), await offered("unit=公安&covert=1")) == (
        [],
        [f"{known.number} {UNIT}"],
    )
    await (await console.reader(INSPECTOR)).get(f"{HOME}/units?unit=公安", status=404)


async def test_form_sent_twice_plans_one_visit(console: Console) -> None:
    known = accepted(console)
    office = await console.reader(OFFICE)
    for _ in range(2):
        await office.send(f"{HOME}/new", form(console, known, once="same"))
    assert len(console.run(lambda store: store.visits())) == 1


async def test_changed_visit_strikes_the_old_one_and_hands_the_sheet_over(console: Console) -> None:
    await announced(console)
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    typed = {
        "day": "2019-07-31",
        "start": "15:00",
        "end": "17:00",
        "leader": str(console.people[INSPECTOR_TWO]),
        "member": str(console.people[INSPECTOR]),
    }
    unsaid = await office.send(f"{HOME}/1/edit", typed)
    assert "理由" in await unsaid.text()
    assert visit(console).state is VisitState.ANNOUNCED
    await office.post(f"{HOME}/1/edit", typed | {"reason": "防汛值守"})
    assert visit(console).state is VisitState.CHANGING
    inspector = await console.reader(INSPECTOR)
    seen = plain(await inspector.get(f"{HOME}/1"))
    assert ("7月30日（周二）上午9:30" in seen, "7月31日" in seen, "防汛值守" in seen) == (True, False, False)
    await second.post(f"{HOME}/release")
    page = await office.get(f"{HOME}/1")
    struck = [closed(said) for said in re.findall(r'class="struck">(.*?)组长', page, re.DOTALL)]
    assert struck == ["7月30日（周二）上午9:30—11:30，"]
    assert "原定7月30日（周二）上午9:30—11:30" in closed(await inspector.get(WEEK))
    [sheet] = console.run(lambda store: store.sheets())
    assert [one.name for one in sheet.team] == ["冯八", "郑七"]


async def test_wish_for_another_day_is_decided(console: Console) -> None:
    await announced(console)
    console.say(f"holder-{UNIT}", "需改期 当天有会，希望7月31日")
    office = await console.reader(OFFICE)
    assert "要求改期" in await office.get(WEEK)
    page = await office.post(f"{HOME}/1/keep", {"reason": "日程已满"})
    assert ("时间不变" in page, "单位要求改期" in page) == (True, False)
    assert "请写明理由" in await office.post(f"{HOME}/1/cancel", {"reason": " "})


async def test_unit_that_was_telephoned_counts_as_confirmed(console: Console) -> None:
    await announced(console)
    office = await console.reader(OFFICE)
    page = await office.post(f"{HOME}/1/told", {"reason": "办公室小刘接的"})
    assert "办公室小刘接的" in page
    assert "已确认" in plain(await office.get(f"{HOME}?show=list"))


async def test_cancelled_visit_is_told_with_its_reason_once_released(console: Console) -> None:
    await announced(console)
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    await office.post(f"{HOME}/1/cancel", {"reason": "活动调整"})
    assert visit(console).is_on
    await second.post(f"{HOME}/release")
    assert visit(console).state is VisitState.CANCELLED
    assert "已取消" in plain(await office.get(f"{HOME}?show=list&standing=cancelled"))
    assert UNIT not in await office.get(f"{HOME}?show=list&standing=confirmed")


async def test_round_of_a_day_changes_its_order(console: Console) -> None:
    office = await console.reader(OFFICE)
    for unit, start, end in ((UNIT, "08:30", "10:00"), ("宝丰县交通运输局", "10:30", "11:30")):
        await office.post(f"{HOME}/new", form(console, accepted(console, unit), start=start, end=end))
    page = await office.get(f"{HOME}?show=list")
    assert (f"{HOME}/1/later" in page, f"{HOME}/1/earlier" in page) == (True, False)
    await office.post(f"{HOME}/2/earlier")
    first, second = visit(console, 1).latest.plan, visit(console, 2).latest.plan
    assert [f"{one:%H:%M}" for one in (second.start, second.end, first.start, first.end)] == [
        "08:30",
        "09:30",
        "10:00",
        "11:30",
    ]
    assert "没有可以对调" in await office.post(f"{HOME}/2/earlier")


async def test_announced_round_needs_a_reason(console: Console) -> None:
    await announced(console)
    await announced(console, "宝丰县交通运输局", start="11:30", end="12:30")
    office = await console.reader(OFFICE)
    assert "请写明调整的理由" in await office.post(f"{HOME}/2/earlier")
    await office.post(f"{HOME}/2/earlier", {"reason": "顺路"})
    assert [visit(console, one).state for one in (1, 2)] == [VisitState.CHANGING] * 2


async def test_team_confirms_and_takes_it_into_its_calendar(console: Console) -> None:
    await announced(console)
    inspector = await console.reader(INSPECTOR)
    content, kind = await inspector.file(f"{HOME}/1/visit.ics")
    [event] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (kind, str(event["summary"])) == ("text/calendar", f"实地验收：{UNIT}")
    page = await inspector.post(f"{HOME}/1/confirm", {"version": "1"})
    assert ("已登记您确认参加" in page, "确认参加</button>" in page) == (True, False)
    assert len(console.audited("visit_confirmed")) == 1


async def test_each_role_sees_its_own(console: Console) -> None:
    await announced(console)
    office = await console.reader(OFFICE)
    await office.post(f"{HOME}/new", form(console, accepted(console, "宝丰县水利局"), day="2019-07-31"))
    body, other = await console.reader(BODY), await console.reader(OTHER)
    page = await body.get(WEEK)
    assert (UNIT in page, "宝丰县水利局" in page) == (True, False)
    assert "宝丰县水利局" not in await body.get(f"{HOME}?show=list")
    await body.get(f"{HOME}/1")
    await body.get(f"{HOME}/2", 404)
    assert UNIT not in await other.get(WEEK)
    for path in (f"{HOME}/1", f"{HOME}/2", f"{HOME}/1/visit.ics"):
        await other.file(path, 404)
    listed = openpyxl.load_workbook(io.BytesIO((await other.file(f"{HOME}/schedule.xlsx"))[0])).active
    assert UNIT not in str([[cell.value for cell in row] for row in listed.iter_rows()])


@pytest.mark.parametrize("userid", [BODY, OTHER, INSPECTOR, INSPECTOR_TWO])
async def test_only_the_office_acts(console: Console, userid: str) -> None:
    made = await announced(console)
    known = accepted(console, "宝丰县水利局")
    reader = await console.reader(userid)
    for path in ("new", "1/edit", "import", "import/template.xlsx", "covert/new"):
        await reader.file(f"{HOME}/{path}", 404)
    typed = form(console, known)
    acts = ("1/cancel", "1/drop", "1/keep", "1/told", "1/earlier", "1/later", "release", "check", "import")
    for path in ("new", "1/edit", *acts, "import/enter", "covert/new", "covert/1/cancel"):
        response = await reader.send(f"{HOME}/{path}", typed | {"reason": "试一试"})
        assert response.status == 404, path
    assert list(console.run(lambda store: store.visits())) == [made]


async def test_strangers_cannot_confirm(console: Console) -> None:
    await announced(console)
    other = await console.reader(OTHER)
    assert (await other.send(f"{HOME}/1/confirm", {"version": "1"})).status == 404
    assert console.audited("visit_confirmed") == []


async def test_list_takes_as_many_queries_with_one_visit_as_with_many(console: Console) -> None:
    office = await console.reader(OFFICE)
    await announced(console)
    with counted() as one:
        await office.get(f"{HOME}?show=list")
    for place in range(5):
        await announced(console, f"宝丰县第{place}局", day=f"2019-08-0{place + 5}")
    with counted() as many:
        page = await office.get(f"{HOME}?show=list")
    assert len(one) == len(many)
    assert (page.count('id="row-'), len(page.encode()) < 100_000) == (6, True)


# the sheet


def sheet(*rows: tuple[str, ...]) -> bytes:
    """A sheet as an office makes it, a title above its names."""
    names = ("单位", "日期", "时间", "组长", "成员")
    return workbook([Table("安排", "验收安排", [Column(name, 16) for name in names], rows)])


async def upload(reader: Reader, content: bytes, name: str = "安排.xlsx") -> str:
    data = FormData()
    data.add_field("csrf", reader.csrf)
    data.add_field("file", content, filename=name, content_type="application/octet-stream")
    response = await reader.client.post(f"{HOME}/import", data=data, allow_redirects=False)
    assert response.status == 200
    return await response.text()


def kept(page: str) -> dict[str, str]:
    """What the form of the preview holds."""
    found = re.search(r'name="rows" value="([^"]*)"', page)
    assert found is not None
    return {"rows": html.unescape(found[1])}


async def test_sheet_is_shown_and_then_entered_as_a_whole(console: Console) -> None:
    accepted(console)
    accepted(console, "宝丰县水利局")
    office = await console.reader(OFFICE)
    page = await upload(
        office,
        sheet(
            (UNIT, "2019-07-30", "9:30-11:30", "郑七", "冯八"),
            ("宝丰县水利局", "7月31日", "下午3点", "郑七", "冯八"),
        ),
    )
    assert ("可以导入 2 项" in page, console.run(lambda store: store.visits())) == (True, [])
    done = await office.post(f"{HOME}/import/enter", kept(page))
    assert "已登记2项" in done
    assert [one.state for one in console.run(lambda store: store.visits())] == [VisitState.PLANNED] * 2
    assert "表格中的安排都已登记过，没有新的" in await office.post(f"{HOME}/import/enter", kept(page))
    assert len(console.run(lambda store: store.visits())) == 2


async def test_wrong_rows_are_told_by_cell_and_nothing_is_entered(console: Console) -> None:
    accepted(console)
    office = await console.reader(OFFICE)
    page = plain(
        await upload(
            office,
            sheet(
                (UNIT, "7月32日", "9:30", "郑七", ""),
                ("没有这个局", "2019-07-30", "9:30", "郑七", ""),
                (UNIT, "2019-07-30", "9:30", "钱九", ""),
            ),
        )
    )
    assert "有 3 处需要改正" in page
    for words in ("B3 7月32日 日期“7月32日”无法识别。 请写成2019-07-30。", "A4 没有这个局", "D5 钱九"):
        assert words in page
    assert console.run(lambda store: store.visits()) == []


async def test_file_that_is_no_sheet_says_what_to_do(console: Console) -> None:
    office = await console.reader(OFFICE)
    assert "另存为" in await upload(office, b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png")
    assert "请先选择" in await upload(office, b"", "")


async def test_template_can_be_filled_and_read_back(console: Console) -> None:
    known = accepted(console)
    accepted(console, "宝丰县水利局")
    office = await console.reader(OFFICE)
    content, _ = await office.file(f"{HOME}/import/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    [row] = [row[0].row for row in page.iter_rows() if row[0].value == known.number]
    for column, value in enumerate(("2019-07-30", "9:30", "郑七", "冯八"), start=3):
        page.cell(row, column, value)
    filled = io.BytesIO()
    book.save(filled)
    shown = await upload(office, filled.getvalue())
    assert "可以导入 1 项" in shown


async def test_schedule_is_a_sheet_with_the_same_filter(console: Console) -> None:
    await announced(console)
    await announced(console, "宝丰县水利局", day="2019-08-06")
    office = await console.reader(OFFICE)
    content, _ = await office.file(f"{HOME}/schedule.xlsx?week=2019-07-29")
    cells = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    ]
    assert ([UNIT in row for row in cells].count(True), "宝丰县水利局" in str(cells)) == (1, False)


async def test_an_empty_week_leads_to_the_next_visit_that_is_on(console: Console) -> None:
    await announced(console)
    day = visit(console).latest.plan.day
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    stranger = await console.reader(OTHER)
    before, after = day - timedelta(days=14), day + timedelta(days=14)
    onward = f'href="{HOME}?week={day.isoformat()}"'
    empty = await office.get(f"{HOME}?week={before.isoformat()}")
    assert ("这一周没有验收安排" in empty, onward in empty) == (True, True)
    assert onward not in await office.get(f"{HOME}?week={after.isoformat()}")
    assert onward not in await stranger.get(f"{HOME}?week={before.isoformat()}")
    await office.post(f"{HOME}/1/cancel", {"reason": "另行安排"})
    await second.post(f"{HOME}/release", {"pick": "1"})
    assert onward not in await office.get(f"{HOME}?week={before.isoformat()}")
