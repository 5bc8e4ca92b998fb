"""Pages of results, for the office alone: reviews, factors, list, public notice, objections, announcement, plaques."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import docx
import openpyxl
import pytest
from aiohttp import ClientResponse, FormData

from bot.model.application import Application
from bot.model.results import Outcome
from bot.results.marks import latest
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console, Reader
from tests.fakes.deciding import AUGUST, LINK
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE

HOME = "/console/results"
UNITS = ("宝丰县公安局", "宝丰县城市管理局", "宝丰县交通运输局")
SCORES = {f"score-2.{place}": "80" for place in range(1, 7)}
NOTICE = {"starts": "2019-08-15", "link": LINK}
TERMS = {"workdays": "5", "channel": "实名书面或电话0375-2663225"}
APPROVAL = {"document": "平法政办〔2019〕8号", "leader": "王某某", "decided_on": "2019-08-15"}
SECRET = ("赵举报", "13800001111")


@pytest.fixture
def august(console: Console) -> Console:
    console.now = AUGUST
    return console


def inspected(console: Console) -> list[Application]:
    return [console.apply(unit, stage="inspected") for unit in UNITS]


async def decided(console: Console, reader: Reader) -> list[Application]:
    """Two in, one out, approved."""
    found = inspected(console)
    for known, outcome in zip(found, ("in", "in", "out"), strict=True):
        form = {"number": known.number, "outcome": outcome, "reason": f"理由{known.number}"}
        await reader.post(f"{HOME}/factors/decide", form)
    await reader.post(f"{HOME}/list/approve", APPROVAL)
    return found


async def in_notice(console: Console) -> tuple[list[Application], Reader, Reader]:
    """The same, made public for five working days from 15 August."""
    first, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    found = await decided(console, first)
    await first.post(f"{HOME}/notice/terms", TERMS)
    await first.post(f"{HOME}/notice/draft", NOTICE)
    assert "公示已签发：2家" in await second.post(f"{HOME}/notice/release")
    return found, first, second


def scores(console: Console, known: Application) -> dict[str, list[str]]:
    """Reviewer → scores, as they count."""
    sheets = console.run(lambda store: latest(store.reviews(known.id))).get(known.id, {})
    return {name: [str(mark.score) for mark in one.marks.values()] for name, one in sheets.items()}


# reviews


async def test_a_sheet_is_entered_in_its_row_and_changed(august: Console) -> None:
    known = august.apply(UNITS[0], stage="accepted")
    office = await august.reader(OFFICE)
    opened = await office.get(f"{HOME}/review/{known.number}?edit=-&part=rows")
    assert ("<html" in opened, 'name="score-2.6"' in opened) == (False, True)
    page = await office.post(f"{HOME}/review/{known.number}", {"reviewer": "张教授", **SCORES, "back": HOME})
    assert "评审结果已保存" in page
    form = {"reviewer": "张教授", **SCORES, "score-2.1": "85.5", "remark-2.1": "扎实"}
    page = await office.post(f"{HOME}/review/{known.number}", form)
    assert ("85.5" in page, "扎实" in page, "第 2 稿" in page) == (True, True, True)
    assert scores(august, known) == {"张教授": ["171/2", *["80"] * 5]}
    await office.post(f"{HOME}/review/{known.number}", {"reviewer": "李教授", **SCORES, "score-2.1": "70"})
    assert "中位 77.75" in await office.get(HOME)


async def test_a_sheet_that_is_refused_is_shown_as_it_was_typed(august: Console) -> None:
    known = august.apply(UNITS[0], stage="accepted")
    office = await august.reader(OFFICE)
    form = {"reviewer": "张教授", **SCORES, "score-2.3": "101", "remark-2.5": "写了很多字", "sheet": "-"}
    response = await office.send(f"{HOME}/review/{known.number}", form)
    page = await response.text()
    assert (response.status, "的得分“101”不正确" in page, "写了很多字" in page) == (200, True, True)
    assert scores(august, known) == {}


async def test_reviews_are_finished_one_by_one_and_all_together(august: Console) -> None:
    found = [august.apply(unit, stage="accepted") for unit in UNITS]
    office = await august.reader(OFFICE)
    for known in found[:2]:
        await office.post(f"{HOME}/review/{known.number}", {"reviewer": "张教授", **SCORES})
    assert "请先勾选" in await office.post(f"{HOME}/finish")
    page = await office.post(f"{HOME}/finish", {"pick": found[2].number})
    assert "还没有评审结果" in page
    await office.post(f"{HOME}/finish", {"pick": found[0].number})
    assert "已结束评审 1 件" in await office.post(f"{HOME}/finish", {"all": "1"})
    assert august.stages(found) == ["reviewed", "reviewed", "accepted"]


async def test_the_exported_table_is_filled_in_previewed_and_imported(august: Console) -> None:
    found = [august.apply(unit, stage="accepted") for unit in UNITS]
    office = await august.reader(OFFICE)
    await office.post(f"{HOME}/review/{found[0].number}", {"reviewer": "张教授", **SCORES})
    content, _ = await office.file(f"{HOME}/review.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value in [k.number for k in found]}
    for number in (found[1].number, found[2].number):
        rows[number][2].value = "李教授"
        for column in range(3, 15, 2):
            rows[number][column].value = 90
    rows[found[2].number][3].value = "九十"
    page = await upload(office, book)
    assert ("有 1 处需要修改" in page, "的得分“九十”不正确" in page, "确认导入" in page) == (
        True,
        True,
        False,
    )
    rows[found[2].number][3].value = 90
    page = await upload(office, book)
    assert "新增 2 份，更正 0 份，没有变化 1 份" in page
    assert scores(august, found[1]) == {}
    kept = page.split('name="rows" value="')[1].split('"')[0].replace("&#34;", '"')
    assert "已导入 2 份评审结果，另有 1 份没有变化" in await office.post(
        f"{HOME}/import/confirm", {"rows": kept}
    )
    assert scores(august, found[2]) == {"李教授": ["90"] * 6}


async def upload(office: Reader, book: openpyxl.Workbook) -> str:
    """The preview of a workbook."""
    written = io.BytesIO()
    book.save(written)
    form = FormData({"csrf": office.csrf})
    form.add_field("file", written.getvalue(), filename="a.xlsx", content_type="application/octet-stream")
    return await (await office.client.post(f"{HOME}/import", data=form)).text()


async def test_a_file_that_is_no_table_is_told(august: Console) -> None:
    office = await august.reader(OFFICE)
    form = FormData({"csrf": office.csrf})
    form.add_field("file", b"\x89PNG\r\n\x1a\n\x00", filename="a.xlsx")
    page = await (await office.client.post(f"{HOME}/import", data=form)).text()
    assert "这不是 .xlsx 表格" in page
    assert "请先选择要导入的表格" in await (await office.send(f"{HOME}/import")).text()
    for rows in ("", "[[1]", '{"a": 1}', "[1]"):
        response = await office.send(f"{HOME}/import/confirm", {"rows": rows})
        assert "请重新上传" in await response.text()


# factors and list


async def test_factors_stand_by_number_and_sort_by_a_column(august: Console) -> None:
    found = inspected(august)
    office = await august.reader(OFFICE)
    for known, score in zip(found, ("80", "95", "80"), strict=True):
        form = {"reviewer": "张教授", **dict.fromkeys(SCORES, score)}
        await office.post(f"{HOME}/review/{known.number}", form)
    assert units_on(await office.get(f"{HOME}/factors")) == list(UNITS)
    page = await office.get(f"{HOME}/factors?sort=-review")
    assert units_on(page)[0] == UNITS[1]
    assert (f"与 {found[2].number} 同分" in page, f"与 {found[0].number} 同分" in page) == (True, True)
    assert units_on(await office.get(f"{HOME}/factors?sort=nonsense")) == list(UNITS)
    content, _ = await office.file(f"{HOME}/factors.xlsx?sort=-review")
    cells = [row[1].value for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=3)]
    assert cells[0] == f"{found[1].number} {UNITS[1]}"


def units_on(page: str) -> list[str]:
    return sorted(
        (unit for unit in UNITS if f">{unit}</a>" in page), key=lambda unit: page.index(f">{unit}</a>")
    )


async def test_the_eleventh_is_refused_and_the_reason_stays(august: Console) -> None:
    found = [august.apply(f"宝丰县第{place}执法大队", stage="inspected") for place in range(1, 12)]
    office = await august.reader(OFFICE)
    for known in found[:10]:
        page = await office.post(
            f"{HOME}/factors/decide", {"number": known.number, "outcome": "in", "reason": "居前"}
        )
    assert "已拟定 10 / 上限 10" in page
    form = {"number": found[10].number, "outcome": "in", "reason": "同样居前"}
    response = await office.send(f"{HOME}/factors/decide", form)
    page = await response.text()
    assert (response.status, "最多10个" in page, "同样居前</textarea>" in page) == (200, True, True)
    assert "请写明理由" in await (await office.send(f"{HOME}/factors/decide", {**form, "reason": ""})).text()
    decisions = august.run(lambda store: store.decisions())
    assert [one.outcome for one in decisions] == [Outcome.IN] * 10


async def test_nobody_is_told_before_the_announcement(august: Console) -> None:
    found, _, _ = await in_notice(august)
    said = str([august.told(f"holder-{unit}") for unit in UNITS]) + str(august.told(BODY))
    assert [
        word for word in ("拟定", "入选", *(f"理由{known.number}" for known in found)) if word in said
    ] == []


# public notice


async def test_a_notice_waits_for_its_terms_and_a_second_person(august: Console) -> None:
    first, second = await august.reader(OFFICE), await august.reader(OFFICE_TWO)
    found = await decided(august, first)
    page = await first.get(f"{HOME}/notice")
    assert ("待明确事项 Q8" in page, "起草公示</button>" in page) == (True, False)
    assert "尚未确定" in await (await first.send(f"{HOME}/notice/draft", NOTICE)).text()
    assert "应为1至60个工作日" in await (await first.send(f"{HOME}/notice/terms", {"workdays": "x"})).text()
    await first.post(f"{HOME}/notice/terms", TERMS)
    bad = await (await first.send(f"{HOME}/notice/draft", {**NOTICE, "link": "abc"})).text()
    assert ("完整网址" in bad, 'value="abc"' in bad) == (True, True)
    page = await first.post(f"{HOME}/notice/draft", NOTICE)
    assert (UNITS[0] in page, "签发公示</button>" in page) == (True, False)
    assert "请由另一位同志签发" in await (await first.send(f"{HOME}/notice/release")).text()
    assert august.stages(found) == ["shortlisted", "shortlisted", "inspected"]
    page = await second.post(f"{HOME}/notice/release")
    assert "还有 5 个工作日" in page
    assert august.stages(found) == ["in_public_notice", "in_public_notice", "inspected"]
    content, _ = await first.file(f"{HOME}/notice.docx")
    assert f"1. {UNITS[0]}" in [line.text for line in docx.Document(io.BytesIO(content)).paragraphs]


# objections


async def test_who_raised_an_objection_is_seen_by_its_handlers_alone(august: Console) -> None:
    found, first, second = await in_notice(august)
    form = {
        "received": "phone",
        "signed": "yes",
        "received_on": "2019-08-15",
        "subject": "材料不实",
        "about": found[0].number,
        "name": SECRET[0],
        "contact": SECRET[1],
    }
    page = await first.post(f"{HOME}/objections", form)
    seen = [page, await first.get(f"{HOME}/objections"), await second.get(f"{HOME}/objections/1")]
    content, _ = await second.file(f"{HOME}/objections.xlsx")
    rows = openpyxl.load_workbook(io.BytesIO(content)).active
    seen.append(str([[cell.value for cell in row] for row in rows.iter_rows()]))
    seen.append(await (await second.send(f"{HOME}/objections/1/informant")).text())
    assert [word for word in SECRET for page in seen if word in page] == []
    assert "只有异议1的经办人" in seen[-1]
    assert august.audited("view_informant") == []
    shown = await (await first.send(f"{HOME}/objections/1/informant")).text()
    assert [word in shown for word in SECRET] == [True, True]
    assert len(august.audited("view_informant")) == 1
    await first.post(f"{HOME}/objections/1/handler", {"person": str(august.people[OFFICE_TWO])})
    assert SECRET[0] in await (await second.send(f"{HOME}/objections/1/informant")).text()


async def test_an_objection_suspends_until_it_is_concluded(august: Console) -> None:
    found, first, second = await in_notice(august)
    form = {"received": "mail", "signed": "no", "subject": "不实", "about": found[0].number}
    await first.post(f"{HOME}/objections", form)
    assert "暂缓</span> 宝丰县公安局" in await first.get(f"{HOME}/notice")
    august.now += timedelta(days=7)
    assert "异议1尚未办结" in await first.get(f"{HOME}/announcement")
    await second.post(f"{HOME}/objections/1/handling", {"text": "已调阅台账"})
    refused = await (await first.send(f"{HOME}/objections/1/conclusion", {"text": "写了结论"})).text()
    assert ("请选择成立或不成立" in refused, "写了结论</textarea>" in refused) == (True, True)
    await first.post(f"{HOME}/objections/1/conclusion", {"text": "查无实据", "upheld": "no"})
    page = await first.post(f"{HOME}/objections/1/reply", {"text": "已电话答复"})
    assert [word in page for word in ("已调阅台账", "查无实据", "已电话答复")] == [True] * 3
    assert "起草公布</button>" in await first.get(f"{HOME}/announcement")


async def test_an_objection_that_is_refused_keeps_what_was_typed(august: Console) -> None:
    office = await august.reader(OFFICE)
    form = {"received": "mail", "signed": "yes", "subject": "写了很长的内容", "name": "", "about": ""}
    page = await (await office.send(f"{HOME}/objections", form)).text()
    assert ("还没有开始公示" in page, "写了很长的内容</textarea>" in page) == (True, True)
    await office.get(f"{HOME}/objections/7", 404)


# announcement and plaques


async def send_paper(office: Reader, act: str, paper: bytes, **fields: str) -> ClientResponse:
    """A form of the plaques with a file, as a browser sends it: without one, the field is there and empty."""
    form = FormData({"csrf": office.csrf, **fields})
    name = "签收.pdf" if paper else ""
    form.add_field("paper", io.BytesIO(paper), filename=name, content_type="application/octet-stream")
    return await office.client.post(f"{HOME}/plaques/{act}", data=form, allow_redirects=False)


async def test_the_announcement_shows_its_letters_and_ends_in_plaques(august: Console) -> None:
    found, first, second = await in_notice(august)
    await first.file(f"{HOME}/plaques.xlsx", 404)
    august.now += timedelta(days=7)
    page = await first.get(f"{HOME}/announcement")
    assert ("贵单位被确定为" in page, "贵单位未入选" in page, "理由2019" in page) == (True, True, False)
    await first.post(f"{HOME}/announcement/draft", {"document": "平法政〔2019〕9号"})
    assert "请由另一位同志签发" in await (await first.send(f"{HOME}/announcement/release")).text()
    assert "名单已公布：2 家" in await second.post(f"{HOME}/announcement/release")
    assert august.stages(found) == ["announced", "announced", "not_selected"]
    content, _ = await first.file(f"{HOME}/announcement.docx")
    paper = [line.text for line in docx.Document(io.BytesIO(content)).paragraphs]
    assert [f"{place}. {unit}" for place, unit in enumerate(UNITS[:2], 1)] == [
        line for line in paper if line[:2] in ("1.", "2.")
    ]
    form = {"number": found[0].number, "taken_by": "张三", "handed_on": "2019-08-21"}
    assert "领取日期应在公布之后" in await (await first.send(f"{HOME}/plaques/hand-over", form)).text()
    assert "由张三于8月22日领取" in await first.post(
        f"{HOME}/plaques/hand-over", {**form, "handed_on": "2019-08-22"}
    )
    signed = f"{HOME}/plaques/{found[0].number}/signed"
    await first.file(signed, 404)
    for scan, told in (
        (b"just text", "签收件请上传照片"),
        (b"%PDF-1.4" + b" " * (10 << 20), "最大10MB"),
        (b"", "请选择签收件"),
    ):
        answer = await send_paper(first, "sign", scan, number=found[0].number)
        assert told in await answer.text()
    for scan, kind in ((b"%PDF-1.4 signed", "application/pdf"), (b"\xff\xd8\xff again", "image/jpeg")):
        assert (await send_paper(first, "sign", scan, number=found[0].number)).status == 303
        assert await first.file(signed) == (scan, kind)
    assert len(august.audited("sign_plaque")) == 2
    folder, _ = await first.file(f"/console/applications/{found[0].number}/folder.zip")
    with zipfile.ZipFile(io.BytesIO(folder)) as inside:
        assert inside.read("匾牌签收件.jpg") == b"\xff\xd8\xff again"
    other = {**form, "number": found[1].number, "handed_on": "2019-08-22"}
    assert (await send_paper(first, "hand-over", b"%PDF-1.4 two", **other)).status == 303
    assert await first.file(f"{HOME}/plaques/{found[1].number}/signed") == (
        b"%PDF-1.4 two",
        "application/pdf",
    )
    assert (await first.get(f"{HOME}/plaques")).count("查看签收件") == 2
    content, _ = await first.file(f"{HOME}/plaques.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [sheet.cell(row, 2).value for row in (3, 4)] == list(UNITS[:2])
    assert (await first.file(f"{HOME}/plaques.docx"))[0][:2] == b"PK"
    assert "已公布 2 家" in await first.get(f"{HOME}/list")


# roles and cost


async def test_bodies_and_inspectors_find_no_such_pages(august: Console) -> None:
    found, first, _ = await in_notice(august)
    await first.post(f"{HOME}/objections", {"received": "mail", "signed": "no", "subject": "不实"})
    pages = ["", "/factors", "/list", "/notice", "/objections", "/objections/1", "/announcement", "/plaques"]
    files = [
        "/review.xlsx",
        "/factors.xlsx",
        "/notice.docx",
        "/objections.xlsx",
        f"/review/{found[0].number}",
    ]
    acts = {
        "/factors/decide": {"number": found[2].number, "outcome": "in", "reason": "x"},
        "/finish": {"all": "1"},
        "/notice/drop": {},
        "/list/approve": APPROVAL,
        "/objections": {"received": "mail", "signed": "no", "subject": "x"},
        "/objections/1/informant": {},
        f"/review/{found[2].number}": {"reviewer": "x", **SCORES},
        "/announcement/release": {},
    }
    for userid in (BODY, INSPECTOR):
        reader = await august.reader(userid)
        for path in (*pages, *files, "/import"):
            await reader.get(f"{HOME}{path}", 404)
        for path, form in acts.items():
            assert (await reader.send(f"{HOME}{path}", form)).status == 404
        assert HOME not in await reader.get("/console/recommendation", 200 if userid == BODY else 404)
    assert len(august.run(lambda store: store.decisions())) == 3


async def test_lists_cost_the_same_with_one_unit_and_with_many(august: Console) -> None:
    office = await august.reader(OFFICE)
    august.apply("宝丰县第0执法大队", stage="accepted")
    pages = [f"{HOME}{path}" for path in ("", "/factors", "/list", "/notice", "/announcement")]
    few = [await cost(office, path) for path in pages]
    for place in range(1, 300):
        august.apply(f"宝丰县第{place}执法大队", stage="inspected")
    many = [await cost(office, path) for path in pages]
    assert [ran for ran, _ in many] == [ran for ran, _ in few]
    assert [size < 100_000 for _, size in many] == [True] * len(pages)


async def cost(office: Reader, path: str) -> tuple[int, int]:
    """(statements, bytes) of a page."""
    with counted() as ran:
        page = await office.get(path)
    return len(ran), len(page.encode())
