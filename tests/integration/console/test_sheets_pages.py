"""The pages of on-site sheets: who finds them, what a sheet takes and shows, and its draws and papers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.model.staff import Role
from bot.model.visit import CovertVisit, Inspector, VersionState, VisitPlan, VisitVersion
from bot.ports import Store
from bot.sheets.sign_off import sign_sheet
from bot.sheets.views import SheetView
from bot.staff.desk import StaffAsk
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console, Reader
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE, OTHER
from tests.integration.console.sheet_team import Team

HOME = "/console/sheets"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(64) + b"\xff\xd9"


async def send_json(reader: Reader, path: str, content: object) -> tuple[int, Any]:
    """As the page's script sends it."""
    headers = {"X-CSRF-Token": reader.csrf}
    response = await reader.client.post(path, json=content, headers=headers, allow_redirects=False)
    return response.status, await response.json() if response.content_type == "application/json" else None


async def send_photo(reader: Reader, path: str, content: bytes) -> tuple[int, Any]:
    headers = {"X-CSRF-Token": reader.csrf, "Content-Type": "image/jpeg"}
    response = await reader.client.post(
        path, data=io.BytesIO(content), headers=headers, allow_redirects=False
    )
    return response.status, await response.json() if response.content_type == "application/json" else None


def signed(sheet: int, digest: str) -> Callable[[StaffAsk], SheetView]:
    """The act of signing what was shown under a digest."""
    return lambda ask: sign_sheet(ask, sheet, digest, "时间不够")


# who finds a sheet


@pytest.mark.parametrize("covert", [False, True])
async def test_bodies_find_neither_list_nor_sheet(console: Console, covert: bool) -> None:
    team = Team(console, covert=covert)
    for userid in (BODY, OTHER):
        reader = await console.reader(userid)
        await reader.get(HOME, 404)
        for path in (team.home, f"{team.home}/paper", f"{team.home}/excel", f"{team.home}/draws"):
            assert team.unit not in await reader.get(path, 404)
        assert (await send_json(reader, f"{team.home}/entries", {"entries": []}))[0] == 404
        assert (await send_photo(reader, f"{team.home}/photos", JPEG))[0] == 404
        assert (await reader.send(f"{team.home}/reopen", {"reason": "请重开"})).status == 404
    assert console.run(lambda store: store.photos(team.sheet)) == []


async def test_an_unannounced_sheet_is_known_to_its_team_and_whoever_opened_it_until_it_is_signed(
    console: Console,
) -> None:
    team = Team(console, covert=True)
    for userid in (INSPECTOR, INSPECTOR_TWO, OFFICE):
        reader = await console.reader(userid)
        assert team.unit in await reader.get(HOME)
        assert team.unit in await reader.get(team.home)
    other = await console.reader(OFFICE_TWO)
    assert team.unit not in await other.get(HOME)
    missing = await other.get(f"{HOME}/999", 404)
    assert await other.get(team.home, 404) == missing
    lines = console.audited("sheet_refused")
    assert len(lines) == 2
    assert all(console.application(team.application.id).number not in line for line in lines)
    for userid in (INSPECTOR, INSPECTOR_TWO):
        team.act(userid, signed(team.sheet, team.view().digest))
    assert team.unit in await other.get(team.home)


async def test_an_inspector_elsewhere_finds_no_sheet(console: Console) -> None:
    team = Team(console)
    console.people["elsewhere"] = console.member("elsewhere", "陈十", Role.INSPECTOR, "")
    reader = await console.reader("elsewhere")
    assert team.unit not in await reader.get(HOME)
    await reader.get(team.home, 404)


# opening


async def test_the_office_opens_a_sheet_with_a_team(console: Console) -> None:
    known = console.apply("宝丰县公安局", stage="reviewed")
    office = await console.reader(OFFICE)
    people = console.people
    form = {"application": known.number, "visit": "", "leader": people[INSPECTOR]}
    response = await office.send(f"{HOME}/new", form)
    assert (response.status, "至少2人" in await response.text()) == (200, True)
    page = await office.post(f"{HOME}/new", form | {"member": people[INSPECTOR_TWO]})
    assert ("郑七" in page, "评分表已打开" in page) == (True, True)
    assert 'form class="entry"' not in page
    await (await console.reader(INSPECTOR)).get(f"{HOME}/new", 404)


async def test_an_unknown_number_keeps_what_was_chosen(console: Console) -> None:
    office = await console.reader(OFFICE)
    form = {
        "application": "2019-999",
        "leader": console.people[INSPECTOR],
        "member": console.people[INSPECTOR_TWO],
    }
    page = await (await office.send(f"{HOME}/new", form)).text()
    leader, member = (f'value="{console.people[one]}"' for one in (INSPECTOR, INSPECTOR_TWO))
    assert ("2019-999" in page, f"{leader} selected" in page, f"{member} checked" in page) == (True,) * 3


async def test_visits_without_a_sheet_wait_with_their_team_and_unannounced_ones_for_those_who_know(
    console: Console,
) -> None:
    known, other = (console.apply(unit, stage="reviewed") for unit in ("宝丰县公安局", "宝丰县水利局"))
    leader, member = (Inspector(console.people[one], one) for one in (INSPECTOR, INSPECTOR_TWO))
    plan = VisitPlan(date(2019, 7, 30), time(9, 30), time(11, 30), leader, (member,))
    office = console.people[OFFICE]

    def arrange(store: Store) -> int:
        visit = store.add_visit(known.id)
        state = VersionState.RELEASED
        store.add_visit_version(VisitVersion(visit, 1, plan, False, "", office, console.now, state))
        store.add_covert_visit(CovertVisit(0, other.id, plan, office, console.now))
        return visit

    visit = console.run(arrange)
    reader, colleague = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    links = [f"{HOME}/new?application={known.number}&amp;visit={visit}"]
    assert waiting_on(await colleague.get(HOME)) == links
    page = await reader.get(HOME)
    assert waiting_on(page) == [*links, f"{HOME}/new?application={other.number}&amp;covert=1"]
    page = await reader.get(links[0].replace("&amp;", "&"))
    assert (f'value="{leader.person}" selected' in page, f'value="{member.person}" checked' in page) == (
        True,
        True,
    )
    form = {"application": known.number, "visit": visit, "leader": leader.person, "member": member.person}
    await reader.post(f"{HOME}/new", form)
    await reader.post(f"{HOME}/new", form | {"application": other.number, "visit": "", "covert": "1"})
    assert waiting_on(await reader.get(HOME)) == []
    assert "宝丰县水利局" not in await colleague.get(HOME)


async def test_an_unannounced_visit_whose_sheet_is_open_does_not_wait_for_one(console: Console) -> None:
    known = console.apply("宝丰县公安局", stage="reviewed")
    console.say(OFFICE, f"暗访 {known.number} 7月30日上午9:30 组长郑七 成员冯八")
    page = await (await console.reader(OFFICE)).get(HOME)
    assert (waiting_on(page), "宝丰县公安局" in page) == ([], True)


def waiting_on(page: str) -> list[str]:
    """The addresses at which sheets can be opened for visits."""
    return re.findall(r'href="(/console/sheets/new\?[^"]+)"', page)


# entries


async def test_entries_are_taken_once_and_bad_ones_named(console: Console) -> None:
    team = Team(console)
    reader = await console.reader(INSPECTOR)
    good = team.row("finding")
    bad = team.row("finding", evidence="")
    told = [await send_json(reader, f"{team.home}/entries", {"entries": [good, bad]}) for _ in range(2)]
    fates = [[one["fate"] for one in said["results"]] for _, said in told]
    assert fates == [["accepted", "refused"], ["repeated", "refused"]]
    assert told[0][1]["results"][1]["problem"].startswith("1.4凭什么材料")
    assert team.evidence() == ["案卷2019-3号"]
    assert await send_json(reader, f"{team.home}/entries", [1]) == (
        200,
        {
            "results": [
                {"id": "", "fate": "refused", "problem": "没有收到可以识别的记录，请刷新页面后重新同步。"}
            ]
        },
    )


async def test_the_office_may_look_but_not_enter(console: Console) -> None:
    team = Team(console)
    office = await console.reader(OFFICE)
    status, said = await send_json(office, f"{team.home}/entries", {"entries": [team.row("finding")]})
    assert (status, said) == (409, {"problem": "只有本次验收组成员可以填写这份评分表。"})
    assert 'form class="entry"' not in await office.get(team.home)


async def test_entries_without_the_pages_secret_are_not_taken(console: Console) -> None:
    team = Team(console)
    reader = await console.reader(INSPECTOR)
    reader.csrf = "forged"
    status, _ = await send_json(reader, f"{team.home}/entries", {"entries": [team.row("finding")]})
    assert (status, team.evidence()) == (403, [])


async def test_evidence_is_shown_as_text(console: Console) -> None:
    team = Team(console)
    team.enter(INSPECTOR, "finding", evidence="<script>alert(1)</script>")
    page = await (await console.reader(INSPECTOR_TWO)).get(team.home)
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


# pictures


async def test_a_picture_is_shown_to_those_who_see_its_sheet(console: Console) -> None:
    team, elsewhere = Team(console), Team(console, unit="宝丰县城市管理局")
    reader = await console.reader(INSPECTOR)
    status, said = await send_photo(reader, f"{team.home}/photos", JPEG)
    assert status == 200
    path = f"photos/{said['sha256']}"
    assert await reader.file(f"{team.home}/{path}") == (JPEG, "image/jpeg")
    await reader.file(f"{elsewhere.home}/{path}", 404)
    await (await console.reader(BODY)).file(f"{team.home}/{path}", 404)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg onload=alert(1)>", "这里只收JPG或PNG照片，请重新选择。"),
        (JPEG + bytes(10 << 20), "照片超过10MB，请压缩后再上传。"),
    ],
)
async def test_other_files_and_large_ones_are_not_kept(
    console: Console, content: bytes, problem: str
) -> None:
    team = Team(console)
    reader = await console.reader(INSPECTOR)
    assert await send_photo(reader, f"{team.home}/photos", content) == (409, {"problem": problem})
    assert console.run(lambda store: store.photos(team.sheet)) == []


async def test_the_offices_picture_is_refused_before_it_is_kept(console: Console) -> None:
    team = Team(console)
    status, _ = await send_photo(await console.reader(OFFICE), f"{team.home}/photos", JPEG)
    assert (status, [path for path in console.files._folder.rglob("*") if path.is_file()]) == (409, [])


# signing


async def test_two_sign_and_the_sheet_is_locked_until_it_is_opened_again(console: Console) -> None:
    team = Team(console)
    team.enter(INSPECTOR, "finding")
    leader, member = await console.reader(INSPECTOR), await console.reader(INSPECTOR_TWO)
    stale = "0" * 64
    response = await leader.send(f"{team.home}/sign", {"digest": stale, "open_reason": "其余另行安排"})
    page = await response.text()
    assert ("内容已有变动" in page, ">其余另行安排</textarea>" in page) == (True, True)
    digest = digest_on(page)
    assert "请写明理由后签字" in await (await leader.send(f"{team.home}/sign", {"digest": digest})).text()
    form = {"digest": digest, "open_reason": "其余另行安排", "once": "a"}
    assert "已签字。" in await leader.post(f"{team.home}/sign", form)
    page = await member.get(team.home)
    page = await member.post(f"{team.home}/sign", {"digest": digest_on(page)})
    assert ("已签字锁定" in page, 'form class="entry"' in page) == (True, False)
    page = await leader.post(f"{team.home}/reopen", {"reason": "漏记一项"})
    assert ("漏记一项" in page, 'form class="entry"' in page) == (True, True)


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def test_who_recuses_themselves_leaves_the_sheet(console: Console) -> None:
    team = Team(console)
    member = await console.reader(INSPECTOR_TWO)
    form = {"person": console.people[INSPECTOR_TWO], "reason": "亲属在该单位任职"}
    page = await member.post(f"{team.home}/recuse", form)
    assert ("已登记回避" in page, team.unit in page) == (True, False)
    await member.get(team.home, 404)


async def test_the_office_changes_the_team_with_a_reason(console: Console) -> None:
    team = Team(console)
    office = await console.reader(OFFICE)
    form = {
        "leader": console.people[INSPECTOR_TWO],
        "member": console.people[INSPECTOR],
        "reason": "组长出差",
    }
    page = await office.post(f"{team.home}/team", form)
    assert ("冯八（组长）" in re.sub(r"<[^>]+>", "", page), "组长出差" in page) == (True, True)
    assert "由市办公室办理" in await (await console.reader(INSPECTOR)).post(f"{team.home}/team", form)


async def test_a_veto_of_two_is_concluded_by_the_office(console: Console) -> None:
    team = Team(console)
    vetoed = next(
        (item.id, rule.id)
        for section in console.campaign.standard.sections
        for item in section.items
        for rule in item.rules
        if rule.veto
    )
    entry = team.enter(INSPECTOR, "veto", item=vetoed[0], rule=vetoed[1], evidence="判决书")
    team.enter(INSPECTOR_TWO, "veto_seconded", entry=entry, evidence="核对判决书")
    office = await console.reader(OFFICE)
    assert "核对判决书" in await office.get(team.home)
    page = await office.post(f"{team.home}/veto", {"entry": entry, "upheld": "", "reason": "判决已改判"})
    assert ("未予认定" in page, console.stages([team.application])) == (True, ["reviewed"])


# draws


async def test_a_draw_is_sealed_until_it_is_opened(console: Console) -> None:
    team = Team(console)
    reader = await console.reader(INSPECTOR)
    names = [f"人员{one:02}" for one in range(20)]
    form = {"item": "a2.2.3", "names": "\r\n".join(names), "percent": "20％"}
    page = await reader.post(f"{team.home}/draws", form)
    assert ("20人，按20%抽4人" in page, any(name in page for name in names)) == (True, False)
    [draw] = team.view().draws
    page = await (await console.reader(INSPECTOR_TWO)).post(f"{team.home}/draws/{draw.id}")
    drawn = re.findall(r"<li>(人员\d\d)</li>", page)
    [opened] = team.view().draws
    assert (tuple(drawn), len(drawn)) == (opened.chosen, 4)
    assert "冯八当场开启" in page


async def test_a_list_that_cannot_be_taken_is_kept_on_the_page(console: Console) -> None:
    team = Team(console)
    reader = await console.reader(INSPECTOR)
    form = {"item": "a2.2.3", "names": "张三\n张三", "percent": "abc"}
    page = await (await reader.send(f"{team.home}/draws", form)).text()
    assert ("抽取比例请填" in page, "张三\n张三" in page, 'value="abc"' in page) == (True, True, True)
    assert team.view().draws == ()


# papers


async def test_paper_and_workbook_hold_what_the_sheet_says(console: Console) -> None:
    team = Team(console)
    team.enter(INSPECTOR, "finding", evidence="=1+1")
    reader = await console.reader(INSPECTOR)
    paper = await reader.get(f"{team.home}/paper")
    assert ("缺1次，扣1分" in paper, "被验收单位知悉" in paper) == (True, True)
    content, _ = await reader.file(f"{team.home}/excel")
    rows = {row[0]: row for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)}
    assert rows["1.4"][3:6] == (5, 4, "缺1次，扣1分")
    assert rows["1.4"][6] == "郑七：现场指导不少于3次，缺1次扣1分：1；=1+1；计入"


# speed


async def test_the_list_asks_the_same_of_the_database_with_one_sheet_and_with_many(console: Console) -> None:
    Team(console)
    reader = await console.reader(OFFICE)
    await reader.get(HOME)
    with counted() as one:
        await reader.get(HOME)
    for number in range(30):
        Team(console, unit=f"宝丰县第{number}中心")
    with counted() as many:
        page = await reader.get(HOME)
    assert ("第29中心" in page, len(many)) == (True, len(one))


async def test_a_full_sheet_is_a_small_page(console: Console) -> None:
    team = Team(console)
    assert len((await (await console.reader(INSPECTOR)).get(team.home)).encode()) < 100_000
