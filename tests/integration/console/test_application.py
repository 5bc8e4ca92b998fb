"""One application on one page: its parts, its acts, its files; to each role what is theirs and no more."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import timedelta
from functools import partial

import pytest

from bot.console.one_application import Part
from bot.ports import Store
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.full_application import SUMMARY, UNIT, fill, plan_secretly, revise
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE, OTHER

HOME = "/console/applications"
CONTACT = ("李晓明", "13800001111", "wdsl@126.com")


def buttons(page: str) -> list[str]:
    """The acts that the page offers, by their actions."""
    return [part.split('"')[0] for part in page.split('name="action" value="')[1:]]


async def test_the_office_reads_every_part(console: Console) -> None:
    known = fill(console)
    office = await console.reader(OFFICE)
    told = {
        Part.FORM: SUMMARY,
        Part.CHANGES: '</del> → <ins class="new">宝丰县迎宾大道9号</ins>',
        Part.MATERIALS: "第12页视频未嵌入",
        Part.LINE: "发给王五",
        Part.RECOMMENDATION: "第1位（共3家）",
        Part.VISITS: "郑七",
        Part.NOTES: "添加记事",
        Part.AUDIT: "列为候选 → 已推荐",
    }
    assert list(told) == list(Part)
    for part, words in told.items():
        page = await office.get(f"{HOME}/{known.number}?part={part}")
        assert words in page, part
        assert len(page.encode()) < 100_000


async def test_the_course_is_shown_by_kind_and_in_pages(console: Console) -> None:
    known = fill(console)
    for number in range(60):
        console.say(f"holder-{UNIT}", f"你好{number:02d}")
    office = await console.reader(OFFICE)
    address = f"{HOME}/{known.number}?part=line&kind=talk"
    first, second = await office.get(address), await office.get(f"{address}&page=2")
    assert ("你好59" in first, "你好00" in first) == (True, False)
    assert ("你好59" in second, "你好00" in second) == (False, True)
    assert "第 1 / 2 页" in first
    assert "推荐上报" not in first + second


async def test_a_body_reads_its_own_without_chat_notes_and_log(console: Console) -> None:
    known = fill(console)
    console.say(f"holder-{UNIT}", "只对助手说的话")
    office = await console.reader(OFFICE)
    await office.post(f"{HOME}/{known.number}/note", {"text": "办公室自己的记事"})
    body = await console.reader(BODY)
    pages = [await body.get(f"{HOME}/{known.number}?part={part}") for part in Part]
    assert SUMMARY in pages[0]
    assert all(
        CONTACT[0] in page for page in (pages[0], pages[6], pages[7])
    )  # the last two are the form again
    for page in pages:
        for private in ("只对助手说的话", "办公室自己的记事", "操作记录</a>", "/console/mail/", "folder.zip"):
            assert private not in page


async def test_whoever_is_not_concerned_finds_nothing(console: Console) -> None:
    known = fill(console)
    plan_secretly(console, known)
    [material] = console.run(lambda store: [one for one in store.materials(known.id) if one.pictures])
    one = f"{HOME}/{known.number}"
    paths = ("", "/form.docx", "/folder.zip", f"/materials/{material.id}", f"/materials/{material.id}/1.jpg")
    for userid in (OTHER, INSPECTOR_TWO):
        reader = await console.reader(userid)
        for path in paths:
            page = await reader.get(f"{one}{path}", 404)
            assert UNIT not in page
        for act in ("act", "route", "paper", "note"):
            form = {"action": "receive", "reason": "越权", "text": "越权", "brought_by": "越权"}
            assert (await reader.send(f"{one}/{act}", form)).status == 404
    assert console.stages([known]) == ["recommended"]
    assert console.audited("view") == []
    office = await console.reader(OFFICE)
    await office.get(f"{HOME}/2019-999", 404)


async def test_a_team_reads_form_and_deck_of_its_unit_without_contacts(console: Console) -> None:
    known = fill(console)
    other = console.apply("宝丰县水利局")
    deck, scan = console.run(
        lambda store: [
            one for one in store.materials(known.id) if one.name in ("申报报告.pptx", "盖章扫描件.pdf")
        ]
    )
    team = await console.reader(INSPECTOR)
    for part in Part:
        page = await team.get(f"{HOME}/{known.number}?part={part}")
        for private in (*CONTACT, "王五", "逾期记录", "第1位"):
            assert private not in page, (part, private)
        assert buttons(page) == []
    assert SUMMARY in await team.get(f"{HOME}/{known.number}")
    assert "申报报告.pptx" in await team.get(f"{HOME}/{known.number}?part=materials")
    assert (await team.file(f"{HOME}/{known.number}/materials/{deck.id}"))[0] == b"a deck"
    await team.file(f"{HOME}/{known.number}/materials/{scan.id}", 404)
    await team.file(f"{HOME}/{known.number}/folder.zip", 404)
    await team.get(f"{HOME}/{other.number}", 404)
    response = await team.send(f"{HOME}/{known.number}/act", {"action": "receive"})
    assert (response.status, console.stages([known])) == (200, ["recommended"])


async def test_nobody_is_shown_that_an_unannounced_inspection_is_planned(console: Console) -> None:
    known = console.apply(UNIT)
    office, body = await console.reader(OFFICE), await console.reader(BODY)

    async def pages() -> list[str]:
        return [
            (await reader.get(f"{HOME}/{known.number}?part={part}")).split("<main")[1]
            for reader in (office, body)
            for part in (Part.LINE, Part.VISITS, Part.AUDIT)
        ]

    await pages()  # the first look goes on record
    before = [_without_secrets(page) for page in await pages()]
    plan_secretly(console, known)
    assert [_without_secrets(page) for page in await pages()] == before


def _without_secrets(page: str) -> str:
    """The page without the fields that are new every time."""
    return "\n".join(line.split('name="once"')[0] for line in page.splitlines())


async def test_a_draft_is_closed_to_its_body(console: Console) -> None:
    known = console.apply(UNIT, stage="draft")
    body = await console.reader(BODY)
    for part in Part:
        page = await body.get(f"{HOME}/{known.number}?part={part}")
        assert "还是草稿" in page
        assert known.values["summary"] not in page
        assert CONTACT[0] not in page
    await body.file(f"{HOME}/{known.number}/form.docx", 404)


async def test_the_self_check_is_not_shown(console: Console) -> None:
    known = console.apply(UNIT, stage="draft")
    console.say(f"holder-{UNIT}", "自查", "否", "退出自查", "你好呀")
    page = await (await console.reader(OFFICE)).get(f"{HOME}/{known.number}?part=line")
    assert ("你好呀" in page, "自查第" in page, "退出自查" in page) == (True, False, False)


@pytest.mark.parametrize(
    ("stage", "office", "body"),
    [
        ("draft", [], []),
        ("submitted", [], ["accept_candidate", "return"]),
        ("candidate", [], ["return", "grant_withdrawal"]),
        ("recommended", ["receive", "return", "grant_withdrawal"], []),
        ("received", ["accept", "return", "grant_withdrawal"], []),
        ("accepted", ["grant_withdrawal"], []),
        ("late_pending", ["receive_late", "accept_late", "reopen_late", "deem_abandoned"], []),
        ("withdrawn", [], []),
        ("awarded", [], []),
    ],
)
async def test_acts_are_offered_by_role_and_stage(
    console: Console, stage: str, office: list[str], body: list[str]
) -> None:
    known = console.apply(UNIT, stage=stage)
    for userid, expected in ((OFFICE, office), (BODY, body)):
        page = await (await console.reader(userid)).get(f"{HOME}/{known.number}")
        assert [one for one in buttons(page) if one not in ("paper", "route")] == expected


async def test_a_body_accepts_and_returns(console: Console) -> None:
    known = console.apply(UNIT)
    body = await console.reader(BODY)
    address = f"{HOME}/{known.number}/act"
    await body.post(address, {"action": "accept_candidate"})
    assert (console.stages([known]), console.order()) == (["candidate"], [known.number])
    refused = await body.send(address, {"action": "return", "reason": "缺附件，请补充", "due": "2019-06-01"})
    page = await refused.text()
    assert (refused.status, console.stages([known])) == (200, ["candidate"])
    assert ("缺附件，请补充</textarea>" in page, "alert-danger" in page) == (True, True)
    long = await (
        await body.send(address, {"action": "return", "reason": "缺" * 501, "due": "2019-07-16"})
    ).text()
    assert ("最多500字，现有501字" in long, f"{'缺' * 501}</textarea>" in long) == (True, True)
    page = await body.post(address, {"action": "return", "reason": "缺附件，请补充", "due": "2019-07-16"})
    assert (console.stages([known]), "缺附件，请补充（期限 7月16日（周二））" in page) == (["returned"], True)


async def test_the_office_receives_accepts_and_lets_withdraw(console: Console) -> None:
    known = fill(console)
    office = await console.reader(OFFICE)
    address = f"{HOME}/{known.number}/act"
    for form, stage in (
        ({"action": "receive"}, "received"),
        ({"action": "accept"}, "accepted"),
        ({"action": "grant_withdrawal", "reason": "单位申请"}, "withdrawn"),
    ):
        await office.post(address, form)
        assert console.stages([known]) == [stage]


async def test_a_body_cannot_do_the_offices_acts(console: Console) -> None:
    known = fill(console)
    body = await console.reader(BODY)
    for action in ("receive", "accept", "veto", "drop", "recommend", "no such act", ""):
        await body.send(f"{HOME}/{known.number}/act", {"action": action, "reason": "理由"})
    await body.send(f"{HOME}/{known.number}/paper", {"brought_by": "王五"})
    await body.send(f"{HOME}/{known.number}/note", {"text": "不该有的记事"})
    await body.send(f"{HOME}/{known.number}/route", {"body": "平顶山市市场监督管理局"})
    after = console.application(known.id)
    assert (after.stage, after.body, after.dossier.get("paper")) == ("recommended", "baofeng", None)
    assert console.run(lambda store: store.clerical_notes(known.id)) == []


async def test_the_second_to_decide_a_late_case_sees_who_was_first(console: Console) -> None:
    known = console.apply(UNIT, stage="late_pending")
    first, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    address = f"{HOME}/{known.number}/act"
    refused = await (await first.send(address, {"action": "deem_abandoned", "reason": " "})).text()
    assert (console.stages([known]), "alert-danger" in refused) == (["late_pending"], True)
    await first.post(address, {"action": "accept_late", "reason": "停电，有证明"})
    response = await second.send(address, {"action": "deem_abandoned", "reason": "没有说明"})
    page = await response.text()
    assert console.stages([known]) == ["submitted"]
    assert all(words in page for words in ("李四", "停电，有证明", "alert-danger"))
    assert len(console.audited("accept_late")) == 1


async def test_a_late_application_may_be_given_a_day(console: Console) -> None:
    known = console.apply(UNIT, stage="late_pending")
    office = await console.reader(OFFICE)
    form = {"action": "reopen_late", "reason": "系统故障", "due": "2019-08-02"}
    page = await office.post(f"{HOME}/{known.number}/act", form)
    assert (console.stages([known]), "准予填报至</dt><dd>8月2日" in page) == (["draft"], True)


async def test_the_office_sets_a_route_where_there_is_none(console: Console) -> None:
    known = console.apply("某某管理处", body="")
    office = await console.reader(OFFICE)
    assert "route" in buttons(await office.get(f"{HOME}/{known.number}"))
    await office.post(f"{HOME}/{known.number}/route", {"body": "宝丰县人民政府"})
    assert console.application(known.id).body == "baofeng"
    page = await (await office.send(f"{HOME}/{known.number}/route", {"body": "没有的单位"})).text()
    assert ("alert-danger" in page, console.application(known.id).body) == (True, "baofeng")


async def test_one_of_two_routes_is_chosen(console: Console) -> None:
    ours = console.apply("宝丰县市场监督管理局")
    theirs = console.apply("市场监督管理局宝丰县局", body="market")
    body, other = await console.reader(BODY), await console.reader(OTHER)
    page = await body.get(f"{HOME}/{ours.number}")
    assert ("另一渠道" in page, theirs.number in page) == (True, False)
    await body.post(f"{HOME}/{ours.number}/route")
    refused = await (await other.send(f"{HOME}/{theirs.number}/route")).text()
    assert "alert-danger" in refused
    assert "由我单位推荐</button>" not in await body.get(f"{HOME}/{ours.number}")


async def test_a_paper_is_entered_with_who_brought_it(console: Console) -> None:
    known = fill(console)
    [printed] = console.run(lambda store: store.prints_of(known.id))
    office = await console.reader(OFFICE)
    address = f"{HOME}/{known.number}/paper"
    page = await (await office.send(address, {"code": "AAAAAAA", "brought_by": "孙师傅"})).text()
    assert ("alert-danger" in page, 'value="孙师傅"' in page) == (True, True)
    page = await office.post(address, {"code": printed.code, "brought_by": "孙师傅"})
    assert "孙师傅" in page
    assert console.application(known.id).dossier["paper"] == "2019-07-12"


async def test_a_note_that_is_too_long_is_not_lost(console: Console) -> None:
    known = console.apply(UNIT)
    office = await console.reader(OFFICE)
    text = "长" * 1001
    page = await (await office.send(f"{HOME}/{known.number}/note", {"text": text})).text()
    assert (f"{text}</textarea>" in page, "alert-danger" in page) == (True, True)
    for _ in range(2):
        page = await office.post(f"{HOME}/{known.number}/note", {"text": "已电话核实"})
    assert page.count("已电话核实") == 1
    assert console.application(known.id) == known


async def test_a_look_is_on_record_once_a_day_and_person(console: Console) -> None:
    known = console.apply(UNIT)
    office, body = await console.reader(OFFICE), await console.reader(BODY)
    for reader in (office, office, body, office):
        await reader.get(f"{HOME}/{known.number}?part=changes")
    assert len(console.audited("view")) == 2
    console.now += timedelta(days=1)
    await (await console.reader(OFFICE)).get(f"{HOME}/{known.number}")
    assert len(console.audited("view")) == 3


async def test_files_are_downloaded(console: Console) -> None:
    known = fill(console)
    [deck] = console.run(lambda store: [one for one in store.materials(known.id) if one.pictures])
    office = await console.reader(OFFICE)
    content, _ = await office.file(f"{HOME}/{known.number}/form.docx")
    assert content[:2] == b"PK"
    assert await office.file(f"{HOME}/{known.number}/materials/{deck.id}") == (
        b"a deck",
        "application/octet-stream",
    )
    picture, kind = await office.file(f"{HOME}/{known.number}/materials/{deck.id}/6.jpg")
    assert (picture[:2], kind) == (b"\xff\xd8", "image/jpeg")
    await office.file(f"{HOME}/{known.number}/materials/{deck.id}/7.jpg", 404)
    await office.file(f"{HOME}/{known.number}/materials/99999", 404)


async def test_the_folder_holds_everything_that_is_kept(console: Console) -> None:
    known = fill(console)
    console.say(f"holder-{UNIT}", "自查", "否", "退出自查")
    office = await console.reader(OFFICE)
    content, kind = await office.file(f"{HOME}/{known.number}/folder.zip")
    assert kind == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        names = folder.namelist()
        assert names == [
            f"申报表_{UNIT}.docx",
            "申报记录.xlsx",
            "材料/申报报告_第2版_申报报告.pptx",
            "邮件/20190712_申报报告.eml",
        ]
        assert folder.read(names[2]) == b"a deck"
        with zipfile.ZipFile(io.BytesIO(folder.read(names[1]))) as book:
            whole = b"".join(book.read(name) for name in book.namelist()).decode()
    assert ("宝丰县迎宾大道9号" in whole, "自查第" in whole) == (True, False)
    for _ in range(200):  # it is removed once the last byte is out
        left = list((console.folder / "files" / ".work").glob("*"))
        if not left:
            break
        await asyncio.sleep(0.01)
    assert left == []


def _add_note(console: Console, application: str, text: str, store: Store) -> None:
    store.add_clerical_note(application, console.people[OFFICE], text, console.now)


@pytest.mark.parametrize("part", [Part.FORM, Part.CHANGES, Part.NOTES, Part.AUDIT])
async def test_a_part_asks_as_much_of_the_database_however_much_there_is(
    console: Console, part: Part
) -> None:
    known = fill(console)
    office = await console.reader(OFFICE)
    address = f"{HOME}/{known.number}?part={part}"
    await office.get(address)
    with counted() as few:
        await office.get(address)
    for number in range(120):
        revise(console, console.application(known.id), summary=f"第{number}稿。{SUMMARY}")
        console.run(partial(_add_note, console, known.id, f"第{number}条"))
    with counted() as many:
        page = await office.get(address)
    assert len(many) == len(few) <= 25
    assert len(page.encode()) < 100_000


async def test_a_changed_word_is_marked_beside_a_little_of_the_rest(console: Console) -> None:
    known = fill(console)
    revise(console, known, summary=SUMMARY.replace("86件", "87件", 1))
    page = await (await console.reader(OFFICE)).get(f"{HOME}/{known.number}?part=changes")
    assert (
        '行政调解8<del class="cut">6</del><ins class="new">7</ins>件。本单位推行柔性执法，全年现场指导12…</span>'
        in page
    )
